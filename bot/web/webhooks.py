"""What providers post to us. Each message is a row of the inbox before it is acknowledged.

/tg/<path from the secret>  Telegram's updates      /wa/in      WhatsApp messages from Twilio
/media/<random token>       pictures for Twilio     /wa/status  how far a message has come

Nothing here waits for a provider: Telegram and Twilio count the milliseconds until they are answered.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Coroutine
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import callbacks
from bot.channels.port import WebhookRefused
from bot.channels.telegram import Telegram
from bot.channels.telegram_heard import telegram_path, telegram_webhook
from bot.channels.whatsapp import whatsapp_status, whatsapp_webhook
from bot.house import House
from bot.settings import Settings
from storage import erasures, media_links
from storage.store import Tx

log = logging.getLogger("posyandu.webhooks")
MOST_BYTES = 1024 * 1024  # an update is a few kilobytes
TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class TooLong(Exception):
    """More bytes than any provider posts."""


class Webhooks:
    """The routes, bound to one house."""

    def __init__(self, house: House, settings: Settings, telegram: Telegram | None) -> None:
        self._house, self._settings, self._telegram = house, settings, telegram
        self._public = settings.PUBLIC_URL.rstrip("/")
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        found = []
        if self._telegram is not None and self._settings.TELEGRAM_SECRET:
            found.append(Route("/tg/{path}", self.telegram, methods=["POST"]))
        if self._settings.TWILIO_ACCOUNT_SID:
            found.append(Route("/wa/in", self.whatsapp, methods=["POST"]))
            found.append(Route("/wa/status", self.status, methods=["POST"]))
            found.append(Route("/media/{token}", self.media, methods=["GET"]))
        return found

    async def telegram(self, request: Request) -> Response:
        """An update; the button in it is answered after the row is committed and Telegram has its 200."""
        secret = self._settings.TELEGRAM_SECRET
        if not hmac.compare_digest(request.url.path.encode(), telegram_path(secret).encode()):
            return PlainTextResponse("Not Found", status_code=404)
        try:
            body = await _body(request)
            heard = telegram_webhook(request.headers, body, secret, arrived=self._house.clock.now())
        except WebhookRefused as error:
            return _refused("Telegram", error)
        except TooLong:
            return PlainTextResponse("Too Large", status_code=413)
        await self._house.hear(heard)
        if self._telegram is not None:
            for one in heard:
                if one.pick is not None:
                    self._afterwards(self._telegram.answer_pick(one))
        return Response(status_code=200)

    async def whatsapp(self, request: Request) -> Response:
        """A message of a person's. Twilio deletes it, if that is wanted, when we have read it."""
        try:
            form = await _form(request)
            heard = whatsapp_webhook(
                self._public, _path_qs(request), form, request.headers, self._settings.TWILIO_AUTH_TOKEN,
                arrived=self._house.clock.now(),
            )  # fmt: skip
        except WebhookRefused as error:
            return _refused("WhatsApp", error)
        except TooLong:
            return PlainTextResponse("Too Large", status_code=413)

        def also(tx: Tx, new: list[int]) -> None:
            if new and self._settings.TWILIO_ERASE == "yes" and form.get("MessageSid"):
                erasures.ask(tx, form["MessageSid"], self._house.clock.now())

        await self._house.hear([heard], also)
        return Response(TWIML, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        """How far a message has come."""
        try:
            form = await _form(request)
            status = whatsapp_status(
                self._public, _path_qs(request), form, request.headers, self._settings.TWILIO_AUTH_TOKEN
            )
        except WebhookRefused as error:
            return _refused("WhatsApp status", error)
        except TooLong:
            return PlainTextResponse("Too Large", status_code=413)
        now, erase = self._house.clock.now(), self._settings.TWILIO_ERASE == "yes"
        effect = await asyncio.to_thread(
            self._house.store.write, lambda tx: callbacks.apply(tx, status, now, erase=erase)
        )
        self._house.delivery.pause("whatsapp", effect.pause_s)
        if effect.stop:
            self._house.delivery.stop("whatsapp", effect.stop)
        self._house.wake()
        return Response(status_code=204)

    async def media(self, request: Request) -> Response:
        """A picture or document that was just sent, for fifteen minutes."""
        token, now = request.path_params["token"], self._house.clock.now()
        row = await asyncio.to_thread(self._house.store.read, lambda tx: media_links.find(tx, token, now))
        if row is None:
            return PlainTextResponse("Not Found", status_code=404)
        headers = {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            "Content-Disposition": f'inline; filename="{_safe(row.filename)}"',
        }
        return Response(row.data, media_type=row.mime, headers=headers)

    def _afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise TooLong
        parts.append(part)
    return b"".join(parts)


async def _form(request: Request) -> dict[str, str]:
    body = await _body(request)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _path_qs(request: Request) -> str:
    """Path and query as they came over the wire: what was signed."""
    path = (request.scope.get("raw_path") or request.url.path.encode()).partition(b"?")[0].decode("latin-1")
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if query else path


def _refused(name: str, error: WebhookRefused) -> Response:
    log.warning("%s webhook refused: %s", name, error)
    return PlainTextResponse("Forbidden", status_code=403)


def _safe(filename: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in filename)[:80] or "file"
