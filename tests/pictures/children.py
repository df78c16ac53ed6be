"""Made-up children for the pictures: weights and lengths that follow an SD line."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from bot.pictures import Point
from posyandu.anthropometry import Indicator, Sex, lms, value_at

BORN = date(2026, 1, 5)


def visits(
    sex: Literal["L", "P"], birth: date, months: range, sd: Callable[[int], float], missed: frozenset[int] = frozenset()
) -> list[Point]:
    """One visit on the 12th of each month of age but the missed ones, weight and length at `sd(month)`."""
    points = []
    for month in months:
        if month in missed:
            continue
        years, index = divmod(birth.month - 1 + month, 12)
        on = date(birth.year + years, index + 1, 12)
        day = (on - birth).days
        weight = value_at(sd(month), lms(Indicator.WFA, Sex(sex), day))
        length = value_at(sd(month), lms(Indicator.LFA, Sex(sex), day))
        points.append(Point(on, round(weight * 20) * 50, round(length * 10), None))
    return points
