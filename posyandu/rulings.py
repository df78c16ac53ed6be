"""A health worker's word in place of what was computed: N or T of a round, or the category of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from posyandu.anthropometry import Indicator
from posyandu.kms import Lines, Mark
from posyandu.nutrition import category
from posyandu.risk import Facts

INDICES = {"wfa": Indicator.WFA, "lfa": Indicator.LFA, "wfl": Indicator.WFL}
_GRID = [n / 100 for n in range(-600, 601, 5)]


def mark_of(ruled: Mapping[str, str]) -> Mark | None:
    """The N or T of a visit's rulings, if one speaks of it."""
    return Mark(ruled["nt"]) if "nt" in ruled else None


def score_of(index: str, code: str, measured: float | None) -> float:
    """The score of that category nearest to the measured one. ValueError: the index has no such category."""
    inside = [z for z in _GRID if (found := category(INDICES[index], z)) is not None and found.code == code]
    if not inside:
        raise ValueError(f"{index} has no category {code}")
    return min(inside, key=lambda z: abs(z - (measured or 0.0)))


def facts_under(facts: Facts, ruled: Mapping[str, str]) -> Facts:
    """The facts as the health worker sees them: the triggers look at her categories."""
    for index in INDICES:
        if index in ruled:
            score = score_of(index, ruled[index], getattr(facts, index))
            changed: dict[str, Any] = {index: score}
            facts = replace(facts, **changed)
            if index == "wfa":
                facts = replace(facts, bgm=score < Lines().red_sd, above_orange=score > Lines().orange_sd)
    return facts
