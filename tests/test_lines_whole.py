"""A posyandu's whole session, as fresh eyes wrote it, through the whole house: in four messages of the kader, once more
from the beginning, and what must be asked afterwards."""

from __future__ import annotations

import csv
from pathlib import Path
from unittest.mock import patch

import pytest

from storage import demo, demo_rounds
from tests.house import DemoHouse, demo_house
from tests.rules.entry.labels import BLIND, NEXT_MESSAGE, Row, labelled_session

MESSAGES, QUESTIONS = 4, 3
FIELDS = {"weight_g": "weight", "height_mm": "length", "head_mm": "head", "muac_mm": "muac"}
LONGEST = 4096  # characters of a message, of the strictest channel


def roster_for_the_house(name: str, folder: Path) -> tuple[Path, dict[str, str]]:
    """The list with the demo's codes and its last round, and code by the list's own number."""
    with (BLIND / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row["child_id"]: f"AN-{number:02d}" for number, row in enumerate(rows, 1)}
    for row in rows:
        late = row["last_date"].startswith("2026-10")
        row |= {"child_id": codes[row["child_id"]], "last_date": "2026-10-13" if late else row["last_date"]}
    path = folder / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path, codes


def in_four(lines: list[tuple[list[Row], str]]) -> list[str]:
    """The list as she would cut it: a new message between two children, the headings in the first."""
    size = -(-len(lines) // MESSAGES)
    return ["\n".join(text for _, text in lines[at : at + size]) for at in range(0, len(lines), size)]


@pytest.mark.parametrize("name", ["session12", "session15"])
async def test_a_whole_session_in_four_messages(name: str, tmp_path: Path) -> None:
    header = next(x for x in (BLIND / f"{name}.txt").read_text("utf-8").splitlines() if "# roster" in x)
    path, codes = roster_for_the_house(header.split()[-1], tmp_path)
    (lines,) = labelled_session(name)[1]
    assert NEXT_MESSAGE not in [text for _, text in lines]
    rows = [row for expected, _ in lines for row in expected]
    with patch.object(demo, "ROSTER", path), patch.object(demo_rounds, "STORIES", {}):
        async with demo_house(tmp_path, url=f"sqlite:///{tmp_path / 'book.db'}") as house:
            for message in in_four(lines):
                await house.say("kader", message)
            stored = {k: v for k, v in house.measures().items() if k[1] in FIELDS.values()}
            wanted = {
                (codes[str(row["child"])], FIELDS[f]): row[f]
                for row in rows
                if row["kind"] == "ok"
                for f in FIELDS
                if row[f] is not None
            }
            assert stored == wanted
            assert await questions(house) <= QUESTIONS
            told = len(house.told())
            for message in in_four(lines):
                await house.say("kader", message)
            assert {k: v for k, v in house.measures().items() if k[1] in FIELDS.values()} == wanted
            assert len(house.told()) == told
            assert all(len(seen.text) <= LONGEST for seen in house.thread("kader"))


async def questions(house: DemoHouse) -> int:
    """How many are asked one after the other, each left out with its button."""
    asked = 0
    while house.open_question("kader") is not None and asked < 20:
        asked += 1
        await house.tap("kader", "Lewati dulu")
    return asked
