"""What a measure may be today, judged by the last one: carried on along the child's own WHO line, with room for the
scale, the board and a good or bad month. Used by `posyandu.doubt`; the room is data (standards/doubt.toml)."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

from posyandu.anthropometry import DAYS_PER_MONTH, Indicator, OutOfTable, Sex, lms, value_at, z
from posyandu.lms import RESTRICTED


@dataclass(frozen=True, slots=True)
class Span:
    """The value expected today, and the least and most that need no question; in the field's own unit."""

    expected: float
    least: float
    most: float

    def __contains__(self, value: float) -> bool:
        return self.least <= value <= self.most


def carried_on(
    indicator: Indicator, sex: Sex | None, unit: float, last: float, last_age: int | None, age: int | None
) -> float:
    """The last value moved along its own WHO z to today's age; unmoved where WHO has no row. `unit` is how many of
    ours make one of WHO's (1000 g = 1 kg, 10 mm = 1 cm)."""
    if sex is None or last_age is None or age is None or last <= 0:
        return last
    try:
        then, now = lms(indicator, sex, last_age), lms(indicator, sex, age)
    except OutOfTable:
        return last
    restricted = indicator in RESTRICTED
    return value_at(z(last / unit, then, restricted), now, restricted) * unit


def weight_span(limits: dict[str, Any], last: float, expected: float, days: int, coarse: int = 0) -> Span:
    """Room for a weight in grams, `days` after the last, on a scale whose step is `coarse` grams over 100."""
    low, high, change = min(last, expected), max(last, expected), abs(expected - last)
    months = max(1.0, abs(days) / DAYS_PER_MONTH)
    return Span(
        expected,
        low - limits["loss_share"] * last - limits["loss_g"] - coarse,
        high
        + (limits["gain_factor"] - 1) * change
        + limits["gain_share"] * sqrt(months) * last
        + limits["gain_g"]
        + coarse,
    )


def size_span(limits: dict[str, Any], last: float, expected: float, turned: bool) -> Span:
    """Room for a length, head or LiLA in mm; `turned`: the child lay then and stands now, or the other way."""
    low, high, change = min(last, expected), max(last, expected), abs(expected - last)
    shift = limits["position_mm"] if turned else 0
    return Span(
        expected,
        low - limits["shrink_mm"] - shift,
        high + (limits["gain_factor"] - 1) * change + limits["gain_mm"] + shift,
    )
