"""Nothing that can be typed makes the readers raise, and very long messages are read quickly."""

import random
import time
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from posyandu.entry import (
    Kind,
    read_date,
    read_head,
    read_length,
    read_line,
    read_month,
    read_muac,
    read_phone,
    read_session,
    read_weight,
    read_yes_no,
)
from posyandu.entry.vocabulary import all_phrases
from tests.rules.entry.test_corpus import ON, ROSTER, rows

PIECES = [" ".join(phrase) for phrase, _ in all_phrases()]
NAMES = [c.name for c in ROSTER.children] + [c.mother for c in ROSTER.children]
SIGNS = [",", ".", "/", "-", ":", ";", "(", ")", "|", "+", "=", "->", "?", "%", "\n", "\t", "½", "3️⃣", "👍", "​"]
PIECE = st.one_of(
    st.sampled_from(PIECES), st.sampled_from(NAMES), st.sampled_from(SIGNS),
    st.from_regex(r"\A\d{1,5}([.,]\d{1,3})?\Z"), st.text(max_size=6),
)  # fmt: skip
LINE = st.lists(PIECE, max_size=12).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), LINE))
def test_any_text_is_read_without_raising(text: str) -> None:
    reading = read_line(text, ROSTER, ON)
    values = (reading.weight_g, reading.height_mm, reading.head_mm, reading.muac_mm)
    if reading.kind is Kind.OK:
        assert reading.child is not None
        assert any(v is not None for v in values)
    else:
        assert values == (None,) * 4
    assert (reading.status is not None) <= (reading.kind is Kind.STATUS or str(reading.status) == "meninggal")
    assert len(reading.candidates) <= 4
    for answer in (read_weight, read_length, read_head, read_muac, read_phone, read_yes_no):
        answer(text)
    read_date(text, ON)
    read_month(text, ON)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, max_size=8).map("\n".join))
def test_any_message_is_read_without_raising(text: str) -> None:
    lines = read_session(text, ROSTER, ON).lines
    assert [x.line_no for x in lines] == sorted(x.line_no for x in lines)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([str(r["line"]) for r in rows("lines.jsonl") if r["kind"] == "ok"]), st.data())
def test_a_letter_more_or_less_never_stores_other_values(line: str, data: st.DataObject) -> None:
    """A line that is fine, with one character dropped or typed in, is never taken for another child."""
    meant = read_line(line, ROSTER, ON)
    place = data.draw(st.integers(0, len(line)))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz "))
    typed = line[:place] + letter + line[place:] if data.draw(st.booleans()) else line[:place] + line[place + 1 :]
    found = read_line(typed, ROSTER, ON)
    if found.kind is Kind.OK:
        assert found.child == meant.child


def test_sixty_four_kilobytes_are_read_quickly() -> None:
    rng = random.Random(0)
    long_lines = [
        "a" * 65_536, "9" * 65_536, "9,4 " * 16_384, "azzam " * 10_922, "(" * 65_536, "satu koma " * 6_553,
        "\n".join("azzam 11,2 83" for _ in range(4_681)), "bb tb " * 10_922, "-" * 65_536, "1/2 " * 16_384,
        "".join(chr(rng.randrange(32, 0x2FFF)) for _ in range(65_536)), "kgtbcmbb" * 8_192, "12/11/2026 " * 5_957,
    ]  # fmt: skip
    for text in long_lines:
        began = time.process_time()
        read_line(text, ROSTER, ON)
        read_session(text, ROSTER, ON)
        assert time.process_time() - began < 3, text[:20]


def test_dates_are_day_first() -> None:
    assert read_date("05/03/2024", ON) == date(2024, 3, 5)
