"""What each tick makes due. The clock only asks; the answer is computed from the data and goes to the outbox."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from storage import outbox
from storage.sql import Sql, fixed
from storage.store import Store, Tx
from storage.tables import outgoing

NEXT_HELD = Sql(
    select(func.min(outgoing.c.not_before)).where(
        outgoing.c.state == fixed("ready"), outgoing.c.not_before > bindparam("after")
    )
)


class Ticking:
    """Asked by the clock in real time, and from due instant to due instant when a demo clock jumps."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tick(self, now: int, in_hand: Collection[int] = ()) -> int:
        """Make due what is due; how many messages were put or settled. `in_hand`: what this process is sending now."""
        return self._store.write(lambda tx: self._tick(tx, now, in_hand))

    def _tick(self, tx: Tx, now: int, in_hand: Collection[int]) -> int:
        return len(outbox.recover(tx, now, in_hand=in_hand))

    def next_due(self, after: int) -> int | None:
        """The next instant at which something is due: a reminder, or a message held until then."""
        due: int | None = self._store.read(lambda tx: tx.value(NEXT_HELD, after=after))
        return due
