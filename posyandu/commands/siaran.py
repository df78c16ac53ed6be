"""One announcement to many: written, agreed to, steered, proved and answered."""

from __future__ import annotations

from dataclasses import dataclass

from posyandu.siaran import Audience


@dataclass(frozen=True)
class DraftBroadcast:
    """A siaran as it is written; nothing is sent. `guests`: lines of names or phone numbers. `label`: the place in
    words. `service` (and `text` as its when and where) for families. `incoming_id`: the message whose file goes along.
    """

    audience: Audience
    label: str
    text: str
    service: str | None = None
    guests: tuple[str, ...] = ()
    incoming_id: int | None = None


@dataclass(frozen=True)
class SendBroadcast:
    """Send it, now or at an instant (epoch ms); above a number of people a second person is asked first."""

    number: int
    at: int | None = None


@dataclass(frozen=True)
class LeaveOut:
    """Not to these ("posyandu:7", "person:12"): it is counted anew. None at all: to everybody it was for again."""

    number: int
    which: tuple[str, ...] = ()


@dataclass(frozen=True)
class TryBroadcast:
    """Show it to its sender alone."""

    number: int


@dataclass(frozen=True)
class AnswerRequest:
    """The second person's yes or no."""

    number: int
    yes: bool


@dataclass(frozen=True)
class SteerBroadcast:
    """pause, resume, stop, or drop before it has begun."""

    number: int
    how: str


@dataclass(frozen=True)
class ShowBroadcast:
    """How it stands: counts in words."""

    number: int


@dataclass(frozen=True)
class BroadcastSheet:
    """A sheet: "proof" with a row a person, or "ketua": whom the ketua tells herself, and a text to forward."""

    number: int
    which: str


@dataclass(frozen=True)
class ResendFailed:
    """Once more to those whom it could not reach; to nobody else."""

    number: int


@dataclass(frozen=True)
class AnswerBroadcast:
    """What somebody who received it wants to say to the sender."""

    number: int
    text: str


@dataclass(frozen=True)
class ReportBroadcast:
    """Somebody who received it finds that the operator should look at it."""

    number: int
