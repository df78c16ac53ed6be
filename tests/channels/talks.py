"""A demo's talks on the real channels: the same house and the same clock as in the emulator, but every message passes
the provider's own client library and a double of the provider.

    async with telegram_talks(tmp_path, double) as house:     # or whatsapp_talks
        await perform(house, chat)

Each person of the demo has a phone at the double; who is not known yet gets one when she first writes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from sqlalchemy import bindparam, select, update
from starlette.applications import Starlette

from bot.app import make_house
from bot.channels.pace import Pacer
from bot.channels.port import HeardFile
from bot.channels.render import units
from bot.channels.twilio_api import Twilio
from bot.channels.whatsapp_templates import create, load_templates, submit
from bot.clock import DemoClock
from bot.house import House
from bot.real import Real, make_real
from bot.web.webhooks import Webhooks
from posyandu.calendar import instant
from storage import content_cache, inbox
from storage.sql import Sql
from storage.store import Store, open_store
from storage.tables import address, person
from tests.channels import real_house
from tests.channels.conftest import Shelf, serving
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import ACCOUNT, AUTH_TOKEN, TwilioDouble
from tests.house import NINE, POSYANDU_DAY, ZONE, DemoHouse, Seen, loaded_book

ADDRESSES = Sql(select(address.c.id, address.c.external_id).where(address.c.channel == "emulator"))
MOVE = Sql(
    update(address)
    .where(address.c.id == bindparam("row_id"))
    .values(channel=bindparam("to"), external_id=bindparam("known_as"), heard_at=None)
)
PREFER = Sql(update(person).where(person.c.prefers == "emulator").values(prefers=bindparam("channel")))


class RealTalks(DemoHouse):
    """The people of a demo on one real channel. What they see is what the double was asked to send them."""

    channel = ""

    def __init__(self, house: House, store: Store) -> None:
        super().__init__(house, store)
        self._phones: dict[str, str] = {}

    def known_as(self, key: str) -> str:
        """The opaque id of a person's phone, the same for the whole talk."""
        return self._phones.setdefault(key, self.new_phone(len(self._phones) + 1))

    def new_phone(self, number: int) -> str:
        raise NotImplementedError

    def key_of(self, known_as: str) -> str:
        return next(key for key, phone in self._phones.items() if phone == known_as)

    def give_phones(self) -> None:
        """Everybody whom the emulator knew is on this channel from now on; nobody has written yet."""

        def work(tx: Any) -> None:
            for row in tx.all(ADDRESSES):
                tx.run(MOVE, row_id=row.id, to=self.channel, known_as=self.known_as(row.external_id))
            tx.run(PREFER, channel=self.channel)

        self.store.write(work)

    def sent(self) -> list[tuple[str, Seen]]:
        """Every message at the double: for whom, and what."""
        raise NotImplementedError

    # -- what a transcript asks of a house -----------------------------------------------------------------------

    def thread(self, key: str, after: str = "") -> list[Seen]:
        return [seen for owner, seen in self.sent() if owner == key]

    def newest(self) -> int:
        return len(self.sent())

    def shown_since(self, top: int) -> list[tuple[str, Seen]]:
        return self.sent()[top:]

    def open_question(self, key: str) -> dict[str, Any] | None:
        return super().open_question(self.known_as(key))

    async def hear(self, key: str, text: str = "", *, settle: bool = True, **more: Any) -> list[int]:
        await self.says(key, text, more.get("pick"), more.get("file"))
        if settle:
            await self.settled()
        return []

    async def says(self, key: str, text: str, pick: str | None, file: HeardFile | None) -> None:
        raise NotImplementedError

    async def settled(self) -> None:
        """A file that a turn needs is fetched first."""
        await super().settled()
        while self.read(lambda tx: tx.all(inbox.TO_FETCH)):
            await asyncio.sleep(0.05)
            await super().settled()
        await super().settled()  # with what was fetched between the last two looks


