"""Consent by child and purpose, messages stopped and begun again, and what is told in person."""

from __future__ import annotations

from dataclasses import dataclass

PURPOSES = ("record", "messages", "sharing")


@dataclass(frozen=True)
class TakeConsents:
    """The kader has read the text out. `yes`: these families agree; `no`: these refuse. One posyandu, one purpose."""

    posyandu_id: int
    purpose: str
    yes: tuple[int, ...] = ()
    no: tuple[int, ...] = ()


@dataclass(frozen=True)
class Agree:
    """A guardian's own answer for one child and purpose."""

    child_id: int
    purpose: str
    yes: bool


@dataclass(frozen=True)
class StopMessages:
    """A guardian wants no more messages about these children of hers."""

    child_ids: tuple[int, ...]


@dataclass(frozen=True)
class ResumeMessages:
    """A guardian wants them again."""

    child_ids: tuple[int, ...]


@dataclass(frozen=True)
class ToldInPerson:
    """The kader has told the family what no message could carry."""

    line_id: int
