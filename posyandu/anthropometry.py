"""WHO z-scores of one child on one day, by the rules of WHO's R package `anthro` (Child Growth Standards 2006).

The tables and the arithmetic are in `posyandu.lms`, what is measured and scored in `posyandu.measurement` (both can be
had from here), the Indonesian categories in `posyandu.nutrition`. WHO's rules,
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
from math import floor

from posyandu.lms import LMS, RESTRICTED, TABLES, Indicator, OutOfTable, Sex, lms, value_at, z
from posyandu.measurement import Measurement, Missing, Position, Scores, age_days, completed_months

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

WFA, LFA, WFL, WFH, BMI, HC, MUAC = Indicator
DAYS_PER_MONTH = 30.4375
NINE_MONTHS = 9 * DAYS_PER_MONTH
SIXTY_MONTHS = 60 * DAYS_PER_MONTH
STANDING_FROM = 731  # days
STANDING_FROM_CMM = 8700  # when the age is unknown
CORRECTION_CMM = 70
# Outside this no number is a measure in any of our units; it also keeps the powers in range.
LEAST, MOST = 1e-3, 1e7


# Below the first or above the second WHO flags a score.
FLAGS: Mapping[Indicator, tuple[float, float]] = {
    WFA: (-6, 5),
    LFA: (-6, 6),
    WFL: (-5, 5),
    BMI: (-5, 5),
    HC: (-5, 5),
    MUAC: (-5, 5),
}


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
        return cmm, WFH if standing else WFL, False
    too_early = position is Position.STANDING and m.age_days is not None and m.age_days < NINE_MONTHS
    if day < STANDING_FROM:
        if position is Position.STANDING and not too_early and cmm is not None:
            cmm += CORRECTION_CMM
        return cmm, WFL, too_early
    if position is Position.LYING and cmm is not None:
        cmm -= CORRECTION_CMM
    return cmm, WFH, False


def _why_not(value: float | None, oedema: bool = False) -> Missing | None:
    if value is None or value != value:
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
    too_young = Missing.TOO_YOUNG if day < TABLES[MUAC].first else None
    # by length a missing age does no harm, a wrong one does
    no_table = None if no_age is Missing.AGE_UNKNOWN else no_age
    wanted = (
        (WFA, WFA, day, kg, no_weight or no_age),
        (LFA, LFA, day, cm, no_length or no_age),
        (WFL, table, cmm or 0, kg, no_weight or no_length or no_table),
        (BMI, BMI, day, bmi, no_weight or no_length or no_age),
        (HC, HC, day, (m.head_mm or 0) / 10, _why_not(m.head_mm) or no_age),
        (MUAC, MUAC, day, (m.muac_mm or 0) / 10, _why_not(m.muac_mm) or no_age or too_young),
    )
    found: dict[Indicator, float] = {}
    missing: dict[Indicator, Missing] = {}
    flags: list[Indicator] = []
    for indicator, looked_up, index, y, problem in wanted:
        if problem is not None:
            missing[indicator] = problem
            continue
        try:
            row = lms(looked_up, m.sex, index)
        except OutOfTable:
            missing[indicator] = Missing.OUT_OF_TABLE
            continue
        found[indicator] = score = two_decimals(z(y, row, indicator in RESTRICTED))
        least, most = FLAGS[indicator]
        if not least <= score <= most:
            flags.append(indicator)
    get = found.get
    return Scores(
        wfa=get(WFA),
        lfa=get(LFA),
        wfl=get(WFL),
        bmi=get(BMI),
        hc=get(HC),
        muac=get(MUAC),
        missing=missing,
        flags=frozenset(flags),
        table=table,
        length_cmm=cmm,
        standing_under_nine_months=too_early,
    )
