"""How much a person is told unasked: every message is counted in her month or day, and what is too much is not sent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from posyandu.calendar import local
from posyandu.reminders.facts import Dropped, Due, Kind, Purse


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


def family_purse(kind: Kind, at: int, zone: str, budgets: Budgets) -> Purse | None:
    """Counted by month. What she asked for (three days' notice) is not counted; a change of the day always passes."""
    if kind is Kind.H3:
        return None
    limit = budgets.family_wanted if kind is Kind.MISSED else budgets.family_month
    return Purse(_day(at, zone)[:7], None if kind is Kind.CHANGE else limit)


def kader_purse(kind: Kind, at: int, zone: str, days: Collection[date], budgets: Budgets) -> Purse:
    """Counted by day, more of them on her posyandu days; a change of the day always passes."""
    on = _day(at, zone)
    limit = budgets.kader_posyandu_day if date.fromisoformat(on) in days else budgets.kader_day
    return Purse(on, None if kind is Kind.CHANGE else limit)


def officer_purse(at: int, zone: str, budgets: Budgets) -> Purse:
    """Counted by day."""
    return Purse(_day(at, zone), budgets.officer_day)


@lru_cache(maxsize=256)
def _day(at: int, zone: str) -> str:
    return local(at, zone).date().isoformat()


def spend(dues: Iterable[Due], spent: Mapping[tuple[int, str], int]) -> tuple[Due, ...]:
    """The dues in order of time, those beyond a budget marked dropped. spent: unasked messages already written by
    (person, period of the purse); what is not there counts as none."""
    counts = dict(spent)
    kept = []
    for due in sorted(dues, key=lambda d: (d.moment, d.once)):
        if due.dropped is None and due.to is not None and due.purse is not None:
            account = (due.to, due.purse.period)
            had = counts.get(account, 0)
            if due.purse.limit is not None and had >= due.purse.limit:
                due = due._replace(dropped=Dropped.BUDGET)
            else:
                counts[account] = had + 1
        kept.append(due)
    return tuple(kept)
