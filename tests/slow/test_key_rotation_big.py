"""Keys change on 100,000 rows while kader go on talking: nothing is lost, and no answer waits for it."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.key_rotation import LEFT, rotate
from storage.sql import Sql
from storage.tables import child
from tests.house import demo_house
from tests.slow.measured import record
from tests.storage.test_key_rotation import BOTH, NEW, fill, nik

COMMAND = "pytest -m proof tests/slow/test_key_rotation_big.py"
ROWS = 100_000
ALL = Sql(select(child.c.code, child.c.nik_cipher, child.c.nik_key).where(child.c.code.like("c%")))
HASHES = Sql(select(func.count(child.c.nik_hash.distinct())))


@pytest.mark.proof
async def test_a_hundred_thousand_rows_while_talks_go_on(store_url: str, tmp_path: Path) -> None:
    async with demo_house(tmp_path, url=store_url) as house:
        fill(house.store, ROWS)
        answers: list[float] = []
        begun = time.perf_counter()
        work = asyncio.create_task(asyncio.to_thread(rotate, house.store, BOTH))
        lines = itertools.cycle(("timbang", "azzam", "11,1", "batal", "menu", "belum"))
        while not work.done():
            sent = time.perf_counter()
            assert (await house.say("kader", next(lines))).text
            answers.append(time.perf_counter() - sent)
            await asyncio.sleep(0.05)
        took = time.perf_counter() - begun
        assert (await work).sealed == ROWS
        assert not house.set_aside()
        assert house.read(lambda tx: tx.value(HASHES)) == ROWS
        assert house.read(lambda tx: tx.value(LEFT, newest=NEW.number)) == 0
        rows = house.read(lambda tx: tx.all(ALL))
        assert {r.code: NEW.open(r.nik_cipher, r.nik_key) for r in rows} == {f"c{n}": nik(n) for n in range(ROWS)}
    answers.sort()
    p95 = answers[int(len(answers) * 0.95)] * 1000
    engine = store_url.partition(":")[0]
    record(
        f"keys changed on {ROWS:,} rows while a kader goes on talking, {engine}",
        f"{took:.0f} s, none lost; {len(answers)} answers meanwhile, p50 {answers[len(answers) // 2] * 1000:.0f} ms,"
        f" p95 {p95:.0f} ms, slowest {answers[-1] * 1000:.0f} ms",
        COMMAND,
    )
