"""hadir, tidak, diwakili: a guest's answer, the seat it takes or leaves, and who moves up from the waiting list."""

from __future__ import annotations

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.events import actions, over
from bot.handlers.where import nowhere
from posyandu.commands.events import AnswerInvitation
from posyandu.events import COMING, NOT, SEATED, STAND_IN, WAITING
from storage import events, guests
from storage.events import facts
from storage.sql import Row


def answer(command: AnswerInvitation, desk: Desk) -> Outcome:
    """Her own answer, which she may change as long as it has not ended. Who waits moves up at once."""
    tx = desk.tx
    number = command.event_id
    if number is None:
        nearest = tx.one(guests.INVITED, person_id=desk.person.id, since=desk.now)
        number = nearest.id if nearest is not None else None
    row = events.load(tx, number) if number is not None else None
    mine = tx.one(guests.OF_PERSON, event_id=number, person_id=desk.person.id) if row is not None else None
    if row is None or mine is None:
        return Outcome((("acara.not_invited", {}),), failed=True)
    if row.state != "open" or row.ends_at <= desk.now:
        return over()
    if command.answer not in (COMING, NOT, STAND_IN) or (command.answer == STAND_IN and not command.stand_in):
        return Outcome((("refused", {}),), failed=True)
    return _answered(row, mine, command, desk)


def _answered(row: Row, mine: Row, command: AnswerInvitation, desk: Desk) -> Outcome:
    tx, share = desk.tx, mine.share_id
    wants = command.answer in SEATED
    if wants and mine.state == WAITING:
        place = events.ahead(tx, mine) + 1
        tx.run(
            guests.ANSWER, row_id=mine.id, new_state=WAITING, other=command.stand_in, now=mine.answered_at, out_of=share
        )
        return Outcome((("acara.still_waiting", {**facts(row), "place": place}),), actions=actions(row.id, "tidak"))
    if wants and mine.state not in SEATED and not events.seat(tx, share):
        tx.run(guests.ANSWER, row_id=mine.id, new_state=WAITING, other=command.stand_in, now=desk.now, out_of=share)
        fresh = tx.one(guests.BY_ID, row_id=mine.id)
        place = events.ahead(tx, fresh) + 1
        return Outcome((("acara.full", {**facts(row), "place": place}),), actions=actions(row.id, "tidak"))
    tx.run(
        guests.ANSWER, row_id=mine.id, new_state=command.answer, other=command.stand_in if wants else "",
        now=desk.now, out_of=share,
    )  # fmt: skip
    if not wants:
        _move_up(row, mine, desk)
        return Outcome((("acara.answered_no", facts(row)),), actions=actions(row.id, "hadir"))
    values = {**facts(row), "code": mine.code, "stand_in": command.stand_in}
    key = "acara.answered_stand_in" if command.answer == STAND_IN else "acara.answered_yes"
    return Outcome(((key, values),), actions=actions(row.id, "kode", "tidak"))


def _move_up(row: Row, mine: Row, desk: Desk) -> None:
    """The seat she leaves goes to who has waited longest, and she hears of it."""
    following = events.leave(desk.tx, mine)
    if following is None:
        return
    if following.stand_in:
        desk.tx.run(
            guests.ANSWER, row_id=following.id, new_state=STAND_IN, other=following.stand_in,
            now=following.answered_at, out_of=following.share_id,
        )  # fmt: skip
    desk.tell(
        following.person_id, "alert", ("acara.moved_up", {**facts(row), "code": following.code}),
        extra={"actions": list(actions(row.id, "kode", "tidak"))},
    )  # fmt: skip


HANDLERS: dict[type, Handler] = {AnswerInvitation: Handler("own_event", nowhere, answer)}
