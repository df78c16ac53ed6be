"""Which routine immunisations are due for a child: reminders to ask the midwife, never a record of what was given.

The schedule depends on the place and the birth date and is data with a version (standards/immunisation.toml).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from posyandu.anthropometry import age_days, completed_months
from posyandu.calendar.months import add_months
from posyandu.standards import standard

_SCHEDULE = standard("immunisation")
VERSION: str = _SCHEDULE["version"]


@dataclass(frozen=True, slots=True)
class DueVaccine:
    """One dose a child should have by now. `new`: it fell due within the last month, so this is its visit."""

    antigen: str
    dose: int
    due_on: date
    new: bool

    @property
    def name(self) -> str:
        """As health workers write it: "DPT-HB-Hib 2"; what has one dose only goes without a number."""
        return self.antigen if self.antigen in ("BCG", "JE") else f"{self.antigen} {self.dose}"


def _lies_in(area: str, areas: Collection[str]) -> bool:
    return any(area == code or area.startswith(f"{code}.") for code in areas)


@lru_cache(maxsize=4096)
def _combined(area: str) -> tuple[tuple[str, date], ...]:
    """The combined vaccines of a place, each with the births from which it is given."""
    return tuple(
        (str(line["programme"]), line["born_from"]) for line in _SCHEDULE["combined"] if _lies_in(area, line["areas"])
    )


def combined_vaccine(birth: date, area: str) -> str:
    """ "heksavalen" or "pentavalen": what a child born then and living there gets at 2, 3 and 4 months."""
    return next((programme for programme, born_from in _combined(area) if birth >= born_from), "pentavalen")


@lru_cache(maxsize=4096)
def _vaccines(programme: str, area: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        v
        for v in _SCHEDULE["vaccines"]
        if v.get("programme", programme) == programme and _lies_in(area, v.get("areas", (area,)))
    )


@lru_cache(maxsize=4096)
def _at_age(programme: str, area: str) -> Mapping[int, tuple[Mapping[str, Any], ...]]:
    """The vaccines of a place by the months of their doses."""
    found: dict[int, tuple[Mapping[str, Any], ...]] = {}
    for vaccine in _vaccines(programme, area):
        for months in vaccine["months"]:
            found[months] = (*found.get(months, ()), vaccine)
    return found


def _still_asked(vaccine: Mapping[str, Any], birth: date, on: date) -> bool:
    if "until_days" in vaccine:
        return age_days(birth, on) <= int(vaccine["until_days"])
    return completed_months(birth, on) <= int(vaccine["until"])


def _is_new(birth: date, on: date, months: int) -> bool:
    """Whether what is due at this age fell due within the last month."""
    ends = add_months(birth, months + 1)
    # Born on the 29th to 31st, a short month ends a day too soon for who comes on its last day.
    return ends > on or (ends == on and ends.day < birth.day)


def due(birth: date, on: date, area: str, given: Collection[str] = ()) -> tuple[DueVaccine, ...]:
    """The doses due on a day and still worth asking for, oldest first.

    area: Kemendagri code of the province ("51") or of any place in it. given: names of doses known to be given
    ("OPV 1"); empty means that nothing is known, not that nothing was given."""
    found = []
    for vaccine in _vaccines(combined_vaccine(birth, area), area):
        if not _still_asked(vaccine, birth, on):
            continue
        for dose, months in enumerate(vaccine["months"], vaccine.get("first", 1)):
            due_on = add_months(birth, months)
            if due_on > on:
                continue
            one = DueVaccine(vaccine["antigen"], dose, due_on, _is_new(birth, on, months))
            if one.name not in given:
                found.append(one)
    return tuple(sorted(found, key=lambda v: v.due_on))


def worth_asking(birth: date, on: date, area: str, given: Collection[str] = ()) -> bool:
    """Whether a family is told "tanyakan imunisasi ke bidan": something is new or, where it is known what a child has
    had, something is missing. Without that knowledge an older dose is not brought up month after month.

    Asked of every child at every tick, so it does not list the doses where a look at the ages will do."""
    if given:
        return bool(due(birth, on, area, given))
    age, at_age = completed_months(birth, on), _at_age(combined_vaccine(birth, area), area)
    return any(
        _is_new(birth, on, months) and _still_asked(vaccine, birth, on)
        for months in (age - 1, age)
        for vaccine in at_age.get(months, ())
    )
