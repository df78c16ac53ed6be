"""What falls due about cases: calls to families, whether they were reached, and the owner's questions.

`due` is asked at every tick and costs what is due; `next_due` tells a demo clock where to stop. Each step claims its
row by the instant that fell due, so two processes never do it twice.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import bindparam, func, select, update

from posyandu import cases as rules
from posyandu.calendar import HOURS, local
from storage import case_family, case_people, cases, outbox
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import person, risk_case

DUE_COLUMNS = ("ask_at", "call_at", "reach_at")
_OPEN = risk_case.c.state == fixed("open")
DUE = {
    name: Sql(select(risk_case).where(_OPEN, risk_case.c[name] <= bindparam("now")).order_by(risk_case.c.id))
    for name in DUE_COLUMNS
}
NEXT = {
    name: Sql(select(func.min(risk_case.c[name])).where(_OPEN, risk_case.c[name] > bindparam("after")))
    for name in DUE_COLUMNS
}
CLAIM = {
    name: Sql(
        update(risk_case)
        .where(risk_case.c.id == bindparam("case_row"), _OPEN, risk_case.c[name] == bindparam("was"))
        .values({name: bindparam("then")})
    )
    for name in DUE_COLUMNS
}
NAME = Sql(select(person.c.name).where(person.c.id == bindparam("person_id")))
MOST_ROWS = 12


def next_due(tx: Tx, after: int, call_minutes: int = rules.MORNING) -> int | None:
    """The next instant at which something about a case falls due."""
    later = _later(call_minutes)
    shifts = {name: later if name == "call_at" else 0 for name in DUE_COLUMNS}
    found = [(tx.value(NEXT[name], after=after - shift), shift) for name, shift in shifts.items()]
    return min((int(at) + shift for at, shift in found if at is not None), default=None)


def due(tx: Tx, now: int, call_minutes: int = rules.MORNING) -> int:
    """Do what has fallen due; how many messages and lines were written. `call_minutes`: when in the day a family is
    called; the book says which morning, the house at what hour."""
    return _calls(tx, now, _later(call_minutes)) + _reached(tx, now) + _asks(tx, now)


def _later(call_minutes: int) -> int:
    return (call_minutes - rules.MORNING) * 60_000


def _claimed(tx: Tx, name: str, now: int, later: int = 0) -> list[tuple[Row, Row]]:
    """The cases whose time has come, each claimed, with its child. A child that has left ends its case."""
    found = []
    for case in tx.all(DUE[name], now=now - later):
        if not tx.run(CLAIM[name], case_row=case.id, was=getattr(case, name), then=None):
            continue
        who = case_people.who(tx, case.child_id)
        if who.state != "active":
            cases.close(tx, case, who.state, now, None)
            continue
        found.append((case, who))
    return found


def _calls(tx: Tx, now: int, later: int) -> int:
    put = 0
    for case, who in _claimed(tx, "call_at", now, later):
        put += case_family.call(tx, case, who, now)
        cases.change(tx, case.id, called_at=now)
        cases.note(tx, case, "dipanggil", now, None, {})
    return put


def _reached(tx: Tx, now: int) -> int:
    """After a day the kader is asked to go where no message arrived; after two the family is listed as not reached."""
    put = 0
    for case, who in _claimed(tx, "reach_at", now):
        by = case_family.route(tx, case)
        if by:
            cases.change(tx, case.id, reached_at=now)
            cases.note(tx, case, "terjangkau", now, None, {"route": by})
        elif now - (begun := case.confirmed_at or case.opened_at) < rules.REACH_LIMIT_MS:
            case_family.in_person(tx, case, who, now)
            cases.change(tx, case.id, reach_at=begun + rules.REACH_LIMIT_MS)
            put += 1
        else:
            cases.change(tx, case.id, lost_at=now, ask_at=rules.next_morning(now, who.zone))
            cases.note(tx, case, "belum_terjangkau", now, None, {})
    return put


def _asks(tx: Tx, now: int) -> int:
    """One message an owner: what is new, what waits for her word, where she may want help."""
    by_owner: dict[int, list[tuple[str, Row, Row]]] = defaultdict(list)
    put = 0
    for case, who in _claimed(tx, "ask_at", now):
        owner = case_people.kept_owner(tx, who, case, now)
        kind = _kind(case, now)
        if kind == "raised":
            put += _raise(tx, case, who, now)
        elif owner is not None:
            by_owner[owner].append((kind, case, who))
        _ask_again(tx, case, who, kind, owner, now)
    for owner, asked in by_owner.items():
        put += _digest(tx, owner, asked, now)
    return put


def _kind(case: Row, now: int) -> str:
    if rules.to_raise(case.help_at, case.raised_at, now):
        return "raised"
    if case.noted_at is None and case.priority != "segera":
        return "new"
    if rules.is_silent(case.asked_at, now) and case.help_at is None:
        return "help"
    if case.lost_at is not None and case.step == "":
        return "lost"
    if case.step == rules.PMT_STEP:
        return "pmt"
    return "better" if case.clear_on is not None else "ask"


def _ask_again(tx: Tx, case: Row, who: Row, kind: str, owner: int | None, now: int) -> None:
    """When it comes up next: told of today, asked in two days; asked today, again tomorrow; with help, in a week."""
    values: dict[str, Any] = {"owner_id": owner}
    days = 1
    if kind == "new":
        values["noted_at"], days = now, rules.FIRST_ASK_DAYS
    elif kind == "raised":
        values["raised_at"], days = now, 7
        cases.note(tx, case, "perlu_bantuan", now, None, {})
    else:
        values["asked_at"] = case.asked_at or now
        if kind == "help":
            values["help_at"] = now
        elif case.raised_at is not None:
            days = 7
    cases.change(tx, case.id, ask_at=rules.next_morning(now, who.zone, days), **values)


def _raise(tx: Tx, case: Row, who: Row, now: int) -> int:
    """Nobody has answered: the next level hears that help is wanted."""
    name = tx.value(NAME, person_id=case.owner_id) if case.owner_id is not None else None
    days = 0 if case.asked_at is None else (now - case.asked_at) // (24 * rules.HOUR)
    values = {"child": case_people.named(who), "code": who.code, "posyandu": who.posyandu}
    says = (("kasus.help_needed", {**values, "owner": name or "-", "days": days}),)
    extra = {"actions": [[f"!kasus:{case.id}", "actions.kasus"]], "template": case_people.values(who)}
    put = 0
    for person_id in case_people.coordinators(tx, who, now):
        if person_id != case.owner_id:
            message = outbox.Message(
                "alert", says, person_id=person_id, child_id=who.id, template="case_staff", extra=extra
            )
            put += outbox.put(tx, message, now) is not None
    return put


def _digest(tx: Tx, owner: int, asked: list[tuple[str, Row, Row]], now: int) -> int:
    order = ("help", "lost", "ask", "pmt", "better", "new")
    asked.sort(key=lambda row: (row[1].priority != "segera", order.index(row[0])))
    rows = [
        {
            "field": kind,
            "child": case_people.named(who),
            "code": who.code,
            "posyandu": who.posyandu,
            "urgent": "segera" if case.priority == "segera" else "minggu_ini",
            "pmt": case.pmt_until or "",
            "on": local(case.opened_at, who.zone).date().isoformat(),
        }
        for kind, case, who in asked
    ]
    says: list[tuple[str, dict[str, Any]]] = [("kasus.digest", {"count": len(rows), "rows": rows[:MOST_ROWS]})]
    if len(rows) > MOST_ROWS:
        says.append(("kasus.digest_more", {"count": len(rows) - MOST_ROWS}))
    waiting = [case for kind, case, _ in asked if kind != "new"]
    button = "!kasus:" + ":".join(str(c.id) for c in waiting[:6]) if waiting else "!kasus_daftar"
    actions = [[button, "actions.kasus_answer" if waiting else "actions.kasus_list"]]
    help_for = next((case for kind, case, _ in asked if kind == "help"), None)
    if help_for is not None:
        says.append(("kasus.help", {}))
        actions.append([f"!kasus_bantu:{help_for.child_id}", "actions.kasus_help"])
    zone = asked[0][2].zone
    urgent = any(case.priority == "segera" for _, case, _ in asked)
    message = outbox.Message(
        "alert" if urgent else "reminder",
        tuple(says),
        person_id=owner,
        child_id=asked[0][2].id if len(asked) == 1 else None,
        group="kasus",
        template="digest_staff",
        extra={
            "actions": actions,
            "hours": [zone, *HOURS],
            "template": {"area": asked[0][2].posyandu, "count": str(len(rows))},
        },
    )
    return int(outbox.put(tx, message, now) is not None)
