"""Scores of many measurements: with numpy when it is installed, one by one without; the answers are the same."""

from collections.abc import Sequence
from importlib.util import find_spec

from posyandu.anthropometry import Measurement, Scores, scores

HAS_NUMPY = find_spec("numpy") is not None


def score_all(measurements: Sequence[Measurement], *, vectorised: bool = HAS_NUMPY) -> list[Scores]:
    """The scores of each measurement, in order."""
    if not vectorised:
        return [scores(m) for m in measurements]
    from bot.sheets.batch import Batch  # these import numpy, which is an extra
    from bot.sheets.vectors import scores_many

    return scores_many(Batch.of(measurements)).rows()
