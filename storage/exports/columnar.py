"""Parquet for those who calculate: an extra (`pip install posyandu-bot[parquet]`), written in batches."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from storage.exports.sheet import Column, Sheet, number

BATCH = 20_000
HAS_PYARROW = find_spec("pyarrow") is not None


def write_parquet(path: Path, sheet: Sheet) -> int:
    """Write `sheet` with its column keys as names (and their units); how many rows. Needs pyarrow."""
    import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from pyarrow import parquet  # type: ignore[import-not-found,import-untyped,unused-ignore]

    kinds = {"text": pyarrow.string(), "int": pyarrow.int64(), "date": pyarrow.date32()}
    schema = pyarrow.schema([(_name(c), kinds.get(c.kind, pyarrow.float64())) for c in sheet.columns])
    done = 0
    with parquet.ParquetWriter(path, schema) as out:
        while batch := list(islice(sheet.rows, BATCH)):
            columns = [[_value(column, row[at]) for row in batch] for at, column in enumerate(sheet.columns)]
            out.write_table(pyarrow.table(columns, schema=schema))
            done += len(batch)
    return done


def _name(column: Column) -> str:
    """The key with the unit that is written: birth_weight_kg, muac_cm."""
    plain = column.key.removesuffix("_g").removesuffix("_mm")
    return f"{plain}_{column.kind}" if column.kind in ("kg", "cm") else column.key


def _value(column: Column, value: Any) -> Any:
    """A hidden number ("<5") is no number: nothing is written."""
    if value is None or value == "":
        return None
    if column.kind == "text":
        return str(value)
    if column.kind == "date":
        return date.fromisoformat(value)
    return None if isinstance(value, str) else number(column.kind, value)
