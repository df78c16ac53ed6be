"""A house for tests: a demo book on a fresh database, a clock that is moved by hand, and people who talk to it.

    async with demo_house(tmp_path) as house:
        await house.say("kader", "timbang")
        assert "Siapa" in house.last("kader").text

The real turn, the real database, the real outbox; what people see is read from the emulator's phones.
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from bot import sheet_child
from bot.app import make_house
from bot.channels.port import Heard, HeardFile, Reach
from bot.channels.reach import EMULATOR
from bot.channels.whatsapp_templates import load_templates
from bot.clock import DemoClock
from bot.house import House
from bot.settings import Settings
from posyandu.calendar import instant
from storage import demo, phones
from storage.migrate import migrate
from storage.sql import Row, Sql
from storage.store import Store, Tx, open_store
from storage.tables import address, child, incoming, measurement, membership, outgoing, person, phone, session, visit

POSYANDU_DAY = date(2026, 11, 12)
ZONE = "Asia/Jakarta"
NINE = 9 * 60
_numbers = itertools.count(1)

MEASURES = Sql(
    select(child.c.code, visit.c.on, measurement.c.field, measurement.c.value)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .join(child, child.c.id == measurement.c.child_id)
    .where(measurement.c.current.is_not(None))
    .order_by(child.c.code, visit.c.on, measurement.c.field)
)
TOLD = Sql(
    select(func.coalesce(person.c.key, person.c.name).label("key"), outgoing.c.kind, outgoing.c.state, outgoing.c.body)
    .join(person, person.c.id == outgoing.c.person_id)
    .where(outgoing.c.kind != "reply")
    .order_by(outgoing.c.id)
)
ASIDE = Sql(select(incoming.c.id, incoming.c.text, incoming.c.note).where(incoming.c.state == "set_aside"))
NEWEST = Sql(select(func.coalesce(func.max(phone.c.id), 0)))
SHOWN = Sql(select(phone).where(phone.c.id > bindparam("top"), phone.c.direction == "out").order_by(phone.c.id))
TO_STAFF = Sql(
    select(outgoing.c.body).where(
        outgoing.c.kind != "parent",
        select(1).where(membership.c.person_id == outgoing.c.person_id, membership.c.until_at.is_(None)).exists(),
    )
)
TEMPLATED = Sql(select(outgoing.c.template, outgoing.c.body).where(outgoing.c.template.is_not(None)))
WANTED = {one.name: one.variables for one in load_templates()}
FAILED = Sql(select(outgoing.c.id, outgoing.c.kind, outgoing.c.reason).where(outgoing.c.state == "failed"))
OPEN_QUESTION = Sql(
    select(outgoing.c.body)
    .join(session, session.c.asked == outgoing.c.id)
    .join(address, address.c.id == session.c.address_id)
    .where(address.c.external_id == bindparam("key"))
)


@dataclass(frozen=True)
class Seen:
    """One message on a phone."""

    id: str
    direction: str
    text: str
    buttons: tuple[tuple[str, str], ...]  # id, title
    media: str  # the file's name, or nothing
    ref: str

    @property
    def titles(self) -> list[str]:
        return [title for _, title in self.buttons]


def _seen(row: Row) -> Seen:
    media = json.loads(row.media)["filename"] if row.media else ""
    return Seen(
        row.message_id, row.direction, row.text, tuple((i, t) for i, t in json.loads(row.buttons)), media, row.ref
    )


class DemoHouse:
    """People who talk to a house, and what can be seen of it."""

    def __init__(self, house: House, store: Store) -> None:
        self.house, self.store = house, store
        self.typed: dict[str, str] = {}  # the message each person typed last

    # -- talking -------------------------------------------------------------------------------------------------

    async def hear(self, key: str, text: str = "", *, settle: bool = True, **more: Any) -> list[int]:
        """Anything that a channel can hear, from one person."""
        more.setdefault("message_id", f"{key}/t{next(_numbers)}")
        heard = Heard("emulator", key, sent_at=self.house.clock.now(), text=text, **more)
        new = await self.house.hear([heard])
        if settle:
            await self.settled()
        return new

    async def say(self, key: str, *texts: str) -> Seen:
        """Typed messages, one after the other; gives the last answer."""
        for text in texts:
            self.typed[key] = f"{key}/t{next(_numbers)}"
            await self.hear(key, text, message_id=self.typed[key])
        return self.last(key)

    async def edit(self, key: str, text: str) -> Seen:
        """What she typed last, changed in her chat."""
        original = self.typed[key]
        await self.hear(key, text, message_id=f"{original}#{next(_numbers)}", edits=original)
        return self.last(key)

    async def tap(self, key: str, title: str) -> Seen:
        """The button with this title, on the latest message that has one."""
        await self.hear(key, pick=self.button(key, title))
        return self.last(key)

    def button(self, key: str, title: str) -> str:
        for seen in reversed(self.thread(key)):
            for pick, shown in seen.buttons:
                if shown == title:
                    return pick
        raise LookupError(f"no button [{title}] on the phone of {key}")

    async def send_file(self, key: str, kind: str, filename: str = "", data: bytes = b"x") -> Seen:
        file = HeardFile(kind, "ref", filename, "application/octet-stream", len(data), data)  # type: ignore[arg-type]
        await self.hear(key, file=file)
        return self.last(key)

    async def settled(self) -> None:
        assert await self.house.settled(60), "the house does not come to rest"

    async def clock(self, moment: str) -> None:
        """Forward to "2026-11-13 08:00" of the demo's zone."""
        at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(ZONE))
        await self.house.advance(int(at.timestamp() * 1000))

    # -- looking -------------------------------------------------------------------------------------------------

    def read(self, work: Callable[[Tx], Any]) -> Any:
        return self.store.read(work)

    def thread(self, key: str, after: str = "") -> list[Seen]:
        return [_seen(row) for row in self.read(lambda tx: phones.thread(tx, key, after))]

    def last(self, key: str) -> Seen:
        """The latest message that was shown to her."""
        return [seen for seen in self.thread(key) if seen.direction == "out"][-1]

    def newest(self) -> int:
        """A mark for `shown_since`."""
        return int(self.read(lambda tx: tx.value(NEWEST)))

    def shown_since(self, top: int) -> list[tuple[str, Seen]]:
        """What anybody was shown since then: (person, message), in order."""
        return [(row.owner, _seen(row)) for row in self.read(lambda tx: tx.all(SHOWN, top=top))]

    def open_question(self, key: str) -> dict[str, Any] | None:
        """What stands on her screen: kind, options ([[id, label]]), subject; None when nothing is asked."""
        body = self.read(lambda tx: tx.value(OPEN_QUESTION, key=key))
        return json.loads(body).get("question") if body else None

    def measures(self, since: str = POSYANDU_DAY.isoformat()) -> dict[tuple[str, str], int]:
        """(child code, field) -> value in force, of visits since a day."""
        rows = self.read(lambda tx: tx.all(MEASURES))
        return {(r.code, r.field): r.value for r in rows if r.on >= since}

    def told(self) -> list[tuple[str, str, list[str]]]:
        """Everything told unasked: (person, state, keys of what is said)."""
        rows = self.read(lambda tx: tx.all(TOLD))
        return [(r.key, r.state, [says[0] for says in json.loads(r.body).get("says", [])]) for r in rows]

    def bodies_to_staff(self) -> list[dict[str, Any]]:
        """What was told to people with a post, as data."""
        return [json.loads(row.body) for row in self.read(lambda tx: tx.all(TO_STAFF))]

    def failed(self) -> list[Row]:
        """Messages that could not be sent, with the reason."""
        return list(self.read(lambda tx: tx.all(FAILED)))

    def wrong_templates(self) -> list[tuple[str, list[str]]]:
        """WhatsApp templates that messages name, with values that are not those the template asks for."""
        rows = self.read(lambda tx: tx.all(TEMPLATED))
        given = [(r.template, list(json.loads(r.body).get("template", {}))) for r in rows if r.body != "{}"]
        return [(name, values) for name, values in given if set(values) != set(WANTED.get(name, ["?"]))]

    def set_aside(self) -> list[Row]:
        return list(self.read(lambda tx: tx.all(ASIDE)))


