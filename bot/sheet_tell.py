"""What the child process says to whoever asked for a sheet, and what kind of file each sheet is."""

from __future__ import annotations

import time
from typing import Any

from storage import outbox
from storage.sql import Row
from storage.store import Store, Tx

EVERY_S = 5.0  # how often it is told how far a long file is

MIMES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".pdf": "application/pdf",
    ".parquet": "application/vnd.apache.parquet",
}


class Far:
    """How far a long file is, in one message that is changed every few seconds; nothing is said of a short one."""

    def __init__(self, store: Store, job: Row, now: int, name: str, every_s: float = EVERY_S) -> None:
        self._store, self._job, self._now, self._name, self._every = store, job, now, name, every_s
        self._said_at = time.monotonic()
        self._row: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """So many rows of so many; called often."""
        if done < total and time.monotonic() - self._said_at >= self._every:
            self._said_at = time.monotonic()
            values = {"file": self._name, "done": done, "total": total}
            more = {} if self._row is None else {"edits": self._row}
            put = self._store.write(lambda tx: tell(tx, self._job, self._now, ("imports.far", values), **more))
            self._row = self._row or put


def tell(
    tx: Tx, job: Row, now: int, *says: tuple[str, dict[str, Any]], media: Any = None, actions: Any = (), **more: Any
) -> int | None:
    """A message to the person who asked, where she asked. Each stage of a job is told once."""
    message = outbox.Message(
        "reply", says, media=media, person_id=job.person_id, address_id=job.address_id, incoming_id=job.incoming_id,
        extra={"actions": list(actions), **more},
    )  # fmt: skip
    return outbox.put(tx, message, now)
