"""Telegram by webhook: only who knows the secret is heard, and an update that comes twice is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from bot.channels.telegram_heard import SECRET_HEADER, telegram_path
from storage.sql import Sql
from storage.tables import incoming, outgoing
from tests.channels import real_house
from tests.channels.conftest import serving
from tests.channels.phones import TelegramPhone, until
from tests.channels.real_house import KADER, PUBLIC
from tests.doubles.telegram import TelegramDouble

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
