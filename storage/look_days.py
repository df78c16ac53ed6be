"""What talks about posyandu days look up: the days that come, who is missing on one, and the dates of an area."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from posyandu.access import may
from posyandu.calendar import say_date
from posyandu.people import Scope
from posyandu.queries import DayView
from posyandu.queries_days import MotherView
from storage import days, pregnancies
from storage.people import place_of_posyandu
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import child, posyandu, posyandu_day, verdict, visit

_SAID = (
    select(1)
    .select_from(visit)
    .outerjoin(verdict, verdict.c.visit_id == visit.c.id)
    .where(
        visit.c.child_id == child.c.id,
        visit.c.month == bindparam("month"),
        or_(visit.c.status.is_not(None), verdict.c.visit_id.is_not(None)),
    )
    .correlate(child)
    .exists()
)
UNSAID = Sql(
    select(child.c.id)
    .where(
        child.c.posyandu_id == bindparam("posyandu_id"),
        child.c.state == fixed("active"),
        child.c.birth > bindparam("born_after"),
        child.c.birth <= bindparam("on_day"),
        ~_SAID,
    )
    .order_by(child.c.name, child.c.id)
)
_UNDER = or_(
    posyandu.c.id == bindparam("posyandu_id"),
    posyandu.c.puskesmas_id == bindparam("puskesmas_id"),
    posyandu.c.area == bindparam("code"),
    and_(posyandu.c.area >= bindparam("first"), posyandu.c.area < bindparam("end")),
)
DATES = Sql(
    select(posyandu_day.c.on, func.count().label("posyandu"))
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        _UNDER,
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on >= bindparam("since"),
        posyandu_day.c.on <= bindparam("until"),
    )
    .group_by(posyandu_day.c.on)
    .order_by(posyandu_day.c.on)
)
_ENTERED = (
    select(1)
    .where(visit.c.posyandu_id == posyandu_day.c.posyandu_id, visit.c.month == posyandu_day.c.month)
    .correlate(posyandu_day)
    .exists()
)
SILENT = Sql(
    select(
        posyandu.c.id, posyandu.c.name, posyandu.c.zone, posyandu_day.c.id.label("day_id"), posyandu_day.c.on,
        posyandu_day.c.opens, posyandu_day.c.closes, posyandu_day.c.place,
    )
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        _UNDER,
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on >= bindparam("since"),
        posyandu_day.c.on < bindparam("today"),
        ~_ENTERED,
    )
    .order_by(posyandu.c.name, posyandu_day.c.on)
)  # fmt: skip


def under(
    *, posyandu_id: int | None = None, puskesmas_id: int | None = None, area: str | None = None
) -> dict[str, Any]:
    """The values that name a posyandu, a puskesmas or an area and everything below it."""
    code = "none" if area is None else area
    first, end = ("", "~") if code == "" else (f"{code}.", f"{code}/")
    return {
        "posyandu_id": posyandu_id or 0,
        "puskesmas_id": puskesmas_id or 0,
        "code": code,
        "first": first,
        "end": end,
    }


def coming(tx: Tx, places: Sequence[Row], today: date) -> list[DayView]:
    """The next planned days of these posyandu, soonest first."""
    found = []
    for place in places:
        for day in days.coming(tx, place.id, today):
            on = date.fromisoformat(day.on)
            name = f"{say_date(on)} · {place.name}" if len(places) > 1 else say_date(on)
            found.append(DayView(f"{place.id}@{day.on}", name, on, place.id, place.name, place.zone))
    return sorted(found, key=lambda d: (d.on, d.posyandu))


def unsaid(tx: Tx, scope: Scope, day: DayView) -> list[int]:
    """The children under five of a day's register of whom nothing is known in that month."""
    place = place_of_posyandu(tx, day.posyandu_id)
    if place is None or not may(scope, "see_children", place):
        return []
    born_after = day.on.replace(year=day.on.year - 5, day=min(day.on.day, 28))
    rows = tx.all(
        UNSAID,
        posyandu_id=day.posyandu_id,
        month=day.on.isoformat()[:7],
        born_after=born_after.isoformat(),
        on_day=day.on.isoformat(),
    )
    return [r.id for r in rows]


def dates(tx: Tx, scope: Scope, today: date, **where: Any) -> list[DayView]:
    """The dates of the next weeks on which posyandu of an area have their day, with how many."""
    until = (today + timedelta(days=45)).isoformat()
    rows = tx.all(DATES, **under(**where), since=today.isoformat(), until=until)
    return [
        DayView(
            r.on, f"{say_date(date.fromisoformat(r.on))} · {r.posyandu} posyandu", date.fromisoformat(r.on), 0, "", ""
        )
        for r in rows
    ]


def silent(tx: Tx, today: date, **where: Any) -> list[Row]:
    """Posyandu whose day lay in the last 31 days and whose month has nothing written."""
    since = (today - timedelta(days=31)).isoformat()
    return tx.all(SILENT, **under(**where), since=since, today=today.isoformat())


def mothers(tx: Tx, scope: Scope, posyandu_id: int) -> list[MotherView]:
    """The pregnant women of a posyandu."""
    place = place_of_posyandu(tx, posyandu_id)
    if place is None or not may(scope, "keep_pregnancy", place):
        return []
    return [
        MotherView(
            str(r.id),
            r.name,
            tuple(v.name for v in tx.all(pregnancies.VISITS, pregnancy_id=r.id)),
            r.person_id is not None,
        )
        for r in pregnancies.active(tx, posyandu_id)
    ]
