"""Logs without secrets and without anybody's number, whatever a library puts into a message or a traceback."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import fields

from bot.settings import Settings

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
# A bot token or phone number has a shape of its own; a NIK is sixteen digits. Our ids and instants are shorter or 13.
_SHAPES = (
    (re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{25,}"), "<token>"),
    (re.compile(r"\+\d[\d -]{6,17}\d"), "<nomor>"),
    (re.compile(r"(?<![\d.:/-])(?:62|0)8\d{7,12}(?!\d)"), "<nomor>"),
    (re.compile(r"(?<!\d)\d{16}(?!\d)"), "<nomor>"),
    # PostgreSQL quotes the row that it refuses, names and all.
    (re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE), r"\1: <isi baris>"),
)


class Redacting(logging.Formatter):
    """Formats as usual, then takes out every secret and every number, tracebacks included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORM)
        self._secrets = sorted({s for s in secrets if len(s) > 5}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        return self.clean(super().format(record))

    def clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "<rahasia>")
        for shape, instead in _SHAPES:
            text = shape.sub(instead, text)
        return text


def secrets_of(settings: Settings) -> list[str]:
    """The values of the settings that are secret, and the password in the database's address."""
    found = [str(getattr(settings, f.name)) for f in fields(settings) if f.metadata.get("secret")]
    password = re.search(r"//[^:/@]*:([^@]+)@", settings.DATABASE_URL)
    return [*found, password[1]] if password else found


def set_up(settings: Settings) -> None:
    """Logging for a running bot: to standard error, redacted; libraries that print addresses are quietened."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(secrets_of(settings)))
    logging.basicConfig(level=settings.LOG_LEVEL, handlers=[handler], force=True)
    for noisy in ("httpx", "apscheduler", "alembic", "telegram", "twilio", "aiohttp.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
