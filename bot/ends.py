"""How the sending of a message ends, or begins again: each kind of failure by what it means (bot.channels.port)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot import window
from bot.channels.port import (
    ChannelError,
    InDoubt,
    Later,
    Misconfigured,
    Moved,
    NeedsTemplate,
    NoTemplate,
    NotSent,
    SlowDown,
    Unreachable,
)
from bot.clock import Clock
from storage import addresses, outbox, outbox_lost, rates
from storage.sql import Row
from storage.store import Store, Tx

RETRY_MS = (2_000, 10_000, 60_000, 300_000, 900_000)


class Ends:
    """Notes in the outbox what became of a row. `pause` and `stop` hold up the whole channel."""

    def __init__(
        self, store: Store, clock: Clock, pause: Callable[[str, float], None], stop: Callable[[str, str], None]
    ) -> None:
        self._store, self._clock, self._pause, self._stop = store, clock, pause, stop

    async def went_wrong(self, name: str, row: Row, error: ChannelError) -> None:
        """Each kind of failure by what it means (bot.channels.port)."""
        now = self._clock.now()
        if isinstance(error, SlowDown):
            self._pause(name, error.seconds)
            until = now + int(error.seconds * 1000)
            await self.note(lambda tx: rates.pause(tx, name, until))
            await self.later(row, until, error.reason, counts=False)
        elif isinstance(error, Later) and row.tries < len(RETRY_MS):
            await self.later(row, now + (int(error.seconds * 1000) << row.tries), error.reason)
        elif isinstance(error, NoTemplate):
            await self.note(lambda tx: window.hold(tx, row, now))
        elif isinstance(error, NeedsTemplate):
            await self.note(lambda tx: addresses.window_over(tx, row.address_id))
            await self.later(row, now, error.reason)
        elif isinstance(error, NotSent):
            if row.tries >= len(RETRY_MS):
                await self.end(row, "failed", error.reason)
            else:
                await self.later(row, now + RETRY_MS[row.tries], error.reason)
        elif isinstance(error, Moved):
            new = error.new_id
            await self.note(lambda tx: addresses.moved(tx, row.address_id, new, now))
            await self.later(row, now, "alamat berubah")
        elif isinstance(error, Unreachable):
            await self.note(lambda tx: addresses.unreachable(tx, row, error.reason, now))
        elif isinstance(error, Misconfigured):
            self._stop(name, error.reason)
            await self.later(row, now, error.reason, counts=False)
        elif isinstance(error, InDoubt) and row.kind in outbox.RESENT and row.tries < 2:
            await self.note(lambda tx: outbox_lost.once_more(tx, row, now + RETRY_MS[0]))
        else:
            state = "in_doubt" if isinstance(error, InDoubt) else "failed"
            await self.end(row, state, error.reason)

    async def later(self, row: Row, at: int, why: str, *, counts: bool = True) -> None:
        await self.note(lambda tx: outbox.later(tx, row.id, at, why, counts=counts))

    async def end(self, row: Row, state: str, why: str) -> None:
        await self.note(lambda tx: outbox.ended(tx, row.id, state, why))

    async def note(self, work: Callable[[Tx], None]) -> None:
        await asyncio.to_thread(self._store.write, work)
