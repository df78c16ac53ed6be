"""HTTP to a provider: aiohttp with keep-alive, bounded connections and honest errors.

The errors tell the one thing that matters for a send: whether the request can have arrived. Addresses never appear in
them, because Telegram's carry the bot's token.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import ClientSession, ClientTimeout, FormData, TCPConnector
from yarl import URL

from bot.channels.port import ChannelError, InDoubt, Misconfigured, NotSent, Refused


@dataclass(frozen=True)
class Answer:
    """A provider's answer: HTTP status, headers, and the body as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _TooLong(Exception):
    """More bytes than we are ready to take."""


class Wire:
    """A pool of connections, opened at the first request.

    `connect` bounds the wait for a free connection, name lookup and handshake; `read` the silence of the other side; a
    request as a whole may take `connect + write + read` seconds. Idle connections are dropped before the providers do
    it (`keepalive`), so that a stale one is not mistaken for a lost answer.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        connect: float = 10.0,
        write: float = 30.0,
        read: float = 20.0,
        keepalive: float = 15.0,
    ) -> None:
        self.connect, self.write, self.read = connect, write, read
        self._connections, self._keepalive = connections, keepalive
        self._session: ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: list[tuple[str, str]] | None = None,
        data: FormData | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        read: float | None = None,
        most: int | None = None,
    ) -> Answer:
        """One request, no redirects followed, no repeats.

        Raises `NotSent` when no connection came about, `InDoubt` when it broke or fell silent afterwards, `Refused`
        when the answer has more than `most` bytes, `Misconfigured` when the address is none.
        """
        silence = self.read if read is None else read
        problem: ChannelError
        try:
            async with self._open().request(
                method,
                URL(url),
                params=params,
                data=data,
                headers={**(headers or {}), **(_basic(auth) if auth else {})},
                allow_redirects=False,
                timeout=ClientTimeout(
                    total=self.connect + self.write + silence,
                    connect=self.connect,
                    sock_connect=self.connect,
                    sock_read=silence,
                ),
            ) as response:
                return Answer(response.status, response.headers, await _body(response, most))
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError):
            problem = Misconfigured("the provider's address is not a URL")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            problem = NotSent(f"no connection ({_kind(error)})")
        except _TooLong:
            problem = Refused("more bytes than allowed")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            problem = InDoubt(f"no answer ({_kind(error)})")
        raise problem  # outside of `except`, so that the provider's error with its address is not its context

    async def close(self) -> None:
        """Drop all connections; the next request would open new ones."""
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open(self) -> ClientSession:
        if self._session is None:
            connector = TCPConnector(limit=self._connections, keepalive_timeout=self._keepalive)
            self._session = ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def server_problem(status: int) -> ChannelError:
    """What a 5xx means for a send: not carried out, unless a gateway ran out of patience and cannot know."""
    return InDoubt(f"HTTP {status}") if status == 504 else NotSent(f"HTTP {status}")


def _basic(auth: tuple[str, str]) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}


async def _body(response: aiohttp.ClientResponse, most: int | None) -> bytes:
    if most is None:
        return await response.read()
    parts, size = [], 0
    async for part in response.content.iter_chunked(65536):
        size += len(part)
        if size > most:
            raise _TooLong
        parts.append(part)
    return b"".join(parts)


def _kind(error: BaseException) -> str:
    """What went wrong without where: the name of the error and the system's own word for it."""
    system: Any = getattr(error, "os_error", error)
    word = getattr(system, "strerror", None)
    return f"{type(error).__name__}: {word}" if word else type(error).__name__
