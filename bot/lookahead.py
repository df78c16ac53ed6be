"""How much of one channel's outbox is claimed ahead of the moment in which it leaves.

What is claimed ahead is what a crash may leave in doubt: so no more than leaves within a tick, and within the time that
a claim takes where the book's disk is slow. Replies and alerts are claimed past a full queue, and go through the gate
(bot.gate) before those that wait there.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

from bot.channels.pace import Pacer
from bot.gate import PATIENCE_S

TICK_S = 0.05
MOST_SLOW_S = 0.2  # a slower disk than this costs pace, not patience
REMEMBERED = 0.99  # of a slow claim, by the next: SQLite's checkpoints come every few seconds, and are waited for
LEAST = 3  # so that a slow channel is not without work during one commit
MOST_LATENCY_S = 5.0  # so long a provider's answers may take before the pace suffers
UNPACED = 64
URGENT = 16  # replies and alerts claimed past a full queue


class Lookahead:
    """The queue between claiming and sending on one channel."""

    def __init__(self, pacer: Pacer | None) -> None:
        self._pacer = pacer
        self._queued: set[int] = set()
        self._moved = asyncio.Event()
        self._slow = 0.0
        self._hurried = False

    def claimed(self, rows: set[int], took: float) -> None:
        """These are queued now; the claim took so many seconds."""
        self._queued |= rows
        self._slow = max(took, REMEMBERED * self._slow)

    def left(self, row_id: int) -> None:
        """No longer one that others wait behind."""
        self._queued.discard(row_id)
        self._moved.set()

    def hurry(self) -> None:
        """Something has been put that may be urgent: it is claimed however long the queue is."""
        self._hurried = True
        self._moved.set()

    async def room(self, under_way: int) -> tuple[int, bool]:
        """How many more may be claimed, and whether only what is urgent. Waits a moment where there is no room, so that
        whoever asks again and again does not spin. `under_way`: all that is claimed or being sent."""
        if self._pacer is None:
            return UNPACED, False
        rate, wait = self._pacer.pace.per_second, self._pacer.wait_any(time.monotonic())
        ahead = max(LEAST, int(rate * (TICK_S + min(self._slow, MOST_SLOW_S))) + 1)
        room = max(16, int(rate * MOST_LATENCY_S)) - under_way
        step = max(2, int(rate * TICK_S / 2) + 1)  # few at a time, or each message would want a commit of its own
        if len(self._queued) <= ahead - step and room > 0 and wait <= TICK_S:
            self._hurried = False
            return min(room, ahead - len(self._queued)), False
        if self._hurried and wait <= PATIENCE_S:
            self._hurried = False
            return URGENT, True
        self._moved.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), TICK_S)
        return 0, False
