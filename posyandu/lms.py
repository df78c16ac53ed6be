"""WHO's growth tables and the arithmetic over them: LMS rows, z from a value, a value from z.

Theory: WHO describes how a measure y is spread among healthy children of one sex and age by three numbers, the
power L, the median M and the coefficient of variation S; then z = ((y/M)^L - 1) / (L S). For measures that rest on
weight the tails beyond 3 SD are not trusted to the curve: there the distance between 2 and 3 SD is laid off again
and again ("restricted"). The tables are one data file, made by scripts/make_who_tables.py; `posyandu.anthropometry`
applies WHO's rules about which child is looked up where.
"""

import sys
import zlib
from array import array
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE_FILE = Path(__file__).parent / "standards" / "who_lms.bin"


class Sex(StrEnum):
    """Sex as Indonesian registers write it: L (laki-laki), P (perempuan)."""

    BOY = "L"
    GIRL = "P"


class Indicator(StrEnum):
    """What is compared with what; the Indonesian short name is the one in reports."""

    WFA = "wfa"  # BB/U, weight for age
    LFA = "lfa"  # PB/U or TB/U, length or height for age
    WFL = "wfl"  # BB/PB, weight for length (lying)
    WFH = "wfh"  # BB/TB, weight for height (standing)
    BMI = "bmi"  # IMT/U
    HC = "hc"  # LK/U, head circumference for age
    MUAC = "muac"  # LiLA/U, mid-upper arm circumference for age

    __hash__ = str.__hash__  # equal as text already; the enum's own hash is slow, and scoring looks up a lot


class LMS(NamedTuple):
    """One row of a table: power, median (kg, cm or kg/m2), coefficient of variation."""

    l: float  # noqa: E741 (the letter is the statistician's)
    m: float
    s: float


class OutOfTable(LookupError):
    """WHO gives no row there: too young, too old, too short or too long for this table."""


class Table(NamedTuple):
    """Where a table lies in the file: its first row, and the first and last index WHO scores (both included)."""

    offset: int
    start: int
    first: int
    last: int
    rows: int  # per sex; the boys' rows come first


AGE_ROWS = 1857  # days 0 to 1856 are in the file; WHO scores up to 1826, the last day under 60 months
LAST_DAY = 1826
TABLES = {
    Indicator.WFA: Table(0, 0, 0, LAST_DAY, AGE_ROWS),
    Indicator.LFA: Table(2 * AGE_ROWS, 0, 0, LAST_DAY, AGE_ROWS),
    Indicator.BMI: Table(4 * AGE_ROWS, 0, 0, LAST_DAY, AGE_ROWS),
    Indicator.HC: Table(6 * AGE_ROWS, 0, 0, LAST_DAY, AGE_ROWS),
    Indicator.MUAC: Table(8 * AGE_ROWS, 0, 91, LAST_DAY, AGE_ROWS),
    # by tenths of a centimetre
    Indicator.WFL: Table(10 * AGE_ROWS, 450, 450, 1100, 651),
    Indicator.WFH: Table(10 * AGE_ROWS + 2 * 651, 650, 650, 1200, 551),
}
BY_LENGTH = frozenset({Indicator.WFL, Indicator.WFH})
# Indicators whose tails beyond 3 SD follow WHO's restricted rule; length and head do not.
RESTRICTED = frozenset({Indicator.WFA, Indicator.WFL, Indicator.WFH, Indicator.BMI, Indicator.MUAC})


@cache
def numbers() -> "array[int]":
    """All rows of the table file, three integers each (L x 10^4, M x 10^4, S x 10^5); read once."""
    ints = array("i")
    ints.frombytes(zlib.decompress(TABLE_FILE.read_bytes()))
    if sys.byteorder == "big":
        ints.byteswap()
    return ints


def _row(number: int) -> LMS:
    ints, at = numbers(), 3 * number
    return LMS(ints[at] / 10_000, ints[at + 1] / 10_000, ints[at + 2] / 100_000)


def lms(indicator: Indicator, sex: Sex, index: float) -> LMS:
    """WHO's row for a child. `index` is the age in whole days; for WFL and WFH the corrected length in hundredths of
    a cm, between whose 0.1 cm rows L, M and S are interpolated. Raises OutOfTable outside WHO's range."""
    table = TABLES[indicator]
    by_length = indicator in BY_LENGTH
    tenth = index / 10 if by_length else index
    if not table.first <= tenth <= table.last:
        raise OutOfTable(f"{indicator.value} has no row for {index}")
    base = table.offset + (table.rows if sex == Sex.GIRL else 0)
    if not by_length:
        return _row(base + int(index))
    whole, rest = divmod(index, 10)
    low = _row(base + int(whole) - table.start)
    if rest == 0:
        return low
    high, part = _row(base + int(whole) - table.start + 1), rest / 10
    return LMS(
        low.l + part * (high.l - low.l),
        low.m + part * (high.m - low.m),
        low.s + part * (high.s - low.s),
    )


def _at(score: float, row: LMS) -> float:
    # no table holds an L of 0, where the logarithm would stand in
    return float(row.m * (1 + row.l * row.s * score) ** (1 / row.l))


def z(y: float, row: LMS, restricted: bool) -> float:
    """The unrounded z of a measure y > 0 (kg, cm, kg/m2). Raises ValueError for y of 0 or less."""
    if not y > 0:
        raise ValueError(f"a measure is more than 0, not {y}")
    score = float(((y / row.m) ** row.l - 1) / (row.l * row.s))
    if not restricted or -3 <= score <= 3:
        return score
    if score > 3:
        sd3 = _at(3, row)
        return 3 + (y - sd3) / (sd3 - _at(2, row))
    sd3 = _at(-3, row)
    return -3 + (y - sd3) / (_at(-2, row) - sd3)


def value_at(score: float, row: LMS, restricted: bool = False) -> float:
    """The measure (kg, cm, kg/m2) that has this z: the inverse of `z`, for the SD lines of a chart."""
    if not restricted or -3 <= score <= 3:
        return _at(score, row)
    if score > 3:
        sd3 = _at(3, row)
        return sd3 + (score - 3) * (sd3 - _at(2, row))
    sd3 = _at(-3, row)
    return sd3 + (score + 3) * (_at(-2, row) - sd3)
