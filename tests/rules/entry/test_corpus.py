"""Every labelled line: the public sample to the letter, our own three collections, and how often each was asked."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from posyandu.entry import Kind, read_line, read_session
from tests.rules.entry.labels import FIELDS, ON, as_row, roster_named

HERE = Path(__file__).parent
# Written before the reader (corpus), and twice more before trying, in styles not yet covered.
OWN = ("corpus.jsonl", "styles.jsonl", "styles2.jsonl", "styles3.jsonl")
ASKED_AT_MOST = 0.02  # of the acceptable lines


def rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


ROSTER = roster_named("anyelir")


@pytest.mark.parametrize("row", rows("lines.jsonl"), ids=lambda row: str(row["id"]))
def test_the_public_sample_is_read_as_labelled(row: dict[str, object]) -> None:
    found = as_row(read_line(str(row["line"]), ROSTER, ON))
    assert found == {name: row[name] for name in FIELDS}


@pytest.mark.parametrize("name", OWN)
def test_nothing_is_stored_that_should_be_asked(name: str) -> None:
    for row in rows(name):
        found = as_row(read_line(str(row["line"]), ROSTER, ON))
        if row["kind"] == "ask":
            assert found["kind"] in ("ask", "reject"), row["line"]
        elif found["kind"] in ("ok", "status"):
            assert found == {field: row[field] for field in FIELDS}, row["line"]


@pytest.mark.parametrize("kind", ["ok", "status", "reject"])
def test_at_most_one_acceptable_line_in_fifty_is_asked(kind: str) -> None:
    counts: Counter[bool] = Counter()
    for name in OWN:
        for row in rows(name):
            if row["kind"] == kind:
                found = as_row(read_line(str(row["line"]), ROSTER, ON))
                counts[found == {field: row[field] for field in FIELDS}] += 1
    assert counts[False] <= ASKED_AT_MOST * counts.total(), counts


def test_the_collection_is_as_large_as_promised() -> None:
    every = [row for name in OWN for row in rows(name)]
    assert len(every) >= 500
    assert sum(row["kind"] == "ask" for row in every) >= 150


@pytest.mark.parametrize("session", rows("sessions.jsonl"), ids=lambda row: str(row["id"]))
def test_the_public_session_is_read_as_labelled(session: dict[str, object]) -> None:
    found = read_session(str(session["message"]), ROSTER, ON).lines
    expected = session["lines"]
    assert isinstance(expected, list)
    assert [line.line_no for line in found] == [row["line_no"] for row in expected]
    for line, row in zip(found, expected, strict=True):
        assert as_row(line.reading) == {name: row[name] for name in FIELDS}, row["line"]


def test_a_question_keeps_what_was_heard() -> None:
    """For the buttons: what may have been meant, and of whom."""
    asked = read_line("syifa bb 82 tb 73,5", ROSTER, ON)
    assert (asked.kind, asked.child, asked.weight_g, asked.height_mm) == (Kind.ASK, "AN-08", None, None)
    assert asked.heard.height_mm == 735
    assert [d.suggests for d in asked.doubts] == [8200]
    assert read_line("Aisyah 11,8 86,5", ROSTER, ON).candidates == ("AN-02", "AN-03", "AN-04")
    assert read_line("Alya bb 9,3 tb 73", ROSTER, ON).typed == "alya"


def test_what_else_was_said_is_kept() -> None:
    assert read_line("supriadi bb 13,3 tb 98 bengkak kaki kiri kanan", ROSTER, ON).extras.oedema is True
    assert read_line("supriadi bb 13,3 tb 98 tidak bengkak", ROSTER, ON).extras.oedema is False
    assert read_line("elisabeth bb 11.5 tb 86 vit A merah sudah dikasih", ROSTER, ON).extras.vita == "red"
    assert read_line("aqila 7,6 66,5 sdh vit a biru", ROSTER, ON).extras.vita == "blue"
    assert read_line("Shanum masih asi eksklusif, bb 5,7 pb 59,6", ROSTER, ON).extras.asi is True
    assert read_line("tgl 10 nov azzam 11,2 83", ROSTER, ON).said_on == date(2026, 11, 10)
