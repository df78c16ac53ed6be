"""The systemd units: systemd reads them without complaint, and they start what is there."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli import main

UNITS = sorted((Path(__file__).parent.parent / "deploy").glob("posyandu-bot*"))


def read(unit: Path) -> configparser.RawConfigParser:
    parsed = configparser.RawConfigParser(strict=True)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string(unit.read_text(encoding="utf-8"))
    return parsed


def test_there_is_a_service_and_a_timer() -> None:
    assert [unit.suffix for unit in UNITS].count(".service") == 4
    assert [unit.suffix for unit in UNITS].count(".timer") == 1


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_the_sections_of_its_kind(unit: Path) -> None:
    sections = read(unit).sections()
    assert sections[0] == "Unit"
    assert unit.suffix.removeprefix(".").title() in sections


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda unit: unit.name)
def test_what_it_starts_is_a_command_of_ours(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, *words = read(unit)["Service"]["ExecStart"].split()
    assert program.endswith("/.venv/bin/posyandu-bot")
    with pytest.raises(SystemExit) as ended:
        main([words[0], "--help"])
    assert ended.value.code == 0
    assert words[0] in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine")
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    """Verified in copies that start /bin/true as the user who asks, as neither program nor user need be here."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/srv/posyandu-bot/.venv/bin/posyandu-bot", "/bin/true")
        kept = [line for line in text.splitlines() if not line.startswith(("User=", "Group=", "WorkingDirectory="))]
        (tmp_path / unit.name).write_text("\n".join(kept), encoding="utf-8")
    files = [str(tmp_path / unit.name) for unit in UNITS]
    found = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    assert [line for line in found.stderr.splitlines() if str(tmp_path) in line] == []
