"""Which Content resource a shape of buttons or a template has at Twilio: made once, remembered for good."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.sql import Sql
from storage.store import Tx
from storage.tables import content

SID = Sql(select(content.c.sid).where(content.c.hash == bindparam("key")))


def get(tx: Tx, key: str) -> str | None:
    """The resource's sid, None when it has not been created."""
    found = tx.value(SID, key=key)
    return None if found is None else str(found)


def put(tx: Tx, key: str, sid: str, now: int) -> None:
    """Remember a resource, over an older one of the same shape."""
    tx.upsert(content, hash=key, sid=sid, at=now)
