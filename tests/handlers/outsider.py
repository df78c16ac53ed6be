"""Somebody who sees no names, but lays every table of every level side by side and solves them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from storage.exports.hiding import BELOW, WITHHELD
from storage.exports.levels import Levels

Path = tuple[str, ...]
Cell = tuple[Path, str]
Range = tuple[int, int]
MANY = 10**6
PATIENCE = 4000  # guesses a number


class Outsider:
    """Knows what is shown, what adds up, and how hidden numbers are marked. `shown` and `true` by place and letter."""

    def __init__(self, leaves: Mapping[Path, Mapping[str, int]], sums: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        levels = Levels(leaves, tuple(sums))
        self._nodes = {leaf[:depth] for leaf in leaves for depth in range(len(leaf) + 1)}
        self._parts: dict[Path, list[Path]] = defaultdict(list)
        for node in sorted(self._nodes - {()}):
            self._parts[node[:-1]].append(node)
        self.shown = {(n, key): value for n in self._nodes for key, value in (levels.shown(n) or {}).items()}
        self.true = {(n, k): sum(c[k] for leaf, c in leaves.items() if leaf[: len(n)] == n) for n, k in self.shown}
        self.secret = sorted(cell for cell, value in self.true.items() if 0 < value < 5)
        keys = next(iter(leaves.values())).keys()
        self._lines = [((n, k), [(p, k) for p in parts]) for n, parts in self._parts.items() for k in keys]
        self._lines += [((n, whole), [(n, p) for p in parts]) for n in self._nodes for whole, parts in sums]
        self._of: dict[Cell, list[int]] = defaultdict(list)
        for number, (whole, parts) in enumerate(self._lines):
            for cell in (whole, *parts):
                self._of[cell].append(number)
        marked = {self._table(n) for (n, _), value in self.shown.items() if value == BELOW}
        self._start = {cell: self._seen(value, self._table(cell[0]) in marked) for cell, value in self.shown.items()}
        assert self._narrow(self._start, range(len(self._lines)))

    def could_be(self, cell: Cell) -> list[int]:
        """Every number up to six that a cell could be, some month being just as it is shown."""
        low, high = self._start[cell]
        return [v for v in range(low, min(high, 6) + 1) if self._possible(cell, v)]

    def _table(self, node: Path) -> Path:
        """The table a place stands in; one that is alone in it is shown as the place around it is."""
        while node and len(self._parts[node[:-1]]) == 1:
            node = node[:-1]
        return node[:-1] if node else ("whole",)

    @staticmethod
    def _seen(value: int | str, marked: bool) -> Range:
        """In a table with a "<5" a "*" is five or more."""
        if value == BELOW:
            return 0, 4
        return (5 if marked else 0, MANY) if value == WITHHELD else (int(value), int(value))

    def _possible(self, cell: Cell, value: int) -> bool:
        self._left = PATIENCE
        ranges = dict(self._start)
        ranges[cell] = value, value
        return self._narrow(ranges, self._of[cell]) and self._guess(ranges)

    def _guess(self, ranges: dict[Cell, Range]) -> bool:
        self._left -= 1
        assert self._left > 0, "not decided"
        free = [cell for cell, (low, high) in ranges.items() if low < high]
        if not free:
            return True
        cell = min(free, key=lambda c: ranges[c][1] - ranges[c][0])
        near = range(max(ranges[cell][0], self.true[cell] - 8), min(ranges[cell][1], self.true[cell] + 8) + 1)
        for value in sorted(near, key=lambda v: abs(v - self.true[cell])):
            guess = dict(ranges)
            guess[cell] = value, value
            if self._narrow(guess, self._of[cell]) and self._guess(guess):
                return True
        return False

    def _narrow(self, ranges: dict[Cell, Range], lines: Iterable[int]) -> bool:
        """Narrows by every sum until nothing changes; False when something could be no number at all."""
        todo = set(lines)
        while todo:
            whole, parts = self._lines[todo.pop()]
            low, high = sum(ranges[p][0] for p in parts), sum(ranges[p][1] for p in parts)
            wanted = [(whole, low, high)]
            least, most = ranges[whole]
            for p in parts:
                wanted.append((p, least - (high - ranges[p][1]), most - (low - ranges[p][0])))
            for cell, at_least, at_most in wanted:
                new = max(ranges[cell][0], at_least), min(ranges[cell][1], at_most)
                if new[0] > new[1]:
                    return False
                if new != ranges[cell]:
                    ranges[cell] = new
                    todo.update(self._of[cell])
        return True
