"""The gate of one channel: messages wait here for the pace; answers and alerts go before what is sent to many.

One timer for all that wait: whoever is first when the next message may leave gets that moment, however late she came.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from heapq import heappop, heappush

from bot.channels.pace import Pacer
from bot.channels.port import SlowDown

PATIENCE_S = 5.0  # a message that must wait longer goes back into line
NOTICED_S = 0.1  # a chat that must wait longer is no longer one that others wait behind


class Gate:
    """One at a time, in the order of `prio` and then of coming."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._waiting: list[tuple[int, int, asyncio.Future[bool]]] = []
        self._number = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._open_for: asyncio.Future[bool] | None = None  # who has been let through and has not left yet

    async def through(self, chat: str, prio: int, *, patient: bool, beside: Callable[[], None]) -> None:
        """Returns at the moment in which a message to this chat leaves. Raises SlowDown where that is long after now,
        unless `patient`. `beside` is called when only this chat must wait."""
        while True:
            now = time.monotonic()
            if (wait := self._pacer.wait(chat, now)) > PATIENCE_S and not patient:
                raise SlowDown(0, "menunggu giliran")
            own = self._pacer.wait_chat(chat, now)
            if own > 0:
                if own > NOTICED_S:
                    beside()
                await asyncio.sleep(own)
            elif wait > PATIENCE_S:
                await asyncio.sleep(PATIENCE_S)
            elif await self._turn(prio):
                now = time.monotonic()
                may = self._pacer.wait(chat, now) <= 0
                if may:
                    self._pacer.sent(chat, now)
                    # Run when the sender waits for her answer, and before anybody else is let through.
                    asyncio.get_running_loop().call_soon(self._left)
                self._open_for = None
                self._arm()
                if may:
                    return

    async def _turn(self, prio: int) -> bool:
        """True: this moment is hers. False: the provider has asked for a pause, look again."""
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (prio, next(self._number), mine))
        self._arm()
        try:
            return await mine
        except asyncio.CancelledError:
            if self._open_for is mine:
                self._open_for = None
                self._arm()
            raise

    def _arm(self) -> None:
        """Open now or when the pace allows; nothing where nobody waits, or somebody is going through."""
        if self._waiting and self._timer is None and self._open_for is None:
            wait = self._pacer.wait_any(time.monotonic())
            if wait <= 0:
                self._open()
            else:
                self._timer = asyncio.get_running_loop().call_later(min(wait, PATIENCE_S), self._look)

    def _left(self) -> None:
        self._pacer.left(time.monotonic())

    def _look(self) -> None:
        self._timer = None
        if self._pacer.wait_any(time.monotonic()) > PATIENCE_S:
            while self._waiting:
                _tell(heappop(self._waiting)[2], hers=False)
        self._arm()

    def _open(self) -> None:
        while self._waiting:
            first = heappop(self._waiting)[2]
            if _tell(first, hers=True):
                self._open_for = first
                return


def _tell(waiting: asyncio.Future[bool], *, hers: bool) -> bool:
    """False where she waits no longer."""
    if waiting.done():
        return False
    waiting.set_result(hers)
    return True
