"""The word of the hall, from somebody who is not on the guest list (docs/decisions/0009).

Where no seats are counted she is counted as a guest without an invitation; else she gets a code for the usher, who
decides.
"""

from __future__ import annotations

from bot.handlers.desk import Desk, Outcome
from bot.handlers.events import actions
from posyandu.events import STAND_IN, WALK_IN
from posyandu.hall_word import is_word
from storage import guests, uninvited
from storage.events import facts
from storage.sql import Row


def by_word(row: Row, word: str, desk: Desk) -> Outcome:
    """In the hall, and on no list; or known there under another line."""
    tx, who = desk.tx, desk.person
    if not who.scope.posts or not uninvited.is_near(tx, row, who.scope) or not is_word(row.secret, word, desk.now):
        return Outcome((("acara.not_invited", {}),), failed=True)
    line = uninvited.line_of(tx, row, who.id, who.name, who.scope, desk.now)
    if line.state == WALK_IN and not line.came and not uninvited.is_open_to_all(tx, row):
        return _to_the_door(row, line, desk)
    return _counted(row, line, desk)


def waits(row: Row, mine: Row, desk: Desk) -> Outcome | None:
    """Her code once more, as long as no usher has let her in."""
    if mine.state != WALK_IN or mine.came or uninvited.is_open_to_all(desk.tx, row):
        return None
    return _to_the_door(row, mine, desk)


def _counted(row: Row, line: Row, desk: Desk) -> Outcome:
    guests.came(
        desk.tx, row, line.id, "word", at=desk.now, now=desk.now, by=desk.person.id, incoming_id=desk.incoming_id
    )
    values = {**facts(row), "name": desk.person.name, "guest": line.name}
    if line.came:
        return Outcome((("acara.you_were_in", values),))
    if line.state == WALK_IN:
        return Outcome((("acara.you_are_in_unasked", values),), actions=actions(row.id, "materi", "sertifikat"))
    if line.state != STAND_IN:
        desk.tx.run(guests.CAME_AS, row_id=line.id, new_state=STAND_IN)
    return Outcome((("acara.you_are_in_for", values),))


def _to_the_door(row: Row, line: Row, desk: Desk) -> Outcome:
    """Once an event its holder hears that there are such guests: the ushers see each of them with her code."""
    once = f"tamu:{row.id}"
    desk.tell(row.by_person, "alert", ("acara.some_unasked", facts(row)), once=once, address_id=row.address_id)
    return Outcome((("acara.door_decides", {**facts(row), "code": line.code}),))