class TelegramTalks(RealTalks):
    channel = "telegram"

    def __init__(self, house: House, store: Store, double: TelegramDouble) -> None:
        super().__init__(house, store)
        self.double = double
        self._number = 100
        self._typed: dict[str, int] = {}  # the number of what each person typed last

    def new_phone(self, number: int) -> str:
        return str(1000 + number)

    async def says(self, key: str, text: str, pick: str | None, file: HeardFile | None) -> None:
        who = {"id": int(self.known_as(key)), "is_bot": False, "first_name": "Ibu"}
        if pick is not None:
            query = {"id": "9", "from": who, "chat_instance": "1", "data": pick, "message": self._message(who)}
            update: dict[str, Any] = {"callback_query": query}
        else:
            update = {"message": self._message(who, **({"text": text} if text else {}), **self._content(file))}
            if text:
                self._typed[key] = self._number
        await self.double.queue_missing(update, token=real_house.TOKEN)
        await self.double.confirmed(real_house.TOKEN)

    async def edit(self, key: str, text: str) -> Seen:
        """What she typed last reads differently from now on."""
        who = {"id": int(self.known_as(key)), "is_bot": False, "first_name": "Ibu"}
        message = {**self._message(who, text=text), "message_id": self._typed[key], "edit_date": self._now()}
        await self.double.queue_missing({"edited_message": message}, token=real_house.TOKEN)
        await self.double.confirmed(real_house.TOKEN)
        await self.settled()
        return self.last(key)

    def _now(self) -> int:
        return self.house.clock.now() // 1000

    def _message(self, who: dict[str, Any], **content: Any) -> dict[str, Any]:
        self._number += 1
        chat = {"id": who["id"], "type": "private", "first_name": "Ibu"}
        return {"message_id": self._number, "date": self._now(), "chat": chat, "from": who, **content}

    def _content(self, file: HeardFile | None) -> dict[str, Any]:
        """A file as Telegram tells of it; its bytes are at the double."""
        if file is None:
            return {}
        if file.kind == "contact":
            return {"contact": {"phone_number": "628110000099", "first_name": "Bidan"}}
        if file.kind == "location":
            return {"location": {"latitude": -6.5, "longitude": 106.8}}
        name = self.double.put_file(f"file-{self._number}", file.data or b"x")
        part = {"file_id": name, "file_unique_id": name, "file_size": file.size, "width": 9, "height": 9, "duration": 1}
        if file.kind == "image":
            return {"photo": [part]}
        more = {"file_name": file.filename, "mime_type": file.mime} if file.kind == "document" else {}
        return {file.kind: {**part, **more}}

    def sent(self) -> list[tuple[str, Seen]]:
        shown = [c for c in self.double.sent if c["method"].startswith("send") or c["method"] == "editMessageText"]
        return [(self.key_of(str(c["fields"]["chat_id"])), self._seen(n, c)) for n, c in enumerate(shown)]

    def _seen(self, number: int, call: dict[str, Any]) -> Seen:
        fields = call["fields"]
        plain = fields.get("text") or fields.get("caption") or ""
        places = json.loads(fields.get("entities") or fields.get("caption_entities") or "[]")
        keyboard = json.loads(fields.get("reply_markup") or "{}").get("inline_keyboard", [])
        buttons = tuple((button["callback_data"], button["text"]) for row in keyboard for button in row)
        if all(title.isdigit() for _, title in buttons):
            buttons = ()  # keys with the numbers of a list that is written out: only Telegram has them
        media = next((part["filename"] for part in call["files"].values()), "")
        return Seen(str(number), "out", starred(plain, places), buttons, media, "")


class WhatsAppTalks(RealTalks):
    channel = "whatsapp"

    def __init__(self, house: House, store: Store, double: TwilioDouble) -> None:
        super().__init__(house, store)
        self.double = double

    def new_phone(self, number: int) -> str:
        return f"whatsapp:+62811{number:07d}"

    async def tap(self, key: str, title: str) -> Seen:
        """Who has been told that something waits answers first; then the button is there."""
        with contextlib.suppress(LookupError):
            return await super().tap(key, title)
        await self.hear(key, "lanjut")
        return await super().tap(key, title)

    async def says(self, key: str, text: str, pick: str | None, file: HeardFile | None) -> None:
        known_as = self.known_as(key)
        if pick is not None:
            title = next(t for seen in reversed(self.thread(key)) for i, t in seen.buttons if i == pick)
            tapped = {"ButtonText": title, "ButtonPayload": pick, "MessageType": "interactive"}
            form = self.double.inbound(known_as, title, **tapped)
        elif file is not None and file.kind == "location":
            form = self.double.inbound(known_as, text, Latitude="-6.5", Longitude="106.8", MessageType="location")
        elif file is not None:
            kind = {"MessageType": "sticker"} if file.kind == "sticker" else {}
            mime = SHEETS.get(Path(file.filename).suffix) or MIMES[file.kind]
            said = text or (file.filename if file.kind == "document" else "")  # as WhatsApp tells a document's name
            form = self.double.inbound(known_as, said, media=(file.data or b"x", mime), **kind)
        else:
            form = self.double.inbound(known_as, text)
        assert await self.double.post("/wa/in", form) == 200

    async def download(self) -> tuple[int, str, bytes]:
        """(status, type, bytes) of what stands under the newest media link, as Twilio fetches it."""
        link = next(one["media"][0] for one in reversed(self.double.requests) if one["media"])
        where = self.double.deliver_to + link.removeprefix(real_house.PUBLIC)
        async with aiohttp.ClientSession() as twilio, twilio.get(where) as found:
            return found.status, found.content_type, await found.read()

    def sent(self) -> list[tuple[str, Seen]]:
        return [(self.key_of(one["to"]), self._seen(n, one)) for n, one in enumerate(self.double.requests)]

    def _seen(self, number: int, one: dict[str, Any]) -> Seen:
        buttons = tuple((pick, title) for title, pick in one["options"])
        return Seen(str(number), "out", one["body"], buttons, "berkas" if one["media"] else "", "")


