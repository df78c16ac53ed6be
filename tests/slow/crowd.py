"""A book with a crowd of kader on a strict provider, and a house that sends to them: for the proofs of a siaran."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable

from bot.channels.pace import Pace, Pacer
from bot.channels.port import Channel
from bot.delivery import Delivery
from bot.flows import FLOWS
from bot.house import House
from bot.talk import Where
from bot.turns import Turns
from posyandu.siaran import Audience
from scheduler.ticking import Ticking
from storage import siaran
from storage.migrate import migrate
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import address, area, broadcast, membership, outgoing, person
from storage.tables import posyandu as posyandu_table
from tests.doubles.strict_provider import Distant

ZONE = "Asia/Jakarta"
NINE = 1794448800000  # 2026-11-12 09:00 WIB: within the hours in which one may write
ALL = Audience(("kader", "ketua"), area="32")


class Forenoon:
    """A clock that begins at nine o'clock and goes on as the machine's does. Two houses that share a book share it."""

    def __init__(self, began: float | None = None) -> None:
        self.began = time.time() if began is None else began

    def now(self) -> int:
        return NINE + int((time.time() - self.began) * 1000)


def crowd(url: str, many: int, *, posyandu: int = 100, channel: str = "telegram", joined: float = 1.0) -> Store:
    """A new book with so many kader ("p0", "p1", ...), and the coordinator "pkk" who sends to them."""
    store = open_store(url)
    migrate(store)

    def places(tx: Tx) -> int:
        tx.insert(area, code="32", name="Jawa Barat", level="provinsi", zone=ZONE)
        sender = tx.insert(person, key="pkk", name="Ibu Ketua", at=NINE)
        tx.insert(membership, person_id=sender, role="tp_pkk", area="32", from_at=NINE)
        return sender

    sender = store.write(places)

    def people(tx: Tx) -> None:
        tx.insert(address, channel=channel, external_id="pkk", person_id=sender, at=0, heard_at=0)
        tx.insert_many(
            posyandu_table,
            [
                {"id": n + 1, "code": f"q{n}", "name": f"Posyandu {n}", "area": "32", "zone": ZONE}
                for n in range(posyandu)
            ],
        )
        tx.insert_many(person, [{"id": 10 + n, "name": f"Kader {n}", "at": 0} for n in range(many)])
        tx.insert_many(
            membership,
            [
                {"person_id": 10 + n, "role": "kader", "posyandu_id": n % posyandu + 1, "from_at": 0}
                for n in range(many)
            ],
        )
        tx.insert_many(
            address,
            [
                {"channel": channel, "external_id": f"p{n}", "person_id": 10 + n, "at": 0, "heard_at": NINE}
                for n in range(int(many * joined))
            ],
        )

    store.write(people)
    return store


def begin(store: Store, text: str = "Rapat {nama}", state: str = "putting") -> int:
    """A siaran to all of them, as if its plan had been agreed to."""

    def put(tx: Tx) -> int:
        sender = tx.value(Sql(person.select().with_only_columns(person.c.id).where(person.c.key == "pkk")))
        return tx.insert(
            broadcast, by_person=sender, sender="Ibu Ketua, TP PKK", office="TP PKK", audience=ALL.dump(),
            label="semua kader", text=text, at=NINE + 1, state=state,
        )  # fmt: skip

    return store.write(put)


def house(store: Store, channel: Channel, rate: float, *, began: float | None = None, shared: bool = False) -> House:
    """A whole house on this book, with one channel at this rate."""
    clock = Forenoon(began)
    pacers = {channel.name: Pacer(Pace(rate, 1.0))}
    delivery = Delivery(store, {channel.name: channel}, clock, pacers, shared=shared)
    return House(store, clock, Turns(store, clock, Where(FLOWS)), delivery, Ticking(store), [channel.name])


def states(store: Store, number: int) -> dict[str, int]:
    """How many rows of a siaran there are by state."""
    out: dict[str, int] = {}
    for row in store.read(lambda tx: siaran.fates(tx, number)):
        out[row.state] = out.get(row.state, 0) + row.n
    return out


async def until_done(one: House, number: int, seconds: float) -> bool:
    """Wait until a siaran has ended, without asking the book too often."""
    by = time.monotonic() + seconds
    while time.monotonic() < by:
        row = await asyncio.to_thread(one.store.read, lambda tx: siaran.load(tx, number))
        if row.state in ("done", "stopped"):
            return True
        await asyncio.sleep(0.25)
    return False


def texts(store: Store, kinds: Iterable[str]) -> list[str]:
    """The bodies of rows of these kinds."""
    rows = store.read(lambda tx: tx.all(Sql(outgoing.select().with_only_columns(outgoing.c.kind, outgoing.c.body))))
    return [r.body for r in rows if r.kind in set(kinds)]


async def _work(url: str, provider: str, rate: float, began: float, number: int, shared: bool) -> None:
    store = open_store(url)
    one = house(store, Distant(provider), rate, began=began, shared=shared)
    await one.start()
    await until_done(one, number, 3600)
    await one.stop()
    store.close()


if __name__ == "__main__":
    book, provider_url, per_second, since, which, together = sys.argv[1:]
    asyncio.run(_work(book, provider_url, float(per_second), float(since), int(which), together == "yes"))
