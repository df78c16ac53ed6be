"""The growth charts as data: which standard, which axes, which look (`bands.py`); and which chart answers a request."""

from dataclasses import dataclass
from typing import Literal

from bot.pictures.bands import (
    FAMILY_BANDS,
    FAMILY_LINES,
    KMS_BANDS,
    KMS_LEGEND,
    KMS_LINES,
    LENGTH_BANDS,
    LENGTH_LEGEND,
    LENGTH_LINES,
    PROPORTION_BANDS,
    PROPORTION_LEGEND,
    PROPORTION_LINES,
    Band,
    Line,
)
from posyandu.anthropometry import STANDING_FROM, Indicator

ChartName = Literal["bb_u_0_24", "bb_u_24_60", "tb_u_0_24", "tb_u_24_60", "bb_tb"]
Audience = Literal["petugas", "keluarga"]


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`; a grid line every `grid`, a label every `label`, a heavy one every `heavy`."""

    low: int
    high: int
    grid: int
    label: int
    heavy: int


@dataclass(frozen=True)
class Chart:
    """One chart. `x` is months of age or centimetres, `y` kilograms or centimetres; `first` to `last` is the part of
    the table that is drawn: days of age, or hundredths of a cm. `title`, `x_words`, `y_words`: keys of words."""

    name: str
    title: str
    table: Indicator
    first: int
    last: int
    x: Axis
    y: Axis
    x_words: str
    y_words: str
    bands: tuple[Band, ...]
    lines: tuple[Line, ...]
    legend: tuple[tuple[int, str], ...] = ()

    @property
    def by_age(self) -> bool:
        """Whether `x` is the age."""
        return self.table in (Indicator.WFA, Indicator.LFA)

    @property
    def weighs(self) -> bool:
        """Whether `y` is the weight."""
        return self.table is not Indicator.LFA


# At 731 days WHO goes from length (lying) to height (standing): the charts change there too, so no curve has a step.
_UNDER_TWO, _FROM_TWO = (0, 730), (731, 1826)
_INFANT, _TODDLER = Axis(0, 24, 1, 2, 6), Axis(24, 60, 2, 6, 12)
_FIVES = (5, 5, 10)


def _weight_for_age(name: str, audience: Audience, days: tuple[int, int], x: Axis, y: Axis) -> Chart:
    title, words = f"{audience}.{name}", ("axis.age", "axis.weight")
    if audience == "keluarga":
        return Chart(name, title, Indicator.WFA, *days, x, y, *words, FAMILY_BANDS, FAMILY_LINES)
    return Chart(name, title, Indicator.WFA, *days, x, y, *words, KMS_BANDS, KMS_LINES, KMS_LEGEND)


def _length_for_age(name: str, days: tuple[int, int], x: Axis, y: Axis, y_words: str) -> Chart:
    title, words = f"petugas.{name}", ("axis.age", y_words)
    return Chart(name, title, Indicator.LFA, *days, x, y, *words, LENGTH_BANDS, LENGTH_LINES, LENGTH_LEGEND)


def _proportion(name: str, x: Axis, y: Axis) -> Chart:
    """Weight by length ("bb_pb") or height ("bb_tb"), over the part of its table that `x` spans."""
    lying = name.startswith("bb_pb")
    title = "petugas.bb_pb" if lying else "petugas.bb_tb"
    table, words = (Indicator.WFL, "axis.length") if lying else (Indicator.WFH, "axis.height")
    looks = (PROPORTION_BANDS, PROPORTION_LINES, PROPORTION_LEGEND)
    return Chart(name, title, table, x.low * 100, x.high * 100, x, y, words, "axis.weight", *looks)


# The tables by length and by height are shown in two windows each: whole, their bands would be too thin to read.
STAFF: dict[str, Chart] = {
    chart.name: chart
    for chart in (
        _weight_for_age("bb_u_0_24", "petugas", _UNDER_TWO, _INFANT, Axis(1, 18, 1, 1, 5)),
        _weight_for_age("bb_u_24_60", "petugas", _FROM_TWO, _TODDLER, Axis(6, 30, 1, 2, 10)),
        _length_for_age("tb_u_0_24", _UNDER_TWO, _INFANT, Axis(40, 100, *_FIVES), "axis.length"),
        _length_for_age("tb_u_24_60", _FROM_TWO, _TODDLER, Axis(70, 130, *_FIVES), "axis.height"),
        _proportion("bb_pb_short", Axis(45, 80, *_FIVES), Axis(1, 14, 1, 1, 5)),
        _proportion("bb_pb_long", Axis(65, 110, *_FIVES), Axis(4, 26, 1, 2, 10)),
        _proportion("bb_tb_short", Axis(65, 100, *_FIVES), Axis(4, 22, 1, 2, 10)),
        _proportion("bb_tb_long", Axis(80, 120, *_FIVES), Axis(6, 32, 1, 2, 10)),
    )
}
FAMILY: dict[str, Chart] = {
    chart.name: chart
    for chart in (
        _weight_for_age("bb_u_0_24", "keluarga", _UNDER_TWO, _INFANT, Axis(1, 18, 1, 2, 6)),
        _weight_for_age("bb_u_24_60", "keluarga", _FROM_TWO, _TODDLER, Axis(6, 30, 2, 4, 12)),
    )
}

_SHORT_UP_TO = {"bb_pb": 76.0, "bb_tb": 94.0}


def chosen(asked: ChartName, audience: Audience, days: int, centimetres: float | None) -> Chart:
    """The chart that answers what was asked for, by age in days and corrected length at the last measurement.

    Families get weight for age, whatever was asked for. "bb_tb" is weight for length under 731 days, for height from
    there.
    """
    if audience == "keluarga":
        older = asked.endswith("24_60") or (asked == "bb_tb" and days >= STANDING_FROM)
        return FAMILY["bb_u_24_60" if older else "bb_u_0_24"]
    if asked != "bb_tb":
        return STAFF[asked]
    table = "bb_tb" if days >= STANDING_FROM else "bb_pb"
    return STAFF[f"{table}_short" if (centimetres or 0) <= _SHORT_UP_TO[table] else f"{table}_long"]
