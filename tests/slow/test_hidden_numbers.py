"""Thousands of small villages, every table of every level laid side by side and solved: is any hidden number known?"""

from __future__ import annotations

import random

import pytest

from storage.exports.hiding import BELOW
from storage.exports.levels import Levels
from tests.handlers.outsider import Outsider, Path
from tests.slow.measured import record

TREES = 3000
COMMAND = "pytest -m proof tests/slow/test_hidden_numbers.py"


def village(r: random.Random) -> dict[Path, dict[str, int]]:
    """One to nine posyandu in up to six desa, with many numbers from 0 to 6: as unlike a real place as can be."""
    leaves: dict[Path, dict[str, int]] = {}
    for _ in range(r.randint(1, 9)):
        kecamatan, desa, post = r.choice("12"), r.choice("abc"), r.choice("123")
        counts = {x: r.randint(0, 6 if r.random() < 0.5 else 40) for x in "ntob"}
        where = ("32", f"32.{kecamatan}", f"32.{kecamatan}.{desa}", f"#{kecamatan}{desa}{post}")
        leaves[where] = {**counts, "d": sum(counts.values())}
    return leaves


@pytest.mark.proof
def test_no_hidden_number_is_known_in_thousands_of_villages() -> None:
    secrets, pinned, narrow = 0, 0, 0
    for number in range(TREES):
        outsider = Outsider(village(random.Random(number)), (("d", ("n", "t", "o", "b")),))
        for cell in outsider.secret:
            ways = len(outsider.could_be(cell))
            secrets, pinned, narrow = secrets + 1, pinned + (ways < 2), narrow + (ways == 2)
    record(
        f"numbers from 1 to 4 that {TREES:,} outsiders could work out from all tables of all levels (goal 0)",
        f"{pinned} of {secrets:,}; {narrow} known to be one of two",
        COMMAND,
    )
    assert pinned == 0


@pytest.mark.proof
def test_a_kabupaten_can_still_be_read() -> None:
    r = random.Random(5)
    leaves: dict[Path, dict[str, int]] = {}
    for number in range(5280):
        kecamatan, desa = f"32.01.{number // 132:02}", f"32.01.{number // 132:02}.{number // 12 % 11:04}"
        leaves["32", "32.01", kecamatan, desa, f"#{number}"] = month(r)
    levels = Levels(leaves)
    cells = [(leaf, key, value) for leaf, row in leaves.items() for key, value in row.items()]
    shown = {(leaf, key): (levels.shown(leaf) or {})[key] for leaf, key, _ in cells}
    small = [shown[leaf, key] for leaf, key, value in cells if 0 < value < 5]
    d = sum(isinstance(shown[leaf, "d"], int) for leaf in leaves) / len(leaves)
    above = {leaf[:depth] for leaf in leaves for depth in range(5)}
    whole = sum(isinstance(v, int) for n in above for v in (levels.shown(n) or {}).values()) / (11 * len(above))
    record(
        "what an office still sees of a kabupaten with 5,280 posyandu of about 50 children",
        f"D of {100 * d:.0f}% of the posyandu; {100 * whole:.1f}% of all numbers from desa to kabupaten; "
        f"{small.count(BELOW):,} of {len(small):,} small numbers as <5, the rest as *",
        COMMAND,
    )
    assert d > 0.7
    assert small.count(BELOW) > 0.99 * len(small)


def month(r: random.Random) -> dict[str, int]:
    """A posyandu of about fifty children; four fifths come."""
    s = max(3, int(r.gauss(50, 18)))
    d = sum(r.random() < 0.8 for _ in range(s))
    marks = [r.choices("ntob", (42, 42, 10, 6))[0] for _ in range(d)]
    of = {x: marks.count(x) for x in "ntob"}
    two_t = sum(r.random() < 0.35 for _ in range(of["t"]))
    few = {"bgm": sum(r.random() < 0.05 for _ in range(d)), "orange": sum(r.random() < 0.03 for _ in range(d))}
    k = s - sum(r.random() < 0.04 for _ in range(s))
    return {"s": s, "k": k, "d": d, **of, **few, "two_t": two_t, "absent": s - d}
