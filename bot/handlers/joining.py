"""Coming in: a code is used, a name is picked from a list, somebody who may says yes."""

from __future__ import annotations

from typing import Any

from bot.handlers import expecting
from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.guardians import begin_guardian
from bot.handlers.where import nowhere, of_posyandu
from posyandu.commands.joining import AnswerJoins, AskToJoin, SayName, UseCode
from posyandu.people import Role
from storage import book, joining, outbox, people
from storage.people import place_of_posyandu
from storage.sql import Row
from storage.store import Tx
from storage.tables import join_request, membership, person

MOST_JOINS = 10
ONLY_OPERATORS = frozenset({Role.OPERATOR})


def use_code(command: UseCode, desk: Desk) -> Outcome:
    """Let her in, or say kindly why not. Wrong codes are counted, by sender and together."""
    tx, now = desk.tx, desk.now
    assert desk.address_id is not None
    mine, first, everybody = joining.tries(tx, desk.address_id, now)
    if mine >= joining.TRIES_OF_ONE:
        return Outcome((("join.wait", {"at": first + joining.HOUR}),), failed=True)
    if everybody >= joining.TRIES_OF_ALL:
        return Outcome((("join.wait_all", {}),), failed=True)
    row = joining.find_code(tx, command.code)
    why = _closed(row, now)
    if why is None and row is not None:
        if row.kind == "guardian":
            return begin_guardian(row, desk)
        if row.kind == "pregnant":
            return expecting.begin(row, desk)
        return _link(row, desk) if row.kind == "link" else _join_staff(row, desk)
    joining.wrong(tx, desk.address_id, now)
    if everybody + 1 >= joining.TRIES_OF_ALL:
        for who in joining.operators(tx, now):
            hour = now // joining.HOUR
            desk.tell(who, "alert", ("join.many_tries", {"tries": everybody + 1}), once=f"tries:{hour}:{who}")
    left = joining.TRIES_OF_ONE - mine - 1
    if row is not None and row.used_at is not None and row.used_by == (desk.person.id or None):
        why = "yours"
    return Outcome(((f"join.{why}", {"left": left}),), failed=True)


def _closed(row: Row | None, now: int) -> str | None:
    """Why a code opens nothing, or None."""
    if row is None:
        return "unknown"
    if row.used_at is not None:
        return "used"
    if row.expires_at <= now:
        return "expired"
    if row.kind == "guardian" and row.child_state != "active":
        return "expired"
    if row.kind == "pregnant" and row.pregnancy_state != "active":
        return "expired"
    return None


def _link(row: Row, desk: Desk) -> Outcome:
    """Her own code from her other channel: this address is hers too, with nothing more or less than she has."""
    assert desk.address_id is not None
    if not desk.tx.run(joining.USE, row_id=row.id, now=desk.now, who=row.person_id):
        return Outcome((("join.used", {"left": 0}),), failed=True)
    joining.attach(desk.tx, desk.address_id, row.person_id, desk.now)
    return Outcome((("channel.linked", {}),), became=row.person_id, follow=("menu", {}))


def _join_staff(row: Row, desk: Desk) -> Outcome:
    tx, now = desk.tx, desk.now
    who = desk.person.id or row.person_id or tx.insert(person, name="", at=now)
    if not tx.run(joining.USE, row_id=row.id, now=now, who=who):
        return Outcome((("join.used", {"left": 0}),), failed=True)
    assert desk.address_id is not None
    joining.attach(tx, desk.address_id, who, now)
    place = {"posyandu_id": row.posyandu_id, "puskesmas_id": row.puskesmas_id, "area": row.area}
    there = tx.value(
        joining.SAME_POST, person_id=who, role=row.role, now=now, at_posyandu=row.posyandu_id or 0,
        at_puskesmas=row.puskesmas_id or 0, at_area=row.area or "",
    )  # fmt: skip
    if there is None:
        tx.insert(membership, person_id=who, role=row.role, from_at=now, by_person=row.by_person, **place)
    values = {"role": row.role, "place": row.posyandu or row.puskesmas or row.place or ""}
    named = desk.person.name if desk.person.id else _name(desk, who)
    follow = ("menu", {}) if named else ("introduce", values)
    return Outcome((("join.welcome", values),), became=who, follow=follow)


def _name(desk: Desk, person_id: int) -> str:
    row = desk.tx.one(joining.PERSON, person_id=person_id)
    return row.name if row else ""


def say_name(command: SayName, desk: Desk) -> Outcome:
    """Her own name, as she gives it."""
    desk.tx.run(joining.NAME, row_id=desk.person.id, new_name=command.name)
    return Outcome((("join.named", {"name": command.name}),), became=desk.person.id)


# -- a name from the list ------------------------------------------------------------------------------------------


