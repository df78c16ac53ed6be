"""The doubles' own controls, as programs use them over HTTP from another process."""

from __future__ import annotations

import base64
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels.port import Bubble, Choice, HeardFile, Unreachable
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from tests.channels.conftest import TOKEN, serving
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

SITI = "whatsapp:+6281100000000"


async def post(url: str, body: dict[str, Any] | None = None) -> Any:
    async with aiohttp.ClientSession() as session, session.post(url, json=body or {}) as answer:
        return await answer.json()


async def test_the_telegram_double_is_steered_from_outside(double: TelegramDouble) -> None:
    async with serving(double.app()) as url:
        channel = Telegram(TOKEN, base_url=url)
        await post(f"{url}/__double/file", {"file_id": "a", "data": base64.b64encode(b"foto").decode()})
        assert await channel.fetch(HeardFile("image", "a")) == b"foto"
        await post(f"{url}/__double/refuse", {"method": "sendMessage", "code": 403, "description": "blocked"})
        with pytest.raises(Unreachable):
            await channel.send("42", Bubble("Halo"), ref="1")
        await channel.send("42", Bubble("Halo"), ref="1")
        await post(f"{url}/__double/queue_missing", {"token": TOKEN, "update": {"my_chat_member": {}}})
        sent = await post(f"{url}/__double/sent")
        assert [call["fields"].get("text") for call in sent] == [None, "Halo"]
        await post(f"{url}/__double/clear")
        assert await post(f"{url}/__double/sent") == []
        assert len(double.waiting(TOKEN)) == 1
        await channel.close()


async def test_the_twilio_double_is_steered_from_outside(
    twilio_server: tuple[TwilioDouble, str], account: TwilioDouble, straight: WhatsApp
) -> None:
    forms: list[dict[str, Any]] = []

    async def receive(request: web.Request) -> web.Response:
        forms.append(dict(await request.post()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/wa/{what}", receive)
    url = twilio_server[1] + "/__double"
    async with serving(app) as ours:
        account.deliver_to = ours
        assert await post(f"{url}/inbound", {"sender": SITI, "body": "halo"}) == {"status": 200}
        await straight.send(SITI, Bubble("Simpan?", (Choice("ab12:1", "Ya"),), "buttons"), ref="1")
        await post(f"{url}/tap", {"sender": SITI, "option": 1})
        assert [form["Body"] for form in forms] == ["halo", "Ya"]
        assert forms[1]["ButtonPayload"] == "ab12:1"
        await post(f"{url}/refuse", {"code": 21610})
        with pytest.raises(Unreachable):
            await straight.send(SITI, Bubble("Halo"), ref="2")
        await post(f"{url}/clock", {"now": account.clock() + 25 * 3600})
        await straight.send(SITI, Bubble("Halo"), ref="3")
        assert account.messages[-1]["error_code"] == 63016
        assert await post(f"{url}/callbacks") == []
        assert [call["body"] for call in await post(f"{url}/sent")] == ["Simpan?", "Halo"]
        await post(f"{url}/approve")
        await post(f"{url}/clear")
        assert account.requests == []
