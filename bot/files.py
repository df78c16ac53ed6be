"""A file that a person sent, for the turn that needs it. Nothing is fetched that no turn asks for."""

from __future__ import annotations

from bot.channels.port import Media
from storage import inbox
from storage.sql import Row
from storage.store import Tx


def kept(row: Row | None) -> Media | None:
    """A file that was kept, as it goes out again: filename, mime and data of a row; None once it is let go."""
    if row is None or row.data is None:
        return None
    mime = str(row.mime)
    return Media("image" if mime.startswith("image/") else "document", row.filename, mime, bytes(row.data))


class NeedsFile(Exception):
    """The file is still with the provider: the turn is undone, and runs again when the file has been fetched."""


def file_of(tx: Tx, row: Row) -> bytes | None:
    """The bytes of this message's file; None when it cannot be had. Raises `NeedsFile` the first time."""
    data = tx.value(inbox.DATA, row_id=row.id)
    if data is None:
        raise NeedsFile
    return bytes(data) or None
