"""What is answered to a siaran, and the digest in which the sender hears of it."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from storage import outbox
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import broadcast_answer, person

AT_ONCE = 3  # times as many as are waited for stand in one message at most
NEW = Sql(
    select(broadcast_answer.c.id, broadcast_answer.c.text, broadcast_answer.c.at, person.c.name)
    .join(person, person.c.id == broadcast_answer.c.person_id)
    .where(
        broadcast_answer.c.broadcast_id == bindparam("which"),
        broadcast_answer.c.kind == fixed("answer"),
        broadcast_answer.c.told == 0,
    )
    .order_by(broadcast_answer.c.id)
)
TOLD = Sql(
    update(broadcast_answer)
    .where(broadcast_answer.c.broadcast_id == bindparam("which"), broadcast_answer.c.id <= bindparam("last"))
    .values(told=1)
)
WITH_NEW = Sql(select(broadcast_answer.c.broadcast_id).where(broadcast_answer.c.told == 0).distinct())
SAID_ALREADY = Sql(
    select(func.count())
    .select_from(broadcast_answer)
    .where(
        broadcast_answer.c.broadcast_id == bindparam("which"),
        broadcast_answer.c.person_id == bindparam("who"),
        broadcast_answer.c.kind == bindparam("of_kind"),
    )
)


def add(tx: Tx, number: int, person_id: int, kind: str, words: str, now: int) -> bool:
    """An answer, or (once a person) a report to the operator; False when it was reported before."""
    if kind == "report" and tx.value(SAID_ALREADY, which=number, who=person_id, of_kind=kind):
        return False
    tx.insert(
        broadcast_answer, broadcast_id=number, person_id=person_id, kind=kind, text=words,
        told=1 if kind == "report" else 0, at=now,
    )  # fmt: skip
    return True


def digest(tx: Tx, row: Row, now: int, wait_ms: int, most: int) -> int:
    """Ten new answers, or the first of them ten minutes old: the sender reads them in one message. What it does not
    hold comes in the next."""
    new = tx.all(NEW, which=row.id)
    if not new or (len(new) < most and now - new[0].at < wait_ms):
        return 0
    shown = new[: most * AT_ONCE]
    rows = [{"name": r.name, "text": r.text[:200]} for r in shown]
    says = (("siaran.answers", {"number": row.id, "label": row.label, "count": len(shown), "rows": rows}),)
    outbox.put(tx, outbox.Message("reply", says, person_id=row.by_person, address_id=row.address_id), now)
    tx.run(TOLD, which=row.id, last=shown[-1].id)
    return len(shown)
