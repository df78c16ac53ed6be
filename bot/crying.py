"""Telling the other processes that something was heard: after the commit, and what is heard together in one word.

Never inside the transaction that hears: PostgreSQL lets only one transaction with a word in it commit at a time. A word
that is lost costs half a second (storage.signals).
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Collection, Sequence

from bot.channels.port import Heard
from storage import signals
from storage.failures import passing
from storage.store import Store

log = logging.getLogger("posyandu.crying")
REST_S = 0.03  # between two words of this process
PLACES = 5040  # divides evenly among up to ten processes
MOST = 500  # numbers in one word


class Crier:
    """The voice of one process."""

    def __init__(self, store: Store, *, alone: bool) -> None:
        self._store, self._alone = store, alone
        self._numbers: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    def heard(self, heard: Sequence[Heard]) -> None:
        """These were heard and are in the book."""
        if self._alone:
            return
        self._numbers |= {number_of(h.channel, h.external_id) for h in heard}
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._cry())

    async def _cry(self) -> None:
        while self._numbers:
            word = ",".join(map(str, sorted(self._numbers)[:MOST]))
            self._numbers.clear()
            try:
                await asyncio.to_thread(self._store.run, signals.SAY, what=word)
            except Exception as error:
                if not passing(error):
                    raise
                log.warning("the others are not told: %s", type(error).__name__)
            await asyncio.sleep(REST_S)


def number_of(channel: str, external_id: str) -> int:
    """The number by which a talk falls to one of the processes."""
    return zlib.crc32(f"{channel}:{external_id}".encode()) % PLACES


def numbers(word: str) -> Collection[int]:
    """The numbers in a word; one without any is for everybody."""
    return [int(part) for part in word.split(",") if part.isdigit()]
