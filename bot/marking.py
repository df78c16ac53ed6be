"""Notes that rows were sent, some at a time: at most one write in 100 ms instead of one for each message of a siaran.
A note that comes alone is written at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from storage import outbox
from storage.sql import Row
from storage.store import Store, Tx

AT_ONCE = ("reply", "alert")  # noted by a write of their own: a quick answer must find its question sent
EVERY_S = 0.1  # with the pace and the provider's answer time this bounds what a crash leaves in doubt

Work = Callable[[Tx], None]


class Marks:
    """Whoever adds a note waits until it is in the book."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Work, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._next = 0.0  # the loop's time before which nothing is written again

    async def sent(self, row: Row, theirs: str, now: int, charged: str | None, *, spaced: bool) -> None:
        """The provider took it. `spaced`: other processes must know that its chat was sent something."""

        def note(tx: Tx) -> None:
            outbox.sent(tx, row.id, theirs, now, charged)
            if spaced:
                outbox.spoke(tx, row.address_id, now)

        if row.kind not in AT_ONCE:
            await self.add(note)
        elif charged:
            await asyncio.to_thread(self._store.write, note)
        else:
            await asyncio.to_thread(outbox.sent_at_once, self._store, row, theirs, now, spaced=spaced)

    async def add(self, work: Work) -> None:
        """Returns after the commit; raises what the commit raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(max(0.0, self._next - loop.time()))
            self._next = loop.time() + EVERY_S
            some, self._waiting = self._waiting, []
            works = [work for work, _ in some]
            try:
                await asyncio.to_thread(self._store.write, lambda tx, works=works: _all(tx, works))
            except Exception as error:
                for _, done in some:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, done in some:
                    if not done.done():
                        done.set_result(None)


def _all(tx: Tx, works: list[Work]) -> None:
    for work in works:
        work(tx)
