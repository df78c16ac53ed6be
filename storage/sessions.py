"""Where each talk stands, one row per address."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import outgoing, session

LOAD = Sql(
    select(session.c.data, session.c.version, session.c.asked, outgoing.c.sent_at.label("asked_at"), outgoing.c.state)
    .outerjoin(outgoing, outgoing.c.id == session.c.asked)
    .where(session.c.address_id == bindparam("address_id"))
)


def load(tx: Tx, address_id: int) -> Row | None:
    """`data`, `version`, `asked` and when the open question was sent (`asked_at`, None: not yet)."""
    return tx.one(LOAD, address_id=address_id)


def save(tx: Tx, address_id: int, data: str, version: int, asked: int | None, now: int) -> None:
    tx.upsert(session, address_id=address_id, data=data, version=version, asked=asked, updated_at=now)


def forget(tx: Tx, address_id: int, now: int) -> None:
    """An empty talk: the person is free to begin anew."""
    save(tx, address_id, "", 0, None, now)
