"""Posyandu days: planned ahead by each posyandu's rule, moved, cancelled, given other hours; and what follows.

Every change that people must hear of is a new version of the day. In the same transaction what waits in the outbox is
taken back, and exactly those who were told before are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, or_, select, update

from posyandu.calendar import DayRule, NotADayRule, local, month_of, month_range, months_before
from posyandu.reminders import Kind, owed
from storage.reminders import due, facts
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import posyandu, posyandu_day

MONTHS_AHEAD = 2
_PLACE = select(
    posyandu.c.id, posyandu.c.name, posyandu.c.day_rule, posyandu.c.opens, posyandu.c.closes, posyandu.c.place,
    posyandu.c.zone,
)  # fmt: skip
# A month in which a posyandu has any day, moved or cancelled ones too, needs none from its rule.
WITHOUT = Sql(
    _PLACE.where(
        posyandu.c.day_rule != "",
        ~select(1)
        .where(
            posyandu_day.c.posyandu_id == posyandu.c.id,
            posyandu_day.c.on >= bindparam("month_first"),
            posyandu_day.c.on <= bindparam("month_last"),
        )
        .correlate(posyandu)
        .exists(),
    ).order_by(posyandu.c.id)
)
PLACE = Sql(_PLACE.where(posyandu.c.id == bindparam("posyandu_id")))
_DAY = select(
    posyandu_day.c.id, posyandu_day.c.posyandu_id, posyandu_day.c.on, posyandu_day.c.opens, posyandu_day.c.closes,
    posyandu_day.c.place, posyandu_day.c.state, posyandu_day.c.version, posyandu_day.c.moved_to,
)  # fmt: skip
BY_DATE = Sql(
    _DAY.where(posyandu_day.c.posyandu_id == bindparam("posyandu_id"), posyandu_day.c.on == bindparam("on_day"))
)
COMING = Sql(
    _DAY.where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on >= bindparam("since"),
    )
    .order_by(posyandu_day.c.on)
    .limit(3)
)
PLANNED_AFTER = Sql(
    _DAY.where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on > bindparam("last"),
    ).order_by(posyandu_day.c.on)
)
SET_RULE = Sql(update(posyandu).where(posyandu.c.id == bindparam("which")).values(day_rule=bindparam("new_rule")))
OF_AREA = Sql(
    select(posyandu.c.id)
    .join(posyandu_day, posyandu_day.c.posyandu_id == posyandu.c.id)
    .where(
        posyandu_day.c.on == bindparam("on_day"),
        posyandu_day.c.state == fixed("planned"),
        or_(
            posyandu.c.puskesmas_id == bindparam("puskesmas_id"),
            posyandu.c.area == bindparam("code"),
            and_(posyandu.c.area >= bindparam("first"), posyandu.c.area < bindparam("end")),
        ),
    )
    .order_by(posyandu.c.id)
)
CHANGE = Sql(
    update(posyandu_day)
    .where(posyandu_day.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        moved_to=bindparam("target"),
        opens=bindparam("new_opens"),
        closes=bindparam("new_closes"),
        place=bindparam("new_place"),
        changed_at=bindparam("now"),
        version=posyandu_day.c.version + 1,
    )
)


class NotPossible(ValueError):
    """A day cannot be changed like that; the code has words under `days.refused`."""


@dataclass(frozen=True)
class Changed:
    """What a change did: the day's row as it was, and how many people are being told."""

    day: Row
    told: int


def plan_ahead(tx: Tx, now: int) -> int:
    """Make the days of this and the coming months of every posyandu that has none there; how many were made.

    A rule nobody can read plans nothing, and a day of this month that has passed is not made up for."""
    made = 0
    for ahead in range(MONTHS_AHEAD + 1):
        month = months_before(month_of(local(now, "Asia/Jayapura").date()), -ahead)
        first, last = month_range(month)
        for row in tx.all(WITHOUT, month_first=first.isoformat(), month_last=last.isoformat()):
            made += _plan(tx, row, month, now)
    return made


def _plan(tx: Tx, row: Row, month: str, now: int) -> int:
    try:
        on = DayRule.parse(row.day_rule).on(month)
    except NotADayRule:
        return 0
    if on < local(now, row.zone).date():
        return 0
    return int(_new_day(tx, row, on) is not None)


def _new_day(tx: Tx, place: Row, on: date, opens: int | None = None, closes: int | None = None) -> int | None:
    return tx.insert_once(
        posyandu_day,
        posyandu_id=place.id,
        on=on.isoformat(),
        month=month_of(on),
        opens=place.opens if opens is None else opens,
        closes=place.closes if closes is None else closes,
        place=place.place,
        state="planned",
    )


def coming(tx: Tx, posyandu_id: int, since: date) -> list[Row]:
    """The next planned days of a posyandu, three at most."""
    return tx.all(COMING, posyandu_id=posyandu_id, since=since.isoformat())


def in_area(tx: Tx, on: date, *, puskesmas_id: int | None = None, area: str | None = None) -> Sequence[int]:
    """The posyandu of a puskesmas or area with a planned day on a date."""
    code = area or "none"
    rows = tx.all(
        OF_AREA, on_day=on.isoformat(), puskesmas_id=puskesmas_id or 0, code=code, first=f"{code}.", end=f"{code}/"
    )
    return [r.id for r in rows]


