"""People's phones at the doubles: they write and tap, and see what the providers were asked to send them."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.channels.real_house import TOKEN
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

LEAST_S = 60.0


class Phone(ABC):
    """What was sent to one person, read from its first message to its last."""

    def __init__(self) -> None:
        self._read = 0

    @abstractmethod
    def seen(self) -> list[dict[str, Any]]:
        """Every message she was sent, as the double was asked to send it."""

    @abstractmethod
    def texts(self) -> list[str]:
        """The words of each."""

    async def sees(self, words: str, *, seconds: float = 30.0) -> dict[str, Any]:
        """Wait for a message with these words after the last one that was looked at."""

        def find() -> dict[str, Any] | None:
            for number, text in enumerate(self.texts()):
                if number >= self._read and words in text:
                    self._read = number + 1
                    return self.seen()[number]
            return None

        found: dict[str, Any] = await until(find, seconds, lambda: self.texts()[self._read :])
        return found


class TelegramPhone(Phone):
    """One person's Telegram: she writes and taps; what she sees is what the double was asked to send her."""

    def __init__(self, double: TelegramDouble, chat: int) -> None:
        super().__init__()
        self.double, self.chat = double, chat
        self._number = 100

    async def says(self, text: str, **content: Any) -> None:
        await self.double.queue_missing({"message": self.message(text=text, **content)}, token=TOKEN)

    async def taps(self, title: str) -> None:
        """The newest button with that title."""
        for call in reversed(self.seen()):
            for row in json.loads(call["fields"].get("reply_markup", "{}")).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == title:
                        return await self._press(button["callback_data"])
        raise AssertionError(f"no button {title!r} in {[c['fields'] for c in self.seen()][-1:]}")

    async def _press(self, data: str) -> None:
        query = {"id": "9", "from": self._who(), "chat_instance": "1", "data": data, "message": self.message(text="?")}
        await self.double.queue_missing({"callback_query": query}, token=TOKEN)

    def seen(self) -> list[dict[str, Any]]:
        return [
            c for c in self.double.sent if str(c["fields"].get("chat_id")) == str(self.chat) and "send" in c["method"]
        ]

    def texts(self) -> list[str]:
        return [c["fields"].get("text") or c["fields"].get("caption") or "" for c in self.seen()]

    def message(self, **content: Any) -> dict[str, Any]:
        self._number += 1
        chat = {"id": self.chat, "type": "private", "first_name": "Ibu"}
        return {"message_id": self._number, "date": 1_795_000_000, "chat": chat, "from": self._who(), **content}

    def _who(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, "first_name": "Ibu"}


class WhatsAppPhone(Phone):
    """One person's WhatsApp. The double signs what she writes and posts it to the house."""

    def __init__(self, double: TwilioDouble, sender: str) -> None:
        super().__init__()
        self.double, self.sender = double, sender

    async def says(self, text: str, **fields: Any) -> int:
        await self._settled()
        return await self.double.post("/wa/in", self.double.inbound(self.sender, text, **fields))

    async def taps(self, title: str) -> int:
        """The newest button or row with that title."""
        options = next(one["options"] for one in reversed(self.seen()) if one["options"])
        return await self.double.post("/wa/in", self.double.tap(self.sender, [t for t, _ in options].index(title) + 1))

    async def _settled(self) -> None:
        """A person takes a moment to answer: until what she was sent is noted as sent."""
        async with aiohttp.ClientSession() as session:
            for _ in range(500):
                async with session.get(f"{self.double.deliver_to}/metrics") as answer:
                    if 'state="sending"' not in await answer.text():
                        return
                await asyncio.sleep(0.02)

    def seen(self) -> list[dict[str, Any]]:
        return [one for one in self.double.requests if one["to"] == self.sender]

    def texts(self) -> list[str]:
        return [one["body"] for one in self.seen()]


async def until(find: Callable[[], Any], seconds: float, tell: Callable[[], Any]) -> Any:
    """What `find` finds, asked again and again for so long, or longer on a machine with other work."""
    for _ in range(int(max(seconds, LEAST_S) / 0.02)):
        if found := find():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"did not come: {tell()!r}")
