"""Calendar months as text "YYYY-MM", and when the book of a month closes."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

from posyandu.calendar.hours import instant
from posyandu.standards import standard

_CLOSING = standard("kms")["closing"]


def month_of(on: date) -> str:
    """The month a date lies in."""
    return f"{on.year:04d}-{on.month:02d}"


def months_before(month: str, n: int) -> str:
    """The month n months earlier; a negative n goes forward. ("2027-01", 2) -> "2026-11"."""
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 - n
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


@lru_cache(maxsize=512)
def month_range(month: str) -> tuple[date, date]:
    """The first and the last day of a month, both included."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def add_months(on: date, n: int) -> date:
    """The same day n months later; the last day where that month is shorter (31 Jan + 1 -> 28 or 29 Feb)."""
    year, month = divmod(on.year * 12 + on.month - 1 + n, 12)
    day = on.day if on.day <= 28 else min(on.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def month_closes(month: str, zone: str) -> int:
    """The instant (UTC epoch ms) at which a month's figures close: 23:59 local on the 5th of the next
    (standards/kms.toml)."""
    first, _ = month_range(months_before(month, -1))
    return instant(first.replace(day=_CLOSING["day"]), _CLOSING["hour"] * 60 + _CLOSING["minute"], zone)
