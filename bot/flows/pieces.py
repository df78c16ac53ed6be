"""Questions that several talks share: which day, which child."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue import Ask, Option
from bot.dialogue.matching import Match
from posyandu.names import Answer, Roster, RosterChild, words_of
from posyandu.queries import ChildView, DayView, Queries


def ask_day(ask: Ask, look: Queries) -> DayView | None:
    """The posyandu day to report on; not asked where there is only one."""
    days = look.open_days()
    if len(days) <= 1:
        return days[0] if days else None
    chosen: DayView = ask.one("day", days)
    return chosen


def by_name(children: Sequence[ChildView]) -> Match:
    """How a typed name finds a child of this list: part of a name, a slip, the mother's name."""

    roster = Roster(RosterChild(c.id, c.name, None, c.sex, c.birth, c.mother, c.rt, c.code) for c in children)

    def match(text: str, options: Sequence[Option]) -> Sequence[str]:
        allowed = {o.id for o in options}
        found = roster.find(words_of(text))
        return [c.id for c in found.candidates if c.id in allowed and found.answer in (Answer.ONE, Answer.SEVERAL)]

    return match
