"""Addresses that change or go quiet, and what then becomes of a message."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from storage import outbox
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import address

STATE = Sql(update(address).where(address.c.id == bindparam("row_id")).values(state=bindparam("new_state")))
MOVED = Sql(update(address).where(address.c.id == bindparam("row_id")).values(external_id=bindparam("new_id")))


def moved(tx: Tx, address_id: int, new_id: str) -> None:
    """The provider gave this address a new id."""
    tx.run(MOVED, row_id=address_id, new_id=new_id)


def set_state(tx: Tx, address_id: int, state: str) -> None:
    """reachable, blocked, opted_out or gone."""
    tx.run(STATE, row_id=address_id, new_state=state)


def unreachable(tx: Tx, row: Row, reason: str, now: int) -> None:
    """Nobody hears there any more: the person's other channel, or failed with the reason."""
    set_state(tx, row.address_id, "blocked")
    other = tx.value(outbox.BEST_ADDRESS, person_id=row.person_id) if row.person_id is not None else None
    if other is None:
        outbox.ended(tx, row.id, "failed", f"tidak terjangkau: {reason}")
    else:
        tx.run(outbox.ELSEWHERE, row_id=row.id, why="pindah kanal", other=other)
