"""What comes out: every sheet the puskesmas needs, from the book to a file, one posyandu in memory at a time.

make(store, Request("skdn", "2026-11"), Path("skdn.xlsx"), progress) -> how many rows
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from storage.exports import eppgbm, f1, named, numbers, records, register
from storage.exports.columnar import HAS_PYARROW, write_parquet
from storage.exports.old_workbook import write_xls
from storage.exports.places import NoSuchPlace, find_places
from storage.exports.request import Maker, Making, NeedsMonth, Request, Template
from storage.exports.sheet import Progress, Sheet
from storage.exports.templates import file_name, keep_template, template_for, template_of
from storage.exports.text_file import write_csv
from storage.exports.workbook import write_xlsx
from storage.sql import Sql
from storage.store import Store, Tx

# A sheet is read from one end to the other: pages kept for a second look are memory for nothing.
LITTLE_CACHE = Sql(text("pragma cache_size=-2000"))
KINDS: dict[str, Maker] = {
    "skdn": numbers.skdn,
    "f1": f1.f1,
    "eppgbm-identitas": eppgbm.identitas,
    "eppgbm-pengukuran": eppgbm.pengukuran,
    "register": register.register,
    "children": named.children,
    "measurements": named.measurements,
    "attendance": named.attendance,
    "cases": named.cases,
    "outbox": records.outbox,
    "areas": records.areas,
}
NUMBERS = frozenset({"skdn", "f1"})  # no names: for whoever may see numbers
OPERATORS = frozenset({"outbox", "areas"})  # of the whole house
WITHOUT_MONTH = frozenset({"children", "measurements", "cases", "outbox", "areas", "eppgbm-identitas"})
WRITERS: dict[str, Callable[[Path, Sheet], int]] = {
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".xls": write_xls,
    ".parquet": write_parquet,
}


class NoSuchFormat(Exception):
    """The file's ending names no format, or one whose extra is not installed."""


def make(store: Store, request: Request, path: Path, progress: Progress = lambda done, total: None) -> int:
    """Write one sheet to `path`, by its ending; how many rows. The file appears whole or not at all.

    `progress(done, total)` is told after every posyandu. Raises NoSuchFormat, NoSuchPlace, NeedsMonth, OSError.
    """

    def read(tx: Tx) -> int:
        if tx.dialect == "sqlite":
            tx.run(LITTLE_CACHE)
        return write(tx, request, path, progress)

    return store.read(read)


def write(tx: Tx, request: Request, path: Path, progress: Progress = lambda done, total: None) -> int:
    """`make` inside a transaction that is open already."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None or (path.suffix.lower() == ".parquet" and not HAS_PYARROW):
        raise NoSuchFormat(path.suffix)
    name, places = find_places(tx, request.area)
    sheet = KINDS[request.kind](Making(tx, request, name, places, progress))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        done = writer(unfinished, sheet)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return done


__all__ = [
    "KINDS", "NUMBERS", "OPERATORS", "WITHOUT_MONTH", "WRITERS", "NeedsMonth", "NoSuchFormat", "NoSuchPlace",
    "Progress", "Request", "Template", "file_name", "keep_template", "make", "template_for", "template_of", "write",
]  # fmt: skip
