"""Nightly: the kept figures of each posyandu and month against the book; what differs is put right and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from posyandu.calendar import local, month_of, months_before
from storage import book
from storage.sql import Sql
from storage.store import Store, Tx
from storage.summary import derive, summarise
from storage.tables import month_summary, posyandu

MONTHS = 3  # this month and the two before: older ones are closed and reported
ZONE = "Asia/Jakarta"
PLACES = Sql(select(posyandu.c.id, posyandu.c.zone).order_by(posyandu.c.id))
KEPT = Sql(
    select(month_summary).where(
        month_summary.c.posyandu_id == bindparam("posyandu_id"), month_summary.c.month == bindparam("month")
    )
)


@dataclass(frozen=True)
class Difference:
    """What was kept (None: no row) and what the book says, where they differ: {letter: (kept, derived)}."""

    posyandu_id: int
    month: str
    letters: dict[str, tuple[int | None, int]]


def check(store: Store, now: int, months: int = MONTHS) -> list[Difference]:
    """Compare, repair and report; each posyandu in a transaction of its own, so that no talk waits long.

    A month without a row is made one silently: its posyandu has simply not weighed yet.
    """
    found: list[Difference] = []
    for place in store.read(lambda tx: tx.all(PLACES)):
        this = month_of(local(now, place.zone or ZONE).date())
        for back in range(months):
            month = months_before(this, back)
            if _differs(store, place.id, month):
                found += store.write(lambda tx, place=place, month=month: _repair(tx, place.id, month, now))  # type: ignore[misc]
    return found


def _differs(store: Store, posyandu_id: int, month: str) -> bool:
    return store.read(lambda tx: _compare(tx, posyandu_id, month)) != {}


def _compare(tx: Tx, posyandu_id: int, month: str) -> dict[str, tuple[int | None, int]]:
    kept = tx.one(KEPT, posyandu_id=posyandu_id, month=month)
    derived = derive(tx, posyandu_id, month)
    pairs = {x: (None if kept is None else int(getattr(kept, x)), n) for x, n in derived.items()}
    return {x: pair for x, pair in pairs.items() if pair[0] != pair[1]}


def _repair(tx: Tx, posyandu_id: int, month: str, now: int) -> Sequence[Difference]:
    """Compared once more inside the transaction that repairs: a talk may have been faster."""
    letters = _compare(tx, posyandu_id, month)
    if not letters:
        return ()
    summarise(tx, posyandu_id, month, now)
    if all(kept is None for kept, _ in letters.values()):
        return ()
    said = " ".join(f"{x}:{kept}->{n}" for x, (kept, n) in sorted(letters.items()))
    book.note(tx, now, None, "summary_repaired", f"posyandu:{posyandu_id}", f"{month} {said}")
    return (Difference(posyandu_id, month, letters),)
