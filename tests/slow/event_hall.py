"""A hall of guests with ushers who have no signal: who came is known beforehand, and the lists overlap."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, select

from bot import handlers
from bot.handlers.desk import Desk, Outcome
from posyandu.calendar import local
from posyandu.commands.events import CreateEvent, InviteGuests
from storage import people, siaran
from storage.audience import People
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import event_usher, invitation, person
from tests.slow.crowd import ALL, NINE, ZONE, crowd

AREAS = 9  # kabupaten and kota
AT_ONCE = 500  # codes in one message: what a phone holds
USHERS = ("u0", "u1", "u2")
PERSON = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
CODES = Sql(select(invitation.c.id, invitation.c.code, invitation.c.name).order_by(invitation.c.id))
CAME = Sql(select(invitation.c.id, invitation.c.state, invitation.c.name).where(invitation.c.came == 1))


@dataclass
class Hall:
    """An event under way, and the truth about it."""

    store: Store
    number: int
    there: set[int]  # guests who came
    walked: list[str]  # who came unasked


def do(store: Store, key: str, command: object, at: int = NINE, message: int | None = None) -> Outcome:
    """A command as she gives it."""

    def work(tx: Tx) -> Outcome:
        who = people.load(tx, tx.value(PERSON, key=key), at)
        assert who is not None
        return handlers.carry_out(command, Desk(tx, at, local(at, ZONE).date(), who, message))

    return store.write(work)


def hall(folder: Path, many: int, *, seed: int = 7) -> Hall:
    """So many kader of nine kabupaten, invited as the house invites them; four of five come, and some unasked."""
    store = crowd(f"sqlite:///{folder}/hall.db", many)
    path = folder / "hall.db"
    with sqlite3.connect(path) as book:
        book.executemany(
            "insert into area (code, name, level, parent, zone) values (?, ?, 'kabkota', '32', ?)",
            ((f"32.{n + 1:02d}", f"Kabupaten {n + 1}", ZONE) for n in range(AREAS)),
        )
        book.execute(f"update posyandu set area = '32.' || printf('%02d', id % {AREAS} + 1)")
        for n, key in enumerate(USHERS):
            book.execute("insert into person (id, key, name, at) values (?, ?, ?, 0)", (2 + n, key, f"Petugas {n}"))
    day = local(NINE, ZONE).date()
    made = do(store, "pkk", CreateEvent("temu_kader", "Kader tangguh", "kader", "Aula", day, 480, 840, area="32"))
    assert not made.failed
    assert not do(store, "pkk", InviteGuests(1)).failed
    _invited(store)
    store.write(lambda tx: [tx.insert(event_usher, event_id=1, person_id=2 + n, at=0) for n in range(3)])
    chance = random.Random(seed)
    ids = [r.id for r in store.read(lambda tx: tx.all(CODES))]
    assert len(ids) == many
    there = set(chance.sample(ids, many * 4 // 5))
    return Hall(store, 1, there, _names(many // 100))


def _names(many: int) -> list[str]:
    """Invented names, no two alike."""
    first, last = ("Ketut", "Wawan", "Yuli", "Roni", "Endah", "Tatang"), ("Purnomo", "Saragih", "Hutapea", "Basri")
    return [f"{first[n % 6]} {last[n // 6 % 4]} {'abcdefghij'[n // 24] * 4}" for n in range(many)]


def _invited(store: Store) -> None:
    """The rows of the invitation, put as a siaran's are."""
    row = store.read(lambda tx: siaran.load(tx, 1))
    sender = store.read(lambda tx: people.load(tx, row.by_person, NINE))
    asked = People(ALL, sender.scope, NINE, "2026-11-12")
    while store.write(lambda tx: siaran.put_some(tx, siaran.load(tx, 1), asked, 0, NINE)):
        pass


def lists(one: Hall, *, overlap: float = 0.45, seed: int = 11) -> list[tuple[str, list[str]]]:
    """What three ushers wrote down: everybody who came is on one list at least, nearly half of them on two.

    Codes mostly, some with a time, some in small letters; one list sent twice; and a code that nobody has.
    """
    chance = random.Random(seed)
    code = {r.id: r.code for r in one.store.read(lambda tx: tx.all(CODES))}
    wrote: dict[str, list[str]] = {key: [] for key in USHERS}
    for guest in sorted(one.there, key=lambda _: chance.random()):
        for key in chance.sample(USHERS, 2 if chance.random() < overlap else 1):
            said = code[guest].lower() if chance.random() < 0.1 else code[guest]
            wrote[key].append(f"{chance.randint(8, 13):02d}.{chance.randint(0, 59):02d} {said}")
    wrote["u1"].insert(3, "XX1234")
    out = [(key, w[at : at + AT_ONCE]) for key, w in wrote.items() for at in range(0, len(w), AT_ONCE)]
    out.append(out[0])
    chance.shuffle(out)
    return out


def came(store: Store) -> dict[int, str]:
    """Whoever the book says came: id and state."""
    return {r.id: r.state for r in store.read(lambda tx: tx.all(CAME))}
