"""Where each talk stands, one row per address."""

from __future__ import annotations

from storage.store import Tx
from storage.tables import session


def save(tx: Tx, address_id: int, data: str, version: int, asked: int | None, now: int) -> None:
    tx.upsert(session, address_id=address_id, data=data, version=version, asked=asked, updated_at=now)


def forget(tx: Tx, address_id: int, now: int) -> None:
    """An empty talk: the person is free to begin anew."""
    save(tx, address_id, "", 0, None, now)