def ask_to_join(command: AskToJoin, desk: Desk) -> Outcome:
    """The ketua and the bidan are asked; she hears when they have answered. Asking is counted like trying codes."""
    tx, now = desk.tx, desk.now
    assert desk.address_id is not None
    mine, first, _ = joining.tries(tx, desk.address_id, now)
    if mine >= joining.TRIES_OF_ONE:
        return Outcome((("join.wait", {"at": first + joining.HOUR}),), failed=True)
    row = next(
        (r for r in tx.all(joining.UNJOINED, posyandu_id=command.posyandu_id, now=now) if r.id == command.person_id),
        None,
    )
    if row is None:
        return Outcome((("join.gone", {}),), failed=True)
    if tx.value(joining.OPEN_JOIN, person_id=row.id, address_id=desk.address_id) is None:
        joining.wrong(tx, desk.address_id, now)
        made = tx.insert(
            join_request, person_id=row.id, address_id=desk.address_id, posyandu_id=command.posyandu_id, at=now
        )
        _ask_seniors(command.posyandu_id, made, row.name, desk)
    return Outcome((("join.asked", {"name": row.name}),))


def _ask_seniors(posyandu_id: int, request_id: int, name: str, desk: Desk) -> None:
    tx, now = desk.tx, desk.now
    asked = _reached(tx, joining.crew(tx, posyandu_id, now, "ketua") + joining.over(tx, posyandu_id, now, "bidan"))
    asked = asked or _reached(tx, joining.over(tx, posyandu_id, now)) or _operators(posyandu_id, desk)
    values = {"name": name, "posyandu": desk.tx.value(joining.POSYANDU_NAME, posyandu_id=posyandu_id) or ""}
    says: list[tuple[str, dict[str, Any]]] = [("join.confirm", values)]
    waiting = len(desk.tx.all(joining.JOINS, posyandu_id=posyandu_id))
    if waiting > 1:
        says.append(("join.confirm_all", {"count": waiting, "posyandu": values["posyandu"]}))
    actions = [
        (f"!join:{request_id}:{posyandu_id}:yes", "actions.let_in"),
        (f"!join:{request_id}:{posyandu_id}:no", "actions.is_not"),
    ]
    for who in asked:
        desk.tell(who, "alert", *says, group=f"join:{request_id}", extra={"actions": actions})


def _reached(tx: Tx, ids: list[int]) -> list[int]:
    """Those who have come in themselves: a ketua who is only on the list can say nothing yet."""
    return [i for i in dict.fromkeys(ids) if tx.value(outbox.BEST_ADDRESS, person_id=i) is not None]


def _operators(posyandu_id: int, desk: Desk) -> list[int]:
    """On the first day nobody else may have come in yet."""
    place = place_of_posyandu(desk.tx, posyandu_id)
    known = [people.load(desk.tx, who, desk.now) for who in joining.operators(desk.tx, desk.now)]
    return [k.id for k in known if k is not None and place is not None and k.scope.reaches(place, ONLY_OPERATORS)]


def answer_joins(command: AnswerJoins, desk: Desk) -> Outcome:
    """Each one let in is welcomed at the address she wrote from; one answer counts, the first."""
    tx, now = desk.tx, desk.now
    waiting = {r.id: r for r in tx.all(joining.JOINS, posyandu_id=command.posyandu_id)}
    place = tx.value(joining.POSYANDU_NAME, posyandu_id=command.posyandu_id) or ""
    let_in: list[str] = []
    refused: list[str] = []
    for request_id in (*command.yes, *command.no):
        row, yes = waiting.get(request_id), request_id in command.yes
        state = "yes" if yes else "no"
        if row is None or not tx.run(
            joining.ANSWER_JOIN, row_id=row.id, new_state=state, who=desk.person.id or None, now=now
        ):
            continue
        tx.run(joining.WITHDRAW_GROUP, about=f"join:{row.id}", why="sudah dijawab")
        if yes:
            tx.run(joining.OTHER_JOINS, whose=row.person_id, now=now)
            joining.let_in(tx, row.address_id, row.person_id, now)
            book.note(tx, now, row.person_id, "joined", f"posyandu:{command.posyandu_id}")
            says = ("join.let_in", {"name": row.name, "place": place})
            desk.tell(row.person_id, "alert", says, address_id=row.address_id)
        else:
            desk.tell_address(row.address_id, ("join.not_let_in", {}))
        (let_in if yes else refused).append(row.name)
    if not let_in and not refused:
        return Outcome((("join.answered", {}),), failed=True)
    says_: list[tuple[str, dict[str, Any]]] = []
    if let_in:
        says_.append(("join.done", {"rows": let_in, "place": place}))
    if refused:
        says_.append(("join.refused", {"rows": refused}))
    return Outcome(tuple(says_))


HANDLERS = {
    UseCode: Handler("join", nowhere, use_code),
    SayName: Handler("join", nowhere, say_name),
    AskToJoin: Handler("join", nowhere, ask_to_join),
    AnswerJoins: Handler("answer_join", of_posyandu, answer_joins),
}
