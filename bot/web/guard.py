"""The emulator answers this machine only. Behind a tunnel everyone looks local, so traces of one are looked for."""

from __future__ import annotations

from functools import partial

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What proxies and tunnels add; one of them is enough to be somebody from outside.
PASSED_ON = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-original-host",
    "cf-connecting-ip", "cf-ray", "true-client-ip", "x-client-ip", "ngrok-trace-id", "x-ngrok-trace-id",
    "x-tunnel-id", "tailscale-user-login", "fly-client-ip", "x-envoy-external-address",
)  # fmt: skip


def host_of(value: str) -> str:
    """The host part of a Host or Origin value, without port."""
    bare = value.split("//")[-1].strip()
    return bare[1 : bare.find("]")] if bare.startswith("[") else bare.rsplit(":", 1)[0] if ":" in bare else bare


def local(connection: HTTPConnection) -> bool:
    """Does this request come from this machine, with nothing in between?"""
    client = connection.client.host if connection.client else ""
    headers = connection.headers
    origin = headers.get("origin")
    return (
        client in LOOPBACK
        and host_of(headers.get("host", "")) in LOOPBACK
        and (origin is None or host_of(origin) in LOOPBACK)
        and not any(name in headers for name in PASSED_ON)
    )


HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


async def _with_headers(send: Send, message: Message) -> None:
    """The same strict headers on every answer that has none of its own."""
    if message["type"] == "http.response.start":
        given = {name.lower() for name, _ in message["headers"]}
        message["headers"] = [*message["headers"], *(h for h in HEADERS if h[0] not in given)]
    await send(message)


class LocalOnly:
    """404 for everyone else: there is nothing here for them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not local(HTTPConnection(scope)):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send)
            return
        await self._app(scope, receive, partial(_with_headers, send))
