"""The clock over the rules: jumping equals ticking, look-ups find exactly what falls due, the hours hold everywhere."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posyandu.calendar import ZONES, allowed, instant, local, month_closes, month_of, month_range, months_before
from posyandu.reminders import (
    RULES,
    URGENT_HOURS,
    Child,
    Day,
    DayFacts,
    Due,
    Family,
    Kader,
    Kind,
    due_between,
    lookups,
    moments_of,
    next_due,
    owed,
    spend,
)
from posyandu.reminders.moments import clock_moment

MINUTE = 60_000
ZONE = st.sampled_from(sorted(ZONES.values()))
# with the ends of months and years, and 29 February, as likely as everything between
DATES = st.one_of(
    st.dates(date(2026, 1, 1), date(2029, 1, 15)),
    st.sampled_from([date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29), date(2028, 3, 1), date(2026, 8, 31)]),
)
OPENS = st.integers(300, 1000)
LASTS = st.integers(60, 420)
World = Callable[[int], list[DayFacts]]


@st.composite
def days(draw: st.DrawFn, id: int = 1, on: st.SearchStrategy[date] = DATES) -> Day:
    opens = draw(OPENS)
    return Day(id, id, draw(on), opens, opens + draw(LASTS), draw(ZONE))


@st.composite
def facts_of(draw: st.DrawFn, day: Day) -> DayFacts:
    """Families and kader of a day, some in another zone, some without chat or consent."""
    child = st.builds(
        Child,
        id=st.integers(1, 400),
        birth=st.dates(day.on - timedelta(days=1900), day.on),
        state=st.sampled_from(["active", "active", "died"]),
        weighed=st.booleans(),
        excused=st.booleans(),
    )
    family = st.builds(
        Family,
        person=st.integers(100, 130),
        children=st.lists(child, min_size=1, max_size=3).map(tuple),
        zone=ZONE,
        consent=st.sampled_from(["yes", "yes", "not_yet", "no"]),
        reachable=st.booleans(),
        told=st.sampled_from([None, 0]),
        early=st.booleans(),
        pregnancies=st.sampled_from([(), (5,)]),
    )
    kader = st.builds(Kader, person=st.integers(1, 9), zone=ZONE, told=st.sampled_from([None, 0]))
    families = draw(st.lists(family, max_size=4, unique_by=lambda f: f.person))
    people = draw(st.lists(kader, max_size=2, unique_by=lambda k: k.person))
    return DayFacts(day, tuple(families), tuple(people), draw(st.integers(0, 2)), draw(st.booleans()))


@given(st.data(), DATES, st.integers(0, 4 * 24 * 60))
def test_look_ups_find_exactly_the_days_on_which_something_falls_due(
    data: st.DataObject, near: date, minutes: int
) -> None:
    day = data.draw(days(on=st.integers(-3, 5).map(lambda n: near + timedelta(days=n))))
    since = instant(near, data.draw(st.integers(0, 1439)), "WIB")
    until = since + minutes * MINUTE
    due = sorted(m.kind for m in moments_of(day) if since < m.at <= until)
    found = sorted(
        ask.kind
        for ask in lookups(since, until)
        if (ask.zone, ask.anchor) == (day.zone, day.on) and ask.closes[0] < day.closes <= ask.closes[1]
        if ask.kind in {rule.kind for rule in RULES if rule.anchor == "day"}
    )
    assert found == due


def test_most_of_the_day_asks_the_database_nothing() -> None:
    start = instant(date(2026, 11, 3), 0, "WIB")
    fixed = [ask for ask in lookups(start, start + 1440 * MINUTE) if ask.kind is not Kind.NUDGE]
    # six kinds at a fixed hour and the closing of October, each in three zones, at these hours of WIB only
    assert len(fixed) == 7 * 3
    asked_at = {local(ask_at, "WIB").strftime("%H:%M") for ask_at in _instants(start) if _fixed(ask_at)}
    assert asked_at == {
        "13:30",
        "14:00",
        "14:30",
        "15:00",
        "15:30",
        "16:00",
        "16:30",
        "17:00",
        "17:30",
        "18:00",
        "18:30",
    }


def _instants(start: int) -> range:
    return range(start, start + 1440 * MINUTE, 10 * MINUTE)


def _fixed(at: int) -> bool:
    return any(ask.kind is not Kind.NUDGE for ask in lookups(at - 10 * MINUTE, at))


@given(DATES, st.sampled_from(sorted(ZONES)))
def test_the_months_list_and_the_digests_come_round(on: date, zone: str) -> None:
    first = month_range(month_of(on))[0]
    moments = {
        Kind.CLOSING: clock_moment(Kind.CLOSING, first, ZONES[zone]),
        Kind.WEEKLY: clock_moment(Kind.WEEKLY, on - timedelta(days=on.weekday()), ZONES[zone]),
        Kind.DAILY: clock_moment(Kind.DAILY, on, ZONES[zone]),
    }
    for kind, moment in moments.items():
        (ask,) = [a for a in lookups(moment.at - 1, moment.at, [ZONES[zone]]) if a.kind is kind]
        assert ask.anchor == moment.anchor
        assert next_due([], moment.at - 1, [ZONES[zone]]) == moment.at
        if kind is Kind.CLOSING:
            assert ask.month == months_before(month_of(on), 1)
            assert moment.expires == month_closes(ask.month, zone)


@given(st.lists(days(), max_size=4), DATES, ZONE)
def test_next_due_is_the_first_of_all_moments(known: list[Day], on: date, zone: str) -> None:
    after = instant(on, 700, zone)
    coming = [m.at for day in known for m in moments_of(day) if m.at > after]
    assert next_due(known, after) == min(coming, default=None)


@given(st.data())
def test_whatever_happens_no_one_is_written_to_at_night(data: st.DataObject) -> None:
    day = data.draw(days())
    change = instant(day.on, data.draw(st.integers(-4000, 1440)), day.zone)
    day = data.draw(st.sampled_from([day, replace(day, state="cancelled", version=1, changed_at=change)]))
    facts = data.draw(facts_of(day))
    now = instant(day.on, data.draw(st.integers(-5000, 5000)), day.zone)
    since = now - data.draw(st.integers(1, 6000)) * MINUTE
    for due in (*due_between(facts, since, now), *owed(facts, now)):
        if due.dropped is None:
            assert allowed(max(due.at, now), due.zone, URGENT_HOURS if due.urgent else (480, 1140))
            assert max(due.at, now) < due.expires
            assert not due.urgent or due.kind == Kind.CHANGE
            closed = {f"child:{c.id}" for f in facts.families for c in f.children if not c.open_on(day.on)}
            opened = {f"child:{c.id}" for f in facts.families for c in f.children if c.open_on(day.on)}
            assert not set(due.about) & (closed - opened)


@given(st.data())
def test_one_key_one_message(data: st.DataObject) -> None:
    facts = data.draw(facts_of(data.draw(days())))
    by_chat = [d.once for n in range(-4, 3) for d in _at(facts, n) if d.to is not None]
    assert len(set(by_chat)) == len(by_chat)


def _at(facts: DayFacts, days_after: int) -> tuple[Due, ...]:
    start = instant(facts.day.on, days_after * 1440, facts.day.zone)
    return due_between(facts, start, start + 1440 * MINUTE)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[int, int, list[int], World]:
    """Two posyandu days within five, and things that happen meanwhile: children weighed, a day moved."""
    start = draw(DATES)
    near = st.integers(3, 4).map(lambda n: start + timedelta(days=n))
    first, second = (draw(facts_of(draw(days(id, on=near)))) for id in (1, 2))
    begin = instant(start, 0, "WIT")
    weighed_at = begin + draw(st.integers(0, 6 * 1440)) * MINUTE
    moved_at = begin + draw(st.integers(0, 6 * 1440)) * MINUTE

    def world(now: int) -> list[DayFacts]:
        one, two = first, second
        if now >= weighed_at:
            done = tuple(
                replace(f, children=tuple(replace(c, weighed=True) for c in f.children[:1]) + f.children[1:])
                for f in one.families
            )
            one = replace(one, families=done, entries=one.entries + 1)
        if now >= moved_at:
            day = replace(
                two.day, state="moved", version=1, changed_at=moved_at, moved_to=two.day.on + timedelta(days=9)
            )
            two = replace(two, day=day)
        return [one, two]

    return begin, begin + 6 * 1440 * MINUTE, [weighed_at, moved_at], world


def _run(world: World, nows: Iterator[int], begin: int) -> list[Due]:
    """Tick at each of these instants, as a clock does: what fell due since the last one, within the budgets."""
    written: dict[str, Due] = {}
    spent: dict[tuple[int, str], int] = {}
    since = begin
    for now in nows:
        fresh = [d for facts in world(now) for d in due_between(facts, since, now) if d.once not in written]
        for due in spend(fresh, spent):
            written[due.once] = due
            if due.dropped is None and due.to is not None and due.purse:
                account = (due.to, due.purse.period)
                spent[account] = spent.get(account, 0) + 1
        since = now
    return sorted(written.values(), key=lambda d: (d.at, d.once))


@settings(max_examples=5, deadline=None)
@given(worlds())
def test_jumping_from_due_to_due_is_ticking_every_minute(drawn: tuple[int, int, list[int], World]) -> None:
    begin, end, happenings, world = drawn

    def jumps() -> Iterator[int]:
        now = begin
        while now < end:
            due = next_due([facts.day for facts in world(now)], now)
            now = min(t for t in (due, end, *happenings) if t is not None and t > now)
            yield now

    ticks = iter(range(begin + MINUTE, end + 1, MINUTE))
    assert _run(world, jumps(), begin) == _run(world, ticks, begin)


@pytest.mark.parametrize("zone", sorted(ZONES.values()))
def test_the_eve_of_a_leap_day_and_of_the_new_year(zone: str) -> None:
    mother = Family(100, (Child(1, date(2027, 6, 1)),), zone)
    for on, eve in (
        (date(2028, 2, 29), "2028-02-28"),
        (date(2028, 3, 1), "2028-02-29"),
        (date(2029, 1, 1), "2028-12-31"),
    ):
        day = Day(1, 1, on, 480, 660, zone)
        (due,) = owed(DayFacts(day, (mother,)), instant(on, -480, zone))
        assert local(due.at, zone).strftime("%Y-%m-%d %H:%M") == f"{eve} 16:00"
