"""Who calls the coarse work of a house: the clock's ticks, siaran, sheets, the night's work, what looks after senders.

One port, two adapters. `Embedded`: the house's own loops over its rows and APScheduler as the clock, one process.
`bot.engine.Engine`: procrastinate on PostgreSQL, any number of processes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.house import House
from scheduler.clock import ticker


@dataclass(frozen=True)
class Work:
    """What is to be called. Each may be called twice, or again after it was cut off: the rows of the book know."""

    tick: Callable[[], Awaitable[None]]  # what is due now
    siaran: Callable[[int], Awaitable[bool | None]]  # one chunk; was there any; None when nothing is left to do
    sheet: Callable[[int], Awaitable[int]]
    nightly: Callable[[], Awaitable[int]]
    dispatch: Callable[[], Awaitable[None]]  # senders that died, those that sleep
    beside: Callable[[], Awaitable[None]]  # answers gathered, what is stuck, alarms


class Runner(Protocol):
    """Calls it from `start` to `stop`; `stop` waits for what is under way."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Embedded:
    """In this process, beside its talks."""

    def __init__(self, house: House, tick_seconds: int) -> None:
        self._clock = ticker(house.tick, tick_seconds)

    async def start(self) -> None:
        self._clock.start()

    async def stop(self) -> None:
        self._clock.shutdown(wait=False)
