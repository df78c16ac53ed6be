"""Twilio's API: messages, Content resources, media, signatures. The only file that imports the `twilio` package.

The package's own asynchronous transport ignores its timeout, sends JSON as a form and repeats POSTs (which would send a
message twice), so it runs over ours. Errors are the port's; they name Twilio's code, never a number or an address.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import FormData
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from twilio.rest import Client  # type: ignore[import-untyped]

from bot.channels.port import ChannelError, InDoubt, Misconfigured, NotSent, Refused, SlowDown
from bot.channels.whatsapp_status import action_for, problem_for
from bot.channels.wire import Answer, Wire, server_problem

Json = dict[str, Any]
T = TypeVar("T")

API_HOST = "api.twilio.com"
CONTENT_HOST = "content.twilio.com"
MOST_BYTES = 16 * 1024 * 1024  # WhatsApp's own limit for any file
_HOPS = 3


@dataclass(frozen=True)
class Listed:
    """A message in Twilio's list: what a lost webhook would have told, without the button's id."""

    sid: str
    sender: str
    body: str
    sent_at: int  # epoch ms
    media: list[tuple[str, str]]  # (url, mime)


class Twilio:
    """One account. `api_base` and `content_base` stand in for Twilio's hosts when a double is to be talked to."""

    def __init__(
        self, account_sid: str, auth_token: str, *, api_base: str = "", content_base: str = "", wire: Wire | None = None
    ) -> None:
        if not (account_sid and auth_token):
            raise Misconfigured("no Twilio account")
        self._auth = (account_sid, auth_token)
        self._wire = wire or Wire()
        bases = {API_HOST: api_base, CONTENT_HOST: content_base}
        self._bases = {host: base.rstrip("/") for host, base in bases.items() if base}
        self._client = Client(account_sid, auth_token, http_client=TwilioHttp(self._wire, self._bases))

    async def send(self, **fields: Any) -> str:
        """Create a message (fields as in `messages.create`); returns its sid. There is no idempotency key."""
        message = await self._call(self._client.messages.create_async(**fields))
        return str(message.sid)

    async def received(self, to: str, since: datetime) -> list[Listed]:
        """What was sent to our number since then, oldest first, with where its media are."""
        found = await self._call(self._client.messages.list_async(to=to, date_sent_after=since))
        inbound = [message for message in found if message.direction == "inbound"]
        listed = [
            Listed(
                sid=str(message.sid),
                sender=str(message.from_),
                body=message.body or "",
                sent_at=int((message.date_sent or message.date_created).timestamp() * 1000),
                media=await self._media(message.sid) if int(message.num_media or 0) else [],
            )
            for message in reversed(inbound)  # Twilio lists the newest first, and counts in whole seconds
        ]
        return sorted(listed, key=lambda one: one.sent_at)

    async def erase(self, sid: str) -> None:
        """Delete a message's media and then its record, body and numbers included, at Twilio. Gone already is fine."""
        try:
            for url, _ in await self._media(sid):
                await self._call(self._client.messages(sid).media(url.rpartition("/")[2]).delete_async())
            await self._call(self._client.messages(sid).delete_async())
        except Refused as error:
            if not error.reason.endswith((" 20404", " 404")):
                raise

    async def content(self, method: str, path: str, data: Json | None = None) -> Json:
        """A call of the Content API; `path` begins with /v1. Returns the answer's JSON."""
        headers = {"Content-Type": "application/json"} if data is not None else None
        url = f"https://{CONTENT_HOST}{path}"
        answer = await self._call(self._client.request_async(method, url, data=data, headers=headers))
        body: Json = json.loads(answer.text or "{}")
        if answer.status_code >= 400:
            raise problem_for(int(body.get("code") or answer.status_code), answer.status_code)
        return body

    async def create_content(self, definition: Json) -> str:
        """Create a Content resource; returns its sid. A lost answer costs a spare resource, never a message."""
        try:
            return str((await self.content("POST", "/v1/Content", definition))["sid"])
        except InDoubt as error:
            problem = NotSent(error.reason)
        raise problem

    async def download(self, url: str) -> tuple[bytes, str]:
        """A person's file and its type, 16 MB at most. Our password goes to Twilio's host only, never along."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc != API_HOST:
            raise Refused("media on a strange host")
        answer = await self._get(self._bases.get(API_HOST, f"https://{API_HOST}") + parts.path, self._auth)
        for _ in range(_HOPS):
            if answer.status not in (301, 302, 303, 307, 308):
                break
            target = answer.headers.get("Location", "")
            if not target.startswith("https://") and API_HOST not in self._bases:
                raise Refused("media on a strange host")
            answer = await self._get(target, None)
        if answer.status >= 500:
            raise NotSent(f"HTTP {answer.status}")
        if answer.status != 200:
            raise Refused(f"no such file ({answer.status})")
        return answer.body, answer.headers.get("Content-Type", "").partition(";")[0]

    async def close(self) -> None:
        await self._wire.close()

    async def _get(self, url: str, auth: tuple[str, str] | None) -> Answer:
        return await self._wire.request("GET", url, auth=auth, most=MOST_BYTES)

    async def _media(self, sid: str) -> list[tuple[str, str]]:
        found = await self._call(self._client.messages(sid).media.list_async())
        return [(f"https://{API_HOST}{str(one.uri).removesuffix('.json')}", str(one.content_type)) for one in found]

    async def _call(self, call: Awaitable[T]) -> T:
        """Run a call of the package and turn its failures into the port's errors, free of numbers and addresses."""
        problem: ChannelError
        try:
            return await call
        except ChannelError:
            raise
        except (TwilioRestException, TwilioServiceException) as error:
            problem = problem_for(int(error.code or error.status), int(error.status))
        except (TwilioException, ValueError, KeyError, TypeError, AttributeError) as error:
            problem = InDoubt(f"the answer was not understood ({type(error).__name__})")
        raise problem  # outside of `except`: the package's error with its address is not its context


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]
    """The package's transport over ours: real timeouts, real JSON, no repeats, hosts replaced for doubles."""

    def __init__(self, wire: Wire, bases: Mapping[str, str]) -> None:
        super().__init__(logging.getLogger(__name__), True, None)
        self._wire, self._bases = wire, bases

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the package's signature
        allow_redirects: bool = False,
    ) -> Response:
        """One request. 429 and 5xx are raised here, because the package drops the header that says how long to wait."""
        parts = urlsplit(url)
        if base := self._bases.get(parts.netloc):
            url = base + parts.path + (f"?{parts.query}" if parts.query else "")
        headers = dict(headers or {})
        body: FormData | bytes | None = None
        if headers.get("Content-Type") == "application/json":
            body = json.dumps(data).encode()
        elif data:
            body = FormData(_pairs(data))
        answer = await self._wire.request(
            method, url, params=_pairs(params or {}), data=body, headers=headers, auth=auth, read=timeout
        )
        if answer.status == 429:
            raise _too_much(answer)
        if answer.status >= 500:
            raise server_problem(answer.status)
        return Response(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)


def signed(url: str, form: Mapping[str, str], headers: Mapping[str, str], token: str) -> bool:
    """Whether Twilio signed this form for this address, by the algorithm that its settings header names."""
    given = {name.lower(): value for name, value in headers.items()}
    algorithm = get_signature_algorithm(given.get(SIGNATURE_SETTINGS_HEADER.lower(), ""))
    signature = given.get(SIGNATURE_HEADER.lower(), "")
    return bool(token and signature and RequestValidator(token).validate(url, form, signature, algorithm))


def _pairs(fields: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            pairs.append((name, str(one).lower() if isinstance(one, bool) else str(one)))
    return pairs


def _too_much(answer: Answer) -> ChannelError:
    """A 429: too fast for a moment, or a limit of the day, by the code in its body."""
    try:
        code = int(json.loads(answer.body)["code"])
    except (ValueError, KeyError, TypeError):
        code = 20429
    if action_for(code) == "slow":
        return SlowDown(_seconds(answer.headers.get("Retry-After", "")), f"slow {code}")
    return problem_for(code, answer.status)


def _seconds(header: str) -> float:
    return float(header) if header.isascii() and header.isdigit() else 1.0
