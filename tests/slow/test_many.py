"""Two webs and two workers on one PostgreSQL: talks, kills, jobs, ticks, a database that goes away."""

from __future__ import annotations

import asyncio
import itertools
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import app
from bot.settings import Settings
from storage.sql import Sql
from storage.store import open_store
from storage.tables import incoming, measurement, outgoing
from tests.channels.phones import until
from tests.channels.real_house import KADER, PARENT
from tests.channels.test_house_killed import in_book
from tests.conversations.scenes import EMPTY, arrange, plain_codes
from tests.conversations.transcript import perform
from tests.doubles.postgres import Server
from tests.house import demo_house
from tests.slow.fleet import Fleet, WebhookPhone, fleet
from tests.slow.measured import record
from tests.storage.test_side_by_side import changed_under_a_talk

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
COMMAND = "pytest -m proof tests/slow/test_many.py"

VALUES = Sql(
    select(measurement.c.field, measurement.c.value)
    .where(measurement.c.incoming_id.is_not(None))
    .order_by(measurement.c.id)
)
STATES = Sql(select(outgoing.c.state, outgoing.c.kind, outgoing.c.reason))
HEARD = Sql(select(incoming.c.state, incoming.c.note))
ENDED = {0, -signal.SIGTERM, 128 + signal.SIGTERM}


async def at_rest(house: Fleet) -> list[Any]:
    """Until everything heard is answered and everything that may leave has left."""

    def rest() -> bool:
        return {r.state for r in in_book(house.url, HEARD)} <= {"done"} and not {
            r.state for r in in_book(house.url, STATES)
        } & {"ready", "sending"}

    await until(rest, 90, lambda: (in_book(house.url, HEARD), in_book(house.url, STATES), house.log()))
    return in_book(house.url, STATES)


async def test_a_talk_goes_on_in_whichever_process(postgres_url: str, tmp_path: Path) -> None:
    """Each message may be heard by another web and answered by another worker, and one of each is killed under it."""
    async with fleet(postgres_url, tmp_path) as house:
        kader, parent = house.phone(KADER), house.phone(PARENT)
        await kader.says("timbang")
        await kader.sees("Siapa yang ditimbang")
        await kader.says("azzam")
        await kader.sees("berapa kilo")
        house.kill(house.workers[0])
        house.kill(house.webs[0])
        await kader.says("11,1")
        await kader.sees("berapa cm")
        await kader.says("83,5")
        await house.start("worker")
        await kader.says("lewati")
        await kader.sees("Simpan")
        await kader.taps("Simpan")
        await kader.sees("NAIK (N)")
        await parent.sees("Hasil timbang Azzam")
        states = await at_rest(house)
        # The clock may have found something for people whose phones are nowhere.
        assert {(r.state, r.reason) for r in states} <= {("sent", ""), ("failed", "unreachable")}, states
        assert [(r.field, r.value) for r in in_book(postgres_url, VALUES)] == [("weight", 11100), ("length", 835)]
        assert len([t for t in parent.texts() if "Hasil timbang" in t]) == 1
        began = asyncio.get_running_loop().time()
        assert set(await house.end()) <= ENDED, house.log()
        assert asyncio.get_running_loop().time() - began < 40


async def test_a_talk_goes_on_while_tables_change_and_the_database_restarts(
    postgres_server: Server, postgres_url: str, tmp_path: Path
) -> None:
    """The old version in the tables of the next, and every connection cut once; the proofs do more of both."""
    async with fleet(postgres_url, tmp_path, webs=1, workers=1) as house:
        kader = await changed_under_a_talk(house, postgres_url)
        talks = await everybody(house, 2, 2)
        await asyncio.to_thread(postgres_server.restart)
        await talks
        await kader.says("11,1")
        await kader.sees("berapa cm")
        answered_once(house, 2, 2, besides=3)


# -- whole talks between two houses -----------------------------------------------------------------------------------

CHATS = sorted((ROOT / "tests/conversations").glob("*.chat"))


