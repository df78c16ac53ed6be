"""From picture to PNG in few colours: a third of the size, and the same bytes for the same picture.

The palette is made once per backdrop: steps between the pairs of colours that meet at the edges of what is drawn later
(letters on bars, the child's line), and the commonest colours. Nothing is counted per picture, so packing is quick.
"""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from bot.pictures.typography import Colour

MOST_COLOURS = 96
NEAR = 9
STEPS = (0.25, 0.5, 0.75)


def palette_of(image: Image.Image, inks: Sequence[tuple[Colour, Colour]]) -> Image.Image:
    """A palette picture: the colours of `inks` and steps between each pair, then the image's commonest colours."""
    colours = list(dict.fromkeys(colour for pair in inks for colour in pair))
    steps = [_mixed(one, two, step) for one, two in inks for step in STEPS]
    counted = image.getcolors(maxcolors=image.width * image.height) or []
    common = [colour for _, colour in sorted(counted, key=lambda entry: (-entry[0], entry[1]))]
    for colour in (*steps, *common):
        if len(colours) == MOST_COLOURS:
            break
        if isinstance(colour, tuple) and all(_apart(colour, taken) for taken in colours):
            colours.append((colour[0], colour[1], colour[2]))
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in colours for channel in colour])
    return palette


def _apart(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    """Far enough to be told apart by the search for the nearest, which looks at colours in steps of four."""
    return max(abs(a - b) for a, b in zip(one, two, strict=True)) >= NEAR


def _mixed(one: Colour, two: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, two, strict=True))
    return red, green, blue


def packed(image: Image.Image, palette: Image.Image) -> Image.Image:
    """The picture in the colours of a palette picture, each pixel the nearest of them."""
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def png(image: Image.Image, palette: Image.Image) -> bytes:
    """The picture as PNG in the colours of a palette picture."""
    out = BytesIO()
    packed(image, palette).save(out, "PNG", compress_level=6)
    return out.getvalue()
