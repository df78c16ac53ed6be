"""What all children of a sex and age share: paper, header, field, axes, legend. Drawn once, then kept for a while."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PIL import Image

from bot.pictures import family, staff
from bot.pictures.captions import Captions
from bot.pictures.charts import FAMILY, STAFF, Audience, Chart
from bot.pictures.packing import packed, palette_of
from bot.pictures.plot import Plot, curve, field, marks
from bot.pictures.themes import HEIGHT, THEMES, TONES, WHITE, WIDTH, Sex, Theme
from bot.pictures.typography import Pen


@dataclass(frozen=True)
class Backdrop:
    """The picture without a child, in a palette that serves what is drawn on it too, and every string on it."""

    image: Image.Image
    written: tuple[str, ...]


@lru_cache(maxsize=16)
def backdrop(audience: Audience, name: str, sex: Sex, texts: Captions) -> Backdrop:
    """Draw it, or take it from the sixteen last used (1.5 MB each)."""
    chart = (STAFF if audience == "petugas" else FAMILY)[name]
    theme = THEMES[audience, sex]
    image = Image.new("RGB", (WIDTH, HEIGHT), theme.paper)
    image.paste(field(chart, sex, theme), theme.plot[:2])
    pen = Pen(image)
    if audience == "petugas":
        staff.frame(image, pen, chart, theme, texts)
    else:
        family.frame(image, pen, theme, texts)
    _axes(pen, chart, sex, theme, texts)
    tones = list(TONES.values()) if audience == "petugas" else []
    inks = [(theme.line, WHITE), (theme.now, WHITE), (theme.header_strong, theme.header), *((t, WHITE) for t in tones)]
    inks += pairwise(band.colour for band in chart.bands) if audience == "keluarga" else []
    inks += [(theme.header_soft, theme.header), (theme.ink, theme.paper), (theme.ink, WHITE), (theme.muted, WHITE)]
    return Backdrop(packed(image, palette_of(image, inks)), tuple(pen.written))


def _axes(pen: Pen, chart: Chart, sex: Sex, theme: Theme, texts: Captions) -> None:
    """Numbers along both axes, their names, and the SD at the right end of its line."""
    plot = Plot(chart.x, chart.y, theme.plot)
    left, top, right, bottom = theme.plot
    for value in marks(chart.x, chart.x.label):
        heavy = value % chart.x.heavy == 0
        at = (round(plot.place(value, chart.y.low)[0]), bottom + 10)
        pen.text(at, str(value), 31 if heavy else 28, 800 if heavy else 500, theme.ink, "ma")
    for value in marks(chart.y, chart.y.label):
        heavy = value % chart.y.heavy == 0
        at = (left - 12, round(plot.place(chart.x.low, value)[1]))
        pen.text(at, str(value), 31 if heavy else 28, 800 if heavy else 500, theme.ink, "rm")
    pen.text(((left + right) // 2, bottom + 50), texts.across, 29, 700, theme.muted, "ma")
    pen.text((left + 16, top + 12), texts.upward, 29, 700, theme.muted)
    pen.text((right + 10, bottom - 16), texts.sd, 27, 700, theme.muted, "lm")
    for line in chart.lines:
        if line.label:
            end = plot.place(*curve(chart, sex, line.sd)[-1])[1]
            pen.text((right + 10, round(end)), line.label, 29, 800, line.colour, "lm")
