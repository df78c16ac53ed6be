"""The kader of a morning (benchmarks/morning.py), and a Telegram that takes everything at once."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.telegram_heard import SECRET_HEADER, telegram_path

SECRET = "m" * 32
FIRST = 700_000
CHILDREN = 25
GIVEN = ("Bagus", "Citra", "Dewi", "Eka", "Fajar")
FAMILY = ("Lestari", "Nugroho", "Permata", "Rahayu", "Santoso")


def name(number: int) -> str:
    """Names that nobody mistakes for another."""
    return f"{GIVEN[number % 5]} {FAMILY[number // 5]}"


@dataclass
class Kader:
    """Answers what stands on her screen: child after child."""

    chat: int
    screen: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    child: int = 0
    number: int = 0

    def answer(self, shown: dict[str, Any]) -> dict[str, Any]:
        """The update that follows from a message."""
        words = shown.get("text") or ""
        keys = json.loads(shown["reply_markup"])["inline_keyboard"] if shown.get("reply_markup") else []
        buttons = {b["text"]: b["callback_data"] for row in keys for b in row}
        for title in ("Simpan", "Betul", "Ya", "Lewati", "Sudah dijelaskan"):
            if title in buttons and "berapa cm" not in words:
                return self._tap(buttons[title])
        if "Siapa yang ditimbang" in words:
            self.child += 1
            return self._say(name(self.child % CHILDREN))
        if "berapa kilo" in words:
            return self._say(f"{9 + self.child % 2},{self.child % 5}")  # a year old and well
        if "berapa cm" in words:
            return self._say(f"{74 + self.child % 3},5")
        return self._say("timbang")

    def begins(self) -> dict[str, Any]:
        return self._say("timbang")

    def _message(self, text: str) -> dict[str, Any]:
        self.number += 1
        who = {"id": self.chat, "is_bot": False, "first_name": "Ibu"}
        chat = {"id": self.chat, "type": "private", "first_name": "Ibu"}
        return {"message_id": self.number, "date": int(time.time()), "chat": chat, "from": who, "text": text}

    def _say(self, text: str) -> dict[str, Any]:
        return {"message": self._message(text)}

    def _tap(self, data: str) -> dict[str, Any]:
        message = self._message("?")
        query = {"id": "9", "from": message["from"], "chat_instance": "1", "data": data, "message": message}
        return {"callback_query": query}


class Telegram:
    """Takes everything at once; what is for a kader of ours stands on her screen."""

    def __init__(self) -> None:
        self.kader: dict[int, Kader] = {}
        self._number = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        return app

    async def _call(self, request: web.Request) -> web.Response:
        given = dict(await request.post())
        self._number += 1
        if request.match_info["method"] == "getMe":
            bot = {"id": 1, "is_bot": True, "first_name": "b", "username": "b_bot", "can_join_groups": True}
            return web.json_response({"ok": True, "result": bot})
        if not request.match_info["method"].startswith("send"):
            return web.json_response({"ok": True, "result": True})
        chat = int(str(given["chat_id"]))
        if chat in self.kader:
            self.kader[chat].screen.put_nowait(given)
        sent = {"message_id": self._number, "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        return web.json_response({"ok": True, "result": {**sent, "text": "x"}})


class Crowd:
    """All kader at work, a turn each every few seconds."""

    def __init__(self, telegram: Telegram, webs: list[str], kader: int, a_second: float) -> None:
        self._telegram, self._webs = telegram, webs
        self._think = kader / a_second
        telegram.kader = {FIRST + n: Kader(FIRST + n) for n in range(kader)}
        self._updates = 0
        self.took: list[float] = []
        self.posts: list[float] = []
        self.unheard = 0

    async def work(self, seconds: float) -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as session:
            until = time.monotonic() + seconds
            everybody = enumerate(self._telegram.kader.values())
            count = len(self._telegram.kader)
            await asyncio.gather(*(self._one(session, k, n / count * self._think, until) for n, k in everybody))

    async def _one(self, session: aiohttp.ClientSession, kader: Kader, first: float, until: float) -> None:
        await asyncio.sleep(first)
        update, at = kader.begins(), time.monotonic()
        while at < until:
            await self._post(session, update)
            try:
                shown = await asyncio.wait_for(kader.screen.get(), 60)
            except TimeoutError:
                self.unheard += 1
                return
            while not kader.screen.empty():
                shown = kader.screen.get_nowait()
            self.took.append(time.monotonic() - at)
            await asyncio.sleep(max(0.3, at + self._think - time.monotonic()))
            update, at = kader.answer(shown), time.monotonic()

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        self._updates += 1
        number, began = self._updates, time.monotonic()
        url = self._webs[number % len(self._webs)] + telegram_path(SECRET)
        async with session.post(url, json={"update_id": number, **update}, headers={SECRET_HEADER: SECRET}) as answer:
            assert answer.status == 200, answer.status
        self.posts.append(time.monotonic() - began)
