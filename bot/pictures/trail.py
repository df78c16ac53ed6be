"""The child's own line: its measurements as spots on a chart, and the drawing of them.

Gaps: on the KMS a line joins two weighings of neighbouring months only; over a missed month the line is dotted.
Spots beyond the top or bottom of the chart lie at its edge as an arrow. Measurements before or after the chart's ages
have no spot, but the line comes in from them, or leaves for them, at the edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import dist

from PIL import Image, ImageDraw

from bot.pictures.charts import Chart
from bot.pictures.plot import Plot
from bot.pictures.shapes import arrow, stamp
from bot.pictures.themes import WHITE, Sex, Theme
from posyandu.anthropometry import DAYS_PER_MONTH, Indicator, Measurement, Position, age_days, is_measure, length_used
from posyandu.anthropometry import Sex as StandardSex

FINE = 3
LINE, HALO, DOT, SMALL_DOT, EDGE, RING, HEART = 7, 4, 10, 7, 3, 22, 12
# Spots nearer to each other than this are drawn small, so that they do not run together.
CLOSE = 30
ARROW = 34
DASH, SPACE = 9, 13

Pair = tuple[float, float]


@dataclass(frozen=True)
class Point:
    """One visit: grams and millimetres as measured, None where not; `position` "terlentang", "berdiri" or None."""

    on: date
    weight_g: int | None
    length_mm: int | None
    position: str | None = None


@dataclass(frozen=True)
class Spot:
    """A visit on the chart, in pixels. `month` counts calendar months. `shown` is False where the line meets the edge
    on its way from or to a visit of another age; `joined` whether the line comes to it from the spot before. `beyond`:
    the value lies off the chart; quarter turns of its arrow."""

    at: Pair
    month: int
    point: Point
    shown: bool = True
    joined: bool = True
    beyond: int | None = None


def length_of(point: Point, sex: Sex, birth: date) -> tuple[float | None, Indicator]:
    """Centimetres by WHO's 0.7 cm rule (None without a measure), and the table that goes with this age."""
    position = Position(point.position) if point.position in tuple(Position) else None
    measured = point.length_mm if is_measure(point.length_mm) else None
    child = Measurement.from_mm(StandardSex(sex), age_days(birth, point.on), length_mm=measured, position=position)
    hundredths, table, _ = length_used(child)
    return None if hundredths is None else hundredths / 100, table


def _values(chart: Chart, point: Point, sex: Sex, birth: date) -> tuple[float, float] | None:
    """The point's place on the axes, or None when it lacks what this chart shows."""
    months = age_days(birth, point.on) / DAYS_PER_MONTH
    kilos = point.weight_g / 1000 if point.weight_g is not None and is_measure(point.weight_g) else None
    centimetres, table = length_of(point, sex, birth)
    x = months if chart.by_age else centimetres
    y = kilos if chart.weighs else centimetres
    if x is None or y is None or months < 0 or not (chart.by_age or table is chart.table):
        return None
    return x, y


def _at_edge(plot: Plot, edge: int, one: Pair, two: Pair) -> Pair:
    """Where the line between two values crosses an age."""
    share = (edge - one[0]) / (two[0] - one[0])
    return _kept(plot, (float(edge), one[1] + share * (two[1] - one[1])))[0]


def _kept(plot: Plot, value: Pair) -> tuple[Pair, int | None]:
    """The place of a value, pulled to the edge when it lies off the chart, and which way it lies then."""
    x = min(max(value[0], plot.x.low), plot.x.high)
    y = min(max(value[1], plot.y.low), plot.y.high)
    beyond = None
    if x != value[0]:
        beyond = 1 if value[0] < x else 3
    if y != value[1]:
        beyond = 0 if value[1] > y else 2
    return plot.place(x, y), beyond


def spots(chart: Chart, plot: Plot, points: Sequence[Point], sex: Sex, birth: date) -> list[Spot]:
    """The measurements in order of date, as they lie on the chart. By length the last one always has its spot."""
    found: list[Spot] = []
    ordered = sorted(points, key=lambda visit: visit.on)
    valued = [(value, point) for point in ordered if (value := _values(chart, point, sex, birth)) is not None]
    before: tuple[Pair, Point] | None = None
    for number, (value, point) in enumerate(valued, start=1):
        within = _within(plot, value)
        shown = within or (number == len(valued) and not chart.by_age)
        came_from_within = before is not None and _within(plot, before[0])
        if before is not None and ((within and not came_from_within) or (came_from_within and not shown)):
            outer, visit = (value, point) if came_from_within else before
            edge = plot.x.low if outer[0] < plot.x.low else plot.x.high
            at = _at_edge(plot, edge, before[0], value)
            found.append(Spot(at, _month(visit), visit, shown=False, joined=came_from_within))
        if shown:
            at, beyond = _kept(plot, value)
            found.append(Spot(at, _month(point), point, joined=within or came_from_within, beyond=beyond))
        before = value, point
    return found


