"""What falls in a month: vitamin A, deworming and the length or height of every child (standards/services.toml)."""

from datetime import date
from typing import Any, Literal

from posyandu.anthropometry import completed_months
from posyandu.standards import standard

_SERVICES = standard("services")


def _in(ages: list[int], birth: date, on: date) -> bool:
    return ages[0] <= completed_months(birth, on) <= ages[1]


def _month_of(service: dict[str, Any], on: date) -> bool:
    return on.month in service["months"]


def vitamin_a_month(on: date) -> bool:
    """Whether vitamin A is given in this month (February, August)."""
    return _month_of(_SERVICES["vitamin_a"], on)


def full_measure_month(on: date) -> bool:
    """Whether every child's length or height is taken in this month (February, August)."""
    return _month_of(_SERVICES["full_measure"], on)


def vitamin_a_due(birth: date, on: date) -> Literal["blue", "red"] | None:
    """The capsule a child gets on this day: blue (100,000 IU) or red (200,000 IU); None when none."""
    service = _SERVICES["vitamin_a"]
    if not _month_of(service, on):
        return None
    if _in(service["blue"], birth, on):
        return "blue"
    return "red" if _in(service["red"], birth, on) else None


def deworming_due(birth: date, on: date) -> int | None:
    """Milligrams of albendazole the programme foresees for a child on this day; None when none.

    For the health worker's list: families are only told that "obat cacing" is given."""
    service = _SERVICES["deworming"]
    if not _month_of(service, on):
        return None
    return next((int(dose["mg"]) for dose in service["doses"] if _in(dose["ages"], birth, on)), None)


def length_due(birth: date, on: date) -> bool:
    """Whether this child's length or height belongs on the list of this day."""
    service = _SERVICES["full_measure"]
    return _month_of(service, on) and _in(service["ages"], birth, on)
