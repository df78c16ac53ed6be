"""Kasus: her list, one case's story, and what happened since; a queue of cases is asked one after the other."""

from __future__ import annotations

from typing import Any

from bot.dialogue import Ask, Done
from bot.dialogue.matching import Match
from bot.flows.pieces import ask_day, by_name
from posyandu.access import HEALTH, NAMED
from posyandu.cases import HELP, OUTCOMES, PMT_LONGEST
from posyandu.commands.cases import RULINGS, ExplainCase, OverrideVerdict, ReportCase, ShowCase, ShowCases
from posyandu.queries_cases import CaseQueries, CaseView

PMT_DAYS = ("14", "28", "56", "90")


def cases(ask: Ask, look: CaseQueries) -> Done:
    """Which cases are there? Then one of them."""
    for post in look.scope.posts:
        if post.role in NAMED:
            then = "case_pick" if look.cases() else None
            return Done(ShowCases(post.posyandu_id, post.puskesmas_id, post.area), then=then)
    return Done(None)


def case_pick(ask: Ask, look: CaseQueries) -> Done:
    """Whose case is opened?"""
    found = look.cases()
    if not found:
        return Done(None)
    chosen: CaseView = ask.one("which", found)
    return Done(ShowCase(int(chosen.child_id)), then="followup", seed={"queue": [chosen.id]})


def followup(ask: Ask, look: CaseQueries) -> Done:
    """What has happened? A health worker says it; the child's kader can say that the family knows, or that she went."""
    queue: list[str] = ask.given("queue") or [c.id for c in look.cases() if c.waiting]
    if not queue:
        return Done(None)
    case, rest = look.case(queue[0]), queue[1:]
    following: dict[str, Any] = {"then": "followup", "seed": {"queue": rest}} if rest else {}
    if case is None or case.state != "open":
        return Done(None, **following)
    child = {"id": case.child_id, "name": case.child}
    health = bool(look.scope.roles & HEALTH)
    options = STAFF if health else KADER
    what = ask.one("what", options, child=child, code=case.code, posyandu=case.posyandu, on=case.on)
    child_id = int(case.child_id)
    if what == "kunjungan":
        return Done(None, then="home_visit", seed={"child": case.child_id, "queue": rest})
    if what == "dijelaskan":
        return Done(ExplainCase(child_id), **following)
    days = None
    if what == "pmt":
        days = int(ask.value("days", read=read_days, between=(1, PMT_LONGEST), quick=PMT_DAYS, child=child))
    return Done(ReportCase(child_id, what, days), **following)


STAFF = ["datang", "dikonfirmasi", "dirujuk", "pmt", "kunjungan", *OUTCOMES, HELP, "nanti"]
KADER = ["dijelaskan", "datang", "kunjungan", HELP, "nanti"]


def read_days(text: str) -> int | None:
    """ "90", "90 hari": so many days of supplementary feeding."""
    words = text.casefold().replace("hari", " ").split()
    return int(words[0]) if len(words) == 1 and words[0].isdigit() and len(words[0]) < 5 else None


def ruling(ask: Ask, look: CaseQueries) -> Done:
    """A health worker sees it otherwise than it was computed: which finding, what it is, and why."""
    if not look.scope.roles & HEALTH:
        return Done(None)
    day = ask_day(ask, look)
    if day is None:
        return Done(None)
    children = look.children_of(day)
    match: Match = by_name(children)
    child = ask.one("child", children, match=match, day=day)
    found = look.latest_round(child)
    if found is None:
        return Done(None)
    known = dict(found.categories)
    fields = [f for f in RULINGS if f in known or (f == "nt" and found.nt in RULINGS["nt"])]
    if not fields:
        return Done(None)
    field = ask.one("field", fields, child=child, on=found.on)
    now = found.nt if field == "nt" else known[field]
    value = ask.one(f"value_{field}", [v for v in RULINGS[field] if v != now], child=child, on=found.on)
    reason = ask.text("reason", longest=200, child=child)
    ask.confirm("save", edit=("field", "reason"), child=child, on=found.on, field=field, value=value, reason=reason)
    return Done(OverrideVerdict(int(child.id), found.on, field, value, str(reason)))
