"""Rekap: SKDN of a month as one message, and who has not been reported on a posyandu day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import of_place
from posyandu import quality
from posyandu.access import NAMED, POST
from posyandu.commands import ShowMissing, ShowRecap
from posyandu.people import Scope
from posyandu.queries import DayView
from storage import measuring
from storage.exports import levels
from storage.exports.hiding import Shown
from storage.exports.levels import LETTERS
from storage.look import Look
from storage.sql import Sql
from storage.summary import derive
from storage.tables import area, month_summary, posyandu, puskesmas

RATIOS = (("ds", "d", "s"), ("nd", "n", "d"), ("ks", "k", "s"))
MOST_DERIVED = 200  # posyandu without a summary row that a turn counts; the nightly check makes the rows
MOST_NAMES = 10  # posyandu without a result that one message names
_EACH = (
    select(posyandu.c.id, posyandu.c.name, posyandu.c.area, month_summary.c.at, *(month_summary.c[x] for x in LETTERS))
    .outerjoin(
        month_summary, (month_summary.c.posyandu_id == posyandu.c.id) & (month_summary.c.month == bindparam("month"))
    )
    .order_by(posyandu.c.name)
)
OF_POSYANDU = Sql(_EACH.where(posyandu.c.id == bindparam("posyandu_id")))
OF_PUSKESMAS = Sql(_EACH.where(posyandu.c.puskesmas_id == bindparam("puskesmas_id")))
OF_AREA = Sql(
    _EACH.where(
        (posyandu.c.area == bindparam("code"))
        | ((posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end")))
    )
)
NAME_POSYANDU = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))
NAME_PUSKESMAS = Sql(select(puskesmas.c.name).where(puskesmas.c.id == bindparam("puskesmas_id")))
NAME_AREA = Sql(select(area.c.name).where(area.c.code == bindparam("code")))


def show_recap(command: ShowRecap, desk: Desk) -> Outcome:
    """S, K, D, N, T, O, B and the ratios; for more than one posyandu also which of them have nothing yet.

    Whoever may not see names sees no number below five, nor what it could be worked out from.
    """
    place, _ = of_place(desk.tx, command)
    named = place is not None and desk.person.scope.reaches(place, NAMED)
    name, rows, missing = _figures(command, desk)
    row = {x: sum(r[x] for r in rows) for x in LETTERS}
    values: dict[str, Any] = {"place": name, "month": command.month, "total": max(len(rows), len(missing))}
    values["reported"] = values["total"] - len(missing)
    if not values["reported"]:
        return Outcome((("recap.nothing", values),))
    says: list[Say] = []
    seen = {} if named else _seen(command, desk)
    if all(isinstance(v, int) for v in seen.values()):
        shown = row | {ratio: 100 * row[over] / row[under] if row[under] else 0.0 for ratio, over, under in RATIOS}
        says.append(("recap.text", values | shown))
    else:
        says.append(("recap.hidden", values | seen))
    if values["total"] > 1:
        says.append(("recap.reported", values))
        if missing:
            rest = {"more": len(missing) - MOST_NAMES} if len(missing) > MOST_NAMES else None
            says.append(("recap.missing", values | {"rows": [{"name": n} for n in missing[:MOST_NAMES]]}))
            says += [("recap.and_more", rest)] if rest else []
    if isinstance(seen.get("d", 0), int):  # how many were weighed is in it
        says += _trend(command, desk)
    file = f"!file:skdn:{command.month}:{_place_id(command)}"
    return Outcome(tuple(says), actions=((file, "actions.as_file"), ("!sheets", "actions.other_sheets")))


def _figures(command: ShowRecap, desk: Desk) -> tuple[str, list[dict[str, int]], list[str]]:
    """The place's name, the figures of each posyandu, and the names of those without a result."""
    tx = desk.tx
    if command.posyandu_id is not None:
        name = tx.value(NAME_POSYANDU, posyandu_id=command.posyandu_id)
        found = tx.all(OF_POSYANDU, month=command.month, posyandu_id=command.posyandu_id)
    elif command.puskesmas_id is not None:
        name = tx.value(NAME_PUSKESMAS, puskesmas_id=command.puskesmas_id)
        found = tx.all(OF_PUSKESMAS, month=command.month, puskesmas_id=command.puskesmas_id)
    else:
        name = tx.value(NAME_AREA, code=command.area)
        below = {"code": command.area, "first": f"{command.area}.", "end": f"{command.area}/"}
        found = tx.all(OF_AREA, month=command.month, **below)
    rows, missing = [], []
    for r in found:
        if not r.d:
            missing.append(r.name)
        if r.at is not None:
            rows.append({x: int(getattr(r, x)) for x in LETTERS})
        elif len(missing) <= MOST_DERIVED:
            rows.append(derive(tx, r.id, command.month))
    return name or "", rows, missing


