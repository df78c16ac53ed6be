"""One pace kept by several processes: each sends its share (storage.senders), renewed every second."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace

from bot.channels.pace import Pacer
from bot.clock import Clock
from storage import outbox_lost, senders
from storage.store import Store

LEASE_MS = 25_000  # of a row that is being sent; renewed while in hand: a process that dies is noticed in that time
RENEW_S = 5.0


class Sharing:
    """The shares of one process on its channels."""

    def __init__(self, store: Store, pacers: Mapping[str, Pacer], clock: Clock) -> None:
        self._store, self._pacers, self._clock = store, pacers, clock
        self._full = {name: pacer.pace.per_second for name, pacer in pacers.items()}
        self._process = uuid.uuid4().hex
        self._beats: dict[str, float] = {}
        self._shares: dict[str, float] = {}
        self._places: dict[str, senders.Place] = {}
        self._renewed = time.monotonic()

    def takes(self, numbers: Collection[int]) -> bool:
        """Which of the processes looks first: whose place a number falls on. The others find what it leaves, a moment
        later; a process that does not know its place takes everything."""
        place = next((self._places[name] for name in sorted(self._places)), None)
        if place is None or place.of <= 1 or place.waits or not numbers:
            return True
        return any(number % place.of == place.number for number in numbers)

    async def may_send(self, name: str) -> bool:
        """Has this process a share now? Where its row is due to be renewed, that is done first."""
        if name not in self._pacers:
            return True
        began = time.monotonic()
        if began - self._beats.get(name, float("-inf")) >= senders.BEAT_S:
            await self._beat(name, began)
        return self.share(name) > 0

    def share(self, name: str) -> float:
        """Messages a second; nothing where the row could not be renewed for too long."""
        late = time.monotonic() - self._beats.get(name, float("-inf")) > senders.FENCE_S
        return 0.0 if late else self._shares.get(name, 0.0)

    async def renew(self, in_hand: Collection[int]) -> None:
        """What is in hand stays ours: other processes take for lost what is not renewed."""
        if time.monotonic() - self._renewed < RENEW_S:
            return
        self._renewed = time.monotonic()
        ids, until = sorted(in_hand), self._clock.now() + LEASE_MS
        if ids:
            await asyncio.to_thread(self._store.write, lambda tx: outbox_lost.renew(tx, ids, until))

    async def leave(self) -> None:
        """The others may have it."""
        for name in list(self._beats):
            self._shares[name] = 0.0
            await asyncio.to_thread(self._store.write, lambda tx, n=name: senders.leave(tx, n, self._process, _wall()))

    async def _beat(self, name: str, began: float) -> None:
        place = await asyncio.to_thread(self._store.write, lambda tx: senders.beat(tx, name, self._process, _wall()))
        share, pacer = place.share(self._full[name]), self._pacers[name]
        self._beats[name], self._shares[name], self._places[name] = began, share, place
        if share > 0 and share != pacer.pace.per_second:
            pacer.change(replace(pacer.pace, per_second=share))
        if (left := (place.paused_until - self._clock.now()) / 1000) > 0:
            pacer.pause(left, time.monotonic())


def _wall() -> int:
    return time.time_ns() // 1_000_000
