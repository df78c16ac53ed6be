"""Measure again before the alarm: the value that would open a case, then the danger signs."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.weighing import ask_length, ask_weight
from posyandu.answers import read_muac
from posyandu.commands import ConfirmRisk, LetRecheckGo, RecordVisit, Value
from posyandu.doubt import POSSIBLE, doubts
from posyandu.queries import ChildView, Queries, VisitView

LAPSES_DAYS = 3  # what is measured later is another visit's value, and the question would stand in later talks

FAR_MM = 50  # two LiLA of one arm on one day
MEASURED = ("weight", "length", "muac", "oedema")


def recheck(ask: Ask, look: Queries) -> Done:
    """Same or different? Different: the new value. Same: danger signs, and the alarm may go."""
    queue: list[dict[str, Any]] = ask.given("queue", [])
    if not queue:
        return Done(None)
    item, rest = queue[0], queue[1:]
    following: dict[str, Any] = {"then": "recheck", "seed": {"queue": rest}} if rest else {}
    child, on = look.child(item["child"]), date.fromisoformat(item["on"])
    if child is None:
        return Done(None, **following)
    if not _stands(item, look.visit_of(child, on)):
        return Done(None, **following)  # taken back or corrected since: there is nothing left to be sure of
    if (look.today - on).days > LAPSES_DAYS:
        return Done(LetRecheckGo(int(child.id), on), **following)
    if item["field"] not in ("oedema", "danger"):
        same = ask.one("same", ["same", "other"], child=child, rows=[{"field": item["field"], "value": item["value"]}])
        if same == "other":
            value = _again(ask, child, on, item)
            values = (value, Value("rechecked", 1))
            return Done(RecordVisit(int(child.id), on, values, replaces=True), **following)
    danger = ask.yes("danger", child=child)
    return Done(ConfirmRisk(int(child.id), on, danger), **following)


def _stands(item: dict[str, Any], filed: VisitView | None) -> bool:
    """Is what was to be measured again still on file?"""
    values = filed.values if filed is not None else {}
    if item["field"] == "danger":
        return any(field in values for field in MEASURED)
    return bool(values.get(item["field"]) == item["value"])


def _again(ask: Ask, child: ChildView, on: date, item: dict[str, Any]) -> Value:
    if item["field"] == "muac":
        return Value("muac", _muac(ask, child, on, int(item["value"])))
    if item["field"] == "length":
        length = ask_length(ask, child, on, None)
        if length is not None:
            return Value("length", length["mm"], length["position"])
    return Value("weight", ask_weight(ask, child, on, None))


def _muac(ask: Ask, child: ChildView, on: date, first: int) -> int:
    """A LiLA far from the one measured just before is asked like any other that is hard to believe."""

    def doubt(mm: int) -> str | None:
        found = doubts(child.known(), on, muac_mm=mm)
        far = abs(mm - first) > FAR_MM  # 11,2 then 14,2 is a slip of the first; then 19,5 is one of the second
        return found[0].reason.value if found else "step_too_big" if far else None

    between = POSSIBLE["muac"]
    mm: int = ask.value("muac", read=read_muac, between=between, doubt=doubt, child=child, first=first)
    return mm
