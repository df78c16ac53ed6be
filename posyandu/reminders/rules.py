"""Who is told what when something falls due: families, kader, coordinators and bidan.

A family of several children hears once. Whom no chat reaches, or who has not said yes yet, is not written to: her
posyandu's kader get a line in their "sampaikan langsung" list instead.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from posyandu.calendar import HOURS, allowed, instant, local, month_range, months_before, next_allowed
from posyandu.reminders.budgets import BUDGETS, Budgets, family_purse, kader_purse, officer_purse
from posyandu.reminders.facts import Day, DayFacts, Dropped, Due, Family, Kader, Kind, MonthFacts, Officer, Purse
from posyandu.reminders.moments import Moment, clock_moment, moments_of

# A change that would otherwise be heard only after she has left home may go out early or late in the day.
URGENT_HOURS = (5 * 60, 21 * 60)
_LEAVES_HOME = 60  # minutes before the posyandu opens
_NOT_COMING = ("tidak_bisa", "pindah")
_OF_FAMILIES = (Kind.H3, Kind.H1, Kind.MISSED, Kind.CHANGE)
_OF_KADER = (Kind.EVE, Kind.NUDGE, Kind.EVENING, Kind.CHANGE)
_IN_PERSON = (Kind.H1, Kind.CHANGE)  # what a kader carries to whom no chat reaches


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
    moment = clock_moment(Kind.CLOSING, month_range(months_before(facts.month, -1))[0], facts.zone)
    return tuple(_closing(facts, moment, kader, until, budgets) for kader in facts.kader if facts.missing)


def _closing(facts: MonthFacts, moment: Moment, kader: Kader, until: int, budgets: Budgets) -> Due:
    at, dropped = _fit(moment.at, moment.expires, until, kader.zone, HOURS)
    if local(at, kader.zone).date() + timedelta(days=1) in kader.days:
        dropped = dropped or Dropped.IN_EVE_LIST
    return Due(
        kind=moment.kind,
        once=f"{moment.kind}:{facts.posyandu_id}:{facts.month}:{kader.person}",
        moment=moment.at,
        at=at,
        expires=moment.expires,
        to=kader.person,
        zone=kader.zone,
        about=_children(facts.missing),
        posyandu=facts.posyandu_id,
        dropped=dropped,
        purse=kader_purse(moment.kind, at, kader.zone, kader.days, budgets),
    )


def digest(kind: Kind, officer: Officer, anchor: date, until: int, budgets: Budgets = BUDGETS) -> Due | None:
    """An officer's weekly (anchor: the Monday) or daily digest of one zone; None when it would be empty. Who works in
    two zones has one of each: what the second says stands nowhere else."""
    if not officer.items:
        return None
    moment = clock_moment(kind, anchor, officer.zone)
    at, dropped = _fit(moment.at, moment.expires, until, officer.zone, HOURS)
    return Due(
        kind=kind,
        once=f"{kind}:{anchor.isoformat()}:{officer.zone}:{officer.person}",
        moment=moment.at,
        at=at,
        expires=moment.expires,
        to=officer.person,
        zone=officer.zone,
        about=(),
        dropped=dropped,
        purse=officer_purse(at, officer.zone, budgets),
    )


def _dues(facts: DayFacts, moments: Iterable[Moment], until: int, budgets: Budgets) -> Iterator[Due]:
    for moment in moments:
        if moment.kind in _OF_FAMILIES:
            yield from _families(facts, moment, until, budgets)
        if moment.kind in _OF_KADER:
            yield from _kader(facts, moment, until, budgets)


def _families(facts: DayFacts, moment: Moment, until: int, budgets: Budgets) -> Iterator[Due]:
    day, kind = facts.day, moment.kind
    heard_by_chat = {child.id for family in facts.families if family.by_chat for child in family.children}
    prefix = f"{kind}:{day.id}:v{day.version}:"
    of_zone: dict[str, tuple[tuple[int, Dropped | None, bool], Purse | None]] = {}  # the same for a whole register
    for family in facts.families:
        children, pregnancies = _about(facts, kind, family)
        by_chat = family.by_chat
        in_person = not by_chat and kind in _IN_PERSON
        if in_person:
            children = [id for id in children if id not in heard_by_chat]
        if not children and not pregnancies:
            continue
        zone = family.zone
        if zone not in of_zone:
            fit = _fit_day(day, moment, until, zone)
            of_zone[zone] = fit, family_purse(kind, fit[0], zone, budgets)
        (at, dropped, urgent), purse = of_zone[zone]
        if not by_chat and not in_person:
            dropped = dropped or Dropped.UNREACHABLE
        who = _first(children, pregnancies) if in_person else family.person
        about = _children(children)
        yield Due(
            kind=kind,
            once=f"{prefix}{who}",
            moment=moment.at,
            at=at,
            expires=moment.expires,
            to=None if in_person else family.person,
            zone=zone,
            about=about + tuple(f"pregnancy:{id}" for id in pregnancies) if pregnancies else about,
            posyandu=day.posyandu_id,
            day=day.id,
            urgent=urgent,
            dropped=dropped,
            purse=None if in_person else purse,
        )


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
    day, kind = facts.day, moment.kind
    register = {child.id: child for family in facts.families for child in family.children if child.open_on(day.on)}
    expected = sorted(id for id, child in register.items() if not child.weighed)
    missing = sorted(id for id, child in register.items() if child.missing_on(day.on))
    for kader in facts.kader:
        told = {
            Kind.EVE: expected if kader.told is None else [],
            Kind.NUDGE: sorted(register) if not facts.entries else [],
            Kind.EVENING: missing if facts.entries else [],
            Kind.CHANGE: sorted(register) if kader.told is not None and kader.told < day.version else [],
        }[kind]
        if not told:
            continue
        at, dropped, urgent = _fit_day(day, moment, until, kader.zone)
        yield Due(
            kind=kind,
            once=f"{kind}:{day.id}:v{day.version}:{kader.person}",
            moment=moment.at,
            at=at,
            expires=moment.expires,
            to=kader.person,
            zone=kader.zone,
            about=_children(told),
            posyandu=day.posyandu_id,
            day=day.id,
            urgent=urgent,
            dropped=dropped,
            purse=kader_purse(kind, at, kader.zone, kader.days | {day.on}, budgets),
        )


def _fit_day(day: Day, moment: Moment, until: int, zone: str) -> tuple[int, Dropped | None, bool]:
    """When to tell of a posyandu day, why not at all, and whether it is urgent."""
    at, dropped = _fit(moment.at, moment.expires, until, zone, HOURS)
    if moment.kind is Kind.CHANGE:
        opens = instant(min(day.on, day.moved_to or day.on), day.opens, day.zone)
        if at > opens - _LEAVES_HOME * 60_000:
            return *_fit(moment.at, moment.expires, until, zone, URGENT_HOURS), True
    return at, dropped, False


@lru_cache(maxsize=256)  # a whole register shares its moment and zone
def _fit(moment: int, expires: int, until: int, zone: str, hours: tuple[int, int]) -> tuple[int, Dropped | None]:
    """The first instant inside the recipient's hours, and why that is no longer any use."""
    at = next_allowed(moment, zone, hours)
    if at < until and not allowed(until, zone, hours):
        at = next_allowed(until, zone, hours)
    return at, Dropped.STALE if expires <= until else Dropped.HOURS if at >= expires else None


def _children(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple([f"child:{id}" for id in ids])


def _first(children: list[int], pregnancies: tuple[int, ...]) -> str:
    return f"c{children[0]}" if children else f"p{pregnancies[0]}"
