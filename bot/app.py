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
from bot.engine import Engine
from bot.flows import FLOWS
from bot.house import DEMO_ZONE, OPENING, House
from bot.nightly import Nightly
from bot.operator import here_and_whole
from bot.prices import prices_of
from bot.real import Real, make_real
from bot.runner import Embedded, Runner, Work
from bot.settings import Settings, WrongSettings
from bot.sheet_work import SheetWork
from bot.talk import Where
from bot.thrift import Thrift
from bot.turns import Turns
from bot.web.app import demo_app, real_app, worker_app
from bot.web.webhooks import Webhooks
from posyandu.calendar import instant
from posyandu.prices import ASSUMED
from posyandu.reminders import Budgets
from scheduler.ticking import Ticking, Times
from storage import demo, phones
from storage.migrate import migrate
from storage.store import Store, open_store

log = logging.getLogger("posyandu")
ONE_PROCESS = (
    "Beberapa proses hanya bisa dengan PostgreSQL; satu berkas SQLite dipakai satu proses: posyandu-bot run\n"
    "Untuk pindah ke PostgreSQL: posyandu-bot move --to postgresql://pemakai:sandi@server/nama"
)
ONE_PROCESS_DEMO = "Basis data demo dipakai satu proses saja: posyandu-bot run"


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
                buttons=_tapped(bubble), list_button=bubble.list_button, media=kept, data=media.data if media else None,
                mime=media.mime if media else "", ref=ref,
            )  # fmt: skip

        self.store.write(work)

    def change(self, owner: str, message_id: str, bubble: Bubble) -> bool:
        shown = _tapped(bubble)
        return self.store.write(lambda tx: phones.change(tx, owner, message_id, bubble.text, shown, bubble.list_button))


def _tapped(bubble: Bubble) -> list[tuple[str, str]]:
    """What can be tapped: numbers are typed."""
    return [(c.id, c.title) for c in bubble.choices] if bubble.form in ("buttons", "list") else []


def open_book(settings: Settings) -> tuple[Store, bool]:
    """The database, migrated; and whether it is a demo. A new one is marked demo when no provider is set."""
    url = make_url(settings.DATABASE_URL)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.DATABASE_URL)
    here_and_whole(store)
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
    where = Where(FLOWS, settings.EXPLAIN_FIRST, is_demo, settings.CONSENT_DAYS, settings.CALL_HOUR * 60)
    turns = Turns(store, clock, where)
    shared = store.dialect == "postgresql" and not is_demo
    store.has_jobs = shared
    thrift = Thrift(settings.FAMILY_MONTH, settings.WHATSAPP_PER_CHILD)
    pacers, tiers = (real.pacers, real.tiers) if real else ({}, {})
    delivery = Delivery(store, channels, clock, pacers, tiers, shared, thrift)
    sheets = _sheets(settings, store, clock, None if is_demo or shared else _nightly(settings, store, clock))
    ticking = Ticking(store, _budgets(settings), Times(settings.CALL_HOUR * 60, settings.CONSENT_REMIND_DAYS))
    return House(store, clock, turns, delivery, ticking, list(channels), sheets.once, prices_of(settings) or ASSUMED)


def _nightly(settings: Settings, store: Store, clock: Clock) -> Nightly:
    return Nightly(store, clock, settings)


def _sheets(settings: Settings, store: Store, clock: Clock, nightly: Nightly | None = None) -> SheetWork:
    return SheetWork(store, clock, settings.FIELD_KEY, nightly.once if nightly is not None else None)


def make_runner(settings: Settings, house: House) -> Runner:
    """The engine where several processes may share the work, else this process's own loops."""
    if not house.store.has_jobs:
        return Embedded(house, settings.TICK_SECONDS)
    sheets = _sheets(settings, house.store, house.clock)
    work = Work(
        tick=house.tick,
        siaran=house.broadcasts.one,
        sheet=sheets.this,
        nightly=_nightly(settings, house.store, house.clock).once,
        dispatch=house.dispatch,
        beside=house.beside,
    )
    return Engine(house.store, work, settings.TICK_SECONDS)


def serve(settings: Settings, part: str = "") -> Starlette:
    """The application of `posyandu-bot run`; or of one of many processes: "web" hears, "worker" does all else."""
    store, is_demo = open_book(settings)
    if part and (is_demo or store.dialect == "sqlite"):
        store.close()
        raise WrongSettings(ONE_PROCESS_DEMO if is_demo else ONE_PROCESS)
    real = None if is_demo else make_real(settings, store, MachineClock())
    house = make_house(settings, store, is_demo=is_demo, real=real)
    runner = make_runner(settings, house) if part != "web" else None

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if runner is not None:
            await house.start()
            if real is not None:
                await real.start(house, one_of_many=store.has_jobs)
            await runner.start()
        yield
        if runner is not None:
            await runner.stop()
            if real is not None:
                await real.stop()
            await house.stop()
        if real is not None:
            await real.close()
        store.close()

    if real is None:
        return demo_app(house, lifespan)
    if part == "worker":
        return worker_app(house, lifespan)
    return real_app(house, lifespan, list(Webhooks(house, settings, real.telegram).routes()))


def web(settings: Settings) -> Starlette:
    """The application that `posyandu-bot run` serves."""
    return serve(settings)
