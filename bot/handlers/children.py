"""A child's life events: registered, moved, left, five, died, merged; the family's phone."""

from __future__ import annotations

from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.families import named
from bot.handlers.weighing import CHILD
from bot.handlers.where import of_child, of_posyandu
from posyandu.commands.children import (
    ChildDied,
    LeaveRegister,
    MergeChildren,
    MoveChild,
    RegisterChild,
    SetContact,
)
from posyandu.people import Place
from posyandu.queries import call_name
from storage import book, joining, life, newborn
from storage.people import place_of_child
from storage.store import Tx

REASONS = ("left", "five")


def register_child(command: RegisterChild, desk: Desk) -> Outcome:
    """On the register; what was typed before she was known is put to the kader again, for her."""
    made = newborn.register(
        desk.tx, command.posyandu_id, command.name, command.sex, command.birth, command.mother, command.rt, command.on,
        desk.person.id, desk.now, visitor=command.visitor, twin_of=command.twin_of,
    )  # fmt: skip
    child = desk.tx.one(CHILD, child_id=made)
    assert child is not None
    key = "children.visitor" if command.visitor else "children.registered"
    values = {"child": named(child), "code": child.code, "mother": command.mother}
    follow: tuple[str, dict[str, Any]]
    queue = [dict(item) for item in command.queue]
    if command.values:
        item = {
            "line": command.typed, "typed": command.name, "why": "unknown_child", "child": str(made), "candidates": [],
            "values": [list(v) for v in command.values], "suggested": [], "on": command.on.isoformat(),
            "day": command.then, "status": None,
        }  # fmt: skip
        follow = ("settle", {"queue": [item, *queue]})
    elif queue:
        follow = ("settle", {"queue": queue})
    else:
        follow = ("weighing", {"day": command.then, "child": str(made)})
    return Outcome(((key, values),), follow=follow if command.then else None)


def set_contact(command: SetContact, desk: Desk) -> Outcome:
    """The number is for kader and health staff; nothing is sent to it before its owner has come in herself."""
    desk.tx.run(newborn.PHONE, row_id=command.child_id, new_phone=command.phone)
    child = desk.tx.one(CHILD, child_id=command.child_id)
    assert child is not None
    values = {"child": named(child), "phone": command.phone or ""}
    return Outcome((("children.contact", values),))


def move_child(command: MoveChild, desk: Desk) -> Outcome:
    """To another posyandu, whose kader hear of it; or away."""
    tx = desk.tx
    child = tx.one(CHILD, child_id=command.child_id)
    assert child is not None
    values: dict[str, Any] = {"child": named(child), "posyandu": child.posyandu}
    if command.to_posyandu_id is None:
        if not life.leave(tx, command.child_id, "moved", desk.today, desk.now, "pindah"):
            return Outcome((("children.before", values),), failed=True)
        return Outcome((("children.moved_away", values),))
    place = tx.value(joining.POSYANDU_NAME, posyandu_id=command.to_posyandu_id)
    if place is None or not newborn.move(tx, command.child_id, command.to_posyandu_id, desk.today, desk.now):
        return Outcome((("children.before", values),), failed=True)
    values |= {"place": place, "mother": child.mother_name, "birth": child.birth}
    for one in joining.crew(tx, command.to_posyandu_id, desk.now, "kader", "ketua"):
        desk.tell(one, "alert", ("children.arrived", values), child_id=command.child_id)
    return Outcome((("children.moved", values),))


def leave_register(command: LeaveRegister, desk: Desk) -> Outcome:
    """Several at once, all of the posyandu that was named."""
    if command.why not in REASONS:
        return Outcome((("refused", {}),), failed=True)
    names = []
    for child_id in command.child_ids:
        row = desk.tx.one(CHILD, child_id=child_id)
        if row is None or row.posyandu_id != command.posyandu_id:
            return Outcome((("refused", {}),), failed=True)
        if life.leave(desk.tx, child_id, command.why, desk.today, desk.now, "keluar dari daftar"):
            names.append(named(row)["name"])
            book.note(desk.tx, desk.now, desk.person.id, f"left:{command.why}", f"child:{child_id}")
    if not names:
        return Outcome((("children.nobody", {}),))
    return Outcome(((f"children.{command.why}", {"rows": names}),))


def child_died(command: ChildDied, desk: Desk) -> Outcome:
    """Everything waiting about the child is withdrawn here and now; the bidan hears, the family is told nothing."""
    child = desk.tx.one(CHILD, child_id=command.child_id)
    assert child is not None
    values: dict[str, Any] = {"name": call_name(child.name), "posyandu": child.posyandu, "mother": child.mother_name}
    if not life.leave(desk.tx, command.child_id, "died", desk.today, desk.now, "meninggal"):
        return Outcome((("children.before", {"child": named(child)}),), failed=True)
    for one in joining.over(desk.tx, child.posyandu_id, desk.now, "bidan"):
        if one != desk.person.id:
            # About a death there is no child_id: what carries one is never sent again.
            desk.tell(one, "alert", ("children.death_reported", {**values, "kader": desk.person.name}))
    return Outcome((("children.died", values),))


def _of_both(tx: Tx, command: MergeChildren) -> tuple[Place | None, int | None]:
    """Both must be of one place: otherwise nobody may."""
    keep, drop = place_of_child(tx, command.keep_id), place_of_child(tx, command.drop_id)
    same = keep is not None and keep == drop and command.keep_id != command.drop_id
    return (keep if same else None), command.keep_id


def merge_children(command: MergeChildren, desk: Desk) -> Outcome:
    """A person has seen both and decided."""
    keep = desk.tx.one(CHILD, child_id=command.keep_id)
    rows = [desk.tx.one(life.CHILD, child_id=i) for i in (command.keep_id, command.drop_id)]
    if keep is None or any(r is None or r.state != "active" for r in rows):
        return Outcome((("children.nobody", {}),), failed=True)
    newborn.merge(desk.tx, command.keep_id, command.drop_id, desk.today, desk.now)
    return Outcome((("children.merged", {"child": named(keep)}),))


HANDLERS = {
    RegisterChild: Handler("register_child", of_posyandu, register_child),
    SetContact: Handler("see_phone", of_child, set_contact),
    MoveChild: Handler("change_child", of_child, move_child),
    LeaveRegister: Handler("change_child", of_posyandu, leave_register),
    ChildDied: Handler("change_child", of_child, child_died),
    MergeChildren: Handler("change_child", _of_both, merge_children),
}
