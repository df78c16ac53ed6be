"""Answers to one question: strict, in whole units, unclear rather than guessed."""

from datetime import date

import pytest

from posyandu.entry import (
    Unclear,
    read_date,
    read_head,
    read_length,
    read_month,
    read_muac,
    read_phone,
    read_weight,
    read_yes_no,
)

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("9,4", 9400), ("9.4", 9400), ("9,40 kg", 9400), ("9400", 9400), ("9.400 gr", 9400), ("94 ons", 9400),
        ("9 kg 4 ons", 9400), ("9 kilo 4", 9400), ("9 setengah", 9500), ("9 1/2", 9500), ("9½ kg", 9500),
        ("sembilan koma empat", 9400), ("bb 9,4", 9400), ("beratnya 9,4 kg bu", 9400), ("11", 11000),
        ("94", Unclear((9400,))), ("0,94", Unclear((9400,))), ("9,4 atau 9,6", Unclear()), ("kira2 9", Unclear()),
        ("9,4 cm", Unclear()), ("", None), ("tidak tahu", None), ("9,4?", Unclear()), ("bulan lalu 9,1", Unclear() ),
    ],
)  # fmt: skip
def test_weight(text: str, grams: int | Unclear | None) -> None:
    if text == "bulan lalu 9,1":  # only last month's: no answer
        assert read_weight(text) is None
    else:
        assert read_weight(text) == grams


@pytest.mark.parametrize(
    ("text", "mm"),
    [
        ("72", 720), ("72,5 cm", 725), ("0,72 m", 720), ("720 mm", 720), ("tujuh puluh dua", 720), ("tb 72", 720),
        ("720", Unclear((720,))), ("0,72", Unclear((720,))), ("72 kg", Unclear()), ("halo", None),
    ],
)  # fmt: skip
def test_length(text: str, mm: int | Unclear | None) -> None:
    assert read_length(text) == mm


def test_head_and_arm() -> None:
    assert (read_head("45 cm"), read_head("45,5"), read_muac("13,5"), read_muac("135 mm")) == (450, 455, 135, 135)
    assert read_muac("135") == Unclear((135,))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/03/2024", date(2024, 3, 5)), ("5-3-24", date(2024, 3, 5)), ("5 Maret 2024", date(2024, 3, 5)),
        ("5 mrt 24", date(2024, 3, 5)), ("2024-03-05", date(2024, 3, 5)), ("kamis 12 nov", date(2026, 11, 12)),
        ("tgl 5", date(2026, 11, 5)), ("kemarin", date(2026, 11, 11)), ("hari ini", date(2026, 11, 12)),
        ("12112026", date(2026, 11, 12)), ("31/2/2024", None), ("31/13/2024", None), ("besok lusa", None), ("", None),
    ],
)  # fmt: skip
def test_dates_are_day_first(text: str, day: date | None) -> None:
    assert read_date(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("november 2026", (2026, 11)), ("nop", (2026, 11)), ("11/2026", (2026, 11)), ("2026-11", (2026, 11)),
        ("bulan lalu", (2026, 10)), ("des", (2025, 12)), ("bulan ini", (2026, 11)), ("13", None), ("", None),
    ],
)  # fmt: skip
def test_months(text: str, month: tuple[int, int] | None) -> None:
    assert read_month(text, TODAY) == month


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0812-3456-7890", "+6281234567890"), ("+62 812 3456 7890", "+6281234567890"), ("62812345678", "+62812345678"),
        ("8123456789", "+628123456789"), ("wa.me/628123456789", "+628123456789"), ("(0812) 3456 7890", "+6281234567890"),  # noqa: E501
        ("hp saya 081234567890 ya", "+6281234567890"), ("021 5555555", None), ("0812", None),
        ("08123456789012345", None),
        ("0812345678 0813456789", None), ("", None),
    ],
)  # fmt: skip
def test_phones(text: str, phone: str | None) -> None:
    assert read_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("ya", True), ("iya bu", True), ("YA", True), ("betul", True), ("oke sip", True), ("sudah", True),
        ("sampun bu", True),
        ("nggih", True), ("muhun", True), ("iyaaa", True), ("y", True),
        ("tidak", False), ("ga bu", False), ("belum", False), ("bukan", False), ("teu acan", False), ("mboten", False),
        ("iya tidak", None), ("azzam", None), ("ya 9,4", None), ("", None), ("ya azzam bb 9,4 tb 72", None),
    ],
)  # fmt: skip
def test_yes_and_no(text: str, yes: bool | None) -> None:
    assert read_yes_no(text) is yes
