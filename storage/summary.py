"""The summary row of a posyandu and month, kept in the turn's transaction; recaps of any area are sums of these."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, bindparam, case, cast, func, select, text

from posyandu.calendar import add_months, month_range
from posyandu.skdn import FIVE_YEARS
from storage.sql import Sql, among, fixed
from storage.store import Tx
from storage.tables import child, month_summary, posyandu_day, verdict

DAY = Sql(
    select(func.max(posyandu_day.c.on)).where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.month == bindparam("month"),
        posyandu_day.c.state == fixed("planned"),
    )
)


# Where several write at once, who comes second counts when the first has committed: each sees what the other wrote.
IN_TURN = Sql(text("select pg_advisory_xact_lock(cast(:posyandu as integer), cast(:month as integer))"))


def _ones(condition: object) -> object:
    return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), BigInteger)  # type: ignore[arg-type]


REGISTERED = Sql(
    select(func.count().label("s"), _ones(child.c.has_kms == 1).label("k"))  # type: ignore[attr-defined]
    .select_from(child)
    .where(
        child.c.posyandu_id == bindparam("posyandu_id"),
        among(child.c.state, "active", "counted"),
        child.c.birth > bindparam("born_after"),
        child.c.birth <= bindparam("born_until"),
        child.c.since <= bindparam("last_day"),
    )
)
LETTERS = Sql(
    select(
        func.count().label("d"),
        *(_ones(verdict.c.nt == letter).label(letter.lower()) for letter in "NTOB"),  # type: ignore[attr-defined]
        *(_ones(verdict.c[name] == 1).label(name) for name in ("bgm", "two_t", "orange")),  # type: ignore[attr-defined]
    )
    .select_from(verdict)
    .join(child, child.c.id == verdict.c.child_id)
    .where(
        verdict.c.posyandu_id == bindparam("posyandu_id"),
        verdict.c.month == bindparam("month"),
        verdict.c.counts.is_not(None),
        child.c.state == fixed("active"),
        child.c.posyandu_id == verdict.c.posyandu_id,
        child.c.birth > bindparam("born_after"),
    )
)


def summarise(tx: Tx, posyandu_id: int, month: str, now: int) -> None:
    """Count a posyandu's month anew and keep the counts."""
    if tx.dialect == "postgresql":
        tx.value(IN_TURN, posyandu=posyandu_id, month=int(month.replace("-", "")))
    tx.upsert(month_summary, posyandu_id=posyandu_id, month=month, at=now, **derive(tx, posyandu_id, month))


def derive(tx: Tx, posyandu_id: int, month: str) -> dict[str, int]:
    """A month counted from the book. Children are under five on its posyandu day (the month's last day without one)."""
    _, last = month_range(month)
    born_after = add_months(counting_day(tx, posyandu_id, month), -FIVE_YEARS).isoformat()
    who = tx.one(
        REGISTERED,
        posyandu_id=posyandu_id,
        born_after=born_after,
        born_until=last.isoformat(),
        last_day=last.isoformat(),
    )
    letters = tx.one(LETTERS, posyandu_id=posyandu_id, month=month, born_after=born_after)
    assert who is not None
    assert letters is not None
    return {"s": who.s, "k": who.k, "absent": max(0, who.s - letters.d), **letters._asdict()}


def counting_day(tx: Tx, posyandu_id: int, month: str) -> date:
    """The day that decides who is under five: the posyandu day, or the month's last day without one."""
    day = tx.value(DAY, posyandu_id=posyandu_id, month=month)
    return date.fromisoformat(day) if day else month_range(month)[1]
