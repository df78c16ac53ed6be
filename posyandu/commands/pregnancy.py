"""Pregnant women, the thin first slice: on the list, visits and measures, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RegisterPregnancy:
    """A pregnant woman new to a posyandu's list. hpht: first day of the last period; LiLA in mm; tablets taken."""

    posyandu_id: int
    name: str
    hpht: date
    muac_mm: int | None = None
    ttd: int | None = None


@dataclass(frozen=True)
class MeasurePregnancy:
    """LiLA in mm or tablets taken so far; None stays as it is."""

    pregnancy_id: int
    muac_mm: int | None = None
    ttd: int | None = None


@dataclass(frozen=True)
class NoteAntenatal:
    """One of the visits K1 to K6, and when it was."""

    pregnancy_id: int
    visit: str
    on: date


@dataclass(frozen=True)
class EndPregnancy:
    """`moved`, or `lost`: asked twice before, and from then on nothing is sent, listed or asked about it."""

    pregnancy_id: int
    how: str


@dataclass(frozen=True)
class PregnancyBirth:
    """The child is born and goes on the register. name empty: "By. Ny. ..." until it has one."""

    pregnancy_id: int
    sex: str
    birth: date
    name: str = ""
    grams: int | None = None


@dataclass(frozen=True)
class ShowMothers:
    """Tell the list of a posyandu's pregnant women."""

    posyandu_id: int


@dataclass(frozen=True)
class InvitePregnant:
    """A code for the woman herself, so that she is told of posyandu day in her own chat."""

    pregnancy_id: int


@dataclass(frozen=True)
class IntroducePregnant:
    """How the woman who has used such a code is called."""

    pregnancy_id: int
    name: str


@dataclass(frozen=True)
class ConfirmPregnant:
    """The kader's one tap: who used the code (`person_id`) is she, or is not."""

    pregnancy_id: int
    person_id: int
    yes: bool


@dataclass(frozen=True)
class HearPregnant:
    """Her own yes or no to being told of posyandu day."""

    pregnancy_id: int
    yes: bool
