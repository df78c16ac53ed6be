"""Could a hidden number be another one? Looks for a move: children counted elsewhere in a table, so that every sum
still holds and everything is shown just as it is. Whoever sees the table cannot tell the one month from the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SMALL = 5
MANY = 1 << 40  # no number of children is larger
Cell = tuple[int, str]
Line = tuple[Cell, tuple[Cell, ...]]  # a whole and its parts
Move = dict[Cell, int]
# In every row the one is among the other.
AMONG = (("two_t", "t"), ("bgm", "d"), ("orange", "d"), ("above_orange", "d"), ("k", "s"), ("l36", "s36"))
STEPS, LONGEST = 600, 20  # of a search: what is not found by then counts as impossible


class Table:
    """Rows of numbers, what adds up in them, and what is hidden. `last`: the row that is the others' total, or None;
    `unmarked`: letters whose hidden numbers do not even say whether they are below five."""

    def __init__(
        self, rows: Sequence[Mapping[str, int]], sums: Sequence[tuple[str, tuple[str, ...]]], *, last_is_total: bool
    ) -> None:
        self.rows = rows
        self.last = len(rows) - 1 if last_is_total else None
        self.hidden: set[Cell] = set()
        self.settled: set[Cell] = set()
        self.unmarked: set[str] = set()
        self.lines: list[Line] = [
            ((at, whole), tuple((at, key) for key in parts)) for at in range(len(rows)) for whole, parts in sums
        ]
        if self.last:
            self.lines += [((self.last, key), tuple((at, key) for at in range(self.last))) for key in rows[0]]
        self.lines_of: dict[Cell, list[int]] = {(at, key): [] for at, row in enumerate(rows) for key in row}
        for number, (whole, parts) in enumerate(self.lines):
            for cell in (whole, *parts):
                self.lines_of[cell].append(number)
        self._steps = 0

    def value(self, cell: Cell) -> int:
        return self.rows[cell[0]][cell[1]]

    def fits(self, cell: Cell, change: int) -> bool:
        """Would it be shown as it is, with so many more?"""
        before = self.value(cell)
        after = before + change
        if cell not in self.hidden or cell in self.settled or after < 0:
            return False
        return cell[1] in self.unmarked or (before < SMALL) == (after < SMALL)

    def find(self, wanted: Move) -> Move | None:
        """A move with these changes in it."""
        self._steps = STEPS
        return self._mend(dict(wanted))

    def _mend(self, move: Move) -> Move | None:
        """Goes on until every sum holds: in the sum with the fewest ways, each way in turn, the tidiest first."""
        self._steps -= 1
        if self._steps < 0 or len(move) > LONGEST:
            return None
        fewest: list[tuple[Cell, int]] | None = None
        for number in {n for cell in move for n in self.lines_of[cell]}:
            gap = self._gap(number, move)
            if gap:
                ways = self._ways(number, gap, move)
                if fewest is None or len(ways) < len(fewest):
                    fewest = ways
        if fewest is None:
            fewest = self._ways_among(move)
        if fewest is None:
            return dict(move)
        for cell, change in sorted(fewest, key=lambda way: self._untidy(way, move)):
            move[cell] = change
            found = self._mend(move)
            if found is not None:
                return found
            del move[cell]
        return None

    def _gap(self, number: int, move: Move) -> int:
        whole, parts = self.lines[number]
        return move.get(whole, 0) - sum(move.get(p, 0) for p in parts)

    def _ways(self, number: int, gap: int, move: Move) -> list[tuple[Cell, int]]:
        """All of the gap in one cell, or one child of it."""
        whole, parts = self.lines[number]
        steps = {gap, gap // abs(gap)}
        ways = [(cell, step) for step in steps for cell in parts] + [(whole, -step) for step in steps]
        return [way for way in ways if way[0] not in move and self.fits(*way) and self._bears(*way)]

    def _untidy(self, way: tuple[Cell, int], move: Move) -> int:
        """How many sums would not hold after it, of those that it stands in."""
        cell, move[way[0]] = way
        found = sum(self._gap(n, move) != 0 for n in self.lines_of[cell])
        del move[cell]
        return found

    def _bears(self, cell: Cell, change: int) -> bool:
        """Not below a number that is among it and that everybody sees."""
        at, key = cell
        row = self.rows[at]
        return change > 0 or all(
            row[key] + change >= row[some] or (at, some) in self.hidden or row[key] < row[some]
            for some, all_of in AMONG
            if all_of == key and some in row
        )

    def _ways_among(self, move: Move) -> list[tuple[Cell, int]] | None:
        """What to change where a number would be above one that it is among; None when nowhere."""
        for at in sorted({cell[0] for cell in move} - {self.last}):
            row = self.rows[at]
            for some, all_of in AMONG:
                if some not in row or all_of not in row:
                    continue
                cell, gap = (at, some), max(0, row[all_of] - row[some])
                over = move.get(cell, 0) - move.get((at, all_of), 0) - gap
                if over > 0:
                    ways = ((cell, -over), ((at, all_of), over))
                    return [way for way in ways if way[0] not in move and self.fits(*way)]
        return None
