"""WHO z-scores of one child on one day, by the rules of WHO's R package `anthro` (Child Growth Standards 2006).

The tables and the arithmetic are in `posyandu.lms`; the Indonesian categories in `posyandu.nutrition`. WHO's rules,
in the order they are applied here:

1. Age in days, a fraction rounded half up; scores only under 60 months of 30.4375 days (unrounded), so to day 1826.
2. Under 731 days a child is measured lying (length), from 731 standing (height); measured the other way the value is
   corrected by 0.7 cm. Unknown position: as the age expects; age unknown too: under 87 cm lying.
3. Standing under nine months is implausible: no correction, a flag.
4. BMI uses the corrected length. Weight for length or height: the table by age, or by position if the age is missing.
5. Oedema: no score that rests on weight. A measure of 0 or less: no score. LiLA for age from day 91.
6. Scores are rounded to 2 decimals, and only then classified and flagged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import floor

from posyandu.lms import LMS, RESTRICTED, TABLES, Indicator, OutOfTable, Sex, lms, value_at, z

__all__ = [
    "LMS",
    "METHOD",
    "VERSION",
    "Indicator",
    "Measurement",
    "Missing",
    "OutOfTable",
    "Position",
    "Scores",
    "Sex",
    "age_days",
    "completed_months",
    "lms",
    "scores",
    "value_at",
    "z",
]

METHOD = "who-lms-day"  # WHO 2006 tables by day of age; kept with every stored score
VERSION = "1"  # of these rules; raised when a score could come out differently

DAYS_PER_MONTH = 30.4375
NINE_MONTHS = 9 * DAYS_PER_MONTH
SIXTY_MONTHS = 60 * DAYS_PER_MONTH
STANDING_FROM = 731  # days
STANDING_FROM_CMM = 8700  # when the age is unknown
CORRECTION_CMM = 70
# Outside this no number is a measure in any of our units; it also keeps the powers in range.
LEAST, MOST = 1e-3, 1e7


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

# Below the first or above the second WHO flags a score.
FLAGS: Mapping[Indicator, tuple[float, float]] = {
    Indicator.WFA: (-6, 5),
    Indicator.LFA: (-6, 6),
    Indicator.WFL: (-5, 5),
    Indicator.BMI: (-5, 5),
    Indicator.HC: (-5, 5),
    Indicator.MUAC: (-5, 5),
}


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


def two_decimals(score: float) -> float:
    """Rounded as R and numpy do it: the hundredfold to the nearest whole, halves to even."""
    return round(score * 100) / 100


def is_measure(value: float | None) -> bool:
    """Whether a number can be a measure at all (in grams, mm or hundredths of a cm)."""
    return value is not None and LEAST <= value <= MOST


def whole_day(days: float | None) -> tuple[int, Missing | None]:
    """The table's day for an age in days (half up), and why no score may be looked up by it."""
    if days is None or days != days:
        return 0, Missing.AGE_UNKNOWN
    if days < 0:
        return 0, Missing.BEFORE_BIRTH
    if days >= SIXTY_MONTHS:
        return STANDING_FROM, Missing.TOO_OLD
    return floor(days + 0.5), None


def length_used(m: Measurement) -> tuple[float | None, Indicator, bool]:
    """The length after the 0.7 cm rule (hundredths of a cm), the table it belongs to, and the nine-month flag."""
    cmm, position = m.length_cmm, m.position
    day, problem = whole_day(m.age_days)
    if problem is Missing.AGE_UNKNOWN:
        standing = position is Position.STANDING if position else cmm is not None and cmm >= STANDING_FROM_CMM
        return cmm, Indicator.WFH if standing else Indicator.WFL, False
    too_early = position is Position.STANDING and m.age_days is not None and m.age_days < NINE_MONTHS
    if day < STANDING_FROM:
        if position is Position.STANDING and not too_early and cmm is not None:
            cmm += CORRECTION_CMM
        return cmm, Indicator.WFL, too_early
    if position is Position.LYING and cmm is not None:
        cmm -= CORRECTION_CMM
    return cmm, Indicator.WFH, False


def _why_not(value: float | None, oedema: bool = False) -> Missing | None:
    if value is None:
        return Missing.NOT_MEASURED
    if not is_measure(value):
        return Missing.NOT_POSITIVE
    return Missing.OEDEMA if oedema else None


def scores(m: Measurement) -> Scores:
    """All scores of one measurement. Never raises, whatever the numbers."""
    day, no_age = whole_day(m.age_days)
    cmm, table, too_early = length_used(m)
    no_weight, no_length = _why_not(m.weight_g, m.oedema), _why_not(cmm)
    kg, cm = (m.weight_g or 0) / 1000, (cmm or 0) / 100
    bmi = kg / (cm / 100) ** 2 if no_weight is None and no_length is None else 0.0
    too_young = Missing.TOO_YOUNG if day < TABLES[Indicator.MUAC].first else None
    # by length a missing age does no harm, a wrong one does
    no_table = None if no_age is Missing.AGE_UNKNOWN else no_age
    wanted = (
        (Indicator.WFA, Indicator.WFA, day, kg, no_weight or no_age),
        (Indicator.LFA, Indicator.LFA, day, cm, no_length or no_age),
        (Indicator.WFL, table, cmm or 0, kg, no_weight or no_length or no_table),
        (Indicator.BMI, Indicator.BMI, day, bmi, no_weight or no_length or no_age),
        (Indicator.HC, Indicator.HC, day, (m.head_mm or 0) / 10, _why_not(m.head_mm) or no_age),
        (Indicator.MUAC, Indicator.MUAC, day, (m.muac_mm or 0) / 10, _why_not(m.muac_mm) or no_age or too_young),
    )
    found: dict[Indicator, float] = {}
    missing: dict[Indicator, Missing] = {}
    for indicator, looked_up, index, y, problem in wanted:
        if problem is not None:
            missing[indicator] = problem
            continue
        try:
            row = lms(looked_up, m.sex, index)
        except OutOfTable:
            missing[indicator] = Missing.OUT_OF_TABLE
            continue
        found[indicator] = two_decimals(z(y, row, indicator in RESTRICTED))
    return Scores(
        wfa=found.get(Indicator.WFA),
        lfa=found.get(Indicator.LFA),
        wfl=found.get(Indicator.WFL),
        bmi=found.get(Indicator.BMI),
        hc=found.get(Indicator.HC),
        muac=found.get(Indicator.MUAC),
        missing=missing,
        flags=frozenset(i for i, s in found.items() if not FLAGS[i][0] <= s <= FLAGS[i][1]),
        table=table,
        length_cmm=cmm,
        standing_under_nine_months=too_early,
    )
