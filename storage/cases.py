"""Cases: opened, changed, withdrawn and closed in the transaction that changes what a child's values mean.

`follow` is called after every judging (storage.book) and after every ruling. There is one case a child; its story is
the table of events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from posyandu import cases
from posyandu.calendar import local
from storage import case_alarm, case_family, case_people
from storage.case_alarm import Found
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import case_event, measurement, risk_case, verdict

LATEST = Sql(select(verdict).where(verdict.c.child_id == bindparam("child_id")).order_by(verdict.c.on.desc()).limit(1))
OF_CHILD = Sql(select(risk_case).where(risk_case.c.child_id == bindparam("child_id")))
BY_ID = Sql(select(risk_case).where(risk_case.c.id == bindparam("case_id")))
SURE = Sql(
    select(measurement.c.field, measurement.c.value).where(
        measurement.c.visit_id == bindparam("visit_id"), measurement.c.current.is_not(None)
    )
)
RECENT_DAYS = 45  # an older round that is written in later is history, not an alarm
EMPTY = {
    "step": "", "step_at": None, "pmt_until": None, "clear_on": None, "noted_at": None, "asked_at": None,
    "help_at": None, "raised_at": None, "called_at": None, "reached_at": None, "lost_at": None, "closed_at": None,
    "outcome": "", "ask_at": None, "call_at": None, "reach_at": None, "confirmed_at": None, "alerted": "",
}  # fmt: skip


def follow(tx: Tx, child_id: int, now: int, by: int | None = None) -> None:
    """Bring the child's case up to what its values mean now."""
    latest, case = tx.one(LATEST, child_id=child_id), tx.one(OF_CHILD, child_id=child_id)
    found = _found(tx, latest) if latest is not None and latest.drawer == "kasus" else None
    if case is None or case.state != "open":
        if found is not None and _opens(tx, case, found, child_id, now):
            _open(tx, child_id, case, found, now, by)
    elif found is not None:
        _update(tx, case, found, now, by)
    elif latest is None or latest.on <= case.on:
        close(tx, case, "ralat", now, by)
    elif cases.is_gone(json.loads(case.codes), latest._asdict()):
        _clear(tx, case, latest, now, by)


def _found(tx: Tx, row: Row) -> Found:
    codes = tuple(code for code, drawer, _ in json.loads(row.why)["found"] if drawer == "kasus")
    seen = {r.field: r.value for r in tx.all(SURE, visit_id=row.visit_id)}
    mark = f"{row.visit_id}:{row.grams}:{row.mm}:{row.muac_mm}:{row.oedema}:{','.join(codes)}"
    return Found(row.visit_id, date.fromisoformat(row.on), codes, row.priority, mark, _sure(seen), seen)


def is_sure(tx: Tx, visit_id: int) -> bool:
    """Was the value of a visit's finding measured again, or is it a sign that needs no second look?"""
    return _sure({r.field: r.value for r in tx.all(SURE, visit_id=visit_id)})


def _sure(seen: Mapping[str, int]) -> bool:
    return bool("rechecked" in seen or "danger" in seen or seen.get("oedema"))


def _opens(tx: Tx, case: Row | None, found: Found, child_id: int, now: int) -> bool:
    zone = case_people.who(tx, child_id).zone
    if found.on < local(now, zone).date() - timedelta(days=RECENT_DAYS):
        return False
    if case is None or case.outcome == "ralat":
        return True
    if case.mark == found.mark:
        return False
    closed_on = local(case.closed_at, zone).date()
    return cases.reopens(case.outcome, closed_on, json.loads(case.codes), found.codes, found.on)


def _open(tx: Tx, child_id: int, case: Row | None, found: Found, now: int, by: int | None) -> None:
    who = case_people.who(tx, child_id)
    values = {
        **EMPTY,
        "child_id": child_id,
        "posyandu_id": who.posyandu_id,
        "owner_id": case_people.owner(tx, who, now),
        "state": "open",
        "priority": found.priority,
        "codes": json.dumps(found.codes),
        "visit_id": found.visit_id,
        "on": found.on.isoformat(),
        "mark": found.mark,
        "episode": 1 if case is None else case.episode + 1,
        "opened_at": now,
        "ask_at": cases.first_ask(found.priority, now, who.zone),
        "reach_at": now + cases.REACH_TRY_MS,  # anew from the second measuring on
    }
    if case is None:
        case_id = tx.insert(risk_case, **values)
    else:
        case_id = case.id
        change(tx, case_id, **values)
    opened = tx.one(BY_ID, case_id=case_id)
    assert opened is not None
    note(tx, opened, "dibuka" if case is None else "dibuka_lagi", now, by, _measured(found))
    _sound(tx, opened, found, now, by)


