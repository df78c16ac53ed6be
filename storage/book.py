"""The book: what handlers write. Measures are append-only; a correction supersedes and both stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from posyandu.calendar import month_of
from posyandu.commands import STATUSES, Value
from storage import cases
from storage.judging import judge
from storage.reminders import due
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import audit, child, measurement, verdict, visit

VISIT = Sql(
    select(visit.c.id, visit.c.status).where(
        visit.c.child_id == bindparam("child_id"), visit.c.on == bindparam("on_day")
    )
)
CURRENT = Sql(
    select(measurement.c.id, measurement.c.field, measurement.c.value, measurement.c.position).where(
        measurement.c.visit_id == bindparam("visit_id"), measurement.c.current.is_not(None)
    )
)
SUPERSEDE = Sql(
    update(measurement)
    .where(measurement.c.id == bindparam("row_id"), measurement.c.current.is_not(None))
    .values(current=None, superseded_at=bindparam("now"), reason=bindparam("why"))
)
LINK = Sql(update(measurement).where(measurement.c.id == bindparam("row_id")).values(superseded_by=bindparam("by")))
STATUS = Sql(update(visit).where(visit.c.id == bindparam("row_id")).values(status=bindparam("new_status")))
WRITTEN_BY = Sql(
    select(
        measurement.c.id, measurement.c.visit_id, measurement.c.child_id, measurement.c.field, measurement.c.value,
        measurement.c.at, visit.c.on, visit.c.posyandu_id,
    )
    .join(visit, visit.c.id == measurement.c.visit_id)
    .where(measurement.c.incoming_id == bindparam("of_message"), measurement.c.current.is_not(None))
    .order_by(measurement.c.id)
)  # fmt: skip
BEFORE_IT = Sql(
    select(measurement.c.value, measurement.c.position, measurement.c.by_person, measurement.c.incoming_id)
    .where(measurement.c.superseded_by == bindparam("row_id"))
    .order_by(measurement.c.id.desc())
)
MEASURED_INSTEAD = "diukur"  # why a status no longer stands
STATUS_BEFORE = Sql(
    select(measurement.c.value, measurement.c.by_person, measurement.c.incoming_id)
    .where(
        measurement.c.visit_id == bindparam("visit_id"),
        measurement.c.field == fixed("status"),
        measurement.c.reason == fixed(MEASURED_INSTEAD),
        measurement.c.superseded_at == bindparam("at"),
    )
    .order_by(measurement.c.id.desc())
    .limit(1)
)
EXPLAINED = Sql(
    update(visit)
    .where(visit.c.child_id == bindparam("about"), visit.c.on == bindparam("on_day"), visit.c.explained_at.is_(None))
    .values(explained_at=bindparam("now"))
)
VERDICT = Sql(select(verdict).where(verdict.c.visit_id == bindparam("visit_id")))
CHILD = Sql(select(child).where(child.c.id == bindparam("child_id")))


@dataclass(frozen=True)
class Recorded:
    """What a recording did: fields written, fields already there with the same value, and those that differ."""

    visit_id: int
    written: tuple[Value, ...] = ()
    same: tuple[Value, ...] = ()
    differ: tuple[tuple[Value, int], ...] = field(default_factory=tuple)  # what was said, what is on file


def record(
    tx: Tx,
    *,
    child_id: int,
    posyandu_id: int,
    on: date,
    values: Sequence[Value],
    status: str | None,
    place: str,
    replaces: bool,
    by_person: int | None,
    incoming_id: int | None,
    now: int,
    history: bool = False,
) -> Recorded:
    """Put values on a child's visit, field by field, and work out what they mean. `history`: from an old book; no case
    is opened for it."""
    visit_id = _visit(tx, child_id, posyandu_id, on, place, by_person, now)
    current = {r.field: r for r in tx.all(CURRENT, visit_id=visit_id)}
    if status is not None:
        values = [*values, Value("status", STATUSES.index(status))]
    written, same, differ = [], [], []
    for value in values:
        there = current.get(value.field)
        if there is not None and _is_same(there, value):
            same.append(value)
        elif there is not None and there.value != value.value and not replaces and value.field != "status":
            differ.append((value, int(there.value)))
        else:
            _write(tx, visit_id, child_id, value, there, by_person, incoming_id, now)
            written.append(value)
    measured = any(v.field != "status" for v in written)
    if measured and status is None and "status" in current:
        tx.run(SUPERSEDE, row_id=current["status"].id, now=now, why=MEASURED_INSTEAD)
    if status is not None or "status" in current:
        _keep_status(tx, visit_id)
    if measured:
        judge(tx, child_id, on, now)
    if measured and not history:
        cases.follow(tx, child_id, now, by_person)
    if written and not history:
        due.seen(tx, child_id, posyandu_id, now, "sudah tercatat")
    return Recorded(visit_id, tuple(written), tuple(same), tuple(differ))


def _is_same(there: Row, value: Value) -> bool:
    """The same value, and nothing new about how it was taken."""
    return bool(there.value == value.value and value.position in (None, there.position))


def _keep_status(tx: Tx, visit_id: int) -> None:
    code = next((r.value for r in tx.all(CURRENT, visit_id=visit_id) if r.field == "status"), None)
    tx.run(STATUS, row_id=visit_id, new_status=None if code is None else STATUSES[code])


def _visit(tx: Tx, child_id: int, posyandu_id: int, on: date, place: str, by: int | None, now: int) -> int:
    there = tx.one(VISIT, child_id=child_id, on_day=on.isoformat())
    if there is not None:
        return int(there.id)
    return tx.insert(
        visit,
        child_id=child_id,
        posyandu_id=posyandu_id,
        on=on.isoformat(),
        month=month_of(on),
        place=place,
        by_person=by,
        at=now,
    )


def _write(
    tx: Tx,
    visit_id: int,
    child_id: int,
    value: Value,
    there: Row | None,
    by: int | None,
    incoming: int | None,
    now: int,
) -> None:
    if there is not None:
        tx.run(SUPERSEDE, row_id=there.id, now=now, why="diganti")
    made = tx.insert(
        measurement,
        visit_id=visit_id,
        child_id=child_id,
        field=value.field,
        value=value.value,
        position=value.position,
        by_person=by,
        incoming_id=incoming,
        at=now,
        current=f"{visit_id}:{value.field}",
    )
    if there is not None:
        tx.run(LINK, row_id=there.id, by=made)


def days_of(tx: Tx, incoming_id: int, child_id: int) -> list[str]:
    """The days about which one message wrote something of a child that is still in force."""
    return sorted({r.on for r in tx.all(WRITTEN_BY, of_message=incoming_id) if r.child_id == child_id})


def undo(tx: Tx, incoming_id: int, child_id: int, now: int) -> list[Row]:
    """Take back what one message wrote about a child; what stood there before stands there again."""
    rows = [r for r in tx.all(WRITTEN_BY, of_message=incoming_id) if r.child_id == child_id]
    for row in rows:
        tx.run(SUPERSEDE, row_id=row.id, now=now, why="dibatalkan")
        before = tx.one(BEFORE_IT, row_id=row.id)
        if before is not None:
            again = Value(row.field, before.value, before.position)
            _write(tx, row.visit_id, child_id, again, None, before.by_person, before.incoming_id, now)
        _keep_status(tx, row.visit_id)
    for visit_id, at in {(r.visit_id, r.at) for r in rows if r.field != "status"}:
        _status_again(tx, visit_id, child_id, at, now)
    if rows:
        judge(tx, child_id, min(date.fromisoformat(r.on) for r in rows), now)
        cases.follow(tx, child_id, now)
    return rows


def _status_again(tx: Tx, visit_id: int, child_id: int, at: int, now: int) -> None:
    """ "Tidak hadir" had given way to what was measured at that moment; nothing is measured any more."""
    before = tx.one(STATUS_BEFORE, visit_id=visit_id, at=at)
    if before is not None and not tx.all(CURRENT, visit_id=visit_id):
        status = Value("status", before.value)
        _write(tx, visit_id, child_id, status, None, before.by_person, before.incoming_id, now)
        _keep_status(tx, visit_id)


def note(tx: Tx, now: int, person_id: int | None, did: str, about: str, detail: str = "") -> None:
    """Who did or saw what, about whom."""
    tx.insert(audit, at=now, person_id=person_id, did=did, about=about, detail=detail)


def of_visit(tx: Tx, visit_id: int) -> Any:
    """The verdict row of a visit, or None."""
    return tx.one(VERDICT, visit_id=visit_id)
