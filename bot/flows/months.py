"""Opening a closed month again, and looking at what came too late."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day
from posyandu.calendar import month_of, months_before, say_month
from posyandu.commands.months import ReopenMonth, ShowLate
from posyandu.queries import DayView, MonthView, Queries


def _where(ask: Ask, look: Queries) -> tuple[DayView | None, str]:
    day = ask_day(ask, look)
    if day is None:
        return None, ""
    this = month_of(look.today)
    closed = [months_before(this, n) for n in (1, 2)]
    return day, str(ask.one("month", [MonthView(m, say_month(m)) for m in closed]).id)


def reopen(ask: Ask, look: Queries) -> Done:
    """Which posyandu, which month, why; then it is open for a week."""
    day, month = _where(ask, look)
    if day is None:
        return Done(None)
    reason = ask.text("reason", longest=200, posyandu=day.posyandu, month=month)
    ask.confirm("save", edit=("month", "reason"), posyandu=day.posyandu, month=month, reason=reason)
    return Done(ReopenMonth(day.posyandu_id, month, str(reason)))


def late(ask: Ask, look: Queries) -> Done:
    """Which posyandu, which month."""
    day, month = _where(ask, look)
    return Done(ShowLate(day.posyandu_id, month) if day else None)
