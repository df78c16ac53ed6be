"""Digests: what a coordinator reads on Monday, posyandu by posyandu, and what a bidan reads once a day.

Only posyandu with something to say are read; from them follows who is told, so the cost follows what is due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, case, cast, func, or_, select

from posyandu.calendar import month_of
from posyandu.people import Place
from posyandu.pregnancy import antenatal_visit_due, birth_to_ask
from posyandu.reminders import Budgets, Kind, Lookup, Officer, digest
from posyandu.reminders.moments import clock_moment
from storage import outbox
from storage.cases_asked import Asked, for_digest, message
from storage.reminders import writing
from storage.reminders.words import Words
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import membership, month_summary, person, posyandu, posyandu_day, pregnancy, verdict, visit

MOST_LINES = 12  # of one kind in a digest; the rest is a number
LOW_MUAC_MM = 235  # LiLA below 23,5 cm

_PLACE = (posyandu.c.id, posyandu.c.name, posyandu.c.area, posyandu.c.puskesmas_id)
_entered = (
    select(1)
    .where(visit.c.posyandu_id == posyandu_day.c.posyandu_id, visit.c.month == posyandu_day.c.month)
    .correlate(posyandu_day)
    .exists()
)
# Posyandu whose day this month lies in the past, and whether anything was written in that month.
WEEK = Sql(
    select(
        *_PLACE, posyandu_day.c.id.label("day_id"), posyandu_day.c.on, posyandu_day.c.month,
        case((_entered, 1), else_=0).label("entered"), month_summary.c.s, month_summary.c.d, month_summary.c.n,
    )
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .outerjoin(
        month_summary,
        and_(month_summary.c.posyandu_id == posyandu.c.id, month_summary.c.month == posyandu_day.c.month),
    )
    .where(
        posyandu_day.c.on >= bindparam("since_on"),
        posyandu_day.c.on < bindparam("today"),
        posyandu_day.c.state == fixed("planned"),
        posyandu.c.zone == bindparam("zone"),
    )
    .order_by(posyandu.c.name, posyandu_day.c.on)
)  # fmt: skip


def _ones(condition: Any) -> Any:
    return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), BigInteger)


TODAY = Sql(
    select(
        *_PLACE, func.count().label("d"), _ones(verdict.c.nt == "N").label("n"), _ones(verdict.c.nt == "T").label("t"),
        _ones(verdict.c.two_t == 1).label("two_t"), _ones(verdict.c.bgm == 1).label("bgm"),
    )
    .join(posyandu, posyandu.c.id == verdict.c.posyandu_id)
    .where(
        verdict.c.at >= bindparam("since"), verdict.c.month >= bindparam("month_before"),
        verdict.c.on >= bindparam("since_on"), posyandu.c.zone == bindparam("zone"),
    )
    .group_by(*_PLACE)
    .order_by(posyandu.c.name)
)  # fmt: skip
TOMORROW = Sql(
    select(*_PLACE, posyandu_day.c.on, posyandu_day.c.opens, posyandu_day.c.closes)
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        posyandu_day.c.on == bindparam("tomorrow"),
        posyandu_day.c.state == fixed("planned"),
        posyandu.c.zone == bindparam("zone"),
    )
    .order_by(posyandu.c.name)
)
# Those of tomorrow's posyandu, and whoever was measured below 23,5 cm since yesterday.
PREGNANT = Sql(
    select(*_PLACE, pregnancy.c.name.label("mother"), pregnancy.c.hpht, pregnancy.c.muac_mm)
    .join(posyandu, posyandu.c.id == pregnancy.c.posyandu_id)
    .outerjoin(
        posyandu_day,
        and_(
            posyandu_day.c.posyandu_id == posyandu.c.id,
            posyandu_day.c.on == bindparam("tomorrow"),
            posyandu_day.c.state == fixed("planned"),
        ),
    )
    .where(
        pregnancy.c.state == fixed("active"),
        posyandu.c.zone == bindparam("zone"),
        or_(
            posyandu_day.c.id.is_not(None),
            and_(pregnancy.c.muac_mm < bindparam("low"), pregnancy.c.at >= bindparam("since")),
        ),
    )
    .order_by(posyandu.c.name, pregnancy.c.id)
)
OFFICES = ("tp_pkk", "tp_posyandu")  # they hear who has reported; counts of a single posyandu are not theirs
COORDINATORS = ("puskesmas", "tpg", *OFFICES)
_POSTS = (
    select(
        membership.c.person_id,
        membership.c.role,
        membership.c.area,
        membership.c.posyandu_id,
        membership.c.puskesmas_id,
    )
    .join(person, person.c.id == membership.c.person_id)
    .where(
        person.c.state == fixed("active"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
    .order_by(membership.c.person_id, membership.c.id)
)
WHO_COORDINATES = Sql(_POSTS.where(among(membership.c.role, *COORDINATORS)))
BIDAN = Sql(_POSTS.where(membership.c.role == fixed("bidan")))


@dataclass
class Digest:
    """The lines one officer reads: rows by the key of their words."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def items(self) -> int:
        return sum(len(r) for r in self.rows.values())


