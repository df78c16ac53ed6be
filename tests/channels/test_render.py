"""From what is said to bubbles: which form, which pieces, and nothing lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.port import Bubble, Choice, Media, Reach
from bot.channels.reach import REACH, TELEGRAM, TERMINAL, WHATSAPP
from bot.channels.render import fit, form_of, numbered, split, units

PICTURE = Media("image", "kms.png", "image/png", b"x")
SHEET = Media("document", "skdn.xlsx", "application/zip", b"x")


def choices(*titles: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"ab12:{number}", title) for number, title in enumerate(titles, 1))


YES_NO = choices("Ya", "Tidak")
FORMS = [
    (TELEGRAM, choices("Ya", "Ubah", "Batal"), "buttons"),
    (TELEGRAM, choices(*(f"Anak {n}" for n in range(10))), "buttons"),
    (TELEGRAM, choices(*(f"Anak {n}" for n in range(11))), "numbers"),
    (TELEGRAM, choices("x" * 41, "y"), "numbers"),
    (WHATSAPP, choices("Ya", "Ubah", "Batal"), "buttons"),
    (WHATSAPP, choices("Ya", "Ubah", "Batal", "Nanti"), "list"),
    (WHATSAPP, choices("x" * 21, "y"), "list"),
    (WHATSAPP, choices("x" * 25, "y"), "numbers"),
    (WHATSAPP, choices(*(f"Anak {n}" for n in range(11))), "numbers"),
    (WHATSAPP, choices("👶" * 11, "y"), "list"),  # an emoji counts two
    (WHATSAPP, choices("Siti", "Siti"), "numbers"),  # nobody can tell two equal buttons apart
    (TERMINAL, YES_NO, "numbers"),
    (TELEGRAM, (), "none"),
]


@pytest.mark.parametrize(("reach", "options", "form"), FORMS)
def test_the_form_follows_from_what_fits(reach: Reach, options: tuple[Choice, ...], form: str) -> None:
    assert form_of(options, reach) == form


def test_numbered_lines_and_the_hint_below() -> None:
    (bubble,) = fit("Siapa?", YES_NO, TERMINAL, more_hint="Ketik nomor.")
    assert bubble == Bubble("Siapa?\n\n1. Ya\n2. Tidak\n\nKetik nomor.", YES_NO, "numbers")
    assert numbered("", YES_NO) == "1. Ya\n2. Tidak"


def test_the_list_button_is_there_for_lists_only() -> None:
    (shown,) = fit("Siapa?", choices(*"abcd"), WHATSAPP, list_button="Pilih", more_hint="Ketik nomor.")
    assert (shown.form, shown.list_button, shown.text) == ("list", "Pilih", "Siapa?")
    (shown,) = fit("Siapa?", YES_NO, WHATSAPP, list_button="Pilih")
    assert (shown.form, shown.list_button) == ("buttons", "")


def test_options_are_on_the_last_bubble_only() -> None:
    first, last = fit("a" * 3000 + "\n\n" + "b" * 3000, YES_NO, TELEGRAM)
    assert (first.text, first.choices, first.form) == ("a" * 3000, (), "none")
    assert (last.text, last.choices, last.form) == ("b" * 3000, YES_NO, "buttons")


def test_words_above_whatsapp_buttons_are_shorter() -> None:
    assert [len(bubble.text) for bubble in fit("a" * 1500, (), WHATSAPP)] == [1500]
    assert [len(bubble.text) for bubble in fit("a" * 1500, YES_NO, WHATSAPP)] == [1024, 476]


MEDIA = [
    (TELEGRAM, PICTURE, "kurva", YES_NO, [("kurva", True, "buttons")]),
    (TELEGRAM, SHEET, "rekap", (), [("rekap", True, "none")]),
    (TELEGRAM, PICTURE, "x" * 1025, YES_NO, [("", True, "none"), ("x" * 1025, False, "buttons")]),
    (TELEGRAM, PICTURE, "", (), [("", True, "none")]),
    (WHATSAPP, PICTURE, "kurva", (), [("kurva", True, "none")]),
    (WHATSAPP, SHEET, "rekap", (), [("", True, "none"), ("rekap", False, "none")]),
    (WHATSAPP, SHEET, "", (), [("", True, "none")]),
    (WHATSAPP, PICTURE, "kurva", YES_NO, [("", True, "none"), ("kurva", False, "buttons")]),
    (WHATSAPP, PICTURE, "siapa", choices("x" * 25, "y"), [("siapa\n\n1. " + "x" * 25 + "\n2. y", True, "numbers")]),
]


@pytest.mark.parametrize(("reach", "media", "text", "options", "expected"), MEDIA)
def test_a_picture_and_its_words(
    reach: Reach, media: Media, text: str, options: tuple[Choice, ...], expected: list[tuple[str, bool, str]]
) -> None:
    shown = fit(text, options, reach, media)
    assert [(bubble.text, bubble.media is not None, bubble.form) for bubble in shown] == expected


def test_a_channel_without_documents_names_the_file() -> None:
    bare = Reach(0, 0, 0, 0, 100, 100, documents=False)
    assert fit("Rekap", (), bare, SHEET) == [Bubble("Rekap\n[skdn.xlsx]")]


def test_options_without_words_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="words"):
        fit("", YES_NO, TELEGRAM)


def test_nothing_to_say_is_no_bubble() -> None:
    assert fit("", (), TELEGRAM) == []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("satu dua tiga", ["satu dua", "tiga"]),
        ("satu\ndua tiga empat", ["satu\ndua", "tiga empat"]),
        ("aaaaa. b cccc", ["aaaaa.", "b cccc"]),
        ("aaaaaaaaaaaaaaa", ["aaaaaaaaaa", "aaaaa"]),
        ("👶👶👶👶👶👶", ["👶👶👶👶👶", "👶"]),
        ("a👶👶👶👶👶👶", ["a👶👶👶👶", "👶👶"]),
        ("sepuluh 10\nlagi", ["sepuluh 10", "lagi"]),
        ("", [""]),
    ],
)
def test_a_long_text_is_cut_at_the_best_border(text: str, pieces: list[str]) -> None:
    assert split(text, 10) == pieces


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(4, 60))
def test_no_piece_is_too_long_and_no_letter_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@settings(deadline=None)
@given(
    st.sampled_from(sorted(REACH)),
    st.text(min_size=1, max_size=3000),
    st.lists(st.text(min_size=1, max_size=45), max_size=15),
)
def test_every_bubble_fits_its_channel(name: str, text: str, titles: list[str]) -> None:
    reach, options = REACH[name], choices(*titles)
    for bubble in fit(text, options, reach):
        above = reach.choice_chars if bubble.form in ("buttons", "list") and reach.choice_chars else reach.text_chars
        assert units(bubble.text) <= above
        if bubble.form == "buttons":
            assert len(bubble.choices) <= reach.buttons
