"""National holidays, for a warning when a posyandu day falls on one (standards/holidays.toml)."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from posyandu.standards import standard


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day of rest: a national holiday ("libur") or joint leave ("cuti"), and how sure its date is."""

    on: date
    name: str
    kind: Literal["libur", "cuti"] = "libur"
    sure: str = "ditetapkan"


@cache
def _by_day() -> dict[date, Holiday]:
    return {row["on"]: Holiday(**row) for row in standard("holidays")["days"]}


def holiday(on: date) -> Holiday | None:
    """The holiday on a date, or None; in a year that is not in the data always None (see `holidays_known`)."""
    return _by_day().get(on)


def holidays_known(year: int) -> bool:
    """Whether the holidays of a year are in the data at all."""
    return year in standard("holidays")["years"]
