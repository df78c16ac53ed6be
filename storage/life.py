"""What becomes of a child's rows when she leaves the register: withdrawn, closed, emptied."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, delete, select, update

from posyandu.calendar import month_of
from storage import in_person
from storage.reminders import due
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.summary import summarise
from storage.tables import (
    child,
    code,
    companion,
    guardian,
    measurement,
    outgoing,
    tell_in_person,
    verdict,
    visit,
)  # fmt: skip

CHILD = Sql(select(child).where(child.c.id == bindparam("child_id")))
LEAVE = Sql(
    update(child)
    .where(child.c.id == bindparam("row_id"), among(child.c.state, "active", "visitor"))
    .values(state=bindparam("new_state"), until=bindparam("last_day"))
)
# Everything about a child that has not gone out yet, to whomever.
WITHDRAW = Sql(
    update(outgoing)
    .where(outgoing.c.child_id == bindparam("about"), outgoing.c.state == fixed("ready"))
    .values(state="superseded", reason=bindparam("why"))
)
END_GUARDIANS = Sql(
    update(guardian)
    .where(guardian.c.child_id == bindparam("about"), ~among(guardian.c.state, "ended", "refused"))
    .values(state="ended", muted=1)
)
END_CODES = Sql(
    update(code)
    .where(code.c.child_id == bindparam("about"), code.c.used_at.is_(None))
    .values(expires_at=bindparam("now"))
)
END_FAMILIES = Sql(
    update(companion)
    .where(companion.c.child_id == bindparam("about"), companion.c.until_at.is_(None))
    .values(until_at=bindparam("now"))
)
UNLINK = Sql(
    update(measurement).where(measurement.c.child_id == bindparam("about")).values(superseded_by=None, current=None)
)
NO_MEASURES = Sql(delete(measurement).where(measurement.c.child_id == bindparam("about")))
NO_VERDICTS = Sql(delete(verdict).where(verdict.c.child_id == bindparam("about")))
NO_VISITS = Sql(delete(visit).where(visit.c.child_id == bindparam("about")))
MONTHS = Sql(select(visit.c.posyandu_id, visit.c.month).where(visit.c.child_id == bindparam("child_id")).distinct())
NO_LINES = Sql(delete(tell_in_person).where(tell_in_person.c.child_id == bindparam("about")))
EMPTY = Sql(
    update(child)
    .where(child.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"), name="", nickname="", birth=bindparam("month_only"), mother_name="",
        father_name="", rt="", rw="", address="", phone=None, has_kms=0, nik_cipher=None, nik_hash=None,
        nik_last4=None, nik_key=None, birth_weight_g=None, birth_length_mm=None, birth_order=None,
        until=bindparam("last_day"),
    )
)  # fmt: skip
BODIES = Sql(update(outgoing).where(outgoing.c.child_id == bindparam("about")).values(body="{}", template=None))


def leave(tx: Tx, child_id: int, state: str, on: date, now: int, why: str) -> bool:
    """Off the register as moved, left, five, died or merged: nothing waiting about her goes out, nobody is asked again.

    False when she had left before.
    """
    row: Row | None = tx.one(CHILD, child_id=child_id)
    if row is None or not tx.run(LEAVE, row_id=child_id, new_state=state, last_day=on.isoformat()):
        return False
    _close(tx, child_id, now, why, guardians=state in ("died", "merged"))
    due.seen(tx, child_id, row.posyandu_id, now, why)
    summarise(tx, row.posyandu_id, month_of(on), now)
    return True


def _close(tx: Tx, child_id: int, now: int, why: str, *, guardians: bool) -> None:
    tx.run(WITHDRAW, about=child_id, why=why)
    tx.run(in_person.DROP_CHILD, about=child_id, now=now)
    tx.run(END_CODES, about=child_id, now=now)
    tx.run(END_FAMILIES, about=child_id, now=now)
    if guardians:
        tx.run(END_GUARDIANS, about=child_id)


def leave_a_number(tx: Tx, child_id: int, now: int) -> None:
    """The family wants no record: what stays is a number in S, without name, birthday or measures."""
    _empty(tx, child_id, "counted", now)


def erase(tx: Tx, child_id: int, now: int) -> None:
    """The family's data are deleted; not even the number stays."""
    _empty(tx, child_id, "erased", now)


def _empty(tx: Tx, child_id: int, state: str, now: int) -> None:
    row = tx.one(CHILD, child_id=child_id)
    assert row is not None
    months = {(r.posyandu_id, r.month) for r in tx.all(MONTHS, child_id=child_id)}
    _close(tx, child_id, now, "data dihapus", guardians=True)
    for statement in (UNLINK, NO_VERDICTS, NO_MEASURES, NO_VISITS, NO_LINES, BODIES):
        tx.run(statement, about=child_id)
    until = None if state == "counted" else row.until or row.since
    tx.run(EMPTY, row_id=child_id, new_state=state, month_only=f"{row.birth[:7]}-01", last_day=until)
    due.seen(tx, child_id, row.posyandu_id, now, "data dihapus")
    for posyandu_id, month in months or {(row.posyandu_id, row.since[:7])}:
        summarise(tx, posyandu_id, month, now)