@pytest.mark.proof
@pytest.mark.parametrize("chat", [c for c in CHATS if c.stem not in EMPTY], ids=lambda c: c.stem)
async def test_a_transcript_goes_the_same_between_two_houses(
    chat: Path, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other message is heard by the other house; turns, senders, siaran and sheets run in both at once."""
    written = chat.read_text(encoding="utf-8")  # noqa: ASYNC240
    async with demo_house(tmp_path, url=postgres_url) as talks:
        arrange(talks, chat.stem)
        store = open_store(postgres_url)
        monkeypatch.setattr(app, "DemoClock", lambda _: talks.house.clock)  # one time for both
        monkeypatch.setattr("storage.aid.new_code", plain_codes())
        other = app.make_house(Settings(), store, is_demo=True)
        await other.start()
        hears, turn = talks.house.hear, itertools.cycle([other.hear, talks.house.hear])
        talks.house.hear = lambda *given: next(turn)(*given)  # type: ignore[method-assign]
        try:
            assert await perform(talks, chat) == written
            assert not talks.set_aside()
        finally:
            talks.house.hear = hears  # type: ignore[method-assign]
            await other.stop()
            store.close()


# -- a morning with kills, and a database that goes away --------------------------------------------------------------


@dataclass
class Asked:
    """Somebody who asks again and again, each time after she was answered."""

    phone: WebhookPhone
    number: int = 0

    async def ask(self, times: int) -> None:
        for _ in range(times):
            self.number += 1
            before = len(self.phone.seen())
            await self.phone.fleet.post({"message": self.phone.message(text="bantuan")})
            await until(lambda b=before: len(self.phone.seen()) > b, 110, self.phone.fleet.log)


async def everybody(house: Fleet, people: int, times: int) -> asyncio.Future[list[None]]:
    asks = [Asked(house.phone(5000 + n)).ask(times) for n in range(people)]
    return asyncio.gather(*asks)


def answered_once(house: Fleet, people: int, times: int, besides: int = 0) -> None:
    """As many answers as questions to each; what was sent again says so. `besides`: what others have said."""
    for n in range(people):
        texts = house.phone(5000 + n).texts()
        assert len([t for t in texts if "dikirim ulang" not in t]) <= times, texts
        assert len(texts) >= times, texts
    assert len(in_book(house.url, HEARD)) == people * times + besides
    assert {r.state for r in in_book(house.url, HEARD)} == {"done"}


async def killed(url: str, folder: Path, kills: int, people: int, times: int) -> float:
    """Workers and webs die under the talks and are replaced; seconds from the last kill to the last answer."""
    async with fleet(url, folder) as house:
        talks = await everybody(house, people, times)
        for n in range(kills):
            await asyncio.sleep(1.0)
            some = house.webs if n % 4 == 3 else house.workers
            victim = some[n % 2]
            house.kill(victim)
            some.remove(victim)
            last = asyncio.get_running_loop().time()
            await house.start("web" if n % 4 == 3 else "worker", ready=False)
        await talks
        await at_rest(house)
        took = asyncio.get_running_loop().time() - last
        answered_once(house, people, times)
    return took


@pytest.mark.proof
async def test_four_kills_lose_nothing(postgres_url: str, tmp_path: Path) -> None:
    took = await killed(postgres_url, tmp_path, kills=8, people=12, times=25)
    record(
        "two webs and two workers on PostgreSQL, 8 killed under 12 talks: everybody answered, nobody twice unmarked",
        f"300 of 300 messages; the last done {took:.0f} s after the last kill (goal 60)",
        COMMAND,
    )
    assert took <= 60


async def restarted(url: str, server: Server, folder: Path, people: int, times: int, restarts: int) -> None:
    async with fleet(url, folder) as house:
        talks = await everybody(house, people, times)
        for _ in range(restarts):
            await asyncio.sleep(1.0)
            await asyncio.to_thread(server.restart)
        await talks
        await at_rest(house)
        answered_once(house, people, times)
        assert set(await house.end()) <= ENDED


@pytest.mark.proof
async def test_a_database_that_restarts_loses_nothing(
    postgres_server: Server, postgres_url: str, tmp_path: Path
) -> None:
    await restarted(postgres_url, postgres_server, tmp_path, people=6, times=12, restarts=3)
    record("PostgreSQL restarted 3 times under 6 talks: everybody answered", "72 of 72 messages", COMMAND)
