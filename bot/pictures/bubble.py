"""The small white label beside the latest spot ("8,4 kg"), put where it hides least of the child's line."""

from collections.abc import Sequence
from itertools import pairwise

from PIL import Image

from bot.pictures import shapes
from bot.pictures.themes import WHITE, Theme
from bot.pictures.trail import RING, Spot
from bot.pictures.typography import Pen, width

SIZE, HEIGHT, PAD, EDGE = 34, 54, 18, 3
APART = RING + 12


def label(image: Image.Image, pen: Pen, trail: Sequence[Spot], spot: Spot, text: str, theme: Theme) -> None:
    """Write `text` beside `spot`, inside the chart's field; not at all if it is too wide for it."""
    wide = width(text, SIZE, 800) + 2 * PAD
    corner = _place(trail, spot, wide, theme)
    if corner is None:
        return
    left, top = corner
    shapes.stamp(image, shapes.rounded(wide, HEIGHT, HEIGHT // 2), (left, top), theme.line)
    inner = shapes.rounded(wide - 2 * EDGE, HEIGHT - 2 * EDGE, HEIGHT // 2 - EDGE)
    shapes.stamp(image, inner, (left + EDGE, top + EDGE), WHITE)
    pen.text((left + wide // 2, top + HEIGHT // 2), text, SIZE, 800, theme.line, "mm")


def _place(trail: Sequence[Spot], spot: Spot, wide: int, theme: Theme) -> tuple[int, int] | None:
    x, y = round(spot.at[0]), round(spot.at[1])
    beside, under, above, middle = x + APART, y + APART, y - APART - HEIGHT, y - HEIGHT // 2
    before, centred = x - APART - wide, x - wide // 2
    choices = [
        (beside - 14, under - 14),
        (beside - 14, above + 14),
        (centred, under),
        (centred, above),
        (beside, middle),
        (before + 14, under - 14),
        (before + 14, above + 14),
        (before, middle),
    ]
    field_left, field_top, field_right, field_bottom = theme.plot
    allowed = [
        (left, top)
        for left, top in choices
        if field_left + 6 <= left <= field_right - 6 - wide and field_top + 6 <= top <= field_bottom - 6 - HEIGHT
    ]
    return min(allowed, key=lambda corner: _hidden(trail, corner, wide), default=None)


def _hidden(trail: Sequence[Spot], corner: tuple[int, int], wide: int) -> int:
    """How many of eight points on each stroke of the line lie under the label."""
    left, top, margin = corner[0], corner[1], 14
    hidden = 0
    for one, two in pairwise(trail):
        for eighth in range(9):
            x = one.at[0] + (two.at[0] - one.at[0]) * eighth / 8
            y = one.at[1] + (two.at[1] - one.at[1]) * eighth / 8
            hidden += left - margin <= x <= left + wide + margin and top - margin <= y <= top + HEIGHT + margin
    return hidden
