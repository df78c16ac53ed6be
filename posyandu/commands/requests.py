"""What a person asks about her own data (UU PDP): each is logged, has a clock, and is answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowMyData:
    """What is kept about the person who asks, and who has looked at it."""


@dataclass(frozen=True)
class AskCorrection:
    """Something kept about a child (or, without one, about herself) is wrong; in her words."""

    child_id: int | None
    text: str


@dataclass(frozen=True)
class AskErasure:
    """Her data, or that of one child, is to be deleted."""

    child_id: int | None


@dataclass(frozen=True)
class AnswerRequest:
    """The controller's answer: done, or refused."""

    request_id: int
    yes: bool