def sheets_at_once(made: DemoHouse) -> None:
    """Sheets are made by the same work without a process of its own, whose start takes seconds."""

    async def child(job_id: int) -> int:
        return await asyncio.to_thread(sheet_child.work, made.store, job_id, made.house.clock.now())

    made.house._sheets.__self__._child = child  # type: ignore[union-attr]


@cache
def _loaded() -> Path:
    """A demo book as a file to copy: making one takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="posyandu-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "book.db"
    fill(f"sqlite:///{path}")
    return path


def loaded_book(folder: Path) -> str:
    """The address of a demo book of its own, at nine o'clock on posyandu day."""
    path = folder / f"book-{next(_numbers)}.db"
    shutil.copyfile(_loaded(), path)
    return f"sqlite:///{path}"


def fill(url: str) -> None:
    """The demo book into an empty database."""
    store = open_store(url)
    migrate(store)
    demo.load(store, POSYANDU_DAY)
    DemoClock(store).move(instant(POSYANDU_DAY, NINE, ZONE), back=True)
    store.close()


@asynccontextmanager
async def demo_house(
    folder: Path, *, reach: Reach = EMULATOR, url: str | None = None, filled: bool = False
) -> AsyncIterator[DemoHouse]:
    """A house at work on a book of its own, at nine o'clock on posyandu day. `url`: an empty database (`filled`: a demo
    book) instead."""
    if url is None:
        url = loaded_book(folder)
    elif not filled:
        fill(url)
    store = open_store(url)
    clock = DemoClock(store)
    clock.move(instant(POSYANDU_DAY, NINE, ZONE), back=True)
    house = make_house(Settings(), store, is_demo=True)
    house.delivery.channels["emulator"].reach = reach
    with patch("bot.marking.EVERY_S", 0.005):  # nobody sends to many at once here
        await house.start()
        try:
            talks = DemoHouse(house, store)
            yield talks
            assert talks.wrong_templates() == []
        finally:
            await house.stop()
            store.close()
