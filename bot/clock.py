"""What time the house says it is: the machine's, or on a demo database a clock that can be moved forward."""

from __future__ import annotations

import time
from typing import Protocol

from sqlalchemy import bindparam, select

from storage.sql import Sql
from storage.store import Store
from storage.tables import setting

SETTING = Sql(select(setting.c.value).where(setting.c.name == bindparam("name")))
OFFSET = "clock.offset_ms"


class Clock(Protocol):
    def now(self) -> int:
        """UTC epoch milliseconds."""
        ...


class MachineClock:
    """The real time."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class DemoClock:
    """The real time plus what the demo was moved by; kept in the book, so that a restart does not turn it back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offset = int(store.read(lambda tx: tx.value(SETTING, name=OFFSET)) or 0)

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + self._offset

    def move(self, to: int, *, back: bool = False) -> None:
        """Set the clock to an instant; never back, but for a reset."""
        offset = to - time.time_ns() // 1_000_000
        if offset < self._offset and not back:
            return
        self._offset = offset
        self._store.write(lambda tx: tx.upsert(setting, name=OFFSET, value=str(offset)))
