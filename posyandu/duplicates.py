"""Two entries of a register that may be one child. Only shown: a person decides."""

from __future__ import annotations

from collections.abc import Sequence

from posyandu.names import words_of
from posyandu.queries import ChildView
from posyandu.sounds import fold


def alike(one: str, other: str) -> bool:
    """Have two names a word in common, as it sounds?"""
    return bool({fold(w) for w in words_of(one)} & {fold(w) for w in words_of(other)})


def one_name(one: str, other: str) -> bool:
    """Is one name the other, written shorter? "M Azzam" and "Muhammad Azzam Ramadhan"; never Hasan and Husein A."""
    first, second = ({fold(w) for w in words_of(n) if len(w) > 1} for n in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def likely_doubles(register: Sequence[ChildView]) -> list[tuple[ChildView, ChildView]]:
    """Pairs of one sex and one birthday (day and month perhaps turned round) whose mothers' names are alike and whose
    own are alike, or one of whom is still "By. Ny."; twins with names of their own are none."""
    out = []
    for n, one in enumerate(register):
        for other in register[n + 1 :]:
            same_day = one.birth == other.birth or (
                one.birth.year == other.birth.year
                and (one.birth.day, one.birth.month) == (other.birth.month, other.birth.day)
            )
            baby = any(c.name.casefold().startswith(("by.", "by ", "bayi")) for c in (one, other))
            if (
                one.sex == other.sex
                and same_day
                and alike(one.mother, other.mother)
                and (baby or one_name(one.name, other.name))
            ):
                out.append((one, other))
    return out
