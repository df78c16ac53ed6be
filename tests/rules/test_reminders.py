"""Who is told what around a posyandu day, and who is not."""

from dataclasses import replace
from datetime import date

import pytest

from posyandu.calendar import local, month_closes
from posyandu.reminders import (
    Child,
    DayFacts,
    Dropped,
    Due,
    Family,
    Kader,
    Kind,
    MonthFacts,
    Officer,
    digest,
    due_between,
    due_of_month,
)
from tests.rules.posyandu_day import AYU, BIMA, CICI, DAY, KADER, MOTHER, WIB, WIT, WITA, at, month_of_dues, told


def test_the_days_around_a_posyandu_day() -> None:
    early = Family(101, (BIMA,), WIB, early=True)
    facts = DayFacts(DAY, (MOTHER, early), (KADER,), entries=0, kind_word=True)
    assert told(month_of_dues(facts)) == [
        ("h3", 101, "09 16.00"),
        ("h1", 100, "11 16.00"),
        ("h1", 101, "11 16.00"),
        ("eve", 50, "11 18.30"),
        ("nudge", 50, "12 13.00"),
        ("missed", 100, "13 17.00"),
        ("missed", 101, "13 17.00"),
    ]


def test_once_something_has_come_in_the_kader_hear_who_is_missing_instead() -> None:
    facts = DayFacts(DAY, (Family(100, (AYU, replace(BIMA, weighed=True)), WIB),), (KADER,), entries=1)
    evening = [due for due in month_of_dues(facts) if due.kind in (Kind.NUDGE, Kind.EVENING)]
    assert told(evening) == [("evening", 50, "12 18.00")]
    assert evening[0].about == ("child:1",)


def test_one_bubble_for_a_family_however_many_children() -> None:
    family = Family(100, (AYU, BIMA, CICI), WIB, pregnancies=(9,))
    (due,) = due_between(DayFacts(DAY, (family,)), at(11, "15.59"), at(11, "16.00"))
    assert due.once == "h1:7:v0:100"
    assert due.about == ("child:1", "child:2", "child:3", "pregnancy:9")
    assert (due.at, due.expires) == (at(11, "16.00"), at(12, "11.00"))


@pytest.mark.parametrize(
    "child",
    [
        replace(AYU, weighed=True),
        replace(AYU, state="died"),
        replace(AYU, state="moved"),
        replace(AYU, birth=date(2021, 11, 12)),  # five on the day itself
        replace(AYU, birth=date(2026, 11, 20)),  # not born yet
    ],
)
def test_nothing_about_a_child_who_is_weighed_gone_or_five(child: Child) -> None:
    facts = DayFacts(DAY, (Family(100, (child,), WIB, told=0),), (KADER,), entries=3, kind_word=True)
    assert [due for due in month_of_dues(facts) if due.to == 100] == []
    both = replace(facts, families=(Family(100, (child, BIMA), WIB),))
    assert {due.about for due in month_of_dues(both)} == {("child:2",)}


def test_the_last_day_before_the_fifth_birthday_still_counts() -> None:
    child = replace(AYU, birth=date(2021, 11, 13))
    assert told(due_between(DayFacts(DAY, (Family(100, (child,), WIB),)), at(11, "15.00"), at(11, "17.00")))


@pytest.mark.parametrize(
    "family",
    [
        Family(None, (AYU,), WIB, consent="not_yet"),
        Family(100, (AYU,), WIB, consent="not_yet"),
        Family(100, (AYU,), WIB, reachable=False),
    ],
)
def test_whom_no_chat_reaches_is_told_in_person(family: Family) -> None:
    (due,) = due_between(DayFacts(DAY, (family,)), at(11, "15.00"), at(11, "17.00"))
    assert (due.to, due.posyandu, due.once, due.dropped) == (None, 3, "h1:7:v0:c1", None)


def test_a_refusal_is_kept_in_every_kind() -> None:
    family = Family(100, (AYU,), WIB, consent="no", early=True, told=0)
    facts = DayFacts(replace(DAY, version=1, changed_at=at(10, "09.00")), (family,), kind_word=True)
    assert month_of_dues(facts) == []


def test_a_second_guardian_without_chat_makes_no_line_for_the_kader() -> None:
    father = Family(101, (AYU, BIMA), WIB, reachable=False)
    dues = due_between(DayFacts(DAY, (MOTHER, father)), at(11, "15.00"), at(11, "17.00"))
    assert [(due.to, due.about) for due in dues] == [(100, ("child:1",)), (None, ("child:2",))]


def test_the_kind_word_waits_for_the_kaders_wish_and_skips_who_said_she_cannot_come() -> None:
    def words(facts: DayFacts) -> list[Due]:
        return [due for due in month_of_dues(facts) if due.kind == Kind.MISSED]

    facts = DayFacts(DAY, (MOTHER,))
    assert words(facts) == []
    facts = replace(facts, kind_word=True)
    assert len(words(facts)) == 1
    assert words(replace(facts, families=(replace(MOTHER, answer="tidak_bisa"),))) == []
    assert words(replace(facts, families=(Family(100, (replace(AYU, excused=True),), WIB),))) == []
    (due,) = words(replace(facts, families=(replace(MOTHER, reachable=False),)))
    assert due.dropped is Dropped.UNREACHABLE


def test_before_the_month_closes_the_kader_hear_who_is_missing() -> None:
    facts = MonthFacts(3, "2026-11", WIB, (KADER, Kader(51, WIB, frozenset({date(2026, 12, 4)}))), (1, 2))
    plain, with_eve_list = due_of_month(facts, at(3, "16.00", month=12))
    assert (plain.once, plain.about) == ("closing:3:2026-11:50", ("child:1", "child:2"))
    assert (plain.at, plain.expires) == (at(3, "16.00", month=12), month_closes("2026-11", WIB))
    assert with_eve_list.dropped is Dropped.IN_EVE_LIST
    assert due_of_month(replace(facts, missing=()), at(3, "16.00", month=12)) == ()


def test_december_closes_in_january() -> None:
    (due,) = due_of_month(MonthFacts(3, "2026-12", WIT, (Kader(50, WIT),), (1,)), at(31, "10.00", month=12))
    assert local(due.at, WIT).strftime("%Y-%m-%d %H.%M") == "2027-01-03 16.00"


def test_digests_are_for_those_who_have_something_to_read() -> None:
    coordinator, midwife = Officer(200, WITA, "coordinator", 4), Officer(201, WITA, "bidan", 2)
    monday = date(2026, 11, 16)
    weekly = digest(Kind.WEEKLY, coordinator, monday, at(16, "09.00", WITA))
    daily = digest(Kind.DAILY, midwife, monday, at(16, "15.30", WITA))
    assert weekly is not None
    assert daily is not None
    assert (weekly.once, weekly.at) == ("weekly:2026-11-16:Asia/Makassar:200", at(16, "09.00", WITA))
    assert (daily.once, daily.at) == ("daily:2026-11-16:Asia/Makassar:201", at(16, "15.30", WITA))
    assert digest(Kind.DAILY, replace(midwife, items=0), monday, at(16, "15.30", WITA)) is None
    stale = digest(Kind.DAILY, midwife, monday, at(16, "19.00", WITA))
    assert stale is not None
    assert stale.dropped is Dropped.STALE
