"""How much a person is told unasked: every message is counted in her month or day, and what is too much is not sent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from posyandu.calendar import local, month_of
from posyandu.reminders.facts import Dropped, Due
from posyandu.reminders.moments import Kind


@dataclass(frozen=True, slots=True)
class Budgets:
    """How many unasked messages a person gets at most. A kind word is only sent to a family that has had fewer than
    `family_wanted` this month, so that most hear of nothing but the day and the weighing."""

    family_month: int = 4
    family_wanted: int = 2
    kader_day: int = 1
    kader_posyandu_day: int = 3
    officer_day: int = 1


BUDGETS = Budgets()


def family_purse(due: Due, budgets: Budgets) -> Due:
    """Counted by month. What she asked for (three days' notice) is not counted; a change of the day always passes."""
    if due.to is None or due.kind == Kind.H3:
        return due
    limit = {Kind.MISSED: budgets.family_wanted, Kind.CHANGE: None}.get(Kind(due.kind), budgets.family_month)
    return replace(due, purse=month_of(local(due.at, due.zone).date()), limit=limit)


def kader_purse(due: Due, days: Collection[date], budgets: Budgets) -> Due:
    """Counted by day, more of them on her posyandu days; a change of the day always passes."""
    on = local(due.at, due.zone).date()
    limit = budgets.kader_posyandu_day if on in days else budgets.kader_day
    return replace(due, purse=on.isoformat(), limit=None if due.kind == Kind.CHANGE else limit)


def officer_purse(due: Due, budgets: Budgets) -> Due:
    """Counted by day."""
    return replace(due, purse=local(due.at, due.zone).date().isoformat(), limit=budgets.officer_day)


def spend(dues: Iterable[Due], spent: Mapping[tuple[int, str], int]) -> tuple[Due, ...]:
    """The dues in order of time, those beyond a budget marked dropped. spent: unasked messages already written for
    (person, purse), where a purse is a month "2026-11" or a day "2026-11-12"; what is not there counts as none."""
    counts = dict(spent)
    kept = []
    for due in sorted(dues, key=lambda d: (d.moment, d.once)):
        if due.dropped is None and due.to is not None and due.purse:
            purse = (due.to, due.purse)
            had = counts.get(purse, 0)
            if due.limit is not None and had >= due.limit:
                due = replace(due, dropped=Dropped.BUDGET)
            else:
                counts[purse] = had + 1
        kept.append(due)
    return tuple(kept)
