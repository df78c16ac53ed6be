"""Numbers of places inside each other, for those who see no names: what is shown of a kecamatan less what is shown of
its desa must not be the number that is hidden.

From the top down: each place is shown the same way wherever it appears, and in the table of its parts only the parts
give way. So no whole less its parts, at any level, is a hidden number. (Several sums solved together can, in
tables of a handful of children, still narrow one down; docs/decisions tells why that is left.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select

from storage.exports.hiding import SMALL, hide_small
from storage.sql import Sql
from storage.store import Tx
from storage.summary import derive
from storage.tables import month_summary, posyandu

LETTERS = ("s", "k", "d", "n", "t", "o", "b", "bgm", "two_t", "orange", "absent")
SUMS = (("d", ("n", "t", "o", "b")), ("s", ("d", "absent")))
Path = tuple[str, ...]  # the codes of the areas around a posyandu, widest first, then "#<id>"
Shown = dict[str, int | str]
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
            if not path:
                also = {(0, key) for key in self._whole[path] if self._pinned(path, key)}
                self._shown[path] = hide_small([self._whole[path]], self._sums, last_is_total=False, also=also)[0]
            else:
                self._settle_parts(path[:-1])
        return self._shown[path]

    def _settle_parts(self, path: Path) -> None:
        """One table: the parts of a place, and the place as it is shown."""
        total = self.shown(path)
        assert total is not None
        parts = sorted(self._parts[path])
        table = [self._whole[part] for part in parts] + [self._whole[path]]
        also = {(at, key) for at, part in enumerate(parts) for key in table[at] if self._pinned(part, key)}
        rows = hide_small(table, self._sums, last_is_total=True, total=total, also=also)
        self._shown |= dict(zip(parts, rows, strict=False))

    def _pinned(self, path: Path, key: str) -> bool:
        """Would the sum alone tell its hidden parts? Two fours under an eight can be nothing else."""
        parts = self._parts.get(path, set())
        if len(parts) == 1:
            return self._pinned(next(iter(parts)), key)
        return bool(parts) and all(self._whole[part][key] == SMALL - 1 for part in parts)

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
