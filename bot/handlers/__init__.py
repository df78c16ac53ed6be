"""What is done: one file per subject, one function per command. The access check stands in front of every one."""

from __future__ import annotations

from bot.handlers import cases, days, guardians, homes, joining, pictures, recap, sessions, staff, weighing
from bot.handlers.desk import Desk, Handler, Outcome
from posyandu import access
from posyandu.people import Place
from storage import book

HANDLERS: dict[type, Handler] = {
    **weighing.HANDLERS,
    **days.HANDLERS,
    **sessions.HANDLERS,
    **pictures.HANDLERS,
    **recap.HANDLERS,
    **joining.HANDLERS,
    **guardians.HANDLERS,
    **staff.HANDLERS,
    **cases.HANDLERS,
    **homes.HANDLERS,
}


def carry_out(command: object, desk: Desk) -> Outcome:
    """Check, do, and note who did it. A refusal is an outcome with words, and is noted too."""
    handler = HANDLERS[type(command)]
    place, child_id = handler.where(desk.tx, command)
    about = f"child:{child_id}" if child_id is not None else f"posyandu:{place.posyandu_id}" if place else ""
    try:
        access.check(desk.person.scope, handler.verb, place or Place("none"), child_id)
    except access.Refused:
        book.note(desk.tx, desk.now, desk.person.id or None, f"refused:{handler.verb}", about)
        return Outcome((("refused", {}),), failed=True)
    outcome = handler.do(command, desk)
    book.note(desk.tx, desk.now, desk.person.id or None, type(command).__name__, about)
    return outcome
