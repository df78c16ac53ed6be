"""A day that changes, a program that was down, other nights, and how much a person is told."""

from dataclasses import replace
from datetime import date

import pytest

from posyandu.reminders import (
    DayFacts,
    Dropped,
    Family,
    Kader,
    Kind,
    Officer,
    digest,
    due_between,
    owed,
    spend,
)
from tests.rules.posyandu_day import BIMA, CICI, DAY, KADER, MOTHER, ON, WIB, WIT, at, month_of_dues, told


def test_a_moved_day_is_told_to_exactly_those_who_were_told() -> None:
    moved = replace(DAY, state="moved", version=1, changed_at=at(11, "17.00"), moved_to=date(2026, 11, 14))
    families = (
        replace(MOTHER, told=0),
        Family(101, (BIMA,), WIB),  # never told of the 12th
        Family(102, (CICI,), WIB, told=1),  # told of the change already
        Family(103, (replace(CICI, id=4),), WIB, reachable=False, told=0),  # told in person
    )
    facts = DayFacts(moved, families, (replace(KADER, told=0), Kader(51, WIB)))
    dues = month_of_dues(facts)
    assert [(due.once, due.to) for due in dues] == [
        ("change:7:v1:100", 100),
        ("change:7:v1:c4", None),
        ("change:7:v1:50", 50),
    ]
    assert {due.at for due in dues} == {at(11, "17.00")}


def test_new_hours_are_told_once_and_the_reminder_is_not_said_again() -> None:
    changed = replace(DAY, version=1, changed_at=at(11, "17.00"), opens=540)
    told_before = DayFacts(changed, (replace(MOTHER, told=0), Family(101, (BIMA,), WIB)), (replace(KADER, told=0),))
    assert [due.once for due in owed(told_before, at(11, "17.00"))] == [
        "h1:7:v1:101",
        "change:7:v1:100",
        "change:7:v1:50",
    ]


@pytest.mark.parametrize(
    ("changed", "heard", "urgent"),
    [
        (at(11, "17.00"), at(11, "17.00"), False),
        (at(10, "22.00"), at(11, "08.00"), False),
        (at(11, "19.30"), at(11, "19.30"), True),  # in the morning she would be on her way
        (at(11, "23.00"), at(12, "05.00"), True),
        (at(12, "04.30"), at(12, "05.00"), True),
        (at(12, "07.30"), at(12, "07.30"), True),
    ],
)
def test_a_cancellation_reaches_her_before_she_leaves_home(changed: int, heard: int, urgent: bool) -> None:
    day = replace(DAY, state="cancelled", version=1, changed_at=changed)
    (due,) = owed(DayFacts(day, (replace(MOTHER, told=0),)), changed)
    assert (due.at, due.urgent, due.dropped) == (heard, urgent, None)


def test_a_day_planned_late_is_told_at_once_and_not_once_it_is_over() -> None:
    facts = DayFacts(DAY, (MOTHER,), (KADER,))
    assert told(owed(facts, at(11, "17.00"))) == [("h1", 100, "11 16.00")]
    assert told(owed(facts, at(11, "21.00"))) == [("h1", 100, "12 08.00"), ("eve", 50, "12 08.00")]
    assert owed(DayFacts(DAY, (MOTHER,)), at(12, "11.00")) == ()


def test_down_over_the_moment_it_goes_out_late_or_is_written_off() -> None:
    facts = DayFacts(DAY, (MOTHER,))
    (late,) = due_between(facts, at(11, "15.00"), at(11, "17.30"))
    assert (late.at, late.dropped) == (at(11, "16.00"), None)
    (night,) = due_between(facts, at(11, "15.00"), at(11, "23.00"))
    assert (night.at, night.dropped) == (at(12, "08.00"), None)
    (stale,) = due_between(facts, at(11, "15.00"), at(12, "11.00"))
    assert stale.dropped is Dropped.STALE
    early = replace(DAY, opens=300, closes=480)  # over before the first allowed hour
    (too_late,) = due_between(DayFacts(early, (MOTHER,)), at(11, "15.00"), at(11, "23.00"))
    assert too_late.dropped is Dropped.HOURS


def test_a_recipient_in_another_zone_has_her_own_night() -> None:
    aunt = Kader(51, WIT)  # 18.30 WIB is 20.30 there
    dues = due_between(DayFacts(DAY, (MOTHER,), (KADER, aunt)), at(11, "18.00"), at(11, "18.45"))
    assert [(due.to, due.at) for due in dues] == [(50, at(11, "18.30")), (51, at(12, "08.00", WIT))]


def test_the_nudge_follows_the_closing_time_and_leaves_the_night_alone() -> None:
    long = replace(DAY, closes=1050)  # 17.30, two hours later is night
    (nudge,) = [due for due in month_of_dues(DayFacts(long, (MOTHER,), (KADER,))) if due.kind == Kind.NUDGE]
    assert (nudge.moment, nudge.at) == (at(12, "19.30"), at(13, "08.00"))


def test_a_family_has_at_most_four_a_month_and_the_kind_word_only_below_two() -> None:
    dues = month_of_dues(DayFacts(DAY, (MOTHER,), kind_word=True))

    def kept(had: int) -> list[str]:
        return [due.kind for due in spend(dues, {(100, "2026-11"): had}) if due.dropped is None]

    assert kept(0) == ["h1", "missed"]
    assert kept(1) == ["h1"]
    assert kept(3) == ["h1"]
    assert kept(4) == []
    assert [due.dropped for due in spend(dues, {(100, "2026-11"): 4})] == [Dropped.BUDGET, Dropped.BUDGET]


def test_what_she_asked_for_is_not_counted_and_a_moved_day_always_passes() -> None:
    facts = DayFacts(DAY, (replace(MOTHER, early=True),))
    assert [due.kind for due in spend(month_of_dues(facts), {(100, "2026-11"): 4}) if due.dropped is None] == ["h3"]
    moved = replace(DAY, state="cancelled", version=1, changed_at=at(11, "09.00"))
    dues = owed(DayFacts(moved, (replace(MOTHER, told=0),)), at(11, "09.00"))
    assert [due.dropped for due in spend(dues, {(100, "2026-11"): 4})] == [None]


def test_a_kader_hears_once_a_day_and_three_times_on_her_posyandu_day() -> None:
    other = DayFacts(replace(DAY, id=8, posyandu_id=4), (MOTHER,), (KADER,), entries=1)
    two = [*month_of_dues(DayFacts(DAY, (MOTHER,), (KADER,), entries=1)), *month_of_dues(other)]
    assert [(due.kind, due.day) for due in spend(two, {}) if due.dropped is None and due.to == 50] == [
        ("eve", 7),
        ("evening", 7),
        ("evening", 8),
    ]
    full = spend(two, {(50, "2026-11-12"): 2})
    assert [due.kind for due in full if due.dropped is None and due.to == 50] == ["eve", "evening"]


def test_an_officer_has_one_digest_a_day() -> None:
    due = digest(Kind.DAILY, Officer(201, WIB, "bidan", 2), ON, at(12, "15.30"))
    assert due is not None
    assert [d.dropped for d in spend([due], {(201, "2026-11-12"): 1})] == [Dropped.BUDGET]
