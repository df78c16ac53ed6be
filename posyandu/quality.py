"""Measurement quality: weights that like whole and half kilograms, last month's numbers again, children that shrink.

Meant for a private, kind hint to the kader who measured, and for trends per posyandu; never for a list of names upward.
A hint needs evidence that honest measuring on the scale in use would hardly ever give (standards/quality.toml)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby
from math import comb

from posyandu.kms import month_of
from posyandu.standards import standard

_DATA = standard("quality")
VERSION: str = _DATA["version"]
BLOCK: int = _DATA["block"]


class Scale(StrEnum):
    """The scale in use at a posyandu."""

    DACIN = "dacin"  # hanging beam, 100 g
    DIGITAL = "digital"  # 50 g
    INJAK = "injak"  # bathroom scale, 500 g


class Kind(StrEnum):
    """What was noticed."""

    DIGIT_PREFERENCE = "digit_preference"
    REPEATS = "repeats"
    SHRINKING = "shrinking"


@dataclass(frozen=True, slots=True)
class Reading:
    """One child measured, with last time's values where there are any; grams and mm."""

    on: date
    grams: int
    last_grams: int | None = None
    length_mm: int | None = None
    last_length_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """`seen` of `of` readings in a block, where honest measuring expects about `expected`. `at`: how many readings had
    been made when it was noticed, so that the caller knows which hints are new."""

    kind: Kind
    seen: int
    of: int
    expected: float
    at: int


@dataclass(frozen=True, slots=True)
class Trend:
    """One month of a posyandu: shares from 0 to 1, None without readings that could show it."""

    month: date
    readings: int
    digit_preference: float | None
    repeats: float | None
    shrinking: float | None


def shows(kind: Kind, reading: Reading) -> bool | None:
    """Whether a reading shows the thing; None if it cannot (no last value)."""
    if kind is Kind.DIGIT_PREFERENCE:
        return reading.grams % 500 == 0
    if kind is Kind.REPEATS:
        return None if reading.last_grams is None else reading.grams == reading.last_grams
    if reading.length_mm is None or reading.last_length_mm is None:
        return None
    return bool(reading.last_length_mm - reading.length_mm >= _DATA["shrinking"]["shorter_by_mm"])


def hints(readings: Sequence[Reading], scale: Scale | None) -> tuple[Hint, ...]:
    """Everything noticed in a kader's readings, oldest first. Without a known scale only shrinking is judged."""
    found: list[Hint] = []
    for kind in Kind:
        chances = _DATA[kind.value]["chance"]
        chance = chances.get("any", chances.get(scale))
        if chance is None:
            continue
        usable = [(at, shown) for at, r in enumerate(readings, 1) if (shown := shows(kind, r)) is not None]
        for start in range(0, len(usable) - BLOCK + 1, BLOCK):
            block = usable[start : start + BLOCK]
            seen = sum(shown for _, shown in block)
            alpha = _DATA[kind.value]["alpha_later" if start else "alpha_first"]
            if seen >= least_count(BLOCK, chance, alpha):
                found.append(Hint(kind, seen, BLOCK, BLOCK * chance, block[-1][0]))
    return tuple(sorted(found, key=lambda h: h.at))


@cache
def least_count(of: int, chance: float, alpha: float) -> int:
    """The least count out of `of` that chance alone reaches with a probability of at most `alpha`; `of` + 1 if none."""
    tail = 0.0
    for count in range(of, -1, -1):
        tail += comb(of, count) * chance**count * (1 - chance) ** (of - count)
        if tail > alpha:
            return count + 1
    return 0


def trends(readings: Iterable[Reading]) -> tuple[Trend, ...]:
    """The shares of a posyandu by month, oldest first; no names in it."""
    months = groupby(sorted(readings, key=lambda r: r.on), key=lambda r: month_of(r.on))
    return tuple(
        Trend(month, len(of_month), *(_share(kind, of_month) for kind in Kind))
        for month, group in months
        for of_month in [list(group)]
    )


def _share(kind: Kind, readings: Sequence[Reading]) -> float | None:
    shown = [s for r in readings if (s := shows(kind, r)) is not None]
    return sum(shown) / len(shown) if shown else None
