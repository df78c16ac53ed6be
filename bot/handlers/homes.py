"""Home visits and counselling: written down, and the leaflet sent to the mother who wants it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, update

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import of_child
from posyandu import cases as rules
from posyandu.access import NAMED
from posyandu.calendar import next_allowed
from posyandu.commands.cases import SEEN, TOPICS, RecordCounselling, RecordHomeVisit
from posyandu.people import Place, Role
from storage import case_family, case_people, cases
from storage.sql import Row, Sql
from storage.tables import counselling, home_visit

SENT = Sql(
    update(counselling)
    .where(
        counselling.c.child_id == bindparam("about"),
        counselling.c.on == bindparam("on_day"),
        counselling.c.topic == bindparam("which"),
    )
    .values(sent=bindparam("count"))
)


def record_home_visit(command: RecordHomeVisit, desk: Desk) -> Outcome:
    """The visit goes on file, and into the story of a case if there is one; the answer never says whether there is."""
    if any(code not in SEEN for code in command.seen) or command.on > desk.today:
        return Outcome((("refused", {}),), failed=True)
    who = case_people.who(desk.tx, command.child_id)
    place = Place(who.area, who.posyandu_id, who.puskesmas_id)
    made = desk.tx.insert_once(
        home_visit, child_id=who.id, posyandu_id=who.posyandu_id, on=command.on.isoformat(),
        seen=json.dumps(command.seen), note=command.note, role=_role(desk, place), by_person=desk.person.id,
        at=desk.now,
    )  # fmt: skip
    case = desk.tx.one(cases.OF_CHILD, child_id=who.id)
    if made is not None and case is not None and case.state == "open":
        _into_case(desk, case, who, command)
    # Who is told no name hears the code back.
    named = desk.person.scope.reaches(place, NAMED) or who.id in desk.person.scope.families
    child: Any = case_people.named(who) if named else who.code
    key = "home_visit.saved" if made is not None else "home_visit.again"
    return Outcome(((key, {"child": child, "rows": [{"code": code} for code in command.seen]}),))


def _into_case(desk: Desk, case: Row, who: Row, command: RecordHomeVisit) -> None:
    cases.note(desk.tx, case, "kunjungan", desk.now, desk.person.id, {"seen": list(command.seen), "note": command.note})
    ask_at = rules.ask_after("kunjungan", desk.now, who.zone)
    if case.step in (rules.PMT_STEP, "dirujuk"):  # what is under way goes on
        cases.change(desk.tx, case.id, reached_at=case.reached_at or desk.now, lost_at=None)
        return
    cases.change(
        desk.tx, case.id, step="kunjungan", step_at=desk.now, asked_at=None, help_at=None, ask_at=ask_at,
        reached_at=case.reached_at or desk.now, lost_at=None,
    )  # fmt: skip


def _role(desk: Desk, place: Place) -> str:
    order = (Role.BIDAN, Role.TPG, Role.PUSKESMAS, Role.KETUA, Role.KADER, Role.TPK, Role.KPM)
    covering = {p.role for p in desk.person.scope.posts if p.covers(place)} | (desk.person.scope.roles & {Role.TPK})
    return next((role.value for role in order if role in covering), "")


def record_counselling(command: RecordCounselling, desk: Desk) -> Outcome:
    """Once a day and topic; the leaflet goes to those of the family who have a chat and want messages."""
    if command.topic not in TOPICS or command.on > desk.today:
        return Outcome((("refused", {}),), failed=True)
    who = case_people.who(desk.tx, command.child_id)
    made = desk.tx.insert_once(
        counselling, child_id=who.id, posyandu_id=who.posyandu_id, on=command.on.isoformat(), topic=command.topic,
        by_person=desk.person.id, at=desk.now,
    )  # fmt: skip
    case = desk.tx.one(cases.OF_CHILD, child_id=who.id)
    if made is not None and case is not None and case.state == "open":
        cases.note(desk.tx, case, "konseling", desk.now, desk.person.id, {"topic": command.topic})
    sent = _send_leaflet(desk, who, command) if command.leaflet else 0
    values = {"child": case_people.named(who), "topic": command.topic}
    says: list[Say] = [("counselling.saved", values)]
    if sent:
        says.append(("counselling.sent", values))
    elif command.leaflet:
        says.append(("counselling.read_out", values))
        says.append((f"leaflets.{command.topic}", values))
    return Outcome(tuple(says))


def _send_leaflet(desk: Desk, who: Row, command: RecordCounselling) -> int:
    sent = 0
    for person_id in case_family.reachable(desk.tx, who.id):
        sent += desk.tell(
            person_id,
            "parent",
            (f"leaflets.{command.topic}", {"child": case_people.named(who)}),
            child_id=who.id,
            once=f"leaflet:{who.id}:{command.topic}:{command.on.isoformat()}:{person_id}",
            not_before=next_allowed(desk.now, who.zone),
        ) is not None  # fmt: skip
    if sent:
        desk.tx.run(SENT, about=who.id, on_day=command.on.isoformat(), which=command.topic, count=sent)
    return sent


HANDLERS = {
    RecordHomeVisit: Handler("record_home_visit", of_child, record_home_visit),
    RecordCounselling: Handler("counsel", of_child, record_counselling),
}
