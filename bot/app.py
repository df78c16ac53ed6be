"""The composition root: the only file that knows everything and puts it together."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from starlette.applications import Starlette

from bot import moments
from bot.channels.emulator import Emulator
from bot.channels.port import Bubble, Channel
from bot.clock import Clock, DemoClock, MachineClock
from bot.delivery import Delivery
from bot.flows import FLOWS
from bot.house import DEMO_ZONE, OPENING, House
from bot.nightly import Nightly
from bot.real import Real, make_real
from bot.settings import Settings, WrongSettings
from bot.sheet_work import SheetWork
from bot.talk import Where
from bot.turns import Turns
from bot.web.app import demo_app, real_app
from bot.web.webhooks import Webhooks
from posyandu.calendar import instant
from posyandu.reminders import Budgets
from scheduler.clock import ticker
from scheduler.ticking import Ticking, Times
from storage import demo, phones
from storage.migrate import migrate
from storage.store import Store, open_store

log = logging.getLogger("posyandu")


@dataclass
class KeptPhones:
    """The emulator's memory, in the same database."""

    store: Store
    clock: Clock

    def put(self, owner: str, message_id: str, bubble: Bubble, ref: str) -> None:
        now = self.clock.now()
        media = bubble.media
        kept = {"kind": media.kind, "filename": media.filename} if media else None

        def work(tx: object) -> None:
            if bubble.choices:
                phones.supersede(tx, owner)  # type: ignore[arg-type]
            phones.show(
                tx, owner, "out", bubble.text, now, message_id=message_id,  # type: ignore[arg-type]
                buttons=[(c.id, c.title) for c in bubble.choices] if bubble.form in ("buttons", "list") else [],
                list_button=bubble.list_button, media=kept, data=media.data if media else None,
                mime=media.mime if media else "", ref=ref,
            )  # fmt: skip

        self.store.write(work)


def open_book(settings: Settings) -> tuple[Store, bool]:
    """The database, migrated; and whether it is a demo. A new one is marked demo when no provider is set."""
    url = make_url(settings.DATABASE_URL)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.DATABASE_URL)
    migrate(store)
    real = settings.real_provider or bool(settings.PUBLIC_URL)
    if demo.undecided(store):  # new, or its very first start was cut off
        if real:
            demo.mark_real(store)
        else:
            _begin_demo(store)
    is_demo = demo.is_demo(store)
    if is_demo and real:
        store.close()
        raise WrongSettings(
            "Basis data ini bertanda demo, dan demo tidak boleh terhubung ke dunia luar.\n"
            "Untuk dipakai sungguhan, beri basis data baru, misalnya di .env:\n"
            "  DATABASE_URL=sqlite:///data/posyandu-nyata.db"
        )
    return store, is_demo


def _begin_demo(store: Store) -> None:
    """A new demo stands at nine o'clock on its posyandu day, which is today."""
    today = datetime.now(ZoneInfo(DEMO_ZONE)).date()
    demo.load(store, today)
    DemoClock(store).move(instant(today, OPENING, DEMO_ZONE), back=True)


def _budgets(settings: Settings) -> Budgets:
    """How much people are told unasked."""
    return Budgets(
        family_month=settings.FAMILY_MONTH,
        kader_day=settings.KADER_DAY,
        kader_posyandu_day=settings.KADER_POSYANDU_DAY,
    )


def make_house(settings: Settings, store: Store, *, is_demo: bool, real: Real | None = None) -> House:
    """Everything that moves, wired."""
    clock: Clock = DemoClock(store) if is_demo else MachineClock()
    channels: dict[str, Channel] = {} if real is None else real.channels
    if is_demo:
        channels["emulator"] = Emulator(KeptPhones(store, clock))
        moments.rehearse(settings.KILL_AT)
    turns = Turns(store, clock, Where(FLOWS, settings.EXPLAIN_FIRST, is_demo, settings.CONSENT_DAYS))
    delivery = Delivery(store, channels, clock, real.pacers if real else {}, real.tiers if real else {})
    sheets = SheetWork(store, clock, settings.FIELD_KEY, None if is_demo else Nightly(store, clock, settings).once)
    ticking = Ticking(store, _budgets(settings), Times(settings.CALL_HOUR * 60, settings.CONSENT_REMIND_DAYS))
    return House(store, clock, turns, delivery, ticking, list(channels), sheets.once)


def web(settings: Settings) -> Starlette:
    """The application that `posyandu-bot run` serves."""
    store, is_demo = open_book(settings)
    real = None if is_demo else make_real(settings, store, MachineClock())
    house = make_house(settings, store, is_demo=is_demo, real=real)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await house.start()
        if real is not None:
            await real.start(house)
        clock = ticker(house.tick, settings.TICK_SECONDS)
        clock.start()
        yield
        clock.shutdown(wait=False)
        if real is not None:
            await real.stop()
        await house.stop()
        if real is not None:
            await real.close()
        store.close()

    if real is None:
        return demo_app(house, lifespan)
    return real_app(house, lifespan, list(Webhooks(house, settings, real.telegram).routes()))
