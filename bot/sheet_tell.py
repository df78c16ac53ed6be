"""What the child process says to whoever asked for a sheet, and what kind of file each sheet is."""

from __future__ import annotations

from typing import Any

from storage import outbox
from storage.sql import Row
from storage.store import Tx

MIMES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".pdf": "application/pdf",
    ".parquet": "application/vnd.apache.parquet",
}


def tell(tx: Tx, job: Row, now: int, *says: tuple[str, dict[str, Any]], media: Any = None, actions: Any = ()) -> None:
    """A message to the person who asked, where she asked. Each stage of a job is told once."""
    message = outbox.Message(
        "reply", says, media=media, person_id=job.person_id, address_id=job.address_id, incoming_id=job.incoming_id,
        extra={"actions": list(actions)},
    )  # fmt: skip
    outbox.put(tx, message, now)
