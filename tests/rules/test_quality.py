"""Hints on measuring: the kader who rounds is noticed, the honest one is left in peace."""

import random
from datetime import date, timedelta

import pytest

from posyandu.quality import Hint, Kind, Reading, Scale, hints, least_count, trends
from tests.slow.growth_simulation import DACIN, DIGITAL, INJAK, Instruments, child, readings

ROUND = 30


def honest_year(rng: random.Random, instruments: Instruments, children: list[list[Reading]]) -> list[Reading]:
    """Twelve rounds of thirty readings by one honest kader."""
    own = rng.sample(children, min(len(children), 45))
    by_round: dict[date, list[Reading]] = {}
    for history in own:
        for reading in history:
            by_round.setdefault(reading.on, []).append(reading)
    return [r for on in sorted(by_round) for r in by_round[on][:ROUND]]


def histories(seed: int, instruments: Instruments, count: int) -> list[list[Reading]]:
    rng, found = random.Random(seed), []
    for _ in range(count):
        last, history = None, []
        for reading, _ in readings(rng, child(rng, instruments=instruments)):
            history.append(
                Reading(reading.on, reading.grams, last.grams if last else None, reading.mm, last.mm if last else None),
            )
            last = reading
        found.append(history)
    return found


@pytest.mark.parametrize(
    ("instruments", "scale"), [(DACIN, Scale.DACIN), (DIGITAL, Scale.DIGITAL), (INJAK, Scale.INJAK)]
)
def test_at_most_one_honest_kader_in_a_hundred_is_hinted_in_a_year(instruments: Instruments, scale: Scale) -> None:
    children = histories(11, instruments, 400)
    rng, kader = random.Random(3), 400
    hinted = sum(bool(hints(honest_year(rng, instruments, children), scale)) for _ in range(kader))
    assert hinted <= kader / 100


def test_a_kader_who_writes_60_per_cent_on_halves_is_noticed_within_30() -> None:
    rng, runs = random.Random(5), 2000
    noticed = 0
    for _ in range(runs):
        weights = [
            rng.randrange(4, 36) * 500
            if rng.random() < 0.6
            else rng.randrange(4, 36) * 500 + rng.choice((100, 200, 300, 400))
            for _ in range(30)
        ]
        found = hints([Reading(date(2026, 11, 12), grams) for grams in weights], Scale.DACIN)
        noticed += any(h.kind is Kind.DIGIT_PREFERENCE and h.at <= 30 for h in found)
    assert noticed / runs >= 0.95 - 0.01  # 0.952 by the binomial law; the rest is the luck of 2,000 runs


def test_the_law_behind_it() -> None:
    """Exactly: 14 of 30 for a kader's first thirty, 15 later."""
    assert least_count(30, 0.2, 0.001) == 14
    assert least_count(30, 0.2, 0.0003) == 15
    assert least_count(30, 1.0, 0.001) == 31


def weights(grams: list[int]) -> list[Reading]:
    return [Reading(date(2026, 11, 12), g) for g in grams]


def test_a_hint_says_what_was_seen() -> None:
    block = weights([9000] * 20 + [9100] * 10)
    assert hints(block, Scale.DACIN) == (Hint(Kind.DIGIT_PREFERENCE, 20, 30, 6.0, 30),)
    assert hints(block[:29], Scale.DACIN) == ()
    again = hints(block + block, Scale.DACIN)
    assert [h.at for h in again] == [30, 60], "so that the caller knows the new one"


def test_a_bathroom_scale_that_shows_only_halves_is_not_blamed() -> None:
    assert hints(weights([9000] * 60), Scale.INJAK) == ()
    assert hints(weights([9000] * 60), None) == ()


def test_last_months_numbers_copied() -> None:
    copied = [Reading(date(2026, 11, 12), 9100 + n * 100, 9100 + n * 100) for n in range(30)]
    assert [h.kind for h in hints(copied, Scale.DACIN)] == [Kind.REPEATS]
    half = [r if n % 4 else Reading(r.on, r.grams, r.grams - 200) for n, r in enumerate(copied)]
    assert [h.kind for h in hints(half, Scale.INJAK)] == [], "three in four is what a bathroom scale gives"


def test_children_who_shrink() -> None:
    shrunk = [Reading(date(2026, 11, 12), 9100 + n * 70, None, 800, 812 if n % 2 else 795) for n in range(30)]
    assert [h.kind for h in hints(shrunk, None)] == [Kind.SHRINKING]
    grown = [Reading(r.on, r.grams, None, 800, 809) for r in shrunk]
    assert hints(grown, None) == ()


def test_trends_by_month_have_shares_and_no_names() -> None:
    first, second = date(2026, 10, 12), date(2026, 11, 12)
    found = trends(
        [
            Reading(second, 9000, 9000, 800, 815),
            Reading(first, 9100),
            Reading(second, 9100, 9000, 800, 790),
            Reading(first + timedelta(days=3), 9500),
        ]
    )
    assert [(t.month, t.readings, t.digit_preference, t.repeats, t.shrinking) for t in found] == [
        (date(2026, 10, 1), 2, 0.5, None, None),
        (date(2026, 11, 1), 2, 0.5, 0.5, 0.5),
    ]
    assert trends([]) == ()
