"""Doubles for the channel tests, on loopback ports of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.channels.port import Media
from bot.channels.telegram import Telegram
from bot.channels.twilio_api import Twilio
from bot.channels.whatsapp import WhatsApp
from tests.doubles import prism
from tests.doubles.serving import in_thread
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import ACCOUNT, AUTH_TOKEN, SENDER, TwilioDouble

TOKEN = "4711:AAtestTokenOfNobody-0123456789"


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Serve an app on a free loopback port; gives its address without a trailing slash."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def double() -> TelegramDouble:
    return TelegramDouble()


@pytest.fixture
async def telegram(double: TelegramDouble) -> AsyncIterator[Telegram]:
    async with serving(double.app()) as url:
        channel = Telegram(TOKEN, base_url=url)
        yield channel
        await channel.close()


@dataclass
class Shelf:
    """The two things WhatsApp needs of the house: where sids are kept, and links under which media can be fetched."""

    sids: dict[str, str] = field(default_factory=dict)
    published: list[Media] = field(default_factory=list)

    async def get(self, key: str) -> str | None:
        return self.sids.get(key)

    async def put(self, key: str, sid: str) -> None:
        self.sids[key] = sid

    async def publish(self, media: Media) -> str:
        self.published.append(media)
        return f"https://bot.example.id/media/{len(self.published):032x}"


@dataclass
class Hosts:
    """Where the fake account answers: itself, and through Prism, which checks both sides."""

    double: TwilioDouble
    direct: str
    api: str
    content: str


@pytest.fixture(scope="session")
def twilio_hosts() -> Iterator[Hosts]:
    """The fake behind two Prism proxies; started once, because that takes seconds."""
    if why := prism.missing():
        pytest.skip(why)
    double = TwilioDouble()
    with in_thread(double.app()) as direct, prism.proxies(direct, prism.API_SPEC, prism.CONTENT_SPEC) as (api, content):
        yield Hosts(double, direct, api, content)


@pytest.fixture
def account(twilio_hosts: Hosts) -> TwilioDouble:
    """The fake account, empty."""
    twilio_hosts.double.reset()
    return twilio_hosts.double


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def whatsapp(twilio_hosts: Hosts, account: TwilioDouble, shelf: Shelf) -> AsyncIterator[WhatsApp]:
    twilio = Twilio(ACCOUNT, AUTH_TOKEN, api_base=twilio_hosts.api, content_base=twilio_hosts.content)
    channel = WhatsApp(twilio, sender=SENDER, cache=shelf, links=shelf, public_url=account.public_url)
    yield channel
    await channel.close()
