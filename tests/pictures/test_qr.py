"""The QR code and the wall sheet: the code is the link's, it has its quiet zone, and the words are there."""

import tomllib
from importlib import resources
from io import BytesIO

import pytest
import segno
from PIL import Image

from bot.pictures import poster, poster_drawn, qr_drawn, qr_picture, words_of

LINK = "https://t.me/PosyanduAnyelirBot?start=K7QMX2PA"


def modules(png: bytes, box: tuple[int, int, int, int], count: int) -> list[list[int]]:
    """Reads the code back: finds the dark square inside `box` and samples the middle of each module."""
    image = Image.open(BytesIO(png)).convert("L").crop(box).point(lambda grey: 255 if grey < 60 else 0)
    found = image.getbbox()
    assert found is not None
    left, top, right, bottom = found
    step = (right - left) / count
    assert right - left == bottom - top
    assert step == int(step), "whole pixels a module"
    for edge in (left, top, image.width - right, image.height - bottom):
        assert edge >= 4 * step, "four modules of quiet"
    rows = [
        [image.getpixel((left + int((c + 0.5) * step), top + int((r + 0.5) * step))) for c in range(count)]
        for r in range(count)
    ]
    return [[1 if dark else 0 for dark in row] for row in rows]


@pytest.mark.parametrize(
    "link", [LINK, "https://wa.me/6281234567890?text=GABUNG%20K7QMX2PA", "https://t.me/x?" + "a" * 300]
)
def test_the_picture_holds_exactly_this_link(link: str) -> None:
    wanted = [[int(dark) for dark in row] for row in segno.make_qr(link, error="m").matrix]
    assert modules(qr_picture(link, "Gabung"), (90, 200, 990, 1100), len(wanted)) == wanted


def test_the_sheet_holds_it_too_and_prints_as_a4() -> None:
    png = poster("Posyandu Anyelir RW 14", ["Satu", "Dua", "Tiga"], LINK)
    wanted = [[int(dark) for dark in row] for row in segno.make_qr(LINK, error="q").matrix]
    assert modules(png, (390, 545, 2090, 2235), len(wanted)) == wanted
    sheet = Image.open(BytesIO(png))
    inches = [pixels / dots for pixels, dots in zip(sheet.size, sheet.info["dpi"], strict=True)]
    assert inches == pytest.approx([8.27, 11.69], abs=0.01)


def test_caption_link_and_steps_are_written_out() -> None:
    assert qr_drawn(LINK, "Gabung Posyandu Anyelir").written == (
        "Gabung Posyandu Anyelir",
        "t.me/PosyanduAnyelirBot?start=K7QMX2PA",
    )
    sheet = poster_drawn("Posyandu Anyelir RW 14", [], LINK).written
    assert [text for text in sheet if text in "123"] == ["1", "2", "3"]
    assert "Ketuk tautan yang muncul." in sheet
    english = poster_drawn("Posyandu Anyelir RW 14", [], LINK, words_of("en")).written
    assert "Tap the link that appears." in english


def test_a_link_too_long_to_type_is_only_in_the_code() -> None:
    assert qr_drawn("https://t.me/x?" + "a" * 300, "Gabung").written == ("Gabung",)


@pytest.mark.parametrize("link", ["", "x" * 4000])
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(ValueError):
        qr_picture(link, "Gabung")


def test_both_languages_have_the_same_words() -> None:
    indonesian, english = (
        tomllib.loads(resources.files("bot.locales").joinpath(language, "pictures.toml").read_text(encoding="utf-8"))
        for language in ("id", "en")
    )
    assert {table: set(texts) for table, texts in indonesian.items()} == {
        table: set(texts) for table, texts in english.items()
    }
