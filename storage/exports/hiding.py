"""Numbers below five are not shown to those who may not see names, nor what they could be worked out from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SMALL = 5
BELOW, WITHHELD = "<5", "*"


def hide_small(
    rows: Sequence[Mapping[str, int]], sums: Sequence[tuple[str, tuple[str, ...]]], *, last_is_total: bool
) -> list[dict[str, int | str]]:
    """The table with 1 to 4 as "<5".

    Where one number alone is hidden in a sum (`sums`: a whole and its parts; the last row, when it is the total of the
    others) it could be taken back by subtraction, so the smallest of the rest is withheld as well ("*").
    """
    hidden = {(at, key) for at, row in enumerate(rows) for key, value in row.items() if 0 < value < SMALL}
    lines = [[(at, key) for key in (whole, *parts)] for at in range(len(rows)) for whole, parts in sums]
    if last_is_total and len(rows) > 1:
        lines += [[(at, key) for at in range(len(rows))] for key in rows[0]]
    changed = True
    while changed:
        changed = False
        for line in lines:
            if sum(cell in hidden for cell in line) == 1:
                rest = [cell for cell in line if cell not in hidden]
                hidden.add(min(rest, key=lambda cell: (rows[cell[0]][cell[1]] == 0, rows[cell[0]][cell[1]])))
                changed = True
    return [
        {key: value if (at, key) not in hidden else BELOW if value < SMALL else WITHHELD for key, value in row.items()}
        for at, row in enumerate(rows)
    ]
