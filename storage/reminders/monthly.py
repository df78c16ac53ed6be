"""Before a month closes: each posyandu's kader hear which children nobody has said anything about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, bindparam, func, or_, select

from posyandu.calendar import instant
from posyandu.queries import call_name
from posyandu.reminders import Budgets, Kader, Lookup, MonthFacts, due_of_month, spend
from storage.reminders import reading, writing
from storage.reminders.closing import missing_in_zone
from storage.reminders.words import of_closing
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import membership, person, posyandu_day

_theirs = membership.alias("theirs")
KADER = Sql(
    select(membership.c.person_id, posyandu_day.c.on)
    .select_from(membership)
    .join(person, and_(person.c.id == membership.c.person_id, person.c.state == fixed("active")))
    .join(_theirs, _theirs.c.person_id == membership.c.person_id)
    .outerjoin(
        posyandu_day,
        and_(
            posyandu_day.c.posyandu_id == _theirs.c.posyandu_id,
            posyandu_day.c.state == fixed("planned"),
            posyandu_day.c.on >= bindparam("near_first"),
            posyandu_day.c.on <= bindparam("near_last"),
        ),
    )
    .where(
        membership.c.posyandu_id == bindparam("posyandu_id"),
        among(membership.c.role, "kader", "ketua"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
)
LAST_DAY = Sql(
    select(func.max(posyandu_day.c.on)).where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on.startswith(bindparam("month")),
    )
)


@dataclass(frozen=True)
class Missing:
    """One posyandu's month that closes, with its missing children."""

    posyandu_id: int
    posyandu: str
    month: str
    zone: str
    anchor: date
    children: tuple[Row, ...]


def missing(tx: Tx, ask: Lookup) -> list[Missing]:
    """The posyandu of a zone with children missing in the month that closes."""
    found = missing_in_zone(tx, ask.zone, ask.month)
    return [
        Missing(id, rows[0].posyandu, ask.month, ask.zone, ask.anchor, tuple(rows))
        for id, rows in sorted(found.items())
    ]


def write(tx: Tx, one: Missing, now: int, budgets: Budgets) -> int:
    """Tell its kader; how many rows."""
    near = {
        "near_first": (one.anchor - timedelta(days=1)).isoformat(),
        "near_last": (one.anchor + timedelta(days=7)).isoformat(),
    }
    days: dict[int, set[date]] = defaultdict(set)
    for r in tx.all(KADER, posyandu_id=one.posyandu_id, now=now, **near):
        days[r.person_id] |= {date.fromisoformat(r.on)} if r.on else set()
    kader = tuple(Kader(who, one.zone, frozenset(on)) for who, on in sorted(days.items()))
    ids = tuple(c.id for c in one.children)
    dues = due_of_month(MonthFacts(one.posyandu_id, one.month, one.zone, kader, ids), now, budgets)
    spent = {}
    for due in dues:
        if due.to is not None and due.purse is not None:
            since = instant(date.fromisoformat(due.purse.period), 0, one.zone)
            spent[(due.to, due.purse.period)] = int(tx.value(reading.SPENT_BY_ONE, whose=due.to, since=since))
    on = tx.value(LAST_DAY, posyandu_id=one.posyandu_id, month=one.month)
    day = f"{one.posyandu_id}@{on}" if on else ""
    words = of_closing(one.posyandu, one.month, [c.nickname or call_name(c.name) for c in one.children], day)
    kept = (writing.Said(due, words, f"closing:{one.posyandu_id}:{one.month}") for due in spend(dues, spent))
    return writing.write(tx, kept, {}, now)
