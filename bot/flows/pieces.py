"""Questions that several talks share: which day, which child."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.dialogue import Ask, Option
from bot.dialogue.matching import Match
from posyandu.names import Answer, Roster, RosterChild, words_of
from posyandu.queries import ChildView, DayView, Queries


def ask_day(ask: Ask, look: Queries) -> DayView | None:
    """The posyandu day to report on; not asked where there is only one."""
    days = look.open_days()
    if (named := _named_day(ask, look, days)) is not None:
        return named
    if len(days) <= 1:
        return days[0] if days else None
    chosen: DayView = ask.one("day", days)
    return chosen


def _named_day(ask: Ask, look: Queries, days: Sequence[DayView]) -> DayView | None:
    """The day that a reminder was about ("Mulai catat"), until there is a later posyandu day."""
    day = look.day(str(ask.given("of_day", "")))
    later = day is not None and any(d.planned and d.posyandu_id == day.posyandu_id and d.on > day.on for d in days)
    return None if later else day


def of_day(ask: Ask) -> dict[str, str]:
    """That day, handed on to the talk that follows."""
    return {"of_day": str(ask.given("of_day"))} if ask.given("of_day") else {}


def by_name(children: Sequence[ChildView]) -> Match:
    """How a typed name finds a child of this list: part of a name, a slip, the mother's name."""

    def match(text: str, options: Sequence[Option]) -> Sequence[str]:
        allowed = {o.id for o in options}
        found = roster_of(tuple(roster_child(c) for c in children)).find(words_of(text))
        return [c.id for c in found.candidates if c.id in allowed and found.answer in (Answer.ONE, Answer.SEVERAL)]

    return match


def roster_child(child: ChildView) -> RosterChild:
    """A child as the readers of names and lines know it."""
    last = child.last
    nickname = child.aka[0] if child.aka and child.aka[0] != child.code else None
    return RosterChild(
        child.id, child.name, nickname, child.sex, child.birth, child.mother, child.rt, child.code,
        last.on, last.grams, last.mm,
    )  # fmt: skip


@lru_cache(maxsize=64)
def roster_of(children: tuple[RosterChild, ...]) -> Roster:
    """A register made ready for reading; kept, since one kader writes many lines about the same children."""
    return Roster(children)
