"""A child's life events: new on the register (or a visitor), moved, left, five, died, a contact, two that are one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.joining import ask_place
from bot.flows.pieces import by_name, of_day
from bot.flows.settle import triples
from posyandu.anthropometry import Sex
from posyandu.calendar import add_months
from posyandu.commands.children import (
    ChildDied,
    LeaveRegister,
    MergeChildren,
    MoveChild,
    RegisterChild,
    SetContact,
)
from posyandu.commands.joining import InviteGuardian, SetNoShare
from posyandu.duplicates import alike
from posyandu.entry import read_date, read_line, read_phone
from posyandu.names import Roster, RosterChild
from posyandu.queries import ChildView, DayView
from posyandu.queries_people import PeopleQueries

FIVE_YEARS = 60
_WHOSE = re.compile(r"^(?:anak|adik|kakak|cucu)(?:nya)?\b|^(?:yang|si)\b", re.IGNORECASE)  # "anaknya Bu Ela" is no name
_NO = re.compile(r"(?:tidak|bukan|tdk|ga|gak|nggak|salah|belum|no)\W*", re.IGNORECASE)
_TITLE = re.compile(r"^(?:bu|ibu|ibunya|ny|bunda|mama[h]?)\b[.\s]*(?=\w)", re.IGNORECASE)
_NAME_FIRST = re.compile(r"^[^\d,;:()/=]+")


def read_child_name(text: str) -> str | None:
    """A child's name as it is on the KMS, "By. Ny. Dewi" too."""
    said = " ".join(text.split()).strip(" ,!")
    letters = sum(c.isalpha() for c in said)
    if not 2 <= letters <= 60 or any(c.isdigit() for c in said):
        return None
    return said if any(c.isupper() for c in said) else said.title()


def read_mother_name(text: str) -> str | None:
    """ "bu Wati" is Wati."""
    return read_child_name(_TITLE.sub("", text.strip()))


def birth_reader(today: date) -> Callable[[str], str | None]:
    """A birth date of somebody under five, or a reason why it cannot be."""

    def read(text: str) -> str | None:
        found = read_date(text, today)
        if found is None:
            return None
        if found > today:
            raise ValueError("future")
        if add_months(found, FIVE_YEARS) < today:
            raise ValueError("older")
        return found.isoformat()

    return read


def read_rt(text: str) -> str | None:
    """ "RT 3" -> "03"."""
    found = re.fullmatch(r"(?:rt\.?)?\s*0*(\d{1,3})", text.casefold().strip())
    return f"{int(found[1]):02d}" if found else None


def unlisted(ask: Ask, look: PeopleQueries) -> Done:
    """Not on the list: a new child, a visitor, or a slip. What was typed is kept and put to the child that she is."""
    day = look.day(str(ask.given("day", "")))
    typed, queue = str(ask.given("typed", "")), list(ask.given("queue", []))
    if day is None:
        return Done(None)
    after: dict[str, Any] = {"then": "settle", "seed": {"queue": queue}} if queue else {}
    back = after or {"then": "weighing", "seed": {"day": day.id, **of_day(ask)}}
    guess = read_child_name((_NAME_FIRST.match(typed) or [""])[0]) if not _WHOSE.match(typed) else None
    kind = ask.one("kind", ("new", "visitor", "again"), day=day, typed=typed)
    if kind == "again":
        return Done(None, **back)
    name = _named(ask, guess) if guess is not None else ask.value("name", read=read_child_name, day=day)
    called = {"name": name}  # shown: changing the name asks nothing else again
    birth = date.fromisoformat(ask.value("birth", read=birth_reader(look.today), show=called))
    sex = ask.one("sex", ("L", "P"), show=called)
    mother = ask.value("mother", read=read_mother_name, show=called)
    rt = "" if kind == "visitor" else ask.value("rt", read=read_rt, skip=True, show=called) or ""
    twin_of: int | None = None
    for other in look.register_of(day.posyandu_id):
        if other.birth == birth and (alike(other.mother, mother) or alike(other.name, name)):
            same = ask.one("twin", ("twin", "same", "other"), child=other, name=name, mother=other.mother)
            if same == "same":
                item = _typed_of(other, typed, day)
                if item is not None or queue:
                    return Done(None, then="settle", seed={"queue": [*([item] if item is not None else []), *queue]})
                return Done(None, then="weighing", seed={"day": day.id, "child": other.id, **of_day(ask)})
            twin_of = int(other.id) if same == "twin" else None
            break
    ask.confirm(
        "save", edit=("named", "name", "birth", "sex", "mother", "rt"), name=name, birth=birth, sex=sex, mother=mother,
        rt=rt or "-", day=day, visitor=int(kind == "visitor"),
    )  # fmt: skip
    values = _values(typed, name, sex, birth, mother, day.on) if typed else []
    command = RegisterChild(
        day.posyandu_id, name, sex, birth, mother, day.on, rt, kind == "visitor", twin_of,
        tuple(tuple(v) for v in values), typed, day.id, tuple(queue),
    )  # fmt: skip
    return Done(command)


def _named(ask: Ask, guess: str) -> str:
    """Is what she typed the whole name? She says yes, or types it."""

    def read(text: str) -> str | None:
        return guess if text == "same" else None if _NO.fullmatch(text.strip()) else read_child_name(text)

    return str(ask.value("named", read=read, quick=("same",), name=guess))


def new_child(ask: Ask, look: PeopleQueries) -> Done:
    """From the menu: on the latest posyandu day of the posyandu she means."""
    days = look.open_days()
    if not days:
        return Done(None)
    day = days[0] if len(days) == 1 else ask.one("day", days)
    what = ask.one("what", ("new", "visitor", "list"), day=day)
    if what == "list":  # "daftar anak" may also mean: show me the list
        return Done(None, then="missing")
    return Done(None, then="unlisted", seed={"day": day.id, "kind": what})


