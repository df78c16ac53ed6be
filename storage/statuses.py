"""What a provider says later about a message it took: how far it has come, or that it failed after all.

Reports come late, twice and out of order. A report names the row and the try it belongs to; one of an older try is
history. sent < delivered < read, and never back; failed counts only while nothing better is known. A report for a row
in doubt settles it: it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, or_, select, update

from storage import outbox
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import address, outgoing

FAR = ("sent", "delivered", "read")
ROW = Sql(
    select(
        outgoing.c.id, outgoing.c.state, outgoing.c.tries, outgoing.c.kind, outgoing.c.sent_as, outgoing.c.sent_at,
        outgoing.c.address_id, outgoing.c.person_id, outgoing.c.provider_id, outgoing.c.channel,
        address.c.state.label("address_state"),
    )
    .join(address, address.c.id == outgoing.c.address_id)
    .where(outgoing.c.id == bindparam("row_id"))
)  # fmt: skip
FURTHER = Sql(
    update(outgoing)
    .where(
        outgoing.c.id == bindparam("row_id"),
        or_(
            among(outgoing.c.state, "sending", "in_doubt"),
            and_(outgoing.c.state == fixed("ready"), outgoing.c.provider_id.is_(None)),
            and_(outgoing.c.state == fixed("failed"), bindparam("arrived") == fixed("yes")),
            and_(outgoing.c.state == fixed("sent"), bindparam("arrived") == fixed("yes")),
            and_(outgoing.c.state == fixed("delivered"), bindparam("seen") == fixed("yes")),
        ),
    )
    .values(
        state=bindparam("new_state"), provider_id=bindparam("theirs"), lease=None, reason="",
        sent_at=func.coalesce(outgoing.c.sent_at, bindparam("now")),
    )
)  # fmt: skip
AGAIN = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), among(outgoing.c.state, "sending", "sent", "in_doubt"))
    .values(
        state="ready", provider_id=bindparam("theirs"), not_before=bindparam("at"), reason=bindparam("why"),
        lease=None, sent_at=None, sent_as=None,
    )
)  # fmt: skip
FAILED = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), among(outgoing.c.state, "sending", "sent", "in_doubt"))
    .values(state="failed", provider_id=bindparam("theirs"), reason=bindparam("why"), lease=None, sent_as=None)
)
ELSEWHERE = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), among(outgoing.c.state, "sending", "sent", "in_doubt"))
    .values(
        state="ready", provider_id=bindparam("theirs"), address_id=bindparam("other"), reason="pindah kanal",
        lease=None, sent_at=None, sent_as=None,
    )
)  # fmt: skip
WINDOW_OVER = Sql(
    update(address)
    .where(
        address.c.id == bindparam("which"),
        or_(address.c.heard_at.is_(None), address.c.heard_at <= bindparam("sent_at")),
    )
    .values(heard_at=None)
)


@dataclass(frozen=True)
class Sent:
    """The reference that goes out with each bubble of a row: `part` names all but the last."""

    row_id: int
    tries: int
    part: int | None = None

    def __str__(self) -> str:
        return f"{self.row_id}.{self.tries}" + ("" if self.part is None else f".{self.part}")


def sent_of(ref: str | None) -> Sent | None:
    """The reference as it comes back; None for anything that is not one of ours."""
    parts = (ref or "").split(".")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() and len(p) < 16 for p in parts):
        return None
    return Sent(*map(int, parts))


def find(tx: Tx, sent: Sent) -> Row | None:
    """The row, if this try of it is still the one that counts."""
    row = tx.one(ROW, row_id=sent.row_id)
    return row if row is not None and row.tries == sent.tries else None


def further(tx: Tx, row: Row, state: str, sid: str, now: int) -> bool:
    """The row has come as far as "sent", "delivered" or "read"; False when that is no news."""
    if state not in FAR:
        return False
    arrived = "yes" if state in ("delivered", "read") else "no"
    seen = "yes" if state == "read" else "no"
    return bool(tx.run(FURTHER, row_id=row.id, new_state=state, theirs=sid, now=now, arrived=arrived, seen=seen))


def again(tx: Tx, row: Row, sid: str, at: int, why: str) -> bool:
    """It failed and may be tried once more, not before `at`. False when it had come further or was dealt with."""
    return bool(tx.run(AGAIN, row_id=row.id, theirs=sid, at=at, why=why[:300]))


def failed(tx: Tx, row: Row, sid: str, why: str) -> bool:
    """It failed for good."""
    return bool(tx.run(FAILED, row_id=row.id, theirs=sid, why=why[:300]))


def elsewhere(tx: Tx, row: Row, sid: str, why: str) -> bool:
    """Nobody hears there: the person's other channel, or failed."""
    other = tx.value(outbox.BEST_ADDRESS, person_id=row.person_id) if row.person_id is not None else None
    if other is None or other == row.address_id:
        return failed(tx, row, sid, why)
    return bool(tx.run(ELSEWHERE, row_id=row.id, theirs=sid, other=other))


def window_over(tx: Tx, row: Row) -> None:
    """The provider says that the free window is closed, whatever we thought: only a new message opens it."""
    tx.run(WINDOW_OVER, which=row.address_id, sent_at=row.sent_at or 0)
