"""SKDN of a month by posyandu with its total, from the kept summaries; a posyandu without one is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.calendar import say_month
from posyandu.skdn import Counts
from storage.exports.hiding import Shown
from storage.exports.layout import columns, sheet_name, usual_style, word
from storage.exports.levels import LETTERS, of_month, path_of
from storage.exports.request import Making
from storage.exports.sheet import Sheet
from storage.sql import Sql
from storage.summary import derive
from storage.tables import month_summary

KEPT = Sql(select(month_summary).where(month_summary.c.month == bindparam("month")))


def skdn(making: Making) -> Sheet:
    """One line a posyandu and the sum; ratios in per cent."""
    month = making.request.one_month()
    rows = list(totals(making))
    names = [(p.code, p.name) for p in making.places]
    if len(rows) > 1:
        rows.append({x: sum(row[x] for row in rows) for x in LETTERS})
        names.append(("", word("total")))
    shown: list[Mapping[str, Any]] = list(rows)
    if making.request.hide:
        shown = list(hidden(making, total=len(rows) > 1))
    cells = columns("skdn")
    lines = [
        [*name, *(({**ratios(row), **row}).get(c.key) for c in cells[2:])]
        for name, row in zip(names, shown, strict=True)
    ]
    head = ((f"SKDN {making.name}".strip(),), (say_month(month),))
    notes = (word("hidden"),) if making.request.hide else ()
    return Sheet(sheet_name("skdn"), cells, iter(lines), head, notes, making.request.style or usual_style("skdn"))


def hidden(making: Making, *, total: bool) -> list[Shown]:
    """The posyandu, and their sum, as they are shown at every level to those who see no names."""
    levels = of_month(making.tx, making.request.one_month())
    paths = [path_of(p.area, p.id) for p in making.places]
    rows = [levels.shown(path) or dict.fromkeys(LETTERS, "*") for path in paths]
    kind, _, code = making.request.area.rpartition(":")
    whole = levels.shown(path_of(code)) if kind in ("", "area") else None
    if total:
        rows.append(whole if whole is not None else levels.shown_sum(paths))
    return rows


def totals(making: Making) -> Iterator[dict[str, int]]:
    """The letters of every posyandu, in their order."""
    month = making.request.one_month()
    kept = {r.posyandu_id: r for r in making.tx.all(KEPT, month=month)} if len(making.places) > 1 else {}
    for done, place in enumerate(making.places, 1):
        row = kept.get(place.id)
        yield {x: int(getattr(row, x)) for x in LETTERS} if row is not None else derive(making.tx, place.id, month)
        making.progress(done, len(making.places))


def ratios(row: Mapping[str, Any]) -> dict[str, float | None]:
    """Every ratio of the form in per cent; empty over 0, or where one of its numbers is hidden."""
    letters = {"S": "s", "K": "k", "D": "d", "N": "n", "T": "t", "O": "o", "B": "b", "BGM": "bgm", "2T": "two_t"}
    named: dict[str, Any] = {name: row[key] for name, key in letters.items()}
    parts = [named["D"], named["O"], named["B"]]
    named["D'"] = parts[0] - parts[1] - parts[2] if all(isinstance(p, int) for p in parts) else None
    found: dict[str, float | None] = {}
    for name in Counts().ratios():
        above, below = (named[part] for part in name.split("/"))
        known = isinstance(above, int) and isinstance(below, int)
        found[name] = 100 * above / below if known and below else None
    return found
