"""Scoring with numpy gives what scoring one by one gives: score, reason, flag, length, table."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.sheets.batch import Batch
from bot.sheets.scoring import score_all
from bot.sheets.vectors import BLOCK, scores_many
from posyandu.anthropometry import Indicator, Measurement, Position, Sex, lms

edges = st.sampled_from([0, 90, 90.5, 91, 273, 273.9, 274, 730, 730.49, 730.5, 731, 1826, 1826.2, 1826.25, 1827, -1])
ages = st.none() | edges | st.integers(-10, 2000) | st.floats(-10, 2000)
lengths = st.none() | st.sampled_from([0, -70, 4499, 4500, 6499, 6500, 8699, 8700, 11000, 11001, 11930, 12001, 12070])
measurements = st.builds(
    Measurement,
    st.sampled_from(Sex),
    ages,
    st.none() | st.integers(-5, 40_000) | st.floats(0, 1e9),
    lengths | st.integers(4000, 13_000) | st.floats(4000, 13_000),
    st.sampled_from([None, *Position]),
    st.none() | st.integers(-1, 700),
    st.none() | st.floats(0, 400),
    st.booleans(),
)


@given(st.lists(measurements, max_size=20))
def test_any_children(children: list[Measurement]) -> None:
    assert score_all(children, vectorised=True) == score_all(children, vectorised=False)


def test_more_children_than_a_block() -> None:
    rng = random.Random(8)
    children = []
    for _ in range(BLOCK + 500):
        sex, day = rng.choice(tuple(Sex)), rng.randint(0, 1826)
        grams = round(lms(Indicator.WFA, sex, day).m * rng.gauss(1, 0.25) * 1000)
        mm = round(lms(Indicator.LFA, sex, day).m * rng.gauss(1, 0.08) * 10)
        children.append(
            Measurement.from_mm(sex, day, weight_g=grams, length_mm=mm, position=rng.choice((None, *Position)))
        )
    assert score_all(children, vectorised=True) == score_all(children, vectorised=False)
    assert len(scores_many(Batch.of(children)).length_cmm) == len(children)
