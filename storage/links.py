"""The ways in: the bot's address on each channel, noted when the bot has learned its own name there."""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import select

from storage.sql import Sql
from storage.store import Tx
from storage.tables import setting

PREFIX = "link."
LINKS = Sql(select(setting.c.name, setting.c.value).where(setting.c.name.startswith(PREFIX)).order_by(setting.c.name))


def note(tx: Tx, channel: str, link: str) -> None:
    """This is where people find the bot on that channel."""
    tx.upsert(setting, name=PREFIX + channel, value=link)


def links(tx: Tx) -> dict[str, str]:
    """Channel -> link, Telegram first."""
    return {row.name.removeprefix(PREFIX): row.value for row in tx.all(LINKS)}


def with_code(link: str, code: str) -> str:
    """A link that says the code itself when it is opened."""
    if not code:
        return link
    return f"{link}?start={quote(code)}" if "t.me/" in link else f"{link}?text={quote(code)}"


def telegram_link(username: str) -> str:
    return f"https://t.me/{username}"


def whatsapp_link(sender: str) -> str:
    """From "whatsapp:+62...": the number as wa.me takes it; "" for a sender that has none (a messaging service)."""
    number = sender.removeprefix("whatsapp:").lstrip("+")
    return f"https://wa.me/{number}" if number.isascii() and number.isdigit() else ""
