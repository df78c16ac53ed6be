"""The book of measurements keeps one row a claim."""

from pathlib import Path

from tests.slow.measured import record


def test_a_newer_result_takes_the_place_of_the_older(tmp_path: Path) -> None:
    book = tmp_path / "measured.md"
    record("a turn is quick", "3 ms", "make bench", book)
    record("nothing is lost", "0 of\n1,000 | none", "make proof", book)
    record("a turn is quick", "2 ms", "make bench", book)
    rows = [line for line in book.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows] == ["| Claim", "| a turn is quick", "| nothing is lost"]
    assert "2 ms" in rows[1]
    assert "0 of 1,000 / none" in rows[2]
    assert all(row.count("|") == 6 for row in rows)
