"""Numbers for those who see no names: nothing from 1 to 4 is shown, and nobody can work it out from the rest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.exports.hiding import BELOW, WITHHELD, hide_small
from storage.exports.numbers import SUMS

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
    shown = hide_small([month], SUMS, last_is_total=False)[0]
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
    shown = [r["d"] for r in hide_small(rows, (), last_is_total=True)]
    hidden = [i for i, v in enumerate(shown) if isinstance(v, str)]
    assert all(shown[i] == BELOW for i, v in enumerate([*values, sum(values)]) if 0 < v < 5)
    assert len(hidden) != 1


def test_two_fours_and_their_sum_are_not_both_known() -> None:
    month = {"n": 4, "t": 4, "o": 9, "b": 0, "d": 17, "absent": 6, "s": 23}
    shown = hide_small([month], SUMS, last_is_total=False)[0]
    assert (shown["n"], shown["t"]) == (BELOW, BELOW)
    assert shown["o"] == WITHHELD
