"""The chart's field: where a value lies on the picture, and the field itself with bands, grid and SD lines.

The field is drawn four times too large and scaled down, which gives thin lines a smooth edge.
"""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.pictures.charts import Axis, Chart
from bot.pictures.themes import Sex, Theme
from posyandu.anthropometry import DAYS_PER_MONTH, lms, value_at
from posyandu.anthropometry import Sex as StandardSex

FINE = 4
GRID_STRENGTH, HEAVY_STRENGTH = 30, 66
# Finer than the eye can tell from a curve, yet long enough that rounding to pixels does not make the line tremble.
PIECES = 120


@dataclass(frozen=True)
class Plot:
    """Places values of a chart's axes in a box of pixels: left, top, right, bottom."""

    x: Axis
    y: Axis
    box: tuple[int, int, int, int]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point: x in months or centimetres, y in kilograms or centimetres. May lie outside the box."""
        left, top, right, bottom = self.box
        across = (x - self.x.low) / (self.x.high - self.x.low)
        up = (y - self.y.low) / (self.y.high - self.y.low)
        return left + across * (right - left), bottom - up * (bottom - top)


def marks(axis: Axis, every: int) -> list[int]:
    """Values of an axis that are whole multiples of `every`, its ends included when they are."""
    return [value for value in range(axis.low, axis.high + 1) if value % every == 0]


def curve(chart: Chart, sex: Sex, sd: int) -> list[tuple[float, float]]:
    """Points of one SD line in the units of the axes."""
    per_unit = DAYS_PER_MONTH if chart.by_age else 100.0
    span = chart.last - chart.first
    indices = sorted({chart.first + span * piece // PIECES for piece in range(PIECES + 1)})
    points = [(index / per_unit, value_at(sd, lms(chart.table, StandardSex(sex), index))) for index in indices]
    # A month is a fraction of a day off the table's last row: the line is drawn through to the edge.
    return [(float(chart.x.low), points[0][1]), *points, (float(chart.x.high), points[-1][1])]


def field(chart: Chart, sex: Sex, theme: Theme) -> Image.Image:
    """The inside of the box: bands, then grid, then SD lines, then a thin frame."""
    left, top, right, bottom = theme.plot
    width, height = right - left, bottom - top
    large = Image.new("RGB", (width * FINE, height * FINE), theme.field)
    plot = Plot(chart.x, chart.y, (0, 0, large.width, large.height))
    curves = {sd: [plot.place(*point) for point in curve(chart, sex, sd)] for sd in range(-3, 4)}
    draw = ImageDraw.Draw(large)
    for band in chart.bands:
        upper = curves[band.high] if band.high is not None else [(0.0, 0.0), (float(large.width), 0.0)]
        floor = float(large.height)
        lower = curves[band.low] if band.low is not None else [(0.0, floor), (float(large.width), floor)]
        draw.polygon([*upper, *reversed(lower)], fill=band.colour)
    large.paste(theme.grid, (0, 0), _grid(chart, plot, large.size))
    for line in chart.lines:
        draw.line(curves[line.sd], fill=line.colour, width=round(line.width * FINE), joint="curve")
    small = large.reduce(FINE)
    ImageDraw.Draw(small).rectangle((0, 0, width - 1, height - 1), outline=theme.frame)
    return small


def _grid(chart: Chart, plot: Plot, size: tuple[int, int]) -> Image.Image:
    """Grid lines as a mask; each fills one whole pixel of the final picture, so that none is blurred."""
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for value in marks(chart.x, chart.x.grid):
        x = round(plot.place(value, 0)[0] / FINE) * FINE
        draw.rectangle((x, 0, x + FINE - 1, size[1]), fill=_strength(value, chart.x))
    for value in marks(chart.y, chart.y.grid):
        y = round(plot.place(0, value)[1] / FINE) * FINE
        draw.rectangle((0, y, size[0], y + FINE - 1), fill=_strength(value, chart.y))
    return mask


def _strength(value: int, axis: Axis) -> int:
    return HEAVY_STRENGTH if value % axis.heavy == 0 else GRID_STRENGTH