SHEETS = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MIMES = {
    "image": "image/jpeg",
    "document": "application/pdf",
    "voice": "audio/ogg",
    "sticker": "image/webp",
    "contact": "text/x-vcard",
}


def starred(plain: str, places: list[dict[str, Any]]) -> str:
    """The text with stars where Telegram was told that it is bold."""
    raw = plain.encode("utf-16-le")
    for place in sorted(places, key=lambda one: -one["offset"]):
        at, end = place["offset"] * 2, (place["offset"] + place["length"]) * 2
        star = "*".encode("utf-16-le")
        raw = raw[:at] + star + raw[at:end] + star + raw[end:]
    assert units(plain) == len(plain.encode("utf-16-le")) // 2
    return raw.decode("utf-16-le")


@asynccontextmanager
async def moving(
    url: str, settings: dict[str, Any], talks: Callable[[House, Store], RealTalks]
) -> AsyncIterator[tuple[RealTalks, Real, str]]:
    """The house of a demo on its own clock with the real channels around it, receiving; and where it listens."""
    made = real_house.settings_for(url, **settings)
    store = open_store(url)
    clock = DemoClock(store)
    clock.move(instant(POSYANDU_DAY, NINE, ZONE), back=True)  # the book may have been made minutes ago
    real = make_real(made, store, clock)
    real.pacers |= {name: Pacer(real_house.QUICK) for name in real.pacers}
    house = make_house(made, store, is_demo=True, real=real)
    app = Starlette(routes=list(Webhooks(house, made, real.telegram).routes()))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serve = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody when it listens
        await asyncio.sleep(0.01)
    await house.start()
    await real.start(house)
    try:
        yield talks(house, store), real, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        await real.stop()
        await house.stop()
        await real.close()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serve
        store.close()


@asynccontextmanager
async def telegram_talks(
    folder: Path, double: TelegramDouble, *, book: str | None = None
) -> AsyncIterator[TelegramTalks]:
    """On Telegram, by polling. `book`: the address of another one than the demo's."""
    async with (
        serving(double.app()) as at,
        moving(book or loaded_book(folder), {"telegram": at}, lambda h, s: TelegramTalks(h, s, double)) as (talks, *_),
    ):
        assert isinstance(talks, TelegramTalks)
        yield talks


@asynccontextmanager
async def whatsapp_talks(
    folder: Path, double: TwilioDouble, urls: list[str], straight: str, *, book: str | None = None
) -> AsyncIterator[WhatsAppTalks]:
    """On WhatsApp, with every template approved. `urls`: Prism's; `straight`: the double's own, for setting up."""
    settings = {"twilio": urls[0], "content": urls[-1]}
    url = book or loaded_book(folder)
    async with moving(url, settings, lambda h, s: WhatsAppTalks(h, s, double)) as (talks, _, listens):
        assert isinstance(talks, WhatsAppTalks)
        double.deliver_to = listens
        double.clock = lambda: talks.house.clock.now() / 1000
        twilio, shelf = Twilio(ACCOUNT, AUTH_TOKEN, api_base=straight, content_base=straight), Shelf()
        await create(twilio, shelf, load_templates())
        await submit(twilio, shelf, load_templates())
        await twilio.close()
        double.approve_all()
        talks.store.write(lambda tx: [content_cache.put(tx, key, sid, 0) for key, sid in shelf.sids.items()])
        yield talks
