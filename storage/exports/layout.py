"""The columns of each sheet and the words of its cells, from columns.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

from storage.exports.sheet import Column, Style

HERE = Path(__file__).parent


@cache
def data(name: str) -> dict[str, Any]:
    """A data file of this package by its name without ending."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


def columns(kind: str) -> tuple[Column, ...]:
    return tuple(Column(key, title, cell, width) for key, title, cell, width in data("columns")[kind]["columns"])


def sheet_name(kind: str) -> str:
    return str(data("columns")[kind]["name"])


def usual_style(kind: str) -> Style:
    return cast(Style, data("columns").get(kind, {}).get("style", "orang"))


def word(name: str, value: object = None) -> str:
    """A fixed word, or the word of a stored value; a value without a word is written as it is."""
    found = data("columns")["words"][name]
    return str(found) if value is None else str(found.get(str(value), value))


def yes_no(value: int | None) -> str | None:
    """Ya, Tidak, or empty when it was not recorded."""
    return None if value is None else word("yes") if value else word("no")
