"""At home and beside the scales: what a visitor saw, and what was talked about with the family."""

from __future__ import annotations

from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day, by_name
from posyandu.access import NAMED
from posyandu.commands.cases import SEEN, TOPICS, RecordCounselling, RecordHomeVisit
from posyandu.people import Role
from posyandu.queries_cases import CaseQueries


def home_visit(ask: Ask, look: CaseQueries) -> Done:
    """Whose home, and what was seen there?"""
    rest: list[str] = ask.given("queue", [])
    following: dict[str, Any] = {"then": "followup", "seed": {"queue": rest}} if rest else {}
    child = _whom(ask, look)
    if child is None:
        return Done(None, **following)
    seen = ask.many("seen", SEEN, child=child)
    note = ask.text("note", skip=True, child=child)
    return Done(RecordHomeVisit(int(child.id), look.today, tuple(seen), note or ""), **following)


def counselling(ask: Ask, look: CaseQueries) -> Done:
    """What was talked about, and does the mother want it in writing?"""
    child = _whom(ask, look)
    if child is None:
        return Done(None)
    topic = ask.one("topic", TOPICS, child=child)
    leaflet = ask.yes("leaflet", child=child)
    return Done(RecordCounselling(int(child.id), look.today, topic, leaflet))


def _whom(ask: Ask, look: CaseQueries) -> Any:
    """The child: handed on, of her register, of the families she accompanies, or (KPM) by its code alone."""
    given = ask.given("child")
    roles = look.scope.roles
    if given is not None:
        return look.child(str(given))
    if roles & NAMED:
        day = ask_day(ask, look)
        if day is None:
            return None
        children = look.children_of(day)
        return ask.one("child", children, match=by_name(children), day=day)
    if Role.TPK in roles:
        own = [c for c in (look.child(str(i)) for i in sorted(look.scope.families)) if c is not None]
        return ask.one("child", own) if own else None
    if Role.KPM in roles:
        code = ask.value("code", read=lambda text: text.strip().upper() if look.coded(text) else None)
        return look.coded(code)
    return None
