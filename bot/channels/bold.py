"""*Words* of the catalogues are bold: WhatsApp reads the stars itself, other channels are told where in the text."""

from __future__ import annotations

import re

from bot.channels.render import units

_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")


def bold_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its stars, and where it is bold: (offset, length) in UTF-16 units."""
    plain, places, at = "", [], 0
    for found in _BOLD.finditer(text):
        plain += text[at : found.start()]
        places.append((units(plain), units(found[1])))
        plain += found[1]
        at = found.end()
    return plain + text[at:], places