def move(tx: Tx, posyandu_id: int, on: date, to: date, why: str, now: int) -> Changed:
    """Another date in the same month. Raises NotPossible."""
    day = _planned(tx, posyandu_id, on)
    place = tx.one(PLACE, posyandu_id=posyandu_id)
    assert place is not None
    today = local(now, place.zone).date()
    if to < today or on < today:
        raise NotPossible("past")
    if month_of(to) != month_of(on):
        raise NotPossible("other_month")
    there = tx.one(BY_DATE, posyandu_id=posyandu_id, on_day=to.isoformat())
    if to == on or (there is not None and there.state == "planned"):
        raise NotPossible("same_day")
    known = _known(tx, day.id, now)
    _change(tx, day, now, state="moved", why=why, target=to.isoformat())
    if there is None:
        target = _new_day(tx, place, to, day.opens, day.closes)
        assert target is not None
    else:
        # A date it was moved away from before, or cancelled: it counts again.
        target = int(there.id)
        tx.run(
            CHANGE, row_id=target, new_state="planned", why="", target=None, new_opens=day.opens,
            new_closes=day.closes, new_place=day.place, now=now,
        )  # fmt: skip
    told = _tell(tx, day.id, now, known)
    _tell(tx, target, now, _known(tx, target, now), not_again=True)
    return Changed(day, told)


def cancel(tx: Tx, posyandu_id: int, on: date, why: str, now: int) -> Changed:
    """No posyandu on that day. Raises NotPossible."""
    day = _planned(tx, posyandu_id, on)
    known = _known(tx, day.id, now)
    _change(tx, day, now, state="cancelled", why=why)
    return Changed(day, _tell(tx, day.id, now, known))


def rearrange(tx: Tx, posyandu_id: int, on: date, opens: int, closes: int, place: str, now: int) -> Changed:
    """Other hours or another place for one day. Raises NotPossible."""
    day = _planned(tx, posyandu_id, on)
    if not 0 <= opens < closes <= 24 * 60:
        raise NotPossible("hours")
    known = _known(tx, day.id, now)
    tx.run(
        CHANGE, row_id=day.id, new_state="planned", why="", target=None, new_opens=opens, new_closes=closes,
        new_place=place or day.place, now=now,
    )  # fmt: skip
    return Changed(day, _tell(tx, day.id, now, known))


def set_rule(tx: Tx, posyandu_id: int, rule: str, now: int) -> list[date]:
    """Another rule from next month on: days planned by the old one move. The next dates. Raises NotPossible."""
    place = tx.one(PLACE, posyandu_id=posyandu_id)
    if place is None:
        raise NotPossible("no_day")
    try:
        parsed = DayRule.parse(rule)
    except NotADayRule:
        raise NotPossible("rule") from None
    tx.run(SET_RULE, which=posyandu_id, new_rule=parsed.text())
    this_month = month_of(local(now, place.zone).date())
    for day in tx.all(PLANNED_AFTER, posyandu_id=posyandu_id, last=month_range(this_month)[1].isoformat()):
        old = date.fromisoformat(day.on)
        new = parsed.on(month_of(old))
        # One that somebody has moved by hand stays where she put it.
        if day.version == 0 and old != new:
            move(tx, posyandu_id, old, new, "jadwal baru", now)
    plan_ahead(tx, now)
    return [date.fromisoformat(d.on) for d in coming(tx, posyandu_id, local(now, place.zone).date())]


def _planned(tx: Tx, posyandu_id: int, on: date) -> Row:
    day = tx.one(BY_DATE, posyandu_id=posyandu_id, on_day=on.isoformat())
    if day is None or day.state != "planned":
        raise NotPossible("no_day")
    return day


def _change(tx: Tx, day: Row, now: int, *, state: str, why: str, target: str | None = None) -> None:
    tx.run(
        CHANGE, row_id=day.id, new_state=state, why=why[:120], target=target, new_opens=day.opens,
        new_closes=day.closes, new_place=day.place, now=now,
    )  # fmt: skip


def _known(tx: Tx, day_id: int, now: int) -> facts.Told:
    """Who knows of a day as it stands."""
    book = facts.of_day(tx, day_id, now)
    assert book is not None
    return facts.told_before(tx, book, now)


def _tell(tx: Tx, day_id: int, now: int, known: facts.Told, *, not_again: bool = False) -> int:
    """Take back what waits, tell what is owed now; how many people. known: who knew of the day before it changed.
    not_again: the day that another was moved to says nothing to those who have just been told so."""
    due.withdraw_day(tx, day_id, now)
    book = facts.of_day(tx, day_id, now)
    assert book is not None
    fresh = []
    for one in owed(facts.with_told(book, known).facts, now):
        who = one.once.rsplit(":", 1)[1]
        if not not_again or (one.kind is not Kind.CHANGE and facts.who_key(who) not in known.version):
            fresh.append(one)
    due.put(tx, [(book, fresh)], now)
    return len({d.to for d in fresh if d.to is not None and d.dropped is None})
