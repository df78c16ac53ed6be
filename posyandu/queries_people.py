"""What talks about people may look up, beside posyandu.queries: lists, requests, consents, what is told in person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posyandu.people import Scope
from posyandu.queries import ChildView, DayView


@dataclass(frozen=True)
class Named:
    """Something with an id and a name."""

    id: str
    name: str


@dataclass(frozen=True)
class PosyanduView:
    """A posyandu by name and desa: no secret."""

    id: str
    name: str


@dataclass(frozen=True)
class Crew:
    """One post of one person. `id` is that of the post."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Waiting:
    """Somebody who says she is this person of the list."""

    id: str
    name: str
    posyandu_id: int
    posyandu: str


@dataclass(frozen=True)
class PendingConsent:
    """A question that a guardian has not answered yet: one child, one purpose."""

    child: Named
    purpose: str


@dataclass(frozen=True)
class Unsaid:
    """A line of "sampaikan langsung": whom to tell, and what, as words key and variables."""

    id: str
    child: Named
    mother: str
    says: tuple[tuple[str, dict[str, object]], ...]


class PeopleQueries(Protocol):
    """What talks about people may look up. Nothing outside `scope` is ever found, but for what a stranger may know."""

    scope: Scope
    today: date

    def open_days(self) -> list[DayView]: ...
    def day(self, day_id: str) -> DayView | None: ...
    def children_of(self, day: DayView) -> list[ChildView]: ...
    def child(self, child_id: str) -> ChildView | None: ...
    def posyandu_named(self, text: str) -> list[PosyanduView]: ...
    def one_posyandu(self, posyandu_id: int) -> PosyanduView | None: ...
    def unjoined(self, posyandu_id: int) -> list[Named]: ...
    def waiting(self) -> list[Waiting]: ...
    def my_places(self, verb: str) -> list[Named]: ...
    def desa_of(self, puskesmas_id: int) -> list[Named]: ...
    def team(self, posyandu_id: int) -> list[Crew]: ...
    def consent_of(self, one: ChildView, purpose: str) -> str: ...
    def agreements(self) -> list[PendingConsent]: ...
    def heard_children(self) -> list[Named]: ...
    def silent_children(self) -> list[Named]: ...
    def closed(self, one: ChildView) -> bool: ...
    def phone_of(self, one: ChildView) -> str | None: ...
    def doubles(self, posyandu_id: int) -> list[tuple[ChildView, ChildView, tuple[int, int]]]: ...
    def unsaid(self) -> list[Unsaid]: ...
    def companions(self, posyandu_id: int) -> list[Named]: ...
    def accompanied(self, posyandu_id: int, person_id: int) -> list[ChildView]: ...
    def register_of(self, posyandu_id: int) -> list[ChildView]: ...
