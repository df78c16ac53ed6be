"""Made children who grow: healthy ones with WHO's month-to-month velocities, faltering ones, wasted ones; and the
honest errors of scale, board and tape. The rules under test (growth_rounds.py) see only what a kader reads off.

Model. A child's length z and a second, independent part of its weight z wander from month to month so that each stays
standard normal in the population (autoregressive), with steps that give WHO's spread of one-month weight gains. On top
a weight wobbles by about 1 % from day to day (a meal, a full bladder), then comes the instrument.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

from posyandu.anthropometry import Indicator, Measurement, Sex, age_days, completed_months, lms, value_at, z
from posyandu.lms import RESTRICTED

FIRST_ROUND = date(2026, 1, 12)
# Standard deviation of a month's step in weight z (wobble included) and in length z, by completed months at its start.
WEIGHT_STEP = (0.50, 0.36, 0.29, 0.27, 0.24, 0.22, 0.21, 0.20, 0.20, 0.19, 0.19, 0.18, 0.17)
LENGTH_STEP = (0.35, 0.25, 0.18, 0.15, 0.13, 0.12)
WOBBLE = 0.01  # of the weight
WOBBLE_Z = 0.09  # the same in z, roughly
# Correlation of weight and length z by months: with these the z of weight-for-length is standard normal too.
TOGETHER = ((0, 0.75), (4, 0.68), (18, 0.70), (30, 0.77), (60, 0.79))


@dataclass(frozen=True)
class Instruments:
    """Honest errors: standard deviation and step of scale (g), board (mm) and tape (mm)."""

    name: str
    scale_error: float
    scale_step: int
    board_error: float = 4.0
    board_step: int = 5
    tape_error: float = 2.5
    tape_step: int = 1

    def weigh(self, rng: random.Random, grams: float) -> int:
        return _read(rng.gauss(grams, self.scale_error), self.scale_step)

    def length(self, rng: random.Random, mm: float) -> int:
        return _read(rng.gauss(mm, self.board_error), self.board_step)

    def tape(self, rng: random.Random, mm: float) -> int:
        return _read(rng.gauss(mm, self.tape_error), self.tape_step)


DACIN = Instruments("dacin", 50, 100)
DIGITAL = Instruments("digital", 20, 50)
INJAK = Instruments("injak", 150, 500)


@dataclass
class Truth:
    """A child as it is on one round, before anybody measures."""

    on: date
    months: int
    grams: float
    mm: float
    muac_mm: float | None


@dataclass
class Child:
    """One made child: what it is like in each round, and what kind it is."""

    sex: Sex
    birth: date
    kind: str
    instruments: Instruments
    rounds: list[Truth] = field(default_factory=list)
    struck: int | None = None  # the round in which it began to falter, or was wasted


def rounds(count: int = 12) -> list[date]:
    """Posyandu days, once a month."""
    return [date(FIRST_ROUND.year + n // 12, n % 12 + 1, FIRST_ROUND.day) for n in range(count)]


def _read(value: float, step: int) -> int:
    return round(value / step) * step


def _at(indicator: Indicator, sex: Sex, day: int, score: float) -> float:
    return value_at(score, lms(indicator, sex, min(day, 1826)), indicator in RESTRICTED)


def _wander(rng: random.Random, score: float, step: float) -> float:
    """A month's step that leaves the population standard normal."""
    keep = 1 - step * step / 2
    return keep * score + sqrt(1 - keep * keep) * rng.gauss(0, 1)


def _together(months: int) -> float:
    for (from_month, low), (to_month, high) in pairwise(TOGETHER):
        if months <= to_month:
            return low + (high - low) * (months - from_month) / (to_month - from_month)
    return TOGETHER[-1][1]


def _step(table: tuple[float, ...], months: int) -> float:
    return table[min(max(months, 0), len(table) - 1)]


