"""Answers what flows look up (posyandu.queries.Queries), never outside the asker's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, select

from posyandu.access import NAMED, may
from posyandu.anthropometry import Sex
from posyandu.calendar import say_date
from posyandu.people import Place, Post, Scope
from posyandu.queries import ChildView, DayView, Last, PlaceView, Progress, SheetView, VisitView, call_name
from posyandu.queries_days import MotherView
from storage import look_days, look_sheets
from storage.look_aid import AidLook
from storage.look_cases import CaseLook
from storage.people import place_of_child, place_of_posyandu
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import child, measurement, person, posyandu, posyandu_day, verdict, visit

Found = TypeVar("Found")
LATEST_DAYS = 14  # a posyandu day can be reported on for so long without being named

_LATEST_DAY = (
    select(func.max(posyandu_day.c.on))
    .where(
        posyandu_day.c.posyandu_id == posyandu.c.id,
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on >= bindparam("since"),
        posyandu_day.c.on <= bindparam("today"),
    )
    .correlate(posyandu)
    .scalar_subquery()
)
POSYANDU = Sql(select(posyandu.c.id, posyandu.c.name, posyandu.c.zone).where(posyandu.c.id == bindparam("posyandu_id")))
_POSYANDU = select(
    posyandu.c.id, posyandu.c.name, posyandu.c.zone, posyandu.c.puskesmas_id, posyandu.c.area,
    _LATEST_DAY.label("latest"),
)  # fmt: skip
ITSELF = Sql(_POSYANDU.where(posyandu.c.id == bindparam("posyandu_id")))
OF_PUSKESMAS = Sql(_POSYANDU.where(posyandu.c.puskesmas_id == bindparam("puskesmas_id")).order_by(posyandu.c.name))
OF_AREA = Sql(
    _POSYANDU.where(
        (posyandu.c.area == bindparam("code"))
        | ((posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end")))
    ).order_by(posyandu.c.name)
)
_CHILD = (
    child.c.id, child.c.name, child.c.nickname, child.c.code, child.c.sex, child.c.birth, child.c.mother_name,
    child.c.posyandu_id, child.c.rt,
)  # fmt: skip
# Active children; and the visitors of that day, who came without being registered.
ON_REGISTER = Sql(
    select(*_CHILD, child.c.state)
    .where(
        child.c.posyandu_id == bindparam("posyandu_id"),
        (child.c.state == fixed("active"))
        | ((child.c.state == fixed("visitor")) & (child.c.since == bindparam("on_day"))),
    )
    .order_by(child.c.name, child.c.id)
)
CHILD = Sql(select(*_CHILD).where(child.c.id == bindparam("child_id"), child.c.state == fixed("active")))
_ROUND = (verdict.c.child_id, verdict.c.on, verdict.c.grams, verdict.c.mm)
# Wherever they were weighed: a child that has moved here brings its rounds along.
ROUNDS_OF_REGISTER = Sql(
    select(*_ROUND)
    .join(child, child.c.id == verdict.c.child_id)
    .where(
        child.c.posyandu_id == bindparam("posyandu_id"),
        verdict.c.on >= bindparam("since"),
        verdict.c.on < bindparam("before"),
    )
    .order_by(verdict.c.on)
)
ROUNDS_OF_CHILD = Sql(
    select(*_ROUND)
    .where(verdict.c.child_id == bindparam("child_id"), verdict.c.on < bindparam("before"))
    .order_by(verdict.c.on)
)
# One row at least where there is a visit, its fields empty when nothing was measured.
VISIT = Sql(
    select(visit.c.status, measurement.c.field, measurement.c.value, measurement.c.position, person.c.name)
    .outerjoin(measurement, (measurement.c.visit_id == visit.c.id) & measurement.c.current.is_not(None))
    .outerjoin(person, person.c.id == measurement.c.by_person)
    .where(visit.c.child_id == bindparam("child_id"), visit.c.on == bindparam("on_day"))
)
_REPORTED = (
    select(func.count(func.distinct(visit.c.child_id)))
    .join(child, child.c.id == visit.c.child_id)
    .where(
        visit.c.posyandu_id == bindparam("posyandu_id"),
        visit.c.on == bindparam("on_day"),
        child.c.state == fixed("active"),
        visit.c.status.is_not(None)
        | select(1)
        .where(measurement.c.visit_id == visit.c.id, measurement.c.current.is_not(None))
        .correlate(visit)
        .exists(),
    )
)
_REGISTERED = (
    select(func.count())
    .select_from(child)
    .where(child.c.posyandu_id == bindparam("posyandu_id"), child.c.state == fixed("active"))
)
PROGRESS = Sql(select(_REPORTED.scalar_subquery().label("done"), _REGISTERED.scalar_subquery().label("total")))


class Look(CaseLook, AidLook):
    """The book as one person may read it on one day."""

    def __init__(self, tx: Tx, scope: Scope, today: date) -> None:
        self._tx = tx
        self.scope = scope
        self.today = today
        self._kept: dict[tuple[Any, ...], Any] = {}

    def _once(self, key: tuple[Any, ...], find: Callable[[], Found]) -> Found:
        """A flow looks the same thing up each time it runs; within a turn the book is read once."""
        if key not in self._kept:
            self._kept[key] = find()
        found: Found = self._kept[key]
        return found

    def forget_visits(self) -> None:
        """A visit has changed: what hangs on it is read anew."""
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] not in ("visit", "progress")}

    def posyandu(self) -> list[Row]:
        """The posyandu whose names and values are hers to see: rows of id, name, zone, puskesmas_id, area and the
        `latest` day that may be reported on."""
        return self._once(("posyandu",), self._posyandu)

    def _posyandu(self) -> list[Row]:
        found: dict[int, Row] = {}
        span = days_from(self.today)
        for post in self.scope.posts:
            if post.role not in NAMED:
                continue
            if post.posyandu_id is not None:
                rows = self._tx.all(ITSELF, posyandu_id=post.posyandu_id, **span)
            elif post.puskesmas_id is not None:
                rows = self._tx.all(OF_PUSKESMAS, puskesmas_id=post.puskesmas_id, **span)
            else:
                code = post.area or ""
                rows = self._tx.all(OF_AREA, code=code, first=f"{code}.", end=f"{code}/", **span)
            found.update({r.id: r for r in rows})
        return list(found.values())

    def open_days(self) -> list[DayView]:
        """Each of her posyandu's latest days, newest first; where there is none, today as an extra day."""
        return self._once(("days",), self._open_days)

    def _open_days(self) -> list[DayView]:
        days: list[DayView] = []
        places = self.posyandu()
        for place in places:
            on = date.fromisoformat(place.latest) if place.latest else self.today
            days.append(_day(place, on, planned=bool(place.latest), several=len(places) > 1))
        return sorted(days, key=lambda d: (not d.planned, -d.on.toordinal(), d.posyandu))

    def day(self, day_id: str) -> DayView | None:
        posyandu_id, _, on = day_id.partition("@")
        place = next((p for p in self.posyandu() if str(p.id) == posyandu_id), None)
        return None if place is None else _day(place, date.fromisoformat(on))

    def children_of(self, day: DayView) -> list[ChildView]:
        """The register of a posyandu, with what was measured before that day, and its visitors of that day."""
        active, visitors = self._of_day(day.posyandu_id, day.on)
        return active + visitors

    def register(self, posyandu_id: int, on: date) -> list[ChildView]:
        """Every active child of a posyandu of hers, by name; each with the latest round before `on`."""
        return self._of_day(posyandu_id, on)[0]

    def _of_day(self, posyandu_id: int, on: date) -> tuple[list[ChildView], list[ChildView]]:
        return self._once(("register", posyandu_id, on), lambda: self._read_register(posyandu_id, on))

    def _place(self, posyandu_id: int) -> Place | None:
        """Where a posyandu stands; of her own it is known already."""
        own = next((p for p in self.posyandu() if p.id == posyandu_id), None)
        return place_of_posyandu(self._tx, posyandu_id) if own is None else Place(own.area, own.id, own.puskesmas_id)

    def _read_register(self, posyandu_id: int, on: date) -> tuple[list[ChildView], list[ChildView]]:
        place = self._place(posyandu_id)
        if place is None or not may(self.scope, "see_children", place):
            return [], []
        since = (on - timedelta(days=400)).isoformat()
        rounds: dict[int, Last] = {}
        for r in self._tx.all(ROUNDS_OF_REGISTER, posyandu_id=posyandu_id, since=since, before=on.isoformat()):
            rounds[r.child_id] = _after(rounds.get(r.child_id, Last()), r)
        found = self._tx.all(ON_REGISTER, posyandu_id=posyandu_id, on_day=on.isoformat())
        rows = [r for r in found if r.state == "active"]
        shorts = short_names(rows)
        visitors = [_visitor(r) for r in found if r.state != "active"]
        return [_child(r, shorts[r.id], rounds.get(r.id, Last())) for r in rows], visitors

    def child(self, child_id: str) -> ChildView | None:
        return self.child_before(child_id, self.today)

    def child_before(self, child_id: str, on: date) -> ChildView | None:
        """One child, with the latest round before `on`."""
        if not child_id.isdigit():
            return None
        row = self._tx.one(CHILD, child_id=int(child_id))
        place = place_of_child(self._tx, int(child_id))
        if row is None or place is None or not may(self.scope, "see_child", place, row.id):
            return None
        last = Last()
        for r in self._tx.all(ROUNDS_OF_CHILD, child_id=row.id, before=on.isoformat()):
            last = _after(last, r)
        return _child(row, row.nickname or call_name(row.name), last)

    def visit_of(self, child: ChildView, on: date) -> VisitView | None:
        return self._once(("visit", child.id, on), lambda: self._visit_of(child, on))

    def _visit_of(self, child: ChildView, on: date) -> VisitView | None:
        found = self._tx.all(VISIT, child_id=int(child.id), on_day=on.isoformat())
        rows, status = [r for r in found if r.field is not None], found[0].status if found else None
        if not rows and status is None:
            return None
        values = {r.field: r.value for r in rows}
        position = next((r.position for r in rows if r.field == "length"), None)
        return VisitView(on, values, {r.field: r.name or "" for r in rows}, position, status)

    def coming_days(self) -> list[DayView]:
        return look_days.coming(self._tx, self.posyandu(), self.today)

    def missing_of(self, day: DayView) -> list[ChildView]:
        """The children of a day of whom nothing is known in its month."""
        unsaid = {str(i) for i in look_days.unsaid(self._tx, self.scope, day)}
        return [c for c in self.register(day.posyandu_id, day.on) if c.id in unsaid]

    def mothers(self, posyandu_id: int) -> list[MotherView]:
        return look_days.mothers(self._tx, self.scope, posyandu_id)

    def area_days(self, post: Post) -> list[DayView]:
        """The coming dates of a post's puskesmas or area."""
        return look_days.dates(self._tx, self.scope, self.today, puskesmas_id=post.puskesmas_id, area=post.area)

    def progress(self, day: DayView) -> Progress:
        return self._once(("progress", day.posyandu_id, day.on), lambda: self._progress(day))

    def _progress(self, day: DayView) -> Progress:
        far = self._tx.one(PROGRESS, posyandu_id=day.posyandu_id, on_day=day.on.isoformat())
        assert far is not None
        return Progress(int(far.done), int(far.total))

    def place_of(self, child: ChildView) -> Place:
        return place_of_child(self._tx, int(child.id)) or Place()

    def number_places(self) -> list[PlaceView]:
        return look_sheets.places(self._tx, self.scope)

    def sheet(self, job_id: int) -> SheetView | None:
        return look_sheets.sheet(self._tx, self.scope, job_id)


