"""Which routine immunisations are due for a child: reminders to ask the midwife, never a record of what was given.

The schedule depends on the place and the birth date and is data with a version (standards/immunisation.toml).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
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


def combined_vaccine(birth: date, area: str) -> str:
    """ "heksavalen" or "pentavalen": what a child born then and living there gets at 2, 3 and 4 months."""
    for line in _SCHEDULE["combined"]:
        if _lies_in(area, line["areas"]) and birth >= line["born_from"]:
            return str(line["programme"])
    return "pentavalen"


def _still_asked(vaccine: Mapping[str, Any], birth: date, on: date) -> bool:
    if "until_days" in vaccine:
        return age_days(birth, on) <= int(vaccine["until_days"])
    return completed_months(birth, on) <= int(vaccine["until"])


def due(birth: date, on: date, area: str, given: Collection[str] = ()) -> tuple[DueVaccine, ...]:
    """The doses due on a day and still worth asking for, oldest first.

    area: Kemendagri code of the province ("51") or of any place in it. given: names of doses known to be given
    ("OPV 1"); empty means that nothing is known, not that nothing was given."""
    programme = combined_vaccine(birth, area)
    found = []
    for vaccine in _SCHEDULE["vaccines"]:
        if vaccine.get("programme", programme) != programme or not _still_asked(vaccine, birth, on):
            continue
        if "areas" in vaccine and not _lies_in(area, vaccine["areas"]):
            continue
        for dose, months in enumerate(vaccine["months"], vaccine.get("first", 1)):
            due_on = add_months(birth, months)
            if due_on > on:
                continue
            ends = add_months(birth, months + 1)
            # Born on the 29th to 31st, a short month ends a day too soon for who comes on its last day.
            new = ends > on or (ends == on and ends.day < birth.day)
            one = DueVaccine(vaccine["antigen"], dose, due_on, new)
            if one.name not in given:
                found.append(one)
    return tuple(sorted(found, key=lambda v: v.due_on))


def worth_asking(vaccines: Collection[DueVaccine], given: Collection[str] = ()) -> bool:
    """Whether a family is told "tanyakan imunisasi ke bidan": something is new or, where it is known what a child has
    had, something is missing. Without that knowledge an older dose is not brought up month after month."""
    return any(v.new for v in vaccines) or bool(given and vaccines)
