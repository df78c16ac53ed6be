"""Measure again before the alarm: the value that would open a case, then the danger signs."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.weighing import ask_length, ask_weight
from posyandu.answers import read_muac
from posyandu.commands import ConfirmRisk, LetRecheckGo, RecordVisit, Value
from posyandu.doubt import POSSIBLE
from posyandu.queries import ChildView, Queries

LAPSES_DAYS = 3  # what is measured later is another visit's value, and the question would stand in later talks


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
    if (look.today - on).days > LAPSES_DAYS:
        return Done(LetRecheckGo(int(child.id), on), **following)
    if item["field"] not in ("oedema", "danger"):
        same = ask.one("same", ["same", "other"], child=child, rows=[{"field": item["field"], "value": item["value"]}])
        if same == "other":
            value = _again(ask, child, on, item["field"])
            values = (value, Value("rechecked", 1))
            return Done(RecordVisit(int(child.id), on, values, replaces=True), **following)
    danger = ask.yes("danger", child=child)
    return Done(ConfirmRisk(int(child.id), on, danger), **following)


def _again(ask: Ask, child: ChildView, on: date, field: str) -> Value:
    if field == "muac":
        return Value("muac", ask.value("muac", read=read_muac, between=POSSIBLE["muac"], child=child))
    if field == "length":
        length = ask_length(ask, child, on, None)
        if length is not None:
            return Value("length", length["mm"], length["position"])
    return Value("weight", ask_weight(ask, child, on, None))
