"""Doubtful lines, one after the other: whose is it, which value is right; or leave it out.

The lines come as plain data from bot.lines: {line, why, child, candidates, values, suggested, on, day}. Values are
[field, value, position] triples.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.pieces import by_name, roster_child, roster_of
from posyandu.commands import RecordSession, RecordVisit, Value
from posyandu.doubt import POSSIBLE, doubts
from posyandu.entry import doubts_of
from posyandu.entry.line import read_line
from posyandu.entry.reading import Heard, Kind, Status, Why
from posyandu.queries import ChildView, DayView, Queries, VisitView

STATUSES_ASKED = ("tidak_hadir", "sakit", "pindah", "pergi")
Triples = list[list[Any]]


def settle(ask: Ask, look: Queries) -> Done:
    """One doubtful line; then the next, until there is none."""
    queue: list[dict[str, Any]] = ask.given("queue", [])
    if not queue:
        return Done(None)
    item, rest = queue[0], queue[1:]
    following = _next(rest)
    day = look.day(item["day"])
    children = look.children_of(day) if day else []
    if item["why"] == "not_yet":
        return Done(_absent(ask, item, children, day), **following)
    child = _whose(ask, item, children)
    if item["status"] == "meninggal" and isinstance(child, ChildView):
        return Done(None, then="died", seed={"child": child.id, "queue": rest})
    if child == "new":
        return Done(None, then="unlisted", seed={"day": item["day"], "typed": item["line"], "queue": rest})
    if not isinstance(child, ChildView):
        return Done(None, **following)
    if day is not None and (together := _of_one_day(queue, children, look)):
        chosen = ask.one(
            "together", ["all", "each", "leave"], count=len(together), on=item["on"], line=_names(together, children)
        )
        if chosen != "each":
            visits = tuple(_visit(i) for i in together)
            command = RecordSession(day.posyandu_id, date.fromisoformat(item["on"]), visits)
            return Done(command if chosen == "all" else None, **_next([i for i in queue if i not in together]))
        following = _next([{**i, "each": True} for i in rest])
    if not item["values"] and (item["status"] or item["why"] in ("status_unclear", "date", "past")):
        return Done(_status(ask, item, child), **following)
    return Done(_measured(ask, item, child, look), **following)


def _next(queue: list[dict[str, Any]]) -> dict[str, Any]:
    """The talk that follows: the lines still to be asked."""
    return {"then": "settle", "seed": {"queue": queue}} if queue else {}


def _status(ask: Ask, item: dict[str, Any], child: ChildView) -> RecordVisit | None:
    """A line without a measure: what is noted of the child, and for that day."""
    if item["status"]:
        kept = ask.one("noted", ["keep", "leave"], child=child, line=item["line"], status=item["status"], on=item["on"])
        chosen = item["status"] if kept == "keep" else "leave"
    else:
        chosen = ask.one("status", [*STATUSES_ASKED, "leave"], child=child, line=item["line"])
    if chosen == "leave":
        return None
    return RecordVisit(int(child.id), date.fromisoformat(item["on"]), (), str(chosen))


def _measured(ask: Ask, item: dict[str, Any], child: ChildView, look: Queries) -> RecordVisit | None:
    """A line with measures; never instead of others that stand there without a question."""
    on = date.fromisoformat(item["on"])
    values = _values(ask, item, child, look)
    if not values or not _counts(ask, item, child, values, look):
        return None
    return RecordVisit(int(child.id), on, tuple(Value(*v) for v in values), replaces=True)


def _differing(values: Triples, filed: VisitView | None) -> list[dict[str, Any]]:
    """Where something else is on file for that day: rows of what was there and what is said now."""
    there = filed.values if filed is not None else {}
    return [{"field": f, "said": v, "filed": there[f]} for f, v, _ in values if there.get(f, v) != v]


def _of_one_day(queue: list[dict[str, Any]], children: list[ChildView], look: Queries) -> list[dict[str, Any]]:
    """The lines asked only because their list is of an earlier day: one question for all. Those in doubt for another
    reason too, or of a child who has other figures there, are asked by themselves."""
    first, by_id, found = queue[0], {c.id: c for c in children}, []
    on = date.fromisoformat(first["on"])
    for item in queue:
        child = by_id.get(item["child"] or "")
        same = item["why"] == first["why"] == "past" and item["on"] == first["on"] and item["day"] == first["day"]
        if not same or child is None or not (item["values"] or item["status"]):
            continue
        filed = look.visit_of(child, on)
        if not _differing(item["values"], filed) and not doubts(child.known(), on, **_by_field(item["values"])):
            found.append(item)
    return found if first in found and len(found) > 1 and not first.get("each") else []


def _names(items: list[dict[str, Any]], children: list[ChildView]) -> str:
    shorts = {c.id: c.short for c in children}
    return ", ".join(shorts[i["child"]] for i in items)


def _visit(item: dict[str, Any]) -> RecordVisit:
    values = tuple(Value(*v) for v in item["values"])
    status = None if values else item["status"]
    return RecordVisit(int(item["child"]), date.fromisoformat(item["on"]), values, status)


def _absent(ask: Ask, item: dict[str, Any], children: list[ChildView], day: DayView | None) -> RecordSession | None:
    """All who had not come when she wrote: one question for the whole list."""
    by_id = {c.id: c for c in children}
    awaited = [by_id[i] for i in item["children"] if i in by_id]
    chosen = ask.one("awaited", ["absent", "later"], count=len(awaited), line=", ".join(c.short for c in awaited))
    if chosen == "later" or day is None:
        return None
    on = date.fromisoformat(item["on"])
    visits = tuple(RecordVisit(int(c.id), on, (), Status.ABSENT.value) for c in awaited)
    return RecordSession(day.posyandu_id, on, visits)


def _whose(ask: Ask, item: dict[str, Any], children: list[ChildView]) -> ChildView | str:
    by_id = {c.id: c for c in children}
    if item["child"] in by_id:
        return by_id[item["child"]]
    candidates = [by_id[i] for i in item["candidates"] if i in by_id]
    options: list[Any] = [*candidates[:3], "new", "leave"] if item["why"] in NEW else [*candidates, "leave"]
    key = "whose" if candidates else "unknown"
    found: ChildView | str = ask.one(key, options, match=by_name(candidates), line=item["line"], typed=item["typed"])
    return found


NEW = ("unknown_child", "visitor", "other_name", "no_child")


def _values(ask: Ask, item: dict[str, Any], child: ChildView, look: Queries) -> Triples | None:
    """The values to store, or None to leave the line out."""
    on = date.fromisoformat(item["on"])
    said: Triples = item["values"]
    if item["why"] == "differs":
        chosen = ask.one("differs", ["new", "old"], child=child, rows=item["rows"])
        return said if chosen == "new" else None
    odd = doubts(child.known(), on, **_by_field(said))
    clear_child_only = item["why"] in WHO and said and not odd
    if clear_child_only:
        return said
    options = (["as_said"] if said and _possible(said) and item["why"] not in UNREADABLE else []) + ["again", "leave"]
    suggested: Triples = item["suggested"]
    if suggested:
        options.insert(0, "suggested")
    if item["why"] in ("past", "date") and said:
        kept = ask.one("past", ["keep", "leave"], child=child, line=item["line"], on=item["on"])
        return said if kept == "keep" else None
    reason = odd[0].reason.value if odd else item["why"]
    chosen = ask.one(
        "suggest" if suggested else "value",
        options,
        child=child,
        line=item["line"],
        why=reason,
        rows=_rows(said),
        suggested=_rows(suggested),
    )
    if chosen == "leave":
        return None
    if chosen == "suggested":
        return suggested
    if chosen == "as_said":
        return said
    again: Triples = ask.value(
        "again", read=lambda text: _read_for(text, child, on), doubt=lambda typed: _doubt(typed, child, on), child=child
    )
    return again


def _counts(ask: Ask, item: dict[str, Any], child: ChildView, values: Triples, look: Queries) -> bool:
    """Where something else has been written for that day while the line waited, which of the two is right is asked. A
    correction is said to take the other's place."""
    filed = look.visit_of(child, date.fromisoformat(item["on"]))
    if filed is None or item["why"] in ("differs", "correction") or item.get("corrects"):
        return True
    rows = _differing(values, filed)
    return not rows or bool(ask.one("differs", ["new", "old"], child=child, rows=rows) == "new")


