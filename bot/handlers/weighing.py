"""Penimbangan: a visit is recorded, judged, read back to the kader, and told to the parent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.families import VERDICT, careful, named, on_breast_milk, tell_parents, tell_undone
from bot.handlers.where import of_child
from posyandu.calendar import month_of
from posyandu.cases import AT_ONCE
from posyandu.commands import STATUSES, MarkExplained, RecordVisit, UndoEntry
from storage import book, months, people
from storage.sql import Row, Sql
from storage.tables import child, posyandu

CHILD = Sql(
    select(
        child.c.id, child.c.name, child.c.nickname, child.c.code, child.c.sex, child.c.birth, child.c.mother_name,
        child.c.posyandu_id, posyandu.c.name.label("posyandu"), posyandu.c.zone,
    )
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .where(child.c.id == bindparam("child_id"))
)  # fmt: skip


BESIDE = ("vita", "asi", "oedema")  # read back with the measures


def record_visit(command: RecordVisit, desk: Desk) -> Outcome:
    """Write the values, then say what they mean; the parent hears by her own bubble."""
    who = desk.tx.one(CHILD, child_id=command.child_id)
    assert who is not None
    if why := not_then(command, who, desk):
        return Outcome((why,), failed=True)
    if months.is_closed(desk.tx, who.posyandu_id, month_of(command.on), who.zone, desk.now):
        return too_late(command, who, desk)
    done = book.record(
        desk.tx,
        child_id=command.child_id,
        posyandu_id=who.posyandu_id,
        on=command.on,
        values=command.values,
        status=command.status,
        place=command.place,
        replaces=command.replaces,
        by_person=desk.person.id,
        incoming_id=desk.incoming_id,
        now=desk.now,
    )
    if command.status is not None:
        values = {"child": named(who), "status": command.status, "on": command.on.isoformat()}
        moved: list[Say] = [("status.moved", {"child": named(who)})] if command.status == "pindah" else []
        return Outcome((("status.saved", values), *moved))
    if done.differ:
        rows = [{"field": v.field, "said": v.value, "filed": filed} for v, filed in done.differ]
        return Outcome((("weighing.differs", {"child": named(who), "rows": rows}),), failed=True)
    if not done.written:
        return Outcome((("weighing.same", {"child": named(who)}),))
    row = desk.tx.one(VERDICT, child_id=command.child_id, on_day=command.on.isoformat())
    if row is None:
        return Outcome((("weighing.kept", {"child": named(who)}),))
    tell_parents(desk, who, row, command.on)
    beside = [{"field": v.field, "value": v.value} for v in command.values if v.field in BESIDE]
    return verdict_said(desk, who, row, command.on, beside)


def not_then(command: RecordVisit, who: Row, desk: Desk) -> Say | None:
    """Why nothing can have been measured on that day; None where it can."""
    on = command.on.isoformat()
    if command.on > desk.today:
        return ("weighing.future", {"on": on})
    return ("weighing.before_birth", {"on": on, "child": named(who)}) if on < who.birth else None


def verdict_said(desk: Desk, who: Row, row: Row, on: date, beside: Sequence[dict[str, Any]] = ()) -> Outcome:
    """The verdict in the words of the KMS, what to tell the mother, and when to refer. `beside`: what was noted with
    the measures.

    A value that would open a case is measured again first: until then no alarm is sounded.
    """
    values: dict[str, Any] = {"child": named(who), "code": who.code, "on": on.isoformat()}
    says: list[Say] = [("verdict.saved", {**values, "rows": [*measures(row), *beside]})]
    if row.nt is not None:
        says.append((f"verdict.mark.{row.nt}", {"gain": row.gain_g, "least": row.kbm_g, "kg": row.grams}))
    undo = (f"!undo:{desk.incoming_id}:{who.id}", "actions.undo")
    again = to_recheck(desk, row)
    if again is not None:
        return Outcome((_lines(says),), (undo,), follow=("recheck", {"queue": [again]}))
    says += _findings(row, values)
    says.append((f"advice.{_advice(row)}{'_asi' if on_breast_milk(who, on) else ''}", values))
    actions = [(f"!picture:{who.id}", "actions.picture"), undo]
    if waits(desk, row) and people.guardians(desk.tx, who.id):
        says.append(("verdict.explain_first", values))
        actions.insert(0, (f"!explained:{who.id}:{on.isoformat()}", "actions.explained"))
    media = {"kind": "chart", "child_id": who.id, "audience": "petugas"} if row.drawer == "kasus" else None
    return Outcome((_lines(says),), tuple(actions), media)


def _lines(says: list[Say]) -> Say:
    return ("lines", {"rows": [list(s) for s in says]})


def waits(desk: Desk, row: Row) -> bool:
    """Does the parent's message wait for the kader's word?"""
    return (careful(row) and desk.explain_first == "careful") or desk.explain_first == "always"


def _findings(row: Row, values: dict[str, Any]) -> list[Say]:
    """The lines of the card, the categories that are not normal, and the referral."""
    why = json.loads(row.why)
    says: list[Say] = [(f"verdict.{code}", values) for code in ("two_t", "bgm", "orange") if getattr(row, code)]
    shown = [
        {"index": index, "category": code}
        for index, code in why["categories"].items()
        if index in ("wfa", "lfa", "wfl") and code != "normal"
    ]
    if shown:
        says.append(("verdict.categories", {"rows": shown}))
    if row.priority == "segera":
        says.append(("verdict.urgent" if at_once(row) else "verdict.urgent_today", values))
    elif row.drawer == "kasus":
        says.append(("verdict.refer", values))
    elif any(official for _, _, official in why["found"]) and row.nt != "T":
        says.append(("verdict.refer_soft", values))
    return says


# Which measure a finding rests on: that one is taken again.
RESTS_ON = {"muac_red": "muac", "muac_yellow": "muac", "severely_stunted": "length", "oedema": "oedema"}


def to_recheck(desk: Desk, row: Row) -> dict[str, Any] | None:
    """What must be measured or asked again before this visit's case is an alarm; None when that has been done."""
    if row.drawer != "kasus":
        return None
    seen = {r.field: r.value for r in desk.tx.all(book.CURRENT, visit_id=row.visit_id)}
    if "danger" in seen:
        return None
    found = [code for code, drawer, _ in json.loads(row.why)["found"] if drawer == "kasus"]
    field = next((RESTS_ON[code] for code in found if code in RESTS_ON), "weight")
    if "rechecked" in seen or field not in seen:
        field = "danger"
    return {"child": str(row.child_id), "on": row.on, "field": field, "value": seen.get(field, 0)}


