"""Telegram by webhook, and two houses on one PostgreSQL: whoever hears a message twice, it is answered once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.channels.telegram_heard import SECRET_HEADER, telegram_path
from storage.sql import Sql
from storage.store import open_store
from storage.tables import incoming, outgoing
from tests.channels import real_house
from tests.channels.conftest import serving
from tests.channels.phones import TelegramPhone, WhatsAppPhone, until
from tests.channels.real_house import KADER, PUBLIC
from tests.channels.test_house_whatsapp import KADER_WA, TO_WHATSAPP
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

SECRET = "w" * 24
HEARD = Sql(select(incoming.c.id, incoming.c.state, incoming.c.event))
STATES = Sql(select(outgoing.c.state))


async def test_only_telegram_with_the_secret_is_heard_and_an_update_twice_is_one(tmp_path: Path) -> None:
    double = TelegramDouble()
    kader = TelegramPhone(double, KADER)
    async with serving(double.app()) as telegram:
        settings = real_house.settings_for(
            real_house.book(tmp_path), telegram=telegram, TELEGRAM_SECRET=SECRET, PUBLIC_URL=PUBLIC
        )
        async with real_house.running(settings) as running, aiohttp.ClientSession() as anybody:
            update = {"update_id": 1, "message": kader.message(text="menu")}

            async def post(path: str, secret: str, body: Any) -> int:
                headers = {SECRET_HEADER: secret} if secret else {}
                async with anybody.post(running.url + path, json=body, headers=headers) as answer:
                    return answer.status

            def called(method: str) -> bool:
                return any(call["method"] == method for call in double.sent)

            path = telegram_path(SECRET)
            assert await post(path, "", update) == 403
            assert await post(path, "w" * 23, update) == 403
            assert await post("/tg/" + "0" * 32, SECRET, update) == 404
            assert await post("/wa/in", SECRET, update) == 404
            assert await post(path, SECRET, {"message": "x" * 2_000_000}) == 413
            assert running.store.read(lambda tx: tx.all(HEARD)) == []
            assert await post(path, SECRET, update) == 200
            assert await post(path, SECRET, update) == 200
            assert await post(path, SECRET, {"update_id": 2, "message": {"chat": 5}}) == 200
            await kader.sees("Mau apa")
            await until(lambda: called("setWebhook"), 5, lambda: double.sent)
            heard = running.store.read(lambda tx: tx.all(HEARD))
            assert [(r.event) for r in heard] == [None, "unreadable"]
            query = {"id": "9", "from": {"id": KADER, "is_bot": False, "first_name": "I"}, "chat_instance": "1"}
            tapped = {"update_id": 3, "callback_query": {**query, "data": "old:1", "message": kader.message(text="?")}}
            assert await post(path, SECRET, tapped) == 200
            await kader.sees("Tombol itu sudah lewat")
            await until(
                lambda: [c for c in double.sent if c["method"] == "answerCallbackQuery"], 5, lambda: double.sent
            )
            for page in ("/", "/emulator/", "/emulator/api/people", "/docs"):
                async with anybody.get(running.url + page) as answer:
                    assert answer.status == 404


@pytest.mark.postgres
async def test_two_processes_hear_the_same_message_and_answer_it_once(
    postgres_url: str, account: TwilioDouble, twilio_server: tuple[TwilioDouble, str]
) -> None:
    await asyncio.to_thread(real_house.prepare, postgres_url)
    store = open_store(postgres_url)
    store.write(lambda tx: tx.run(TO_WHATSAPP))
    store.close()
    kader = WhatsAppPhone(account, KADER_WA)
    settings = real_house.settings_for(postgres_url, twilio=twilio_server[1])
    async with real_house.running(settings) as one, real_house.running(settings) as other:
        form = account.inbound(KADER_WA, "Aisyah Humaira 11,7 87")
        for running in (one, other, one):
            account.deliver_to = running.url
            assert await account.post("/wa/in", form) == 200
        await kader.sees("(AN-02)")
        await until(
            lambda: {r.state for r in one.store.read(lambda tx: tx.all(STATES))} <= {"sent", "ready", "failed"},
            10,
            lambda: one.store.read(lambda tx: tx.all(STATES)),
        )
        assert len([text for text in kader.texts() if "(AN-02)" in text]) == 1
