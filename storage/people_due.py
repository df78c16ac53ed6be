"""What falls due about people: requests near the end of their clock, numbers that have been silent for too long."""

from __future__ import annotations

from sqlalchemy import bindparam, case, func, or_, select, update

from posyandu.calendar import allowed
from storage import data_requests, inbox, joining, outbox
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import (
    address,
    child,
    data_request,
    guardian,
    membership,
    outgoing,
    person,
    posyandu,
    pregnancy,
    tick,
)

DAY_MS = 24 * 3600_000
SILENT_DAYS = inbox.SILENT_MS // DAY_MS
NEARLY_DAYS = 80
AWAKE = (8 * 60, 17 * 60)  # by western time, so that it is day in all three zones
WARN_MS = DAY_MS  # so long before a request must have been answered
_SERVES = select(1).where(membership.c.person_id == person.c.id, membership.c.until_at.is_(None)).exists()
_heard = func.coalesce(address.c.heard_at, address.c.at, 0)
_verified = func.coalesce(address.c.verified_at, 0)
_QUIET = (
    address.c.state == fixed("reachable"),
    person.c.state == fixed("active"),
    _heard < bindparam("before"),
    _verified < bindparam("before"),
)
# Staff who only read: before their number counts as silent, one word asks them for a sign.
NEARLY = Sql(
    select(address.c.id, address.c.person_id, case((_heard > _verified, _heard), else_=_verified).label("seen"))
    .join(person, person.c.id == address.c.person_id)
    .where(
        *_QUIET,
        _SERVES,
    )
    .order_by(address.c.id)
)
SILENT = Sql(
    select(address.c.id, address.c.person_id)
    .join(person, person.c.id == address.c.person_id)
    .where(
        *_QUIET,
        or_(
            select(1).where(guardian.c.person_id == person.c.id, guardian.c.state == fixed("confirmed")).exists(),
            select(1).where(pregnancy.c.person_id == person.c.id, pregnancy.c.state == fixed("active")).exists(),
            _SERVES,
        ),
    )
    .order_by(address.c.id)
)
UNVERIFIED = Sql(update(address).where(address.c.id == bindparam("row_id")).values(state="unverified"))
VERIFIED = Sql(
    update(address)
    .where(address.c.id == bindparam("row_id"), address.c.state == fixed("unverified"))
    .values(state="reachable", verified_at=bindparam("now"))
)
NEXT = Sql(
    select(func.min(data_request.c.due_at)).where(
        data_request.c.state == fixed("open"),
        data_request.c.warned_at.is_(None),
        data_request.c.due_at > bindparam("since"),
    )
)
ASKED = Sql(
    select(outgoing.c.id)
    .where(outgoing.c.address_id == bindparam("address_id"), outgoing.c.body.like('%"verify.ask"%'))
    .limit(1)
)
POSYANDU_OF = Sql(
    select(posyandu.c.id).join(child, child.c.posyandu_id == posyandu.c.id).where(child.c.id == bindparam("child_id"))
)
LAST_LOOK = Sql(select(tick.c.at).where(tick.c.name == fixed("silent-numbers")))


def run(tx: Tx, now: int) -> int:
    """Everything due; how many messages were put."""
    return _requests(tx, now) + _silent(tx, now)


def next_due(tx: Tx, after: int) -> int | None:
    """When the next request comes near the end of its clock."""
    due = tx.value(NEXT, since=after + WARN_MS)
    return None if due is None else max(int(due) - WARN_MS, after)


def _requests(tx: Tx, now: int) -> int:
    """A day before the clock of a request ends, those who must answer are reminded, once."""
    put = 0
    for row in tx.all(data_requests.DUE, soon=now + WARN_MS):
        where = tx.value(POSYANDU_OF, child_id=row.child_id) if row.child_id is not None else None
        told = joining.over(tx, where, now) if where is not None else []
        values = {"name": row.name, "kind": row.kind, "due": row.due_at}
        for one in told or joining.operators(tx, now):
            says = (("requests.late", values),)
            message = outbox.Message("alert", says, person_id=one, once=f"late:{row.id}:{one}")
            put += outbox.put(tx, message, now) is not None
        tx.run(data_requests.WARNED, row_id=row.id, now=now)
    return put


def _silent(tx: Tx, now: int) -> int:
    """Once a day, by daylight: who has not written for 90 days is asked for her name before anything about a child goes
    there; staff are asked for a sign ten days before."""
    last = tx.value(LAST_LOOK)
    if (last is not None and now - last < DAY_MS) or not allowed(now, "Asia/Jakarta", AWAKE):
        return 0
    tx.upsert(tick, name="silent-numbers", at=now, done=1)
    rows = tx.all(SILENT, before=now - SILENT_DAYS * DAY_MS)
    for row in rows:
        ask_name(tx, row.id, now)
    nearly = tx.all(NEARLY, before=now - NEARLY_DAYS * DAY_MS)
    return len(rows) + sum(_ask_sign(tx, row, now) for row in nearly)


def _ask_sign(tx: Tx, row: Row, now: int) -> int:
    """Once for each silence. Whatever she answers is heard, and that is the sign."""
    message = outbox.Message(
        "alert", (("verify.still_there", {}),), person_id=row.person_id, address_id=row.id,
        once=f"still:{row.id}:{row.seen}", template="message_waiting",
        extra={"template": {"posyandu": "posyandu"}}, expires=now + (SILENT_DAYS - NEARLY_DAYS) * DAY_MS,
    )  # fmt: skip
    return int(outbox.put(tx, message, now) is not None)


def ask_name(tx: Tx, address_id: int, now: int) -> None:
    """This address must say a name first; what waits for it is not sent."""
    tx.run(UNVERIFIED, row_id=address_id)
    outbox.put(tx, outbox.Message("reply", (("verify.ask", {}),), address_id=address_id), now)


def was_asked(tx: Tx, address_id: int) -> bool:
    """Has somebody there been asked for her name? A number that comes back by itself has not."""
    return tx.value(ASKED, address_id=address_id) is not None


def verify(tx: Tx, address_id: int, now: int) -> None:
    tx.run(VERIFIED, row_id=address_id, now=now)
