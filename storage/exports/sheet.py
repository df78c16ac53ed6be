"""A sheet on its way out: typed columns and a stream of plain rows. Writers decide how a kind of cell is written.

Values are what the book keeps: whole grams, whole millimetres, hundredths of z, ISO dates, texts, None for empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "int", "kg", "cm", "z", "percent", "date"]
Style = Literal["orang", "mesin"]  # decimals with a comma and days first, or dots and ISO dates
Row = Sequence[Any]
PLACES = {"kg": 3, "cm": 1, "z": 2, "percent": 1}
_OVER = {"kg": 1000, "cm": 10, "z": 100, "percent": 1}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by some spreadsheets


@dataclass(frozen=True)
class Column:
    """`key` names the value, `title` stands in the header."""

    key: str
    title: str
    kind: Kind = "text"
    width: int = 12


@dataclass
class Sheet:
    """One sheet. `head`: lines above the header; `notes`: lines below the rows. `rows` is read once."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterator[Row]
    head: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    style: Style = "orang"


Progress = Callable[[int, int], None]


def number(kind: Kind, value: Any) -> float | int:
    """A stored value as the number a reader expects: grams as kilograms, millimetres as centimetres."""
    return int(value) if kind == "int" else round(value / _OVER[kind], PLACES[kind])


def as_text(kind: Kind, value: Any, style: Style) -> str:
    """A cell of a text file. Numbers that were hidden ("<5") are texts already."""
    if value is None:
        return ""
    if kind == "date":
        return value if style == "mesin" else _day_first(str(value))
    if kind == "text" or isinstance(value, str):
        return harmless(str(value))
    if kind == "int":
        return str(int(value))
    text = f"{number(kind, value):.{PLACES[kind]}f}"
    text = text if kind in ("z", "percent") else text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if style == "orang" else text


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before it."""
    return f"'{text}" if text.startswith(FORMULA) and text != "-" else text


def _day_first(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.day:02d}/{on.month:02d}/{on.year}"
