"""Numbers for those who see no names: nothing from 1 to 4 is shown, and nobody can work it out from the rest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.exports.hiding import BELOW, WITHHELD, hide_small
from storage.exports.levels import SUMS, Levels
from tests.handlers.outsider import Outsider

MOST = 12
small = st.integers(0, 7)


def candidates(shown: int | str) -> range:
    """What a cell can be, for somebody who reads the table: "<5" may also be a withheld nought."""
    if shown == BELOW:
        return range(0, 5)
    return range(5, 4 * MOST) if shown == WITHHELD else range(int(shown), int(shown) + 1)


def worlds(shown: dict[str, int | str]) -> Iterator[dict[str, int]]:
    """Every month that would have been shown like this."""
    for n, t, o, b in itertools.product(*(candidates(shown[x]) for x in "ntob")):
        d = n + t + o + b
        if d not in candidates(shown["d"]):
            continue
        for absent in candidates(shown["absent"]):
            if d + absent in candidates(shown["s"]):
                yield {"n": n, "t": t, "o": o, "b": b, "d": d, "absent": absent, "s": d + absent}


@settings(max_examples=150, deadline=None)
@given(small, small, small, small, st.integers(0, MOST))
def test_no_small_number_can_be_worked_out(n: int, t: int, o: int, b: int, absent: int) -> None:
    month = {"n": n, "t": t, "o": o, "b": b, "d": n + t + o + b, "absent": absent, "s": n + t + o + b + absent}
    shown = hide_small([month], SUMS, last_is_total=False).rows[0]
    secret = [k for k, v in month.items() if 0 < v < 5]
    assert all(shown[k] == BELOW for k in secret)
    seen: dict[str, set[int]] = {k: set() for k in secret}
    for world in worlds(shown):
        for key in secret:
            seen[key].add(world[key])
        if all(len(values) > 1 for values in seen.values()):
            break
    assert all(len(values) > 1 for values in seen.values()), (month, shown)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_one_small_village_among_others_is_not_the_difference_to_their_total(values: list[int]) -> None:
    rows = [{"d": v} for v in [*values, sum(values)]]
    shown = [r["d"] for r in hide_small(rows, (), last_is_total=True).rows]
    hidden = [i for i, v in enumerate(shown) if isinstance(v, str)]
    assert all(shown[i] == BELOW for i, v in enumerate([*values, sum(values)]) if 0 < v < 5)
    assert len(hidden) != 1


def test_two_fours_and_their_sum_are_not_both_known() -> None:
    month = {"n": 4, "t": 4, "o": 9, "b": 0, "d": 17, "absent": 6, "s": 23}
    shown = hide_small([month], SUMS, last_is_total=False).rows[0]
    assert (shown["n"], shown["t"]) == (BELOW, BELOW)
    assert shown["o"] == WITHHELD


# -- levels: a kecamatan, its desa, their posyandu ------------------------------------------------------------------

counts = st.fixed_dictionaries({x: st.one_of(st.integers(0, 6), st.integers(0, 40)) for x in ("n", "t", "o", "b")})
LEVEL_SUMS = (("d", ("n", "t", "o", "b")),)
Tree = dict[tuple[str, ...], dict[str, int]]
trees = st.dictionaries(
    st.tuples(
        st.just("32"), st.sampled_from(["32.1", "32.2"]), st.sampled_from(["a", "b", "c"]), st.sampled_from("#123")
    ).map(lambda p: (p[0], p[1], f"{p[1]}.{p[2]}", f"{p[1]}.{p[2]}.{p[3]}")),
    counts.map(lambda c: {**c, "d": sum(c.values())}),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(trees)
def test_all_tables_of_all_levels_together_tell_no_hidden_number(leaves: Tree) -> None:
    """Whoever solves every sum at once still finds two numbers or more for each that is hidden."""
    outsider = Outsider(leaves, LEVEL_SUMS)
    for cell in outsider.secret:
        assert outsider.shown[cell] in (BELOW, WITHHELD)
        assert len(outsider.could_be(cell)) > 1, cell
    assert all(outsider.shown[c] in (value, BELOW, WITHHELD) for c, value in outsider.true.items())


def test_most_of_a_healthy_kecamatan_can_still_be_read() -> None:
    leaves: Tree = {("32", "32.1", f"32.1.{d}", f"#{d}{p}"): {"n": 20 + p, "t": 14 + d, "o": 6, "b": 0, "d": 40 + p + d}
              for d in range(4) for p in range(4)}  # fmt: skip
    leaves["32", "32.1", "32.1.0", "#00"] |= {"o": 2, "d": 36}
    levels = Levels(leaves, LEVEL_SUMS)
    hidden = [(leaf, x) for leaf in leaves for x, v in (levels.shown(leaf) or {}).items() if isinstance(v, str)]
    assert 2 <= len(hidden) <= len(leaves) * 5 // 4, "a quarter of the numbers for one that must be hidden"
    assert all(isinstance(v, int) for v in (levels.shown(("32", "32.1")) or {}).values())
