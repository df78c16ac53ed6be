"""Consent: taken for thirty at once, given or withheld by a parent herself, stopped, and what no message can carry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.families import named
from bot.handlers.weighing import CHILD
from bot.handlers.where import nowhere, of_child, of_posyandu
from posyandu.calendar import local
from posyandu.commands import RecordSession, RecordVisit
from posyandu.commands.consent import Agree, ResumeMessages, StopMessages, TakeConsents, ToldInPerson
from posyandu.consent import BELUM, LISAN, MENOLAK, MESSAGES, RECORD, SENDIRI, may_record
from posyandu.people import Place
from storage import book, consents, data_requests, expecting, in_person, life
from storage.look_people import LookPeople
from storage.people import place_of_posyandu
from storage.reminders import due
from storage.store import Tx


def take_consents(command: TakeConsents, desk: Desk) -> Outcome:
    """What thirty families answered when the text was read out to them. A refused record leaves a number, no name."""
    tx = desk.tx
    here = consents.to_ask(tx, command.posyandu_id, command.purpose)
    if not {*command.yes, *command.no} <= here.keys():
        return Outcome((("refused", {}),), failed=True)
    for child_id in command.yes:
        if here[child_id] != SENDIRI:
            consents.give(tx, child_id, command.purpose, LISAN, desk.now, by_person=desk.person.id)
            book.note(tx, desk.now, desk.person.id, "consent:lisan", f"child:{child_id}", command.purpose)
    for child_id in command.no:
        _refuse(child_id, command.purpose, desk)
    left = sum(1 for c, s in here.items() if s == BELUM and c not in (*command.yes, *command.no))
    values = {"yes": len(command.yes), "no": len(command.no), "left": left, "purpose": command.purpose}
    says: list[Say] = [("consent.taken", values)]
    if command.no:
        says.append((f"consent.refused_{command.purpose}", values))
    if left:
        says.append(("consent.left", values))
    return Outcome(tuple(says))


def _refuse(child_id: int, purpose: str, desk: Desk, *, person_id: int | None = None) -> None:
    """Closes just what was refused: messages, sharing, or the record, of which a number in S stays."""
    consents.give(
        desk.tx, child_id, purpose, MENOLAK, desk.now, person_id=person_id,
        by_person=None if person_id else desk.person.id,
    )  # fmt: skip
    book.note(desk.tx, desk.now, desk.person.id, "consent:menolak", f"child:{child_id}", purpose)
    if purpose == MESSAGES:
        consents.mute_everybody(desk.tx, child_id, desk.now)
    elif purpose == RECORD:
        life.leave_a_number(desk.tx, child_id, desk.now)


def agree(command: Agree, desk: Desk) -> Outcome:
    """A guardian's own answer. For messages it is hers alone: the other parent's stays as it was."""
    tx, who = desk.tx, desk.person.id
    child = tx.one(CHILD, child_id=command.child_id)
    assert child is not None
    values: dict[str, Any] = {"child": named(child), "posyandu": child.posyandu}
    answer = SENDIRI if command.yes else MENOLAK
    if command.purpose == MESSAGES:
        others = [r for r in tx.all(consents.GUARDIANS, child_id=command.child_id) if r.person_id != who]
        heard = any(not r.muted for r in others)
        consents.give(
            tx, command.child_id, MESSAGES, answer, desk.now, person_id=who, in_force=command.yes or not heard
        )
        (consents.unmute if command.yes else consents.mute)(tx, command.child_id, who, desk.now)
    elif command.yes:
        consents.give(tx, command.child_id, command.purpose, SENDIRI, desk.now, person_id=who)
    else:
        _refuse(command.child_id, command.purpose, desk, person_id=who)
    word = "yes" if command.yes else "no"
    follow: tuple[str, dict[str, Any]] | None = ("agree", {}) if _pending(desk) else None
    return Outcome(((f"agree.{command.purpose}_{word}", values),), follow=follow)


def _pending(desk: Desk) -> bool:
    return bool(LookPeople(desk.tx, desk.person.scope, desk.today, desk.now).agreements())


def stop_messages(command: StopMessages, desk: Desk) -> Outcome:
    """Stops only what was asked, at once; logged as a request and answered."""
    return _switch(command.child_ids, desk, on=False)


def resume_messages(command: ResumeMessages, desk: Desk) -> Outcome:
    """And begins again just as easily."""
    return _switch(command.child_ids, desk, on=True)


def _switch(child_ids: tuple[int, ...], desk: Desk, *, on: bool) -> Outcome:
    tx, who = desk.tx, desk.person.id
    mine = {r.child_id for r in consents.mine(tx, who)}
    if not child_ids:
        return Outcome((("stop.heard" if on and mine else "stop.none_heard", {}),))
    if not set(child_ids) <= mine:
        return Outcome((("refused", {}),), failed=True)
    names = []
    for child_id in child_ids:
        child = tx.one(CHILD, child_id=child_id)
        assert child is not None
        others = [r for r in tx.all(consents.GUARDIANS, child_id=child_id) if r.person_id != who]
        in_force = on or all(r.muted for r in others)
        consents.give(tx, child_id, MESSAGES, SENDIRI if on else MENOLAK, desk.now, person_id=who, in_force=in_force)
        (consents.unmute if on else consents.mute)(tx, child_id, who, desk.now)
        names.append(named(child)["name"])
        if not on:
            data_requests.answered(tx, who, child_id, "berhenti", desk.now)
    if on or len(mine) == len(child_ids):
        _for_herself(desk, on=on)
    rest = len(mine) - len(child_ids)
    key = "stop.resumed" if on else "stop.done_all" if rest == 0 else "stop.done"
    return Outcome(((key, {"rows": names}),))


def _for_herself(desk: Desk, *, on: bool) -> None:
    """Who expects a child besides and stops everything hears nothing as a pregnant woman either; and the other way."""
    for row in desk.tx.all(expecting.ACTIVE_OF, person_id=desk.person.id):
        if row.messages == (MENOLAK if on else SENDIRI):
            expecting.answer(desk.tx, row.id, desk.person.id, desk.now, yes=on)
            due.reconsider(desk.tx, row.posyandu_id, desk.now, "terima lagi" if on else "berhenti")


# -- the gate before a measure is written down ---------------------------------------------------------------------


def gate(command: object, desk: Desk) -> tuple[object | None, Outcome]:
    """Measures of families that nobody has asked for too long wait for one tap; everything else goes through.

    Gives the command as far as it may be carried out (None: nothing of it), and what is said of the rest.
    """
    if isinstance(command, RecordVisit):
        why = _closed(command.child_id, desk)
        return (None, why) if why is not None else (command, Outcome())
    if not isinstance(command, RecordSession):
        return command, Outcome()
    kept, says, actions = [], list[Say](), list[tuple[str, str]]()
    for one in command.visits:
        why = _closed(one.child_id, desk)
        if why is None:
            kept.append(one)
        else:
            says += why.says
            actions += why.actions
    rest = Outcome(tuple(says), tuple(actions[:1]), failed=not kept)
    return (replace(command, visits=tuple(kept)) if kept else None), rest


def _closed(child_id: int, desk: Desk) -> Outcome | None:
    row = desk.tx.one(consents.CHILD, child_id=child_id)
    if row is None or row.state not in ("active", "visitor"):
        return Outcome((("consent.gone", {}),), failed=True)
    came = local(row.at or 0, desk.person.zone).date()
    if row.state == "visitor" or may_record(row.consent or BELUM, came, desk.today, desk.consent_days):
        return None
    child = desk.tx.one(CHILD, child_id=child_id)
    assert child is not None
    values = {"child": named(child), "mother": child.mother_name, "days": desk.consent_days}
    return Outcome((("consent.first", values),), ((f"!consent:{child_id}", "actions.read_out"),), failed=True)


# -- told in person ------------------------------------------------------------------------------------------------


def _of_line(tx: Tx, command: ToldInPerson) -> tuple[Place | None, int | None]:
    row = tx.one(in_person.LINE, line_id=command.line_id)
    return (None, None) if row is None else (place_of_posyandu(tx, row.posyandu_id), row.child_id)


def told_in_person(command: ToldInPerson, desk: Desk) -> Outcome:
    """One tap: it has been said."""
    if not in_person.told(desk.tx, command.line_id, desk.person.id, desk.now):
        return Outcome((("in_person.before", {}),))
    return Outcome((("in_person.done", {}),))


HANDLERS = {
    TakeConsents: Handler("take_consent", of_posyandu, take_consents),
    Agree: Handler("own_child", of_child, agree),
    StopMessages: Handler("own_data", nowhere, stop_messages),
    ResumeMessages: Handler("own_data", nowhere, resume_messages),
    ToldInPerson: Handler("tell_in_person", _of_line, told_in_person),
}
