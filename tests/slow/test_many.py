"""Two webs and two workers on one PostgreSQL: talks, kills, jobs, ticks, a database that goes away."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.sql import Sql
from storage.tables import incoming, measurement, outgoing
from tests.channels.phones import until
from tests.channels.real_house import KADER, PARENT
from tests.channels.test_house_killed import in_book
from tests.slow.fleet import Fleet, fleet

pytestmark = pytest.mark.postgres

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
