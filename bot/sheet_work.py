"""Works on sheets beside the talks: one child process at a time, so that no turn ever waits for a file."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from storage import outbox, sheet_jobs
from storage.store import Store, Tx

log = logging.getLogger("posyandu.sheets")
CHILD = "bot.sheet_child"


class SheetWork:
    """The loop that the house runs beside its others: `once` takes one job to its end."""

    def __init__(
        self, store: Store, clock: Clock, field_key: str, nightly: Callable[[], Awaitable[int]] | None = None
    ) -> None:
        self._store = store
        self._nightly = nightly
        self._clock = clock
        self._field_key = field_key
        self._begun = False

    async def once(self) -> int:
        """One job, or none; how many. What is done once a night is done in between."""
        if not self._begun:
            self._begun = True
            if self._store.dialect == "sqlite":  # one house only: what was running when it stopped runs again
                await asyncio.to_thread(self._store.write, lambda tx: tx.run(sheet_jobs.RELEASE))
        if self._nightly is not None:
            await self._nightly()
        if not await asyncio.to_thread(self._store.read, lambda tx: tx.value(sheet_jobs.OPEN)):
            return 0
        job_id = await asyncio.to_thread(self._store.write, lambda tx: sheet_jobs.claim(tx, self._clock.now()))
        if job_id is None:
            return 0
        await self._see_through(job_id)
        return 1

    async def this(self, job_id: int) -> int:
        """The job that the engine gives to this process, from its beginning; 0 when it is at an end already."""
        now = self._clock.now()
        if not await asyncio.to_thread(self._store.write, lambda tx: sheet_jobs.claim_this(tx, job_id, now)):
            return 0
        await self._see_through(job_id)
        return 1

    async def _see_through(self, job_id: int) -> None:
        code = await self._child(job_id)
        if code != 0:
            log.error("sheet job %s: its process ended with %s", job_id, code)
            await asyncio.to_thread(self._store.write, lambda tx: failed(tx, job_id, self._clock.now()))

    async def _child(self, job_id: int) -> int:
        """The process; it ends with the house."""
        url = self._store.engine.url.render_as_string(hide_password=False)
        environ = {**os.environ, "DATABASE_URL": url, "FIELD_KEY": self._field_key}
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", CHILD, str(job_id), str(self._clock.now()), env=environ
        )
        try:
            return await child.wait()
        except asyncio.CancelledError:
            child.kill()
            await child.wait()
            raise


def failed(tx: Tx, job_id: int, now: int) -> None:
    """It did not come about: she is told, and the job is at an end."""
    job = sheet_jobs.load(tx, job_id)
    if job is None or job.state != "running":
        return
    sheet_jobs.end(tx, job_id, "failed", now, note={"why": "process"})
    key = "exports.failed" if job.does == "export" else "imports.failed"
    outbox.put(tx, outbox.Message("reply", ((key, {}),), person_id=job.person_id, address_id=job.address_id), now)
