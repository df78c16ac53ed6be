"""A browser, a house for the page to talk to, and pages in two sizes.

`page_url` is the stand-in's address; a test module that has a house of its own defines its own `page_url`.
Everything lives as long as one test module; each test gets fresh pages and, from the stand-in, a fresh house.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from socket import socket

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from starlette.applications import Starlette

from . import standin
from .phones import CHROMIUM, fresh

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class QuietServer(uvicorn.Server):
    """A server inside the tests' own loop: says when it is ready, leaves the signals of the process alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standin_app() -> AsyncIterator[tuple[Starlette, str]]:
    """The stand-in house and its address."""
    app = standin.app()
    server = QuietServer(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield app, f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture(scope="module")
def page_url(standin_app: tuple[Starlette, str]) -> str:
    """Where the emulator page is."""
    return f"{standin_app[1]}/emulator/"


@pytest.fixture
def house(standin_app: tuple[Starlette, str]) -> Callable[[], standin.House]:
    """The stand-in's house, made anew; called again it gives the one of that moment (a reset makes another)."""
    app = standin_app[0]
    app.state.house = standin.House()
    return lambda: app.state.house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wide(browser: Browser) -> Page:
    return await browser.new_page(viewport={"width": 1280, "height": 860}, locale="id-ID")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def narrow(browser: Browser) -> Page:
    size: ViewportSize = {"width": 360, "height": 740}
    return await browser.new_page(viewport=size, has_touch=True, is_mobile=True, device_scale_factor=2, locale="id-ID")


@pytest_asyncio.fixture(loop_scope="module")
async def desk(wide: Page) -> AsyncIterator[Page]:
    """A wide screen."""
    async with fresh(wide):
        yield wide


@pytest_asyncio.fixture(loop_scope="module")
async def pocket(narrow: Page) -> AsyncIterator[Page]:
    """A narrow phone of 360 pixels, used with a finger."""
    async with fresh(narrow):
        yield narrow
