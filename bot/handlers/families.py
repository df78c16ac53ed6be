"""What a family is told of a weighing: one bubble, and one more only when what it said has changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.handlers.desk import Desk, Say
from bot.locales.forms import FORMS
from posyandu.anthropometry import completed_months
from posyandu.calendar import next_allowed
from posyandu.cases import call_at
from posyandu.queries import call_name
from storage import cases, in_person, outbox, people
from storage.sql import Row, Sql, fixed
from storage.tables import outgoing, posyandu_day, verdict, visit

VERDICT = Sql(select(verdict).where(verdict.c.child_id == bindparam("child_id"), verdict.c.on == bindparam("on_day")))
NEXT_DAY = Sql(
    select(posyandu_day.c.on)
    .where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on > bindparam("after"),
    )
    .order_by(posyandu_day.c.on)
    .limit(1)
)
TOLD = Sql(
    select(outgoing.c.id, outgoing.c.state, outgoing.c.body)
    .where(outgoing.c.group_key == bindparam("about"), outgoing.c.person_id == bindparam("person_id"))
    .order_by(outgoing.c.id.desc())
)
EXPLAINED_AT = Sql(
    select(visit.c.explained_at).where(visit.c.child_id == bindparam("child_id"), visit.c.on == bindparam("on_day"))
)
UNEXPLAINED = Sql(
    update(visit)
    .where(visit.c.child_id == bindparam("about"), visit.c.on == bindparam("on_day"))
    .values(explained_at=None)
)
GONE_OUT = ("sending", "in_doubt", "sent", "delivered", "read")  # she has read it, or may have
ONLY_MILK_MONTHS = 6
KEPT_MS = 3 * 24 * 3600_000  # an older result of a weighing is no news


def named(who: Row) -> dict[str, str]:
    return {"id": str(who.id), "name": who.nickname or call_name(who.name)}


def careful(row: Row) -> bool:
    """Does this child's message need a careful word first? (One T is none: half of the healthy have one.)"""
    return bool(row.drawer == "kasus" or row.two_t or row.bgm)


def tell_parents(desk: Desk, who: Row, row: Row, on: date, *, explained: bool = False) -> None:
    """The parent's one bubble. A careful word waits for the kader's "sudah dijelaskan"; without it the plain result
    goes at the set hour of the next day, and a case has its own clock.

    Nothing is said twice: a value that has not changed is no news, one that has is told as a correction, and a
    message that has not left yet gives way to the new one.
    """
    if row.grams is None:
        return
    needs_word, day = careful(row), on.isoformat()
    explained = explained or desk.tx.value(EXPLAINED_AT, child_id=who.id, on_day=day) is not None
    waits = not explained and (desk.explain_first == "always" or (needs_word and desk.explain_first == "careful"))
    in_case = row.drawer == "kasus"
    # A case is nobody's news before it was measured again; afterwards its own clock calls (storage.cases_due).
    held = in_case and (waits or not (explained or cases.is_sure(desk.tx, row.visit_id)))
    at = call_at(desk.now, who.zone, desk.call_minutes) if waits else desk.now
    plain = _key(row, young=on_breast_milk(who, on))
    key = "parent.call" if needs_word and (in_case or not waits) else plain
    next_on = desk.tx.value(NEXT_DAY, posyandu_id=who.posyandu_id, after=max(day, desk.today.isoformat()))
    told_by_chat = people.guardians(desk.tx, who.id)
    if not told_by_chat:
        _tell_in_person(desk, who, row, day, key)
    for one in told_by_chat:
        told = desk.tx.all(TOLD, about=_about(who, day), person_id=one.person_id)
        _withdraw(desk, told)
        before = _heard(told)
        if held or before in ((key, row.grams), ("parent.corrected", row.grams)):
            continue
        corrects = before is not None and before[1] not in (None, row.grams) and not needs_word
        values = {"child": named(who), "kg": row.grams, "on": day, "posyandu": who.posyandu}
        says: list[Say] = [("parent.corrected" if corrects else key, values)]
        if next_on:
            says.append(("parent.next", {"on": next_on}))
        desk.tell(
            one.person_id,
            "parent",
            *says,
            # Never a picture for a child in a case.
            media=None if needs_word else {"kind": "chart", "child_id": who.id, "audience": "keluarga"},
            child_id=who.id,
            group=_about(who, day),
            template="ralat" if corrects else "call_parent" if key == "parent.call" else "hasil_timbang",
            not_before=next_allowed(at, who.zone),
            expires=at + KEPT_MS,
            extra={"template": _called(who) if key == "parent.call" else _weighed(who, row.grams, day)},
        )


