"""The job engine: asked in our transaction, two workers nearly twice as fast, kills lose nothing, each tick once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.engine import Engine, cron, sweep
from bot.runner import Work
from storage import jobs, sheet_jobs
from storage.engine_schema import bring, scripts
from storage.migrate import migrate
from storage.sql import Sql
from storage.store import PostgresStore, Store, open_store
from storage.tables import sheet_job
from tests.slow.measured import record

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
COMMAND = "pytest -m proof tests/slow/test_engine.py"
WAITING = Sql(text("select count(*) from procrastinate_jobs where task_name = 'sheet'"))


@pytest.fixture
def book(postgres_url: str) -> Iterator[Store]:
    store = open_store(postgres_url)
    assert isinstance(store, PostgresStore)
    migrate(store)
    store.has_jobs = True
    yield store
    store.close()


class Workers:
    """Processes of the engine, and what they have done."""

    def __init__(self, url: str, folder: Path, tick_seconds: int = 30) -> None:
        self.url, self.effects, self.log = url, folder / "effects", folder / "log"
        self._ticks = tick_seconds
        self.alive: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        call = [sys.executable, "-m", "tests.slow.one_worker", self.url, str(self.effects), str(self._ticks)]
        with self.log.open("ab") as log:
            self.alive.append(subprocess.Popen(call, cwd=ROOT, stdout=log, stderr=log))

    def kill(self, number: int) -> None:
        process = self.alive.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def lines(self, what: str) -> list[tuple[str, float]]:
        if not self.effects.exists():
            return []
        rows = (row.split("\t") for row in self.effects.read_text("utf-8").splitlines())
        return [(name, float(at)) for name, at in rows if name.startswith(what)]

    def until(self, many: int, seconds: float) -> None:
        """Until so many different jobs have left their line."""
        by = time.monotonic() + seconds
        while len({name for name, _ in self.lines("job")}) < many:
            assert time.monotonic() < by, self.log.read_text("utf-8")[-3000:]
            time.sleep(0.05)


@contextmanager
def workers(url: str, folder: Path, many: int, tick_seconds: int = 30) -> Iterator[Workers]:
    folder.mkdir(exist_ok=True)
    some = Workers(url, folder, tick_seconds)
    try:
        for _ in range(many):
            some.start()
        yield some
        for process in some.alive:
            process.terminate()
        assert [process.wait(40) for process in some.alive] == [0] * len(some.alive), some.log.read_text("utf-8")
    finally:
        for process in some.alive:
            process.kill()


def busy() -> str:
    return f"load average {os.getloadavg()[0]:.0f}"


def ask(store: Store, numbers: range) -> None:
    store.write(lambda tx: [jobs.ask(tx, jobs.SHEET, n) for n in numbers])


def test_a_job_is_there_when_its_cause_is_and_only_then(book: Store) -> None:
    def fails(tx: Any) -> None:
        sheet_jobs.put(tx, "export", {}, 1)
        raise ValueError

    with pytest.raises(ValueError):
        book.write(fails)
    assert book.read(lambda tx: tx.value(WAITING)) == 0
    made = book.write(lambda tx: sheet_jobs.put(tx, "export", {}, 1))
    assert book.read(lambda tx: tx.value(WAITING)) == 1
    ask(book, range(made, made + 1))
    assert book.read(lambda tx: tx.value(WAITING)) == 1, "one of a key waits, not two"


def test_the_sweep_finds_what_the_engine_forgot(book: Store) -> None:
    book.write(lambda tx: sheet_jobs.put(tx, "export", {}, 1))
    book.write(lambda tx: tx.run(Sql(text("delete from procrastinate_jobs"))))
    assert book.write(sweep) == 1
    assert book.read(lambda tx: tx.value(WAITING)) == 1
    book.write(lambda tx: tx.run(Sql(sheet_job.update().values(state="done"))))
    book.write(lambda tx: tx.run(Sql(text("delete from procrastinate_jobs"))))
    assert book.write(sweep) == 0


def test_its_tables_come_once_and_then_with_its_versions(book: Store) -> None:
    bring(book)
    assert [p.name for p in scripts((3, 3, 0), (3, 4, 0))] == [
        "03.04.00_01_pre_add_retry_failed_job_procedure.sql",
        "03.04.00_50_post_add_retry_failed_job_procedure.sql",
    ]
    assert scripts((3, 10, 0), (3, 10, 0)) == []


def test_how_often_as_cron_says_it() -> None:
    assert [cron(n) for n in (1, 10, 30, 45, 60, 300)] == [
        "* * * * * */1", "* * * * * */10", "* * * * * */30", "* * * * * */30", "*/1 * * * *", "*/5 * * * *",
    ]  # fmt: skip


async def test_a_job_that_fails_is_asked_for_again_by_the_sweep(book: Store) -> None:
    """The engine keeps what failed for the operator; the row is the truth."""
    done: list[int] = []

    async def sheet(number: int) -> int:
        done.append(number)
        if len(done) == 1:
            raise RuntimeError("once")
        return 1

    async def nothing() -> Any:
        return 0

    engine = Engine(book, Work(nothing, sheet, sheet, nothing, nothing, nothing), 30)
    made = await asyncio.to_thread(book.write, lambda tx: sheet_jobs.put(tx, "export", {}, 1))
    await engine.start()
    while len(done) < 2:
        await asyncio.sleep(0.1)
        if done:
            await asyncio.to_thread(book.write, sweep)
    await engine.stop()
    # A sweep between the second asking and its end may ask once more: a job done twice does no harm.
    assert set(done) == {made}
    assert len(done) >= 2


def speed(url: str, store: Store, folder: Path, many: int, jobs_: int) -> float:
    """Jobs a second, from the first line to the last."""
    ask(store, range(jobs_))
    with workers(url, folder, many) as some:
        some.until(jobs_, 300)
        at = sorted(at for _, at in some.lines("job"))
    assert len(at) == jobs_, "each once: nobody died"
    middle = at[jobs_ // 10 : -jobs_ // 10]
    return (len(middle) - 1) / (middle[-1] - middle[0])


@pytest.mark.proof
def test_two_workers_are_nearly_twice_as_fast(postgres_url: str, book: Store, tmp_path: Path) -> None:
    one, two = [], []
    for n in range(3):
        one.append(speed(postgres_url, book, tmp_path / f"one{n}", 1, 600))
        two.append(speed(postgres_url, book, tmp_path / f"two{n}", 2, 600))
    ratio = sorted(b / a for a, b in zip(one, two, strict=True))[1]
    record(
        "jobs that wait 50 ms: two workers at least 1.8 times one",
        f"{ratio:.2f} times ({sorted(one)[1]:.0f} -> {sorted(two)[1]:.0f} jobs/s), {busy()}",
        COMMAND,
    )
    assert ratio >= 1.8


@pytest.mark.proof
def test_four_kills_lose_no_job(postgres_url: str, book: Store, tmp_path: Path) -> None:
    many, chance = 2000, random.Random(5)
    ask(book, range(many))
    with workers(postgres_url, tmp_path / "kills", 2) as some:
        for n in range(4):
            some.until((n + 1) * many // 8, 120)
            some.kill(chance.randrange(2))
            last = time.time()
            some.start()
        some.until(many, 300)
        took = max(at for _, at in some.lines("job")) - last
        counts = Counter(name for name, _ in some.lines("job"))
    doubled = sum(1 for n in counts.values() if n > 1)
    record(
        "four kills of one of two workers under 2,000 jobs of 50 ms",
        f"{len(counts)} of {many} done, {doubled} twice, the last one {took:.0f} s after the last kill (goal 60)",
        COMMAND,
    )
    assert len(counts) == many
    assert book.read(lambda tx: tx.value(WAITING)) == 0, "finished jobs are deleted"


def ticked(url: str, folder: Path, seconds: int, marks: int) -> list[float]:
    """The ticks of three processes over so many marks of the clock."""
    with workers(url, folder, 3, seconds) as some:
        by = time.monotonic() + 60 + seconds * marks * 3
        while len(some.lines("tick")) < marks:
            assert time.monotonic() < by, some.log.read_text("utf-8")[-3000:]
            time.sleep(0.1)
        return [at for _, at in some.lines("tick")]


@pytest.mark.proof
def test_each_tick_runs_once_however_many_clocks(postgres_url: str, book: Store, tmp_path: Path) -> None:
    at = ticked(postgres_url, tmp_path / "ticks", 2, 16)
    marks = [int(t // 2) for t in at]
    twice = len(marks) - len(set(marks))
    record("three processes, a tick every 2 s: each once", f"{len(marks)} ticks, {twice} twice", COMMAND)
    assert twice == 0
