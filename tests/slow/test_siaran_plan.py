"""Planning a siaran and putting its rows for many people takes no more memory than for few."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.slow.measured import record

SCRIPT = """
import resource, sys, time
from bot.broadcasts import Broadcasts
from storage import siaran
from storage.store import open_store
from tests.slow.crowd import Forenoon, begin
store = open_store(sys.argv[1])
number = begin(store)
before = time.monotonic()
row = store.read(lambda tx: siaran.load(tx, number))
figures = Broadcasts(store, Forenoon(), {}).figures(row)
print(figures.total, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic() - before)
"""
FILL = """
import sys
from tests.slow.crowd import crowd
crowd(sys.argv[1], int(sys.argv[2]), posyandu=300, joined=0.3).close()
"""
ROOT = Path(__file__).parents[2]


def planned(folder: Path, many: int) -> tuple[int, int, float]:
    """People counted, peak memory in KiB, seconds: each in a process of its own."""
    url = f"sqlite:///{folder}/p{many}.db"
    subprocess.run([sys.executable, "-c", FILL, url, str(many)], cwd=ROOT, check=True)
    done = subprocess.run([sys.executable, "-c", SCRIPT, url], cwd=ROOT, check=True, capture_output=True, text=True)
    total, peak, seconds = done.stdout.split()
    return int(total), int(peak), float(seconds)


@pytest.mark.proof
def test_a_million_and_a_half_in_flat_memory() -> None:
    with tempfile.TemporaryDirectory() as where:
        few, small, _ = planned(Path(where), 15_000)
        many, large, seconds = planned(Path(where), 1_500_000)
    record(
        "planning a siaran for 1,500,000 people, peak memory against 15,000",
        f"{large / small:.2f} x ({large // 1024} against {small // 1024} MiB), {seconds:.0f} s",
        "pytest -m proof tests/slow/test_siaran_plan.py",
    )
    assert (few, many) == (15_000, 1_500_000)
    assert large <= 1.2 * small
