"""The picture a mother gets: her child's name, weight and next day, and not one word of judgement."""

from datetime import date
from typing import get_args

import pytest

from bot.pictures import Point, growth_picture, indonesian, words_of
from bot.pictures.bands import FAMILY_BANDS, FAMILY_LINES
from bot.pictures.charts import ChartName
from bot.pictures.themes import Sex, Tone
from bot.pictures.words import kilograms
from tests.pictures.children import BORN, visits

BANNED = [
    "stunting", "pendek", "gizi", "bgm", "garis merah", "garis oranye", "kurus", "obesitas", "gagal", "bahaya",
    "z-score", "zscore", "sd", "bb/u", "tb/u", "rujuk", "kurang", "buruk", "tidak naik", "2t", "skrining", "normal",
    "wasting", "underweight", "severe", "risk", "risiko",
]  # fmt: skip


@pytest.mark.parametrize("name", get_args(ChartName))
@pytest.mark.parametrize("sex", get_args(Sex))
@pytest.mark.parametrize("tone", ["baik", "segera"])
def test_no_word_of_judgement_and_no_sd(name: ChartName, sex: Sex, tone: Tone) -> None:
    for birth in (BORN, date(2023, 3, 9)):
        written = growth_picture(
            name,
            audience="keluarga",
            sex=sex,
            birth=birth,
            points=visits(sex, birth, range(0, 11), lambda month: -month / 2),
            title="Ayu",
            bottom="",
            tone=tone,
            next_day="Selasa, 8 Desember 2026",
        ).written
        everything = " | ".join(written).lower()
        assert not [word for word in BANNED if word in everything]
        assert not [text for text in written if text[0] in "+-−"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_catalogue_for_families_is_free_of_it_too(language: str) -> None:
    words = words_of(language)
    for key in ("bb_u_0_24", "bb_u_24_60", "this_month", "welcome", "next_day", "closing"):
        text = words(f"keluarga.{key}").lower()
        assert not [word for word in BANNED if word in text]


def test_nickname_weight_of_this_month_and_next_day() -> None:
    written = growth_picture(
        "bb_u_0_24",
        audience="keluarga",
        sex="P",
        birth=BORN,
        points=[*visits("P", BORN, range(1, 10), lambda month: 0), Point(date(2026, 11, 12), 8400, None)],
        title="Ayu",
        bottom="",
        tone="perhatian",
        next_day="Selasa, 8 Desember 2026",
    ).written
    assert "Ayu" in written
    assert "Bulan ini 8,4 kg" in written
    assert written[-2:] == ("Posyandu berikutnya", "Selasa, 8 Desember 2026")


def test_without_a_visit_or_a_day_it_is_still_a_friendly_picture() -> None:
    written = growth_picture(
        "bb_u_24_60", audience="keluarga", sex="L", birth=BORN, points=[], title="Gede", bottom="", tone="segera"
    ).written
    assert "Sampai jumpa di posyandu" in written
    assert not [text for text in written if text.startswith("Bulan ini")]


def test_the_tone_changes_nothing_for_the_family() -> None:
    drawn = {
        growth_picture(
            "bb_u_0_24",
            audience="keluarga",
            sex="L",
            birth=BORN,
            points=visits("L", BORN, range(1, 8), lambda month: -3.5),
            title="Adi",
            bottom="",
            tone=tone,
        ).png
        for tone in get_args(Tone)
    }
    assert len(drawn) == 1


def test_no_band_or_line_for_families_is_red() -> None:
    for colour in [band.colour for band in FAMILY_BANDS] + [line.colour for line in FAMILY_LINES]:
        red, green, _ = colour
        assert red < green + 30
    assert min(band.low or -3 for band in FAMILY_BANDS) == -3, "below the bands is plain paper"


def test_weights_are_written_as_read_on_the_scale() -> None:
    written = [kilograms(grams, indonesian) for grams in (8400, 8450, 8000, 10000, 12345, 950)]
    assert written == ["8,4", "8,45", "8,0", "10,0", "12,345", "0,95"]
