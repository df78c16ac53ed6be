"""The way in as a picture: a QR code with a caption for the chat, and an A4 sheet to print for the posyandu's wall."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from bot.pictures import shapes
from bot.pictures.growth import Picture
from bot.pictures.packing import packed, palette_of
from bot.pictures.themes import HEIGHT, WHITE, WIDTH
from bot.pictures.typography import LONGEST, Colour, Pen, Weight, fitted, plain, width, wrapped
from bot.pictures.words import Words, indonesian

QUIET = 4  # modules of white around the code, by its standard

INK: Colour = (24, 52, 58)
TEAL: Colour = (14, 104, 108)
MINT: Colour = (226, 242, 238)
MUTED: Colour = (88, 104, 108)

A4 = (2480, 3508)  # 210 x 297 mm at 300 dots per inch
DPI = 300


def qr_picture(link: str, caption: str) -> bytes:
    """PNG, 1080 x 1350: the caption, the QR code, and the link in letters. See `qr_drawn`."""
    return qr_drawn(link, caption).png


def qr_drawn(link: str, caption: str) -> Picture:
    """The picture with its strings. The caption has two lines of room, the link three (a longer one is not written).
    Raises ValueError when the link is empty or too long for a QR code (over some 2,300 letters)."""
    image = Image.new("RGB", (WIDTH, HEIGHT), MINT)
    pen = Pen(image)
    lines = _heading(caption, WIDTH - 120, (62, 54, 42))
    for row, (line, size) in enumerate(lines):
        y = 120 if len(lines) == 1 else 84 + row * 74
        pen.text((WIDTH // 2, y), line, size, 800, TEAL, "mm")
    shapes.stamp(image, shapes.rounded(920, 920, 48), (80, 190), WHITE)
    code_on(image, link, (WIDTH // 2, 650), 880, "m")
    for row, line in enumerate(_link_lines(link, WIDTH - 120, 40)):
        pen.text((WIDTH // 2, 1170 + row * 52), line, 40, 700, INK, "mm")
    return _finished(image, pen)


def poster(title: str, lines: Sequence[str], link: str, words: Words = indonesian) -> bytes:
    """PNG of an A4 sheet, 2480 x 3508 at 300 dpi. See `poster_drawn`."""
    return poster_drawn(title, lines, link, words).png


def poster_drawn(title: str, lines: Sequence[str], link: str, words: Words = indonesian) -> Picture:
    """The sheet with its strings: title, QR code, link, and up to three numbered steps; without `lines` those of the
    catalogue. Little ink, and as plain in black and white. Raises ValueError as `qr_drawn` does."""
    image = Image.new("RGB", A4, WHITE)
    pen = Pen(image)
    middle = A4[0] // 2
    image.paste(TEAL, (0, 0, A4[0], 60))
    heading = _heading(title, A4[0] - 400, (170, 150, 130))
    for row, (line, size) in enumerate(heading):
        y = 320 if len(heading) == 1 else 230 + row * 190
        pen.text((middle, y), line, size, 800, TEAL, "mm")
    shapes.stamp(image, shapes.rounded(1740, 1740, 100), (middle - 870, 520), TEAL)
    shapes.stamp(image, shapes.rounded(1714, 1714, 88), (middle - 857, 533), WHITE)
    code_on(image, link, (middle, 1390), 1690, "q")
    typed = _link_lines(link, A4[0] - 400, 84)
    if typed:
        pen.text((middle, 2350), words("poster.by_hand"), 66, 500, MUTED, "mm")
    for row, line in enumerate(typed):
        pen.text((middle, 2450 + row * 104), line, 84, 800, INK, "mm")
    steps = [line for line in lines if plain(line)] or [words(f"poster.step_{number}") for number in (1, 2, 3)]
    for number, step in enumerate(steps[:3], start=1):
        _step(image, pen, number, step, 2760 + (number - 1) * 235)
    return _finished(image, pen, dpi=(DPI, DPI))


def _step(image: Image.Image, pen: Pen, number: int, text: str, top: int) -> None:
    """A numbered disc and its sentence, in one line or two."""
    left, size = 240, 170
    shapes.stamp(image, shapes.disc(size), (left, top), TEAL)
    pen.text((left + size // 2, top + size // 2), str(number), 112, 800, WHITE, "mm")
    rows = wrapped(text, A4[0] - 2 * left - size - 70, 88, 700, most=2)
    for row, line in enumerate(rows):
        y = top + size // 2 + (0 if len(rows) == 1 else (-54, 54)[row])
        pen.text((left + size + 70, y), line, 88, 700, INK, "lm")


def code_on(image: Image.Image, link: str, middle: tuple[int, int], room: int, error: str) -> None:
    """The code as large as fits `room` pixels with its quiet zone, in whole pixels a module."""
    if not link:
        raise ValueError("a QR code needs a link")
    import segno  # heavy, and most starts of the program never need it

    rows = segno.make_qr(link, error=error).matrix
    module = max(room // (len(rows) + 2 * QUIET), 1)
    small = Image.new("L", (len(rows), len(rows)))
    small.putdata([255 if dark else 0 for row in rows for dark in row])
    mask = small.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST)
    shapes.stamp(image, mask, (middle[0] - mask.width // 2, middle[1] - mask.height // 2), (0, 0, 0))


def _heading(text: str, room: int, sizes: tuple[int, ...]) -> list[tuple[str, int]]:
    """A heading in one line or two, each as large as fits."""
    whole = fitted(text, room, sizes, 800)
    if whole[0] == plain(text):
        return [whole] if whole[0] else []
    return [(line, sizes[-1]) for line in wrapped(text, room, sizes[-1], 800, most=2)]


def _link_lines(link: str, room: int, size: int, weight: Weight = 800, most: int = 3) -> list[str]:
    """The link as one would type it, broken anywhere; nothing if it is too long to be typed at all."""
    rest = plain(link).removeprefix("https://")
    lines: list[str] = []
    if len(link) > LONGEST:
        return lines
    while rest:
        taken = len(rest)
        while taken > 1 and width(rest[:taken], size, weight) > room:
            taken -= 1
        lines.append(rest[:taken])
        rest = rest[taken:]
        if len(lines) == most and rest:
            return []
    return lines


def _finished(image: Image.Image, pen: Pen, dpi: tuple[int, int] | None = None) -> Picture:
    inks = [(TEAL, WHITE), (INK, WHITE), (MUTED, WHITE), (TEAL, MINT), (INK, MINT), (MINT, WHITE), ((0, 0, 0), WHITE)]
    out = BytesIO()
    options = {} if dpi is None else {"dpi": dpi}
    packed(image, palette_of(image, inks)).save(out, "PNG", compress_level=6, **options)
    return Picture(out.getvalue(), tuple(pen.written))
