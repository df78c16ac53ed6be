"""The real channels of a house, from the settings: how they are made, received from, and looked after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels.pace import PACES, Pace, Pacer
from bot.channels.port import Channel, Media
from bot.channels.telegram import Telegram
from bot.channels.twilio_api import Twilio
from bot.channels.whatsapp import WhatsApp
from bot.chores import Chores
from bot.clock import Clock
from bot.house import House
from bot.receiving import receive_telegram, sweep_whatsapp
from bot.settings import Settings
from storage import content_cache, links, media_links, rates
from storage.store import Store

log = logging.getLogger("posyandu.channels")
STOP_S = 5.0


@dataclass
class Shelf:
    """What WhatsApp needs of the book: which Content resource a shape has, and links under which media are fetched."""

    store: Store
    clock: Clock
    public_url: str

    async def get(self, key: str) -> str | None:
        return await asyncio.to_thread(self.store.read, lambda tx: content_cache.get(tx, key))

    async def put(self, key: str, sid: str) -> None:
        now = self.clock.now()
        await asyncio.to_thread(self.store.write, lambda tx: content_cache.put(tx, key, sid, now))

    async def publish(self, media: Media) -> str:
        now = self.clock.now()
        token = await asyncio.to_thread(
            self.store.write, lambda tx: media_links.publish(tx, media.data, media.mime, media.filename, now)
        )
        return f"{self.public_url.rstrip('/')}/media/{token}"


@dataclass
class Real:
    """The channels that the settings name, and the work around them while the house is open."""

    settings: Settings
    store: Store
    clock: Clock
    telegram: Telegram | None = None
    whatsapp: WhatsApp | None = None
    pacers: dict[str, Pacer] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def channels(self) -> dict[str, Channel]:
        return {one.name: one for one in (self.telegram, self.whatsapp) if one is not None}

    @property
    def tiers(self) -> dict[str, int]:
        return {"whatsapp": self.settings.WHATSAPP_TIER}

    async def start(self, house: House, *, one_of_many: bool = False) -> None:
        """Begin receiving and the chores; pauses that a provider asked for before a restart still hold. `one_of_many`:
        each chore is done by one of the processes at a time."""
        now = self.clock.now()
        for name in self.channels:
            until = await asyncio.to_thread(self.store.read, lambda tx, n=name: rates.paused_until(tx, n))
            house.delivery.pause(name, (until - now) / 1000)
        chores = Chores(house, self.telegram, self.whatsapp, one_of_many=one_of_many)
        work: list[tuple[str, Callable[[], Awaitable[None]]]] = [("media links", chores.tidy)]
        self._begin(chores.fetching())
        if self.telegram is not None:
            telegram = self.telegram
            self._begin(receive_telegram(house, telegram, self.settings))
            work.append(("menus", chores.menus))
        if self.whatsapp is not None:
            whatsapp, sender = self.whatsapp, self.settings.TWILIO_FROM
            await asyncio.to_thread(
                self.store.write, lambda tx: links.note(tx, "whatsapp", links.whatsapp_link(sender))
            )
            every, erase = self.settings.WHATSAPP_SWEEP_SECONDS, self.settings.TWILIO_ERASE == "yes"
            self._begin(sweep_whatsapp(house, whatsapp, every, erase=erase, one_of_many=one_of_many))
            work.append(("erasing", chores.erase))
        for name, step in work:
            self._begin(chores.again_and_again(name, step))

    async def stop(self) -> None:
        """Stop receiving. What a batch has committed stays; what it has not is asked for again."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)

    async def close(self) -> None:
        """After the last message: give the connections back."""
        for channel in self.channels.values():
            await channel.close()

    def _begin(self, work: Awaitable[None]) -> None:
        self._tasks.append(asyncio.ensure_future(work))


def make_telegram(settings: Settings) -> Telegram | None:
    """The Telegram channel, None without a token."""
    if not settings.TELEGRAM_TOKEN:
        return None
    return Telegram(
        settings.TELEGRAM_TOKEN,
        base_url=settings.TELEGRAM_BASE_URL.rstrip("/"),
        paid_broadcast=settings.TELEGRAM_PAID == "yes",
    )


def make_whatsapp(settings: Settings, store: Store, clock: Clock) -> WhatsApp | None:
    """The WhatsApp channel, None without an account. TWILIO_FROM is a sender or a messaging service (MG...)."""
    if not settings.TWILIO_ACCOUNT_SID:
        return None
    twilio = Twilio(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        api_base=_elsewhere(settings.TWILIO_API_BASE, "https://api.twilio.com"),
        content_base=_elsewhere(settings.TWILIO_CONTENT_BASE, "https://content.twilio.com"),
    )
    shelf = Shelf(store, clock, settings.PUBLIC_URL)
    service = settings.TWILIO_FROM if settings.TWILIO_FROM.startswith("MG") else ""
    return WhatsApp(
        twilio,
        sender=settings.TWILIO_FROM,
        cache=shelf,
        links=shelf,
        public_url=settings.PUBLIC_URL,
        service_sid=service,
    )


def make_real(settings: Settings, store: Store, clock: Clock) -> Real:
    """Everything real that the settings name."""
    real = Real(settings, store, clock, make_telegram(settings), make_whatsapp(settings, store, clock))
    rates_set = {"telegram": settings.TELEGRAM_RATE, "whatsapp": settings.WHATSAPP_RATE}
    for name in real.channels:
        real.pacers[name] = Pacer(Pace(max(0.1, rates_set[name]), PACES[name].chat_gap))
    return real


def _elsewhere(base: str, usual: str) -> str:
    return "" if base.rstrip("/") == usual else base
