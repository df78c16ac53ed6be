"""The posyandu's day by rule, months, what falls in them, dates in words."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu.calendar import (
    DayRule,
    NotADayRule,
    add_months,
    deworming_due,
    full_measure_month,
    holiday,
    holidays_known,
    length_due,
    month_of,
    month_range,
    months_before,
    next_days,
    say_age,
    say_date,
    say_month,
    say_time,
    short_date,
    vitamin_a_due,
    vitamin_a_month,
)

DATES = st.dates(date(2019, 1, 1), date(2044, 12, 31))
MONTHS = DATES.map(month_of)
RULES = st.one_of(
    st.integers(1, 31).map(lambda day: DayRule(day=day)),
    st.builds(lambda weekday, nth: DayRule(weekday=weekday, nth=nth), st.integers(0, 6), st.integers(1, 5)),
)


@pytest.mark.parametrize(
    ("written", "read", "november", "february"),
    [
        ("tanggal 12", "tanggal 12", date(2026, 11, 12), date(2027, 2, 12)),
        ("tgl 31", "tanggal 31", date(2026, 11, 30), date(2027, 2, 28)),
        ("Tgl. 29 setiap bulan", "tanggal 29", date(2026, 11, 29), date(2027, 2, 28)),
        ("7", "tanggal 7", date(2026, 11, 7), date(2027, 2, 7)),
        ("akhir bulan", "tanggal 31", date(2026, 11, 30), date(2027, 2, 28)),
        ("Selasa kedua", "Selasa kedua", date(2026, 11, 10), date(2027, 2, 9)),
        ("setiap hari Selasa minggu ke-2", "Selasa kedua", date(2026, 11, 10), date(2027, 2, 9)),
        ("minggu ke-2 hari Selasa", "Selasa kedua", date(2026, 11, 10), date(2027, 2, 9)),
        ("Kamis minggu ke-3", "Kamis ketiga", date(2026, 11, 19), date(2027, 2, 18)),
        ("senin I", "Senin pertama", date(2026, 11, 2), date(2027, 2, 1)),
        ("Jum'at minggu IV", "Jumat keempat", date(2026, 11, 27), date(2027, 2, 26)),
        ("JUMAT ke 4", "Jumat keempat", date(2026, 11, 27), date(2027, 2, 26)),
        ("Rabu terakhir", "Rabu terakhir", date(2026, 11, 25), date(2027, 2, 24)),
        ("Senin kelima", "Senin terakhir", date(2026, 11, 30), date(2027, 2, 22)),
        ("Minggu pertama", "Minggu pertama", date(2026, 11, 1), date(2027, 2, 7)),
        ("hari minggu pada minggu kedua", "Minggu kedua", date(2026, 11, 8), date(2027, 2, 14)),
        ("Ahad ketiga", "Minggu ketiga", date(2026, 11, 15), date(2027, 2, 21)),
    ],
)
def test_a_day_rule_is_read_as_it_is_written(written: str, read: str, november: date, february: date) -> None:
    rule = DayRule.parse(written)
    assert rule.text() == read
    assert (rule.on("2026-11"), rule.on("2027-02")) == (november, february)


@pytest.mark.parametrize(
    "text",
    ["", "selasa", "kedua", "tanggal", "tanggal 0", "32", "besok", "Selasa keenam", "Selasa Rabu kedua", "12 13"],
)
def test_what_names_no_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotADayRule, match="Selasa kedua"):
        DayRule.parse(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        DayRule.parse(text).on("2028-02")
    except NotADayRule:
        pass


@given(RULES, MONTHS)
def test_a_rule_has_one_day_in_every_month_and_reads_back(rule: DayRule, month: str) -> None:
    assert DayRule.parse(rule.text()) == rule
    first, last = month_range(month)
    on = rule.on(month)
    assert first <= on <= last
    if rule.day is not None:
        assert on.day == min(rule.day, last.day)
    else:
        assert on.weekday() == rule.weekday
        assert (on.day - 1) // 7 + 1 == rule.nth or (rule.nth == 5 and on + timedelta(days=7) > last)


@given(RULES, DATES, st.integers(1, 14))
def test_next_days_are_one_a_month_after_a_date(rule: DayRule, after: date, n: int) -> None:
    days = next_days(rule, after, n)
    assert len(days) == n
    assert after < days[0] <= rule.on(months_before(month_of(after), -1))
    for earlier, later in pairwise(days):
        assert months_before(month_of(later), 1) == month_of(earlier)


def test_the_31st_over_a_leap_winter() -> None:
    assert next_days(DayRule.parse("tanggal 31"), date(2027, 12, 30), 4) == (
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    )


@given(MONTHS, st.integers(-300, 300))
def test_months_go_back_and_forth(month: str, n: int) -> None:
    assert months_before(months_before(month, n), -n) == month


@given(DATES, st.integers(0, 72))
def test_months_are_added_within_the_month(on: date, n: int) -> None:
    later = add_months(on, n)
    assert month_of(later) == months_before(month_of(on), -n)
    assert later.day == on.day or later == month_range(month_of(later))[1]


BORN = date(2026, 2, 28)


@pytest.mark.parametrize(
    ("birth", "on", "capsule", "dose"),
    [
        (BORN, date(2026, 8, 27), None, None),  # 5 completed months
        (BORN, date(2026, 8, 28), "blue", None),  # 6
        (BORN, date(2027, 2, 27), "blue", None),  # 11
        (BORN, date(2027, 2, 28), "red", 200),  # 12
        (BORN, date(2028, 2, 27), "red", 200),  # 23
        (BORN, date(2028, 2, 28), "red", 400),  # 24
        (BORN, date(2031, 2, 27), "red", 400),  # 59
        (BORN, date(2031, 2, 28), None, None),  # 60
        (date(2028, 2, 29), date(2029, 2, 28), "red", 200),  # born on the 29th: a year on the 28th
        (BORN, date(2027, 3, 1), None, None),
    ],
)
def test_vitamin_a_and_deworming_by_age(birth: date, on: date, capsule: str | None, dose: int | None) -> None:
    assert vitamin_a_due(birth, on) == capsule
    assert deworming_due(birth, on) == dose


def test_february_and_august_are_the_measuring_months() -> None:
    for month in range(1, 13):
        on = date(2027, month, 12)
        assert vitamin_a_month(on) == full_measure_month(on) == (month in (2, 8))
        assert length_due(BORN, on) == (month in (2, 8))
    assert not length_due(BORN, date(2031, 8, 12))


def test_dates_and_times_in_words() -> None:
    assert say_date(date(2026, 11, 12)) == "Kamis, 12 November 2026"
    assert say_date(date(2028, 2, 29)) == "Selasa, 29 Februari 2028"
    assert short_date(date(2026, 8, 2)) == "2 Agu 2026"
    assert say_month("2026-11") == "November 2026"
    assert (say_time(480), say_time(13 * 60 + 5), say_time(0)) == ("08.00", "13.05", "00.00")


@pytest.mark.parametrize(
    ("birth", "said"),
    [
        (date(2026, 11, 12), "0 hari"),
        (date(2026, 10, 31), "12 hari"),
        (date(2026, 10, 12), "1 bulan"),
        (date(2025, 11, 13), "11 bulan"),
        (date(2025, 11, 12), "1 tahun"),
        (date(2025, 1, 20), "1 tahun 9 bulan"),
        (date(2022, 11, 1), "4 tahun"),
        (date(2026, 12, 1), "belum lahir"),
    ],
)
def test_ages_in_words(birth: date, said: str) -> None:
    assert say_age(birth, date(2026, 11, 12)) == said


def test_holidays_of_the_two_years_only_warn() -> None:
    natal, leave, eid = holiday(date(2026, 12, 25)), holiday(date(2027, 5, 19)), holiday(date(2027, 3, 10))
    assert natal is not None
    assert leave is not None
    assert eid is not None
    assert (natal.name, natal.kind, natal.sure) == ("Natal", "libur", "ditetapkan")
    assert (leave.name, leave.kind) == ("Waisak", "cuti")
    assert eid.sure == "menunggu sidang isbat"
    assert holiday(date(2026, 11, 12)) is None
    assert holidays_known(2027)
    assert not holidays_known(2028)


@pytest.mark.parametrize(("year", "holidays", "leave"), [(2026, 17, 8), (2027, 18, 8)])
def test_as_many_holidays_as_the_decrees_say(year: int, holidays: int, leave: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    kinds = [found.kind for day in days if (found := holiday(day))]
    assert (kinds.count("libur"), kinds.count("cuti")) == (holidays, leave)
