"""Doubles for the channel tests, on loopback ports of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels.telegram import Telegram
from tests.doubles.telegram import TelegramDouble

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