def _typed_of(child: ChildView, typed: str, day: DayView) -> dict[str, Any] | None:
    """The line she typed, put to the child that she turned out to be; None where it held no measure."""
    values = _values(typed, child.name, child.sex.value, child.birth, child.mother, day.on) if typed else []
    if not values:
        return None
    return {
        "line": typed, "typed": child.short, "why": "unknown_child", "child": child.id, "candidates": [],
        "values": values, "suggested": [], "on": day.on.isoformat(), "day": day.id, "status": None,
    }  # fmt: skip


def _values(typed: str, name: str, sex: str, birth: date, mother: str, on: date) -> list[list[Any]]:
    """The measures in the line she typed before the child was known."""
    child = RosterChild("new", name, None, Sex(sex), birth, mother, "")
    return triples(read_line(typed, Roster([child]), on))


# -- a child of the register ---------------------------------------------------------------------------------------


def ask_child(ask: Ask, look: PeopleQueries, verb: str = "change_child") -> ChildView | None:
    """Which child of her posyandu; known already when another talk handed her on."""
    known = ask.given("child")
    if known is not None:
        return look.child(str(known))
    place = ask_place(ask, look, verb)
    if place is None:
        return None
    children = look.register_of(int(place.id))
    found: ChildView = ask.one("child", children, match=by_name(children), place=place)
    return found


WHAT = ("contact", "code", "moved", "left", "died", "close_family")


def child_data(ask: Ask, look: PeopleQueries) -> Done:
    """A child, then what has changed."""
    child = ask_child(ask, look)
    if child is None:
        return Done(None)
    what = ask.one("what", WHAT, child=child)
    if what == "code":
        return Done(InviteGuardian(int(child.id)))
    if what == "close_family":
        closed = look.closed(child)
        if not ask.yes("open" if closed else "close", child=child):
            return Done(None, then="menu")
        return Done(SetNoShare(int(child.id), not closed))
    return Done(None, then=str(what), seed={"child": child.id})


def contact(ask: Ask, look: PeopleQueries) -> Done:
    """The phone of a child's family; shown to those who may see it."""
    child = ask_child(ask, look, "see_phone")
    if child is None:
        return Done(None)
    phone = ask.value("phone", read=read_phone, skip=True, child=child, now=look.phone_of(child) or "")
    if phone is None:
        return Done(None, then="menu")
    return Done(SetContact(int(child.id), str(phone)))


def moved(ask: Ask, look: PeopleQueries) -> Done:
    """Moved: to a posyandu that is in the house, or away."""
    child = ask_child(ask, look)
    if child is None:
        return Done(None)
    if ask.one("where", ("known", "away"), child=child) == "away":
        ask.confirm("save_away", child=child)
        return Done(MoveChild(int(child.id)))
    said: str | None = ask.text("posyandu", child=child)
    found = [p for p in look.posyandu_named(said or "") if int(p.id) != child.posyandu_id]
    place = ask.maybe_one("which", found, none="away", child=child, text=said)
    if place is None:
        ask.confirm("save_away", child=child)
        return Done(MoveChild(int(child.id)))
    ask.confirm("save", child=child, place=place)
    return Done(MoveChild(int(child.id), int(place.id)))


def left(ask: Ask, look: PeopleQueries) -> Done:
    """No longer comes."""
    child = ask_child(ask, look)
    if child is None:
        return Done(None)
    ask.confirm("save", child=child)
    return Done(LeaveRegister((int(child.id),), child.posyandu_id, "left"))


def five(ask: Ask, look: PeopleQueries) -> Done:
    """Those who have turned five, all in one answer."""
    place = ask_place(ask, look, "change_child")
    if place is None:
        return Done(None)
    old = [c for c in look.register_of(int(place.id)) if add_months(c.birth, FIVE_YEARS) <= look.today]
    if not old:
        ask.one("none", ("menu",), place=place)
        return Done(None, then="menu")
    chosen = ask.many("who", old, place=place)
    return Done(LeaveRegister(tuple(int(c.id) for c in chosen), int(place.id), "five"))


def died(ask: Ask, look: PeopleQueries) -> Done:
    """Asked twice, gently; after it nothing about the child is asked or sent again."""
    queue = list(ask.given("queue", []))
    after: dict[str, Any] = {"then": "settle", "seed": {"queue": queue}} if queue else {}
    child = ask_child(ask, look)
    if child is None:
        return Done(None, **after)
    if not ask.yes("first", child=child, mother=child.mother) or not ask.yes("second", child=child):
        return Done(None, **after)
    return Done(ChildDied(int(child.id)), **after)


def merge(ask: Ask, look: PeopleQueries) -> Done:
    """Two entries that look like one child, side by side; a person decides."""
    place = ask_place(ask, look, "change_child")
    if place is None:
        return Done(None)
    passed = [str(i) for i in ask.given("passed", [])]
    pairs = [p for p in look.doubles(int(place.id)) if f"{p[0].id}-{p[1].id}" not in passed]
    if not pairs:
        ask.one("none", ("menu",), place=place)
        return Done(None, then="menu")
    one, other, seen = pairs[0]
    facts = [
        {"name": c.name, "birth": c.birth, "mother": c.mother, "code": c.code, "visits": n}
        for c, n in zip((one, other), seen, strict=True)
    ]
    keep = ask.one("which", [one, other, "different"], rows=facts, place=place)
    if keep == "different":
        return Done(None, then="merge", seed={"passed": [*passed, f"{one.id}-{other.id}"]})
    drop = other if keep.id == one.id else one
    ask.confirm("save", child=keep, other=drop)
    return Done(MergeChildren(int(keep.id), int(drop.id)))
