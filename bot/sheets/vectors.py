"""WHO scores of many children at once, with numpy: the rules of `posyandu.anthropometry`, column by column.

All rows are looked up and computed together; only those beyond 3 SD are patched by the restricted rule, and the few
that lie on the edge between two roundings are scored again one by one, because numpy's power may differ from Python's
in the last bit. So both ways give the same answers."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bot.sheets.batch import REASONS, SCORED, Batch, Bools, Floats, ScoreColumns
from posyandu import anthropometry as one
from posyandu.anthropometry import Indicator, Missing
from posyandu.lms import RESTRICTED, TABLES, Table, numbers

_CODE = {reason: np.int8(number) for number, reason in enumerate(REASONS)}
BLOCK = 32_768  # rows at a time: the columns of a block stay in the processor's cache


@cache
def _lms_columns() -> tuple[Floats, Floats, Floats]:
    """L, M and S of all tables, one row after the other, as in the file; one row more, so that the last has a next."""
    rows = np.frombuffer(numbers(), dtype=np.intc).reshape(-1, 3)
    rows = np.vstack([rows, rows[-1:]])
    return rows[:, 0] / 10_000, rows[:, 1] / 10_000, rows[:, 2] / 100_000


def scores_many(batch: Batch) -> ScoreColumns:
    """All scores of all rows."""
    starts = range(0, max(len(batch), 1), BLOCK)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return ScoreColumns.joined([_block(batch.cut(start, start + BLOCK)) for start in starts])


def _block(b: Batch) -> ScoreColumns:
    day, no_age = _whole_days(b.age_days)
    cmm, standing, early = _lengths_used(b, day, no_age)
    no_weight, no_length = _why_not(b.weight_g), _why_not(cmm)
    no_weight = _first(no_weight, b.oedema * _CODE[Missing.OEDEMA])
    kg, cm = b.weight_g / 1000, cmm / 100
    both = _first(no_weight, no_length)
    no_table = np.where(no_age == _CODE[Missing.AGE_UNKNOWN], 0, no_age).astype(np.int8)
    too_young = (day < TABLES[Indicator.MUAC].first) * _CODE[Missing.TOO_YOUNG]
    z: dict[Indicator, Floats] = {}
    reason = {
        Indicator.WFA: _first(no_weight, no_age),
        Indicator.LFA: _first(no_length, no_age),
        Indicator.WFL: _by_length_reason(_first(both, no_table), cmm, standing),
        Indicator.BMI: _first(both, no_age),
        Indicator.HC: _first(_why_not(b.head_mm), no_age),
        Indicator.MUAC: _first(_first(_why_not(b.muac_mm), no_age), too_young),
    }
    measures = {
        Indicator.WFA: kg,
        Indicator.LFA: cm,
        Indicator.WFL: kg,
        Indicator.BMI: kg / (cm / 100) ** 2,
        Indicator.HC: b.head_mm / 10,
        Indicator.MUAC: b.muac_mm / 10,
    }
    for indicator in SCORED:
        scored = np.flatnonzero(reason[indicator] == 0)
        y, girl = measures[indicator][scored], b.girl[scored]
        if indicator is Indicator.WFL:
            rows = _between(cmm[scored], girl, standing[scored])
        else:
            table = TABLES[indicator]
            rows = _taken(table.offset + table.rows * girl + day[scored])
        column = np.full(len(b), np.nan)
        column[scored] = _rounded(y, rows, indicator in RESTRICTED)
        z[indicator] = column
    limits = one.FLAGS
    flag = {i: (z[i] < limits[i][0]) | (z[i] > limits[i][1]) for i in SCORED}
    return ScoreColumns(z, reason, flag, standing, cmm, early)


def _first(*reasons: NDArray[np.int8]) -> NDArray[np.int8]:
    """The first reason of each row that is one."""
    result = reasons[0]
    for other in reasons[1:]:
        result = np.where(result != 0, result, other)
    return result.astype(np.int8, copy=False)


def _why_not(value: Floats) -> NDArray[np.int8]:
    measured = (value >= one.LEAST) & (value <= one.MOST)
    why = np.where(np.isnan(value), _CODE[Missing.NOT_MEASURED], _CODE[Missing.NOT_POSITIVE])
    return np.where(measured, np.int8(0), why)


def _whole_days(days: Floats) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
    unknown, unborn, old = np.isnan(days), days < 0, days >= one.SIXTY_MONTHS
    problem = unknown * _CODE[Missing.AGE_UNKNOWN] + unborn * _CODE[Missing.BEFORE_BIRTH] + old * _CODE[Missing.TOO_OLD]
    safe = np.where(unknown | unborn, 0, np.where(old, one.STANDING_FROM, days))
    return np.floor(safe + 0.5).astype(np.intp), problem.astype(np.int8)


def _lengths_used(b: Batch, day: NDArray[np.intp], no_age: NDArray[np.int8]) -> tuple[Floats, Bools, Bools]:
    """The length after the 0.7 cm rule, whether it counts as standing height, and the nine-month flag."""
    stood, lay = b.position == 2, b.position == 1
    unknown = no_age == _CODE[Missing.AGE_UNKNOWN]
    early = stood & (b.age_days < one.NINE_MONTHS)
    standing = np.where(unknown, stood | (~lay & (b.length_cmm >= one.STANDING_FROM_CMM)), day >= one.STANDING_FROM)
    shift = (stood & ~standing & ~early).astype(np.int8) - (lay & standing)
    return b.length_cmm + np.where(unknown, 0, shift) * float(one.CORRECTION_CMM), standing, early


def _by_length_reason(reason: NDArray[np.int8], cmm: Floats, standing: Bools) -> NDArray[np.int8]:
    lying_table, standing_table = TABLES[Indicator.WFL], TABLES[Indicator.WFH]
    tenth = cmm / 10
    inside = np.where(
        standing,
        (tenth >= standing_table.first) & (tenth <= standing_table.last),
        (tenth >= lying_table.first) & (tenth <= lying_table.last),
    )
    return _first(reason, ~inside * _CODE[Missing.OUT_OF_TABLE])


LmsRows = tuple[Floats, Floats, Floats]


def _taken(rows: NDArray[np.intp]) -> LmsRows:
    l_, m, s = _lms_columns()
    return l_[rows], m[rows], s[rows]


def _between(cmm: Floats, girl: Bools, standing: Bools) -> LmsRows:
    """Interpolated between the 0.1 cm rows of weight-for-length or -height."""

    def first_row(table: Table) -> NDArray[np.intp]:
        return table.offset - table.start + table.rows * girl.astype(np.intp)

    tenth = np.floor(cmm / 10)
    part = (cmm - tenth * 10) / 10
    low = tenth.astype(np.intp) + np.where(standing, first_row(TABLES[Indicator.WFH]), first_row(TABLES[Indicator.WFL]))
    l_, m, s = (
        at_low + part * (at_high - at_low) for at_low, at_high in zip(_taken(low), _taken(low + 1), strict=True)
    )
    return l_, m, s


def _rounded(y: Floats, rows: LmsRows, restricted: bool) -> Floats:
    """z of every row, restricted where it must be, to 2 decimals."""
    l_, m, s = rows
    z: Floats = (np.power(y / m, l_) - 1) / (l_ * s)
    if restricted:
        far = np.flatnonzero(np.abs(z) > 3)
        sign = np.sign(z[far])
        sd3, sd2 = (m[far] * (1 + l_[far] * s[far] * n * sign) ** (1 / l_[far]) for n in (3, 2))
        z[far] = sign * 3 + sign * (y[far] - sd3) / (sd3 - sd2)
    hundredfold = z * 100
    result: Floats = np.rint(hundredfold) / 100 + 0.0  # + 0.0: no minus before a zero
    for at in np.flatnonzero(np.abs(hundredfold - np.floor(hundredfold) - 0.5) < 1e-6):
        row = one.LMS(float(l_[at]), float(m[at]), float(s[at]))
        result[at] = one.two_decimals(one.z(float(y[at]), row, restricted))
    return result
