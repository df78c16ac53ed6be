"""Messages to be deleted at the provider, body and media, once they are delivered or stored here.

Deleting waits a while, so that a late status still finds its message, and tries again when the provider is not ready.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from storage.sql import Sql, among
from storage.store import Tx
from storage.tables import erasure, incoming

WAIT_MS = 10 * 60_000
MOST_TRIES = 8
DUE = Sql(
    select(erasure.c.sid, erasure.c.tries)
    .where(
        erasure.c.due <= bindparam("now"),
        ~select(1)
        .where(incoming.c.message_id == "whatsapp:" + erasure.c.sid, among(incoming.c.state, "open", "fetch"))
        .exists(),
    )
    .order_by(erasure.c.due)
    .limit(bindparam("most"))
)
DONE = Sql(delete(erasure).where(erasure.c.sid == bindparam("which")))
AGAIN = Sql(
    update(erasure).where(erasure.c.sid == bindparam("which")).values(due=bindparam("at"), tries=erasure.c.tries + 1)
)


def ask(tx: Tx, sid: str, now: int, *, wait: int = WAIT_MS) -> None:
    """This message is to be deleted there, not before `wait` ms have passed."""
    tx.insert_once(erasure, sid=sid, due=now + wait)


def due(tx: Tx, now: int, most: int = 20) -> Sequence[tuple[str, int]]:
    """Sids whose time has come, with how often it was tried. A message still to be read here waits."""
    return [(row.sid, row.tries) for row in tx.all(DUE, now=now, most=most)]


def done(tx: Tx, sid: str) -> None:
    tx.run(DONE, which=sid)


def again(tx: Tx, sid: str, tries: int, now: int) -> bool:
    """Later once more, at growing distances; False when that was the last try and it is given up."""
    if tries + 1 >= MOST_TRIES:
        tx.run(DONE, which=sid)
        return False
    tx.run(AGAIN, which=sid, at=now + (WAIT_MS << tries))
    return True
