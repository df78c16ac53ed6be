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


@pytest.fixture(scope="session")
def twilio_server() -> Iterator[tuple[TwilioDouble, str]]:
    """The fake account in a thread of its own, because Prism before it outlives one test; with its address."""
    double = TwilioDouble()
    with in_thread(double.app()) as url:
        yield double, url


@pytest.fixture(scope="session")
def prism_urls(twilio_server: tuple[TwilioDouble, str]) -> Iterator[list[str]]:
    """Where Prism checks both sides: the messages API and the Content API. Started once: that takes seconds."""
    if why := prism.missing():
        pytest.skip(why)
    with prism.proxies(twilio_server[1], prism.API_SPEC, prism.CONTENT_SPEC) as urls:
        yield urls


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What goes through Prism needs Node."""
    for item in items:
        if "prism_urls" in getattr(item, "fixturenames", ()):
            item.add_marker("node")


@pytest.fixture
def account(twilio_server: tuple[TwilioDouble, str]) -> TwilioDouble:
    """The fake account, empty, on today's clock."""
    twilio_server[0].reset()
    return twilio_server[0]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def whatsapp(prism_urls: list[str], account: TwilioDouble, shelf: Shelf) -> AsyncIterator[WhatsApp]:
    """The channel through Prism."""
    twilio = Twilio(ACCOUNT, AUTH_TOKEN, api_base=prism_urls[0], content_base=prism_urls[1])
    channel = WhatsApp(twilio, sender=SENDER, cache=shelf, links=shelf, public_url=account.public_url)
    yield channel
    await channel.close()


@pytest.fixture
async def straight(twilio_server: tuple[TwilioDouble, str], account: TwilioDouble) -> AsyncIterator[WhatsApp]:
    """The channel straight to the fake, for answers that Twilio's file does not describe (errors, redirects)."""
    twilio = Twilio(ACCOUNT, AUTH_TOKEN, api_base=twilio_server[1], content_base=twilio_server[1])
    channel = WhatsApp(twilio, sender=SENDER, cache=Shelf(), links=Shelf())
    yield channel
    await channel.close()
