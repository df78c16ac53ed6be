"""The card's verdicts: N, T, O, B by calendar month and whole grams."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu.anthropometry import Sex
from posyandu.kms import (
    Lines,
    Mark,
    Weighing,
    fall_in_three_months,
    kbm,
    month_closes_at,
    months_absent,
    verdict,
    verdicts,
)

BIRTH = date(2025, 11, 20)


def weighed(*pairs: tuple[date, int]) -> list[Weighing]:
    return [Weighing(on, grams) for on, grams in pairs]


def marks(weighings: list[Weighing], sex: Sex = Sex.BOY, birth: date = BIRTH) -> str:
    return "".join(v.mark for v in verdicts(sex, birth, weighings))


def test_kbm_by_sex_and_completed_months() -> None:
    boys = [kbm(Sex.BOY, m) for m in range(14)]
    girls = [kbm(Sex.GIRL, m) for m in range(14)]
    assert boys == [0, 800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200, 200]
    assert girls == [0, 800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200, 200]
    assert kbm(Sex.GIRL, 60) == 200


@pytest.mark.parametrize(
    ("sex", "birth", "gain", "mark"),
    [
        (Sex.BOY, date(2026, 5, 1), 400, "N"),  # 7 months on 13 December
        (Sex.BOY, date(2026, 5, 1), 399, "T"),
        (Sex.GIRL, date(2026, 5, 1), 300, "N"),
        (Sex.GIRL, date(2026, 5, 1), 299, "T"),
        (Sex.BOY, date(2026, 1, 13), 300, "N"),  # 11 months to the day
        (Sex.BOY, date(2026, 1, 13), 299, "T"),
        (Sex.GIRL, date(2026, 1, 13), 200, "N"),
        (Sex.GIRL, date(2026, 1, 14), 200, "T"),  # still 10 months: 300
        (Sex.BOY, date(2023, 1, 1), 200, "N"),
        (Sex.BOY, date(2023, 1, 1), 0, "T"),
        (Sex.BOY, date(2026, 11, 14), 0, "N"),  # 0 completed months
        (Sex.BOY, date(2026, 11, 14), -1, "T"),
    ],
)
def test_a_gain_of_the_kbm_is_n(sex: Sex, birth: date, gain: int, mark: str) -> None:
    history = weighed((date(2026, 11, 14), 8000), (date(2026, 12, 13), 8000 + gain))
    v = verdict(sex, birth, history, date(2026, 12, 1))
    assert v is not None
    assert (v.mark, v.gain_g) == (mark, gain)


def test_new_missed_and_again() -> None:
    history = weighed(
        (date(2026, 1, 31), 4000),
        (date(2026, 2, 1), 5000),  # a day later, yet last calendar month was weighed: N
        (date(2026, 4, 30), 6500),  # March missed
        (date(2026, 5, 1), 6500),
    )
    assert marks(history) == "BNOT"


def test_the_year_turns() -> None:
    assert marks(weighed((date(2025, 12, 30), 4000), (date(2026, 1, 2), 4900))) == "BN"


def test_the_last_weighing_of_a_month_counts() -> None:
    history = weighed((date(2026, 3, 20), 7600), (date(2026, 2, 10), 6000), (date(2026, 3, 10), 6100))
    found = verdicts(Sex.BOY, BIRTH, history)
    assert [(v.grams, v.mark) for v in found] == [(6000, Mark.B), (7600, Mark.N)]
    corrected = [*history, Weighing(date(2026, 3, 20), 6200)]
    assert verdicts(Sex.BOY, BIRTH, corrected)[-1].mark is Mark.T


def test_two_t_needs_two_months_running() -> None:
    history = weighed(
        (date(2026, 5, 12), 8000),
        (date(2026, 6, 12), 8000),
        (date(2026, 7, 12), 8000),
        (date(2026, 9, 12), 8000),
        (date(2026, 10, 12), 8000),
        (date(2026, 11, 12), 8100),
        (date(2026, 12, 12), 8500),
    )
    found = verdicts(Sex.BOY, BIRTH, history)
    assert "".join(v.mark for v in found) == "BTTOTTN"
    assert [v.t_in_a_row for v in found] == [0, 1, 2, 0, 1, 2, 0]
    assert [v.two_t for v in found] == [False, False, True, False, False, True, False]


def test_later_weighings_do_not_change_a_month() -> None:
    history = weighed((date(2026, 5, 12), 8000), (date(2026, 6, 12), 8100))
    before = verdict(Sex.BOY, BIRTH, history, date(2026, 6, 30))
    assert verdict(Sex.BOY, BIRTH, [*history, Weighing(date(2026, 7, 1), 5000)], date(2026, 6, 1)) == before
    assert verdict(Sex.BOY, BIRTH, history, date(2026, 7, 1)) is None


def test_a_health_worker_may_say_n_and_the_chain_of_t_breaks() -> None:
    days = [date(2026, m, 12) for m in (5, 6, 7, 8)]
    history = [Weighing(on, 8000, Mark.N if on == days[2] else None) for on in days]
    found = verdicts(Sex.BOY, BIRTH, history)
    assert "".join(v.mark for v in found) == "BTNT"
    assert [v.overridden for v in found] == [False, False, True, False]
    assert not found[-1].two_t


@pytest.mark.parametrize(
    ("grams", "bgm", "yellow", "orange"),
    # a boy of 365 days: -3 SD 6.93, -2 SD 7.74, +1 SD 10.76 kg
    [(6900, True, False, False), (6950, False, True, False), (7747, False, False, False), (10900, False, False, True)],
)
def test_red_yellow_and_orange(grams: int, bgm: bool, yellow: bool, orange: bool) -> None:
    birth = date(2025, 3, 1)
    (v,) = verdicts(Sex.BOY, birth, weighed((birth + timedelta(days=365), grams)))
    assert (v.bgm, v.yellow, v.above_orange) == (bgm, yellow, orange)


def test_the_lines_are_settings() -> None:
    birth = date(2025, 3, 1)
    (v,) = verdicts(Sex.BOY, birth, weighed((birth + timedelta(days=365), 10900)), Lines(orange_sd=2.0))
    assert not v.above_orange


def test_after_five_years_a_weighing_is_kept_without_lines() -> None:
    birth = date(2021, 11, 1)
    found = verdicts(Sex.BOY, birth, weighed((date(2026, 10, 12), 15000), (date(2026, 11, 12), 15300)))
    assert found[-1].mark is Mark.N
    assert found[-1].wfa is None
    assert not found[-1].bgm


def test_the_fall_since_three_months_ago() -> None:
    def falling(*months: int) -> float | None:
        # 0.3 kg a month from a boy of a year: the later, the further below its line
        history = weighed(*((date(2026, m, 12), 10000 - 300 * m) for m in months))
        return fall_in_three_months(verdicts(Sex.BOY, BIRTH, history))

    full = falling(5, 6, 7, 8)
    assert full is not None
    assert full > 0.67
    assert falling(5, 8) == full
    four, two = falling(4, 8), falling(6, 8)
    assert four is not None
    assert two is not None
    assert four > full > two
    assert falling(7, 8) is None
    assert falling() is None


def test_rounds_missed() -> None:
    assert months_absent(date(2026, 9, 30), date(2026, 11, 1)) == 2
    assert months_absent(date(2026, 11, 12), date(2026, 11, 12)) == 0
    assert months_absent(None, date(2026, 11, 12)) is None


@pytest.mark.parametrize(
    ("month", "closes"),
    [
        (date(2026, 11, 12), datetime(2026, 12, 5, 23, 59)),
        (date(2026, 12, 31), datetime(2027, 1, 5, 23, 59)),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_a_month_closes_on_the_fifth_of_the_next(month: date, closes: datetime, zone: str) -> None:
    at = month_closes_at(month, ZoneInfo(zone))
    assert at.replace(tzinfo=None) == closes
    assert at.utcoffset() == ZoneInfo(zone).utcoffset(closes)


histories = st.lists(
    st.tuples(st.dates(date(2025, 11, 20), date(2030, 12, 31)), st.integers(1000, 40_000)), max_size=30
)


@given(st.sampled_from(Sex), histories)
def test_every_month_weighed_has_exactly_one_mark(sex: Sex, pairs: list[tuple[date, int]]) -> None:
    found = verdicts(sex, BIRTH, weighed(*pairs))
    assert [v.month for v in found] == sorted({on.replace(day=1) for on, _ in pairs})
    assert all((v.mark is Mark.B) == (n == 0) for n, v in enumerate(found))
    assert all((v.gain_g is not None) == (v.mark in (Mark.N, Mark.T)) for v in found)
