"""Numbers below five are not shown to those who may not see names, nor what they could be worked out from.

For every hidden number from 1 to 4 at least two others are proved possible (storage.exports.moves); until they are,
more is withheld. What is withheld besides is "*", or "<5" when it is a nought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from storage.exports.moves import SMALL, Cell, Move, Table

BELOW, WITHHELD = "<5", "*"
OTHERS = 2  # how many other numbers each hidden one must be able to be
Sums = Sequence[tuple[str, tuple[str, ...]]]
Shown = dict[str, int | str]
Demand = Mapping[str, int]  # a change of a total row that the rows under it must be able to bear


@dataclass(frozen=True)
class Hidden:
    """A table as it is shown. `moves`: the changes that must stay possible in the tables under its rows; `closed`:
    nothing of any row is shown, nor may anything under them be."""

    rows: list[Shown]
    moves: list[Move] = field(default_factory=list)
    closed: bool = False


def hide_small(
    rows: Sequence[Mapping[str, int]],
    sums: Sums,
    *,
    last_is_total: bool,
    total: Mapping[str, int | str] | None = None,
    demands: Iterable[Demand] = (),
) -> Hidden:
    """The table with 1 to 4 as "<5", and with whatever would give them away withheld.

    `sums`: a whole and its parts in every row. `total`: how numbers of the last row are shown elsewhere already; that
    stays, and the rows above it give way.
    """
    table = Table(rows, sums, last_is_total=last_is_total)
    table.hidden = {(at, key) for at, row in enumerate(rows) for key, value in row.items() if 0 < value < SMALL}
    for key, seen in (total or {}).items():
        cell = (len(rows) - 1, key)
        table.settled.add(cell)
        (table.hidden.add if isinstance(seen, str) else table.hidden.discard)(cell)
    moves = _proved(table, sums, list(demands))
    if moves is None:
        every = {cell for cell in table.lines_of if cell not in table.settled}
        table.hidden |= every
        table.unmarked |= set(rows[0])
    return Hidden([_shown(table, at, total) for at in range(len(rows))], moves or [], moves is None)


def _shown(table: Table, at: int, total: Mapping[str, int | str] | None) -> Shown:
    out: Shown = {}
    for key, value in table.rows[at].items():
        if (at, key) in table.settled and total is not None:
            out[key] = total[key]
        elif (at, key) in table.hidden:
            out[key] = BELOW if value < SMALL and key not in table.unmarked else WITHHELD
        else:
            out[key] = value
    return out


def _proved(table: Table, sums: Sums, demands: list[Demand]) -> list[Move] | None:
    """Withholds until every hidden small number may be another; the moves that show it, or None: it cannot be."""
    proof = _Proof(table, demands)
    while True:
        _pair(table)
        bad = proof.lacking()
        if not bad:
            return proof.moves
        if _widen(table, bad):
            continue
        letters = {key for cell in bad for key in _together(cell[1], sums)} - table.unmarked
        if not letters:
            return None
        table.unmarked |= letters
        table.hidden |= {cell for cell in table.lines_of if cell[1] in letters and cell not in table.settled}


class _Proof:
    """A move for every demand, and so many for every small hidden number that it may be OTHERS more. What is proved
    stays so when more is withheld."""

    def __init__(self, table: Table, demands: list[Demand]) -> None:
        self.moves: list[Move] = []
        self._table = table
        self._demands = [{(len(table.rows) - 1, key): change for key, change in d.items()} for d in demands]
        self._others: dict[Cell, set[int]] = defaultdict(set)

    def lacking(self) -> set[Cell]:
        """The cells for which there is none, as things are hidden now."""
        table = self._table
        self._demands = [wanted for wanted in self._demands if not self._shows(wanted)]
        bad = {cell for wanted in self._demands for cell in wanted}
        small = (c for c in table.hidden if 0 < table.value(c) < SMALL and c not in table.settled)
        return bad | {cell for cell in sorted(small) if not self._may_be_another(cell)}

    def _may_be_another(self, cell: Cell) -> bool:
        for step in (-1, 1, -2, 2, -3):
            if len(self._others[cell]) >= OTHERS:
                break
            if step not in self._others[cell] and self._table.fits(cell, step):
                self._shows({cell: step})
        return len(self._others[cell]) >= OTHERS

    def _shows(self, wanted: Move) -> bool:
        found = self._table.find(wanted)
        if found is not None:
            self.moves.append(found)
            for cell, change in found.items():
                self._others[cell].add(change)
        return found is not None


def _pair(table: Table) -> None:
    """No sum has one hidden number alone: the smallest beside it is withheld too, a nought only for want of others."""
    todo = list(range(len(table.lines)))
    while todo:
        whole, parts = table.lines[todo.pop()]
        cells = (whole, *parts)
        hidden = [cell for cell in cells if cell in table.hidden]
        if len(hidden) == 1 and (more := _smallest(table, cells)):
            table.hidden.add(more)
            todo += table.lines_of[more]


def _smallest(table: Table, cells: Iterable[Cell]) -> Cell | None:
    rest = [cell for cell in cells if cell not in table.hidden and cell not in table.settled]
    return min(rest, key=lambda cell: (table.value(cell) == 0, table.value(cell), cell), default=None)


def _widen(table: Table, bad: set[Cell]) -> bool:
    """Withholds the smallest number in each sum that a cell without a proof stands in; then in the sums beside them."""
    near = {n for cell in bad for n in table.lines_of[cell]}
    for _ in range(2):
        more = {_smallest(table, (whole, *parts)) for whole, parts in (table.lines[n] for n in near)} - {None}
        if more:
            table.hidden |= {cell for cell in more if cell is not None}
            return True
        near = {m for n in near for cell in (table.lines[n][0], *table.lines[n][1]) for m in table.lines_of[cell]}
    return False


def _together(key: str, sums: Sums) -> set[str]:
    """The letters that stand in sums with this one, directly or by others."""
    found = {key}
    while more := {k for whole, parts in sums if found & {whole, *parts} for k in (whole, *parts)} - found:
        found |= more
    return found
