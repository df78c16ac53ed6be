"""What must hold for every child there could be."""

from hypothesis import given
from hypothesis import strategies as st

from posyandu.anthropometry import (
    Indicator,
    Measurement,
    Position,
    Scores,
    Sex,
    completed_months,
    lms,
    scores,
    value_at,
    z,
)
from posyandu.lms import RESTRICTED, TABLES

sexes = st.sampled_from(Sex)
indicators = st.sampled_from(Indicator)
positions = st.sampled_from([None, *Position])
any_number = st.none() | st.integers() | st.floats()


@given(sexes, any_number, any_number, any_number, positions, any_number, any_number, st.booleans())
def test_no_input_raises_and_each_score_is_there_or_explained(
    sex: Sex,
    age: float | None,
    weight: float | None,
    length: float | None,
    position: Position | None,
    head: float | None,
    muac: float | None,
    oedema: bool,
) -> None:
    s: Scores = scores(Measurement(sex, age, weight, length, position, head, muac, oedema))
    for indicator in (i for i in Indicator if i is not Indicator.WFH):
        assert (s.of(indicator) is None) == (indicator in s.missing)


@given(sexes, st.integers(0, 1826), st.integers(500, 40_000), st.integers(1, 5_000), st.integers(4500, 11_000))
def test_heavier_never_scores_lower(sex: Sex, age: int, grams: int, more: int, cmm: int) -> None:
    light = scores(Measurement(sex, age, grams, cmm))
    heavy = scores(Measurement(sex, age, grams + more, cmm))
    for indicator in (Indicator.WFA, Indicator.WFL, Indicator.BMI):
        low, high = light.of(indicator), heavy.of(indicator)
        assert (low is None) == (high is None)
        assert low is None or high is None or low <= high


@given(sexes, st.integers(0, 1826), st.integers(4000, 13_000), st.integers(1, 500))
def test_longer_never_scores_lower(sex: Sex, age: int, cmm: int, more: int) -> None:
    short, long = (scores(Measurement(sex, age, None, c)).lfa for c in (cmm, cmm + more))
    assert short is not None
    assert long is not None
    assert short <= long


@given(sexes, indicators, st.data(), st.floats(-8, 8))
def test_value_at_is_the_inverse(sex: Sex, indicator: Indicator, data: st.DataObject, score: float) -> None:
    table = TABLES[indicator]
    scale = 10 if indicator in (Indicator.WFL, Indicator.WFH) else 1
    row = lms(indicator, sex, data.draw(st.integers(table.first * scale, table.last * scale)))
    restricted = indicator in RESTRICTED
    value = value_at(score, row, restricted)
    if value > 0:
        assert abs(z(value, row, restricted) - score) < 1e-6


@given(sexes, st.integers(4500, 11_000), st.integers(4500, 11_000))
def test_the_median_grows_with_length(sex: Sex, one: int, other: int) -> None:
    short, long = sorted((one, other))
    assert lms(Indicator.WFL, sex, short).m <= lms(Indicator.WFL, sex, long).m


@given(st.dates(), st.dates())
def test_completed_months_rise_with_time(birth: object, on: object) -> None:
    from datetime import date, timedelta

    assert isinstance(birth, date)
    assert isinstance(on, date)
    if on < date.max:
        step = completed_months(birth, on + timedelta(days=1)) - completed_months(birth, on)
        assert step in (0, 1)
