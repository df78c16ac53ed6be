"""Exports at full size: memory that does not grow with the rows, and the SKDN of a kabupaten from its summaries."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import and_, bindparam, case, func, select

from storage.exports.numbers import LETTERS
from storage.sql import Sql
from storage.store import Tx
from storage.summary import summarise
from storage.tables import child, month_summary, posyandu, verdict
from tests.slow.big_book import MONTHS, analysed, open_big
from tests.slow.measured import record

COMMAND = "make proof (tests/slow/test_exports_big.py)"
SMALL, LARGE = 40_000, 1_000_000
MOST_GROWTH, MOST_MIB = 1.1, 64.0
KABUPATEN = 400_000
FASTER = 25
# One export in a process of its own; the last line it says is its greatest memory in KiB.
CHILD = """
import sys
from pathlib import Path
from storage import exports
from storage.store import open_store
store = open_store("sqlite:///" + sys.argv[1])
if sys.argv[2] != "idle":
    exports.make(store, exports.Request("measurements", "2026-10"), Path(sys.argv[2]))
store.close()
# Not ru_maxrss: that begins with what the process that forked it had.
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
_was = verdict.alias("was")
# The derived way: the letters from two months' weighings joined, no stored letter, no summary.
DERIVED = Sql(
    select(
        func.count().label("d"),
        func.sum(case((_was.c.grams.is_(None), 1), else_=0)).label("b"),
        func.sum(case((and_(_was.c.grams.is_not(None), verdict.c.grams - _was.c.grams >= 200), 1), else_=0)).label("n"),
        func.sum(case((and_(_was.c.grams.is_not(None), verdict.c.grams - _was.c.grams < 200), 1), else_=0)).label("t"),
    )
    .select_from(verdict)
    .join(child, child.c.id == verdict.c.child_id)
    .join(posyandu, posyandu.c.id == verdict.c.posyandu_id)
    .outerjoin(_was, and_(_was.c.child_id == verdict.c.child_id, _was.c.month == bindparam("before")))
    .where(verdict.c.month == bindparam("month"), posyandu.c.area == "32.01", child.c.state == "active")
)
FROM_SUMMARIES = Sql(
    select(*(func.sum(month_summary.c[x]).label(x) for x in LETTERS))
    .join(posyandu, posyandu.c.id == month_summary.c.posyandu_id)
    .where(month_summary.c.month == bindparam("month"), posyandu.c.area == "32.01")
)


def peak_mib(book: Path, out: str) -> tuple[float, float]:
    """Greatest memory of a child process and how long it took."""
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", CHILD, str(book), out], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024, time.monotonic() - started


@pytest.mark.proof
def test_a_million_rows_need_no_more_memory_than_forty_thousand(tmp_path: Path) -> None:
    peaks: dict[tuple[int, str], tuple[float, float]] = {}
    idle = 0.0
    for size in (SMALL, LARGE):
        book = tmp_path / f"{size}.db"
        open_big(book, size, measured=True).close()
        idle = max(idle, peak_mib(book, "idle")[0])
        for ending in ("csv", "xlsx"):
            peaks[size, ending] = peak_mib(book, str(tmp_path / f"{size}.{ending}"))
    for ending in ("csv", "xlsx"):
        (small, _), (large, seconds) = peaks[SMALL, ending], peaks[LARGE, ending]
        said = f"{large:.0f} MiB ({large / small:.2f} x 40,000 rows; idle child {idle:.0f} MiB), {seconds:.0f} s"
        record(f"Export of 1,000,000 measurements as {ending.upper()}: peak memory of the child", said, COMMAND)
        assert large <= MOST_GROWTH * small, said
        assert large - idle <= MOST_MIB, said


@pytest.mark.proof
def test_the_skdn_of_a_kabupaten_comes_from_its_summaries(tmp_path: Path) -> None:
    store = open_big(tmp_path / "book.db", KABUPATEN, measured=False)
    ids = [r.id for r in store.read(lambda tx: tx.all(Sql(select(posyandu.c.id))))]
    store.write(lambda tx: [summarise(tx, posyandu_id, MONTHS[1], 1) for posyandu_id in ids])
    analysed(store)

    def timed(tx: Tx, sql: Sql, **values: str) -> tuple[float, object]:
        started = time.perf_counter()
        row = tx.one(sql, month=MONTHS[1], **values)
        return time.perf_counter() - started, row

    pairs = [
        (store.read(lambda tx: timed(tx, DERIVED, before=MONTHS[0])), store.read(lambda tx: timed(tx, FROM_SUMMARIES)))
        for _ in range(5)
    ]
    (_, derived), (_, kept) = pairs[-1]
    assert [getattr(kept, x) for x in "dntb"] == [getattr(derived, x) for x in "dntb"]
    slow, quick = (statistics.median(pair[n][0] for pair in pairs) for n in (0, 1))
    said = f"1/{slow / quick:.0f} of the derived query ({quick * 1000:.1f} ms for {slow:.2f} s), D = {kept.d:,}"  # type: ignore[attr-defined]
    record("SKDN of 400,000 children in 4,000 posyandu from summaries, SQLite", said, COMMAND)
    assert quick * FASTER <= slow, said
    store.close()
