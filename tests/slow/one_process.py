"""One process of the house for the proof of reminders: ticks and delivers at the moments it is given, and may be killed
at any point.

    python -m tests.slow.one_process DATABASE_URL SENT_LOG SEED KILLS [brisk]

Each line of standard input is a moment (epoch ms); the answer "done" means that nothing is left to send. What the
providers got stands in SENT_LOG, a line a message, written as a provider would: it knows nothing of our commits. One of
them is free (the emulator's reach), one takes templates only and is paid for them, as WhatsApp is outside its window.
brisk: answers and notes come at once, for the small sizes.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from typing import Any

from bot import marking
from bot.channels.pace import Pace, Pacer
from bot.channels.port import Bubble, Reach, Template
from bot.channels.reach import EMULATOR, WHATSAPP
from bot.delivery import Delivery
from scheduler.ticking import Ticking
from storage.store import Store, Tx, open_store

RATE = 400.0  # messages a second on each channel
LATENCY_S = 0.05  # of the providers' answers


class Kills:
    """Dies by SIGKILL at a random pass of the points that matter."""

    def __init__(self, rng: random.Random, within: int) -> None:
        self.left = rng.randrange(1, within) if within else -1

    def point(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Provider:
    """Takes every message, and notes it the moment it does."""

    def __init__(self, name: str, reach: Reach, log: str, clock: SetClock, kills: Kills, latency: float) -> None:
        self.name, self.reach, self._latency = name, reach, latency
        self._file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._clock, self._kills = clock, kills

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        self._kills.point()
        paid = "utility" if template is not None else ""
        os.write(self._file, f"{ref.partition('.')[0]}\t{self._clock.at}\t{to}\t{paid}\n".encode())
        self._kills.point()
        await asyncio.sleep(self._latency)
        self._kills.point()
        return f"p-{ref}"

    def charged_as(self, template: Template | None) -> str | None:
        return "utility" if template is not None else None

    async def close(self) -> None:
        os.close(self._file)


class SetClock:
    """The moment it was told."""

    at = 0

    def now(self) -> int:
        return self.at


class Deadly:
    """A store that may die before or after each commit."""

    def __init__(self, store: Store, kills: Kills) -> None:
        self._store, self._kills = store, kills
        self.dialect, self.engine = store.dialect, store.engine

    def write(self, work: Any) -> Any:
        def deadly(tx: Tx) -> Any:
            found = work(tx)
            self._kills.point()
            return found

        found = self._store.write(deadly)
        self._kills.point()
        return found

    def run(self, sql: Any, **values: Any) -> int:
        found: int = self._store.run(sql, **values)
        self._kills.point()
        return found

    def write_all(self, works: Any) -> Any:
        return self._store.write_all(works)

    def read(self, work: Any) -> Any:
        return self._store.read(work)

    def close(self) -> None:
        self._store.close()


async def work(url: str, log: str, seed: int, kills_within: int, *, brisk: bool) -> None:
    if brisk:
        marking.EVERY_S = 0.005
    kills = Kills(random.Random(seed), kills_within)
    store = Deadly(open_store(url), kills)
    clock = SetClock()
    reaches = {"emulator": EMULATOR, "whatsapp": WHATSAPP}
    providers = {
        name: Provider(name, reach, log, clock, kills, 0 if brisk else LATENCY_S) for name, reach in reaches.items()
    }
    pacers = {name: Pacer(Pace(RATE, 0.0)) for name in reaches}
    delivery = Delivery(store, providers, clock, pacers)
    ticking = Ticking(store)
    for line in sys.stdin:
        clock.at = int(line)
        ticking.tick(clock.at, delivery.in_hand)
        await asyncio.gather(*(all_of(delivery, name) for name in reaches))
        print("done", flush=True)


async def all_of(delivery: Delivery, name: str) -> None:
    """Send as the house does, until nothing is left and nothing is on its way."""
    while await delivery.once(name) or delivery.in_hand:  # noqa: ASYNC110 - nobody is told when a hand is empty
        await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), brisk="brisk" in sys.argv))
