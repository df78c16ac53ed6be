"""Closed months: the puskesmas sees what came too late, and may open a month again with a reason."""

from __future__ import annotations

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.where import of_place
from posyandu.calendar import month_closes
from posyandu.commands.months import ReopenMonth, ShowLate
from storage import months
from storage.look import POSYANDU


def reopen_month(command: ReopenMonth, desk: Desk) -> Outcome:
    """Open for a week; a month that is not closed needs no opening."""
    place = desk.tx.one(POSYANDU, posyandu_id=command.posyandu_id)
    values = {"month": command.month, "posyandu": place.name if place else ""}
    if place is None or desk.now <= month_closes(command.month, place.zone):
        return Outcome((("months.still_open", values),), failed=True)
    months.reopen(desk.tx, command.posyandu_id, command.month, command.reason, desk.person.id, desk.now)
    return Outcome((("months.reopened", values),))


def show_late(command: ShowLate, desk: Desk) -> Outcome:
    """Names are shown to those who may see them; the access check stands in front."""
    place = desk.tx.one(POSYANDU, posyandu_id=command.posyandu_id)
    rows = months.late(desk.tx, command.posyandu_id, command.month)
    values = {"month": command.month, "posyandu": place.name if place else "", "rows": rows, "count": len(rows)}
    return Outcome((("months.late" if rows else "months.none_late", values),))


HANDLERS = {
    ReopenMonth: Handler("reopen_month", of_place, reopen_month),
    ShowLate: Handler("see_children", of_place, show_late),
}
