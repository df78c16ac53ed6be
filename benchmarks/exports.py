"""Turns while a large sheet is made from the same book: p99 idle, beside a child process, and beside a thread.

    .venv/bin/python -m benchmarks.exports [--children 200000] [--seconds 20]

One kader weighs child after child, fifty turns a second; aim: p99 with the export at most twice p99 without.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.turns import STARTS, Kader
from storage import exports
from storage.store import SqliteStore, Tx, open_store
from storage.tables import address, membership, person
from tests.slow.big_book import open_big
from tests.slow.measured import record

A_SECOND = 50
AIM = 2.0
WORDS = ("timbang", "menu")  # both are whole turns with a reply; nothing piles up in the register
EXPORT = """
import os, sys
from pathlib import Path
from storage import exports
from storage.store import open_store
os.nice(10)
exports.make(open_store("sqlite:///" + sys.argv[1]), exports.Request("measurements", "2026-10"), Path(sys.argv[2]))
"""


def book(folder: Path, children: int) -> Path:
    """A book with so many measured children, and a kader of one of its posyandu."""
    store = open_big(folder / "big.db", children, measured=True)
    store.write(_kader)
    store.close()
    return folder


def _kader(tx: Tx) -> None:
    who = tx.insert(person, key="kader", name="Kader", prefers="emulator", at=STARTS)
    tx.insert(address, channel="emulator", external_id="kader", person_id=who, at=STARTS, heard_at=STARTS)
    tx.insert(membership, person_id=who, role="kader", posyandu_id=1, from_at=0)


def turns(kader: Kader, seconds: float) -> list[float]:
    """How long each turn took, at fifty a second, in milliseconds."""
    took: list[float] = []
    until, due = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < until:
        kader.say(WORDS[len(took) % 2])
        took.append(kader.turn() * 1000)
        due += 1 / A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
    return took


def p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100)[98]


def measure(folder: Path, seconds: float) -> dict[str, list[float]]:
    """Alternating, so that whatever else the machine does falls on all of them alike."""
    store = open_store(f"sqlite:///{folder}/big.db")
    assert isinstance(store, SqliteStore)
    kader = Kader(store)
    found: dict[str, list[float]] = {"idle": [], "child": [], "thread": []}
    for _ in range(3):
        found["idle"] += turns(kader, seconds / 3)
        child = subprocess.Popen(
            [sys.executable, "-c", EXPORT, f"{folder}/big.db", f"{folder}/out.xlsx"], env=os.environ
        )
        found["child"] += turns(kader, seconds / 3)
        child.kill()
        child.wait()
        found["thread"] += _beside(folder, kader, seconds / 3)
    store.close()
    return found


def _beside(folder: Path, kader: Kader, seconds: float) -> list[float]:
    """The same export in a thread of this process: what a child process spares the talks."""
    stop = threading.Event()

    def progress(done: int, total: int) -> None:
        if stop.is_set():
            raise InterruptedError

    def export() -> None:
        store = open_store(f"sqlite:///{folder}/big.db")
        try:
            exports.make(store, exports.Request("measurements", "2026-10"), folder / "beside.xlsx", progress)
        except InterruptedError:
            pass

    thread = threading.Thread(target=export)
    thread.start()
    took = turns(kader, seconds)
    stop.set()
    thread.join()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="posyandu-bench-"))
    try:
        found = measure(book(folder, given.children), given.seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    idle, child, thread = (p99(found[name]) for name in ("idle", "child", "thread"))
    said = f"{child / idle:.2f} x idle (p99 {idle:.1f} -> {child:.1f} ms; in a thread {thread:.1f} ms)"
    record("p99 of a turn at 50/s while a child process writes a large XLSX", said, "python -m benchmarks.exports")
    print(said)
    return 0 if child <= AIM * idle else 1


if __name__ == "__main__":
    sys.exit(main())
