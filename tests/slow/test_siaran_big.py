"""A siaran on a strict provider: the rate is kept without one refusal, everybody is accounted for, alerts overtake.

500 recipients in every test run; the full sizes run under `make proof` and write their numbers down.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.channels.port import Heard
from bot.house import House
from storage import outbox, senders, siaran
from storage.sql import Sql
from storage.store import Store
from storage.tables import sender
from tests.doubles.strict_provider import LATENCY_S, Limits, Strict, serve
from tests.slow.crowd import begin, crowd, house, states, until_done
from tests.slow.measured import record

COMMAND = "pytest -m proof tests/slow/test_siaran_big.py"
TALKERS = 20
SENDERS = Sql(sender.select())


async def talk(one: House, channel: Strict, seconds: float, took: list[float]) -> None:
    """Twenty kader of the crowd who write all the while and are answered."""
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        for talker in range(TALKERS):
            number += 1
            key = f"t{talker}"
            seen = len(channel.limits.taken[key])
            asked = time.monotonic()
            await one.hear([Heard("telegram", key, f"{key}/{number}", one.clock.now(), "halo")])
            task = asyncio.create_task(_answered(channel, key, seen, asked, took))
            _waiting.add(task)
            task.add_done_callback(_waiting.discard)
            await asyncio.sleep(5.0 / TALKERS)
    if _waiting:
        await asyncio.wait(set(_waiting), timeout=10)


_waiting: set[asyncio.Task[None]] = set()


async def _answered(channel: Strict, key: str, seen: int, asked: float, took: list[float]) -> None:
    while len(channel.limits.taken[key]) <= seen:
        await asyncio.sleep(0.02)
        if time.monotonic() - asked > 20:
            took.append(20.0)
            return
    took.append(channel.limits.taken[key][-1][0] - asked)


async def alerts(one: House, channel: Strict, seconds: float, took: list[float]) -> None:
    """An alert to the coordinator now and then; how long until the provider has it."""
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        await asyncio.sleep(1.3 + random.random())
        number += 1
        words = f"peringatan {number}"
        message = outbox.Message("alert", (("siaran.channel", {"channel": words, "count": number}),), person_id=1)
        put = time.monotonic()
        one.store.write(lambda tx, m=message: outbox.put(tx, m, one.clock.now()))  # type: ignore[misc]
        one.wake()
        text = f"{words} {number}"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(channel.has(text), 20)
        took.append(time.monotonic() - put)


def accounted(store: Store, limits: Limits, number: int, many: int) -> dict[str, int]:
    """Everybody has one row that has ended; nobody was sent to twice; who has it is marked so."""
    found = states(store, number)
    assert sum(found.values()) == many, "one row a person"
    assert not {"ready", "claimed", "sending"} & set(found), found
    doubled = [chat for chat, some in limits.taken.items() if chat.startswith("p") and chat != "pkk" and len(some) > 1]
    assert doubled == []
    return found


async def one_run(folder: Path, many: int, rate: int) -> tuple[Limits, dict[str, int], list[float], list[float], float]:
    store = crowd(f"sqlite:///{folder}/crowd.db", many)
    limits = Limits(rate)
    channel = Strict(limits)
    one, answers, warned = house(store, channel, rate), list[float](), list[float]()
    await one.start()
    number = begin(store)
    began = time.monotonic()
    one.wake()
    length = many / rate * 0.85
    beside = [
        asyncio.create_task(talk(one, channel, length, answers)),
        asyncio.create_task(alerts(one, channel, length, warned)),
    ]
    assert await until_done(one, number, many / rate * 2 + 60)
    took = time.monotonic() - began
    await asyncio.wait(beside)
    await one.stop()
    found = accounted(store, limits, number, many)
    store.close()
    return limits, found, answers, warned, took


def busy() -> str:
    """How busy the machine was: a pace in real time is worth what the machine had to spare."""
    return f"load average {os.getloadavg()[0]:.0f}"


def p(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] if values else 0.0


async def test_five_hundred_are_sent_to_without_a_refusal(tmp_path: Path) -> None:
    limits, found, answers, warned, _ = await one_run(tmp_path, 500, 80)
    assert limits.too_many == 0
    assert found["sent"] >= 0.95 * 500
    assert found.get("failed", 0) <= 0.05 * 500, "blocked people have a reason, not a message"
    assert answers, "who talks is answered meanwhile"
    assert warned


@pytest.mark.proof
@pytest.mark.parametrize(("many", "rate"), [(1500, 30), (12447, 80)])
async def test_full_length(many: int, rate: int, tmp_path: Path) -> None:
    limits, found, answers, warned, took = await one_run(tmp_path, many, rate)
    claim = f"siaran to {many:,} at {rate}/s on a strict provider while {TALKERS} kader talk"
    kept, p95, alert = limits.kept(), p(answers, 0.95), statistics.median(warned)
    record(
        claim,
        f"{kept:.1%} of the limit, {limits.too_many} x 429, {took:.0f} s, answers p95 {p95:.2f} s, "
        f"alert p50 {alert * 1000:.0f} ms (goal {2000 * (1 / rate + LATENCY_S):.0f}), {found}, {busy()}",
        COMMAND,
    )
    assert limits.too_many == 0
    assert kept >= 0.97
    assert p95 <= 2.0
    assert alert <= 2 * (1 / rate + LATENCY_S)


def worker(
    folder: Path, provider: str, rate: float, began: float, number: int, *, url: str = "", shared: bool = False
) -> subprocess.Popen[bytes]:
    """A process of its own that sends."""
    root = Path(__file__).parents[2]
    book = url or f"sqlite:///{folder}/crowd.db"
    call = [sys.executable, "-m", "tests.slow.crowd", book, provider, str(rate), str(began)]
    call += [str(number), "yes" if shared else "no"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(call, cwd=root, stdout=log, stderr=log)


async def gone_out(store: Store, number: int, many: int, process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until so many have been sent to."""
    until = time.monotonic() + seconds
    while states(store, number).get("sent", 0) < many:
        assert process.poll() is None, "the sender has ended"
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


