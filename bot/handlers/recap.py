"""Rekap: SKDN of a month as one message, and who has not been reported on a posyandu day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.where import of_place
from posyandu.commands import ShowMissing, ShowRecap
from posyandu.people import Scope
from posyandu.queries import DayView
from storage.look import Look
from storage.sql import Sql
from storage.tables import area, month_summary, posyandu, puskesmas

LETTERS = ("s", "k", "d", "n", "t", "o", "b", "bgm", "two_t", "orange", "absent")
_SUMS = tuple(cast(func.coalesce(func.sum(month_summary.c[x]), 0), BigInteger).label(x) for x in LETTERS)
_MONTH = month_summary.c.month == bindparam("month")
_FROM = select(*_SUMS, func.count().label("reported")).join(posyandu, posyandu.c.id == month_summary.c.posyandu_id)
OF_POSYANDU = Sql(_FROM.where(_MONTH, posyandu.c.id == bindparam("posyandu_id")))
OF_PUSKESMAS = Sql(_FROM.where(_MONTH, posyandu.c.puskesmas_id == bindparam("puskesmas_id")))
_BELOW = (posyandu.c.area == bindparam("code")) | (
    (posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end"))
)
OF_AREA = Sql(_FROM.where(_MONTH, _BELOW))
COUNT_PUSKESMAS = Sql(
    select(func.count()).select_from(posyandu).where(posyandu.c.puskesmas_id == bindparam("puskesmas_id"))
)
COUNT_AREA = Sql(select(func.count()).select_from(posyandu).where(_BELOW))
NAME_POSYANDU = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))
NAME_PUSKESMAS = Sql(select(puskesmas.c.name).where(puskesmas.c.id == bindparam("puskesmas_id")))
NAME_AREA = Sql(select(area.c.name).where(area.c.code == bindparam("code")))


def show_recap(command: ShowRecap, desk: Desk) -> Outcome:
    """S, K, D, N, T, O, B and the ratios; for more than one posyandu also how many have reported."""
    tx = desk.tx
    if command.posyandu_id is not None:
        name = tx.value(NAME_POSYANDU, posyandu_id=command.posyandu_id)
        row, total = tx.one(OF_POSYANDU, month=command.month, posyandu_id=command.posyandu_id), 1
    elif command.puskesmas_id is not None:
        name = tx.value(NAME_PUSKESMAS, puskesmas_id=command.puskesmas_id)
        row = tx.one(OF_PUSKESMAS, month=command.month, puskesmas_id=command.puskesmas_id)
        total = tx.value(COUNT_PUSKESMAS, puskesmas_id=command.puskesmas_id)
    else:
        below = {"code": command.area, "first": f"{command.area}.", "end": f"{command.area}/"}
        name = tx.value(NAME_AREA, code=command.area)
        row, total = tx.one(OF_AREA, month=command.month, **below), tx.value(COUNT_AREA, **below)
    assert row is not None
    values: dict[str, Any] = row._asdict() | {"place": name or "", "month": command.month, "total": total}
    if not row.reported:
        return Outcome((("recap.nothing", values),))
    for ratio, (above, below_) in {"ds": (row.d, row.s), "nd": (row.n, row.d), "ks": (row.k, row.s)}.items():
        values[ratio] = 100 * above / below_ if below_ else 0.0
    says = [("recap.text", values)]
    if total > 1:
        says.append(("recap.reported", values))
    return Outcome(tuple(says))


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
    if not missing:
        return Outcome((("missing.none", values),))
    return Outcome((("missing.text", {**values, "rows": [{"child": c.short, "mother": c.mother} for c in missing]}),))


HANDLERS = {
    ShowRecap: Handler("see_numbers", of_place, show_recap),
    ShowMissing: Handler("see_children", of_place, show_missing),
}
