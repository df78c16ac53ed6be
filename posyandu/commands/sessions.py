"""Several children in one message, and what is asked before an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posyandu.commands.visits import RecordVisit


@dataclass(frozen=True)
class RecordSession:
    """The certain lines of one message, all of one posyandu."""

    posyandu_id: int
    on: date
    visits: tuple[RecordVisit, ...]


@dataclass(frozen=True)
class ConfirmRisk:
    """She has measured again and it was the same; danger signs were asked for (None: not asked)."""

    child_id: int
    on: date
    danger: bool | None = None


@dataclass(frozen=True)
class LetRecheckGo:
    """She was asked to measure again and days have passed: the question lapses, and the value stays unconfirmed."""

    child_id: int
    on: date
