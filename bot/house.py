"""The house at work: the loops that take turns, deliver, and ask the clock; and how to wait until all is quiet."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import psycopg

from bot import crying
from bot.alarms import Watch
from bot.broadcasts import Broadcasts
from bot.channels.port import Heard
from bot.clock import Clock, DemoClock
from bot.crying import Crier
from bot.delivery import Delivery
from bot.moments import moment
from bot.turns import Turns
from posyandu.calendar import instant, local
from posyandu.prices import ASSUMED, Prices
from scheduler.ticking import Ticking
from storage import demo, inbox, outbox, outbox_lost, sheet_jobs, siaran, signals
from storage.store import Store, Tx

log = logging.getLogger("posyandu.house")
Found = TypeVar("Found")
DEMO_ZONE = "Asia/Jakarta"
OPENING = 9 * 60  # a demo begins on posyandu day at nine
STOP_S = 10.0  # how long a stop waits for a turn or a claim under way
QUIET_S = 0.5  # how long a loop rests when nobody wakes it
SPINS, SPIN_S = 50, 0.02


class House:
    """Everything that moves. Made by bot.app; started once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        turns: Turns,
        delivery: Delivery,
        ticking: Ticking,
        names: Sequence[str],
        sheets: Callable[[], Awaitable[int]] | None = None,
        prices: Prices = ASSUMED,
    ) -> None:
        self.store = store
        self.clock = clock
        self._turns = turns
        self.delivery = delivery
        self.ticking = ticking
        self._names = list(names)
        self._sheets = sheets
        self._to_make = asyncio.Event()
        self.broadcasts = Broadcasts(store, clock, delivery.rates, delivery.tiers.get("whatsapp", 0), prices)
        self._to_announce = asyncio.Event()
        self._heard = asyncio.Event()
        self.file_wanted = asyncio.Event()  # a turn waits for a file (bot.chores)
        self._to_send = {name: asyncio.Event() for name in self._names}
        self._moved = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self.turns_done = 0
        self._watch = Watch(store, clock)
        self._crier = Crier(store, alone=delivery.alone)
        self._listener: asyncio.Task[None] | None = None
        self._stopping = False

    # -- hearing -------------------------------------------------------------------------------------------------

    async def hear(self, heard: Sequence[Heard], also: Callable[..., None] | None = None) -> list[int]:
        """Into the inbox; returns after the commit, and only then may the provider be told "received"."""
        now = self.clock.now()

        def work(tx: object) -> list[int]:
            new = inbox.hear(tx, heard, now)  # type: ignore[arg-type]
            if also is not None:
                also(tx, new)
            return new

        new = await asyncio.to_thread(self.store.write, work)
        moment("after_hear")
        self._heard.set()
        if new:
            self._crier.heard(heard)
        return new

    # -- the loops -----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Settle what a crash left, then begin."""
        everything = self.delivery.alone  # a file, or a demo, has one house only: nobody else can be sending now
        now = self.clock.now()
        settle = partial(outbox_lost.recover, now=now, everything=everything)
        doubtful = await asyncio.to_thread(self.store.write, settle)
        if doubtful:
            log.warning("%d messages are in doubt after a stop: posyandu-bot outbox --in-doubt", len(doubtful))
        self._begin("turns", self._turn, self._heard)
        for name in self._names:
            self._begin(name, partial(self.delivery.once, name), self._to_send[name])
        if not self.store.has_jobs:  # else a job engine carries them (bot.engine)
            self._begin("siaran", self._announce, self._to_announce)
            if self._sheets is not None:
                self._begin("sheets", self._sheet, self._to_make)
        if not self.delivery.alone:
            self._listener = asyncio.create_task(self._listen())

    def _begin(self, name: str, step: Callable[[], Awaitable[int]], event: asyncio.Event) -> None:
        self._tasks.append(asyncio.create_task(self._loop(name, step, event)))

    async def _listen(self) -> None:
        """What other processes say: something was heard, or is to be sent."""
        while True:
            try:
                async for word in signals.words(self.store.engine.url):
                    if word in ("", "told"):
                        self._wake_senders()
                    if word == "" or (word != "told" and self.delivery.takes(crying.numbers(word))):
                        self._heard.set()
            except (psycopg.Error, OSError) as error:
                log.warning("no word from the other processes: %s; looking by itself", type(error).__name__)
            await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """Stop claiming, wait for what is on its way, then end. What is claimed is never left half done."""
        self._stopping = True
        self.wake()
        if self._listener is not None:
            self._listener.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_S)
            for task in late:
                task.cancel()
        await self.delivery.drain()
        await self.delivery.leave()

    def wake(self) -> None:
        self._heard.set()
        self._to_make.set()
        self._to_announce.set()
        self._wake_senders()

    def _wake_senders(self) -> None:
        self.delivery.hurry()
        for event in self._to_send.values():
            event.set()

    async def _turn(self) -> int:
        done, again = await asyncio.to_thread(self._turns.some)
        self.turns_done += done
        if self._turns.wants_files:
            self._turns.wants_files = False
            self.file_wanted.set()
        if done:
            self._to_make.set()
            self._to_announce.set()
            self._wake_senders()
        return int(again)

    async def _announce(self) -> int:
        """Some work for each siaran; its messages may leave."""
        done = await self.broadcasts.step()
        if done:
            self._wake_senders()
        return done

    async def _sheet(self) -> int:
        """One sheet, made by a process of its own, and its message on the way."""
        done = await self._sheets() if self._sheets is not None else 0
        if done:
            self._wake_senders()
        return done

    async def _loop(self, name: str, step: Callable[[], Awaitable[int]], event: asyncio.Event) -> None:
        while not self._stopping:
            event.clear()
            try:
                done = await step()
            except Exception:
                log.exception("the %s loop stumbled; it goes on", name)
                done = 0
                await asyncio.sleep(QUIET_S)
            async with self._moved:
                self._moved.notify_all()
            if not done:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), QUIET_S)

    # -- waiting and the clock -----------------------------------------------------------------------------------

    def quiet(self) -> bool:
        """Is nothing open, due or on its way?"""
        now = self.clock.now()
        open_rows = (inbox.OPEN, siaran.BUSY, *((sheet_jobs.OPEN,) if self._sheets is not None else ()))
        return self.store.read(
            lambda tx: not any(tx.value(sql) for sql in open_rows) and not tx.value(outbox.WAITING, now=now)
        )

    async def settled(self, seconds: float = 30.0) -> bool:
        """Wait until all turns and deliveries caused so far are done."""
        loop = asyncio.get_running_loop()
        until, looked = loop.time() + seconds, 0
        while not await asyncio.to_thread(self.quiet):
            left = until - loop.time()
            if left <= 0:
                return False
            looked += 1
            if looked > SPINS:  # a sheet's own process is at work, with less right to the processor than this loop
                await asyncio.sleep(SPIN_S)
            self.wake()
            async with self._moved:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._moved.wait(), min(left, 0.2))
        return True

    async def until(self, find: Callable[[Tx], Found], seconds: float) -> Found:
        """What `find` finds, waiting for it for so long; it is asked again whenever something has moved."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            found = await asyncio.to_thread(self.store.read, find)
            left = until - loop.time()
            if found or left <= 0 or self._stopping:
                return found
            async with self._moved:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._moved.wait(), min(left, QUIET_S))

    async def reset(self, to: int | None) -> None:
        """Demo data again; the clock at `to`, or at nine on today's posyandu day."""
        clock = self.clock
        if not isinstance(clock, DemoClock):
            raise PermissionError("only a demo can be reset")
        await self.settled(5)
        start = (
            to if to is not None else instant(local(time.time_ns() // 1_000_000, DEMO_ZONE).date(), OPENING, DEMO_ZONE)
        )
        await asyncio.to_thread(demo.load, self.store, local(start, DEMO_ZONE).date())
        await asyncio.to_thread(partial(clock.move, start, back=True))
        self.wake()

    async def tick(self) -> None:
        """Ask once what is due now."""
        now = self.clock.now()
        put = await asyncio.to_thread(self.ticking.tick, now, self.delivery.in_hand)
        if self.store.has_jobs:  # siaran are jobs of their own
            await self._tell_all(put)
            return
        if put or await self.broadcasts.step():
            self.wake()
        if not isinstance(self.clock, DemoClock):
            await self._watch.once()

    async def beside(self) -> None:
        """What is told from time to time, where a job engine calls it: answers gathered, what is stuck, alarms."""
        await self.broadcasts.beside()
        await self._watch.once()

    async def dispatch(self) -> None:
        """What a process that died was sending is settled, and every process looks at the outbox."""
        now, mine = self.clock.now(), self.delivery.in_hand
        await asyncio.to_thread(self.store.write, lambda tx: outbox_lost.recover(tx, now, in_hand=mine))
        await self._tell_all(1)

    async def _tell_all(self, put: int) -> None:
        if put:
            self.wake()
            await asyncio.to_thread(self.store.write, lambda tx: signals.say(tx, "told"))

    async def advance(self, to: int) -> None:
        """Move a demo clock forward, stopping at every instant at which something falls due."""
        clock = self.clock
        if not isinstance(clock, DemoClock):
            raise PermissionError("only a demo's clock can be moved")
        await self.settled()  # what is on its way now must not look late when the clock has jumped
        await self.tick()  # from here on nothing that falls due is before the first tick
        await self.settled()
        while True:
            now = clock.now()
            due = await asyncio.to_thread(self.ticking.next_due, now)
            if due is None or due > to:
                break
            await asyncio.to_thread(clock.move, max(due, now))
            await self.tick()
            await self.settled()
        await asyncio.to_thread(clock.move, to)
        await self.tick()
        await self.settled()
