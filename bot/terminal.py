"""`posyandu-bot chat --as kader`: the same house for one person at a terminal.

Choices are numbered; pictures and documents are saved to a temporary folder and their path is printed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import sys
import tempfile
import threading
from pathlib import Path
from typing import TextIO

from sqlalchemy import select

from bot.channels.port import Heard
from bot.house import House
from bot.settings import Settings
from storage import phones
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import address

HINT = "Ketik pesan lalu Enter; angka saja menekan tombol [1], [2], ...  Selesai: Ctrl+D"
NUMBER = re.compile(r"\d{1,2}")
KEYS = Sql(select(address.c.external_id).where(address.c.channel == fixed("emulator")).order_by(address.c.id))


def chat(settings: Settings, key: str, given: TextIO | None = None) -> int:
    """Talk as one person of the demo until the input (`given`, usually the keyboard) ends. 1: not possible."""
    from bot.app import make_house, open_book  # app imports the web, which a terminal needs only now

    logging.basicConfig(level=logging.WARNING)
    store, is_demo = open_book(settings)
    try:
        if not is_demo:
            print("Ini basis data sungguhan. Mengobrol di terminal hanya ada pada demo.", file=sys.stderr)
            return 1
        keys = [row.external_id for row in store.read(lambda tx: tx.all(KEYS))]
        if key not in keys:
            print(f"Tidak ada {key!r}. Yang ada: {', '.join(keys[:9])}, ...", file=sys.stderr)
            return 1
        asyncio.run(_talk(make_house(settings, store, is_demo=True), key, given or sys.stdin))
        return 0
    finally:
        store.close()


class Phone:
    """One person's phone at the terminal."""

    def __init__(self, house: House, key: str, folder: Path) -> None:
        self._house, self._key, self._folder = house, key, folder
        self._last = ""
        self._picks: list[tuple[str, str]] = []

    async def say(self, line: str) -> None:
        """Type a line, or press the button of that number."""
        pick, title = None, ""
        if NUMBER.fullmatch(line) and 1 <= int(line) <= len(self._picks):
            pick, title = self._picks[int(line) - 1]
        now, message_id = self._house.clock.now(), f"{self._key}/tt-{secrets.token_hex(6)}"
        heard = Heard("emulator", self._key, message_id, now, "" if pick else line, pick)

        def on_the_phone(tx: Tx, new: list[int]) -> None:
            text = title if pick else line
            phones.show(tx, self._key, "in", text, now, message_id=message_id, ref="pick" if pick else "")

        await self._house.hear([heard], on_the_phone)
        await self._house.settled()
        await self.show()

    async def show(self, newest: int | None = None) -> None:
        """Print what has come since; `newest`: only the last so many."""
        rows = await asyncio.to_thread(self._house.store.read, lambda tx: phones.thread(tx, self._key, self._last))
        for row in rows[-newest:] if newest else rows:
            if row.direction == "out":
                await self._print(row)
        if rows:
            self._last = rows[-1].message_id

    async def _print(self, row: Row) -> None:
        if row.media:
            found = await asyncio.to_thread(self._house.store.read, lambda tx: phones.media(tx, row.message_id))
            media = json.loads(row.media)
            path = self._folder / f"{secrets.token_hex(3)}-{Path(media['filename']).name}"
            path.write_bytes(found.data or b"")
            print(f"  ({'gambar' if media['kind'] == 'image' else 'berkas'}: {path})")
        print("\n".join(f"  {line}".rstrip() for line in row.text.split("\n")))
        self._picks = [(pick, title) for pick, title in json.loads(row.buttons)]
        for number, (_, title) in enumerate(self._picks, 1):
            print(f"  [{number}] {title}")


async def _talk(house: House, key: str, given: TextIO) -> None:
    folder = Path(tempfile.mkdtemp(prefix="posyandu-"))
    phone = Phone(house, key, folder)
    await house.start()
    try:
        print(HINT)
        await phone.show(newest=1)
        lines = _lines(given)
        while (line := await lines.get()) is not None:
            await phone.say(line)
    finally:
        await house.stop()


def _lines(given: TextIO) -> asyncio.Queue[str | None]:
    """What is typed, line by line, then None. Read by a thread of its own, so that Ctrl+C ends at once."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        for line in given:
            loop.call_soon_threadsafe(queue.put_nowait, line.rstrip("\n"))
        loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return queue
