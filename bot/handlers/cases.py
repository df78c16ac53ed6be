"""Cases: shown, followed up, overruled; homes visited and counselling given."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.weighing import mark_explained
from bot.handlers.where import of_child, of_place
from posyandu import cases as rules
from posyandu.access import HEALTH
from posyandu.calendar import local
from posyandu.commands import MarkExplained
from posyandu.commands.cases import (
    RULINGS,
    ExplainCase,
    OverrideVerdict,
    ReportCase,
    ShowCase,
    ShowCases,
)
from posyandu.people import Place
from storage import case_people, cases, judging, look_cases, rulings
from storage.cases_asked import NAME
from storage.sql import Row, Sql
from storage.tables import case_event, person, verdict

STORY = Sql(
    select(case_event.c.at, case_event.c.did, case_event.c.detail, person.c.name)
    .outerjoin(person, person.c.id == case_event.c.person_id)
    .where(case_event.c.case_id == bindparam("case_id"), case_event.c.episode == bindparam("episode"))
    .order_by(case_event.c.id.desc())
    .limit(12)
)
VISIT = Sql(
    select(verdict.c.visit_id, verdict.c.nt, verdict.c.posyandu_id).where(
        verdict.c.child_id == bindparam("child_id"), verdict.c.on == bindparam("on_day")
    )
)
MOST_LISTED = 15


def show_cases(command: ShowCases, desk: Desk) -> Outcome:
    """Her list by how much it needs her, and the figure: how many ended within 14 days."""
    place = Place(command.area or "", command.posyandu_id, command.puskesmas_id)
    views = look_cases.views_at(desk.tx, place, desk.today)
    figures = look_cases.figures_at(desk.tx, place, desk.today)
    rows = [
        {
            "field": "overdue" if v.overdue else "waiting" if v.waiting else "open",
            "child": v.child,
            "code": v.code,
            "posyandu": v.posyandu,
            "urgent": v.priority,
            "opened": v.opened.isoformat(),
            "done": [{"step": v.step}] if v.step in rules.DONE else [],
        }
        for v in views[:MOST_LISTED]
    ]
    counts = {
        "open": figures.open, "waiting": figures.waiting, "overdue": figures.overdue, "closed": figures.closed,
        "counted": figures.counted, "in_time": figures.in_time,
    }  # fmt: skip
    says: list[Say] = [("kasus.list" if rows else "kasus.none", {**counts, "rows": rows})]
    if len(views) > MOST_LISTED:
        says.append(("kasus.list_more", {"count": len(views) - MOST_LISTED}))
    if figures.counted:
        says.append(("kasus.figure", counts))
    return Outcome(tuple(says))


def show_case(command: ShowCase, desk: Desk) -> Outcome:
    """The story of the case, newest first, with the growth picture for staff."""
    case = desk.tx.one(cases.OF_CHILD, child_id=command.child_id)
    if case is None:
        return Outcome((("kasus.no_case", {}),), failed=True)
    who = case_people.who(desk.tx, command.child_id)
    rows = [_event(r, who.zone) for r in reversed(desk.tx.all(STORY, case_id=case.id, episode=case.episode))]
    owner = desk.tx.value(NAME, person_id=case.owner_id) if case.owner_id is not None else None
    head = {
        "child": case_people.named(who), "code": who.code, "posyandu": who.posyandu, "urgent": case.priority,
        "owner": owner or "-", "reasons": [{"code": code} for code in json.loads(case.codes)], "rows": rows,
    }  # fmt: skip
    says: list[Say] = [("kasus.story", head)]
    if case.lost_at is not None:
        says.append(("kasus.not_reached", {"child": case_people.named(who)}))
    media = {"kind": "chart", "child_id": who.id, "audience": "petugas"}
    return Outcome(tuple(says), media=media)


def _event(row: Row, zone: str) -> dict[str, Any]:
    detail = json.loads(row.detail)
    return {
        "did": row.did,
        "on": local(row.at, zone).date().isoformat(),
        "who": row.name or "",
        "rows": detail.get("rows", []),
        "field": "measured" if detail.get("rows") else "who" if row.name else "plain",
    }


def report_case(command: ReportCase, desk: Desk) -> Outcome:
    """What happened goes into the story; the next question is set, or the case ends."""
    case = desk.tx.one(cases.OF_CHILD, child_id=command.child_id)
    if case is None or case.state != "open":
        return Outcome((("kasus.no_case", {}),), failed=True)
    who = case_people.who(desk.tx, command.child_id)
    named = {"child": case_people.named(who), "code": who.code}
    if not _may_say(command, desk, who):
        return Outcome((("refused", {}),), failed=True)
    if command.step in rules.OUTCOMES:
        cases.close(desk.tx, case, command.step, desk.now, desk.person.id)
        return Outcome(((f"kasus.closed_{command.step}", named),))
    if command.step == rules.HELP:
        return _wants_help(desk, case, who)
    until = _pmt_until(command, desk)
    ask_at = rules.ask_after(command.step, desk.now, who.zone, until)
    change: dict[str, Any] = {
        "asked_at": None,
        "help_at": None,
        "raised_at": None,
        "ask_at": ask_at,
        "noted_at": desk.now,
    }
    if command.step != "nanti":
        change |= {"step": command.step, "step_at": desk.now, "pmt_until": until.isoformat() if until else None}
        change |= {"lost_at": None, "reached_at": case.reached_at or desk.now}
        if case.confirmed_at is None and command.step == "dikonfirmasi":
            change |= {"confirmed_at": desk.now}
    cases.change(desk.tx, case.id, **change)
    detail = {"until": until.isoformat(), "days": command.days} if until else {}
    cases.note(desk.tx, case, command.step, desk.now, desk.person.id, detail)
    next_on = local(ask_at, who.zone).date().isoformat()
    return Outcome((("kasus.noted", {**named, "step": command.step, "next": next_on}),))


def _may_say(command: ReportCase, desk: Desk, who: Row) -> bool:
    """A kader helps: she says who came and asks for help. What was found and done is for the health worker to say."""
    place = Place(who.area, who.posyandu_id, who.puskesmas_id)
    if desk.person.scope.reaches(place, HEALTH):
        known = {*rules.STEPS, *rules.OUTCOMES, rules.PMT_STEP, rules.HELP}
        return command.step in known and (command.step != rules.PMT_STEP or command.days is not None)
    return command.step in ("datang", "nanti", rules.HELP)


def _pmt_until(command: ReportCase, desk: Desk) -> date | None:
    if command.step != rules.PMT_STEP or command.days is None:
        return None
    return desk.today + timedelta(days=min(max(command.days, 1), rules.PMT_LONGEST))


def _wants_help(desk: Desk, case: Row, who: Row) -> Outcome:
    """She asks for help herself: the puskesmas hears at once, by name of the one who asks."""
    named = {"child": case_people.named(who), "code": who.code}
    values = {**named, "posyandu": who.posyandu, "by": desk.person.name}
    told = 0
    others = [p for p in case_people.coordinators(desk.tx, who, desk.now) if p != desk.person.id]
    owner = case_people.kept_owner(desk.tx, who, case, desk.now)
    if owner is not None and owner not in (*others, desk.person.id):
        others.append(owner)
    for person_id in others:
        told += desk.tell(
            person_id, "alert", ("kasus.help_asked", values), child_id=who.id, template="case_staff",
            extra={"actions": [[f"!kasus:{case.id}", "actions.kasus"]], "template": case_people.values(who)},
        ) is not None  # fmt: skip
    cases.change(
        desk.tx, case.id, raised_at=desk.now, help_at=case.help_at or desk.now,
        ask_at=rules.next_digest(desk.now, who.zone, 3),
    )  # fmt: skip
    cases.note(desk.tx, case, rules.HELP, desk.now, desk.person.id, {})
    return Outcome((("kasus.help_sent" if told else "kasus.help_nobody", named),))


def explain_case(command: ExplainCase, desk: Desk) -> Outcome:
    """The family has been told face to face: her message may go, and the case knows that they are reached."""
    case = desk.tx.one(cases.OF_CHILD, child_id=command.child_id)
    if case is None or case.state != "open":
        return Outcome((("kasus.no_case", {}),), failed=True)
    cases.note(desk.tx, case, "dijelaskan", desk.now, desk.person.id, {})
    cases.change(desk.tx, case.id, reached_at=case.reached_at or desk.now, reach_at=None, lost_at=None)
    return mark_explained(MarkExplained(command.child_id, date.fromisoformat(case.on)), desk)


def override_verdict(command: OverrideVerdict, desk: Desk) -> Outcome:
    """The health worker's word counts from here on: the month, the next T and the drawer are worked out again."""
    row = desk.tx.one(VISIT, child_id=command.child_id, on_day=command.on.isoformat())
    allowed = RULINGS.get(command.field, ())
    if row is None or (command.value and command.value not in allowed) or not command.reason.strip():
        return Outcome((("ruling.impossible", {}),), failed=True)
    if command.field == "nt" and row.nt not in RULINGS["nt"]:
        return Outcome((("ruling.impossible", {}),), failed=True)
    rulings.rule(
        desk.tx, visit_id=row.visit_id, child_id=command.child_id, field=command.field, value=command.value,
        reason=command.reason.strip(), by_person=desk.person.id, now=desk.now,
    )  # fmt: skip
    judging.judge(desk.tx, command.child_id, command.on, desk.now)
    cases.follow(desk.tx, command.child_id, desk.now, desk.person.id)
    who = case_people.who(desk.tx, command.child_id)
    values = {"child": case_people.named(who), "on": command.on.isoformat(), "reason": command.reason.strip()}
    return Outcome((("ruling.done" if command.value else "ruling.ended", values),))


HANDLERS = {
    ShowCases: Handler("see_cases", of_place, show_cases),
    ShowCase: Handler("see_case", of_child, show_case),
    ReportCase: Handler("help_case", of_child, report_case),
    ExplainCase: Handler("explain", of_child, explain_case),
    OverrideVerdict: Handler("override_verdict", of_child, override_verdict),
}
