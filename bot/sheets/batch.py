"""Many measurements and their scores as numpy columns, and back to the objects of `posyandu.anthropometry`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posyandu.anthropometry import Indicator, Measurement, Missing, Position, Scores, Sex

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SCORED = (Indicator.WFA, Indicator.LFA, Indicator.WFL, Indicator.BMI, Indicator.HC, Indicator.MUAC)
REASONS = (None, *Missing)  # a reason's number in the columns below; 0: there is a score


@dataclass(frozen=True, slots=True)
class Batch:
    """Measurements as columns; nan: not known, position 0 unknown, 1 lying, 2 standing."""

    girl: Bools
    age_days: Floats
    weight_g: Floats
    length_cmm: Floats
    position: NDArray[np.int8]
    head_mm: Floats
    muac_mm: Floats
    oedema: Bools

    @classmethod
    def of(cls, measurements: Sequence[Measurement]) -> "Batch":
        """The columns of a list."""
        numbered = {None: 0, Position.LYING: 1, Position.STANDING: 2}

        def column(name: str) -> Floats:
            return np.array([getattr(m, name) for m in measurements], dtype=np.float64)  # None becomes nan

        return cls(
            girl=np.array([m.sex is Sex.GIRL for m in measurements], dtype=np.bool_),
            age_days=column("age_days"),
            weight_g=column("weight_g"),
            length_cmm=column("length_cmm"),
            position=np.array([numbered[m.position] for m in measurements], dtype=np.int8),
            head_mm=column("head_mm"),
            muac_mm=column("muac_mm"),
            oedema=np.array([m.oedema for m in measurements], dtype=np.bool_),
        )

    def __len__(self) -> int:
        return len(self.girl)

    def cut(self, start: int, stop: int) -> "Batch":
        """Some of the rows."""
        return Batch(*(getattr(self, name)[start:stop] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """Scores as columns: z rounded to 2 decimals (nan: none), the reason's number in REASONS, the rest of Scores."""

    z: dict[Indicator, Floats]
    reason: dict[Indicator, NDArray[np.int8]]
    flag: dict[Indicator, Bools]
    standing: Bools  # the table is weight-for-height
    length_cmm: Floats
    standing_under_nine_months: Bools

    @classmethod
    def joined(cls, parts: "Sequence[ScoreColumns]") -> "ScoreColumns":
        """Blocks one after the other."""

        def together(name: str) -> Any:
            columns = [getattr(p, name) for p in parts]
            if isinstance(columns[0], dict):
                return {i: np.concatenate([c[i] for c in columns]) for i in SCORED}
            return np.concatenate(columns)

        return cls(*(together(name) for name in cls.__slots__))

    def rows(self) -> list[Scores]:
        """As the one-by-one way gives them."""

        def or_none(column: Floats) -> list[float | None]:
            return [None if value != value else value for value in column.tolist()]

        z = [or_none(self.z[i]) for i in SCORED]
        reasons = np.stack([self.reason[i] for i in SCORED], axis=1).tolist()
        flags = np.stack([self.flag[i] for i in SCORED], axis=1)
        flagged = {
            int(row): frozenset(i for i, f in zip(SCORED, flags[row], strict=True) if f)
            for row in np.flatnonzero(flags.any(axis=1))
        }
        none = frozenset[Indicator]()
        lengths = [None if c is None else int(c) if c.is_integer() else c for c in or_none(self.length_cmm)]
        missing = [
            {i: why for i, code in zip(SCORED, codes, strict=True) if (why := REASONS[code]) is not None}
            for codes in reasons
        ]
        tables = [Indicator.WFH if standing else Indicator.WFL for standing in self.standing.tolist()]
        early = self.standing_under_nine_months.tolist()
        return [
            Scores(*row, missing[n], flagged.get(n, none), tables[n], lengths[n], early[n])  # type: ignore[call-arg]
            for n, row in enumerate(zip(*z, strict=True))
        ]
