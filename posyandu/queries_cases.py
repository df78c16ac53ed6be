"""What may be looked up about cases and home visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posyandu.queries import ChildView, Queries


@dataclass(frozen=True)
class CaseView:
    """One case as health staff and the child's own kader see it. `id` is the case's own number."""

    id: str
    name: str  # the short name with the code
    child_id: str
    child: str
    code: str
    posyandu: str
    priority: str
    on: date
    opened: date
    step: str = ""
    waiting: bool = False  # a question has no answer yet
    overdue: bool = False  # help was offered, or the family could not be reached
    explained: bool = False
    state: str = "open"
    aka: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """A place's cases in numbers. `in_time` of `counted` ended within 14 days of opening."""

    open: int = 0
    waiting: int = 0
    overdue: int = 0
    closed: int = 0
    counted: int = 0
    in_time: int = 0


@dataclass(frozen=True)
class CodedChild:
    """A child known by its code alone."""

    id: str
    name: str


@dataclass(frozen=True)
class LatestRound:
    """What was found last, for a health worker who sees it otherwise."""

    on: date
    nt: str
    categories: tuple[tuple[str, str], ...]


class CaseQueries(Queries, Protocol):
    """Queries with what is about cases."""

    def cases(self) -> list[CaseView]: ...
    def case(self, case_id: str) -> CaseView | None: ...
    def coded(self, code: str) -> CodedChild | None: ...
    def latest_round(self, child: ChildView) -> LatestRound | None: ...
