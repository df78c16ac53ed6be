"""Transcripts between two webs and two workers: processes of their own on one PostgreSQL, with the demo's people on the
emulator's phones and one clock that the test moves.

    async with talking_fleet(postgres_url, tmp_path) as talks:
        await perform(talks, chat)
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels.port import HeardFile
from bot.house import House
from bot.settings import Settings
from posyandu.calendar import instant
from storage import demo
from storage.migrate import migrate
from storage.store import Store, open_store
from tests.channels.test_house_killed import ROOT, free_port
from tests.house import NINE, POSYANDU_DAY, ZONE, DemoHouse
from tests.slow.talking_part import FileClock, talking_house

_numbers = itertools.count(1)


class TalkingFleet(DemoHouse):
    """Every message goes to the next web; what comes of it is read in the book."""

    def __init__(self, house: House, store: Store, webs: list[str]) -> None:
        super().__init__(house, store)
        self._webs = itertools.cycle(webs)

    async def hear(self, key: str, text: str = "", *, settle: bool = True, **more: Any) -> list[int]:
        more.setdefault("message_id", f"{key}/f{next(_numbers)}")
        file = more.pop("file", None)
        if isinstance(file, HeardFile):
            more["file"] = {**asdict(file), "data": (file.data or b"").decode("latin-1")}
        body = {"channel": "emulator", "external_id": key, "sent_at": self.house.clock.now(), "text": text, **more}
        async with aiohttp.ClientSession() as web, web.post(f"{next(self._webs)}/hear", json=body) as answer:
            assert answer.status == 200, await answer.text()
            new: list[int] = await answer.json()
        if settle:
            await self.settled()
        return new


@asynccontextmanager
async def talking_fleet(
    url: str, folder: Path, *, webs: int = 2, workers: int = 2, empty: bool = False
) -> AsyncIterator[TalkingFleet]:
    """The processes at work on a demo book (or an `empty` one), at nine o'clock on posyandu day."""
    await asyncio.to_thread(_book, url, empty=empty)
    clock = FileClock(folder / "clock")
    clock.move(instant(POSYANDU_DAY, NINE, ZONE), back=True)
    store = open_store(url)
    house = talking_house(Settings(DATABASE_URL=url), store, clock)  # looks, ticks and counts; the others do the work
    tick = house.tick

    async def tick_and_gather() -> None:
        await tick()
        await house.broadcasts.beside()

    house.tick = tick_and_gather  # type: ignore[method-assign]
    ports = [free_port() for _ in range(webs + workers)]
    processes = [_process("web" if n < webs else "worker", port, url, folder) for n, port in enumerate(ports)]
    listen = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        await asyncio.gather(*(_ready(address) for address in listen))
        yield TalkingFleet(house, store, listen[:webs])
        assert "Traceback" not in _log(folder), _log(folder)[-6000:]
    finally:
        for process in processes:
            process.kill()
            process.wait()
        store.close()


def _process(part: str, port: int, url: str, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.slow.talking_part", part, str(port)],
            env={
                "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": url,
                "CLOCK": str(folder / "clock"),
            },
            cwd=folder, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")


async def _ready(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(2400):
            try:
                async with session.get(f"{address}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    raise TimeoutError(address)


def _book(url: str, *, empty: bool) -> None:
    store = open_store(url)
    migrate(store)
    if not empty:
        demo.load(store, POSYANDU_DAY)
    store.close()
