"""The six earlier rounds of the demo's children: grown backwards from the roster's last values, seeded by the child.

A few stories are written in by hand, so that every letter is met: two T in a row (Cantika), below the red line and
back (Syifa), two missed months (Galih). Stunted (Supriadi) is in the roster itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posyandu.anthropometry import Indicator, Sex, age_days, lms, value_at, z

ROUNDS = (
    date(2026, 5, 13), date(2026, 6, 11), date(2026, 7, 14), date(2026, 8, 12), date(2026, 9, 14), date(2026, 10, 13),
)  # fmt: skip

# Grams by round (None: missed), where the story is told by hand.
STORIES: dict[str, tuple[int | None, ...]] = {
    "AN-20": (8900, 9100, 9400, 9600, 9500, 9400),
    "AN-08": (5300, 6100, 6800, 7300, 7800, 8200),
    "AN-30": (15200, 15300, None, None, 15600, 15800),
}


@dataclass(frozen=True)
class Round:
    """What was measured of one child on one day."""

    on: date
    grams: int
    mm: int | None
    position: str | None


def rounds(row: Mapping[str, str]) -> list[Round]:
    """The rounds of one roster row, oldest first; the last one is the roster's."""
    if not row["last_date"]:
        return []
    sex, birth, last_on = Sex(row["sex"]), date.fromisoformat(row["birth_date"]), date.fromisoformat(row["last_date"])
    chance = random.Random(row["child_id"])
    grams, mm = round(float(row["last_weight_kg"]) * 1000), round(float(row["last_height_cm"]) * 10)
    by_weight = _line(sex, Indicator.WFA, birth, last_on, grams / 1000)
    by_length = _line(sex, Indicator.LFA, birth, last_on, mm / 10)
    told: list[Round] = []
    for number, on in enumerate(ROUNDS):
        if on > last_on or on <= birth:
            continue
        days = age_days(birth, on)
        weight = by_weight(days) * 1000 * (1 + chance.uniform(-0.006, 0.006))
        story = STORIES.get(row["child_id"])
        value = story[number] if story else round(weight / 100) * 100
        if value is None:
            continue
        if on == last_on:
            told.append(Round(on, grams, mm, _position(days)))
        else:
            told.append(Round(on, value, min(mm, round(by_length(days) * 2) * 5), _position(days)))
    return told


def _position(days: int) -> str:
    return "terlentang" if days < 731 else "berdiri"


def _line(sex: Sex, indicator: Indicator, birth: date, last_on: date, value: float):  # type: ignore[no-untyped-def]
    """The size at an age for a child that keeps its place among the others."""
    score = z(value, lms(indicator, sex, age_days(birth, last_on)), restricted=False)
    return lambda days: value_at(score, lms(indicator, sex, days))
