"""Numbers of places inside each other, for those who see no names: what is shown of a kecamatan less what is shown of
its desa must not be the number that is hidden, nor may all tables together tell it.

From the top down: each place is shown the same way wherever it appears, and in the table of its parts only the parts
give way. For every hidden small number it is proved that it could be another one (storage.exports.hiding); the changes
that prove it for a place are demanded of the table of its parts, so that the proof holds down to the posyandu.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select

from storage.exports.hiding import WITHHELD, Demand, Shown, hide_small
from storage.exports.moves import Move
from storage.sql import Sql
from storage.store import Tx
from storage.summary import derive
from storage.tables import month_summary, posyandu

LETTERS = ("s", "k", "d", "n", "t", "o", "b", "bgm", "two_t", "orange", "absent")
SUMS = (("d", ("n", "t", "o", "b")), ("s", ("d", "absent")))
Path = tuple[str, ...]  # the codes of the areas around a posyandu, widest first, then "#<id>"
MOST_DERIVED = 200  # posyandu without a summary row that are counted here; the nightly check makes the rows
EACH = Sql(
    select(posyandu.c.id, posyandu.c.area, month_summary.c.at, *(month_summary.c[x] for x in LETTERS))
    .outerjoin(
        month_summary, (month_summary.c.posyandu_id == posyandu.c.id) & (month_summary.c.month == bindparam("month"))
    )
    .order_by(posyandu.c.id)
)


def path_of(area: str, posyandu_id: int | None = None) -> Path:
    """ "32.01.01" -> ("32", "32.01", "32.01.01")."""
    parts = area.split(".") if area else []
    codes = tuple(".".join(parts[: n + 1]) for n in range(len(parts)))
    return (*codes, f"#{posyandu_id}") if posyandu_id is not None else codes


class Levels:
    """One month of the whole house."""

    def __init__(
        self, leaves: Mapping[Path, Mapping[str, int]], sums: Sequence[tuple[str, tuple[str, ...]]] = SUMS
    ) -> None:
        self._sums = sums
        self._whole: dict[Path, dict[str, int]] = {}
        self._parts: dict[Path, set[Path]] = defaultdict(set)
        self._shown: dict[Path, Shown] = {}
        self._demands: dict[Path, list[Demand]] = defaultdict(list)
        self._closed: set[Path] = set()  # places that are shown not at all, nor anything in them
        for leaf, counts in leaves.items():
            for depth in range(len(leaf) + 1):
                node = self._whole.setdefault(leaf[:depth], dict.fromkeys(counts, 0))
                for key, value in counts.items():
                    node[key] += value
                if depth:
                    self._parts[leaf[: depth - 1]].add(leaf[:depth])

    def shown(self, path: Path) -> Shown | None:
        """How the numbers of a place are shown; None for a place without a posyandu."""
        if path not in self._whole:
            return None
        if path not in self._shown:
            if path:
                self._settle_parts(path[:-1])
            else:
                found = hide_small([self._whole[path]], self._sums, last_is_total=False)
                self._shown[path] = found.rows[0]
                self._closed |= {path} if found.closed else set()
                self._demand([path], found.moves)
        return self._shown[path]

    def _settle_parts(self, path: Path) -> None:
        """One table: the parts of a place, and the place as it is shown."""
        total = self.shown(path)
        assert total is not None
        parts = sorted(self._parts[path])
        if len(parts) == 1:
            self._shown[parts[0]] = total
            self._demands[parts[0]] = self._demands[path]
            self._closed |= {parts[0]} if path in self._closed else set()
            return
        if path in self._closed:
            self._shown |= {part: dict.fromkeys(total, WITHHELD) for part in parts}
            self._closed |= set(parts)
            return
        table = [self._whole[part] for part in parts] + [self._whole[path]]
        found = hide_small(table, self._sums, last_is_total=True, total=total, demands=self._demands[path])
        self._shown |= dict(zip(parts, found.rows, strict=False))
        self._closed |= set(parts) if found.closed else set()
        self._demand(parts, found.moves)

    def _demand(self, places: Sequence[Path], moves: Iterable[Move]) -> None:
        """What a proof changes in a place must stay possible inside it."""
        for move in moves:
            wanted: dict[Path, dict[str, int]] = defaultdict(dict)
            for (at, key), change in move.items():
                if at < len(places):
                    wanted[places[at]][key] = change
            for place, changes in wanted.items():
                if place in self._parts and changes not in self._demands[place]:
                    self._demands[place].append(changes)

    def shown_sum(self, leaves: Iterable[Path]) -> Shown:
        """Of posyandu that are no area (those of a puskesmas): a sum is shown only where each of its parts is."""
        out: Shown = dict.fromkeys(LETTERS, 0)
        for leaf in leaves:
            for key, value in (self.shown(leaf) or {}).items():
                before = out[key]
                out[key] = before + value if isinstance(before, int) and isinstance(value, int) else "*"
        return out


def of_month(tx: Tx, month: str) -> Levels:
    """Every posyandu's month, from the kept summaries."""
    leaves, derived = {}, 0
    for r in tx.all(EACH, month=month):
        if r.at is not None:
            counts = {x: int(getattr(r, x)) for x in LETTERS}
        elif derived < MOST_DERIVED:
            counts, derived = derive(tx, r.id, month), derived + 1
        else:
            continue
        leaves[path_of(r.area, r.id)] = counts
    return Levels(leaves)
