"""A kabupaten that holds events: its offices, TPK and KPM, kader of three posyandu; and short ways to a held event."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import openpyxl
from sqlalchemy import bindparam, func, select

from bot import event_sheet, handlers
from bot.handlers.desk import Desk, Outcome
from bot.locales import catalogue
from posyandu.commands.events import (
    CreateEvent,
)
from storage import people
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import (
    address,
    area,
    audit,
    broadcast,
    event,
    event_tap,
    incoming,
    invitation,
    membership,
    outgoing,
    person,
    phone,
    posyandu,
    sheet_job,
)  # fmt: skip
from tests.house import POSYANDU_DAY, ZONE, DemoHouse, demo_house, sheets_at_once

KEC, OTHER = "32.01.01", "32.01.06"
PERSON = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
GUESTS = Sql(select(invitation, person.c.key).outerjoin(person, person.c.id == invitation.c.person_id))
FILES = Sql(select(phone.c.data, phone.c.media).where(phone.c.owner == bindparam("who"), phone.c.data.is_not(None))
            .order_by(phone.c.id.desc()))  # fmt: skip
SAID = Sql(select(person.c.key, outgoing.c.state).join(person, person.c.id == outgoing.c.person_id)
           .where(outgoing.c.group_key == bindparam("its")))  # fmt: skip
LAST_SIARAN = Sql(select(func.max(broadcast.c.id)))
REFUSED = Sql(select(audit.c.did).order_by(audit.c.id.desc()).limit(2))
JOB = Sql(select(sheet_job.c.data, sheet_job.c.filename).order_by(sheet_job.c.id.desc()).limit(1))
TAPS = Sql(select(func.count()).select_from(event_tap))
FILE = Sql(select(incoming.c.file).order_by(incoming.c.id.desc()).limit(1))


def joined(tx: Tx, key: str, name: str, role: str, now: int, **place: int | str) -> int:
    made = tx.insert(person, key=key, name=name, at=now, prefers="emulator")
    tx.insert(address, channel="emulator", external_id=key, person_id=made, at=now, heard_at=now)
    tx.insert(membership, person_id=made, role=role, from_at=now, **place)
    return made


@asynccontextmanager
async def event_house(folder: Path, url: str | None = None) -> AsyncIterator[DemoHouse]:
    """The demo, with a TP PKK of the kabupaten and of two kecamatan, TPK and KPM, five kader of Posyandu Dahlia (one
    never joined), two of them of one name, and a posyandu in the other kecamatan."""
    async with demo_house(folder, url=url) as made:
        now = made.house.clock.now()
        sheets_at_once(made)

        def fill(tx: Tx) -> None:
            tx.insert(area, code=OTHER, name="Jonggol", level="kecamatan", parent="32.01", zone=ZONE)
            tx.insert(area, code=f"{OTHER}.2001", name="Desa Lain", level="desa", parent=OTHER, zone=ZONE)
            joined(tx, "kab", "Ibu Bupati", "tp_pkk", now, area="32.01")
            joined(tx, "pkk", "Ibu Camat", "tp_pkk", now, area=KEC)
            joined(tx, "jonggol", "Ibu Camat Jonggol", "tp_pkk", now, area=OTHER)
            for n in range(3):
                joined(tx, f"tpk-{n}", f"Pendamping {n}", "tpk", now, area="32.01.01.1010")
            joined(tx, "kpm", "Kader Pembangunan", "kpm", now, area=KEC)
            dahlia = tx.insert(posyandu, code="d1", name="Posyandu Dahlia", area="32.01.01.1099", zone=ZONE)
            far = tx.insert(posyandu, code="j1", name="Posyandu Jauh", area=f"{OTHER}.2001", zone=ZONE)
            joined(tx, "jauh", "Siti Aminah", "kader", now, posyandu_id=far)
            for n, name in enumerate(("Siti Aminah", "Dewi Lestari", "Rina Marlina", "Euis Komala")):
                joined(tx, f"dahlia-{n}", name, "kader", now, posyandu_id=dahlia)
            never = tx.insert(person, name="Belum Bergabung", at=now)
            tx.insert(membership, person_id=never, role="kader", from_at=now, posyandu_id=dahlia)

        made.store.write(fill)
        yield made


def do(house: DemoHouse, key: str, command: object) -> Outcome:
    """A command as she gives it, without the talk before it."""

    def work(tx: Tx) -> Outcome:
        now = house.house.clock.now()
        who = people.load(tx, tx.value(PERSON, key=key), now)
        assert who is not None
        return handlers.carry_out(command, Desk(tx, now, POSYANDU_DAY, who, None, demo=True))

    return house.store.write(work)


def guest(house: DemoHouse, key: str) -> Row:
    return next(r for r in house.read(lambda tx: tx.all(GUESTS)) if r.key == key)


async def held(house: DemoHouse, by: str = "kab", code: str = "32.01", **more: object) -> int:
    """An event today at ten, made and invited to."""
    values = {"kind": "temu_kader", "theme": "Kader tangguh", "who": "kader", "venue": "Gedung", "on": POSYANDU_DAY,
              "opens": 600, "closes": 840, "area": code, **more}  # fmt: skip
    assert not do(house, by, CreateEvent(**values)).failed  # type: ignore[arg-type]
    number = int(house.read(lambda tx: tx.value(Sql(select(func.max(event.c.id))))))
    await house.hear(by, pick=f"!acara:{number}:undang")
    if "Kirim sekarang" in house.last(by).titles:
        await house.tap(by, "Kirim sekarang")
    return number


def sheet(house: DemoHouse, **args: object) -> list[tuple[object, ...]]:
    """A sheet as the child process makes it; without `args` the one that a child process has made last."""
    if args:
        data = house.read(lambda tx: event_sheet.made(tx, args, catalogue("id")))[1]
    else:
        data = house.read(lambda tx: tx.one(JOB)).data
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