def _seen(command: ShowRecap, desk: Desk) -> Shown:
    """The numbers as they are shown to those who see no names, here and at every other level."""
    month = levels.of_month(desk.tx, command.month)
    if command.puskesmas_id is not None:
        rows = desk.tx.all(OF_PUSKESMAS, month=command.month, puskesmas_id=command.puskesmas_id)
        return month.shown_sum(levels.path_of(r.area, r.id) for r in rows)
    if command.posyandu_id is not None:
        place = desk.tx.one(OF_POSYANDU, month=command.month, posyandu_id=command.posyandu_id)
        return (month.shown(levels.path_of(place.area, place.id)) if place else None) or dict.fromkeys(LETTERS, "*")
    return month.shown(levels.path_of(command.area or "")) or dict.fromkeys(LETTERS, "*")


def _place_id(command: ShowRecap) -> str:
    if command.posyandu_id is not None:
        return f"posyandu:{command.posyandu_id}"
    return f"puskesmas:{command.puskesmas_id}" if command.puskesmas_id is not None else f"area:{command.area}"


def show_missing(command: ShowMissing, desk: Desk) -> Outcome:
    """The children of a posyandu without a weighing or a status on a day, by name."""
    look = Look(desk.tx, Scope(desk.person.id, desk.person.scope.posts), desk.today)
    name = desk.tx.value(NAME_POSYANDU, posyandu_id=command.posyandu_id)
    day = DayView("", "", command.on, command.posyandu_id, name, "")
    missing = [c for c in look.register(command.posyandu_id, command.on) if look.visit_of(c, command.on) is None]
    done = look.progress(day)
    values = {
        "on": command.on.isoformat(),
        "posyandu": name,
        "done": done.done,
        "total": done.total,
        "left": len(missing),
    }
    rows = [{"child": c.short, "mother": c.mother} for c in sorted(missing, key=lambda c: c.short.casefold())]
    listed: Say = ("missing.text", {**values, "rows": rows}) if missing else ("missing.none", values)
    return Outcome((listed, *_kind_hint(command.posyandu_id, desk)))


def _trend(command: ShowRecap, desk: Desk) -> list[Say]:
    """How one posyandu measured in a month, as shares without a name; from thirty weighings on."""
    if command.posyandu_id is None:
        return []
    found = quality.trends(measuring.readings(desk.tx, command.posyandu_id, desk.today))
    shown = [t for t in found if t.month.isoformat()[:7] == command.month and t.readings >= quality.BLOCK]
    return [("quality.trend", {"share": 100 * (t.digit_preference or 0.0), "of": t.readings}) for t in shown]


def _kind_hint(posyandu_id: int, desk: Desk) -> tuple[Say, ...]:
    """What was noticed in her own weighings: to the kader alone, kindly, at most once a month."""
    if not desk.person.scope.roles & POST:
        return ()
    found = measuring.hint(desk.tx, desk.person.id, posyandu_id, desk.today, desk.now)
    return ((f"quality.{found.kind.value}", {"seen": found.seen, "of": found.of}),) if found else ()


HANDLERS = {
    ShowRecap: Handler("see_numbers", of_place, show_recap),
    ShowMissing: Handler("see_children", of_place, show_missing),
}
