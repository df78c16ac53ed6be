"""The `petugas` picture around its chart: header, legend, verdict bar, source."""

from PIL import Image

from bot.pictures import shapes
from bot.pictures.captions import Captions
from bot.pictures.charts import Chart
from bot.pictures.themes import MARGIN, TONES, WHITE, WIDTH, Theme, Tone
from bot.pictures.typography import ELLIPSIS, Colour, Pen, fitted, width, wrapped

HEADER = 152
LEGEND_Y, SOURCE_Y = 1136, 1322
BAR = (MARGIN, 1172, WIDTH - MARGIN, 1292)
BAR_RADIUS = 28
ICON = 72


def frame(image: Image.Image, pen: Pen, chart: Chart, theme: Theme, texts: Captions) -> None:
    """What all children share: header with the chart's name and the sex, legend, source."""
    image.paste(theme.header, (0, 0, WIDTH, HEADER))
    pen.text((MARGIN, 92), texts.subtitle, 32, 500, theme.header_soft)
    room = chip_width(texts.sex)
    shapes.stamp(image, shapes.rounded(room, 52, 26), (WIDTH - MARGIN - room, 24), theme.header_soft)
    pen.text((WIDTH - MARGIN - room // 2, 50), texts.sex, 30, 800, theme.header, "mm")
    _legend(image, pen, chart, theme, texts.legend)
    pen.text((WIDTH // 2, SOURCE_Y), texts.foot, 27, 500, theme.muted, "mm")


def chip_width(text: str) -> int:
    """Width of the rounded label with the sex."""
    return width(text, 30, 800) + 44


def _legend(image: Image.Image, pen: Pen, chart: Chart, theme: Theme, texts: tuple[str, ...]) -> None:
    """One row: the named lines, then the ringed latest dot."""
    colours = [line.colour for sd, _ in chart.legend for line in chart.lines if line.sd == sd]
    widths = [52 + width(text, 28, 500) for text in texts]
    spare = WIDTH - 2 * MARGIN - sum(widths)
    gap = min(spare // (len(texts) - 1), 64)
    x = MARGIN + (spare - gap * (len(texts) - 1)) // 2
    for number, text in enumerate(texts):
        _sample(image, theme, (x, LEGEND_Y), colours[number] if number < len(colours) else None)
        pen.text((x + 52, LEGEND_Y), text, 28, 500, theme.ink, "lm")
        x += widths[number] + gap


def _sample(image: Image.Image, theme: Theme, at: tuple[int, int], line: Colour | None) -> None:
    """A piece of a coloured line, or the ringed dot."""
    x, y = at
    if line is not None:
        shapes.stamp(image, shapes.rounded(42, 8, 4), (x, y - 4), line)
        return
    for size, colour in ((40, theme.line), (30, WHITE), (20, theme.line)):
        shapes.stamp(image, shapes.disc(size), (x + 21 - size // 2, y - size // 2), colour)


def write(
    image: Image.Image, pen: Pen, theme: Theme, sex: str, title: str, measured: str, verdict: str, tone: Tone
) -> None:
    """What is the child's own: name, date of the last measurement ("" for none), verdict in the colour of its tone."""
    headline, size = fitted(title, WIDTH - 2 * MARGIN - chip_width(sex) - 24, (50, 46, 42, 38), 800)
    pen.text((MARGIN, 50), headline, size, 800, WHITE, "lm")
    pen.text((WIDTH - MARGIN, 94), measured, 30, 500, theme.header_soft, "ra")
    if verdict.strip():
        _verdict(image, pen, verdict, tone)


def _verdict(image: Image.Image, pen: Pen, verdict: str, tone: Tone) -> None:
    """The bar with its icon; one line if it fits, else two."""
    left, top, right, bottom = BAR
    shapes.stamp(image, shapes.rounded(right - left, bottom - top, BAR_RADIUS), (left, top), TONES[tone])
    start = left + 30
    if tone != "netral":
        _icon(image, (left + 26, (top + bottom - ICON) // 2), tone)
        start = left + 26 + ICON + 24
    room, middle = right - 30 - start, (top + bottom) // 2
    first, _, second = verdict.partition("\n")
    if not second.strip():
        text, size = fitted(first, room, (46, 42, 38, 34), 800)
        if not text.endswith(ELLIPSIS):
            pen.text((start, middle), text, size, 800, WHITE, "lm")
            return
        first, second = (*wrapped(first, room, 34, 800, most=2), "")[:2]
    text, size = fitted(first, room, (42, 38, 34, 30), 800)
    pen.text((start, middle - 25), text, size, 800, WHITE, "lm")
    text, size = fitted(second, room, (34, 32, 30), 700)
    pen.text((start, middle + 27), text, size, 700, WHITE, "lm")


def _icon(image: Image.Image, at: tuple[int, int], tone: Tone) -> None:
    """A tick or an exclamation mark on a white disc: the tone for those who do not tell the colours apart."""
    shapes.stamp(image, shapes.disc(ICON), at, WHITE)
    mask = shapes.tick(44) if tone == "baik" else shapes.mark(48)
    inset = (ICON - mask.width) // 2
    shapes.stamp(image, mask, (at[0] + inset, at[1] + inset), TONES[tone])
