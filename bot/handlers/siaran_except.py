"""Leaving somebody out of a siaran that has not begun: another one takes its place, with a plan of its own.

The number is a new one, so that a button under the plan before, which counted other people, sends nothing.
"""

from __future__ import annotations

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.siaran import checked, of_number
from bot.handlers.siaran_label import left_out
from posyandu.commands.siaran import LeaveOut
from posyandu.siaran import Audience
from storage import joining, leaving_out, siaran


def leave_out(command: LeaveOut, desk: Desk) -> Outcome:
    """Counted anew, and read back with whom it is for."""
    tx, row = desk.tx, siaran.load(desk.tx, command.number)
    if row is None or row.state not in siaran.UNSENT:
        return Outcome((("siaran.except_late", {"number": command.number}),), failed=True)
    if row.by_person != desk.person.id:
        return Outcome((("siaran.not_yours", {}),), failed=True)
    before = Audience.load(row.audience)
    after = before.without(command.which) if command.which else before.whole()
    whole = row.label.removesuffix(left_out(tx, before)).rstrip()
    label = f"{whole} {left_out(tx, after)}".rstrip()
    tx.run(joining.WITHDRAW_GROUP, about=f"siaran_second:{row.id}", why="diganti")
    siaran.turn(tx, row, row.state, "dropped")
    made = leaving_out.instead(tx, row, after, label, desk.now)
    return Outcome((("siaran.narrowed", {"before": row.id, "number": made, "label": label}),))


HANDLERS: dict[type, Handler] = {LeaveOut: Handler("broadcast", of_number, checked(leave_out))}
