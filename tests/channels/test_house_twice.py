"""Two processes hear the same message, on each channel, and whoever answers does it once; with one of them killed, too.

The processes are real ones (`posyandu-bot web`, `posyandu-bot worker`) on one PostgreSQL; the doubles post to both webs
at the same time what a provider would post again when it thinks that nobody has heard.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.channels.telegram_heard import SECRET_HEADER, telegram_path
from storage.sql import Sql
from storage.tables import incoming, measurement
from tests.channels.phones import WhatsAppPhone
from tests.channels.real_house import BIDAN_WA, KADER
from tests.channels.test_house_killed import Process, in_book
from tests.doubles.serving import in_thread
from tests.doubles.twilio import AUTH_TOKEN, TwilioDouble
from tests.slow.fleet import SECRET, Fleet, fleet

pytestmark = pytest.mark.postgres
HEARD = Sql(select(incoming.c.message_id).order_by(incoming.c.message_id))
VALUES = Sql(select(measurement.c.field, measurement.c.value).where(measurement.c.incoming_id.is_not(None)))
TIMES = 3  # to each of the webs


async def from_telegram(house: Fleet, update: dict[str, Any]) -> set[int]:
    """The same update to every web at once, several times; how they answered."""
    headers = {SECRET_HEADER: SECRET}
    async with aiohttp.ClientSession() as session:

        async def post(web: Process) -> int:
            async with session.post(web.url + telegram_path(SECRET), json=update, headers=headers) as answer:
                return answer.status

        return set(await asyncio.gather(*(post(web) for web in house.webs * TIMES)))


async def from_twilio(house: Fleet, double: TwilioDouble, form: dict[str, str]) -> set[int]:
    """The same with one MessageSid."""
    headers = double.sign("/wa/in", form)
    async with aiohttp.ClientSession() as session:

        async def post(web: Process) -> int:
            async with session.post(f"{web.url}/wa/in", data=form, headers=headers) as answer:
                return answer.status

        return set(await asyncio.gather(*(post(web) for web in house.webs * TIMES)))


async def test_what_two_processes_hear_is_done_once_on_each_channel(postgres_url: str, tmp_path: Path) -> None:
    double = TwilioDouble()
    with in_thread(double.app()) as twilio:
        async with fleet(postgres_url, tmp_path, twilio=twilio) as house:
            kader, bidan = house.phone(KADER), WhatsAppPhone(double, BIDAN_WA)
            line = kader.message(text="Azzam 11,1 83,5")
            said = double.inbound(BIDAN_WA, "Aisyah Humaira 11,7 87")
            answers = await asyncio.gather(
                from_telegram(house, {"update_id": 1, "message": line}), from_twilio(house, double, said)
            )
            assert answers == [{200}, {200}]
            await kader.sees("NAIK (N)")
            await bidan.sees("(AN-02)")
            # One worker less: the other hears the rest, and what was answered is not answered again.
            house.kill(house.workers[0])
            assert await from_telegram(house, {"update_id": 2, "message": kader.message(text="menu")}) == {200}
            assert await from_twilio(house, double, double.inbound(BIDAN_WA, "menu")) == {200}
            await kader.sees("Mau apa")
            await bidan.sees("Mau apa")
            assert await from_twilio(house, double, said) == {200}
    assert len(in_book(postgres_url, HEARD)) == 4
    values = sorted((r.field, r.value) for r in in_book(postgres_url, VALUES))
    assert values == [("length", 835), ("length", 870), ("weight", 11100), ("weight", 11700)]
    for phone, once in ((kader, "NAIK (N)"), (kader, "Mau apa"), (bidan, "(AN-02)"), (bidan, "Mau apa")):
        assert len([text for text in phone.texts() if once in text and "dikirim ulang" not in text]) == 1, once
    assert AUTH_TOKEN not in house.log()
    assert SECRET not in house.log()
