"""Penimbangan: which day, which child, weight, length, extras; save; the next child."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.pieces import ask_day, by_name, of_day
from posyandu.answers import read_extras, read_length, read_position, read_weight
from posyandu.commands import RecordVisit, Value
from posyandu.doubt import POSSIBLE, doubts
from posyandu.queries import ChildView, Queries, VisitView

EXTRAS = ("muac", "head", "vita", "asi", "oedema")


def weighing(ask: Ask, look: Queries) -> Done:
    """At most five answers a child: child, weight, length, extras, save."""
    day = ask_day(ask, look)
    if day is None:
        return Done(None)
    far = look.progress(day)
    children = look.children_of(day)
    child: ChildView | None = ask.maybe_one(
        "child",
        children,
        none="not_listed",
        match=by_name(children),
        day=day,
        show={"done": far.done, "total": far.total, "left": far.left},
    )
    if child is None:
        return Done(None, then="unlisted", seed={"day": day.id, "typed": ask.missed("child"), **of_day(ask)})
    filed = look.visit_of(child, day.on)
    grams = ask_weight(ask, child, day.on, filed)
    length = ask_length(ask, child, day.on, filed)
    extras = ask_extras(ask, child, day.on, filed)
    values = [Value("weight", grams)]
    if length is not None:
        values.append(Value("length", length["mm"], length["position"]))
    values += [Value(name, extras[name]) for name in EXTRAS if name in extras]
    ask.confirm(
        "save",
        edit=("child", "weight", "length", "extras"),
        child=child,
        day=day,
        rows=[{"field": v.field, "value": v.value} for v in values],
        position=length["position"] if length else "",
    )
    command = RecordVisit(int(child.id), day.on, tuple(values), replaces=True)
    return Done(command, then="weighing", seed={"day": day.id, **of_day(ask)})


def ask_weight(ask: Ask, child: ChildView, on: date, filed: VisitView | None) -> int:
    """Grams. Doubted when far from the last round, or when another kader wrote a different weight for this day: also
    when she did so after the question (what is `show`n is no part of which question it is)."""

    def doubt(grams: int) -> str | None:
        other = filed.values.get("weight") if filed else None
        if other is not None and other != grams:
            return "differs"
        found = doubts(child.known(), on, weight_g=grams)
        return found[0].reason.value if found else None

    grams: int = ask.value(
        "weight",
        read=read_weight,
        between=POSSIBLE["weight"],
        doubt=doubt,
        child=child,
        last=child.last.grams or 0,
        show={"filed": filed.values.get("weight", 0) if filed else 0},
    )
    return grams


def ask_length(ask: Ask, child: ChildView, on: date, filed: VisitView | None) -> dict[str, Any] | None:
    """{"mm", "position"}, or None when she skips it. The position is what she says, else what the age expects."""
    expected = "terlentang" if (on - child.birth).days < 731 else "berdiri"

    def read(text: str) -> dict[str, Any] | None:
        mm = read_length(text)
        if mm is None:
            return None
        low, high = POSSIBLE["length"]
        if not low <= mm <= high:
            raise ValueError("impossible")
        return {"mm": mm, "position": read_position(text) or expected}

    other = filed.values.get("length") if filed else None

    def doubt(value: dict[str, Any]) -> str | None:
        if other is not None and other != value["mm"]:
            return "differs"
        found = doubts(child.known(), on, length_mm=value["mm"])
        return found[0].reason.value if found else None

    answer: dict[str, Any] | None = ask.value(
        "length",
        read=read,
        doubt=doubt,
        skip=True,
        child=child,
        expected=expected,
        last=child.last.mm or 0,
        show={"filed": other or 0},
    )
    return answer


def ask_extras(ask: Ask, child: ChildView, on: date, filed: VisitView | None) -> dict[str, int]:
    """LiLA, head, vitamin A, ASI, oedema in one line, or nothing."""

    there = {name: filed.values[name] for name in EXTRAS if name in filed.values} if filed else {}

    def doubt(found: dict[str, int]) -> str | None:
        if any(there.get(name, value) != value for name, value in found.items()):
            return "differs"
        odd = doubts(child.known(), on, muac_mm=found.get("muac"), head_mm=found.get("head"))
        return odd[0].reason.value if odd else None

    answer: dict[str, int] | None = ask.value(
        "extras",
        read=read_extras,
        doubt=doubt,
        skip=True,
        child=child,
        show={"filed": [{"field": n, "value": v} for n, v in there.items()]},
    )
    return answer or {}
