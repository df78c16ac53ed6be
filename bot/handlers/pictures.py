"""Pictures and the plain standing of a child, for those who may see it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.families import named
from bot.handlers.weighing import CHILD
from bot.handlers.where import of_child
from posyandu.access import NAMED
from posyandu.calendar import local
from posyandu.cases import DONE
from posyandu.commands import ShowChild, ShowPicture
from storage import cases, days
from storage.case_family import EXPLAINED
from storage.people import place_of_child
from storage.sql import Row, Sql
from storage.tables import verdict

LATEST = Sql(select(verdict).where(verdict.c.child_id == bindparam("child_id")).order_by(verdict.c.on.desc()).limit(1))


def for_family(desk: Desk, child_id: int) -> bool:
    """Is the person who asks a guardian, and nothing more, of this child?"""
    place = place_of_child(desk.tx, child_id)
    return place is None or not desk.person.scope.reaches(place, NAMED)


def show_picture(command: ShowPicture, desk: Desk) -> Outcome:
    """The growth picture: the staff's for kader and health workers, the family's for a parent."""
    who, latest = _child(command.child_id, desk)
    family = for_family(desk, command.child_id)
    if latest is None or (family and latest.drawer == "kasus"):
        return Outcome((("picture.none" if latest is None else "picture.ask_kader", {"child": named(who)}),))
    media = {
        "kind": "chart",
        "child_id": command.child_id,
        "audience": "keluarga" if family else "petugas",
        "chart": command.chart,
    }
    return Outcome((("picture.here", {"child": named(who)}),), media=media)


def show_child(command: ShowChild, desk: Desk) -> Outcome:
    """A parent's answer to "anak saya": the latest weight, the next day, and the picture where it helps."""
    who, latest = _child(command.child_id, desk)
    says: list[Say] = []
    if latest is None or latest.grams is None:
        says.append(("mychild.not_weighed", {"child": named(who)}))
    else:
        values = {"child": named(who), "kg": latest.grams, "mm": latest.mm, "on": latest.on}
        says.append(("mychild.measured" if latest.mm else "mychild.weighed", values))
    if _called(desk, command.child_id):
        says.append(("mychild.called", {"child": named(who)}))
    coming = _next_day(desk, who, weighed_today=latest is not None and latest.on == desk.today.isoformat())
    if coming is not None:
        where = ", ".join(name for name in (coming.place, who.posyandu) if name)
        values = {"on": coming.on, "opens": coming.opens, "closes": coming.closes, "where": where}
        says.append(("mychild.today" if coming.on == desk.today.isoformat() else "mychild.next", values))
    shown = latest is not None and latest.grams is not None and latest.drawer != "kasus"
    media = {"kind": "chart", "child_id": command.child_id, "audience": "keluarga"} if shown else None
    return Outcome(tuple(says), media=media)


def _next_day(desk: Desk, who: Row, *, weighed_today: bool) -> Row | None:
    """The day on which she can still come: not today's once her child was weighed, or when the doors have closed."""
    at = local(desk.now, desk.person.zone)
    for row in days.coming(desk.tx, who.posyandu_id, desk.today):
        over = weighed_today or at.hour * 60 + at.minute >= row.closes
        if row.on > desk.today.isoformat() or not over:
            return row
    return None


def _called(desk: Desk, child_id: int) -> bool:
    """Has the family been told that the midwife wants to meet them, and has that not come about yet?"""
    case = desk.tx.one(cases.OF_CHILD, child_id=child_id)
    if case is None or case.state != "open" or case.step in DONE:
        return False
    return case.called_at is not None or desk.tx.value(EXPLAINED, visit_id=case.visit_id) is not None


def _child(child_id: int, desk: Desk) -> tuple[Row, Row | None]:
    who = desk.tx.one(CHILD, child_id=child_id)
    assert who is not None
    return who, desk.tx.one(LATEST, child_id=child_id)


HANDLERS = {
    ShowPicture: Handler("see_child", of_child, show_picture),
    ShowChild: Handler("see_child", of_child, show_child),
}
