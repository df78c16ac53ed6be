"""Sheets: what comes out as a file, and a file that is put into the book."""

from __future__ import annotations

from dataclasses import dataclass

NAMED_SHEETS = ("register", "children", "measurements", "attendance", "cases", "eppgbm-identitas", "eppgbm-pengukuran")
NUMBER_SHEETS = ("skdn", "f1", "telaah")


@dataclass(frozen=True)
class ExportNumbers:
    """Send a sheet of numbers (skdn, f1, telaah) of a month and a place as a document."""

    kind: str
    month: str
    form: str = "xlsx"
    posyandu_id: int | None = None
    puskesmas_id: int | None = None
    area: str | None = None


@dataclass(frozen=True)
class ExportNames(ExportNumbers):
    """Send a sheet with names of a month and a place as a document."""


@dataclass(frozen=True)
class ReadSheet:
    """Look through a file she sent; nothing is stored before she has seen the counts. `as_template` is not asked: a
    file that is nothing but a known header is a blank template."""

    incoming_id: int
    posyandu_id: int | None = None
    puskesmas_id: int | None = None
    area: str | None = None


@dataclass(frozen=True)
class MapSheet:
    """The columns of a file that its names did not tell: pairs of field and column number, "" for none."""

    job_id: int
    columns: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class StoreSheet:
    """Put the rows of a file that were shown as good into the book."""

    job_id: int


@dataclass(frozen=True)
class DropSheet:
    """Do not."""

    job_id: int


@dataclass(frozen=True)
class SendSheet:
    """Send a file that was made for her once more."""

    job_id: int