def days_from(today: date) -> dict[str, str]:
    """Between which dates a posyandu day may be reported on without being named."""
    return {"since": (today - timedelta(days=LATEST_DAYS)).isoformat(), "today": today.isoformat()}


def _day(place: Row, on: date, *, planned: bool = True, several: bool = False) -> DayView:
    name = f"{say_date(on)} · {place.name}" if several else say_date(on)
    return DayView(f"{place.id}@{on.isoformat()}", name, on, place.id, place.name, place.zone, planned)


def _after(last: Last, row: Row) -> Last:
    """The latest of each: a round without a length keeps the length before it."""
    on = date.fromisoformat(row.on)
    weighed = row.grams is not None
    return Last(
        on if weighed else last.on,
        row.grams if weighed else last.grams,
        row.mm if row.mm is not None else last.mm,
        on if row.mm is not None else last.length_on,
    )


def _child(row: Row, short: str, last: Last) -> ChildView:
    aka = tuple(dict.fromkeys(n for n in (row.nickname, row.code) if n and n != row.name))
    return ChildView(
        str(row.id), row.name, short, row.code, Sex(row.sex), date.fromisoformat(row.birth), row.mother_name,
        row.posyandu_id, row.rt, aka, last,
    )  # fmt: skip


def _visitor(row: Row) -> ChildView:
    return ChildView(
        str(row.id), row.name, call_name(row.name), row.code, Sex(row.sex), date.fromisoformat(row.birth),
        row.mother_name, row.posyandu_id,
    )  # fmt: skip


def short_names(rows: Sequence[Any]) -> dict[Any, str]:
    """What each child of a register is called: the nickname, else one word of the name, else enough to tell apart."""
    called = {row.id: row.nickname or call_name(row.name) for row in rows}
    shared = Counter(short.casefold() for short in called.values())
    return {
        row.id: _longer(row, called[row.id], rows) if shared[called[row.id].casefold()] > 1 else called[row.id]
        for row in rows
    }


def _longer(row: Any, short: str, rows: Sequence[Any]) -> str:
    """As many words of the name as it takes to be the only one."""
    words = row.name.split()
    start = words.index(short.split()[0]) if short.split()[0] in words else 0
    for end in range(start + len(short.split()), len(words) + 1):
        short = " ".join(words[start:end])
        if not any(short.casefold() in r.name.casefold() for r in rows if r.id != row.id):
            break
    return short
