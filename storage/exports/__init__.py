"""What comes out: every sheet the puskesmas needs, from the book to a file, one posyandu in memory at a time.

make(store, Request("skdn", "2026-11"), Path("skdn.xlsx"), progress) -> how many rows
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.exports import aid, dhis2, eppgbm, f1, fhir, named, numbers, records, register, telaah
from storage.exports.codes import MissingCodes
from storage.exports.columnar import HAS_PYARROW, write_parquet
from storage.exports.documents import write_json, write_ndjson
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
    "telaah": telaah.telaah,
    "packages": aid.packages,
    "package-points": aid.points,
    "sponsors": aid.sponsors,
    "outbox": records.outbox,
    "areas": records.areas,
}
NUMBERS = frozenset({"skdn", "f1", "telaah"})  # no names: for whoever may see numbers
AID = ("packages", "package-points", "sponsors")  # codes and totals, of any month
OPERATORS = frozenset({"outbox", "areas"})  # of the whole house
WITHOUT_MONTH = frozenset({"children", "measurements", "cases", "outbox", "areas", "eppgbm-identitas", *AID})
WRITERS: dict[str, Callable[[Path, Sheet], int]] = {
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".xls": write_xls,
    ".parquet": write_parquet,
}


# For other systems: each with endings of its own, what makes it and what writes it.
MESSAGES: dict[str, dict[str, tuple[Callable[[Making], Any], Callable[[Path, Any], int]]]] = {
    "fhir": {".ndjson": (fhir.transactions, write_ndjson), ".json": (fhir.bundles, write_json)},
    "dhis2": {".json": (dhis2.values, write_json), ".csv": (dhis2.table, write_csv)},
}


class NoSuchFormat(Exception):
    """The file's ending names no format, or one whose extra is not installed."""


def silent(done: int, total: int) -> None:
    """Tells nobody."""


def make(
    store: Store, request: Request, path: Path, progress: Progress = silent, left: Counter[str] | None = None
) -> int:
    """Write one sheet to `path`, by its ending; how many rows. The file appears whole or not at all.

    `progress(done, total)` is told after every posyandu; what could not go out as it is is counted in `left`. Raises
    NoSuchFormat, NoSuchPlace, NeedsMonth, MissingCodes, OSError.
    """

    def read(tx: Tx) -> int:
        if tx.dialect == "sqlite":
            tx.run(LITTLE_CACHE)
        return write(tx, request, path, progress, left)

    return store.read(read)


def write(tx: Tx, request: Request, path: Path, progress: Progress = silent, left: Counter[str] | None = None) -> int:
    """`make` inside a transaction that is open already."""
    maker, writer = _way(request.kind, path.suffix.lower())
    name, places = find_places(tx, request.area)
    made = maker(Making(tx, request, name, places, progress, Counter() if left is None else left))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        done = writer(unfinished, made)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return done


def endings(kind: str) -> tuple[str, ...]:
    """What a file of this kind may end in."""
    return tuple(MESSAGES.get(kind, WRITERS))


def _way(kind: str, ending: str) -> tuple[Callable[[Making], Any], Callable[[Path, Any], int]]:
    """What makes this kind and what writes it to such a file."""
    if ending not in endings(kind) or (ending == ".parquet" and not HAS_PYARROW):
        raise NoSuchFormat(ending)
    return MESSAGES[kind][ending] if kind in MESSAGES else (KINDS[kind], WRITERS[ending])


__all__ = [
    "KINDS", "MESSAGES", "NUMBERS", "OPERATORS", "WITHOUT_MONTH", "WRITERS", "MissingCodes", "NeedsMonth",
    "NoSuchFormat", "NoSuchPlace", "Progress", "Request", "Template", "endings", "file_name", "keep_template", "make",
    "template_for", "template_of", "write",
]  # fmt: skip
