"""What may be looked up: the views that flows see and the protocol that answers them. Always inside one scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posyandu.anthropometry import Position, Sex
from posyandu.doubt import Known
from posyandu.people import Place, Scope

TITLES = (
    "by.", "by", "ny.", "ny", "an.", "an", "m.", "m", "moh.", "moh", "muh.", "muh", "mhd.", "mhd", "moch.", "moch",
    "muhammad", "mohammad", "mochammad", "muhamad", "mohamad", "mochamad", "siti",
)  # fmt: skip
# First words that many carry and that say little alone: the next word belongs to them.
SHARED = {
    "neng", "ade", "dede", "adek", "sri", "nur", "abdul", "abdur", "i", "ni", "ida", "putu", "wayan", "made", "kadek",
    "komang", "nyoman", "ketut", "gede", "anak",
}  # fmt: skip


def call_name(name: str) -> str:
    """The short name a child is called by in a sentence: "Azzam" for Muhammad Azzam Ramadhan.

    A baby without a name of its own keeps the whole ("By. Ny. Dewi Anjani").
    """
    words = name.split()
    if words and words[0].casefold().rstrip(".") in ("by", "bayi"):
        return name
    own = [w for w in words if w.casefold() not in TITLES]
    if not own:
        return name
    return " ".join(own[:2]) if own[0].casefold() in SHARED else own[0]


@dataclass(frozen=True)
class DayView:
    """One posyandu day that may be reported on. `id` is "<posyandu>@<date>"."""

    id: str
    name: str
    on: date
    posyandu_id: int
    posyandu: str
    zone: str
    planned: bool = True


@dataclass(frozen=True)
class MonthView:
    """A month to choose: `id` "2026-10", `name` in words."""

    id: str
    name: str


@dataclass(frozen=True)
class Last:
    """The latest round before a day: grams, millimetres and how the length was taken."""

    on: date | None = None
    grams: int | None = None
    mm: int | None = None
    length_on: date | None = None
    position: str | None = None


@dataclass(frozen=True)
class ChildView:
    """A child as her kader sees it."""

    id: str
    name: str
    short: str
    code: str
    sex: Sex
    birth: date
    mother: str
    posyandu_id: int
    rt: str = ""
    aka: tuple[str, ...] = ()
    last: Last = Last()

    def known(self) -> Known:
        """What a new entry is compared with."""
        position = Position(self.last.position) if self.last.position else None
        return Known(self.sex, self.birth, self.last.on, self.last.grams, self.last.mm, self.last.length_on, position)


@dataclass(frozen=True)
class VisitView:
    """What is on file for a child on a day: values by field, and who wrote them."""

    on: date
    values: Mapping[str, int]
    authors: Mapping[str, str]
    position: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far a posyandu day is: children reported of those on the register."""

    done: int
    total: int

    @property
    def left(self) -> int:
        return max(0, self.total - self.done)


@dataclass(frozen=True)
class PlaceView:
    """A posyandu, a puskesmas or an area that numbers may be asked for. `id` is "<kind>:<id or code>"."""

    id: str
    name: str
    posyandu_id: int | None = None
    puskesmas_id: int | None = None
    area: str | None = None
    level: str = ""  # of an area
    aka: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetView:
    """A file whose columns are not all known: its header, and the fields that must be found in it."""

    job_id: int
    filename: str
    header: tuple[str, ...]
    ask: tuple[str, ...]


class Queries(Protocol):
    """What a flow may look up. Nothing outside `scope` is ever found."""

    scope: Scope
    today: date

    def open_days(self) -> list[DayView]: ...
    def day(self, day_id: str) -> DayView | None: ...
    def children_of(self, day: DayView) -> list[ChildView]: ...
    def child(self, child_id: str) -> ChildView | None: ...
    def visit_of(self, child: ChildView, on: date) -> VisitView | None: ...
    def progress(self, day: DayView) -> Progress: ...
    def place_of(self, child: ChildView) -> Place: ...
    def number_places(self) -> list[PlaceView]: ...
    def sheet(self, job_id: int) -> SheetView | None: ...
