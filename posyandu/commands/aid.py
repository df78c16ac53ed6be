"""Aid: what is handed out, who is invited and has received, what came back; and orang tua asuh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SPONSOR_KINDS = ("pemerintah", "bumn", "swasta", "lsm", "kampus", "media", "perorangan")
SPONSORED = ("gizi", "non_gizi")


@dataclass(frozen=True)
class MakeDistribution:
    """So many packages of some goods go to points of an area: (posyandu, packages)."""

    area: str
    giver: str
    goods: str
    on: date
    points: tuple[tuple[int, int], ...]
    event_id: int | None = None  # the aksi sosial at which they are given


@dataclass(frozen=True)
class InviteFamilies:
    """Families of a point's posyandu: children of the register, and names of households without one."""

    posyandu_id: int
    point_id: int
    children: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakeReceipts:
    """Families have shown or said these codes at a point."""

    posyandu_id: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class ConfirmReceipt:
    """The mother's own tap: received."""

    child_id: int
    receipt_id: int


@dataclass(frozen=True)
class CountBack:
    """So many packages of a point came back."""

    posyandu_id: int
    point_id: int
    back: int


@dataclass(frozen=True)
class ShowDistribution:
    """How a distribution adds up, point by point: numbers only."""

    area: str
    distribution_id: int


@dataclass(frozen=True)
class AddSponsorship:
    """Somebody stands by a child: what, worth how much a month, from when to when."""

    child_id: int
    sponsor: str
    kind: str
    what: str
    goods: str
    rp_month: int
    from_on: date
    until_on: date


@dataclass(frozen=True)
class ShowSponsors:
    """Who gives what in an area, in totals."""

    area: str