# The line says for certain what was measured, and only the child was in doubt.
WHO = (
    "which_child",
    "unknown_child",
    "no_child",
    "other_name",
    "mother",
    "rt",
    "age",
    "sex",
    "visitor",
    "birth",
    "bad_code",
)
# What was read is not a value she could confirm.
UNREADABLE = (
    "two_children", "two_values", "number", "one_number", "no_value", "missing_value", "extra_number", "swapped",
)  # fmt: skip


def _read_for(text: str, child: ChildView, on: date) -> Triples | None:
    """The measures of a reply about a child that is already known: none that could not be read for certain or cannot be
    a child's. Those that are only unusual are doubted."""
    reading = read_line(f"{child.name} {text}", roster_of((roster_child(child),)), on)
    if reading.kind is Kind.OK:
        return triples(reading)
    typed = triples(reading) if reading.why is Why.DOUBTFUL else []
    return typed if typed and _possible(typed) else None


def _possible(values: Triples) -> bool:
    """Can a child have them at all? Nobody can confirm 84 kg."""
    return all(POSSIBLE[f][0] <= v <= POSSIBLE[f][1] for f, v, _ in values if f in POSSIBLE)


def _doubt(typed: Triples, child: ChildView, on: date) -> str | None:
    """Why what she typed again is hard to believe of this child."""
    values = {f: v for f, v, _ in typed}
    heard = Heard(values.get("weight"), values.get("length"), values.get("head"), values.get("muac"))
    found = doubts_of(roster_child(child), on, heard, on)
    return found[0].reason.value if found else None


def triples(reading: Any) -> Triples:
    """[field, value, position] of what a line says, also of what is only heard."""
    from_ = reading if reading.kind is Kind.OK else reading.heard
    out: Triples = []
    for name, value in (
        ("weight", from_.weight_g), ("length", from_.height_mm), ("head", from_.head_mm), ("muac", from_.muac_mm)
    ):  # fmt: skip
        if value is not None:
            position = str(from_.position) if name == "length" and from_.position else None
            out.append([name, value, position])
    extras = reading.extras
    if extras.oedema is not None:
        out.append(["oedema", int(extras.oedema), None])
    if extras.vita is not None:
        out.append(["vita", 2 if extras.vita == "red" else 1, None])
    if extras.asi is not None:
        out.append(["asi", int(extras.asi), None])
    return out


def _by_field(values: Triples) -> dict[str, Any]:
    names = {"weight": "weight_g", "length": "length_mm", "head": "head_mm", "muac": "muac_mm"}
    return {names[f]: v for f, v, _ in values if f in names}


def _rows(values: Triples) -> list[dict[str, Any]]:
    return [{"field": f, "value": v} for f, v, _ in values]
