"""What is done beside the talks: files fetched for turns that need them, menus set, old links and messages removed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable

from bot.channels.port import ChannelError, HeardFile, InDoubt, NotSent, SlowDown
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.house import House
from bot.role_menus import commands_for, menu_of
from storage import duty, erasures, inbox, media_links, people, role_menus
from storage.sql import Row

log = logging.getLogger("posyandu.chores")
QUIET_S = 5.0  # so often one looks for files that another process left; of its own a turn tells
EVERY_S = {"files": 0.5, "menus": 5.0, "erasing": 20.0, "media links": 60.0}
MOST_TRIES = 5


def mine(house: House, name: str, seconds: float) -> bool:
    """Is it this process that does it now?"""
    now = house.clock.now()
    return house.store.write(lambda tx: duty.mine(tx, name, now, int(seconds * 900)))


class Chores:
    """The chores of one house. Each is a step that is called again and again."""

    def __init__(
        self, house: House, telegram: Telegram | None, whatsapp: WhatsApp | None, *, one_of_many: bool = False
    ) -> None:
        """`one_of_many`: other processes do the same; each step is done by one of them at a time."""
        self._house, self._telegram, self._whatsapp = house, telegram, whatsapp
        self._one_of_many = one_of_many
        self._tries: dict[int, int] = {}

    async def again_and_again(self, name: str, step: Callable[[], Awaitable[object]]) -> None:
        """Call a step for ever; one that stumbles is logged and called again."""
        while True:
            await self._once(name, step)
            await asyncio.sleep(EVERY_S[name])

    async def _once(self, name: str, step: Callable[[], Awaitable[object]]) -> object:
        """What the step gave; None where it stumbled or another process does it."""
        try:
            if not self._one_of_many or await asyncio.to_thread(mine, self._house, name, EVERY_S[name]):
                return await step()
        except Exception:
            log.exception("the chore %s stumbled; it goes on", name)
        return None

    async def fetching(self) -> None:
        """Fetch for ever, at once when a turn of this process waits for a file."""
        wanted = self._house.file_wanted
        while True:
            wanted.clear()
            left = await self._once("files", self.fetch)
            await asyncio.sleep(EVERY_S["files"])
            if left == 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wanted.wait(), QUIET_S)

    async def fetch(self) -> int:
        """Files that a turn waits for, outside of any transaction; then the turn runs. How many are to be had later."""
        rows = await asyncio.to_thread(self._house.store.read, lambda tx: tx.all(inbox.TO_FETCH))
        left = 0
        for row in rows:
            data, why = await self._file(row)
            if data is None:
                left += 1
                continue
            self._tries.pop(row.id, None)
            got, said = data, why
            await asyncio.to_thread(self._house.store.write, lambda tx, r=row.id: inbox.fetched(tx, r, got, said))  # noqa: B023
            self._house.wake()
        return left

    async def _file(self, row: Row) -> tuple[bytes | None, str]:
        """The bytes; empty with a reason when they cannot be had; None to try again later."""
        channel = {"telegram": self._telegram, "whatsapp": self._whatsapp}.get(row.channel)
        if channel is None:
            return b"", "tidak ada kanal untuk berkas ini"
        try:
            return await channel.fetch(HeardFile(**json.loads(row.file))), ""
        except (NotSent, SlowDown, InDoubt) as error:
            self._tries[row.id] = self._tries.get(row.id, 0) + 1
            return (None, "") if self._tries[row.id] < MOST_TRIES else (b"", error.reason)
        except ChannelError as error:
            return b"", error.reason

    async def tidy(self) -> None:
        """Media links that have run out."""
        now = self._house.clock.now()
        await asyncio.to_thread(self._house.store.write, lambda tx: media_links.forget_expired(tx, now))

    async def erase(self) -> None:
        """Messages that are delivered, or read here, are deleted at Twilio with their media."""
        assert self._whatsapp is not None
        store, now = self._house.store, self._house.clock.now()
        for sid, tries in await asyncio.to_thread(store.read, lambda tx: erasures.due(tx, now)):
            try:
                await self._whatsapp.erase(sid)
            except ChannelError as error:
                kept = await asyncio.to_thread(store.write, lambda tx, s=sid, t=tries: erasures.again(tx, s, t, now))
                if not kept:
                    log.error("a message could not be deleted at Twilio: %s", error.reason)
                continue
            await asyncio.to_thread(store.write, lambda tx, s=sid: erasures.done(tx, s))

    async def menus(self) -> None:
        """The commands menu of chats whose person has joined, or has another role or language than before."""
        assert self._telegram is not None
        store, now = self._house.store, self._house.clock.now()
        for row in await asyncio.to_thread(store.read, role_menus.due):
            person = await asyncio.to_thread(store.read, lambda tx, p=row.person_id: people.load(tx, p, now))
            menu = menu_of(person)
            if menu != row.menu and person is not None:
                try:
                    await self._telegram.set_commands(commands_for(person), chat=row.external_id)
                except (NotSent, SlowDown, InDoubt):
                    return
                except ChannelError as error:
                    log.info("no commands menu for a chat: %s", error.reason)
            await asyncio.to_thread(store.write, lambda tx, a=row.id, m=menu: role_menus.was_set(tx, a, m, now))
