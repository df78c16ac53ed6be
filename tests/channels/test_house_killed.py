"""SIGKILL on a real process at the worst moments, on each channel: nothing is lost, nobody is told twice.

`posyandu-bot run` runs as a process of its own on a book of its own, with the providers' doubles outside of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.settings import Settings
from storage.sql import Sql
from storage.store import open_store
from storage.tables import incoming, measurement, outgoing
from tests.channels import real_house
from tests.channels.phones import TelegramPhone, WhatsAppPhone, until
from tests.channels.real_house import KADER, PARENT, PARENT_WA, TOKEN
from tests.channels.test_house_whatsapp import KADER_WA, TO_WHATSAPP
from tests.doubles.serving import in_thread
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import AUTH_TOKEN, TwilioDouble

NEVER = "never"
ROOT = Path(__file__).parents[2]
OUT = Sql(select(outgoing.c.kind, outgoing.c.state, outgoing.c.reason).order_by(outgoing.c.id))
IN = Sql(select(incoming.c.state))
VALUES = Sql(select(measurement.c.field, measurement.c.value).where(measurement.c.incoming_id.is_not(None)))


def proof(moment: str) -> Any:
    """A moment that `make proof` tries; `make test` tries the worst two of each channel."""
    return pytest.param(moment, marks=pytest.mark.proof)


class Process:
    """`posyandu-bot run` (or `web`, `worker`) until it ends, with everything it prints."""

    def __init__(self, settings: Settings, moment: str, log: Path, level: str, part: str = "run") -> None:
        self.url = f"http://127.0.0.1:{settings.PORT}"
        self._log = log
        environment = {name: str(value) for name, value in asdict(settings).items()} | {"LOG_LEVEL": level}
        environment |= {name: os.environ[name] for name in ("REAL_PACE",) if name in os.environ}
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.channels.real_house", moment, part],
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
                cwd=log.parent,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    async def ready(self) -> None:
        """Until it answers."""
        async with aiohttp.ClientSession() as session:
            for _ in range(2400):
                assert self.process.poll() is None, self._log.read_text()
                try:
                    async with session.get(f"{self.url}/healthz"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        raise AssertionError(self._log.read_text())

    async def killed(self) -> None:
        """Until it has died by SIGKILL."""
        code = await asyncio.wait_for(asyncio.to_thread(self.process.wait), 120)
        assert code == -signal.SIGKILL, self._log.read_text()

    async def stop(self) -> int:
        """Ask it to end; gives its exit code."""
        self.process.terminate()
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), 20)


@contextmanager
def started(settings: Settings, moment: str, folder: Path, level: str = "DEBUG") -> Iterator[Process]:
    """A process that is gone at the end, whatever comes of it; its output is in the folder's `log`."""
    process = Process(settings, moment, folder / "log", level)
    try:
        yield process
    finally:
        if process.process.poll() is None:
            process.process.kill()
            process.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def in_book(url: str, sql: Sql) -> list[Any]:
    store = open_store(url)
    try:
        return store.read(lambda tx: tx.all(sql))
    finally:
        store.close()


async def all_done(url: str) -> None:
    """Until every message has been read and answered."""
    await until(
        lambda: (
            {r.state for r in in_book(url, IN)} == {"done"}
            and not {r.state for r in in_book(url, OUT)} & {"ready", "sending"}
        ),
        60,
        lambda: (in_book(url, IN), in_book(url, OUT)),
    )


@pytest.mark.parametrize(
    "moment", ["before_turn_commit", "after_send:2", proof("after_hear"), proof("after_send"), proof("before_send")]
)
async def test_telegram_killed(tmp_path: Path, moment: str) -> None:
    """A whole line is recorded once, its parent sees one picture, and the kader is answered, wherever it dies."""
    url, double = real_house.book(tmp_path), TelegramDouble()
    kader, parent = TelegramPhone(double, KADER), TelegramPhone(double, PARENT)
    with in_thread(double.app()) as telegram:
        settings = real_house.settings_for(url, telegram=telegram, PORT=free_port())
        await kader.says("Azzam 11,1 83,5")
        with started(settings, moment, tmp_path) as first:
            await first.killed()
        with started(settings, NEVER, tmp_path) as second:
            await kader.sees("NAIK (N)", seconds=120)
            await second.ready()
            await all_done(url)
            assert await second.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert sorted((r.field, r.value) for r in in_book(url, VALUES)) == [("length", 835), ("weight", 11100)]
    # What was under way when it died, perhaps sent and perhaps not, is listed and not sent again.
    doubtful = [r for r in in_book(url, OUT) if r.state == "in_doubt"]
    seen = len([t for t in parent.texts() if "Hasil timbang" in t])
    assert seen == 1 or (seen == 0 and len(doubtful) == 1 and "send" in moment), (seen, doubtful)
    answers = [t for t in kader.texts() if "NAIK (N)" in t]
    assert len([t for t in answers if "dikirim ulang" not in t]) <= 1
    assert TOKEN not in (tmp_path / "log").read_text()
    assert TOKEN.partition(":")[2] not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("moment", ["after_hear", "after_send:2", proof("before_turn_commit"), proof("after_send")])
async def test_whatsapp_killed(tmp_path: Path, moment: str) -> None:
    """The same on WhatsApp. A webhook that was not acknowledged comes again; a report settles what is in doubt."""
    url, double = real_house.book(tmp_path), TwilioDouble()
    kader, parent = WhatsAppPhone(double, KADER_WA), WhatsAppPhone(double, PARENT_WA)
    store = open_store(url)
    store.write(lambda tx: tx.run(TO_WHATSAPP))
    store.close()
    with in_thread(double.app()) as twilio:
        settings = real_house.settings_for(url, twilio=twilio, PORT=free_port())
        double.deliver_to = f"http://127.0.0.1:{settings.PORT}"
        # She has written before, so that free words may go to her; it is not the message at which the program dies.
        double.inbound(PARENT_WA, "halo")
        store = open_store(url)
        store.write(lambda tx: tx.run(real_house.HEARD_NOW, at=real_house.MachineClock().now()))
        store.close()
        form = double.inbound(KADER_WA, "Aisyah Humaira 11,7 87")
        with started(settings, moment, tmp_path) as first:
            await first.ready()
            try:
                await double.post("/wa/in", form)
            except aiohttp.ClientError:
                pass  # it died before it could answer
            await first.killed()
        with started(settings, NEVER, tmp_path) as second:
            await second.ready()
            assert await double.post("/wa/in", form) == 200
            await kader.sees("(AN-02)", seconds=120)
            await all_done(url)
            await double.post_callbacks()
            seen = len([t for t in parent.texts() if "Hasil timbang" in t])
            if seen:
                await until(lambda: in_book(url, OUT)[-1].state != "in_doubt", 5, lambda: in_book(url, OUT))
            await second.stop()
    assert sorted((r.field, r.value) for r in in_book(url, VALUES)) == [("length", 870), ("weight", 11700)]
    # What was under way beside the message at which it died is listed and not sent again; what arrived is reported.
    doubtful = [r for r in in_book(url, OUT) if r.state == "in_doubt"]
    assert (seen, len(doubtful)) in ([(1, 0)] if moment != "after_send" else [(1, 0), (0, 1)]), (seen, doubtful)
    assert {r.state for r in in_book(url, OUT)} <= {"sent", "delivered", "read", "superseded", "in_doubt"}
    log = (tmp_path / "log").read_text()
    assert AUTH_TOKEN not in log
    assert "62811" not in log