def measures(row: Row) -> list[dict[str, Any]]:
    fields = (("weight", row.grams), ("length", row.mm), ("head", row.head_mm), ("muac", row.muac_mm))
    return [{"field": name, "value": value} for name, value in fields if value is not None]


def at_once(row: Row) -> bool:
    """Is it an urgent finding with which a child is brought now, by day or night?"""
    return bool(AT_ONCE & {code for code, drawer, _ in json.loads(row.why)["found"] if drawer == "kasus"})


def _advice(row: Row) -> str:
    """Which advice for the mother fits: the loudest thing first."""
    if row.priority == "segera":
        return "urgent" if at_once(row) else "urgent_today"
    if row.drawer == "kasus":
        return "case"
    if row.nt == "T":
        return "two_t" if row.two_t else "t"
    if row.orange:
        return "orange"
    return {"N": "n", "O": "o", "B": "b"}.get(row.nt or "", "none")


def too_late(command: RecordVisit, who: Row, desk: Desk) -> Outcome:
    """The month is closed: refused politely, and kept for the puskesmas to see."""
    month = month_of(command.on)
    said = {"on": command.on.isoformat(), "rows": [{"field": v.field, "value": v.value} for v in command.values]}
    months.note_late(desk.tx, who.posyandu_id, month, named(who)["name"], said, desk.person.id, desk.now)
    return Outcome((("weighing.closed", {"month": month, "child": named(who)}),), failed=True)


# In the order in which they are read back; that something was measured twice is nobody's to read.
FIELDS = ("weight", "length", "head", "muac", "vita", "asi", "oedema", "danger")


def _in_order(rows: Sequence[Row]) -> list[Row]:
    return sorted((r for r in rows if r.field in FIELDS), key=lambda r: FIELDS.index(r.field))


def undo_entry(command: UndoEntry, desk: Desk) -> Outcome:
    """Take back what one message wrote; the parent, if she was told, hears once that it was a slip."""
    who = desk.tx.one(CHILD, child_id=command.child_id)
    assert who is not None
    touched = {month_of(date.fromisoformat(on)) for on in book.days_of(desk.tx, command.incoming_id, command.child_id)}
    shut = (m for m in sorted(touched) if months.is_closed(desk.tx, who.posyandu_id, m, who.zone, desk.now))
    if closed := next(shut, None):
        return Outcome((("undo.closed", {"month": closed, "child": named(who)}),), failed=True)
    rows = book.undo(desk.tx, command.incoming_id, command.child_id, desk.now)
    if not rows:
        return Outcome((("undo.nothing", {}),), failed=True)
    if any(r.field == "weight" for r in rows):
        tell_undone(desk, who, date.fromisoformat(rows[0].on))
    said = [{"field": r.field, "value": r.value} for r in _in_order(rows)]
    status = next((STATUSES[r.value] for r in rows if r.field == "status"), None)
    if status is not None:
        return Outcome((("undo.status", {"child": named(who), "status": status}),))
    says: list[Say] = [("undo.done", {"child": named(who), "rows": said})]
    return Outcome((*says, *_what_stands(desk, who, rows)))


def _what_stands(desk: Desk, who: Row, undone: Sequence[Row]) -> list[Say]:
    """What counts again, or still, after something was taken back: she must know that it does."""
    stands = desk.tx.all(book.CURRENT, visit_id=undone[0].visit_id)
    status = next((r.value for r in stands if r.field == "status"), None)
    if status is not None:
        return [("undo.status_back", {"child": named(who), "status": STATUSES[status]})]
    taken = {r.field for r in undone}
    again = [r for r in _in_order(stands) if r.field in taken]  # what a correction had replaced
    left = again or _in_order(stands)
    rows = [{"field": r.field, "value": r.value} for r in left]
    return [("undo.back" if again else "undo.rest", {"child": named(who), "rows": rows})] if left else []


def mark_explained(command: MarkExplained, desk: Desk) -> Outcome:
    """The kader has spoken with the mother: her message may go now."""
    who = desk.tx.one(CHILD, child_id=command.child_id)
    row = desk.tx.one(VERDICT, child_id=command.child_id, on_day=command.on.isoformat())
    assert who is not None
    if row is None:
        return Outcome((("undo.nothing", {}),), failed=True)
    if desk.tx.run(book.EXPLAINED, about=command.child_id, on_day=command.on.isoformat(), now=desk.now):
        tell_parents(desk, who, row, command.on, explained=True)
    return Outcome((("explained.done", {"child": named(who)}),))


HANDLERS = {
    RecordVisit: Handler("record_visit", of_child, record_visit),
    UndoEntry: Handler("undo_entry", of_child, undo_entry),
    MarkExplained: Handler("explain", of_child, mark_explained),
}
