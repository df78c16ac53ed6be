"""The wire's honesty about what can have arrived, and the adapters' promise to be channels."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.channels.port import Channel, InDoubt, Misconfigured, NotSent, Refused
from bot.channels.telegram import Telegram
from bot.channels.twilio_api import Twilio
from bot.channels.whatsapp import WhatsApp
from bot.channels.wire import Wire, server_problem
from tests.channels.conftest import TOKEN, Shelf, serving


def adapters() -> list[Channel]:
    """Both adapters are what the port promises (checked by the type checker, and by name here)."""
    return [Telegram(TOKEN), WhatsApp(Twilio("AC1", "t"), sender="whatsapp:+1", cache=Shelf(), links=Shelf())]


def test_the_adapters_are_channels() -> None:
    assert [channel.name for channel in adapters()] == ["telegram", "whatsapp"]


def test_an_account_without_secrets_is_told_at_once() -> None:
    with pytest.raises(Misconfigured):
        Twilio("AC1", "")


async def test_a_connection_that_breaks_after_the_request_is_in_doubt() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        wire = Wire()
        with pytest.raises(InDoubt):
            await wire.request("POST", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", data=b"{}")
        await wire.close()


async def test_a_full_pool_is_certainly_not_sent() -> None:
    release = asyncio.Event()

    async def wait(_request: web.Request) -> web.Response:
        await release.wait()
        return web.Response(text="done")

    app = web.Application()
    app.router.add_get("/", wait)
    async with serving(app) as url:
        wire = Wire(connections=1, connect=0.05)
        first = asyncio.create_task(wire.request("GET", url))
        await asyncio.sleep(0)
        with pytest.raises(NotSent):
            await wire.request("GET", url)
        release.set()
        assert (await first).body == b"done"
        await wire.close()


async def test_an_answer_that_is_too_long_is_refused_and_a_redirect_is_not_followed() -> None:
    async def long(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 300_000)

    async def away(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/long")

    app = web.Application()
    app.router.add_get("/long", long)
    app.router.add_get("/away", away)
    async with serving(app) as url:
        wire = Wire()
        with pytest.raises(Refused):
            await wire.request("GET", f"{url}/long", most=1000)
        assert (await wire.request("GET", f"{url}/away", most=1000)).status == 302
        await wire.close()


@pytest.mark.parametrize("address", ["", "not an address", "ftp://x", "http://"])
async def test_an_address_that_is_none_is_a_setting_to_mend(address: str) -> None:
    wire = Wire()
    with pytest.raises(Misconfigured):
        await wire.request("GET", address)
    await wire.close()


@pytest.mark.parametrize(("status", "kind"), [(500, NotSent), (502, NotSent), (503, NotSent), (504, InDoubt)])
def test_what_a_servers_trouble_means(status: int, kind: type[Exception]) -> None:
    assert type(server_problem(status)) is kind