def child(rng: random.Random, kind: str = "healthy", instruments: Instruments = DACIN, count: int = 12) -> Child:
    """A child of any age under five, through `count` rounds (fewer if it turns five)."""
    days = rounds(count)
    birth = days[0] - timedelta(days=rng.randrange(-(days[-1] - days[0]).days // 2, 1400))
    made = Child(rng.choice((Sex.BOY, Sex.GIRL)), birth, kind, instruments)
    length, rest, arm = rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, 1)
    struck = rng.randrange(2, count - 3) if kind != "healthy" else None
    target = rng.uniform(-4.0, -2.5)
    before = None
    for number, on in enumerate(days):
        months = completed_months(birth, on)
        if months < 0 or months >= 60:
            continue
        together = _together(months)
        if before is not None:
            step = _step(LENGTH_STEP, before)
            total = _step(WEIGHT_STEP, before) ** 2 - 2 * WOBBLE_Z**2
            length = _wander(rng, length, step)
            own = max(total - (together * step) ** 2, 0.001) / (1 - together**2)
            rest, arm = _wander(rng, rest, sqrt(own)), _wander(rng, arm, 0.15)
        before = months
        fallen = 0.0
        if kind == "faltering" and struck is not None and number >= struck:
            fallen = 0.15 * (number - struck + 1)
        weight = together * length + sqrt(1 - together**2) * rest - fallen
        muac = 0.25 * length + 0.6 * rest + 0.76 * arm - 0.8 * fallen
        day = age_days(birth, on)
        mm = _at(Indicator.LFA, made.sex, day, length) * 10
        grams = _at(Indicator.WFA, made.sex, day, weight) * 1000
        if kind == "wasted" and struck is not None and number >= struck:
            lost = grams - _wasted(made.sex, day, mm, target)
            if number == struck or lost > 0:
                muac -= 0.8 * (weight - _weight_z(made.sex, day, grams - max(lost, 0)))
                grams -= max(lost, 0)
        arm_mm = _at(Indicator.MUAC, made.sex, day, muac) * 10 if day >= 91 else None
        if made.struck is None and struck is not None and number >= struck:
            made.struck = len(made.rounds)
        made.rounds.append(Truth(on, months, grams, mm, arm_mm))
    return made


def _wasted(sex: Sex, day: int, mm: float, score: float) -> float:
    """The weight in grams that has this z for the length."""
    table, low, high = (Indicator.WFL, 4500, 11000) if day < 731 else (Indicator.WFH, 6500, 12000)
    return value_at(score, lms(table, sex, min(max(mm * 10, low), high)), True) * 1000


def _weight_z(sex: Sex, day: int, grams: float) -> float:
    return z(grams / 1000, lms(Indicator.WFA, sex, min(day, 1826)), True)


@dataclass(frozen=True)
class Reading:
    """What was read off in one round."""

    on: date
    months: int
    grams: int
    mm: int
    muac_mm: int | None

    def measurement(self, made: Child) -> Measurement:
        return Measurement.from_mm(
            made.sex,
            age_days(made.birth, self.on),
            weight_g=self.grams,
            length_mm=self.mm,
            muac_mm=self.muac_mm,
        )


def read_off(rng: random.Random, made: Child, wobbled: float, truth: Truth) -> Reading:
    """One measuring of a child on that day; again on the same day has the same wobble and new errors."""
    tools = made.instruments
    return Reading(
        truth.on,
        truth.months,
        tools.weigh(rng, wobbled),
        tools.length(rng, truth.mm),
        None if truth.muac_mm is None else tools.tape(rng, truth.muac_mm),
    )


def readings(rng: random.Random, made: Child) -> Iterator[tuple[Reading, Reading]]:
    """Each round measured, and measured again (used only where the first would open a case)."""
    for truth in made.rounds:
        wobbled = truth.grams * rng.gauss(1, WOBBLE)
        yield read_off(rng, made, wobbled, truth), read_off(rng, made, wobbled, truth)
