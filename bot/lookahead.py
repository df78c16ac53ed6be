"""How much of one channel's outbox is claimed ahead of the moment in which it leaves.

What is claimed ahead is the queue that an alert must wait behind, and what a crash may leave in doubt: so no more than
leaves within a tick, and within the time that a claim takes where the book's disk is slow.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

from bot.channels.pace import Pacer

TICK_S = 0.05
MOST_SLOW_S = 0.2  # a slower disk than this costs pace, not patience
LEAST = 3  # so that a slow channel is not without work during one commit
MOST_LATENCY_S = 5.0  # so long a provider's answers may take before the pace suffers
UNPACED = 64


class Lookahead:
    """The queue between claiming and sending on one channel."""

    def __init__(self, pacer: Pacer | None) -> None:
        self._pacer = pacer
        self._queued: set[int] = set()
        self._moved = asyncio.Event()
        self._slow = 0.0

    def claimed(self, rows: set[int], took: float) -> None:
        """These are queued now; the claim took so many seconds."""
        self._queued |= rows
        self._slow = max(took, 0.9 * self._slow)

    def left(self, row_id: int) -> None:
        """No longer one that others wait behind."""
        self._queued.discard(row_id)
        self._moved.set()

    async def room(self, under_way: int) -> int:
        """How many more may be claimed. Waits a moment where there is none, so that whoever asks again and again does
        not spin. `under_way`: all that is claimed or being sent."""
        if self._pacer is None:
            return UNPACED
        rate = self._pacer.pace.per_second
        ahead = max(LEAST, int(rate * (TICK_S + min(self._slow, MOST_SLOW_S))) + 1)
        if len(self._queued) > ahead // 2:
            self._moved.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), TICK_S)
            return 0
        room = max(16, int(rate * MOST_LATENCY_S)) - under_way
        wait = self._pacer.wait_any(time.monotonic())
        if room <= 0 or wait > TICK_S:
            await asyncio.sleep(min(wait, TICK_S) or TICK_S)
            return 0
        return min(room, ahead - len(self._queued))
