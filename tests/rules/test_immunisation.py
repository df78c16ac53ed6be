"""Immunisation to ask about, by place and birth date; what else is due at a visit."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posyandu.calendar import add_months
from posyandu.immunisation import combined_vaccine, due, worth_asking
from posyandu.services import due_services

CIRIUNG, KARANGASEM = "32.01.01.1010", "51.07"
BIRTHS = st.dates(date(2021, 1, 1), date(2027, 12, 31))
AREAS = st.sampled_from([CIRIUNG, KARANGASEM, "34", "61.71", "94", "15.01", "18.72"])


def new_at(months: int, area: str, birth: date = date(2025, 9, 1)) -> list[str]:
    return [v.name for v in due(birth, add_months(birth, months), area) if v.new]


@pytest.mark.parametrize(
    ("months", "bogor", "bali"),
    [
        (0, ["HB 0"], ["HB 0"]),
        (1, ["BCG", "OPV 1"], ["BCG", "OPV 1"]),
        (2, ["OPV 2", "DPT-HB-Hib 1", "RV 1", "PCV 1"], ["OPV 2", "Heksavalen 1", "RV 1", "PCV 1"]),
        (3, ["OPV 3", "DPT-HB-Hib 2", "RV 2", "PCV 2"], ["OPV 3", "Heksavalen 2", "RV 2", "PCV 2"]),
        (4, ["OPV 4", "DPT-HB-Hib 3", "RV 3", "IPV 1"], ["OPV 4", "Heksavalen 3", "RV 3"]),
        (5, [], []),
        (9, ["IPV 2", "MR 1"], ["MR 1"]),
        (10, [], ["JE"]),
        (12, ["PCV 3"], ["PCV 3"]),
        (18, ["MR 2", "DPT-HB-Hib 4"], ["MR 2", "DPT-HB-Hib 4"]),
        (24, [], []),
    ],
)
def test_the_schedule_by_month_and_place(months: int, bogor: list[str], bali: list[str]) -> None:
    assert new_at(months, CIRIUNG) == bogor
    assert new_at(months, KARANGASEM) == bali


def test_hexavalent_begins_with_births_after_the_ninth_of_july() -> None:
    assert combined_vaccine(date(2025, 7, 9), "51") == "pentavalen"
    assert combined_vaccine(date(2025, 7, 10), "51") == "heksavalen"
    assert combined_vaccine(date(2025, 7, 10), "51.71.01.1002") == "heksavalen"
    assert combined_vaccine(date(2025, 7, 10), "32.01") == "pentavalen"
    assert combined_vaccine(date(2025, 7, 10), "5") == "pentavalen"


def test_the_birth_dose_is_asked_for_a_week() -> None:
    birth = date(2026, 11, 1)
    assert [v.name for v in due(birth, birth + timedelta(days=7), CIRIUNG)] == ["HB 0"]
    assert due(birth, birth + timedelta(days=8), CIRIUNG) == ()


def test_what_was_given_is_not_asked_again() -> None:
    birth = date(2026, 1, 5)
    on = date(2026, 3, 5)
    assert [v.name for v in due(birth, on, CIRIUNG, given=("BCG", "OPV 1", "PCV 1"))] == [
        "OPV 2",
        "DPT-HB-Hib 1",
        "RV 1",
    ]


def test_an_old_dose_is_brought_up_only_when_it_is_known_to_be_missing() -> None:
    birth, on = date(2026, 1, 5), date(2026, 6, 20)  # nothing is new at five months
    assert not worth_asking(birth, on, CIRIUNG)
    assert worth_asking(birth, on, CIRIUNG, given=("BCG",))


@given(BIRTHS, st.integers(-40, 2200), AREAS)
def test_the_midwife_is_asked_when_a_dose_is_new(birth: date, age: int, area: str) -> None:
    on = birth + timedelta(days=age)
    assert worth_asking(birth, on, area) == any(v.new for v in due(birth, on, area))


@given(BIRTHS, st.integers(-400, 2200), AREAS)
def test_nothing_early_nothing_twice_nothing_after_five(birth: date, age: int, area: str) -> None:
    on = birth + timedelta(days=age)
    found = due(birth, on, area)
    names = [v.name for v in found]
    assert len(set(names)) == len(names)
    assert [v.due_on for v in found] == sorted(v.due_on for v in found)
    assert all(birth <= v.due_on <= on for v in found)
    if on >= add_months(birth, 60):
        assert found == ()
    assert not {"Heksavalen 1", "DPT-HB-Hib 1"} <= set(names)


@settings(max_examples=30)
@given(BIRTHS, AREAS, st.integers(1, 28))
def test_whoever_comes_every_month_meets_each_dose_while_it_is_new(birth: date, area: str, day: int) -> None:
    first = add_months(birth.replace(day=1), 1).replace(day=day)
    visits = [due(birth, add_months(first, n), area) for n in range(24)]
    new = {v.name for found in visits for v in found if v.new}
    assert new | {"HB 0"} >= {v.name for found in visits for v in found}
    assert {"BCG", "MR 1", "MR 2", "DPT-HB-Hib 4"} <= new


def test_services_of_a_visit_in_february() -> None:
    found = due_services(date(2026, 5, 10), date(2027, 2, 12), KARANGASEM)
    assert (found.vitamin_a, found.length, found.deworming_mg, found.ask_immunisation) == ("blue", True, None, True)


def test_services_of_an_ordinary_visit() -> None:
    found = due_services(date(2023, 5, 10), date(2026, 11, 12), CIRIUNG)
    assert (found.vitamin_a, found.length, found.deworming_mg, found.ask_immunisation) == (None, False, None, False)


def test_a_dose_is_new_once_to_who_is_born_at_a_month_end_and_comes_at_the_end_of_a_short_one() -> None:
    found = due(date(2021, 1, 29), date(2022, 2, 28), CIRIUNG)
    assert [v.name for v in found if v.new] == ["PCV 3"]
