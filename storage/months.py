"""Closed months: 23:59 on the 5th of the next, reopened by the puskesmas for a week; what came too late is listed."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.calendar import month_closes
from storage import book
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import audit, month_state

OPEN_AGAIN_MS = 7 * 24 * 3600_000
LATE = "late_entry"
STATE = Sql(
    select(month_state.c.at).where(
        month_state.c.posyandu_id == bindparam("posyandu_id"),
        month_state.c.month == bindparam("month"),
        month_state.c.state == "reopened",
    )
)
LATE_ONES = Sql(
    select(audit.c.at, audit.c.person_id, audit.c.detail)
    .where(audit.c.did == LATE, audit.c.about == bindparam("about"))
    .order_by(audit.c.id)
)


def is_closed(tx: Tx, posyandu_id: int, month: str, zone: str, now: int) -> bool:
    """Is this month of this posyandu closed for entries and corrections?"""
    if now <= month_closes(month, zone):
        return False
    reopened = tx.value(STATE, posyandu_id=posyandu_id, month=month)
    return reopened is None or now > reopened + OPEN_AGAIN_MS


def reopen(tx: Tx, posyandu_id: int, month: str, reason: str, by_person: int, now: int) -> None:
    """Open for a week, with the reason; the audit keeps who did it."""
    tx.upsert(
        month_state, posyandu_id=posyandu_id, month=month, state="reopened", reason=reason, by_person=by_person, at=now
    )
    book.note(tx, now, by_person, "reopened", f"posyandu:{posyandu_id}", f"{month}: {reason}")


def note_late(tx: Tx, posyandu_id: int, month: str, child: str, said: dict[str, Any], by_person: int, now: int) -> None:
    """An entry that came after the month was closed: kept for the puskesmas to see."""
    detail = json.dumps({"month": month, "child": child, **said}, ensure_ascii=False)
    book.note(tx, now, by_person, LATE, f"posyandu:{posyandu_id}", detail)


def late(tx: Tx, posyandu_id: int, month: str) -> list[dict[str, Any]]:
    """What came too late for a month: child, and what was said."""
    rows: list[Row] = tx.all(LATE_ONES, about=f"posyandu:{posyandu_id}")
    found = [json.loads(r.detail) for r in rows]
    return [f for f in found if f["month"] == month]
