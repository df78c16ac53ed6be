"""Pictures of an event: a guest's code with its QR, the word for the hall, a certificate."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from bot.pictures import shapes
from bot.pictures.growth import Picture
from bot.pictures.packing import packed, palette_of
from bot.pictures.qr import INK, MINT, MUTED, TEAL, code_on
from bot.pictures.themes import HEIGHT, WHITE, WIDTH
from bot.pictures.typography import ELLIPSIS, Colour, Pen, Weight, fitted, wrapped

PAGE = (1754, 1240)  # A4 on its side at 150 dots per inch
GOLD: Colour = (178, 132, 42)
CREAM: Colour = (255, 252, 244)


def ticket(title: str, lines: Sequence[str], name: str, code: str, qr: str) -> Picture:
    """1080 x 1350: what and when, her QR code, her code in large letters, her name."""
    image = Image.new("RGB", (WIDTH, HEIGHT), MINT)
    pen = Pen(image)
    _lines(pen, title, (WIDTH // 2, 78), WIDTH - 80, (60, 52, 44), 800, TEAL, two=(34, 30))
    for row, line in enumerate(lines[:2]):
        shown, small = fitted(line, WIDTH - 80, (40, 36, 32, 28, 26), 700)
        pen.text((WIDTH // 2, 152 + row * 50), shown, small, 700, INK, "mm")
    shapes.stamp(image, shapes.rounded(820, 820, 48), (130, 250), WHITE)
    code_on(image, qr, (WIDTH // 2, 660), 760, "m")
    pen.text((WIDTH // 2, 1155), f"{code[:2]} {code[2:]}", 132, 800, TEAL, "mm")
    _lines(pen, name, (WIDTH // 2, 1275), WIDTH - 80, (52, 46, 40), 700, INK, two=(38, 32))
    return _finished(image, pen, [(TEAL, MINT), (INK, MINT), ((0, 0, 0), WHITE), (MINT, WHITE)])


def hall_word(word: str, above: str, below: str) -> Picture:
    """A4 on its side, to be read from the last row: the word, how it is used, until when it is good."""
    image = Image.new("RGB", PAGE, WHITE)
    pen = Pen(image)
    image.paste(TEAL, (0, 0, PAGE[0], 230))
    text, size = fitted(above, PAGE[0] - 120, (76, 66, 56), 800)
    pen.text((PAGE[0] // 2, 116), text, size, 800, WHITE, "mm")
    text, size = fitted(word.upper(), PAGE[0] - 160, (300, 260, 220, 180, 150, 120), 800)
    pen.text((PAGE[0] // 2, 620), text, size, 800, INK, "mm")
    text, size = fitted(below, PAGE[0] - 160, (70, 60, 50), 700)
    pen.text((PAGE[0] // 2, 1090), text, size, 700, MUTED, "mm")
    return _finished(image, pen, [(TEAL, WHITE), (INK, WHITE), (MUTED, WHITE)])


def certificate(head: str, given: str, name: str, body: Sequence[str], office: str, number: str) -> Picture:
    """A4 on its side: heading, her name as she writes it, what for, when and where, who gives it."""
    image = Image.new("RGB", PAGE, CREAM)
    pen = Pen(image)
    for inset, colour in ((40, TEAL), (48, CREAM), (60, GOLD), (63, CREAM)):
        image.paste(colour, (inset, inset, PAGE[0] - inset, PAGE[1] - inset))
    middle = PAGE[0] // 2
    pen.text((middle, 190), head, 104, 800, TEAL, "mm")
    pen.text((middle, 300), given, 42, 500, MUTED, "mm")
    below = _lines(pen, name, (middle, 430), PAGE[0] - 320, (104, 90, 78, 66, 58), 800, INK, two=(64, 56, 48)) + 36
    image.paste(GOLD, (middle - 420, below, middle + 420, below + 4))
    y = below + 76
    for line in body:
        for shown in wrapped(line, PAGE[0] - 320, 40, 700, most=3):
            pen.text((middle, y), shown, 40, 700, INK, "mm")
            y += 56
    image.paste(MUTED, (middle - 280, 1040, middle + 280, 1042))
    for row, shown in enumerate(wrapped(office, 900, 34, 700, most=2)):
        pen.text((middle, 1075 + row * 40), shown, 34, 700, INK, "mm")
    pen.text((middle, 1160), number, 26, 500, MUTED, "mm")
    return _finished(image, pen, [(TEAL, CREAM), (INK, CREAM), (MUTED, CREAM), (GOLD, CREAM)])


def _lines(
    pen: Pen, text: str, at: tuple[int, int], room: int, sizes: tuple[int, ...], weight: Weight, colour: Colour,
    *, two: tuple[int, ...],
) -> int:  # fmt: skip
    """One line in the first size that fits, else two around the same middle in the first of `two`; where they end."""
    shown, size = fitted(text, room, sizes, weight)
    lines = [shown]
    if shown.endswith(ELLIPSIS) and not text.endswith(ELLIPSIS):
        size = next((s for s in two if not wrapped(text, room, s, weight, most=2)[-1].endswith(ELLIPSIS)), two[-1])
        lines = wrapped(text, room, size, weight, most=2)
    step = size * 5 // 4
    top = at[1] - step * (len(lines) - 1) // 2
    for row, line in enumerate(lines):
        pen.text((at[0], top + row * step), line, size, weight, colour, "mm")
    return top + step * (len(lines) - 1) + size // 2


def _finished(image: Image.Image, pen: Pen, inks: list[tuple[Colour, Colour]]) -> Picture:
    out = BytesIO()
    packed(image, palette_of(image, inks)).save(out, "PNG", compress_level=6)
    return Picture(out.getvalue(), tuple(pen.written))
