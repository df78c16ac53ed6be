"""The web side: health and metrics, and on a demo database the emulator."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.house import House
from bot.web.emulator import EmulatorApi
from bot.web.guard import LocalOnly
from bot.web.health import routes as health_routes

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def demo_app(house: House, lifespan: Lifespan) -> Starlette:
    """The emulator on a port of its own, for this machine only."""
    routes: list[BaseRoute] = [*health_routes(house), *EmulatorApi(house).routes()]
    return Starlette(routes=routes, middleware=[Middleware(LocalOnly)], lifespan=lifespan)


def worker_app(house: House, lifespan: Lifespan) -> Starlette:
    """A worker: nothing but its health."""
    return Starlette(routes=health_routes(house), lifespan=lifespan)


def real_app(house: House, lifespan: Lifespan, webhooks: list[BaseRoute]) -> Starlette:
    """Webhooks and health. No emulator, whatever the request looks like."""
    return Starlette(routes=[*health_routes(house), *webhooks], lifespan=lifespan)
