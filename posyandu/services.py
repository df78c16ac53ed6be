"""What one child is due for at one posyandu day, for the family's reminder and the kader's list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from posyandu import immunisation
from posyandu.calendar import deworming_due, length_due, vitamin_a_due


@dataclass(frozen=True, slots=True)
class DueServices:
    """Besides weighing. `vitamin_a` is the capsule's colour, `deworming_mg` is for health workers only."""

    vitamin_a: Literal["blue", "red"] | None
    length: bool
    deworming_mg: int | None
    ask_immunisation: bool


def due_services(birth: date, on: date, area: str, given: Collection[str] = ()) -> DueServices:
    """What is due on a day for a child born on `birth` who lives in `area` (Kemendagri code); given as in
    `immunisation.due`. Nothing depends on the child's sex under five."""
    return DueServices(
        vitamin_a=vitamin_a_due(birth, on),
        length=length_due(birth, on),
        deworming_mg=deworming_due(birth, on),
        ask_immunisation=immunisation.worth_asking(birth, on, area, given),
    )
