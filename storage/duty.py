"""What one process is enough for: whoever comes first does it, the others leave it until the next time."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from storage.sql import Sql
from storage.store import Tx
from storage.tables import tick

TAKE = Sql(
    update(tick).where(tick.c.name == bindparam("duty"), tick.c.at <= bindparam("now")).values(at=bindparam("until"))
)


def mine(tx: Tx, name: str, now: int, for_ms: int) -> bool:
    """Is it this process's turn? Then nobody else's for so long."""
    duty = f"duty:{name}"
    if tx.run(TAKE, duty=duty, now=now, until=now + for_ms):
        return True
    return tx.insert_once(tick, name=duty, at=now + for_ms, done=0) is not None
