"""Bands and lines of the growth charts as data, in standard deviations (SD) of the WHO standards 2006.

Weight-for-age follows the KMS: red line at -3 SD, orange line at +1 SD. The others follow the cut-offs of Permenkes
2/2020. Families see the bands of the KIA book in soft colours: no line with a name, nothing red, no SD.
"""

from dataclasses import dataclass

from bot.pictures.typography import Colour


@dataclass(frozen=True)
class Band:
    """The colour between two SD; None is the edge of the chart."""

    low: int | None
    high: int | None
    colour: Colour


@dataclass(frozen=True)
class Line:
    """An SD line, `width` in pixels; `label` stands at its right end."""

    sd: int
    colour: Colour
    width: float
    label: str


_PINK, _YELLOW, _LIGHT, _GREEN = (247, 205, 200), (251, 232, 150), (200, 231, 173), (139, 205, 131)
_AMBER, _PEACH, _SKY = (250, 203, 138), (252, 226, 204), (214, 232, 246)
_RED, _ORANGE, _GOLD = (205, 38, 38), (222, 118, 20), (176, 134, 8)
_LEAF, _OCHRE, _BROWN, _BLUE = (45, 124, 62), (170, 122, 18), (150, 72, 20), (58, 116, 176)

KMS_BANDS = (
    Band(None, -3, _PINK),
    Band(-3, -2, _YELLOW),
    Band(-2, -1, _LIGHT),
    Band(-1, 1, _GREEN),
    Band(1, 2, _YELLOW),
    Band(2, 3, _AMBER),
)
KMS_LINES = (
    Line(3, _BROWN, 2, "+3"),
    Line(2, _OCHRE, 2, "+2"),
    Line(1, _ORANGE, 5, "+1"),
    Line(0, _LEAF, 3, "0"),
    Line(-2, _GOLD, 3, "−2"),
    Line(-3, _RED, 6, "−3"),
)
# Lines named below the chart: SD and key of words.
KMS_LEGEND = ((-3, "legend.red"), (1, "legend.orange"))

LENGTH_BANDS = (
    Band(None, -3, _PINK),
    Band(-3, -2, _YELLOW),
    Band(-2, -1, _LIGHT),
    Band(-1, 1, _GREEN),
    Band(1, 3, _LIGHT),
    Band(3, None, _SKY),
)
LENGTH_LINES = (
    Line(3, _BLUE, 3, "+3"),
    Line(2, _LEAF, 2, "+2"),
    Line(1, _LEAF, 2, "+1"),
    Line(0, _LEAF, 3, "0"),
    Line(-1, _LEAF, 2, "−1"),
    Line(-2, _ORANGE, 5, "−2"),
    Line(-3, _RED, 6, "−3"),
)
LENGTH_LEGEND = ((-3, "legend.minus_3"), (-2, "legend.minus_2"), (3, "legend.plus_3"))

PROPORTION_BANDS = (
    Band(None, -3, _PINK),
    Band(-3, -2, _YELLOW),
    Band(-2, -1, _LIGHT),
    Band(-1, 1, _GREEN),
    Band(1, 2, _YELLOW),
    Band(2, 3, _AMBER),
    Band(3, None, _PEACH),
)
PROPORTION_LINES = (
    Line(3, _BROWN, 4, "+3"),
    Line(2, _OCHRE, 3, "+2"),
    Line(1, _GOLD, 4, "+1"),
    Line(0, _LEAF, 3, "0"),
    Line(-2, _ORANGE, 5, "−2"),
    Line(-3, _RED, 6, "−3"),
)
PROPORTION_LEGEND = ((-3, "legend.minus_3"), (-2, "legend.minus_2"), (1, "legend.plus_1"))

_SAND, _MEADOW, _SPRING = (253, 244, 214), (232, 244, 220), (207, 234, 197)
FAMILY_BANDS = (
    Band(-3, -2, _SAND),
    Band(-2, -1, _MEADOW),
    Band(-1, 1, _SPRING),
    Band(1, 2, _MEADOW),
    Band(2, 3, _SAND),
)
FAMILY_LINES = (Line(0, (150, 200, 140), 3, ""),)
