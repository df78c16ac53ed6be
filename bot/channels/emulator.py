"""The emulator: phones on a web page. A channel like the others; what it shows it keeps itself, as a provider does."""

from __future__ import annotations

import asyncio
import secrets
from typing import Protocol

from bot.channels.port import Bubble, Refused, Template
from bot.channels.reach import EMULATOR


class Phones(Protocol):
    """Where the emulator keeps what stands on its phones."""

    def put(self, owner: str, message_id: str, bubble: Bubble, ref: str) -> None: ...

    def change(self, owner: str, message_id: str, bubble: Bubble) -> bool: ...


class Emulator:
    """Shows bubbles on the phones."""

    name = "emulator"
    reach = EMULATOR

    def __init__(self, phones: Phones) -> None:
        self._phones = phones

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        message_id = f"out-{secrets.token_hex(6)}"
        await asyncio.to_thread(self._phones.put, to, message_id, bubble, ref)
        return message_id

    async def edit(self, to: str, sent_id: str, bubble: Bubble) -> None:
        """Other words and buttons in the place of a text that `send` has shown."""
        if not await asyncio.to_thread(self._phones.change, to, sent_id, bubble):
            raise Refused("message to edit not found")

    def charged_as(self, template: Template | None) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is held open."""
