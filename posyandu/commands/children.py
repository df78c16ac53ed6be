"""A child's life events: on the register, moved, left, five, died; a contact; two entries that are one child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class RegisterChild:
    """A child new to a posyandu. `visitor`: weighed here on `on` only. `twin_of`: born with this child.

    `values` are [field, value, position] triples that were typed before she was known; they are put to the kader
    again for the child that now exists.
    """

    posyandu_id: int
    name: str
    sex: str
    birth: date
    mother: str
    on: date
    rt: str = ""
    visitor: bool = False
    twin_of: int | None = None
    values: tuple[tuple[Any, ...], ...] = ()
    typed: str = ""
    then: str = ""  # the talk to go back to: weighing, settle, or none
    queue: tuple[Any, ...] = ()


@dataclass(frozen=True)
class SetContact:
    """The phone number of a child's family, E.164; None: none any more."""

    child_id: int
    phone: str | None


@dataclass(frozen=True)
class MoveChild:
    """Moved away: to another posyandu of the house, or out of it (None)."""

    child_id: int
    to_posyandu_id: int | None = None


@dataclass(frozen=True)
class LeaveRegister:
    """No longer comes ("left") or has turned five ("five")."""

    child_ids: tuple[int, ...]
    posyandu_id: int
    why: str


@dataclass(frozen=True)
class ChildDied:
    """Asked twice before. Every queued message about the child is withdrawn with it."""

    child_id: int


@dataclass(frozen=True)
class MergeChildren:
    """Two entries are one child: everything of `drop_id` goes to `keep_id`."""

    keep_id: int
    drop_id: int
