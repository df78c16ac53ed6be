"""SKDN: the monthly recap of a posyandu, or of any area as the sum of its posyandu; every letter and ratio of F1.

S children under five living there, K with a KMS or KIA book, D weighed; N, T, O, B as in `posyandu.kms`, and always
D = N + T + O + B. A child's age is that of the posyandu day, for S, for D and for the age bands alike. Bands, ratios
and the base of "tidak hadir" are data (standards/skdn.toml).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from posyandu.anthropometry import Indicator, Sex, completed_months
from posyandu.kms import Verdict, month_of, months_between
from posyandu.standards import standard

_DATA = standard("skdn")
VERSION: str = _DATA["version"]


@dataclass(frozen=True, slots=True)
class Bands:
    """Age bands in completed months, both ends included, and the layout of one form."""

    months: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, layout: str = "f1") -> "Bands":
        """A layout of the data file: "f1" or "f1_four"."""
        return cls(tuple((first, last) for first, last in _DATA["bands"][layout]))

    def find(self, months: int) -> tuple[int, int] | None:
        """The band an age lies in."""
        return next(((first, last) for first, last in self.months if first <= months <= last), None)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a puskesmas may have otherwise."""

    bands: Bands = field(default_factory=Bands.of)
    absent_base: str = _DATA["absent_base"]  # "K" or "S"
    graduation_weight_g: int = _DATA["graduation_weight_g"]


@dataclass(frozen=True, slots=True)
class ChildMonth:
    """One child in one month. `verdict` None: not weighed. `here`: lives in the area this month (not moved, not dead).
    `categories`: codes of `posyandu.nutrition` by indicator, of this month's measurement. `poor`: gakin, None unknown
    (counted as not)."""

    sex: Sex
    birth: date
    kms: bool = True
    verdict: Verdict | None = None
    here: bool = True
    categories: Mapping[Indicator, str] = field(default_factory=dict)
    poor: bool | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The letters, as whole numbers. Counts of areas add up with +. Raises ValueError unless D = N + T + O + B."""

    s: int = 0
    k: int = 0
    d: int = 0
    n: int = 0
    t: int = 0
    o: int = 0
    b: int = 0
    bgm: int = 0
    two_t: int = 0
    above_orange: int = 0
    s36: int = 0  # turned 36 months this month
    l36: int = 0  # of those, weighing enough: lulus
    wfa_severe: int = 0  # F1 items 11 and 12 in their old BB/U wording ...
    wfa_low: int = 0
    wfl_severe: int = 0  # ... and by Permenkes 2/2020 (BB/TB): gizi buruk
    wfl_low: int = 0  # gizi kurang
    lfa_severe: int = 0
    lfa_low: int = 0

    def __post_init__(self) -> None:
        if self.d != self.n + self.t + self.o + self.b:
            raise ValueError(f"D = {self.d}, but N + T + O + B = {self.n + self.t + self.o + self.b}")

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)})

    @property
    def d_prime(self) -> int:
        """D', the weighed who could gain: D - (O + B)."""
        return self.d - self.o - self.b

    def absent(self, base: str = _DATA["absent_base"]) -> int:
        """Tidak hadir: K - D as the form has it, or S - D; never below 0."""
        return max(0, (self.s if base == "S" else self.k) - self.d)

    def ratios(self) -> dict[str, float | None]:
        """Every ratio in per cent, by its name on the form ("D/S"); None where the lower number is 0."""
        return {
            name: 100 * getattr(self, above) / getattr(self, below) if getattr(self, below) else None
            for name, (above, below) in _DATA["ratios"].items()
        }


FIVE_YEARS = 60  # months; from then on a child is kept, but in no letter
Cell = tuple[tuple[int, int], Sex, bool]  # age band, sex, gakin


@dataclass(frozen=True, slots=True)
class Recap:
    """A month of an area: the total and the cells of the form. Recaps of areas add up with +."""

    total: Counts = Counts()
    cells: Mapping[Cell, Counts] = field(default_factory=dict)

    def __add__(self, other: "Recap") -> "Recap":
        cells = dict(self.cells)
        for cell, counts in other.cells.items():
            cells[cell] = cells.get(cell, Counts()) + counts
        return Recap(self.total + other.total, cells)


def recap(children: Iterable[ChildMonth], on: date, settings: Settings | None = None) -> Recap:
    """The recap of one posyandu's month; `on` is its posyandu day. Children of five and over, gone or not yet born
    when the month ends are left out, weighed or not."""
    settings = settings or Settings()
    total, cells = Counts(), dict[Cell, Counts]()
    for child in children:
        months = max(0, completed_months(child.birth, on))
        band = settings.bands.find(months)
        if not child.here or month_of(child.birth) > month_of(on) or months >= FIVE_YEARS:
            continue
        counts = _count(child, on, settings)
        total += counts
        if band is not None:
            cell = band, child.sex, child.poor is True
            cells[cell] = cells.get(cell, Counts()) + counts
    return Recap(total, cells)


def _count(child: ChildMonth, on: date, settings: Settings) -> Counts:
    """One child's row of ones and zeros."""
    v = child.verdict
    turns_three = months_between(child.birth, on) == 36
    ones: dict[str, Any] = {
        "s": True,
        "k": child.kms,
        "s36": turns_three,
        "l36": turns_three and v is not None and v.grams >= settings.graduation_weight_g,
    }
    if v is not None:
        codes = child.categories
        ones |= {
            "d": True,
            v.mark.value.lower(): True,
            "bgm": v.bgm,
            "two_t": v.two_t,
            "above_orange": v.above_orange,
            "wfa_severe": codes.get(Indicator.WFA) == "severely_underweight",
            "wfa_low": codes.get(Indicator.WFA) == "underweight",
            "wfl_severe": codes.get(Indicator.WFL) == "severely_wasted",
            "wfl_low": codes.get(Indicator.WFL) == "wasted",
            "lfa_severe": codes.get(Indicator.LFA) == "severely_stunted",
            "lfa_low": codes.get(Indicator.LFA) == "stunted",
        }
    return Counts(**{name: int(one) for name, one in ones.items()})
