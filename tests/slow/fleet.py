"""Several processes of one house on PostgreSQL: webs that hear, workers that do all else; any of them may be killed.

async with fleet(postgres_url, tmp_path, webs=2, workers=2) as house:
    kader = house.phone(KADER)
    await kader.says("Azzam 11,1 83,5")
    await kader.sees("NAIK (N)")
"""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from bot.channels.telegram_heard import SECRET_HEADER, telegram_path
from bot.settings import Settings
from storage.sql import Sql
from storage.tables import outgoing
from tests.channels import real_house
from tests.channels.phones import TelegramPhone
from tests.channels.real_house import PUBLIC
from tests.channels.test_house_killed import NEVER, Process, free_port, in_book
from tests.doubles.serving import in_thread
from tests.doubles.telegram import TelegramDouble

SECRET = "f" * 32
PATIENCE_S = 120.0
SENDING = Sql(select(outgoing.c.id).where(outgoing.c.state == "sending"))


class Fleet:
    """The processes, and how Telegram reaches them: any web, and again until one has taken it."""

    def __init__(self, url: str, folder: Path, double: TelegramDouble, telegram: str, **more: object) -> None:
        self.url, self.folder, self.double, self._telegram, self._more = url, folder, double, telegram, more
        self.webs: list[Process] = []
        self.workers: list[Process] = []
        self._updates = itertools.count(1)
        self._session: aiohttp.ClientSession | None = None

    def settings(self) -> Settings:
        return real_house.settings_for(
            self.url, telegram=self._telegram, PORT=free_port(), TELEGRAM_SECRET=SECRET, PUBLIC_URL=PUBLIC, **self._more
        )

    async def start(self, part: str, moment: str = NEVER, *, ready: bool = True) -> Process:
        process = Process(self.settings(), moment, self.folder / "log", "INFO", part)
        (self.webs if part == "web" else self.workers).append(process)
        if ready:
            await process.ready()
        return process

    async def post(self, update: dict[str, Any]) -> None:
        """As Telegram does: until somebody says 200, each time with the same id."""
        body, turn = {"update_id": next(self._updates), **update}, itertools.cycle(list(self.webs))
        headers = {SECRET_HEADER: SECRET}
        if self._session is None:
            self._session = aiohttp.ClientSession()
        for web in itertools.islice(turn, int(PATIENCE_S / 0.05)):
            try:
                url = web.url + telegram_path(SECRET)
                async with self._session.post(url, json=body, headers=headers) as answer:
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(0.05)
        raise AssertionError(self.log())

    def phone(self, chat: int) -> WebhookPhone:
        return WebhookPhone(self, chat)

    def kill(self, process: Process) -> None:
        process.process.kill()
        process.process.wait()

    async def end(self) -> list[int]:
        """SIGTERM to all that are there; their exit codes."""
        alive = [p for p in (*self.workers, *self.webs) if p.process.poll() is None]
        for process in alive:
            process.process.send_signal(signal.SIGTERM)
        return [await asyncio.wait_for(asyncio.to_thread(p.process.wait), 60) for p in alive]

    async def close(self) -> None:
        for process in (*self.workers, *self.webs):
            if process.process.poll() is None:
                self.kill(process)
        if self._session is not None:
            await self._session.close()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-6000:]


class WebhookPhone(TelegramPhone):
    """A person whose updates are posted to the webs in turn."""

    def __init__(self, fleet: Fleet, chat: int) -> None:
        super().__init__(fleet.double, chat)
        self.fleet = fleet

    async def says(self, text: str, **content: Any) -> None:
        await self._reads()
        await self.fleet.post({"message": self.message(text=text, **content)})

    async def _reads(self) -> None:
        """A person takes a moment to answer: until what she was sent is noted as sent."""
        while await asyncio.to_thread(in_book, self.fleet.url, SENDING):  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.05)

    async def _press(self, data: str) -> None:
        await self._reads()
        query = {"id": "9", "from": self._who(), "chat_instance": "1", "data": data, "message": self.message(text="?")}
        await self.fleet.post({"callback_query": query})


@asynccontextmanager
async def fleet(url: str, folder: Path, *, webs: int = 2, workers: int = 2, **more: object) -> AsyncIterator[Fleet]:
    """A book with the demo's people on an empty PostgreSQL database, and the processes at work on it."""
    await asyncio.to_thread(real_house.prepare, url)
    double = TelegramDouble()
    with in_thread(double.app()) as telegram:
        house = Fleet(url, folder, double, telegram, **more)
        try:
            parts = ["web"] * webs + ["worker"] * workers
            started = [await house.start(part, ready=False) for part in parts]
            await asyncio.gather(*(process.ready() for process in started))
            yield house
        finally:
            await house.close()
