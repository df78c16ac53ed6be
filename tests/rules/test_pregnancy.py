"""HPL from HPHT and back, weeks, trimester, the six visits."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu import pregnancy

HPHT = date(2026, 3, 1)
DATES = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(
    ("hpht", "hpl"),
    [
        (HPHT, date(2026, 12, 6)),
        (date(2027, 5, 26), date(2028, 3, 1)),  # over 29 February 2028
        (date(2026, 12, 31), date(2027, 10, 7)),
    ],
)
def test_naegele(hpht: date, hpl: date) -> None:
    assert pregnancy.hpl(hpht) == hpl
    assert pregnancy.hpht(hpl) == hpht


@pytest.mark.parametrize(
    ("days", "weeks", "trimester", "visit"),
    [
        (0, (0, 0), 1, None),
        (28, (4, 0), 1, "K1"),
        (90, (12, 6), 1, "K1"),
        (91, (13, 0), 2, "K2"),
        (174, (24, 6), 2, "K3"),
        (175, (25, 0), 3, "K4"),
        (280, (40, 0), 3, "K6"),
        (294, (42, 0), 3, None),
        (301, (43, 0), None, None),
        (-1, (-1, 6), None, None),
    ],
)
def test_weeks_trimester_and_visit(days: int, weeks: tuple[int, int], trimester: int | None, visit: str | None) -> None:
    on = HPHT + timedelta(days=days)
    assert pregnancy.gestation(HPHT, on) == weeks
    assert pregnancy.trimester(HPHT, on) == trimester
    found = pregnancy.antenatal_visit_due(HPHT, on)
    assert (found.name if found else None) == visit


@given(DATES)
def test_six_visits_follow_each_other_by_trimester(hpht: date) -> None:
    visits = pregnancy.antenatal_visits(hpht)
    assert [v.name for v in visits] == ["K1", "K2", "K3", "K4", "K5", "K6"]
    assert [pregnancy.trimester(hpht, v.first) for v in visits] == [1, 2, 2, 3, 3, 3]
    assert all(b.first == a.last + timedelta(days=1) for a, b in pairwise(visits))
    assert [v.name for v in visits if v.doctor] == ["K1", "K5"]
    assert visits[-1].first < pregnancy.hpl(hpht) < visits[-1].last


def test_what_can_be_a_pregnancy() -> None:
    assert pregnancy.plausible(HPHT, HPHT)
    assert not pregnancy.plausible(HPHT, HPHT - timedelta(days=1))
    assert not pregnancy.plausible(HPHT, HPHT + timedelta(days=301))
    assert not pregnancy.birth_to_ask(HPHT, HPHT + timedelta(days=293))
    assert pregnancy.birth_to_ask(HPHT, HPHT + timedelta(days=294))
