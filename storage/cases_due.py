"""What falls due about cases: calls to families, whether they were reached, and the urgent questions to their owner.

`due` is asked at every tick and costs what is due; `next_due` tells a demo clock where to stop. What may wait for the
owner's one message of the day is asked there (storage.cases_asked, storage.reminders.digests).
"""

from __future__ import annotations

from posyandu import cases as rules
from storage import case_family, cases, cases_asked
from storage.case_claims import DUE_COLUMNS, NEXT, claimed
from storage.store import Tx


def next_due(tx: Tx, after: int, call_minutes: int = rules.MORNING) -> int | None:
    """The next instant at which something about a case falls due."""
    later = _later(call_minutes)
    shifts = {name: later if name == "call_at" else 0 for name in DUE_COLUMNS}
    found = [(tx.value(NEXT[name], after=after - shift), shift) for name, shift in shifts.items()]
    return min((int(at) + shift for at, shift in found if at is not None), default=None)


def due(tx: Tx, now: int, call_minutes: int = rules.MORNING) -> int:
    """Do what has fallen due; how many messages and lines were written. `call_minutes`: when in the day a family is
    called; the book says which morning, the house at what hour."""
    return _calls(tx, now, _later(call_minutes)) + _reached(tx, now) + cases_asked.urgent(tx, now)


def _later(call_minutes: int) -> int:
    return (call_minutes - rules.MORNING) * 60_000


def _calls(tx: Tx, now: int, later: int) -> int:
    put = 0
    for case, who in claimed(tx, "call_at", now, later):
        if case.step in rules.DONE:  # she has met them since: nobody is asked to come to her again
            continue
        put += case_family.call(tx, case, who, now)
        cases.change(tx, case.id, called_at=now)
        cases.note(tx, case, "dipanggil", now, None, {})
    return put


def _reached(tx: Tx, now: int) -> int:
    """After a day the kader is asked to go where no message arrived; after two the family is listed as not reached."""
    put = 0
    for case, who in claimed(tx, "reach_at", now):
        by = case_family.route(tx, case)
        if by:
            cases.change(tx, case.id, reached_at=now)
            cases.note(tx, case, "terjangkau", now, None, {"route": by})
        elif now - (begun := case.confirmed_at or case.opened_at) < rules.REACH_LIMIT_MS:
            case_family.in_person(tx, case, who, now)
            cases.change(tx, case.id, reach_at=begun + rules.REACH_LIMIT_MS)
            put += 1
        else:
            cases.change(tx, case.id, lost_at=now, ask_at=rules.next_digest(now, who.zone, 0))
            cases.note(tx, case, "belum_terjangkau", now, None, {})
    return put
