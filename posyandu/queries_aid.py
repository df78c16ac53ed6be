"""What may be looked up about aid, and how packages add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posyandu.queries import ChildView
from posyandu.queries_cases import CaseQueries

SMALLEST_GROUP = 5  # of fewer children no weight is told, not even a mean


@dataclass(frozen=True)
class Tally:
    """The packages of one point, or of all together."""

    out: int
    received: int
    back: int | None
    invited: int = 0

    @property
    def missing(self) -> int:
        """Neither received nor back; before the count these are still at the point."""
        return self.out - self.received - (self.back or 0)

    @property
    def few(self) -> bool:
        """So few families have received that who sees no names is told "fewer than five"."""
        return 0 < self.received < SMALLEST_GROUP


def sums_hide(tallies: Sequence[Tally]) -> bool:
    """May the sums stand beside points of which the few are withheld? Only where each of those, by the sums of the
    points that are counted and of those that are not yet, could still be another number."""
    for counted in (True, False):
        hidden = [t.received for t in tallies if t.few and (t.back is not None) is counted]
        least, most = len(hidden), len(hidden) * (SMALLEST_GROUP - 1)
        if hidden and (least == 1 or not least < sum(hidden) < most):
            return False
    return True


@dataclass(frozen=True)
class PlaceOption:
    """A posyandu where packages may be handed out."""

    id: str
    name: str


@dataclass(frozen=True)
class PointView:
    """One point of a distribution. `id` is the point's number."""

    id: str
    name: str
    posyandu_id: int
    on: date
    tally: Tally


@dataclass(frozen=True)
class GivingView:
    """One distribution. `id` is its number."""

    id: str
    name: str
    area: str


class AidQueries(CaseQueries, Protocol):
    """Queries with what is about aid."""

    def points(self) -> list[PointView]: ...
    def givings(self) -> list[GivingView]: ...
    def aid_area(self, verb: str) -> str | None: ...
    def register(self, posyandu_id: int, on: date) -> list[ChildView]: ...
    def posts_of(self, area: str) -> list[PlaceOption]: ...