def _update(tx: Tx, case: Row, found: Found, now: int, by: int | None) -> None:
    """Measured again, or other values: the case goes on with what is known now."""
    if case.mark != found.mark:
        newer = found.on.isoformat() > case.on
        change(
            tx, case.id, codes=json.dumps(found.codes), visit_id=found.visit_id, on=found.on.isoformat(),
            mark=found.mark, priority=found.priority, clear_on=None, alerted="" if newer else case.alerted,
        )  # fmt: skip
        if case.mark.rpartition(":")[0] != found.mark.rpartition(":")[0]:
            note(tx, case, "diukur" if newer else "diralat", now, by, _measured(found))
        untouched = case.asked_at is None and not case.step
        if case.priority != found.priority and (found.priority == "segera" or untouched):
            zone = case_people.who(tx, case.child_id).zone
            change(tx, case.id, ask_at=cases.first_ask(found.priority, now, zone))
    again = tx.one(BY_ID, case_id=case.id)
    assert again is not None
    _sound(tx, again, found, now, by)


def _sound(tx: Tx, case: Row, found: Found, now: int, by: int | None) -> None:
    """What is sure is followed up with the family; what is urgent is told to bidan and puskesmas."""
    who = case_people.who(tx, case.child_id)
    if found.sure and case.confirmed_at is None:
        change(tx, case.id, confirmed_at=now, call_at=cases.call_at(now, who.zone), reach_at=now + cases.REACH_TRY_MS)
        note(tx, case, "diukur_ulang", now, by, _measured(found))
        case_family.in_person_if_no_chat(tx, case, who, now)
    case_alarm.sound(tx, case, who, found, now)


def _clear(tx: Tx, case: Row, latest: Row, now: int, by: int | None) -> None:
    """A later round measured the same thing, and the trigger is gone."""
    if case.clear_on is not None and case.clear_on >= latest.on:
        return
    note(tx, case, "membaik", now, by, {"rows": _rows(latest._asdict())})
    if cases.closes_by_itself(case.step, case.clear_on is not None):
        close(tx, case, "pulih", now, by)
    else:
        zone = case_people.who(tx, case.child_id).zone
        change(tx, case.id, clear_on=latest.on, ask_at=cases.next_digest(now, zone))


def is_open(tx: Tx, child_id: int) -> bool:
    """Is there an open case of this child?"""
    case = tx.one(OF_CHILD, child_id=child_id)
    return case is not None and case.state == "open"


def close(tx: Tx, case: Row, outcome: str, now: int, by: int | None) -> None:
    """The end of this episode: nothing more is asked or called for."""
    change(tx, case.id, state="closed", closed_at=now, outcome=outcome, ask_at=None, call_at=None, reach_at=None)
    note(tx, case, f"tutup_{outcome}", now, by, {})
    case_alarm.withdraw(tx, case, now, tell=outcome == "ralat")


def note(tx: Tx, case: Row, did: str, now: int, by: int | None, detail: dict[str, Any]) -> None:
    """One line of the story."""
    tx.insert(
        case_event, case_id=case.id, episode=case.episode, at=now, did=did, person_id=by,
        detail=json.dumps(detail, ensure_ascii=False),
    )  # fmt: skip


_CHANGES: dict[tuple[str, ...], Sql] = {}


def change(tx: Tx, case_id: int, **values: Any) -> None:
    """New values of a case's columns."""
    names = tuple(values)
    if names not in _CHANGES:
        statement = update(risk_case).where(risk_case.c.id == bindparam("case_row"))
        _CHANGES[names] = Sql(statement.values({n: bindparam(f"new_{n}") for n in names}))
    tx.run(_CHANGES[names], case_row=case_id, **{f"new_{n}": v for n, v in values.items()})


def _measured(found: Found) -> dict[str, Any]:
    return {"rows": case_alarm.measured(found.fields), "codes": list(found.codes), "on": found.on.isoformat()}


def _rows(row: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return case_alarm.measured({"weight": row["grams"], "length": row["mm"], "muac": row["muac_mm"]})
