"""Alarms: what an operator must act on, told once a day in words that say what to do, and on the health page."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from bot.clock import Clock
from storage import joining, outbox
from storage.store import Store, Tx
from storage.watching import Signs, look

log = logging.getLogger("posyandu.alarms")
OPEN_S = 120.0  # nobody waits so long for an answer while a worker is there
TALK_S = 600.0
DOUBT_S = 15 * 60.0  # a provider's report has settled it by then, or a person must
JOBS_S = 300.0
DAY_MS = 24 * 3600_000
Alarm = tuple[str, dict[str, Any]]


def alarms(signs: Signs, *, many: bool = False) -> list[Alarm]:
    """The words key and its values of everything that wants somebody. `many`: several processes share the work."""
    found: list[Alarm] = []
    if signs.open_s > OPEN_S:
        found.append(("alarm.open", {"count": signs.open, "minutes": int(signs.open_s // 60)}))
    if signs.talk_s > TALK_S:
        nobody = many and not signs.senders
        key = "alarm.nobody_sends" if nobody else "alarm.due"
        found.append((key, {"count": signs.due, "minutes": int(signs.talk_s // 60)}))
    if signs.rows.get("in_doubt") and signs.in_doubt_s > DOUBT_S:
        found.append(("alarm.in_doubt", {"count": signs.rows["in_doubt"]}))
    if signs.aside:
        found.append(("alarm.aside", {"count": signs.aside}))
    if signs.jobs_s > JOBS_S:
        found.append(("alarm.jobs", {"count": signs.jobs, "minutes": int(signs.jobs_s // 60)}))
    return found


class Watch:
    """Looks now and then, and tells the operators. Each alarm is told once a day, however many processes look."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def once(self) -> None:
        await asyncio.to_thread(self._look)

    def _look(self) -> None:
        now, many = self._clock.now(), self._store.has_jobs
        found = alarms(self._store.read(lambda tx: look(tx, now, jobs=many)), many=many)
        if not found:
            return
        log.error("%s: posyandu-bot doctor says what to do", ", ".join(key for key, _ in found))
        self._store.write(lambda tx: _tell(tx, found, now))


def _tell(tx: Tx, found: list[Alarm], now: int) -> None:
    for who in joining.operators(tx, now):
        for says in found:
            once = f"{says[0]}:{now // DAY_MS}:{who}"
            outbox.put(tx, outbox.Message("alert", (says,), person_id=who, once=once), now)
