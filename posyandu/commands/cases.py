"""Cases: what happened, homes visited, counselling given, and a health worker's own word on a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# What a visitor may have seen at home, and what may be talked about; each leaflet has words of its own.
SEEN = (
    "baik", "sakit", "susah_makan", "asi_kurang", "lauk_kurang", "tidak_ada_pengasuh", "air", "jamban", "asap", "pindah"
)  # fmt: skip
TOPICS = ("asi", "mpasi", "lauk", "susah_makan", "sakit", "pola_asuh", "kebersihan")
# What a ruling may be about, and the words it may give.
RULINGS: dict[str, tuple[str, ...]] = {
    "nt": ("N", "T"),
    "wfa": ("severely_underweight", "underweight", "normal", "risk_overweight"),
    "lfa": ("severely_stunted", "stunted", "normal", "tall"),
    "wfl": ("severely_wasted", "wasted", "normal", "risk_overweight", "overweight", "obese"),
}


@dataclass(frozen=True)
class ShowCases:
    """Tell which cases there are at a place, by how much they need her, and how many ended well in time."""

    posyandu_id: int | None = None
    puskesmas_id: int | None = None
    area: str | None = None


@dataclass(frozen=True)
class ShowCase:
    """Tell a case's story to the person who asks."""

    child_id: int


@dataclass(frozen=True)
class ReportCase:
    """What the owner says happened: a step or an outcome of posyandu.cases, "pmt" with its days, "perlu_bantuan"."""

    child_id: int
    step: str
    days: int | None = None


@dataclass(frozen=True)
class ExplainCase:
    """The kader has told the family of the case that the midwife wants to see the child."""

    child_id: int


@dataclass(frozen=True)
class RecordHomeVisit:
    """Somebody was at the child's home and saw this (codes of SEEN)."""

    child_id: int
    on: date
    seen: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class RecordCounselling:
    """The family was counselled on a topic; `leaflet`: the mother wants the text."""

    child_id: int
    on: date
    topic: str
    leaflet: bool = False


@dataclass(frozen=True)
class OverrideVerdict:
    """A health worker's word in place of the computed one (RULINGS), with her reason; value "" takes it back."""

    child_id: int
    on: date
    field: str
    value: str
    reason: str
