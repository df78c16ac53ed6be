"""Writes what was measured to docs/measured.md: one row per claim, the newest result in place of the older."""

import os
import platform
from datetime import date
from pathlib import Path

BOOK = Path(__file__).resolve().parents[2] / "docs" / "measured.md"
HEAD = """# Measured

What the project claims in numbers, and what came out when it was last tried. Written by the proofs and benchmarks
themselves (`tests/slow/measured.py`), one row a claim; run the command to try it again.

| Claim | Result | Command | Date | Machine |
|---|---|---|---|---|
"""


def record(claim: str, result: str, command: str, book: Path = BOOK) -> None:
    """Puts a result into the table, in place of an earlier one of the same claim."""
    text = book.read_text("utf-8") if book.exists() else HEAD
    cells = (claim, result, f"`{command}`", date.today().isoformat(), machine())
    row = "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    lines, start = text.splitlines(), f"| {_cell(claim)} |"
    at = next((number for number, line in enumerate(lines) if line.startswith(start)), None)
    if at is None:
        lines.append(row)
    else:
        lines[at] = row
    unfinished = book.with_name(f".{book.name}.{os.getpid()}.part")
    unfinished.write_text("\n".join(lines) + "\n", "utf-8")
    unfinished.replace(book)


def machine() -> str:
    """Processor, cores this process may use, Python."""
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
        model = next(line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
