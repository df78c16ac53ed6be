"""A whole message of lines at once, and the danger signs after a second measuring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.families import VERDICT, named, tell_parents
from bot.handlers.weighing import CHILD, at_once, not_then, to_recheck, too_late, verdict_said
from bot.handlers.where import of_child, of_place
from posyandu.calendar import month_of
from posyandu.commands import ConfirmRisk, LetRecheckGo, RecordSession, RecordVisit, Value
from posyandu.people import Role
from storage import book, months
from storage.people import place_of_posyandu
from storage.sql import Row, Sql
from storage.tables import membership, person, posyandu, puskesmas

PHONES = Sql(
    select(puskesmas.c.name, puskesmas.c.phone)
    .join(posyandu, posyandu.c.puskesmas_id == puskesmas.c.id)
    .where(posyandu.c.id == bindparam("posyandu_id"), puskesmas.c.phone != "")
)
MIDWIVES = Sql(
    select(person.c.name, person.c.phone)
    .join(membership, membership.c.person_id == person.c.id)
    .where(
        membership.c.role == Role.BIDAN.value,
        membership.c.until_at.is_(None),
        person.c.phone.is_not(None),
        or_(membership.c.area == bindparam("desa"), membership.c.posyandu_id == bindparam("posyandu_id")),
    )
)


def record_session(command: RecordSession, desk: Desk) -> Outcome:
    """Every line recorded on its own; one answer for all: who gained, who did not, and what needs a look."""
    rows: list[dict[str, Any]] = []
    says: list[Say] = []
    again: list[dict[str, Any]] = []
    same = 0
    found: list[tuple[RecordVisit, Row]] = []
    for visit in command.visits:
        who = desk.tx.one(CHILD, child_id=visit.child_id)
        if who is None or who.posyandu_id != command.posyandu_id:
            return Outcome((("refused", {}),), failed=True)
        found.append((visit, who))
    for visit, who in found:
        if why := not_then(visit, who, desk):
            says.append(why)
            continue
        if months.is_closed(desk.tx, who.posyandu_id, month_of(visit.on), who.zone, desk.now):
            says += too_late(visit, who, desk).says
            continue
        written, row = _record(visit, who, desk)
        if visit.status is not None:
            rows.append({**_named(who), "field": "status", "status": visit.status})
        elif not written:
            same += 1
        elif row is not None:
            rows.append({**_named(who), "kg": row.grams, "nt": row.nt or "", "field": _kind(row)})
            check = to_recheck(desk, row)
            again += [check] if check else []
    if rows:
        says.append(("session.saved", {"count": len(rows), "rows": rows}))
    if same:
        says.append(("session.same", {"count": same}))
    follow = ("recheck", {"queue": again}) if again else None
    undo = ((f"!undo_all:{desk.incoming_id}", "actions.undo_all"),) if rows else ()
    return Outcome(tuple(says), undo, follow=follow)


def _named(who: Row) -> dict[str, str]:
    return {"child": named(who)["name"], "code": who.code}


def _kind(row: Row) -> str:
    return "kasus" if row.drawer == "kasus" else "plain" if row.nt else "bare"


def _record(visit: RecordVisit, who: Row, desk: Desk) -> tuple[bool, Row | None]:
    done = book.record(
        desk.tx, child_id=visit.child_id, posyandu_id=who.posyandu_id, on=visit.on, values=visit.values,
        status=visit.status, place=visit.place, replaces=visit.replaces, by_person=desk.person.id,
        incoming_id=desk.incoming_id, now=desk.now,
    )  # fmt: skip
    row = desk.tx.one(VERDICT, child_id=visit.child_id, on_day=visit.on.isoformat())
    if row is not None and done.written and visit.status is None:
        tell_parents(desk, who, row, visit.on)
    return bool(done.written), row


def confirm_risk(command: ConfirmRisk, desk: Desk) -> Outcome:
    """Measured again and the same: now it counts. Danger signs mean: bring her now, and here are the numbers."""
    who = desk.tx.one(CHILD, child_id=command.child_id)
    assert who is not None
    values = [Value("rechecked", 1)]
    if command.danger is not None:
        values.append(Value("danger", int(command.danger)))
    visit = RecordVisit(command.child_id, command.on, tuple(values), replaces=True)
    book.record(
        desk.tx, child_id=visit.child_id, posyandu_id=who.posyandu_id, on=visit.on, values=visit.values, status=None,
        place=visit.place, replaces=True, by_person=desk.person.id, incoming_id=desk.incoming_id, now=desk.now,
    )  # fmt: skip
    row = desk.tx.one(VERDICT, child_id=command.child_id, on_day=command.on.isoformat())
    assert row is not None
    if row.drawer == "kasus":
        tell_parents(desk, who, row, command.on)
    outcome = verdict_said(desk, who, row, command.on)
    if row.priority != "segera":
        return outcome
    numbers = phone_numbers(desk, who.posyandu_id)
    key = ("now" if at_once(row) else "today") + ("" if numbers else "_plain")
    first: list[Say] = [(f"recheck.{key}", {"child": named(who), "rows": numbers})]
    return Outcome((*first, *outcome.says), outcome.actions, outcome.media)


def let_recheck_go(command: LetRecheckGo, desk: Desk) -> Outcome:
    """Not asked any more; the reason is kept, and the case (if there is one) stays as unsure as it was."""
    who = desk.tx.one(CHILD, child_id=command.child_id)
    assert who is not None
    book.note(
        desk.tx, desk.now, desk.person.id, "recheck:lapsed", f"child:{command.child_id}",
        f"tidak diukur ulang sesudah {command.on.isoformat()}",
    )  # fmt: skip
    return Outcome((("recheck.lapsed", {"child": named(who), "on": command.on.isoformat()}),))


def phone_numbers(desk: Desk, posyandu_id: int) -> Sequence[dict[str, str]]:
    """Whom to call: the midwife, then the puskesmas."""
    place = place_of_posyandu(desk.tx, posyandu_id)
    desa = ".".join((place.area if place else "").split(".")[:4])
    found = [*desk.tx.all(MIDWIVES, desa=desa, posyandu_id=posyandu_id), *desk.tx.all(PHONES, posyandu_id=posyandu_id)]
    return [{"name": r.name, "phone": r.phone} for r in found]


HANDLERS = {
    RecordSession: Handler("record_visit", of_place, record_session),
    ConfirmRisk: Handler("record_visit", of_child, confirm_risk),
    LetRecheckGo: Handler("record_visit", of_child, let_recheck_go),
}
