"""What was measured of a child, and the scores it gave: the types of `posyandu.anthropometry`, and a child's age."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posyandu.lms import Indicator, Sex


class Position(StrEnum):
    """How the length was measured, in the words of e-PPGBM."""

    LYING = "terlentang"
    STANDING = "berdiri"


class Missing(StrEnum):
    """Why WHO gives no score."""

    NOT_MEASURED = "not_measured"
    NOT_POSITIVE = "not_positive"  # 0, less, or no number at all
    OEDEMA = "oedema"
    AGE_UNKNOWN = "age_unknown"
    BEFORE_BIRTH = "before_birth"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    OUT_OF_TABLE = "out_of_table"  # too short or too long for weight-for-length or -height


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured. In the book all numbers are whole; a sheet may bring finer ones, and an age with a fraction.

    weight_g: grams; length_cmm: hundredths of a cm as measured; head_mm, muac_mm (LiLA): millimetres; None: not
    measured. age_days: None if unknown. position: None if unknown."""

    sex: Sex
    age_days: float | None
    weight_g: float | None = None
    length_cmm: float | None = None
    position: Position | None = None
    head_mm: float | None = None
    muac_mm: float | None = None
    oedema: bool = False

    @classmethod
    def from_mm(
        cls,
        sex: Sex,
        age_days: int | None,
        *,
        weight_g: int | None = None,
        length_mm: int | None = None,
        position: Position | None = None,
        head_mm: int | None = None,
        muac_mm: int | None = None,
        oedema: bool = False,
    ) -> "Measurement":
        """The same from the book's whole millimetres."""
        cmm = None if length_mm is None else length_mm * 10
        return cls(sex, age_days, weight_g, cmm, position, head_mm, muac_mm, oedema)


@dataclass(frozen=True, slots=True)
class Scores:
    """The z-scores of a measurement, rounded to 2 decimals; None where WHO gives none, with the reason in `missing`.

    `wfl` is weight-for-length or weight-for-height; `table` says which (and whether length or height was used).
    In `missing` and `flags` it always goes by Indicator.WFL."""

    wfa: float | None
    lfa: float | None
    wfl: float | None
    bmi: float | None
    hc: float | None
    muac: float | None
    missing: Mapping[Indicator, Missing]
    flags: frozenset[Indicator]  # WHO: so far out that the entry should be checked, not reported
    table: Indicator  # WFL or WFH
    length_cmm: float | None  # after the 0.7 cm rule
    standing_under_nine_months: bool

    def of(self, indicator: Indicator) -> float | None:
        """The score of one indicator; WFL and WFH both give `wfl`."""
        return getattr(self, _FIELD[indicator])  # type: ignore[no-any-return]


_FIELD = {i: i.value for i in Indicator} | {Indicator.WFH: Indicator.WFL.value}


def age_days(birth: date, on: date) -> int:
    """Whole days lived; negative before birth."""
    return (on - birth).days


def completed_months(birth: date, on: date) -> int:
    """Months completed by the calendar; negative before birth. A birth on the 29th to 31st completes its month on the
    last day of a shorter month."""
    months = (on.year - birth.year) * 12 + on.month - birth.month
    if on.day >= birth.day:
        return months
    next_day_is_first = (date.fromordinal(on.toordinal() + 1)).day == 1 if on < date.max else True
    return months if next_day_is_first else months - 1
