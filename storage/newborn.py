"""A child comes on the register, moves, or turns out to be one that stood there already."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, func, select, update

from posyandu.calendar import month_of
from posyandu.child_code import CODES
from storage import cases, in_person, life
from storage.judging import judge
from storage.reminders import due
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.summary import summarise
from storage.tables import child, consent, guardian, measurement, risk_case, verdict, visit

CODE = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
HOW_MANY = Sql(select(func.count()).select_from(child).where(child.c.posyandu_id == bindparam("posyandu_id")))
TWIN = Sql(update(child).where(child.c.id == bindparam("row_id")).values(birth_order=bindparam("place")))
PHONE = Sql(update(child).where(child.c.id == bindparam("row_id")).values(phone=bindparam("new_phone")))
MOVE = Sql(
    update(child)
    .where(child.c.id == bindparam("row_id"), child.c.state == fixed("active"))
    .values(posyandu_id=bindparam("to"), since=bindparam("day"))
)
VISITS = Sql(select(visit.c.id, visit.c.on).where(visit.c.child_id == bindparam("child_id")).order_by(visit.c.on))
FIELDS = Sql(
    select(measurement.c.field).where(
        measurement.c.visit_id == bindparam("visit_id"), measurement.c.current.is_not(None)
    )
)
CURRENT = Sql(
    select(measurement.c.id, measurement.c.field).where(
        measurement.c.visit_id == bindparam("visit_id"), measurement.c.current.is_not(None)
    )
)
VISIT_TO = Sql(update(visit).where(visit.c.id == bindparam("row_id")).values(child_id=bindparam("whose")))
OF_VISIT_TO = Sql(
    update(measurement).where(measurement.c.visit_id == bindparam("row_id")).values(child_id=bindparam("whose"))
)
VERDICT_GONE = Sql(verdict.delete().where(verdict.c.child_id == bindparam("about")))
MEASURE_TO = Sql(
    update(measurement)
    .where(measurement.c.id == bindparam("row_id"))
    .values(visit_id=bindparam("to"), child_id=bindparam("whose"), current=bindparam("key"))
)
DOUBLE = Sql(
    update(measurement)
    .where(measurement.c.id == bindparam("row_id"))
    .values(current=None, superseded_at=bindparam("now"), reason="data ganda")
)
GUARDIANS = Sql(select(guardian).where(guardian.c.child_id == bindparam("child_id")))
GUARDIAN_TO = Sql(update(guardian).where(guardian.c.id == bindparam("row_id")).values(child_id=bindparam("whose")))
GUARDIAN_AS = Sql(
    update(guardian)
    .where(guardian.c.id == bindparam("row_id"))
    .values(state="confirmed", muted=bindparam("flag"), relation=bindparam("new_relation"))
)
NO_SHARE = Sql(update(child).where(child.c.id == bindparam("row_id")).values(no_share=1))
CASE_TO = Sql(update(risk_case).where(risk_case.c.child_id == bindparam("was")).values(child_id=bindparam("whose")))
CONSENTS = Sql(
    select(consent.c.id, consent.c.purpose).where(
        consent.c.child_id == bindparam("child_id"), consent.c.current.is_not(None)
    )
)
CONSENT_TO = Sql(
    update(consent)
    .where(consent.c.id == bindparam("row_id"))
    .values(child_id=bindparam("whose"), current=bindparam("key"))
)
INTO = Sql(update(child).where(child.c.id == bindparam("row_id")).values(merged_into=bindparam("whose")))


def code_for(tx: Tx, posyandu_id: int) -> str:
    """The next short code of this posyandu; made longer where another posyandu has it."""
    for number in range(int(tx.value(HOW_MANY, posyandu_id=posyandu_id)), len(CODES)):
        for code in (CODES[number], f"{CODES[number]}-{posyandu_id}"):
            if tx.value(CODE, code=code) is None:
                return code
    raise ValueError("a posyandu has no more than 909 codes")


def register(
    tx: Tx, posyandu_id: int, name: str, sex: str, birth: date, mother: str, rt: str, on: date, by: int, now: int,
    *, visitor: bool = False, twin_of: int | None = None,
) -> int:  # fmt: skip
    """A new child (or a visitor of one day); her id."""
    made = tx.insert(
        child, code=code_for(tx, posyandu_id), posyandu_id=posyandu_id, name=name, sex=sex, birth=birth.isoformat(),
        mother_name=mother, rt=rt, has_kms=int(not visitor), since=on.isoformat(), by_person=by, at=now,
        state="visitor" if visitor else "active", birth_order=2 if twin_of else None,
    )  # fmt: skip
    if twin_of:
        tx.run(TWIN, row_id=twin_of, place=1)
    summarise(tx, posyandu_id, month_of(on), now)
    return made


def move(tx: Tx, child_id: int, to: int, on: date, now: int) -> bool:
    """To another posyandu of the house: what was measured stays with her, her old months stay where they were."""
    row: Row | None = tx.one(life.CHILD, child_id=child_id)
    if row is None or not tx.run(MOVE, row_id=child_id, to=to, day=on.isoformat()):
        return False
    tx.run(life.WITHDRAW, about=child_id, why="pindah posyandu")
    due.seen(tx, child_id, row.posyandu_id, now, "pindah posyandu")
    tx.run(in_person.MOVE_CHILD, about=child_id, to=to)  # what is left to say is for her new kader
    due.reconsider(tx, to, now, "pindah posyandu")
    for posyandu_id in (row.posyandu_id, to):
        summarise(tx, posyandu_id, month_of(on), now)
    return True


def merge(tx: Tx, keep_id: int, drop_id: int, on: date, now: int) -> None:
    """Everything of `drop` becomes `keep`'s; where both have a value of one day, that of `keep` stands."""
    keep, drop = tx.one(life.CHILD, child_id=keep_id), tx.one(life.CHILD, child_id=drop_id)
    assert keep is not None
    assert drop is not None
    tx.run(VERDICT_GONE, about=drop_id)
    there = {v.on: v.id for v in tx.all(VISITS, child_id=keep_id)}
    moved = tx.all(VISITS, child_id=drop_id)
    for row in moved:
        if row.on not in there:
            tx.run(VISIT_TO, row_id=row.id, whose=keep_id)
            tx.run(OF_VISIT_TO, row_id=row.id, whose=keep_id)
            continue
        filed = {f.field for f in tx.all(FIELDS, visit_id=there[row.on])}
        for one in tx.all(CURRENT, visit_id=row.id):
            if one.field in filed:
                tx.run(DOUBLE, row_id=one.id, now=now)
            else:
                key = f"{there[row.on]}:{one.field}"
                tx.run(MEASURE_TO, row_id=one.id, to=there[row.on], whose=keep_id, key=key)
    _people(tx, keep_id, drop_id)
    if drop.no_share:
        tx.run(NO_SHARE, row_id=keep_id)
    life.leave(tx, drop_id, "merged", on, now, "data ganda")
    tx.run(INTO, row_id=drop_id, whose=keep_id)
    judge(tx, keep_id, min([date.fromisoformat(v.on) for v in moved], default=on), now)
    _case(tx, keep_id, drop_id, now)
    for month in {v.on[:7] for v in moved} | {month_of(on)}:
        summarise(tx, drop.posyandu_id, month, now)
    due.reconsider(tx, keep.posyandu_id, now, "data ganda")  # what was weighed under the other name counts for it


