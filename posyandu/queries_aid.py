"""What may be looked up about aid, and how packages add up."""

from __future__ import annotations

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
