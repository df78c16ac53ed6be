"""Lapor: something is reported to the desa, dealt with, and counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MakeReport:
    """What, where; `area` is the code of the desa it goes to."""

    area: str
    field: str
    kind: str
    place: str
    note: str = ""


@dataclass(frozen=True)
class AddPhoto:
    """A picture for a report of her own that has none yet."""

    report_id: int
    incoming_id: int


@dataclass(frozen=True)
class MoveReport:
    """diproses, selesai, or ditolak with a reason."""

    report_id: int
    state: str
    reason: str = ""


@dataclass(frozen=True)
class ShowReports:
    """Counts by field and area; `sheet`: the list as a document."""

    area: str
    sheet: bool = False


@dataclass(frozen=True)
class NameOfficer:
    """From now on this person deals with a field's reports in a desa; the only one who sees those that are secret."""

    person_id: int
    area: str
    field: str
