"""The growth rules over a year of made children: no wasted child is missed, few healthy families are rung.

The small run is part of every test run; the full sizes run under `make proof` and write their numbers down."""

import random
from datetime import date

import pytest

from posyandu.anthropometry import Sex
from posyandu.quality import Kind, Reading, Scale, hints
from tests.slow.growth_rounds import Tally, tally_of
from tests.slow.growth_simulation import DACIN, DIGITAL, child, readings
from tests.slow.measured import record

COMMAND = "pytest -m proof tests/slow/test_growth_simulation.py"
HONEST = (DACIN, DIGITAL)


def the_claims(healthy: Tally, wasted: Tally, room: float) -> None:
    """`room`: how much a small sample may miss the mark by luck; 0 in full size."""
    assert wasted.caught_at_once >= (0.98 - room) * wasted.struck
    assert healthy.share(healthy.opened) <= 0.02 + room
    assert healthy.share(healthy.still_open) <= 0.05 + room


def rates(tally: Tally) -> str:
    return f"T {tally.share(tally.marks['T']):.1%}, 2T {tally.share(tally.two_t):.1%} of child-rounds"


def test_the_made_children_gain_as_whos_do() -> None:
    """Boys' medians in a calendar month lie between WHO's 1-month medians of the two starts it spans."""
    rng, gains = random.Random(2), dict[int, list[float]]()
    for _ in range(2500):
        made = child(rng)
        for before, after in zip(made.rounds, made.rounds[1:], strict=False):
            if made.sex is Sex.BOY and (after.on - before.on).days < 32:
                gains.setdefault(before.months, []).append(after.grams - before.grams)
    who = {1: (815, 1196), 2: (617, 815), 3: (522, 617), 4: (422, 522), 5: (357, 422)}
    for start, (least, most) in who.items():
        median = sorted(gains[start])[len(gains[start]) // 2]
        assert least - 60 <= median <= most + 60, start


def test_a_small_year() -> None:
    healthy, wasted = tally_of(1, "healthy", 400, HONEST), tally_of(2, "wasted", 60, HONEST)
    the_claims(healthy, wasted, room=0.01)
    assert 0.30 <= healthy.share(healthy.marks["T"]) <= 0.55, "T is common among the healthy: it may not ring"


def test_faltering_children_stand_on_a_list() -> None:
    faltering = tally_of(3, "faltering", 60, HONEST)
    assert faltering.caught_in_three >= 0.95 * faltering.struck


@pytest.mark.proof
def test_the_full_year() -> None:
    healthy = tally_of(11, "healthy", 10_000, HONEST)
    faltering = tally_of(12, "faltering", 1_000, HONEST)
    wasted = tally_of(13, "wasted", 300, HONEST)
    caught = wasted.caught_at_once / wasted.struck
    first = healthy.opened_first / healthy.first
    later = (healthy.opened - healthy.opened_first) / (healthy.seen - healthy.first)
    print("healthy:", rates(healthy), "faltering:", rates(faltering), "wasted:", rates(wasted))
    the_claims(healthy, wasted, room=0.0)
    record(
        ">= 98 % of wasted children open a case in that round",
        f"{caught:.1%} of {wasted.struck} (true BB/TB -2.5 to -4)",
        COMMAND,
    )
    record(
        "<= 2 % of healthy children cause a message to a parent in a month",
        f"{healthy.share(healthy.opened):.2%} of {healthy.seen:,} child-rounds of 10,000 children "
        f"(a child's first round {first:.2%}, later ones {later:.2%})",
        COMMAND,
    )
    record("open cases <= 5 per 100 healthy children", f"{100 * healthy.share(healthy.still_open):.2f}", COMMAND)
    record("T and 2T among healthy children, honest scales (no goal)", rates(healthy), COMMAND)
    record(
        "faltering children on a list or a case within three rounds (no goal)",
        f"{faltering.caught_in_three / faltering.struck:.1%} of {faltering.struck}; {rates(faltering)}",
        COMMAND,
    )
    record("honest entries the bot asks again (no goal)", f"{healthy.share(healthy.doubted):.2%} of entries", COMMAND)


def honest_kader(rng: random.Random) -> list[Reading]:
    """Twelve rounds of about thirty children by one honest kader."""
    by_round: dict[date, list[Reading]] = {}
    for _ in range(36):
        last = None
        for now, _again in readings(rng, child(rng)):
            reading = Reading(now.on, now.grams, last.grams if last else None, now.mm, last.mm if last else None)
            by_round.setdefault(now.on, []).append(reading)
            last = now
    return [reading for on in sorted(by_round) for reading in by_round[on][:30]]


def on_halves(rng: random.Random) -> list[Reading]:
    """Thirty weights of which 60 % are on a whole or half kilogram."""
    half = [rng.randrange(6, 36) * 500 for _ in range(30)]
    return [
        Reading(date(2026, 11, 12), grams + (0 if rng.random() < 0.6 else rng.choice((100, 200, 300, 400))))
        for grams in half
    ]


@pytest.mark.proof
def test_measurement_quality_in_full() -> None:
    rng, kader, runs = random.Random(21), 3_000, 20_000
    hinted = sum(bool(hints(honest_kader(rng), Scale.DACIN)) for _ in range(kader))
    noticed = sum(any(h.kind is Kind.DIGIT_PREFERENCE for h in hints(on_halves(rng), Scale.DACIN)) for _ in range(runs))
    assert hinted <= kader / 100
    assert noticed / runs >= 0.95
    command = COMMAND
    record("<= 1 % of honest kader hinted in a year of 12 rounds", f"{hinted / kader:.2%} of {kader:,}", command)
    record(
        "60 % on whole or half kilograms noticed within 30 weighings in >= 95 % of runs",
        f"{noticed / runs:.2%} of {runs:,}",
        command,
    )