def _people(tx: Tx, keep_id: int, drop_id: int) -> None:
    """Guardians and consents go along, unless the kept entry has its own; who is confirmed by either stays so."""
    known = {g.person_id: g for g in tx.all(GUARDIANS, child_id=keep_id)}
    for one in tx.all(GUARDIANS, child_id=drop_id):
        there = known.get(one.person_id)
        if there is None:
            tx.run(GUARDIAN_TO, row_id=one.id, whose=keep_id)
        elif one.state == "confirmed" != there.state:
            tx.run(GUARDIAN_AS, row_id=there.id, flag=one.muted, new_relation=one.relation)
    said = {c.purpose for c in tx.all(CONSENTS, child_id=keep_id)}
    for one in tx.all(CONSENTS, child_id=drop_id):
        if one.purpose not in said:
            tx.run(CONSENT_TO, row_id=one.id, whose=keep_id, key=f"{keep_id}:{one.purpose}")


def _case(tx: Tx, keep_id: int, drop_id: int, now: int) -> None:
    """A case goes on under the kept entry; where that has one of its own, it follows from the values of both."""
    case = tx.one(cases.OF_CHILD, child_id=drop_id)
    if case is not None and tx.one(cases.OF_CHILD, child_id=keep_id) is None:
        tx.run(CASE_TO, was=drop_id, whose=keep_id)
    elif case is not None and case.state == "open":
        cases.close(tx, case, "merged", now, None)
    cases.follow(tx, keep_id, now)
