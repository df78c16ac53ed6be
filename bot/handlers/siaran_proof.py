"""What has become of a siaran: counts, sheets, once more to the failed, answers and reports of those who read it."""

from __future__ import annotations

from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.siaran import checked, of_number
from bot.handlers.where import nowhere
from posyandu.commands.siaran import AnswerBroadcast, BroadcastSheet, ReportBroadcast, ResendFailed, ShowBroadcast
from posyandu.siaran import FATES, fate
from storage import book, joining, siaran, siaran_answers
from storage.sql import Row


def counts(rows: list[Row]) -> dict[str, int]:
    """People by what became of their message; `total` all of them."""
    out = dict.fromkeys(FATES, 0)
    for row in rows:
        out[fate(row.state, row.reason)] += row.n
    return {**out, "total": sum(out.values())}


def show(command: ShowBroadcast, desk: Desk) -> Outcome:
    """How it stands, in words, with the buttons that fit."""
    row = siaran.load(desk.tx, command.number)
    if row is None:
        return Outcome((("siaran.no_longer", {}),), failed=True)
    found = counts(siaran.fates(desk.tx, row.id))
    rows = [{"fate": name, "count": found[name]} for name in FATES if found[name]]
    later = row.state in ("putting", "running") and (row.start_at or 0) > desk.now
    state = "scheduled" if later else row.state
    says = ("siaran.status", {**found, "number": row.id, "label": row.label, "state": state, "rows": rows})
    again = found["gagal"] + found["tak_terjangkau"]
    verbs = {
        "planned": ("send", "later", "drop"), "putting": ("pause", "stop"), "running": ("pause", "stop", "sheet"),
        "paused": ("resume", "stop", "sheet"), "waiting": ("drop",),
    }.get(row.state, ("sheet", *(("resend",) if again else ())) if found["total"] else ())  # fmt: skip
    more = (("siaran.later", {"at": row.start_at}),) if later else ()
    return Outcome((says, *more), actions=tuple((f"!siaran:{row.id}:{v}", f"actions.siaran_{v}") for v in verbs))


def sheet(command: BroadcastSheet, desk: Desk) -> Outcome:
    """A document: the proof, or whom the ketua tells herself with a text to forward that names nobody."""
    row = siaran.load(desk.tx, command.number)
    if row is None:
        return Outcome((("siaran.no_longer", {}),), failed=True)
    media = {"kind": "siaran_sheet", "broadcast": row.id, "which": command.which}
    says: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"siaran.sheet_{command.which}", {"number": row.id, "label": row.label}),
    )
    if command.which == "ketua":
        # Sent by itself, so that it can be forwarded as it is: no name, no number of a person.
        text = ("siaran.forward", {"office": row.office, "text": row.text.replace("{nama}", "Ibu/Bapak")})
        desk.tell(desk.person.id, "reply", text, address_id=desk.address_id)
    return Outcome(says, media=media)


def resend(command: ResendFailed, desk: Desk) -> Outcome:
    """Only the failed, and of them only those for whom there is a way; who is in doubt is left alone."""
    tx, row = desk.tx, siaran.load(desk.tx, command.number)
    if row is None or row.state not in ("done", "running", "paused"):
        return Outcome((("siaran.no_longer", {}),), failed=True)
    done, last = siaran.resend(tx, row, desk.now)
    while last:
        more, last = siaran.resend(tx, row, desk.now, last)
        done += more
    if done and row.state == "done":
        siaran.turn(tx, row, "done", "running")
    found = counts(siaran.fates(tx, row.id))
    return Outcome(
        (("siaran.resent" if done else "siaran.nothing_to_resend", {**found, "count": done, "number": row.id}),)
    )


def answer(command: AnswerBroadcast, desk: Desk) -> Outcome:
    """Kept for the sender's digest."""
    row = siaran.load(desk.tx, command.number)
    if row is None or not _got_it(desk, command.number):
        return Outcome((("siaran.no_longer", {}),), failed=True)
    siaran_answers.add(desk.tx, row.id, desk.person.id, "answer", command.text, desk.now)
    return Outcome((("siaran.answered", {"sender": row.sender}),))


def report(command: ReportBroadcast, desk: Desk) -> Outcome:
    """The operators hear of it with the text, the sender and the office; the sender does not hear who it was."""
    row = siaran.load(desk.tx, command.number)
    if row is None or not _got_it(desk, command.number):
        return Outcome((("siaran.no_longer", {}),), failed=True)
    if siaran_answers.add(desk.tx, row.id, desk.person.id, "report", "", desk.now):
        for who in joining.operators(desk.tx, desk.now):
            values = {"number": row.id, "sender": row.sender, "text": row.text}
            actions = [(f"!siaran:{row.id}:stop", "actions.siaran_stop")]
            desk.tell(who, "alert", ("siaran.reported", values), once=f"reported:{row.id}:{desk.person.id}:{who}",
                      extra={"actions": actions})  # fmt: skip
        book.note(desk.tx, desk.now, desk.person.id, "siaran:reported", f"broadcast:{row.id}")
    return Outcome((("siaran.report_thanks", {}),))


def _got_it(desk: Desk, number: int) -> bool:
    return desk.tx.value(siaran.ROW_OF, its=siaran.group(number), person_id=desk.person.id) is not None


HANDLERS = {
    ShowBroadcast: Handler("broadcast", of_number, checked(show)),
    BroadcastSheet: Handler("broadcast", of_number, checked(sheet)),
    ResendFailed: Handler("broadcast", of_number, checked(resend)),
    AnswerBroadcast: Handler("own_data", nowhere, answer),
    ReportBroadcast: Handler("own_data", nowhere, report),
}
