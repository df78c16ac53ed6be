"""Delivery: the only way out. Takes what may leave from the outbox, gives it its form, sends it, notes how it went."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot import attachments, screen
from bot.channels.pace import Pacer
from bot.channels.port import (
    Bubble,
    Channel,
    ChannelError,
    InDoubt,
    Media,
    Misconfigured,
    Moved,
    NeedsTemplate,
    NotSent,
    SlowDown,
    Template,
    Unreachable,
)
from bot.clock import Clock
from bot.locales import catalogue
from bot.moments import moment
from posyandu.calendar import local
from storage import addresses, outbox
from storage.sql import Row
from storage.store import Store, Tx

log = logging.getLogger("posyandu.delivery")
MOST_AT_ONCE = 64
AHEAD_S = 0.1  # what is claimed ahead is the queue that an alert must wait behind
RETRY_MS = (2_000, 10_000, 60_000, 300_000, 900_000)


class Delivery:
    """One loop per channel. `idle` is set while nothing is on its way."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], clock: Clock, pacers: Mapping[str, Pacer]
    ) -> None:
        self._store = store
        self.channels = dict(channels)
        self._clock = clock
        self._pacers = pacers
        self._stopped: set[str] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self.in_hand: frozenset[int] = frozenset()  # the outbox rows that are being sent by this process

    async def once(self, name: str) -> int:
        """Let go what may leave now on one channel; how many messages were taken. They end on their own."""
        if name in self._stopped:
            return 0
        pacer = self._pacers.get(name)
        room = MOST_AT_ONCE if pacer is None else int(pacer.pace.per_second) - len(self._under_way)
        ahead = MOST_AT_ONCE if pacer is None else int(pacer.pace.per_second * AHEAD_S) + 1
        if room <= 0 or (pacer is not None and pacer.wait_any(time.monotonic()) > AHEAD_S):
            return 0
        now = self._clock.now()

        def claim(tx: Tx) -> list[Row]:
            taken = outbox.take(tx, name, now, min(room, ahead))
            self.in_hand |= {row.id for row in taken}
            return taken

        rows = await asyncio.to_thread(self._store.write, claim)
        if rows:
            moment("before_send")
        for row in rows:
            task = asyncio.create_task(self._one(name, row))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(rows)

    async def all_once(self) -> int:
        """One round over every channel."""
        return sum([await self.once(name) for name in self.channels])

    async def drain(self, seconds: float = 10.0) -> None:
        """Wait for what is on its way."""
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=seconds)

    async def _one(self, name: str, row: Row) -> None:
        try:
            await self._let_go(name, row)
        finally:
            self.in_hand -= {row.id}

    async def _let_go(self, name: str, row: Row) -> None:
        try:
            bubbles = await asyncio.to_thread(self._form, name, row)
        except Exception:
            log.exception("cannot form outbox row %s", row.id)
            await self._end(row, "failed", "tidak dapat disusun")
            return
        if not bubbles:
            await self._end(row, "superseded", "pertanyaan sudah lewat")
            return
        await self._send(name, row, bubbles)

    async def _send(self, name: str, row: Row, bubbles: Sequence[Bubble]) -> None:
        channel, theirs = self.channels[name], ""
        try:
            for bubble in bubbles:
                await self._slot(name, row.external_id)
                template = _template(row) if row.template else None
                theirs = await channel.send(row.external_id, bubble, ref=str(row.id), template=template)
            moment("after_send")
        except ChannelError as error:
            await self._went_wrong(name, row, error)
            return
        now = self._clock.now()
        await asyncio.to_thread(self._store.write, lambda tx: outbox.sent(tx, row.id, theirs, now))
        moment("after_sent_commit")

    async def _slot(self, name: str, to: str) -> None:
        pacer = self._pacers.get(name)
        if pacer is None:
            return
        while (wait := pacer.wait(to, time.monotonic())) > 0:  # noqa: ASYNC110 - a pacer is a clock, not an event
            await asyncio.sleep(wait)
        pacer.sent(to, time.monotonic())

    async def _went_wrong(self, name: str, row: Row, error: ChannelError) -> None:
        """Each kind of failure by what it means (bot.channels.port)."""
        now = self._clock.now()
        if isinstance(error, SlowDown):
            pacer = self._pacers.get(name)
            if pacer is not None:
                pacer.slow_down(error.seconds, time.monotonic())
            await self._later(row, now + int(error.seconds * 1000), error.reason)
        elif isinstance(error, NotSent):
            if row.tries >= len(RETRY_MS):
                await self._end(row, "failed", error.reason)
            else:
                await self._later(row, now + RETRY_MS[row.tries], error.reason)
        elif isinstance(error, Moved):
            new = error.new_id
            await asyncio.to_thread(self._store.write, lambda tx: addresses.moved(tx, row.address_id, new))
            await self._later(row, now, "alamat berubah")
        elif isinstance(error, Unreachable):
            await asyncio.to_thread(self._store.write, lambda tx: addresses.unreachable(tx, row, error.reason, now))
        elif isinstance(error, Misconfigured):
            self._stopped.add(name)
            log.error("channel %s is stopped: %s", name, error.reason)
            await self._later(row, now, error.reason)
        elif isinstance(error, InDoubt) and row.kind in outbox.RESENT and row.tries < 2:
            await self._later(row, now + RETRY_MS[0], "dikirim ulang")
        else:
            state = "in_doubt" if isinstance(error, InDoubt) else "failed"
            why = "di luar 24 jam, tanpa templat" if isinstance(error, NeedsTemplate) else error.reason
            await self._end(row, state, why)

    async def _later(self, row: Row, at: int, why: str) -> None:
        await asyncio.to_thread(self._store.write, lambda tx: outbox.later(tx, row.id, at, why))

    async def _end(self, row: Row, state: str, why: str) -> None:
        await asyncio.to_thread(self._store.write, lambda tx: outbox.ended(tx, row.id, state, why))

    def _form(self, name: str, row: Row) -> list[Bubble]:
        """The row as this channel shows it. A question that is no longer the open one is left out."""
        body = json.loads(row.body)
        if body.get("question") and row.asked != row.id:
            body["question"] = None
        if not (body.get("says") or body.get("question") or body.get("media")):
            return []
        words = catalogue(row.language)
        return screen.bubbles(body, words, self.channels[name].reach, self._media(body, words))

    def _media(self, body: Mapping[str, Any], words: Any) -> Media | None:
        if not body.get("media"):
            return None
        today = local(self._clock.now(), "Asia/Jakarta").date()
        return self._store.read(lambda tx: attachments.make(tx, body["media"], words, today))


def _template(row: Row) -> Template:
    """The approved words for outside the free window, with the variables of the message."""
    body = json.loads(row.body)
    values = dict(body.get("template", {}))
    return Template(row.template, row.language, {str(k): str(v) for k, v in values.items()})
