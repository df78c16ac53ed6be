"""Rekap bulan ini, telaah kemandirian, and who has not been reported."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day
from posyandu.access import COUNTING, NAMED
from posyandu.calendar import month_of
from posyandu.commands import ShowMissing, ShowRecap
from posyandu.commands.telaah import ShowTelaah
from posyandu.queries import Queries


def missing(ask: Ask, look: Queries) -> Done:
    """Who has not been weighed on the posyandu day?"""
    day = ask_day(ask, look)
    return Done(ShowMissing(day.posyandu_id, day.on) if day else None)


def recap(ask: Ask, look: Queries) -> Done:
    """SKDN of this month, of her own place."""
    month = month_of(look.today)
    for post in look.scope.posts:
        if post.role in NAMED | COUNTING:
            return Done(ShowRecap(month, post.posyandu_id, post.puskesmas_id, post.area))
    return Done(None)


def telaah(ask: Ask, look: Queries) -> Done:
    """The indicators of telaah kemandirian, of her own place."""
    place = next(iter(look.number_places()), None)
    if place is None:
        return Done(None)
    return Done(ShowTelaah(month_of(look.today), place.posyandu_id, place.puskesmas_id, place.area))
