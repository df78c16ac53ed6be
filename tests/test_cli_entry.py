"""`posyandu-bot entry`: the reader on the command line, without a database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli_entry import main

DATA = Path(__file__).parent / "rules" / "entry"
ROSTER = str(DATA / "roster.csv")
FIELDS = ("line", "kind", "child", "weight_g", "height_mm", "head_mm", "muac_mm", "position", "status")
CALL = ["--roster", ROSTER, "--date", "2026-11-12"]


def rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_single_lines_come_out_as_labelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = rows("lines.jsonl")
    file = tmp_path / "baris.txt"
    file.write_text("\n".join(str(row["line"]) for row in expected) + "\n\n", encoding="utf-8")
    assert main([*CALL, str(file)]) == 0
    found = said(capsys)
    assert [{f: row[f] for f in FIELDS} for row in found] == [{f: row[f] for f in FIELDS} for row in expected]
    assert all(set(row) == {*FIELDS, "why"} and row["why"] for row in found)


def test_a_session_from_standard_input_keeps_its_line_numbers() -> None:
    (expected,) = rows("sessions.jsonl")
    lines = expected["lines"]
    assert isinstance(lines, list)
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "entry", *CALL, "--session", "-"],
        input=str(expected["message"]), capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    wanted = ("line_no", *FIELDS)
    assert [{f: row[f] for f in wanted} for row in found] == [{f: row[f] for f in wanted} for row in lines]
    assert "ok" in done.stderr  # the count goes beside the data


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["--roster", "tidak-ada.csv", "--date", "2026-11-12", "-"], "tidak-ada.csv"),
        (["--roster", ROSTER, "--date", "kapan", "-"], "bukan tanggal"),
        ([*CALL, "tidak-ada.txt"], "tidak-ada.txt"),
        (["--date", "2026-11-12"], "--roster"),
    ],
)
def test_a_wrong_call_says_in_indonesian_what_is_wrong(
    call: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(call) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err


def test_a_roster_with_a_mistake_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "daftar.csv"
    roster.write_text("child_id;name;birth_date\nA1;Azzam;2025-02-20\nA2;Dafa;20 Februari\n", encoding="utf-8")
    assert main(["--roster", str(roster), "--date", "2026-11-12", "-"]) == 2
    assert "baris 3" in capsys.readouterr().err
