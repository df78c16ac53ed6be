"""Who is told what when something falls due: families, kader, coordinators and bidan.

A family of several children hears once. Whom no chat reaches, or who has not said yes yet, is not written to: her
posyandu's kader get a line in their "sampaikan langsung" list instead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from posyandu.calendar import HOURS, allowed, instant, local, month_range, months_before, next_allowed
from posyandu.reminders.budgets import BUDGETS, Budgets, family_purse, kader_purse, officer_purse
from posyandu.reminders.facts import Day, DayFacts, Dropped, Due, Family, MonthFacts, Officer
from posyandu.reminders.moments import Kind, Moment, clock_moment, moments_of

# A change that would otherwise be heard only after she has left home may go out early or late in the day.
URGENT_HOURS = (5 * 60, 21 * 60)
_LEAVES_HOME = 60  # minutes before the posyandu opens
_NOT_COMING = ("tidak_bisa", "pindah")


def due_between(facts: DayFacts, since: int, until: int, budgets: Budgets = BUDGETS) -> tuple[Due, ...]:
    """What falls due around one posyandu day later than `since` and not later than `until`, which is now."""
    return tuple(_dues(facts, (m for m in moments_of(facts.day) if since < m.at <= until), until, budgets))


def owed(facts: DayFacts, now: int, budgets: Budgets = BUDGETS) -> tuple[Due, ...]:
    """All that has fallen due around one posyandu day and still makes sense: for a day just planned, moved or
    cancelled, and to see whether a row that waits in the outbox is still right (facts of its family alone suffice).
    A once-key that is on file already stays as it is."""
    return tuple(_dues(facts, (m for m in moments_of(facts.day) if m.at <= now < m.expires), now, budgets))


def due_of_month(facts: MonthFacts, until: int, budgets: Budgets = BUDGETS) -> tuple[Due, ...]:
    """The children still missing in a month, to each kader, before it closes."""
    if not facts.missing:
        return ()
    moment = clock_moment(Kind.CLOSING, month_range(months_before(facts.month, -1))[0], facts.zone)
    found = []
    for kader in facts.kader:
        once = f"{moment.kind}:{facts.posyandu_id}:{facts.month}:{kader.person}"
        due = _due(moment, once, until, kader.zone, kader.person, _children(facts.missing))
        tomorrow = local(due.at, kader.zone).date() + timedelta(days=1)
        if due.dropped is None and tomorrow in kader.days:
            due = replace(due, dropped=Dropped.IN_EVE_LIST)
        found.append(kader_purse(replace(due, posyandu=facts.posyandu_id), kader.days, budgets))
    return tuple(found)


def digest(kind: Kind, officer: Officer, anchor: date, until: int, budgets: Budgets = BUDGETS) -> Due | None:
    """An officer's weekly (anchor: the Monday) or daily digest; None when it would be empty."""
    if not officer.items:
        return None
    moment = clock_moment(kind, anchor, officer.zone)
    due = _due(moment, f"{kind}:{anchor.isoformat()}:{officer.person}", until, officer.zone, officer.person, ())
    return officer_purse(due, budgets)


def _dues(facts: DayFacts, moments: Iterable[Moment], until: int, budgets: Budgets) -> Iterator[Due]:
    for moment in moments:
        if moment.kind in (Kind.H3, Kind.H1, Kind.MISSED, Kind.CHANGE):
            yield from (family_purse(due, budgets) for due in _families(facts, moment, until))
        if moment.kind in (Kind.EVE, Kind.NUDGE, Kind.EVENING, Kind.CHANGE):
            yield from _kader(facts, moment, until, budgets)


def _families(facts: DayFacts, moment: Moment, until: int) -> Iterator[Due]:
    day = facts.day
    heard_by_chat = {child.id for family in facts.families if family.by_chat for child in family.children}
    for family in facts.families:
        children, pregnancies = _about(facts, moment.kind, family)
        if not family.by_chat and moment.kind in (Kind.H1, Kind.CHANGE):
            children = [id for id in children if id not in heard_by_chat]
            who, to = _first(children, pregnancies), None
        else:
            who, to = str(family.person), family.person
        if not children and not pregnancies:
            continue
        about = _children(children) + tuple(f"pregnancy:{id}" for id in pregnancies)
        due = _of_day(day, moment, who, until, family.zone, to, about)
        if not family.by_chat and to is not None and due.dropped is None:
            due = replace(due, dropped=Dropped.UNREACHABLE)
        yield due


def _about(facts: DayFacts, kind: Kind, family: Family) -> tuple[list[int], tuple[int, ...]]:
    """The children and pregnancies a family is told of; none when it is told nothing."""
    day = facts.day
    register = [child for child in family.children if child.open_on(day.on)]
    if family.consent == "no":
        return [], ()
    if kind is Kind.MISSED:
        wanted = facts.kind_word and family.person is not None and family.answer not in _NOT_COMING
        return [child.id for child in register if wanted and child.missing_on(day.on)], ()
    if kind is Kind.CHANGE:
        wanted = family.told is not None and family.told < day.version
        return [child.id for child in register if wanted], family.pregnancies if wanted else ()
    wanted = family.early and family.by_chat if kind is Kind.H3 else family.early or family.told is None
    return [child.id for child in register if wanted and not child.weighed], family.pregnancies if wanted else ()


def _kader(facts: DayFacts, moment: Moment, until: int, budgets: Budgets) -> Iterator[Due]:
    day = facts.day
    register = {child.id: child for family in facts.families for child in family.children if child.open_on(day.on)}
    missing = sorted(id for id, child in register.items() if child.missing_on(day.on))
    for kader in facts.kader:
        told = {
            Kind.EVE: sorted(id for id, child in register.items() if kader.told is None and not child.weighed),
            Kind.NUDGE: sorted(register) if not facts.entries else [],
            Kind.EVENING: missing if facts.entries else [],
            Kind.CHANGE: sorted(register) if kader.told is not None and kader.told < day.version else [],
        }[moment.kind]
        if told:
            due = _of_day(day, moment, str(kader.person), until, kader.zone, kader.person, _children(told))
            yield kader_purse(due, kader.days | {day.on}, budgets)


def _of_day(day: Day, moment: Moment, who: str, until: int, zone: str, to: int | None, about: tuple[str, ...]) -> Due:
    once = f"{moment.kind}:{day.id}:v{day.version}:{who}"
    due = _due(moment, once, until, zone, to, about)
    leaves = instant(min(day.on, day.moved_to or day.on), day.opens - _LEAVES_HOME, day.zone)
    if moment.kind is Kind.CHANGE and due.at > leaves:
        due = replace(_due(moment, once, until, zone, to, about, URGENT_HOURS), urgent=True)
    return replace(due, posyandu=day.posyandu_id, day=day.id)


def _due(
    moment: Moment,
    once: str,
    until: int,
    zone: str,
    to: int | None,
    about: tuple[str, ...],
    hours: tuple[int, int] = HOURS,
) -> Due:
    """Fitted into the recipient's hours; dropped when that is too late for it."""
    at = next_allowed(moment.at, zone, hours)
    if at < until and not allowed(until, zone, hours):
        at = next_allowed(until, zone, hours)
    dropped = Dropped.STALE if moment.expires <= until else Dropped.HOURS if at >= moment.expires else None
    return Due(moment.kind, once, moment.at, at, moment.expires, to, zone, about, dropped=dropped)


def _children(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"child:{id}" for id in ids)


def _first(children: list[int], pregnancies: tuple[int, ...]) -> str:
    return f"c{children[0]}" if children else f"p{min(pregnancies, default=0)}"
