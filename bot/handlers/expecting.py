"""A pregnant woman's own chat: a code is used, the kader says "ya, ini ibunya", and only her own yes lets the bot tell
her of posyandu day. Until the kader has answered nothing is said of any pregnancy."""

from __future__ import annotations

from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.families import named
from bot.handlers.guardians import used_by
from bot.handlers.weighing import CHILD
from bot.handlers.where import nowhere
from posyandu.calendar import next_allowed
from posyandu.commands.pregnancy import ConfirmPregnant, HearPregnant, IntroducePregnant, InvitePregnant
from posyandu.people import Place
from storage import book, days, expecting, joining, pregnancies
from storage.people import place_of_posyandu
from storage.reminders import due
from storage.sql import Row
from storage.store import Tx

ASKED_MS = 7 * 24 * 3600_000  # so long the question about her child may wait for her to write


def of_mother(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The posyandu on whose list she is."""
    row = tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    return (place_of_posyandu(tx, row.posyandu_id) if row else None), None


def invite(command: InvitePregnant, desk: Desk) -> Outcome:
    """A code to hand to her, used once, good for thirty days."""
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    assert row is not None
    if row.state != "active":
        return Outcome((("pregnancy.over", {"mother": row.name}),), failed=True)
    made = joining.make_code(
        desk.tx, kind="pregnant", now=desk.now, by=desk.person.id, shown=desk.demo, pregnancy_id=row.id,
        posyandu_id=row.posyandu_id,
    )  # fmt: skip
    return Outcome((("expecting.invited", {"mother": row.name}), ("invite.code", {"code": made})))


def begin(row: Row, desk: Desk) -> Outcome:
    """The code was right. She says who she is, then the kader is asked."""
    tx = desk.tx
    who = used_by(row, desk)
    if who is None:
        return Outcome((("join.used", {"left": 0}),), failed=True)
    there = tx.one(pregnancies.ONE, pregnancy_id=row.pregnancy_id)
    if there is not None and there.person_id == who:
        return Outcome((("join.already_guardian", {}),), became=who)
    tx.run(expecting.CLAIM, row_id=row.pregnancy_id, who=who)
    name = desk.person.name if desk.person.id else ""
    if name:
        return _introduced(desk, who, row.pregnancy_id, name)
    return Outcome((("join.code_right", {}),), became=who, follow=("expecting", {"pregnancy": row.pregnancy_id}))


def introduce(command: IntroducePregnant, desk: Desk) -> Outcome:
    """Who she says she is."""
    if not desk.person.name:
        desk.tx.run(joining.NAME, row_id=desk.person.id, new_name=command.name)
    return _introduced(desk, desk.person.id, command.pregnancy_id, command.name)


def _introduced(desk: Desk, who: int, pregnancy_id: int, name: str) -> Outcome:
    """The kader is asked; the answer to her is the same whether or not it is still open."""
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=pregnancy_id)
    mine = expecting.of_person(desk.tx, who)
    if row is not None and row.state == "active" and mine is not None and mine.claimed_by == who:
        values = {"name": name, "mother": row.name}
        actions = [
            (f"!pregnant:{row.id}:{who}:yes", "actions.is_she"),
            (f"!pregnant:{row.id}:{who}:no", "actions.is_not"),
        ]
        asked = joining.crew(desk.tx, row.posyandu_id, desk.now, "kader", "ketua")
        for one in asked or joining.over(desk.tx, row.posyandu_id, desk.now):
            if one != who:
                desk.tell(
                    one, "alert", ("expecting.confirm", values), group=expecting.group(row.id),
                    extra={"actions": actions},
                )  # fmt: skip
    return Outcome((("join.kader_asked", {"name": name}),), became=who)


def confirm(command: ConfirmPregnant, desk: Desk) -> Outcome:
    """The first tap counts. Who is let in is asked before anything is sent."""
    tx, who = desk.tx, command.person_id
    row = tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    assert row is not None
    if who == desk.person.id:  # nobody says yes to herself
        return Outcome((("guardian.not_yourself", {}),), failed=True)
    name = tx.value(joining.NAME_OF, person_id=who) or ""
    done = (
        tx.run(expecting.CONFIRM, row_id=row.id, who=who, chat=who)
        if command.yes
        else tx.run(expecting.REFUSE, row_id=row.id, who=who)
    )
    if not done:
        return Outcome((("guardian.answered", {"name": name}),), failed=True)
    tx.run(expecting.WITHDRAW, about=expecting.group(row.id), why="sudah dijawab")
    book.note(tx, desk.now, desk.person.id, f"pregnant:{'yes' if command.yes else 'no'}", expecting.group(row.id))
    if not command.yes:
        desk.tell(who, "alert", ("guardian.no", {}))
        return Outcome((("guardian.refused", {"name": name}),))
    posyandu = tx.value(joining.POSYANDU_NAME, posyandu_id=row.posyandu_id)
    actions = [(f"!hear:{row.id}:yes", "actions.agree"), (f"!hear:{row.id}:no", "actions.disagree")]
    desk.tell(
        who, "alert", ("expecting.welcome", {"name": name, "posyandu": posyandu}), group=expecting.group(row.id),
        extra={"actions": actions},
    )  # fmt: skip
    return Outcome((("expecting.confirmed", {"name": name, "mother": row.name}),))


def hear(command: HearPregnant, desk: Desk) -> Outcome:
    """Her own answer; the last word counts. What waits is put right in this transaction."""
    tx, who = desk.tx, desk.person.id
    row = tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    if row is None or row.person_id != who or row.state != "active":
        return Outcome((("expecting.quiet", {}),), failed=True)
    expecting.answer(tx, row.id, who, desk.now, yes=command.yes)
    tx.run(expecting.DROP_LINES, place=row.posyandu_id, whose=f"%:p{row.id}", now=desk.now)
    due.reconsider(tx, row.posyandu_id, desk.now, "ia sendiri yang menjawab")
    if not command.yes:
        return Outcome((("expecting.hears_no", {}),))
    posyandu = tx.value(joining.POSYANDU_NAME, posyandu_id=row.posyandu_id)
    coming = days.coming(tx, row.posyandu_id, desk.today)[:1]
    following = tuple(("expecting.next", {"on": day.on}) for day in coming)
    return Outcome((("expecting.hears", {"posyandu": posyandu}), *following))


def ask_about_child(desk: Desk, person_id: int, child_id: int) -> None:
    """Her child is born: its name to her, and whether its news may come here. The yes for herself is none for it."""
    child = desk.tx.one(CHILD, child_id=child_id)
    assert child is not None
    values = {"child": named(child), "posyandu": child.posyandu}
    actions = [
        (f"!agree:{child_id}:messages:yes", "actions.agree"),
        (f"!agree:{child_id}:messages:no", "actions.disagree"),
    ]
    desk.tell(
        person_id, "parent", ("expecting.born", values), child_id=child_id,
        extra={"actions": actions, "template": {"posyandu": child.posyandu}}, template="message_waiting",
        not_before=next_allowed(desk.now, desk.person.zone), expires=desk.now + ASKED_MS,
    )  # fmt: skip


HANDLERS = {
    InvitePregnant: Handler("keep_pregnancy", of_mother, invite),
    IntroducePregnant: Handler("join", nowhere, introduce),
    ConfirmPregnant: Handler("keep_pregnancy", of_mother, confirm),
    HearPregnant: Handler("own_data", nowhere, hear),
}
