"""Writing on a picture: one font in three weights, texts that fit their place, and a record of every string drawn.

Text is laid out by Pillow's own simple engine, never by a shaping library of the system: the same text gives the same
pixels on every machine with the locked Pillow.
"""

from functools import lru_cache
from importlib import resources
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

Weight = Literal[500, 700, 800]
Colour = tuple[int, int, int]

ELLIPSIS = "…"
# No text on a picture needs more letters; what is cut here would not fit anyway.
LONGEST = 400


@lru_cache(maxsize=1)
def _file() -> str:
    return str(resources.files("bot.pictures").joinpath("fonts", "Nunito.ttf"))


@lru_cache(maxsize=48)
def font(size: int, weight: Weight) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels; regular (500), bold (700) or heavy (800)."""
    face = ImageFont.truetype(_file(), size, layout_engine=ImageFont.Layout.BASIC)
    face.set_variation_by_axes([weight])
    return face


@lru_cache(maxsize=512)
def _known(letter: str) -> bool:
    """Whether the font has this letter: what it lacks looks like U+FFFF, which no font has."""
    if " " <= letter <= "~":
        return True
    if not letter.isprintable():
        return False
    face = font(32, 500)
    return bytes(face.getmask(letter)) != bytes(face.getmask("\uffff"))


def plain(text: str) -> str:
    """The text as it can be drawn: one line, single spaces, no letters that the font lacks (emoji, other scripts)."""
    return " ".join("".join(letter for letter in " ".join(text[:LONGEST].split()) if _known(letter)).split())


def width(text: str, size: int, weight: Weight) -> int:
    """Width in whole pixels, rounded up."""
    return int(-(-font(size, weight).getlength(text) // 1))


def fitted(text: str, room: int, sizes: tuple[int, ...], weight: Weight) -> tuple[str, int]:
    """The text with the first of the falling sizes at which it fits `room` pixels; at the last it is cut with "…"."""
    text = plain(text)
    for size in sizes:
        if width(text, size, weight) <= room:
            return text, size
    return _cut(text, room, sizes[-1], weight), sizes[-1]


def _cut(text: str, room: int, size: int, weight: Weight) -> str:
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, weight) <= room:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + ELLIPSIS


def wrapped(text: str, room: int, size: int, weight: Weight, most: int) -> list[str]:
    """The text in at most `most` lines of `room` pixels, broken at spaces; what is left over is cut with "…"."""
    lines: list[str] = []
    rest = plain(text).split(" ")
    while rest and rest != [""]:
        taken = 1
        if len(lines) == most - 1:
            taken = len(rest)
        while taken < len(rest) and width(" ".join(rest[: taken + 1]), size, weight) <= room:
            taken += 1
        lines.append(fitted(" ".join(rest[:taken]), room, (size,), weight)[0])
        rest = rest[taken:]
    return lines


class Pen:
    """Writes on an image and remembers what it wrote, in order."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)
        self.written: list[str] = []

    def text(
        self, at: tuple[int, int], text: str, size: int, weight: Weight, colour: Colour, anchor: str = "la"
    ) -> None:
        """Write one line at a point; `anchor` as in Pillow (first letter l m r, second a m s)."""
        text = plain(text)
        if text:
            self._draw.text(at, text, font=font(size, weight), fill=colour, anchor=anchor)
            self.written.append(text)