@pytest.mark.proof
async def test_three_kills_and_everybody_is_accounted_for(tmp_path: Path) -> None:
    many, rate, doubts = 1500, 80, list[int]()
    store = crowd(f"sqlite:///{tmp_path}/crowd.db", many)
    limits, number, began = Limits(rate), begin(store), time.time()
    async with serve(limits) as url:
        for killed in range(3):
            process = worker(tmp_path, url, rate, began, number)
            await gone_out(store, number, 300 * (killed + 1), process, 120)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            left = states(store, number)
            doubts.append(left.get("sending", 0))
            await asyncio.sleep(1.2)
        process = worker(tmp_path, url, rate, began, number)
        await asyncio.to_thread(process.wait)
    found = accounted(store, limits, number, many)
    bound = 1.5 * rate * (LATENCY_S + 0.1 + 0.05)
    record(
        f"siaran to {many:,} at {rate}/s killed three times (SIGKILL)",
        f"in doubt per kill {doubts} (bound {bound:.0f}), all listed, nobody twice, {found}",
        COMMAND,
    )
    assert found.get("in_doubt", 0) == sum(doubts), "each is listed"
    assert statistics.mean(doubts) <= bound
    store.close()


async def two_processes(url: str, folder: Path, many: int, rate: int) -> tuple[Limits, dict[str, int]]:
    """A siaran that begins when both processes are there: whoever joins waits some seconds for its share."""
    store = crowd(url, many)
    limits, number, began = Limits(rate), begin(store, state="planned"), time.time()
    async with serve(limits) as provider:
        two = [worker(folder, provider, rate, began, number, url=url, shared=True) for _ in range(2)]
        try:
            await asyncio.to_thread(_both_have_a_share, store, two)
            store.write(lambda tx: siaran.turn(tx, siaran.load(tx, number), "planned", "putting"))
            await asyncio.gather(*(asyncio.to_thread(process.wait, many / rate * 3 + 60) for process in two))
        finally:
            for process in two:
                process.kill()
    found = accounted(store, limits, number, many)
    store.close()
    return limits, found


def _both_have_a_share(store: Store, two: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + 60
    while len(rows := store.read(lambda tx: tx.all(SENDERS))) < 2:
        assert all(process.poll() is None for process in two), "a sender has ended"
        assert time.monotonic() < until
        time.sleep(0.1)
    time.sleep(senders.WAIT_MS / 1000 + senders.BEAT_S)
    assert len(rows) == 2


@pytest.mark.postgres
async def test_two_processes_share_one_pace(postgres_url: str, tmp_path: Path) -> None:
    limits, found = await two_processes(postgres_url, tmp_path, 200, 80)
    assert limits.too_many == 0
    assert found.get("in_doubt", 0) == 0
    assert found["sent"] >= 0.9 * 200


@pytest.mark.proof
@pytest.mark.parametrize("rate", [30, 80])
async def test_two_processes_keep_one_rate(store_url: str, rate: int, tmp_path: Path) -> None:
    limits, found = await two_processes(store_url, tmp_path, 20 * rate, rate)
    kind = "SQLite" if store_url.startswith("sqlite") else "PostgreSQL"
    record(
        f"siaran to {20 * rate:,} at {rate}/s by two processes on {kind}",
        f"{limits.kept():.1%} of the limit, {limits.too_many} x 429, {found}, {busy()}",
        COMMAND,
    )
    assert limits.too_many == 0
    assert limits.kept() >= 0.97
