"""APScheduler as the clock and nothing more: one tick at an interval, in memory, never two at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def ticker(tick: Callable[[], Awaitable[None]], seconds: int) -> AsyncIOScheduler:
    """A scheduler that calls `tick` every so many seconds, late rather than never, once however much was missed."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tick, "interval", seconds=seconds, id="tick", max_instances=1, coalesce=True, misfire_grace_time=None
    )
    return scheduler
