"""Due things become rows: a message in the outbox under its once-key, a line of the posyandu's "sampaikan langsung"
list, or a row that was dropped with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from posyandu.calendar import HOURS
from posyandu.reminders import URGENT_HOURS, Due, Kind
from storage import outbox
from storage.reminders.facts import Reached
from storage.reminders.words import WHO, Words, children_of
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import outgoing, posyandu_day, tell_in_person

_encode = json.JSONEncoder(ensure_ascii=False).encode

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


class Said(NamedTuple):
    """A due thing with its words, what it belongs to, and what stands for WHO in the words."""

    due: Due
    words: Words
    group: str
    who: str = ""


def body(said: Said) -> str:
    """The body of its outbox row. `hours`: when it may leave, checked again by delivery."""
    return _filled(_shared(said, None, 0)["body"], said)


def _shared(said: Said, to: int | None, now: int) -> dict[str, Any]:
    """The outbox row as it is for all who are told in these words, reachable or not."""
    due, words = said.due, said.words
    extra: dict[str, Any] = {"template": words.values}
    if _carried(due):
        extra["in_person"] = due.posyandu
    extra |= {"actions": words.actions, "hours": [due.zone, *(URGENT_HOURS if due.urgent else HOURS)]}
    made = outbox.Message(
        "reminder", words.says, group=said.group, template=words.template, not_before=due.at, expires=due.expires,
        extra=extra,
    )  # fmt: skip
    return outbox.row_of(made, to, now)


def _carried(due: Due) -> bool:
    """Whether a kader carries it to whom no chat reaches after all."""
    told = due.kind in (Kind.H1, Kind.CHANGE) and due.posyandu is not None and due.dropped is None
    return told and bool(due.about) and due.about[0].startswith("child:")


def _filled(body: str, said: Said) -> str:
    """Her names, and whom it is about."""
    if said.who:
        body = body.replace(WHO, _encode(said.who)[1:-1])
    due = said.due
    if due.day is None or not due.about:
        return body
    about = '", "'.join(due.about)  # "child:12": nothing to escape
    return f'{body[:-1]}, "about": ["{about}"]}}'


def child_of(due: Due) -> int | None:
    """The child, when it is about just one."""
    children = children_of(due)
    return children[0] if len(due.about) == len(children) == 1 else None


def write(tx: Tx, written: Iterable[Said], reached: Mapping[int, Reached], now: int) -> int:
    """Put what is due; how many rows are new or dropped. reached: where those already known are written to; the others'
    best address is looked up."""
    rows: list[dict[str, Any]] = []
    lines = []
    shared: dict[Any, dict[str, Any]] = {}
    for said in written:
        due = said.due
        if due.to is None:
            lines.append(line(said, now))
            continue
        known = reached.get(due.to)
        to = known.address_id if known is not None else tx.value(outbox.BEST_ADDRESS, person_id=due.to)
        # The same words are of one day and kind.
        alike = (said.words, due.at, due.zone, _carried(due), to is None)
        if alike not in shared:
            shared[alike] = _shared(said, to, now)
        row = {**shared[alike], "once": due.once, "person_id": due.to, "address_id": to, "child_id": child_of(due)}
        row["body"] = _filled(row["body"], said)
        if due.dropped is not None:
            row |= {"state": "dropped", "reason": REASONS[due.dropped.value]}
        rows.append(row)
    tx.insert_many_once(outgoing, rows)
    tx.insert_many_once(tell_in_person, lines)
    return len(rows) + len(lines)


def line(said: Said, now: int) -> dict[str, Any]:
    """A line for the kader: whom to tell, and what."""
    due = said.due
    children = children_of(due)
    says = json.dumps({"says": said.words.says}, ensure_ascii=False)
    return {
        "once": due.once,
        "posyandu_id": due.posyandu,
        "child_id": children[0] if children else None,
        "why": due.kind.value,
        "body": says.replace(WHO, _encode(said.who)[1:-1]) if said.who else says,
        "state": "open" if due.dropped is None else "dropped",
        "at": now,
    }
