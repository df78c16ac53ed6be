"""A provider as strict as any: at most `rate` requests in any second, one a second to a chat, a pause and a penalty for
who is too fast. Some people have blocked the bot, some requests fail on its side, some answers are slow.

The limits are pure (`Limits`); `Strict` is a channel for the same process, `serve` and `Distant` put HTTP between.
"""

from __future__ import annotations

import asyncio
import random
import time
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.port import Bubble, InDoubt, NotSent, SlowDown, Template, Unreachable
from bot.channels.reach import TELEGRAM

BLOCKED = 0.03
BROKEN = 0.01
SLOW = 0.01
LATENCY_S = 0.1
PENALTY_S = 2.0
CHAT_GAP_S = 0.95  # one a second, with the tolerance that any network needs


@dataclass
class Limits:
    """Counts every attempt, also the refused ones; keeps what was taken, by chat."""

    rate: int
    chance: random.Random = field(default_factory=lambda: random.Random(9))
    attempts: list[float] = field(default_factory=list)
    bulk: list[float] = field(default_factory=list)  # attempts of a siaran alone
    taken: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    too_many: int = 0
    _window: deque[float] = field(default_factory=deque)
    _last: dict[str, float] = field(default_factory=dict)
    _closed_until: float = 0.0

    def judge(self, chat: str, now: float) -> tuple[int, float]:
        """The status (200, 403, 429, 500) and the seconds to wait that a 429 names."""
        insort(self.attempts, now)
        while self._window and self._window[0] <= now - 1.0:
            self._window.popleft()
        if now < self._closed_until or len(self._window) >= self.rate:
            self.too_many += 1
            self._closed_until = max(self._closed_until, now + PENALTY_S)
            return 429, self._closed_until - now
        if now - self._last.get(chat, -1e9) < CHAT_GAP_S:
            self.too_many += 1
            return 429, 1.0
        insort(self._window, now)
        self._last[chat] = now
        if blocks(chat):
            return 403, 0.0
        return (500, 0.0) if self.chance.random() < BROKEN else (200, 0.0)

    def latency(self) -> float:
        """Seconds until the answer; now and then ten times as long."""
        usual = LATENCY_S * (0.5 + self.chance.random())
        return usual * 10 if self.chance.random() < SLOW else usual

    def most_in_a_second(self) -> int:
        """How many requests left in the fullest second."""
        return max((bisect_left(self.attempts, at + 1.0) - n for n, at in enumerate(self.attempts)), default=0)

    def kept(self) -> float:
        """The rate over the middle 90 % of the run, as a share of what is allowed, all attempts counted."""
        some = self.attempts[len(self.attempts) // 20 : -len(self.attempts) // 20]
        return (len(some) - 1) / (some[-1] - some[0]) / self.rate


def blocks(chat: str) -> bool:
    """Has this person blocked the bot? Three of a hundred have; those who talk have not."""
    return chat[:1] == "p" and chat[1:].isdigit() and int(chat[1:]) * 7919 % 1000 < BLOCKED * 1000


def raised(status: int, wait: float) -> Exception | None:
    """The error that a channel makes of a status."""
    return {403: Unreachable("blocked"), 429: SlowDown(wait), 500: NotSent("server error")}.get(status)


class Strict:
    """The provider without a network: a request arrives in the moment in which it leaves."""

    name = "telegram"
    reach = TELEGRAM

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._heard: dict[str, asyncio.Event] = {}
        self._number = 0

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        now = time.monotonic()
        status, wait = self.limits.judge(to, now)
        await asyncio.sleep(self.limits.latency())
        if error := raised(status, wait):
            raise error
        self.limits.taken[to].append((now, bubble.text))
        if bubble.text in self._heard:
            self._heard[bubble.text].set()
        self._number += 1
        return f"{to}:{self._number}"

    async def has(self, text: str) -> None:
        """Wait until these words have been taken."""
        await self._heard.setdefault(text, asyncio.Event()).wait()

    def charged_as(self, template: Template | None) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is held open."""


@asynccontextmanager
async def serve(limits: Limits) -> AsyncIterator[str]:
    """The provider on a loopback port of its own; its address."""

    async def take(request: web.Request) -> web.Response:
        body = await request.json()
        now = float(body["left"])  # not when this busy machine came to look at it
        status, wait = limits.judge(body["to"], now)
        if status == 200:
            limits.taken[body["to"]].append((now, body["text"]))
        await asyncio.sleep(limits.latency())
        return web.json_response({"wait": wait}, status=status)

    app = web.Application()
    app.router.add_post("/send", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Distant:
    """The same provider over HTTP, for programs that are killed."""

    name = "telegram"
    reach = TELEGRAM

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20))
        said: dict[str, Any] = {"to": to, "text": bubble.text, "left": time.monotonic()}
        try:
            async with self._session.post(f"{self._url}/send", json=said) as answer:
                body = await answer.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise InDoubt(type(error).__name__) from error
        if error := raised(answer.status, body["wait"]):
            raise error
        return ref

    def charged_as(self, template: Template | None) -> str | None:
        return None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
