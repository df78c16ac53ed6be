"""procrastinate as the runner of coarse work (bot.runner) on PostgreSQL, in as many processes as there are.

Jobs are asked for in the transaction that causes them (storage.jobs). The engine notices a worker that died, by its
heartbeat, and gives its job to another; ticks are asked for by every worker and run once. What the engine forgets the
sweep finds in our rows, which are the truth. Messages are never jobs: they would be thousands (docs/decisions/0006).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlalchemy import make_url

from bot.runner import Work
from storage import jobs, sheet_jobs, siaran
from storage.store import Store, Tx

log = logging.getLogger("posyandu.engine")
HEARTBEAT_S = 5.0
STALLED_S = 20.0  # without a heartbeat for so long a worker is no more
STOP_S = 25.0
AGAIN_S = 2.0  # how soon a siaran under way is looked at again
AT_ONCE = 4
KEEP_FAILED_HOURS = 7 * 24
EVERY_S = {"stalled": 10, "dispatch": 10, "sweep": 60, "beside": 30, "nightly": 300}


class Engine:
    """One worker of the engine in this process."""

    def __init__(self, store: Store, work: Work, tick_seconds: int, *, name: str = "posyandu") -> None:
        self._store, self._work, self._name = store, work, name
        url = make_url(store.engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=10))
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._register(tick_seconds)

    # -- the jobs ------------------------------------------------------------------------------------------------

    def _register(self, tick_seconds: int) -> None:
        self._periodic("tick", tick_seconds, self._work.tick)
        self._periodic("dispatch", EVERY_S["dispatch"], self._work.dispatch)
        self._periodic("beside", EVERY_S["beside"], self._work.beside)
        self._periodic("nightly", EVERY_S["nightly"], self._work.nightly)
        self._periodic("sweep", EVERY_S["sweep"], self._sweep)
        self._periodic("stalled", EVERY_S["stalled"], self._stalled)
        self.app.task(name=jobs.SIARAN, queue=jobs.QUEUE)(self._siaran)
        self.app.task(name=jobs.SHEET, queue=jobs.QUEUE)(self._sheet)

    def _periodic(self, name: str, seconds: int, step: Callable[[], Awaitable[Any]]) -> None:
        """Asked for by every worker, put once; one that still waits or runs is not put again beside itself."""

        async def once(timestamp: int) -> None:
            await step()

        task = self.app.task(name=name, queue=jobs.QUEUE, lock=name, queueing_lock=name)(once)
        self.app.periodic(cron=cron(seconds))(task)

    async def _siaran(self, number: int) -> None:
        """One chunk, and then the next."""
        done = await self._work.siaran(number)
        if done is not None:
            after = 0.0 if done else AGAIN_S
            await asyncio.to_thread(self._store.write, lambda tx: jobs.ask(tx, jobs.SIARAN, number, after))

    async def _sheet(self, number: int) -> None:
        await self._work.sheet(number)

    async def _sweep(self) -> None:
        """What is open is asked for again: harmless where the engine knows of it."""
        await asyncio.to_thread(self._store.write, sweep)
        await self.app.job_manager.delete_old_jobs(
            KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )

    async def _stalled(self) -> None:
        """Jobs of workers that are no more go back into line."""
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
            log.warning("job %s of a worker that is gone is taken over", job.call_string)
            try:
                await manager.retry_job(job)
            except ConnectorException:  # the same waits already
                assert job.id is not None
                await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)

    # -- life ----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        """Until stopped; where the database was away the worker begins anew."""
        while not self._stopping:
            try:
                async with self.app.open_async():
                    await self.app.run_worker_async(
                        queues=[jobs.QUEUE], name=self._name, concurrency=AT_ONCE, install_signal_handlers=False,
                        delete_jobs="successful", shutdown_graceful_timeout=STOP_S, fetch_job_polling_interval=1.0,
                        update_heartbeat_interval=HEARTBEAT_S, stalled_worker_timeout=STALLED_S,
                    )  # fmt: skip
            except (ConnectorException, psycopg.Error, OSError) as error:
                log.warning("the job engine has lost its database: %s", type(error).__name__)
            except Exception:
                log.exception("the job engine stumbled; it begins anew")
            if not self._stopping:
                await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """No new jobs; those under way are finished."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


def sweep(tx: Tx) -> int:
    """Every siaran and sheet that is open is asked for; how many."""
    found = [(jobs.SIARAN, row.id) for row in tx.all(siaran.WORK)]
    found += [(jobs.SHEET, row.id) for row in tx.all(sheet_jobs.OPEN_IDS)]
    for name, number in found:
        jobs.ask(tx, name, number)
    return len(found)


def cron(seconds: int) -> str:
    """Every so many seconds, as cron says it (with seconds last): a number that divides a minute, or whole minutes."""
    if seconds >= 60:
        return f"*/{min(seconds // 60, 59)} * * * *"
    return f"* * * * * */{next(n for n in range(max(1, seconds), 0, -1) if 60 % n == 0)}"
