"""Telaah kemandirian by chat: what the book knows of it, of one posyandu or of all of a place."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import of_place
from posyandu.access import NAMED
from posyandu.commands.telaah import ShowTelaah
from posyandu.telaah import Indicators
from storage import telaah
from storage.sql import Sql
from storage.tables import area, puskesmas

PUSKESMAS = Sql(select(puskesmas.c.name).where(puskesmas.c.id == bindparam("which")))
AREA = Sql(select(area.c.name).where(area.c.code == bindparam("which")))


def show(command: ShowTelaah, desk: Desk) -> Outcome:
    """Weighings, kader and D/S of twelve months, and the sheet. Who sees no names is told of D/S only whether it is
    enough: with a mean and eleven months the twelfth could be worked out."""
    place, _ = of_place(desk.tx, command)
    named = place is not None and desk.person.scope.reaches(place, NAMED)
    where: dict[str, Any] = {"posyandu_id": command.posyandu_id, "puskesmas_id": command.puskesmas_id}
    found = telaah.lines(desk.tx, command.month, desk.now, **where, area=command.area or "")
    if not found:
        return Outcome((("telaah.none", {}),))
    if command.posyandu_id is not None:
        says, which = _one(found[0], command.month, named), f"posyandu:{command.posyandu_id}"
    elif command.puskesmas_id is not None:
        name = desk.tx.value(PUSKESMAS, which=command.puskesmas_id)
        says, which = _many(name, found, command.month), f"puskesmas:{command.puskesmas_id}"
    else:
        name = desk.tx.value(AREA, which=command.area or "")
        says, which = _many(name or "", found, command.month), f"area:{command.area}"
    return Outcome(
        (("lines", {"rows": says}),), actions=((f"!file:telaah:{command.month}:{which}", "actions.as_file"),)
    )


def _one(line: telaah.Line, month: str, named: bool) -> list[Say]:
    values = {"place": line.name, "month": month, "strata": line.strata}
    return [
        ("telaah.one", values),
        ("telaah.strata" if line.strata else "telaah.no_strata", values),
        ("telaah.held" if line.of.often else "telaah.held_few", {"count": line.of.held}),
        ("telaah.kader" if line.of.staffed else "telaah.kader_few", {"count": line.of.kader}),
        _ds(line.of, named),
        ("telaah.rest", {}),
    ]


def _ds(of: Indicators, named: bool) -> Say:
    if of.ds is None:
        return ("telaah.ds_none", {})
    key = "telaah.ds" if of.attended else "telaah.ds_low"
    return (key, {"ds": of.ds}) if named else (f"{key}_only", {})


def _many(name: str, found: list[telaah.Line], month: str) -> list[Say]:
    strata = Counter(line.strata for line in found)
    given = [{"strata": s, "count": n} for s, n in sorted(strata.items()) if s]
    says: list[Say] = [("telaah.many", {"place": name, "month": month, "count": len(found)})]
    if given:
        says.append(("telaah.by_strata", {"rows": given, "without": strata[""]}))
    counts = {
        "held": sum(line.of.often for line in found),
        "kader": sum(line.of.staffed for line in found),
        "ds": sum(line.of.attended for line in found),
    }
    return [*says, ("telaah.counts", counts), ("telaah.rest", {})]


HANDLERS: dict[type, Handler] = {ShowTelaah: Handler("see_numbers", of_place, show)}
