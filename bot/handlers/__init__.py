"""What is done: one file per subject, one function per command. The access check stands in front of every one."""

from __future__ import annotations

from dataclasses import replace

from bot.handlers import (
    aid,
    board,
    cases,
    consents,
    days,
    event_after,
    event_answers,
    event_contest,
    event_count,
    event_door,
    events,
    expecting,
    homes,
    lapor,
    months,
    people_work,
    pictures,
    pregnancy,
    recap,
    sessions,
    sheets,
    siaran,
    siaran_except,
    siaran_proof,
    skills,
    telaah,
    weighing,
)
from bot.handlers.desk import Desk, Handler, Outcome
from posyandu import access
from posyandu.people import Place
from storage import book

HANDLERS: dict[type, Handler] = {
    **people_work.HANDLERS,
    **weighing.HANDLERS,
    **sessions.HANDLERS,
    **pictures.HANDLERS,
    **recap.HANDLERS,
    **cases.HANDLERS,
    **homes.HANDLERS,
    **aid.HANDLERS,
    **months.HANDLERS,
    **sheets.HANDLERS,
    **siaran.HANDLERS,
    **board.HANDLERS,
    **siaran_except.HANDLERS,
    **siaran_proof.HANDLERS,
    **lapor.HANDLERS,
    **days.HANDLERS,
    **pregnancy.HANDLERS,
    **expecting.HANDLERS,
    **events.HANDLERS,
    **event_answers.HANDLERS,
    **event_door.HANDLERS,
    **event_count.HANDLERS,
    **event_after.HANDLERS,
    **event_contest.HANDLERS,
    **skills.HANDLERS,
    **telaah.HANDLERS,
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
    held, rest = consents.gate(command, desk)
    if held is None:
        return rest
    outcome = handler.do(held, desk)
    if rest.says:
        outcome = replace(outcome, says=outcome.says + rest.says, actions=outcome.actions + rest.actions)
    book.note(desk.tx, desk.now, desk.person.id or None, type(command).__name__, about)
    return outcome
