"""Delivery: the only way out. Takes what may leave from the outbox, gives it its form, sends it, notes how it went."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot import attachments, gentle, screen, sharing, window
from bot.channels.pace import Pacer
from bot.channels.port import (
    Bubble,
    Channel,
    ChannelError,
    InDoubt,
    Later,
    Media,
    NotSent,
    SlowDown,
    Template,
)
from bot.clock import Clock
from bot.ends import RETRY_MS, Ends
from bot.gate import Gate
from bot.locales import catalogue
from bot.lookahead import Lookahead
from bot.marking import Marks
from bot.moments import moment
from bot.sharing import Sharing
from bot.thrift import Thrift
from posyandu.calendar import local
from storage import outbox, statuses
from storage.failures import passing
from storage.sql import Row
from storage.store import Store, Tx

log = logging.getLogger("posyandu.delivery")
SORRY = {"says": [["sorry", {}]]}  # she wrote and is never left without an answer
IN_PLACE_S = (2.0, 10.0)  # the rest of a message whose beginning has left is tried again after


class Delivery:
    """One loop per channel. `idle` is set while nothing is on its way."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        pacers: Mapping[str, Pacer],
        tiers: Mapping[str, int] | None = None,
        shared: bool = False,
        thrift: Thrift | None = None,
    ) -> None:
        """`tiers`: how many people a day a channel may reach with templates. `shared`: other processes send, too, and
        all keep one pace together."""
        self._store = store
        self.channels = dict(channels)
        self._clock = clock
        self._pacers = pacers
        self.tiers = tiers or {}
        self._sharing = Sharing(store, pacers, clock) if shared else None
        self._lease_ms = sharing.LEASE_MS if shared else outbox.LEASE_MS
        self._full = {name: pacer.pace.per_second for name, pacer in pacers.items()}
        self._thrift = thrift or Thrift()
        self._marks = Marks(store)
        self._ends = Ends(store, clock, self.pause, self.stop)
        self._gates = {name: Gate(pacer) for name, pacer in pacers.items()}
        self._ahead = {name: Lookahead(pacers.get(name)) for name in channels}
        self._formed: dict[int, list[Bubble]] = {}
        self.counts: Counter[tuple[str, str]] = Counter()  # (channel, sent or refused) of this process
        self.stopped: dict[str, str] = {}  # channels that wait for the operator, and why
        self._under_way: set[asyncio.Task[None]] = set()
        self.in_hand: frozenset[int] = frozenset()  # the outbox rows that are being sent by this process
        self._begun: set[int] = set()  # of these, those for which the provider was asked

    @property
    def alone(self) -> bool:
        """Does no other process send?"""
        return self._sharing is None

    @property
    def rates(self) -> dict[str, float]:
        """Messages a second, by channel, of all processes together."""
        return dict(self._full)

    def takes(self, numbers: Collection[int]) -> bool:
        """Is one of the talks of these numbers for this process? Where several work, each begins with its own."""
        return self._sharing is None or self._sharing.takes(numbers)

    async def once(self, name: str) -> int:
        """Let go what may leave now on one channel; 0 when there is nothing more. They end on their own."""
        if name in self.stopped:
            return 0
        if self._sharing is not None:
            await self._sharing.renew(self.in_hand)
            if not await self._sharing.may_send(name):
                return 0
        most, urgent = await self._ahead[name].room(len(self._under_way))
        if most <= 0:
            return 1  # it has waited its moment: ask again
        now, least = self._clock.now(), outbox.PRIO["alert"] if urgent else outbox.LAST
        more, mine = 0, set[int]()

        def claim(tx: Tx) -> list[Row]:
            nonlocal more
            found = outbox.due(tx, name, now, most, self._gap(name), least)
            more = int(len(found) == most)
            taken = outbox.claim(tx, name, found, now, self._lease_ms)
            taken = self._thrift.keep(tx, taken, lambda row: window.closed(self.channels[name].reach, row, now), now)
            mine.update(row.id for row in taken)
            self.in_hand |= mine
            return taken

        began = time.monotonic()
        try:
            rows = await asyncio.to_thread(self._claimed, name, claim, now)
        except Exception:
            self.in_hand -= mine  # not claimed, or nobody knows: whoever settles what was left may have them
            raise
        self._ahead[name].claimed({row.id for row in rows}, time.monotonic() - began)
        if rows:
            moment("before_send")
        for row in rows:
            task = asyncio.create_task(self._one(name, row))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return more or int(urgent)

    def hurry(self) -> None:
        """Something has been put: what of it is urgent does not wait behind what has been claimed."""
        for ahead in self._ahead.values():
            ahead.hurry()

    def _claimed(self, name: str, claim: Callable[[Tx], list[Row]], now: int) -> list[Row]:
        """The rows claimed; those of words alone are formed on the way, in the same walk to another thread."""
        rows = self._store.write(claim)
        for row in rows:
            if '"media"' not in row.body and not window.closed(self.channels[name].reach, row, now):
                with contextlib.suppress(Exception):  # what fails here fails again where it is dealt with
                    self._formed[row.id] = self._form(name, row)
        return rows

    async def leave(self) -> None:
        """After the last message: the others may have this process's share of the pace."""
        if self._sharing is not None:
            await self._sharing.leave()

    def _gap(self, name: str) -> int | None:
        """Milliseconds between two messages to one chat that no process alone can keep; None: it is alone."""
        if self._sharing is None:
            return None
        return int(self._pacers[name].pace.chat_gap * 1000) if name in self._pacers else 0

    async def drain(self, seconds: float = 10.0) -> None:
        """Wait for what is on its way."""
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=seconds)

    async def _one(self, name: str, row: Row) -> None:
        try:
            await self._let_go(name, row)
        except Exception as error:
            # Our bug, or the book is out of reach: this one must not stand in the way of the next.
            log.exception("outbox row %s was not seen through", row.id)
            if passing(error) and row.id not in self._begun:
                await self._ends.later(row, self._clock.now() + RETRY_MS[0], "gangguan basis data", counts=False)
            else:
                await self._ends.end(row, "in_doubt", "gangguan program saat mengirim")
        finally:
            self.in_hand -= {row.id}
            self._begun.discard(row.id)
            self._formed.pop(row.id, None)
            self._ahead[name].left(row.id)

    def pause(self, name: str, seconds: float) -> None:
        """The provider asks for a pause: nothing leaves on this channel meanwhile."""
        pacer = self._pacers.get(name)
        if pacer is not None and seconds > 0:
            pacer.slow_down(seconds, time.monotonic())

    def stop(self, name: str, why: str) -> None:
        """Waiting cannot mend it (a wrong token, a wrong sender): nothing leaves until the operator has."""
        self.stopped[name] = why
        log.error("channel %s is stopped: %s", name, why)

    async def _let_go(self, name: str, row: Row) -> None:
        if window.closed(self.channels[name].reach, row, self._clock.now()):
            await self._by_template(name, row)
            return
        try:
            ready = self._formed.pop(row.id, None)
            bubbles = await asyncio.to_thread(self._form, name, row) if ready is None else ready
        except Exception as error:
            if passing(error):
                raise
            log.exception("cannot form outbox row %s", row.id)
            if row.kind != "reply":
                await self._ends.end(row, "failed", "tidak dapat disusun")
                return
            bubbles = screen.bubbles(SORRY, catalogue(row.language), self.channels[name].reach, None)
        if not bubbles:
            await self._ends.end(row, "superseded", "pertanyaan sudah lewat")
            return
        if '"edits"' in row.body and await self._edit(name, row, bubbles[0]):
            return
        await self._send(name, row, bubbles)

    async def _edit(self, name: str, row: Row, bubble: Bubble) -> bool:
        """Words that take the place of an earlier message, where the channel can; where each message is paid for and
        it cannot, they are left out. False: send them as a message."""
        before = json.loads(row.body).get("edits")
        if before is None:
            return False
        channel: Any = self.channels[name]
        theirs = await asyncio.to_thread(self._store.read, lambda tx: tx.value(outbox.PROVIDER_ID, row_id=before))
        if not hasattr(channel, "edit") or not theirs:
            if channel.reach.window_hours:
                await self._ends.end(row, "superseded", "tidak bisa diubah di kanal ini")
            return bool(channel.reach.window_hours)
        try:
            await self._slot(name, row, patient=False)
            self._begun.add(row.id)
            await channel.edit(row.external_id, theirs, bubble)
        except ChannelError as error:
            await self._ends.went_wrong(name, row, error)
            return True
        now = self._clock.now()
        await self._ends.note(lambda tx: outbox.sent(tx, row.id, theirs, now, None))
        return True

    async def _by_template(self, name: str, row: Row) -> None:
        """Free words may not go: the approved ones, or the message waits until she writes."""
        now, template = self._clock.now(), window.template_of(row)
        values = template.variables.values() if template is not None else ()
        if await asyncio.to_thread(gentle.frightens, self._store, row, values):
            await self._ends.end(row, "failed", gentle.WHY)
            return
        if template is None or window.only_opens(row):
            await self._ends.note(lambda tx: window.hold(tx, row, now))
            return
        tier = self.tiers.get(name, 0)
        wait = await asyncio.to_thread(self._store.read, lambda tx: window.pause(tx, name, row, tier, now))
        if wait:
            await self._ends.later(row, now + wait, "jatah harian templat habis", counts=False)
        else:
            await self._send(name, row, [Bubble("")], template)

    async def _send(self, name: str, row: Row, bubbles: Sequence[Bubble], template: Template | None = None) -> None:
        theirs = ""
        try:
            for number, bubble in enumerate(bubbles, 1):
                sent = statuses.Sent(row.id, row.tries + 1, None if number == len(bubbles) else number)
                theirs = await self._bubble(name, row, bubble, sent, template, first=number == 1)
            moment("after_send")
        except ChannelError as error:
            await self._ends.went_wrong(name, row, error)
            return
        charged = self.channels[name].charged_as(template)
        await self._marks.sent(row, theirs, self._clock.now(), charged, spaced=bool(self._gap(name)))
        moment("after_sent_commit")

    async def _bubble(
        self, name: str, row: Row, bubble: Bubble, sent: statuses.Sent, template: Template | None, *, first: bool
    ) -> str:
        """Send one bubble. Once the first of a message has left, the others are waited for in place: from the line the
        first would be sent again."""
        pauses = list(IN_PLACE_S)
        while True:
            await self._slot(name, row, patient=not first)
            self._begun.add(row.id)
            try:
                theirs = await self.channels[name].send(row.external_id, bubble, ref=str(sent), template=template)
                self.counts[name, "sent"] += 1
                return theirs
            except SlowDown as error:
                self.counts[name, "refused"] += 1
                if first:
                    raise
                self.pause(name, error.seconds)
            except (NotSent, Later) as error:
                if first:
                    raise
                if not pauses:
                    raise InDoubt(f"sebagian terkirim: {error.reason}") from error
                await asyncio.sleep(pauses.pop(0))

    async def _slot(self, name: str, row: Row, *, patient: bool) -> None:
        if gate := self._gates.get(name):
            await gate.through(
                row.external_id, row.prio, patient=patient, beside=lambda: self._ahead[name].left(row.id)
            )
        self._ahead[name].left(row.id)

    def _form(self, name: str, row: Row) -> list[Bubble]:
        """The row as this channel shows it. A question that is no longer the open one is left out."""
        body = json.loads(row.body)
        if body.get("question") and row.asked != row.id:
            body["question"] = None
        if not (body.get("says") or body.get("question") or body.get("media")):
            return []
        words = catalogue(row.language)
        formed = screen.bubbles(body, words, self.channels[name].reach, self._media(body, words))
        gentle.check(self._store, row, formed)
        return formed

    def _media(self, body: Mapping[str, Any], words: Any) -> Media | None:
        if not body.get("media"):
            return None
        today = local(self._clock.now(), "Asia/Jakarta").date()
        try:
            return self._store.read(lambda tx: attachments.make(tx, body["media"], words, today))
        except Exception:
            if not body.get("says"):
                raise
            log.exception("a picture cannot be made; the words go without it")
            return None
