"""Parents and carers: a code is used, the kader says "ya, ini ibunya", and only then is a child named to anybody."""

from __future__ import annotations

from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.families import named
from bot.handlers.weighing import CHILD
from bot.handlers.where import nowhere, of_child
from posyandu.commands.joining import ConfirmGuardian, Introduce, SetNoShare
from posyandu.people import Place
from storage import book, joining
from storage.people import place_of_child
from storage.sql import Row
from storage.store import Tx
from storage.tables import guardian, person

NO_SHARE = joining.NO_SHARE


def used_by(row: Row, desk: Desk) -> int | None:
    """Whoever sends a right code: it is used up, and her chat is hers. None when somebody was quicker."""
    who = desk.person.id or desk.tx.insert(person, name="", at=desk.now)
    if not desk.tx.run(joining.USE, row_id=row.id, now=desk.now, who=who):
        return None
    assert desk.address_id is not None
    joining.attach(desk.tx, desk.address_id, who, desk.now)
    return int(who)


def begin_guardian(row: Row, desk: Desk) -> Outcome:
    """The code was right. Nothing about the child is said yet; she says who she is, then the kader is asked."""
    tx, now = desk.tx, desk.now
    who = used_by(row, desk)
    if who is None:
        return Outcome((("join.used", {"left": 0}),), failed=True)
    there = tx.one(joining.GUARDIAN_OF, person_id=who, child_id=row.child_id)
    if there is not None and there.state == "confirmed":
        return Outcome((("join.already_guardian", {}),), became=who)
    blocked = bool(row.no_share and tx.all(joining.CONFIRMED, child_id=row.child_id))
    state = "refused" if blocked else "new"
    if there is None:
        tx.insert(guardian, person_id=who, child_id=row.child_id, relation="", state=state, muted=1, at=now)
    else:
        tx.run(joining.SET_GUARDIAN, row_id=there.id, new_state=state, new_relation="")
    if blocked:
        book.note(tx, now, who, "blocked:no_share", f"child:{row.child_id}")
    name = desk.person.name if desk.person.id else ""
    if name and (before := _of_a_sibling(tx, who, row.child_id)):
        return _introduced(desk, who, row.child_id, name, before)
    seed = {"child": row.child_id, **({"name": name} if name else {})}
    return Outcome((("join.code_right", {}),), became=who, follow=("guardian", seed))


def _of_a_sibling(tx: Tx, who: int, child_id: int) -> str:
    """What she is to another child of the same mother; to anybody else's child she may be something else."""
    child = tx.one(CHILD, child_id=child_id)
    for row in tx.all(joining.MINE, person_id=who):
        other = tx.one(CHILD, child_id=row.child_id) if row.relation else None
        if child is None or other is None or other.id == child.id:
            continue
        if other.mother_name.casefold() == child.mother_name.casefold():
            return str(row.relation)
    return ""


def introduce(command: Introduce, desk: Desk) -> Outcome:
    """Who she says she is."""
    if not desk.person.name:
        desk.tx.run(joining.NAME, row_id=desk.person.id, new_name=command.name)
    return _introduced(desk, desk.person.id, command.child_id, command.name, command.relation)


def _introduced(desk: Desk, who: int, child_id: int, name: str, relation: str) -> Outcome:
    """The kader is asked, unless the family is closed to others; the answer to her is the same either way."""
    tx = desk.tx
    row = tx.one(joining.GUARDIAN_OF, person_id=who, child_id=child_id)
    if row is not None and row.state in ("new", "waiting"):
        tx.run(joining.SET_GUARDIAN, row_id=row.id, new_state="waiting", new_relation=relation)
        _ask_kader(desk, row.id, child_id, name, relation)
    return Outcome((("join.kader_asked", {"name": name}),), became=who)


def _ask_kader(desk: Desk, guardian_id: int, child_id: int, name: str, relation: str) -> None:
    child = desk.tx.one(CHILD, child_id=child_id)
    assert child is not None
    values = {
        "name": name,
        "relation": relation,
        "child": named(child),
        "mother": child.mother_name,
    }
    yes = "is_mother" if relation == "ibu" else "is_father" if relation == "ayah" else "is_family"
    actions = [(f"!guardian:{guardian_id}:yes", f"actions.{yes}"), (f"!guardian:{guardian_id}:no", "actions.is_not")]
    asked = joining.crew(desk.tx, child.posyandu_id, desk.now, "kader", "ketua")
    for one in asked or joining.over(desk.tx, child.posyandu_id, desk.now):
        if one == desk.person.id:
            continue
        desk.tell(
            one, "alert", ("guardian.confirm", values), group=f"guardian:{guardian_id}", child_id=child_id,
            extra={"actions": actions},
        )  # fmt: skip


def _of_guardian(tx: Tx, command: ConfirmGuardian) -> tuple[Place | None, int | None]:
    row = tx.one(joining.GUARDIAN, guardian_id=command.guardian_id)
    return (None, None) if row is None else (place_of_child(tx, row.child_id), row.child_id)


def confirm_guardian(command: ConfirmGuardian, desk: Desk) -> Outcome:
    """The first tap counts. A parent who is let in hears the child's name, and is asked before anything is sent."""
    tx = desk.tx
    row = tx.one(joining.GUARDIAN, guardian_id=command.guardian_id)
    assert row is not None
    if row.person_id == desk.person.id:  # nobody says yes to herself
        return Outcome((("guardian.not_yourself", {}),), failed=True)
    others = [r.person_id for r in tx.all(joining.CONFIRMED, child_id=row.child_id)]
    state = "confirmed" if command.yes else "refused"
    if not tx.run(joining.ANSWER_GUARDIAN, row_id=row.id, new_state=state, who=desk.person.id, now=desk.now):
        return Outcome((("guardian.answered", {"name": row.name}),), failed=True)
    tx.run(joining.WITHDRAW_GROUP, about=f"guardian:{row.id}", why="sudah dijawab")
    child = tx.one(CHILD, child_id=row.child_id)
    assert child is not None
    values: dict[str, Any] = {"name": row.name, "child": named(child), "posyandu": child.posyandu}
    if not command.yes:
        desk.tell(row.person_id, "alert", ("guardian.no", {}))
        return Outcome((("guardian.refused", values),))
    actions = [
        (f"!agree:{row.child_id}:messages:yes", "actions.agree"),
        (f"!agree:{row.child_id}:messages:no", "actions.disagree"),
    ]
    desk.tell(
        row.person_id, "alert", ("guardian.welcome", values), child_id=row.child_id, extra={"actions": actions},
    )  # fmt: skip
    for one in others:
        desk.tell(one, "parent", ("guardian.second", values), child_id=row.child_id)
    return Outcome((("guardian.confirmed", values),))


def set_no_share(command: SetNoShare, desk: Desk) -> Outcome:
    """Closes a child's family to others, or opens it; no guardian is told."""
    desk.tx.run(NO_SHARE, row_id=command.child_id, new_flag=int(command.on))
    child = desk.tx.one(CHILD, child_id=command.child_id)
    assert child is not None
    return Outcome(((f"no_share.{'on' if command.on else 'off'}", {"child": named(child)}),))


HANDLERS = {
    Introduce: Handler("join", nowhere, introduce),
    ConfirmGuardian: Handler("confirm_guardian", _of_guardian, confirm_guardian),
    SetNoShare: Handler("change_child", of_child, set_no_share),
}