def _within(plot: Plot, value: Pair) -> bool:
    return plot.x.low <= value[0] <= plot.x.high


def _month(point: Point) -> int:
    return point.on.year * 12 + point.on.month


def draw(image: Image.Image, trail: Sequence[Spot], theme: Theme, dotted_gaps: bool) -> None:
    """Draw the line, a dot for each spot, an arrow for each beyond the chart, and a ring round the last."""
    if not trail:
        return
    reach = RING + HALO + 2
    left, top = (int(min(spot.at[axis] for spot in trail)) - reach for axis in (0, 1))
    right, bottom = (int(max(spot.at[axis] for spot in trail)) + reach + 1 for axis in (0, 1))
    halo = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE), 0)
    ink = halo.copy()
    wide, thin = ImageDraw.Draw(halo), ImageDraw.Draw(ink)
    places = [((spot.at[0] - left) * FINE, (spot.at[1] - top) * FINE) for spot in trail]
    for (one, spot), (two, after) in pairwise(zip(places, trail, strict=True)):
        if not after.joined:
            continue
        for ends in _strokes(one, two, dotted_gaps and after.month - spot.month > 1):
            wide.line(ends, fill=255, width=(LINE + 2 * HALO) * FINE)
            thin.line(ends, fill=255, width=LINE * FINE)
    _dots(wide, thin, [(place, spot) for place, spot in zip(places, trail, strict=True) if spot.shown])
    stamp(image, halo.reduce(FINE), (left, top), WHITE)
    stamp(image, ink.reduce(FINE), (left, top), theme.line)
    for spot in trail:
        if spot.beyond is not None:
            _arrow(image, spot, theme)


def _dots(wide: ImageDraw.ImageDraw, thin: ImageDraw.ImageDraw, shown: Sequence[tuple[Pair, Spot]]) -> None:
    """A dot for each spot on the chart, smaller when they are many or close, and a ring round the last."""
    close = len(shown) > 1 and dist(shown[0][0], shown[-1][0]) / (len(shown) - 1) < CLOSE * FINE
    radius = SMALL_DOT if close else DOT
    for place, spot in shown:
        if spot.beyond is None:
            _round(wide, place, radius + EDGE, 255)
            _round(thin, place, radius, 255)
    if shown and shown[-1][1].beyond is None:
        last = shown[-1][0]
        _round(wide, last, RING + HALO, 255)
        for size, fill in ((RING, 255), (RING - 5, 0), (HEART, 255)):
            _round(thin, last, size, fill)


def _strokes(one: Pair, two: Pair, dotted: bool) -> list[tuple[Pair, Pair]]:
    """The whole line, or its dashes."""
    length = dist(one, two)
    step = (DASH + SPACE) * FINE
    if not dotted or length < step:
        return [(one, two)]
    starts = [number * step for number in range(int(length / step) + 1)]
    return [
        (_between(one, two, start / length), _between(one, two, min((start + DASH * FINE) / length, 1.0)))
        for start in starts
    ]


def _between(one: Pair, two: Pair, share: float) -> Pair:
    return one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share


def _round(draw: ImageDraw.ImageDraw, middle: Pair, radius: float, fill: int) -> None:
    r = radius * FINE
    draw.ellipse((middle[0] - r, middle[1] - r, middle[0] + r, middle[1] + r), fill=fill)


def _arrow(image: Image.Image, spot: Spot, theme: Theme) -> None:
    """An arrow whose tip touches the edge from inside."""
    turns = spot.beyond or 0
    inward = {0: (0, 1), 1: (1, 0), 2: (0, -1), 3: (-1, 0)}[turns]
    middle = [round(spot.at[axis] + inward[axis] * ARROW / 2) for axis in (0, 1)]
    for size, colour in ((ARROW + 12, WHITE), (ARROW, theme.line)):
        stamp(image, arrow(size, turns), (middle[0] - size // 2, middle[1] - size // 2), colour)
