"""Whether read measures are believed of this child: `posyandu.doubt`, and stricter where no earlier value can tell.

A first weight, length, head or arm has no last round beside it, and WHO's flags (5 and 6 SD) let many slips pass. Here
it is asked from the limits below on: they are ours, wide enough that few children in ten thousand reach the upper one,
and a child below the lower one deserves a second look at the scale anyway.
"""

from datetime import date

from posyandu.anthropometry import Measurement, Scores, age_days, scores
from posyandu.doubt import Doubt, Known, Reason, doubts
from posyandu.entry.reading import Heard
from posyandu.names import RosterChild

LOWEST_Z, HIGHEST_Z = -4.5, 3.5


def doubts_of(child: RosterChild, day: date, heard: Heard, today: date) -> tuple[Doubt, ...]:
    """What is hard to believe of measures taken on a day, beside the child's age and last round."""
    known = Known(child.sex, child.birth, child.last_on, child.last_grams, child.last_mm)
    found = doubts(
        known, day, weight_g=heard.weight_g, length_mm=heard.height_mm, head_mm=heard.head_mm,
        muac_mm=heard.muac_mm, position=heard.position, today=today,
    )  # fmt: skip
    return found or _first_of_its_kind(child, day, heard)


def _first_of_its_kind(child: RosterChild, day: date, heard: Heard) -> tuple[Doubt, ...]:
    if child.sex is None or child.birth is None:
        return ()
    measured = Measurement.from_mm(
        child.sex, age_days(child.birth, day), weight_g=heard.weight_g, length_mm=heard.height_mm,
        head_mm=heard.head_mm, muac_mm=heard.muac_mm, position=heard.position,
    )  # fmt: skip
    return tuple(Doubt(field, Reason.WHO_FLAG) for field, z in _unknown(child, scores(measured)) if not _usual(z))


def _unknown(child: RosterChild, found: Scores) -> list[tuple[str, float | None]]:
    """The scores of measures that no earlier round can be compared with."""
    first = [("head", found.hc), ("muac", found.muac)]
    if child.last_grams is None:
        first.append(("weight", found.wfa))
    if child.last_mm is None:
        first.append(("length", found.lfa))
    return first


def _usual(z: float | None) -> bool:
    return z is None or LOWEST_Z <= z <= HIGHEST_Z
