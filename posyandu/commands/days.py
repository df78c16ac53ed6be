"""Posyandu days: answering a reminder, moving and cancelling, and who has not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AnswerDay:
    """A family's answer to a reminder: `datang`, `tidak_bisa` or `pindah`. day_id None: the last day she was told."""

    answer: str
    day_id: int | None = None


@dataclass(frozen=True)
class AskEarly:
    """She wants to hear of posyandu day three days before, too (or no more)."""

    wanted: bool


@dataclass(frozen=True)
class ToldInPerson:
    """The kader has told every family of a day's "sampaikan langsung" list."""

    posyandu_id: int
    day_id: int


@dataclass(frozen=True)
class ShowExpected:
    """Tell the kader whom the next posyandu day expects, by what the families answered."""

    posyandu_id: int


@dataclass(frozen=True)
class MoveDay:
    """One day to another date of its month."""

    posyandu_id: int
    on: date
    to: date
    reason: str = ""


@dataclass(frozen=True)
class CancelDay:
    """No posyandu on that day."""

    posyandu_id: int
    on: date
    reason: str = ""


@dataclass(frozen=True)
class ChangeHours:
    """Other hours for one day, in minutes after midnight; `place` empty: as it was."""

    posyandu_id: int
    on: date
    opens: int
    closes: int
    place: str = ""


@dataclass(frozen=True)
class MoveAreaDay:
    """The same for every posyandu of a puskesmas or area that has its day then; `to` None: cancelled."""

    on: date
    to: date | None
    reason: str = ""
    puskesmas_id: int | None = None
    area: str | None = None
    posyandu_id: int | None = None


@dataclass(frozen=True)
class SetDayRule:
    """On which day of every month a posyandu opens, from next month on: "tanggal 12", "Selasa kedua"."""

    posyandu_id: int
    rule: str


@dataclass(frozen=True)
class SetKindWord:
    """Whether the families of the absent hear a kind word the day after."""

    posyandu_id: int
    wanted: bool


@dataclass(frozen=True)
class ShowSilent:
    """Tell which posyandu of a puskesmas or area had their day within the last month and have written nothing."""

    puskesmas_id: int | None = None
    area: str | None = None
    posyandu_id: int | None = None


@dataclass(frozen=True)
class RemindSilent:
    """Remind the kader of just those posyandu, once a day at most."""

    puskesmas_id: int | None = None
    area: str | None = None
    posyandu_id: int | None = None
