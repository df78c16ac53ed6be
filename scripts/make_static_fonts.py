"""The two weights of Nunito that PDF files use, cut from the variable font: `python scripts/make_static_fonts.py`.

fpdf2 would cut them anew for every file, two seconds of a processor each; a Temu Kader asks for thousands.
"""

from __future__ import annotations

from pathlib import Path

from fontTools import ttLib
from fontTools.varLib import instancer

FONTS = Path(__file__).parents[1] / "bot" / "pictures" / "fonts"
WEIGHTS = (500, 800)
NOT_NEEDED = ("GSUB", "GPOS", "GDEF", "STAT")  # PDF text is set letter by letter


def main() -> None:
    for weight in WEIGHTS:
        font = ttLib.TTFont(FONTS / "Nunito.ttf", recalcTimestamp=False)
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        for table in NOT_NEEDED:
            if table in font:
                del font[table]
        font.save(FONTS / f"Nunito-{weight}.ttf")


if __name__ == "__main__":
    main()
