"""What kind of file it is and which column holds what, by the titles in its first rows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8"))
_TITLES = {title: (field, rank) for field, titles in DATA["headers"].items() for rank, title in enumerate(titles)}
CELLS = {name: frozenset(words) for name, words in DATA["cells"].items()}
HEADER_WITHIN = 15  # rows; exports have lines of their own above it
BARE_NAMES = ("nama", "nama lengkap")
# What a list of kader does not have; with their posts it may have their NIK, birthday and sex, which are not read.
OF_CHILDREN = {
    "code", "nickname", "birth_order", "birth_weight", "birth_length", "mother", "father", "parent", "on", "weight",
    "length", "head", "muac",
}  # fmt: skip
ENOUGH = 2  # known titles that make a row a header


@dataclass(frozen=True)
class Line:
    """A row of a file, with the number by which a person finds it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """`kind`: children, measurements, both, guardians, staff, areas. `at`: column by field. `ask`: fields that must be
    shown by a person before anything can be read."""

    kind: str
    header_at: int
    header: tuple[str, ...]
    at: Mapping[str, int]
    ask: tuple[str, ...] = ()

    @property
    def own(self) -> bool:
        """The house's own sheet: what stands there was looked at when it was entered."""
        return "method" in self.at


def folded(text: str) -> str:
    """A title or a word as it is compared."""
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def recognise(lines: Sequence[Line], given: Mapping[str, int] | None = None) -> Recognised | None:
    """The kind and columns of a file; `given`: columns that a person has shown (-1: there is none). None: no header."""
    found = [(_columns(line.cells), at) for at, line in enumerate(lines[:HEADER_WITHIN])]
    columns, header_at = max(found, key=lambda f: len(f[0]), default=({}, 0))
    if len(columns) < ENOUGH and not given:
        return None
    columns = _crew_named(lines[header_at].cells if lines else (), {**columns, **(given or {})})
    kind = _kind(columns)
    needs = DATA["needs"]["children"] + DATA["needs"]["measurements"][1:] if kind == "both" else DATA["needs"][kind]
    ask = [] if given else [n.split("|")[-1] for n in needs if not set(n.split("|")) & columns.keys()]
    if kind in ("children", "both", "measurements") and "name" in ask and len(columns) < ENOUGH:
        return None
    askable = tuple("weight" if field == "status" else field for field in ask)
    at = {field: column for field, column in columns.items() if column >= 0}
    return Recognised(kind, header_at, tuple(lines[header_at].cells), at, askable)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Field -> column, the best title of each field."""
    best: dict[str, tuple[int, int]] = {}
    for column, cell in enumerate(cells):
        field, rank = _TITLES.get(folded(cell), ("", 0))
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, column)
    return {field: column for field, (_, column) in best.items()}


def _crew_named(header: Sequence[str], columns: dict[str, int]) -> dict[str, int]:
    """A list of kader whose names stand under a bare "Nama": one with their posts, or with their posyandu and nothing
    that only a child has."""
    at = columns.get("name", -1)
    bare = 0 <= at < len(header) and folded(header[at]) in BARE_NAMES
    of_a_child = OF_CHILDREN if "role" in columns else OF_CHILDREN | {"sex", "birth", "nik"}
    crew = "role" in columns or {"posyandu", "phone"} <= columns.keys()
    if not bare or not crew or columns.keys() & of_a_child or "level" in columns or "guardian" in columns:
        return columns
    return {("person" if field == "name" else field): column for field, column in columns.items()}


def _kind(columns: Mapping[str, int]) -> str:
    if "level" in columns and "area_code" in columns:
        return "areas"
    if "guardian" in columns:
        return "guardians"
    if "person" in columns or ("role" in columns and not columns.keys() & (OF_CHILDREN | {"name"})):
        return "staff"
    measured = "on" in columns and bool(columns.keys() & {"weight", "length", "muac", "head", "status"})
    if not measured:
        return "children"
    return "both" if {"name", "sex", "birth"} <= columns.keys() else "measurements"