def _weighed(who: Row, grams: int, day: str) -> dict[str, str]:
    """The result of a weighing for a WhatsApp template: in Indonesian, as it was approved."""
    kg, on = FORMS["kg"](grams, "id"), FORMS["day"](day, "id")
    return {"child": named(who)["name"], "day": on, "kg": kg, "posyandu": who.posyandu}


def _called(who: Row) -> dict[str, str]:
    return {"child": named(who)["name"], "place": who.posyandu, "day": "minggu ini"}


def _tell_in_person(desk: Desk, who: Row, row: Row, day: str, key: str) -> None:
    """No parent reads here: what needs a careful word goes on the kader's list. A plain result is told on the spot."""
    once = in_person.key(_about(who, day), who.id)
    if not careful(row):
        in_person.drop(desk.tx, once, desk.now)
        return
    values = {"child": named(who), "kg": row.grams, "on": day, "posyandu": who.posyandu}
    in_person.put(desk.tx, who.posyandu_id, who.id, [(key, values)], once=once, why="tanpa kontak", now=desk.now)


def on_breast_milk(who: Row, on: date) -> bool:
    """Under six months, when milk is all a child needs: nobody is told to give eggs or fish."""
    return completed_months(date.fromisoformat(who.birth), on) < ONLY_MILK_MONTHS


def _key(row: Row, *, young: bool) -> str:
    """The words for a weighing that needs no careful word. Only what was seen to grow is called growing."""
    if row.nt == "T":
        return "parent.t_asi" if young else "parent.t"
    return "parent.weighed" if row.nt == "N" and not row.orange else "parent.seen"


def tell_undone(desk: Desk, who: Row, on: date) -> None:
    """A weight was taken back: what stood there before is told as the right one; if nothing did, that it was a slip."""
    day = on.isoformat()
    row = desk.tx.one(VERDICT, child_id=who.id, on_day=day)
    if row is not None and row.grams is not None:
        tell_parents(desk, who, row, on)
        return
    desk.tx.run(UNEXPLAINED, about=who.id, on_day=day)
    for one in people.guardians(desk.tx, who.id):
        told = desk.tx.all(TOLD, about=_about(who, day), person_id=one.person_id)
        _withdraw(desk, told)
        before = _heard(told)
        if before is not None and before[1] is not None:
            values = {"child": named(who), "posyandu": who.posyandu}
            undone = ("parent.undone", values)
            desk.tell(
                one.person_id, "parent", undone, child_id=who.id, group=_about(who, day), template="ralat_batal",
                not_before=next_allowed(desk.now, who.zone),
                extra={"template": {"child": named(who)["name"], "posyandu": who.posyandu}},
            )  # fmt: skip


def _about(who: Row, day: str) -> str:
    return f"weighed:{who.id}:{day}"


def _withdraw(desk: Desk, told: Sequence[Row]) -> None:
    for row in told:
        if row.state == "ready":
            outbox.ended(desk.tx, row.id, "superseded", "nilai diperbaiki")


def _heard(told: Sequence[Row]) -> tuple[str, int | None] | None:
    """The words and the grams she was told last, or None if nothing has gone out."""
    for row in told:
        if row.state in GONE_OUT:
            says: list[tuple[str, dict[str, Any]]] = json.loads(row.body)["says"]
            return says[0][0], says[0][1].get("kg")
    return None
