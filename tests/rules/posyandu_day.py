"""A posyandu day in November 2026 with its mother and kader, for the tests of reminders."""

from datetime import date

from posyandu.calendar import instant, local
from posyandu.reminders import Child, Day, DayFacts, Due, Family, Kader, due_between, next_due

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
ON = date(2026, 11, 12)
DAY = Day(id=7, posyandu_id=3, on=ON, opens=480, closes=660, zone=WIB)
AYU = Child(1, date(2025, 6, 1))
BIMA = Child(2, date(2024, 2, 29))
CICI = Child(3, date(2026, 10, 30))
KADER = Kader(50, WIB, frozenset({ON}))
MOTHER = Family(100, (AYU,), WIB)


def at(day: int, time: str, zone: str = WIB, month: int = 11) -> int:
    hour, minute = time.split(".")
    return instant(date(2026, month, day), int(hour) * 60 + int(minute), zone)


def month_of_dues(facts: DayFacts) -> list[Due]:
    """All that falls due from the 1st to the end of the 30th, each at its own moment."""
    found: list[Due] = []
    now = next_due([facts.day], at(1, "00.00"))
    while now is not None:
        found += due_between(facts, now - 1, now)
        now = next_due([facts.day], now)
    return found


def told(dues: list[Due] | tuple[Due, ...]) -> list[tuple[str, int | None, str]]:
    return [(due.kind, due.to, local(due.at, WIB).strftime("%d %H.%M")) for due in dues if due.dropped is None]
