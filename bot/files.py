"""A file that a person sent, for the turn that needs it. Nothing is fetched that no turn asks for."""

from __future__ import annotations

from storage import inbox
from storage.sql import Row
from storage.store import Tx


class NeedsFile(Exception):
    """The file is still with the provider: the turn is undone, and runs again when the file has been fetched."""


def file_of(tx: Tx, row: Row) -> bytes | None:
    """The bytes of this message's file; None when it cannot be had. Raises `NeedsFile` the first time."""
    data = tx.value(inbox.DATA, row_id=row.id)
    if data is None:
        raise NeedsFile
    return bytes(data) or None
