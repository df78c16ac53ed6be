"""Rows of the outbox that are being sent: kept by a living process, settled when theirs is no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select, update

from storage import outbox
from storage.sql import Row, Sql, fixed, one_of, under_index
from storage.store import Tx
from storage.tables import outgoing

RENEW = Sql(
    update(outgoing)
    .where(one_of(outgoing.c.id, "ids"), outgoing.c.state == fixed("sending"))
    .values(lease=bindparam("until"))
)
LEFT_SENDING = Sql(
    select(outgoing.c.id, outgoing.c.kind, outgoing.c.body).where(
        outgoing.c.state == fixed("sending"),
        under_index("state in ('claimed','sending')"),
        outgoing.c.lease <= bindparam("now"),
    )
)
AGAIN = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("sending"))
    .values(state="ready", reason="dikirim ulang", body=bindparam("new_body"), lease=None)
)


MARK = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("sending"))
    .values(body=bindparam("new_body"))
)


def once_more(tx: Tx, row: Row, at: int) -> None:
    """No answer came: it is sent again, and says so."""
    tx.run(MARK, row_id=row.id, new_body=_marked(row.body))
    outbox.later(tx, row.id, at, "dikirim ulang")


def _marked(body: str) -> str:
    return json.dumps({**json.loads(body), "resent": True}, ensure_ascii=False)


def renew(tx: Tx, ids: Sequence[int], until: int) -> None:
    """These are still being sent by a living process."""
    tx.run(RENEW, ids=json.dumps(list(ids)), until=until)


def recover(tx: Tx, now: int, *, everything: bool = False, in_hand: Collection[int] = ()) -> Sequence[int]:
    """After a crash: settle what was left `sending`. `everything`: no other process can be sending now.

    `in_hand` is what this very process is sending: its lease says nothing when a demo clock has jumped.
    """
    doubtful = []
    for row in tx.all(LEFT_SENDING, now=now + 100 * 365 * 24 * 3600_000 if everything else now):
        if row.id in in_hand:
            continue
        if row.kind in outbox.RESENT:
            tx.run(AGAIN, row_id=row.id, new_body=_marked(row.body))
        else:
            outbox.ended(tx, row.id, "in_doubt", "terputus saat mengirim")
            doubtful.append(row.id)
    return doubtful
