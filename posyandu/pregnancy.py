"""Dates of a pregnancy: HPL from HPHT and back (Naegele, 280 days), weeks, trimester, the visits K1 to K6.

HPHT is the first day of the last period (hari pertama haid terakhir), HPL the expected day of birth (hari perkiraan
lahir). The weeks are data (standards/services.toml).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from posyandu.standards import standard

_PREGNANCY = standard("services")["pregnancy"]
DAYS: int = _PREGNANCY["days"]
ASK_BIRTH_FROM_WEEK: int = _PREGNANCY["ask_birth_from_week"]


@dataclass(frozen=True, slots=True)
class AntenatalVisit:
    """One of the six visits: the days in which it belongs (both included), and whether a doctor should see her."""

    name: str
    first: date
    last: date
    doctor: bool


def hpl(hpht: date) -> date:
    """The expected day of birth."""
    return hpht + timedelta(days=DAYS)


def hpht(hpl: date) -> date:
    """The first day of the last period, reckoned back from an expected day of birth (an ultrasound gives only that)."""
    return hpl - timedelta(days=DAYS)


def gestation(hpht: date, on: date) -> tuple[int, int]:
    """Completed weeks and days since HPHT; negative weeks for a day before it."""
    weeks, days = divmod((on - hpht).days, 7)
    return weeks, days


def trimester(hpht: date, on: date) -> int | None:
    """1, 2 or 3; None before HPHT and once birth is overdue."""
    weeks, _ = gestation(hpht, on)
    for number, (first, last) in enumerate(_PREGNANCY["trimesters"], 1):
        if first <= weeks <= last:
            return number
    return None


def plausible(hpht: date, on: date) -> bool:
    """Whether someone can be pregnant on a day with this HPHT: not in the future, not past the last counted week."""
    return 0 <= gestation(hpht, on)[0] <= ASK_BIRTH_FROM_WEEK


def birth_to_ask(hpht: date, on: date) -> bool:
    """Whether the child must have been born by now, so that weeks are no longer counted."""
    return gestation(hpht, on)[0] >= ASK_BIRTH_FROM_WEEK


def antenatal_visits(hpht: date) -> tuple[AntenatalVisit, ...]:
    """K1 to K6 with their days."""
    return tuple(
        AntenatalVisit(
            row["name"],
            hpht + timedelta(weeks=row["weeks"][0]),
            hpht + timedelta(weeks=row["weeks"][1], days=6),
            row["doctor"],
        )
        for row in _PREGNANCY["visits"]
    )


def antenatal_visit_due(hpht: date, on: date) -> AntenatalVisit | None:
    """The visit whose days include this one."""
    return next((v for v in antenatal_visits(hpht) if v.first <= on <= v.last), None)
