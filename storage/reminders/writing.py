"""Due things become rows: a message in the outbox under its once-key, a line of the posyandu's "sampaikan langsung"
list, or a row that was dropped with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update

from posyandu.calendar import HOURS
from posyandu.reminders import URGENT_HOURS, Due, Kind
from storage import outbox
from storage.reminders.words import Words, children_of
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import outgoing, posyandu_day, tell_in_person

# What a person or an operator reads as the reason (posyandu.reminders.Dropped).
REASONS = {
    "stale": "terlambat",
    "hours": "di luar jam",
    "unreachable": "tidak terjangkau",
    "budget": "jatah pesan habis",
    "in_eve_list": "sudah di daftar H-1",
}
_DAY_AFTER = select(posyandu_day.c.on, posyandu_day.c.opens, posyandu_day.c.closes, posyandu_day.c.place)
TARGET = Sql(
    _DAY_AFTER.where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"), posyandu_day.c.on == bindparam("target_on")
    )
)
NEXT = Sql(
    _DAY_AFTER.where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"),
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on > bindparam("after"),
    )
    .order_by(posyandu_day.c.on)
    .limit(1)
)
LINE_TOLD = Sql(
    update(tell_in_person)
    .where(tell_in_person.c.id == bindparam("row_id"), tell_in_person.c.state == fixed("open"))
    .values(state=bindparam("new_state"), by_person=bindparam("by"), done_at=bindparam("now"))
)


def message(due: Due, words: Words, group: str) -> outbox.Message:
    """The outbox row of a due thing. `hours`: when it may leave, checked again by delivery."""
    children = children_of(due)
    extra: dict[str, Any] = {"template": words.values}
    if due.day is not None:
        extra["about"] = due.about
    if due.kind in (Kind.H1, Kind.CHANGE) and due.posyandu is not None and children and due.dropped is None:
        extra["in_person"] = due.posyandu
    return outbox.Message(
        "reminder",
        words.says,
        person_id=due.to,
        child_id=children[0] if len(due.about) == len(children) == 1 else None,
        once=due.once,
        group=group,
        template=words.template,
        not_before=due.at,
        expires=due.expires,
        extra=extra,
        encoded=_alike(words.actions, due.zone, URGENT_HOURS if due.urgent else HOURS),
    )


@lru_cache(maxsize=1024)
def _alike(actions: tuple[tuple[str, str], ...], zone: str, hours: tuple[int, int]) -> str:
    """What all rows about one day have in their bodies, encoded once."""
    return json.dumps({"actions": actions, "hours": [zone, *hours]}, ensure_ascii=False)


def write(tx: Tx, written: Iterable[tuple[Due, Words, str]], addresses: Mapping[int, int], now: int) -> int:
    """Put what is due; how many rows are new or dropped. addresses: of those already known, else the best one."""
    rows = []
    lines = []
    for due, words, group in written:
        if due.to is None:
            lines.append(line(due, words, now))
            continue
        to = addresses.get(due.to)
        if to is None:
            to = tx.value(outbox.BEST_ADDRESS, person_id=due.to)
        row = outbox.row_of(message(due, words, group), to, now)
        if due.dropped is not None:
            row |= {"state": "dropped", "reason": REASONS[due.dropped.value]}
        rows.append(row)
    tx.insert_many_once(outgoing, rows)
    tx.insert_many_once(tell_in_person, lines)
    return len(rows) + len(lines)


def line(due: Due, words: Words, now: int) -> dict[str, Any]:
    """A line for the kader: whom to tell, and what."""
    children = children_of(due)
    return {
        "once": due.once,
        "posyandu_id": due.posyandu,
        "child_id": children[0] if children else None,
        "why": due.kind.value,
        "body": json.dumps({"says": words.says}, ensure_ascii=False),
        "state": "open" if due.dropped is None else "dropped",
        "at": now,
    }
