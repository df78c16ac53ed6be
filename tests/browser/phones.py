"""Using the emulator page as a person does: whose phone, what is said, what is tapped, what is heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import ConsoleMessage, Error, Locator, Page, Request, expect

CHROMIUM = Path("/usr/bin/chromium")


def need_chromium() -> None:
    """Leave the calling module out, in one line, where there is no browser."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not on this machine: its browser tests are skipped", allow_module_level=True)


class Phone:
    """One phone of the page, by the key of the person who holds it."""

    def __init__(self, page: Page, key: str) -> None:
        self.page = page
        self.node = page.locator(f'.phone[data-key="{key}"]')
        self.box = self.node.locator("textarea")
        self.heard = self.node.locator(".rows .theirs .bubble")
        self.said = self.node.locator(".rows .mine .bubble")

    async def say(self, text: str) -> None:
        """Type and send."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def tap(self, title: str) -> None:
        """Tap the newest button with this title (a quick reply, a row of an open sheet, "Ubah" ...)."""
        await self.node.get_by_role("button", name=title, exact=True).last.click()

    async def hears(self, words: str) -> None:
        """The newest message of the bot contains these words (waits for it)."""
        await expect(self.heard.last).to_contain_text(words)

    def button(self, title: str) -> Locator:
        return self.node.get_by_role("button", name=title, exact=True).last


async def open_page(page: Page, url: str, *people: str) -> list[Phone]:
    """Open the page with these people's phones and wait until their threads are there."""
    await page.goto(f"{url}#hp={','.join(people)}" if people else url)
    phones = [Phone(page, key) for key in people]
    for phone in phones:
        await expect(phone.node.locator(".empty")).not_to_have_text("Membuka percakapan…")
    return phones


async def sideways(page: Page) -> int:
    """By how many pixels the page or anything that scrolls in it is too wide."""
    script = """() => Math.max(0, ...[...document.querySelectorAll("html, .scroller, .sheet, dialog[open]")]
        .map((node) => node.scrollWidth - node.clientWidth))"""
    return int(await page.evaluate(script))


@asynccontextmanager
async def fresh(page: Page) -> AsyncIterator[None]:
    """One test's use of a page: it remembers nothing of the one before, and may not complain.

    Errors, refused scripts and calls to other addresses fail the test at its end.
    """
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def error(raised: Error) -> None:
        complaints.append(str(raised))

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme not in ("blob", "data", "about") and parts.hostname != "127.0.0.1":
            complaints.append(f"asked {asked.url}")

    page.on("console", console)
    page.on("pageerror", error)
    page.on("request", request)
    yield
    page.remove_listener("console", console)
    page.remove_listener("pageerror", error)
    page.remove_listener("request", request)
    await page.unroute_all()
    await page.evaluate("sessionStorage.clear()")
    await page.goto("about:blank")
    assert complaints == []
