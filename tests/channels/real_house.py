"""A real house for tests: a book that is no demo, Telegram and Twilio at the doubles, `posyandu-bot run` as it is.

As a program it is `posyandu-bot run` with one thing more: it may die by SIGKILL at a named moment, once.

    python -m tests.channels.real_house MOMENT [web|worker]     (settings from the environment)
"""

from __future__ import annotations

import asyncio
import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from unittest.mock import patch

import uvicorn
from alembic import command
from sqlalchemy import bindparam, update

from bot import cli, moments
from bot.app import web
from bot.channels.pace import PACES, Pace
from bot.chores import EVERY_S
from bot.clock import MachineClock
from bot.settings import Settings
from posyandu.calendar import local
from storage import demo
from storage.migrate import config
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import address, area, code, metadata, posyandu, setting
from tests.doubles.twilio import ACCOUNT, AUTH_TOKEN, SENDER

QUICK = Pace(per_second=1000, chat_gap=0.0)  # these tests are not about the pace
TOKEN = "4711:AAtestTokenOfNobody-0123456789abcdefg"
PUBLIC = "https://bot.example.id"
KADER, PARENT, STRANGER = 1001, 2001, 3001  # on Telegram
BIDAN_WA, PARENT_WA = "whatsapp:+628110000002", "whatsapp:+628110000012"
PLACES = {
    "kader": ("telegram", str(KADER)),
    "orangtua-an-01": ("telegram", str(PARENT)),
    "bidan": ("whatsapp", BIDAN_WA),
    "orangtua-an-02": ("whatsapp", PARENT_WA),
}
MOVE = Sql(
    update(address)
    .where(address.c.external_id == bindparam("key"))
    .values(channel=bindparam("to"), external_id=bindparam("as_known"), heard_at=None)
)
HEARD_NOW = Sql(update(address).values(heard_at=bindparam("at")))
CODES = Sql(update(code).values(shown=None))


def zone_of_the_day() -> str:
    """A zone in which it is between ten and eleven now, so that no test depends on quiet hours."""
    ahead = (10 - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def prepare(url: str) -> None:
    """A book with the demo's children and people, but no demo: their phones are at the doubles."""
    store = open_store(url)
    metadata.create_all(store.engine)
    command.stamp(config(store), "head")
    zone = zone_of_the_day()
    demo.load(store, local(MachineClock().now(), zone).date())

    def work(tx: Tx) -> None:
        tx.run(Sql(setting.delete()))
        tx.run(Sql(update(area).values(zone=zone)))
        tx.run(Sql(update(posyandu).values(zone=zone)))
        for key, (channel, known_as) in PLACES.items():
            tx.run(MOVE, key=key, to=channel, as_known=known_as)
        tx.run(Sql(address.delete().where(address.c.channel == "emulator")))
        tx.run(CODES)

    store.write(work)
    store.close()


def settings_for(url: str, *, telegram: str = "", twilio: str = "", content: str = "", **more: object) -> Settings:
    """Settings as an operator's .env would give them; a channel without an address is not there."""
    given: dict[str, object] = {"DATABASE_URL": url, "PORT": 0, "FIELD_KEY": "k" * 43, "WHATSAPP_SWEEP_SECONDS": 3600}
    given["WHATSAPP_PER_CHILD"] = 0  # what is paid for is counted in test_thrift
    if telegram:
        given |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_BASE_URL": telegram}
    if twilio:
        given |= {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_FROM": SENDER,
            "TWILIO_API_BASE": twilio,
            "TWILIO_CONTENT_BASE": content or twilio,
            "PUBLIC_URL": PUBLIC,
        }
    return Settings(**{**given, **more})  # type: ignore[arg-type]


@dataclass
class RealHouse:
    """The running application: where it listens, and its book for a look."""

    url: str
    store: Store


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[RealHouse]:
    """Serve the application as `posyandu-bot run` does, in this process."""
    with patch.dict(PACES, telegram=QUICK), patch.dict(EVERY_S, menus=0.2):
        async with _running(settings) as house:
            yield house


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[RealHouse]:
    app = web(settings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody when it listens
        await asyncio.sleep(0.01)
    look = open_store(settings.DATABASE_URL)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield RealHouse(f"http://127.0.0.1:{port}", look)
    finally:
        server.should_exit = True
        await serving
        look.close()


@cache
def _prepared() -> Path:
    """One prepared book for the whole run; each test works on a copy."""
    folder = Path(tempfile.mkdtemp(prefix="posyandu-real-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare(f"sqlite:///{folder}/real.db")
    return folder / "real.db"


def book(folder: Path) -> str:
    """The address of a test's own copy of the prepared book, by its folder; made when it is not there."""
    file = _prepared().with_name(f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.db")
    if not file.exists():
        shutil.copy(_prepared(), file)
    return f"sqlite:///{file}"


if __name__ == "__main__":
    moments.rehearse(sys.argv[1])
    if "REAL_PACE" not in os.environ:
        PACES["telegram"] = QUICK
    sys.exit(cli.main([*sys.argv[2:], "run"][:1]))
