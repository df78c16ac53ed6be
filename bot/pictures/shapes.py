"""Smooth shapes: each is painted four times too large as a mask, scaled down, and laid on the picture in one colour."""

from collections.abc import Callable
from functools import lru_cache
from math import cos, pi, sin

from PIL import Image, ImageDraw

from bot.pictures.typography import Colour

FINE = 4

Paint = Callable[[ImageDraw.ImageDraw, int, int], None]


def stamp(image: Image.Image, mask: Image.Image, at: tuple[int, int], colour: Colour) -> None:
    """Lay a mask on the picture in one colour, its left upper corner at a point."""
    image.paste(colour, (at[0], at[1], at[0] + mask.width, at[1] + mask.height), mask)


def _mask(width: int, height: int, paint: Paint) -> Image.Image:
    large = Image.new("L", (width * FINE, height * FINE), 0)
    paint(ImageDraw.Draw(large), large.width, large.height)
    return large.reduce(FINE)


@lru_cache(maxsize=64)
def rounded(width: int, height: int, radius: int) -> Image.Image:
    """A filled rectangle with round corners."""
    return _mask(
        width, height, lambda draw, w, h: draw.rounded_rectangle((0, 0, w - 1, h - 1), radius * FINE, fill=255)
    )


@lru_cache(maxsize=16)
def disc(size: int) -> Image.Image:
    """A filled circle."""
    return _mask(size, size, lambda draw, w, h: draw.ellipse((0, 0, w - 1, h - 1), fill=255))


@lru_cache(maxsize=16)
def circle(size: int, stroke: int) -> Image.Image:
    """A circle line."""
    return _mask(size, size, lambda draw, w, h: draw.ellipse((0, 0, w - 1, h - 1), outline=255, width=stroke * FINE))


@lru_cache(maxsize=4)
def tick(size: int) -> Image.Image:
    """A check mark: all is well."""

    def paint(draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
        stroke = w // 6
        points = [(w * 0.14, h * 0.54), (w * 0.41, h * 0.80), (w * 0.87, h * 0.24)]
        draw.line(points, fill=255, width=stroke, joint="curve")
        for x, y in points:
            draw.ellipse((x - stroke / 2, y - stroke / 2, x + stroke / 2, y + stroke / 2), fill=255)

    return _mask(size, size, paint)


@lru_cache(maxsize=4)
def mark(size: int) -> Image.Image:
    """An exclamation mark: look here."""

    def paint(draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
        draw.rounded_rectangle((w * 0.41, h * 0.10, w * 0.59, h * 0.62), w * 0.09, fill=255)
        draw.ellipse((w * 0.395, h * 0.71, w * 0.605, h * 0.92), fill=255)

    return _mask(size, size, paint)


@lru_cache(maxsize=4)
def petals(size: int) -> Image.Image:
    """Six round petals, without the heart of the flower."""

    def paint(draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
        reach, petal = w * 0.29, w * 0.205
        for n in range(6):
            x, y = w / 2 + reach * sin(n * pi / 3), h / 2 - reach * cos(n * pi / 3)
            draw.ellipse((x - petal, y - petal, x + petal, y + petal), fill=255)

    return _mask(size, size, paint)


@lru_cache(maxsize=4)
def calendar(size: int) -> Image.Image:
    """A calendar page: frame, two rings, a heavy head, four days."""

    def paint(draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
        edge = int(w * 0.075)
        draw.rounded_rectangle((w * 0.08, h * 0.16, w * 0.92, h * 0.94), w * 0.14, fill=255)
        draw.rounded_rectangle((w * 0.08 + edge, h * 0.40, w * 0.92 - edge, h * 0.94 - edge), w * 0.07, fill=0)
        for x in (0.30, 0.70):
            draw.rounded_rectangle((w * (x - 0.05), h * 0.05, w * (x + 0.05), h * 0.27), w * 0.05, fill=255)
        for x, y in ((0.33, 0.54), (0.55, 0.54), (0.33, 0.73), (0.55, 0.73)):
            draw.rounded_rectangle((w * x, h * y, w * (x + 0.12), h * (y + 0.10)), w * 0.03, fill=255)

    return _mask(size, size, paint)


@lru_cache(maxsize=8)
def arrow(size: int, quarter_turns: int) -> Image.Image:
    """A triangle that points up, or turned left by quarter turns: the value lies beyond this edge."""

    def paint(draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
        draw.polygon([(w * 0.5, h * 0.08), (w * 0.96, h * 0.92), (w * 0.04, h * 0.92)], fill=255)

    return _mask(size, size, paint).rotate(90 * quarter_turns)
