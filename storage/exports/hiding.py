"""Numbers below five are not shown to those who may not see names, nor what they could be worked out from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

SMALL = 5
BELOW, WITHHELD = "<5", "*"
MANY = 1 << 40  # no number of children is larger
Cell = tuple[int, str]
Line = tuple[Cell, list[Cell]]  # a whole and its parts
Table = Sequence[Mapping[str, int]]


def hide_small(
    rows: Table,
    sums: Sequence[tuple[str, tuple[str, ...]]],
    *,
    last_is_total: bool,
    total: Mapping[str, int | str] | None = None,
    also: Collection[Cell] = (),
) -> list[dict[str, int | str]]:
    """The table with 1 to 4 as "<5".

    Where a hidden number could be worked out from the rest (`sums`: a whole and its parts; the last row, when it is the
    total of the others), the smallest of that rest is withheld as well ("*"; "<5" when it is nought), until none can.
    `total`: how the last row is shown elsewhere already; that stays, and only the rows above it give way. `also`: cells
    to withhold in any case.
    """
    last = len(rows) - 1
    settled = {(last, key) for key in rows[-1]} if total is not None else set()
    hidden = {(at, key) for at, row in enumerate(rows) for key, value in row.items() if 0 < value < SMALL}
    lines: list[Line] = [
        ((at, whole), [(at, key) for key in parts]) for at in range(len(rows)) for whole, parts in sums
    ]
    hidden = (hidden - settled) | {(last, key) for key, value in (total or {}).items() if isinstance(value, str)}
    hidden |= set(also) - settled
    if last_is_total and len(rows) > 1:
        lines += [((last, key), [(at, key) for at in range(last)]) for key in rows[0]]
    while more := _given_away(lines, hidden, rows, settled):
        hidden |= more
    return [
        {key: value if (at, key) not in hidden else BELOW if value < SMALL else WITHHELD for key, value in row.items()}
        for at, row in enumerate(rows)
    ]


def _given_away(lines: Sequence[Line], hidden: set[Cell], rows: Table, settled: set[Cell]) -> set[Cell]:
    """The cells to withhold next, because with them shown some hidden ones are known; none when nothing is."""
    bounds = _bounds(lines, hidden, rows)
    known = {cell for cell in hidden if bounds[cell][0] == bounds[cell][1]}
    more: set[Cell] = set()
    for _ in range(2):  # in the sums of what is known; where all is hidden there, in the sums next to them
        for whole, parts in lines:
            cells = (whole, *parts)
            if known.isdisjoint(cells) or not more.isdisjoint(cells):
                continue
            rest = [cell for cell in cells if cell not in hidden and cell not in settled]
            if rest:
                more.add(min(rest, key=lambda cell: (rows[cell[0]][cell[1]] == 0, rows[cell[0]][cell[1]], cell)))
        if more or not known:
            break
        known |= {
            c for whole, parts in lines if not known.isdisjoint((whole, *parts)) for c in (whole, *parts)
        } & hidden
    return more


def _bounds(lines: Sequence[Line], hidden: set[Cell], rows: Table) -> dict[Cell, tuple[int, int]]:
    """What somebody who sees the table and knows the sums can say of each cell: at least, at most."""
    out: dict[Cell, tuple[int, int]] = {}
    for whole, parts in lines:
        for at, key in (whole, *parts):
            value = rows[at][key]
            seen = (0, SMALL - 1) if value < SMALL else (SMALL, MANY)
            out[at, key] = seen if (at, key) in hidden else (value, value)
    for at, key in hidden:
        out.setdefault((at, key), (0, SMALL - 1))
    changed = True
    while changed:
        changed = False
        for whole, parts in lines:
            low, high = sum(out[p][0] for p in parts), sum(out[p][1] for p in parts)
            changed |= _narrow(out, whole, low, high)
            for part in parts:
                others_low, others_high = low - out[part][0], high - out[part][1]
                changed |= _narrow(out, part, out[whole][0] - others_high, out[whole][1] - others_low)
                low, high = others_low + out[part][0], others_high + out[part][1]
    return out


def _narrow(out: dict[Cell, tuple[int, int]], cell: Cell, low: int, high: int) -> bool:
    before = out[cell]
    out[cell] = (max(before[0], low), min(before[1], high))
    return out[cell] != before