def write(tx: Tx, ask: Lookup, now: int, budgets: Budgets) -> int:
    """Write the digests of a zone that fell due; how many rows."""
    weekly = ask.kind is Kind.WEEKLY
    lines = _week(tx, ask) if weekly else _day(tx, ask, now)
    found = _by_officer(tx, lines, WHO_COORDINATES if weekly else BIDAN, now) if lines else {}
    asked: dict[int, Asked] = {}
    put = 0
    if not weekly and now < clock_moment(ask.kind, ask.anchor, ask.zone).expires:  # else they are asked tomorrow
        asked, put = for_digest(tx, now, ask.zone)
    written = []
    for who in sorted({*found, *asked}):
        one = found.get(who, Digest())
        items = one.items + (asked[who].items if who in asked else 0)
        due = digest(
            ask.kind, Officer(who, ask.zone, "coordinator" if weekly else "bidan", items), ask.anchor, now, budgets
        )
        group = f"digest:{ask.kind.value}:{ask.anchor.isoformat()}"
        if who in asked:
            says = words(ask, one).says if one.items else ()
            once = due.once if due is not None else None
            put += _joined(tx, who, asked[who], {"says": says, "items": one.items, "group": group}, once, now)
        elif due is not None:
            written.append(writing.Said(due, words(ask, one), group))
    return put + writing.write(tx, written, {}, now)


def _joined(tx: Tx, who: int, asked: Asked, more: dict[str, Any], once: str | None, now: int) -> int:
    """One message with the day and the questions about cases. They are asked even where the day has had its message:
    who works in two zones has two."""
    if outbox.put(tx, message(who, asked, once, **more), now) is None:
        outbox.put(tx, message(who, asked), now)
    return 1


@dataclass(frozen=True)
class Line:
    """One line of a digest: where it happened, the key of its words and their variables."""

    place: Place
    key: str
    values: Mapping[str, Any]


def _place(row: Row) -> Place:
    return Place(row.area, row.id, row.puskesmas_id)


def _week(tx: Tx, ask: Lookup) -> list[Line]:
    since_on = ask.anchor - timedelta(days=7)
    rows = tx.all(WEEK, zone=ask.zone, since_on=since_on.isoformat(), today=ask.anchor.isoformat())
    return [
        Line(
            _place(r),
            "reported" if r.entered else "silent",
            {"posyandu": r.name, "on": r.on, "s": r.s or 0, "d": r.d or 0, "n": r.n or 0, "day": r.day_id},
        )
        for r in rows
    ]


def _day(tx: Tx, ask: Lookup, now: int) -> list[Line]:
    tomorrow = (ask.anchor + timedelta(days=1)).isoformat()
    since = now - 24 * 3600_000
    since_on = ask.anchor - timedelta(days=40)
    rows = tx.all(
        TODAY,
        zone=ask.zone,
        since=since,
        month_before=month_of(since_on),
        since_on=(ask.anchor - timedelta(days=7)).isoformat(),
    )
    lines = [
        Line(_place(r), "weighed", {"posyandu": r.name, "d": r.d, "n": r.n, "t": r.t, "two_t": r.two_t, "bgm": r.bgm})
        for r in rows
    ]
    for r in tx.all(TOMORROW, zone=ask.zone, tomorrow=tomorrow):
        lines.append(Line(_place(r), "tomorrow", {"posyandu": r.name, "opens": r.opens, "closes": r.closes}))
    for r in tx.all(PREGNANT, zone=ask.zone, tomorrow=tomorrow, low=LOW_MUAC_MM, since=since):
        lines += _of_mother(r, ask.anchor + timedelta(days=1))
    return lines


def _of_mother(row: Row, on: date) -> list[Line]:
    """A pregnant woman of tomorrow's posyandu: LiLA below 23,5, a visit that belongs in these days, a birth to ask."""
    hpht = date.fromisoformat(row.hpht)
    said = {"posyandu": row.name, "mother": row.mother}
    lines = []
    if row.muac_mm is not None and row.muac_mm < LOW_MUAC_MM:
        lines.append(Line(_place(row), "low_muac", {**said, "mm": row.muac_mm}))
    visit_due = antenatal_visit_due(hpht, on)
    if birth_to_ask(hpht, on):
        lines.append(Line(_place(row), "birth_to_ask", said))
    elif visit_due is not None:
        lines.append(Line(_place(row), "visit_due", {**said, "visit": visit_due.name}))
    return lines


def _by_officer(tx: Tx, lines: Sequence[Line], posts: Sql, now: int) -> dict[int, Digest]:
    """Each line to every officer whose post covers its place."""
    under: dict[Any, list[Line]] = defaultdict(list)
    for one in lines:
        codes = one.place.area.split(".")
        keys = {"", *(".".join(codes[: n + 1]) for n in range(len(codes)))}
        for key in (("posyandu", one.place.posyandu_id), ("puskesmas", one.place.puskesmas_id), *keys):
            under[key].append(one)
    found: dict[int, Digest] = {}
    seen: set[tuple[int, int]] = set()
    for r in tx.all(posts, now=now):
        key = (
            ("posyandu", r.posyandu_id)
            if r.posyandu_id
            else ("puskesmas", r.puskesmas_id)
            if r.puskesmas_id
            else r.area
        )
        for one in under.get(key, ()):
            if (r.person_id, id(one)) not in seen:
                seen.add((r.person_id, id(one)))
                plain = one.key == "reported" and r.role in OFFICES
                found.setdefault(r.person_id, Digest()).rows["done" if plain else one.key].append(dict(one.values))
    return found


def words(ask: Lookup, one: Digest) -> Words:
    """The digest as one bubble; what is too much of a kind becomes a number."""
    head = f"digest.{ask.kind.value}"
    rows: list[list[Any]] = [[head, {"on": ask.anchor.isoformat(), "count": one.items}]]
    for key, some in one.rows.items():
        rows.append([f"digest.{key}", {"count": len(some), "rows": some[:MOST_LINES]}])
        if len(some) > MOST_LINES:
            rows.append(["digest.more", {"count": len(some) - MOST_LINES}])
    silent = len(one.rows.get("silent", ()))
    actions = ((f"!ingatkan:{ask.anchor.isoformat()}", "actions.remind_those"),) if silent else ()
    return Words((("lines", {"rows": rows}),), actions, "digest_staff", {"area": "posyandu", "count": str(one.items)})
