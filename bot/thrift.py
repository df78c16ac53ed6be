"""The last look at a family's budget: never more unasked messages in a month than agreed, never more paid ones than
so many a child. What is urgent always passes, and so does whatever she is talking with us about."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence

from storage import outbox
from storage.family_budget import had
from storage.reminders import leaving
from storage.sql import Row
from storage.store import Tx

UNASKED = ("parent", "reminder", "broadcast")
# A child is called to come, a day has changed, what she was told was wrong: templates that always pass.
URGENT = ("call_parent", "day_changed", "ralat", "ralat_batal")
TALKING_MS = 24 * 3600_000
ENOUGH, PAID = "jatah pesan bulan ini habis", "jatah pesan berbayar bulan ini habis"


class Thrift:
    """`family_month`: unasked messages a family gets in a month at most; `paid_per_child`: paid ones for each child
    (0: as many as there are)."""

    def __init__(self, family_month: int = 4, paid_per_child: float = 1.2) -> None:
        self._month, self._per_child = family_month, paid_per_child

    def keep(self, tx: Tx, rows: Sequence[Row], paid: Callable[[Row], bool], now: int) -> list[Row]:
        """Of rows about to leave those that may; the others wait until she writes, or are told in person.
        paid: whether a row can only leave as a template."""
        kept = []
        for row in rows:
            why = self._too_much(tx, row, paid(row), now)
            if not why:
                kept.append(row)
            elif row.kind == "parent":
                outbox.later(tx, row.id, outbox.HOLD, f"{why}: menunggu ia menulis", counts=False)
            else:
                outbox.ended(tx, row.id, "dropped", why)
                leaving.in_person_instead(tx, row, now)
        return kept

    def _too_much(self, tx: Tx, row: Row, paid: bool, now: int) -> str:
        if row.kind not in UNASKED or row.person_id is None or row.template in URGENT or _urgent(row):
            return ""
        if row.heard_at is not None and now - row.heard_at < TALKING_MS and row.kind == "parent":
            return ""
        found = had(tx, row, now)
        if found.staff or found.asked_for:
            return ""
        if found.unasked >= self._month:
            return ENOUGH
        if paid and self._per_child and found.paid >= max(1, math.floor(self._per_child * found.children)):
            return PAID
        return ""


def _urgent(row: Row) -> bool:
    return '"urgent": true' in row.body and bool(json.loads(row.body).get("urgent"))
