"""Lines, sessions and traps written by fresh eyes, in many styles, from some thirty regions; what the first runs gave
is in the files and in docs/measured.md."""

from collections import Counter

import pytest

from posyandu.entry import Kind, headings_of, read_continued, read_line
from tests.rules.entry.labels import BLIND, ON, as_row, labelled_lines, labelled_session, roster_called

LINES = sorted(p.stem for p in BLIND.glob("lines*.txt"))
SESSIONS = sorted(p.stem for p in BLIND.glob("session*.txt"))
TRAPS = sorted(p.stem for p in BLIND.glob("traps*.txt"))
CHILDREN = {"anyelir": 25}  # of a session; the public roster has only 30
ASKED_AT_MOST = 0.02
STORED = (Kind.OK, Kind.STATUS)
QUESTIONS = 3  # of a whole session, those included that must be asked


@pytest.mark.parametrize("name", LINES)
def test_lines_are_read_as_labelled_or_asked(name: str) -> None:
    counts: Counter[bool] = Counter()
    for roster, row, line in labelled_lines(name):
        found = as_row(read_line(line, roster, ON))
        stored = found["kind"] in ("ok", "status")
        if row["kind"] == "ask":
            assert not stored, line
        else:
            assert not stored or found == row, line
            counts[found == row] += 1
    assert counts[False] <= ASKED_AT_MOST * counts.total(), counts


@pytest.mark.parametrize("name", TRAPS)
def test_values_that_fit_are_asked_when_the_words_do_not(name: str) -> None:
    stored = [line for roster, _, line in labelled_lines(name) if read_line(line, roster, ON).kind in STORED]
    assert stored == []


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_is_stored_right_with_at_most_three_questions(name: str) -> None:
    roster, messages = labelled_session(name)
    before: list[str] = []
    asked = children = 0
    for message in messages:
        text = "\n".join(line for _, line in message)
        readings = [x.reading for x in read_continued(text, roster, ON, headings_of(before, roster, ON)).lines]
        rows = [row for expected, _ in message for row in expected]
        assert len(readings) == len(rows)
        for reading, row in zip(readings, rows, strict=True):
            if reading.kind in STORED:
                assert as_row(reading) == row
            asked += reading.kind is Kind.ASK
            children += row["kind"] != "reject"
        before.append(text)
    assert children >= CHILDREN.get(roster_called(name), 49)
    assert asked <= QUESTIONS
