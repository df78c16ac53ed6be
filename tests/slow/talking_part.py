"""A web or a worker of a demo book on PostgreSQL, for transcripts: real processes, the emulator as their channel.

    python -m tests.slow.talking_part web|worker PORT        (DATABASE_URL and CLOCK from the environment)

A demo refuses several processes, so here it is put together as a real house with the emulator for its only channel. All
processes go by one clock, a file that the test writes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot import app, engine
from bot.app import KeptPhones, make_house, make_runner
from bot.channels.emulator import Emulator
from bot.channels.pace import PACES, Pacer
from bot.channels.port import Channel, Heard, HeardFile
from bot.clock import DemoClock
from bot.house import House
from bot.settings import Settings
from bot.talk import Where
from storage.store import Store, open_store

GOES_ON_MS = 40_000  # a talk takes real time; so much of it is the talk's, too


class FileClock(DemoClock):
    """The instant in a file and what has passed since it was written, as far as it goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> int:
        at, written = map(int, self._path.read_text().split())
        return at + min(_machine() - written, GOES_ON_MS)

    def move(self, to: int, *, back: bool = False) -> None:
        new = self._path.with_suffix(f".{os.getpid()}")
        if back or to >= self.now():
            new.write_text(f"{to} {_machine()}")
            new.replace(self._path)


def _machine() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class OnlyEmulator:
    """What a house wants of its real channels (bot.real.Real)."""

    channels: dict[str, Channel]
    pacers: dict[str, Pacer] = field(default_factory=lambda: {"emulator": Pacer(PACES["emulator"])})
    tiers: dict[str, int] = field(default_factory=dict)


def talking_house(settings: Settings, store: Store, clock: FileClock) -> House:
    """One house of several, whose talks are a demo's."""

    def demo_where(flows: object, explain_first: str, _: bool, *more: int) -> Where:
        return Where(flows, explain_first, True, *more)  # type: ignore[arg-type]

    emulator = OnlyEmulator({"emulator": Emulator(KeptPhones(store, clock))})
    with patch.object(app, "MachineClock", lambda: clock), patch.object(app, "Where", demo_where):
        return make_house(settings, store, is_demo=False, real=emulator)  # type: ignore[arg-type]


async def _nothing() -> None: ...


def application(part: str, settings: Settings, clock: FileClock) -> Starlette:
    store = open_store(settings.DATABASE_URL)
    house = talking_house(settings, store, clock)
    house.tick = _nothing  # type: ignore[method-assign] # the test ticks when it moves the clock
    runner = make_runner(settings, house) if part == "worker" else None

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if runner is not None:
            await house.start()
            await runner.start()
        yield
        if runner is not None:
            await runner.stop()
            await house.stop()
        store.close()

    async def hear(request: Request) -> JSONResponse:
        given = await request.json()
        file = given.pop("file", None)
        if file is not None:
            file = HeardFile(**{**file, "data": file["data"].encode("latin-1")})
        return JSONResponse(await house.hear([Heard(**given, file=file)]))

    async def well(_: Request) -> JSONResponse:
        return JSONResponse({})

    return Starlette(routes=[Route("/hear", hear, methods=["POST"]), Route("/healthz", well)], lifespan=lifespan)


def main(part: str, port: str) -> None:
    engine.EVERY_S |= {"beside": 1, "dispatch": 2, "sweep": 2}
    engine.AGAIN_S = 0.2
    clock = FileClock(Path(os.environ["CLOCK"]))
    settings = Settings(DATABASE_URL=os.environ["DATABASE_URL"], TICK_SECONDS=60)
    made = application(part, settings, clock)
    asyncio.run(uvicorn.Server(uvicorn.Config(made, host="127.0.0.1", port=int(port), log_config=None)).serve())


if __name__ == "__main__":
    main(*sys.argv[1:])
