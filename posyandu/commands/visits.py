"""Visits: measures, statuses, taking back, and looking at what is on file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Kept by number with the measures, so that a status has its history too: only ever add at the end.
STATUSES = ("tidak_hadir", "sakit", "pindah", "pergi", "tidak_mau", "lulus", "meninggal")


@dataclass(frozen=True)
class Value:
    """One measured thing of a visit: weight in grams; length, head, muac in millimetres; oedema, asi, danger 0 or 1;
    vita 1 blue, 2 red."""

    field: str
    value: int
    position: str | None = None


@dataclass(frozen=True)
class RecordVisit:
    """Measures, or a status such as `sakit`, of one child on one day. Values on file are replaced only when
    `replaces` is set: she was shown the other value and said which is right."""

    child_id: int
    on: date
    values: tuple[Value, ...] = ()
    status: str | None = None
    place: str = "posyandu"
    replaces: bool = False


@dataclass(frozen=True)
class UndoEntry:
    """Take back what one message wrote about a child."""

    incoming_id: int
    child_id: int


@dataclass(frozen=True)
class MarkExplained:
    """The kader has explained the verdict to the parent: her message may go."""

    child_id: int
    on: date


@dataclass(frozen=True)
class ShowPicture:
    """Send the growth picture of a child to the person who asks. `chart` as in bot.pictures, empty: by age."""

    child_id: int
    chart: str = ""


@dataclass(frozen=True)
class ShowChild:
    """Tell the person who asks how a child stands."""

    child_id: int


@dataclass(frozen=True)
class ShowMissing:
    """Tell who has not been reported on a posyandu day."""

    posyandu_id: int
    on: date


@dataclass(frozen=True)
class ShowRecap:
    """Tell the SKDN of a month: of one posyandu, or of an area or puskesmas by posyandu."""

    month: str
    posyandu_id: int | None = None
    puskesmas_id: int | None = None
    area: str | None = None
