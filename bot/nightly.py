"""Once a night: the kept figures are checked, old files let go, and an encrypted backup is made by a child process."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from bot.clock import Clock
from bot.settings import Settings
from posyandu.calendar import local
from storage import sheet_jobs, summary_check
from storage.store import Store, Tx
from storage.tables import tick

log = logging.getLogger("posyandu.nightly")


class Nightly:
    """Asked again and again; works once a day, in the first process that comes to it after BACKUP_HOUR."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store, self._clock, self._settings = store, clock, settings
        self._day = ""
        if not settings.BACKUP_KEY:
            log.warning("BACKUP_KEY is empty: no nightly backup is made (posyandu-bot key makes one)")

    async def once(self) -> int:
        """1 when this process has done tonight's work, else 0."""
        now = self._clock.now()
        at = local(now, self._settings.DEFAULT_ZONE)
        day = at.date().isoformat()
        if at.hour < self._settings.BACKUP_HOUR or day == self._day:
            return 0
        self._day = day
        if not await asyncio.to_thread(self._store.write, lambda tx: _claim(tx, day, now)):
            return 0
        for found in await asyncio.to_thread(summary_check.check, self._store, now):
            log.error("summary of posyandu %s, %s was wrong and is repaired", found.posyandu_id, found.month)
        if self._settings.BACKUP_KEY and await self._backup() != 0:
            log.error("the nightly backup failed: try posyandu-bot backup")
        return 1

    async def _backup(self) -> int:
        """`posyandu-bot backup` in a process of its own."""
        s = self._settings
        given = {
            "DATABASE_URL": self._store.engine.url.render_as_string(hide_password=False),
            "BACKUP_KEY": s.BACKUP_KEY, "BACKUP_DIR": s.BACKUP_DIR, "BACKUP_DAYS": str(s.BACKUP_DAYS),
            "DEFAULT_ZONE": s.DEFAULT_ZONE,
        }  # fmt: skip
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "backup", env={**os.environ, **given}, stdout=asyncio.subprocess.DEVNULL
        )
        return await child.wait()


def _claim(tx: Tx, day: str, now: int) -> bool:
    """Is this night's work still to be done? Then it is ours."""
    sheet_jobs.forget_old(tx, now)
    return tx.insert_once(tick, name=f"nightly:{day}", at=now) is not None
