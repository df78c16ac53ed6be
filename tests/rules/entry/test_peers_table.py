"""The lines that other systems read wrongly or not at all, replayed: each is read right, or asked. Never wrong."""

from datetime import date

import pytest

from posyandu.anthropometry import Sex
from posyandu.entry import Kind, read_length, read_line, read_weight
from posyandu.names import Roster, RosterChild

ON = date(2026, 11, 12)
SITI = RosterChild(
    "S1", "Siti Aisyah", None, Sex.GIRL, date(2025, 10, 1), "Ani", "01", None, date(2026, 10, 13), 9200, 715
)
ROSTER = Roster(
    [
        SITI,
        RosterChild("S2", "Budi", None, Sex.BOY, date(2024, 1, 1), "Ina", "02", None, date(2026, 10, 13), 12300, 890),
    ]
)


@pytest.mark.parametrize("line", ["Siti 9,4 72,5", "Siti Aisyah 9,4 72,5", "Siti BB 9,4 TB 72,5", "Siti BB=9,4 TB=72,5", "TB Siti 72,5 BB 9,4", "Siti 9.4kg 72.5cm"])  # fmt: skip  # noqa: E501
def test_named_lines_are_read(line: str) -> None:
    found = read_line(line, ROSTER, ON)
    assert (found.kind, found.child, found.weight_g, found.height_mm) == (Kind.OK, "S1", 9400, 725)


@pytest.mark.parametrize(
    ("answer", "grams"), [("9,4", 9400), ("9.4kg", 9400), ("8,25", 8250), ("12,5", 12500), ("9.400 gr", 9400)]
)
def test_a_weight_alone_answers_its_question(answer: str, grams: int) -> None:
    assert read_weight(answer) == grams


def test_a_length_alone_answers_its_question() -> None:
    assert read_length("72,5") == 725


@pytest.mark.parametrize("line", ["9,4", "9.4kg", "8,25", "12,5", "BB 9,4 TB 72,5", "BB=9,4 TB=72,5", "TB 12345 9.4 72.5", "TB 12345 9,4 72,5", "TB 12345 9.4kg 72.5cm"])  # fmt: skip  # noqa: E501
def test_without_a_name_nothing_is_stored(line: str) -> None:
    assert read_line(line, ROSTER, ON).kind in (Kind.ASK, Kind.REJECT)


@pytest.mark.parametrize("line", ["Siti 72.5 9.4", "TB Siti Aisyah 9 72", "Siti 72 9", "Siti 94 72,5", "Siti 825", "Siti 125"])  # fmt: skip  # noqa: E501
def test_swapped_and_lost_signs_are_asked(line: str) -> None:
    assert read_line(line, ROSTER, ON).kind is Kind.ASK
