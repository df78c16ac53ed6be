"""The `keluarga` picture around its chart: nickname, this month's weight, next posyandu day. No judgement anywhere."""

from PIL import Image

from bot.pictures import shapes
from bot.pictures.captions import Captions
from bot.pictures.themes import MARGIN, WHITE, WIDTH, Theme
from bot.pictures.typography import Colour, Pen, fitted, wrapped

HEADER = 196
FLOWER = 136
HEART_OF_FLOWER: Colour = (250, 205, 105)
CARD_TOPS, CARD_HEIGHT, CARD_RADIUS = (1032, 1160), 112, 30
CARD_EDGE: Colour = (240, 226, 210)
FOOT_Y = 1313
ICON = 66


def frame(image: Image.Image, pen: Pen, theme: Theme, texts: Captions) -> None:
    """What all children share: header with a flower, two cards, a friendly last line."""
    image.paste(theme.header, (0, 0, WIDTH, HEADER))
    left, top = WIDTH - MARGIN - FLOWER, (HEADER - FLOWER) // 2
    shapes.stamp(image, shapes.petals(FLOWER), (left, top), theme.now)
    shapes.stamp(image, shapes.disc(52), (left + FLOWER // 2 - 26, top + FLOWER // 2 - 26), HEART_OF_FLOWER)
    pen.text((MARGIN, 124), texts.subtitle, 34, 500, theme.header_soft)
    for card in CARD_TOPS:
        shapes.stamp(image, shapes.rounded(WIDTH - 2 * MARGIN, CARD_HEIGHT, CARD_RADIUS), (MARGIN, card), CARD_EDGE)
        inner = shapes.rounded(WIDTH - 2 * MARGIN - 6, CARD_HEIGHT - 6, CARD_RADIUS - 3)
        shapes.stamp(image, inner, (MARGIN + 3, card + 3), WHITE)
    pen.text((WIDTH // 2, FOOT_Y), texts.foot, 30, 500, theme.muted, "mm")


def write(
    image: Image.Image, pen: Pen, theme: Theme, nickname: str, weight: str, next_label: str, next_day: str
) -> None:
    """What is the child's own. `next_day` "" leaves `next_label` alone on its card."""
    name, size = fitted(nickname, WIDTH - 3 * MARGIN - FLOWER, (72, 64, 56, 48), 800)
    pen.text((MARGIN, 78), name, size, 800, theme.header_strong, "lm")
    _centred(pen, theme, weight)
    left, top = MARGIN + 34, CARD_TOPS[1]
    shapes.stamp(image, shapes.calendar(ICON), (left, top + (CARD_HEIGHT - ICON) // 2), theme.now)
    start, room = left + ICON + 28, WIDTH - MARGIN - 34 - (left + ICON + 28)
    if not next_day:
        pen.text((start, top + CARD_HEIGHT // 2), fitted(next_label, room, (40,), 700)[0], 40, 700, theme.ink, "lm")
        return
    pen.text((start, top + 13), next_label, 29, 500, theme.muted)
    text, size = fitted(next_day, room, (42, 38, 34, 30), 800)
    pen.text((start, top + 89), text, size, 800, theme.ink, "ls")


def _centred(pen: Pen, theme: Theme, text: str) -> None:
    """The large line on the first card; a longer sentence in two smaller lines."""
    room, middle = WIDTH - 2 * MARGIN - 60, CARD_TOPS[0] + CARD_HEIGHT // 2
    line, size = fitted(text, room, (64, 56, 48, 42), 800)
    if not line.endswith("…"):
        pen.text((WIDTH // 2, middle), line, size, 800, theme.line, "mm")
        return
    for row, part in zip((-24, 24), wrapped(text, room, 36, 700, most=2), strict=False):
        pen.text((WIDTH // 2, middle + row), part, 36, 700, theme.line, "mm")
