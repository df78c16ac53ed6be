"""What a due thing says: keys of the catalogue and their variables, buttons, and the values of its WhatsApp template.

A family's bubble has the main thing in its first 60 characters and 300 at most, so names are cut where they are many
or long (tests/scheduler/test_bubbles.py reads every shape of it in both languages).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from posyandu.calendar import holiday, local, month_of, months_before, say_date, say_time
from posyandu.reminders import Due, Kind
from posyandu.services import DueServices, due_services
from storage.reminders.facts import DayBook

Say = tuple[str, dict[str, Any]]
Action = tuple[str, str]
NAMES = 3  # so many children are named in a family's bubble
LONGEST_NAME, LONGEST_PLACE = 11, 24  # a name where three share the room
ANSWERS = ("datang", "tidak_bisa", "pindah")
SERVICES = ("vitamin_blue", "vitamin_red", "deworming", "length", "immunisation")
NOTHING = DueServices(None, False, None, False)  # besides weighing
WHO = "\ue000"  # where the names of a family stand in words that thousands of families share


@dataclass(frozen=True, eq=False)  # the same words are the same object: one of them is put into JSON for all
class Words:
    """One message: `template` with its values for outside WhatsApp's free window. WHO in them is a family's names."""

    says: tuple[Say, ...]
    actions: tuple[Action, ...] = ()
    template: str | None = None
    values: dict[str, str] = field(default_factory=dict)


def short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def named(names: Sequence[str]) -> str:
    """ "Azzam, Kirana, Intan +2". Who is alone may have a long name."""
    room = LONGEST_NAME * NAMES // max(1, min(len(names), NAMES))
    some = ", ".join(short(n, room) for n in names[:NAMES])
    return f"{some} +{len(names) - NAMES}" if len(names) > NAMES else some


@lru_cache(maxsize=8192)  # a tick asks about thousands of children born on the same days
def _services(birth: str, on: date, area: str) -> DueServices:
    return due_services(date.fromisoformat(birth), on, area)


def services(book: DayBook, children: Sequence[int]) -> tuple[str, ...]:
    """What is due besides weighing: names of services in the order in which they are said."""
    found: set[str] = set()
    for id in children:
        due = _services(book.children[id].birth, book.day.on, book.row.area)
        if due == NOTHING:
            continue
        found |= {f"vitamin_{due.vitamin_a}"} if due.vitamin_a else set()
        found |= {"deworming"} if due.deworming_mg else set()
        found |= {"length"} if due.length else set()
        found |= {"immunisation"} if due.ask_immunisation else set()
    return tuple(name for name in SERVICES if name in found) if found else ()


def of_due(due: Due, book: DayBook, more: DayMore) -> tuple[Words, str]:
    """The words of one due thing about a posyandu day, and what stands for WHO in them."""
    if due.kind in (Kind.H3, Kind.H1):
        return _reminder(due, book, more)
    return _OF[due.kind](due, book, more), ""


@dataclass(frozen=True)
class DayMore:
    """What is the same for everybody told of a day, made once, and what only some kinds need. now: the moment of
    writing; target: the day it was moved to; next_on: the next planned day; closing: month and names still missing in a
    month that closes."""

    plan: dict[str, Any]
    where: dict[str, str]
    values: dict[str, str]  # of a template
    answers: tuple[Action, ...]
    now: int
    target: Any = None
    next_on: str = ""
    closing: tuple[str, tuple[str, ...]] = ("", ())
    reminders: dict[Any, Words] = field(default_factory=dict)  # by what else they say


def more_of(book: DayBook, now: int, **some: Any) -> DayMore:
    plan = _plan(book)
    where = {name: plan[name] for name in ("place", "posyandu")}
    answers = tuple((f"!hadir:{book.day.id}:{answer}", f"day_answer.{answer}") for answer in ANSWERS)
    return DayMore(plan, where, _template(plan), answers, now, **some)


def _plan(book: DayBook) -> dict[str, Any]:
    return {
        "posyandu": short(str(book.row.name), LONGEST_PLACE),
        "on": book.row.on,
        "opens": book.day.opens,
        "closes": book.day.closes,
        "place": short(book.place, LONGEST_PLACE),
    }


def _hours(plan: dict[str, Any]) -> str:
    return f"{say_time(plan['opens'])}-{say_time(plan['closes'])}"


def _template(plan: dict[str, Any]) -> dict[str, str]:
    day = say_date(date.fromisoformat(plan["on"])).rsplit(" ", 1)[0]
    return {"posyandu": plan["posyandu"], "day": day, "hours": _hours(plan), "place": plan["place"]}


def children_of(due: Due) -> list[int]:
    return [int(a[6:]) for a in due.about if a.startswith("child:")]


def _names(due: Due, book: DayBook, children: Sequence[int]) -> list[str]:
    """Her children; a pregnancy has her own name when it is told by a kader, else "Ibu"."""
    names = [book.child_name(c) for c in children]
    for a in due.about[len(children) :]:  # mothers come last
        names.append("Ibu" if due.to is not None else str(book.mothers[int(a.removeprefix("pregnancy:"))].name))
    return names


@lru_cache(maxsize=256)
def _when(on: date, read_at: int, zone: str) -> str:
    """How far the day is when she reads it."""
    days = (on - local(read_at, zone).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, "soon")


def _reminder(due: Due, book: DayBook, more: DayMore) -> tuple[Words, str]:
    children = children_of(due)
    when = _when(book.day.on, max(due.at, more.now), due.zone)
    shape = (when, services(book, children), len(children) < len(due.about))
    words = more.reminders.get(shape)
    if words is None:
        words = more.reminders[shape] = _reminder_words(more, *shape)
    return words, named(_names(due, book, children))


def _reminder_words(more: DayMore, when: str, given: tuple[str, ...], pregnant: bool) -> Words:
    rows: list[list[Any]] = [
        [f"reminder.{when}", more.plan],
        ["reminder.where", more.where],
        ["reminder.who", {"who": WHO}],
    ]
    if given:
        rows.append(["reminder.services", {"rows": [{"field": name} for name in given]}])
    if pregnant:
        rows.append(["reminder.pregnant", {}])
    return Words((("lines", {"rows": rows}),), more.answers, "reminder_parent", {**more.values, "child": WHO})


def _missed(due: Due, book: DayBook, more: DayMore) -> Words:
    plan = more.plan
    says: Say = ("reminder.missed", {**plan, "who": named(_names(due, book, children_of(due))), "next": more.next_on})
    return Words((says,), (), "message_waiting", {"posyandu": plan["posyandu"]})


def _change(due: Due, book: DayBook, more: DayMore) -> Words:
    plan = more.plan
    state = book.day.state
    if state == "moved" and more.target is not None:
        new = {
            "on": more.target.on,
            "opens": more.target.opens,
            "closes": more.target.closes,
            "place": short(str(more.target.place or book.row.home), LONGEST_PLACE),
        }
        plan = {**plan, "old": book.row.on, **new}
    values = {**plan, "reason": book.row.reason, "next": more.next_on}
    rows: list[list[Any]] = [[f"day_changed.{state}", values]]
    if book.row.reason:
        rows.append(["day_changed.reason", values])
    if state == "cancelled" and more.next_on:
        rows.append(["day_changed.next", values])
    if state == "cancelled":
        waiting = {"posyandu": plan["posyandu"]}
        return Words((("lines", {"rows": rows}),), (), "message_waiting", waiting)
    family = any(f.person == due.to for f in book.facts.families)
    return Words((("lines", {"rows": rows}),), more.answers if family else (), "day_changed", _template(plan))


def _rows(book: DayBook, children: Sequence[int]) -> list[dict[str, str]]:
    return [{"child": book.child_name(c), "mother": str(book.children[c].mother_name)} for c in children]


def _eve(due: Due, book: DayBook, more: DayMore) -> Words:
    return expected_words("eve.head", book, children_of(due), more.closing)


def expected_words(
    head: str, book: DayBook, expected: Sequence[int], closing: tuple[str, tuple[str, ...]] = ("", ())
) -> Words:
    """Who is expected: by what the families answered, and who must be told in person. `head` begins the list."""
    plan = _plan(book)
    said: dict[int, str] = {}
    in_person: list[int] = []
    for family in book.facts.families:
        for c in family.children:
            if family.answer:
                said[c.id] = family.answer
            if family.consent != "no" and not family.by_chat:
                in_person.append(c.id)
    in_person = [c for c in expected if c in in_person and c not in said]
    groups = {a: [c for c in expected if said.get(c) == a] for a in ANSWERS}
    silent = [c for c in expected if c not in said and c not in in_person]
    rows: list[list[Any]] = [[head, {**plan, "count": len(expected)}]]
    for answer, some in (*groups.items(), ("silent", silent), ("in_person", in_person)):
        if some:
            rows.append([f"eve.{answer}", {"count": len(some), "who": ", ".join(book.child_name(c) for c in some)}])
    rows += _prepare(book, expected)
    found = holiday(book.day.on)
    if found is not None:
        rows.append(["eve.holiday", {"name": found.name}])
    month, missing = closing
    if missing:
        rows.append(["eve.closing", {"month": month, "who": ", ".join(missing)}])
    mothers = [str(m.name) for m in book.mothers.values()]
    if mothers:
        rows.append(["eve.mothers", {"who": ", ".join(mothers), "count": len(mothers)}])
        rows += _answered(book)
    actions = ((f"!sampaikan:{book.day.id}", "actions.told_in_person"),) if in_person else ()
    return Words((("lines", {"rows": rows}),), actions, "reminder_kader", _template(plan))


def _answered(book: DayBook) -> list[list[Any]]:
    """What pregnant women have answered in their own chats, and who of them is told by a kader."""
    said = [(book.answers.get(m.person_id), str(m.name)) for m in book.mothers.values() if m.messages == "sendiri"]
    found = []
    for answer in ANSWERS:
        names = [name for was, name in said if was == answer]
        if names:
            found.append([f"eve.mothers_{answer}", {"who": ", ".join(names)}])
    without = [str(m.name) for m in book.mothers.values() if m.person_id is None or m.messages == "belum"]
    if without:
        found.append(["eve.mothers_in_person", {"who": ", ".join(without)}])
    return found


def _prepare(book: DayBook, expected: Sequence[int]) -> list[list[Any]]:
    """How many capsules to bring, and whom to measure or send to the bidan."""
    due = {c: _services(book.children[c].birth, book.day.on, str(book.row.area)) for c in expected}
    blue = sum(d.vitamin_a == "blue" for d in due.values())
    red = sum(d.vitamin_a == "red" for d in due.values())
    rows: list[list[Any]] = []
    if blue or red:
        rows.append(["eve.vitamin", {"blue": blue, "red": red}])
    if any(d.length for d in due.values()):
        rows.append(["eve.length", {}])
    worms = sum(d.deworming_mg is not None for d in due.values())
    if worms:
        rows.append(["eve.deworming", {"count": worms}])
    ask = [book.child_name(c) for c, d in due.items() if d.ask_immunisation]
    if ask:
        rows.append(["eve.immunisation", {"who": ", ".join(ask)}])
    return rows


def _nudge(due: Due, book: DayBook, more: DayMore) -> Words:
    plan = more.plan
    values = {"posyandu": plan["posyandu"], "day": more.values["day"]}
    actions = (("!start:weighing", "actions.record_now"),)
    return Words((("day_list.nudge", plan),), actions, "nudge_kader", values)


def _evening(due: Due, book: DayBook, more: DayMore) -> Words:
    plan = more.plan
    missing = children_of(due)
    says: Say = ("day_list.evening", {**plan, "count": len(missing), "rows": _rows(book, missing)})
    actions = ((f"!alasan:{book.day.id}", "actions.note_why"),)
    return Words((says,), actions, "message_waiting", {"posyandu": plan["posyandu"]})


_OF = {
    Kind.MISSED: _missed,
    Kind.CHANGE: _change,
    Kind.EVE: _eve,
    Kind.NUDGE: _nudge,
    Kind.EVENING: _evening,
}


def of_closing(posyandu: str, month: str, names: Sequence[str], day: str = "") -> Words:
    """The children still missing in a month before it closes. `day`: its last posyandu day, which the button is for."""
    rows = [{"child": n} for n in names]
    values = {"posyandu": posyandu, "month": month, "count": len(rows), "rows": rows}
    says: Say = (
        ("day_list.closing_day", {**values, "on": day.partition("@")[2]}) if day else ("day_list.closing", values)
    )
    start = f"!start:weighing:{day}" if day else "!start:weighing"
    return Words((says,), ((start, "actions.record_now"),), "message_waiting", {"posyandu": posyandu})


def closing_month(on: date) -> str:
    """The month that is about to close when a posyandu day lies on the day after its closing list; else nothing."""
    return months_before(month_of(on), 1) if on.day in (4, 5) else ""
