"""Colours and places of the two kinds of picture, 1080 x 1350: an upright phone screen."""

from dataclasses import dataclass
from typing import Literal

from bot.pictures.charts import Audience
from bot.pictures.typography import Colour

Sex = Literal["L", "P"]
Tone = Literal["baik", "perhatian", "segera", "netral"]

WIDTH, HEIGHT = 1080, 1350
MARGIN = 44

WHITE: Colour = (255, 255, 255)

# The verdict bar: all white text on these has a contrast of at least 4.5 to 1.
TONES: dict[Tone, Colour] = {
    "baik": (35, 118, 66),
    "perhatian": (163, 94, 0),
    "segera": (179, 32, 32),
    "netral": (71, 88, 107),
}


@dataclass(frozen=True)
class Theme:
    """`plot` is left, top, right, bottom of the chart's field. `line` is the child's line, `now` its latest point."""

    paper: Colour
    field: Colour
    header: Colour
    header_strong: Colour
    header_soft: Colour
    ink: Colour
    muted: Colour
    frame: Colour
    grid: Colour
    line: Colour
    now: Colour
    plot: tuple[int, int, int, int]


_INK, _MUTED, _NAVY = (33, 43, 54), (92, 103, 115), (16, 47, 94)
_STAFF_PLOT = (96, 188, 1002, 1004)
_FAMILY_PLOT = (92, 236, 1024, 926)
_CREAM, _WARM_INK, _WARM_MUTED = (255, 250, 243), (66, 51, 44), (128, 109, 98)


def _staff(header: Colour, soft: Colour) -> Theme:
    return Theme(
        paper=WHITE,
        field=WHITE,
        header=header,
        header_strong=WHITE,
        header_soft=soft,
        ink=_INK,
        muted=_MUTED,
        frame=(150, 158, 166),
        grid=(40, 60, 50),
        line=_NAVY,
        now=_NAVY,
        plot=_STAFF_PLOT,
    )


def _family(header: Colour, strong: Colour) -> Theme:
    return Theme(
        paper=_CREAM,
        field=WHITE,
        header=header,
        header_strong=strong,
        header_soft=_WARM_INK,
        ink=_WARM_INK,
        muted=_WARM_MUTED,
        frame=(226, 214, 200),
        grid=(120, 100, 70),
        line=(28, 108, 112),
        now=(224, 106, 80),
        plot=_FAMILY_PLOT,
    )


# Blue for boys and pink for girls, as the two KMS cards are.
THEMES: dict[tuple[Audience, Sex], Theme] = {
    ("petugas", "L"): _staff((24, 98, 168), (214, 231, 247)),
    ("petugas", "P"): _staff((178, 50, 106), (252, 222, 234)),
    ("keluarga", "L"): _family((217, 235, 247), (27, 83, 130)),
    ("keluarga", "P"): _family((252, 226, 234), (154, 46, 92)),
}
