""" "Sampaikan langsung": what no message could carry, as a line on the kader's list until she has said it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update

from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import child, outgoing, tell_in_person

OPEN = Sql(
    select(
        tell_in_person.c.id, tell_in_person.c.child_id, tell_in_person.c.body, tell_in_person.c.why,
        tell_in_person.c.at, tell_in_person.c.once, child.c.name, child.c.nickname, child.c.mother_name,
    )
    .outerjoin(child, child.c.id == tell_in_person.c.child_id)
    .where(tell_in_person.c.posyandu_id == bindparam("posyandu_id"), tell_in_person.c.state == fixed("open"))
    .order_by(tell_in_person.c.id)
)  # fmt: skip
LINE = Sql(
    select(tell_in_person.c.id, tell_in_person.c.posyandu_id, tell_in_person.c.child_id, tell_in_person.c.state).where(
        tell_in_person.c.id == bindparam("line_id")
    )
)
TOLD = Sql(
    update(tell_in_person)
    .where(tell_in_person.c.id == bindparam("row_id"), tell_in_person.c.state == fixed("open"))
    .values(state="told", by_person=bindparam("who"), done_at=bindparam("now"))
)
DROP_ONCE = Sql(
    update(tell_in_person)
    .where(tell_in_person.c.once == bindparam("which"), tell_in_person.c.state == fixed("open"))
    .values(state="dropped", once=tell_in_person.c.once + ":" + bindparam("mark"), done_at=bindparam("now"))
)
DROP_CHILD = Sql(
    update(tell_in_person)
    .where(tell_in_person.c.child_id == bindparam("about"), tell_in_person.c.state == fixed("open"))
    .values(state="dropped", done_at=bindparam("now"))
)
MOVE_CHILD = Sql(
    update(tell_in_person)
    .where(tell_in_person.c.child_id == bindparam("about"), tell_in_person.c.state == fixed("open"))
    .values(posyandu_id=bindparam("to"))
)
COUNT = Sql(
    select(func.count())
    .select_from(tell_in_person)
    .where(tell_in_person.c.posyandu_id == bindparam("posyandu_id"), tell_in_person.c.state == fixed("open"))
)
FAILED = Sql(
    select(
        outgoing.c.id, outgoing.c.kind, outgoing.c.body, outgoing.c.child_id, outgoing.c.group_key, outgoing.c.at,
        child.c.posyandu_id, child.c.state,
    )
    .join(child, child.c.id == outgoing.c.child_id)
    .where(outgoing.c.id == bindparam("row_id"))
)  # fmt: skip


Says = Sequence[tuple[str, dict[str, Any]]]


def put(tx: Tx, posyandu_id: int, child_id: int, says: Says, *, once: str, why: str, now: int) -> None:
    """A line for the kader; what the same thing said before, and she has not told yet, gives way."""
    drop(tx, once, now)
    tx.insert_once(
        tell_in_person, once=once, posyandu_id=posyandu_id, child_id=child_id, why=why, state="open", at=now,
        body=json.dumps({"says": says}, ensure_ascii=False),
    )  # fmt: skip


def key(group: str, child_id: int) -> str:
    """What a line is about: one of the same thing is enough for a child, however many guardians she has."""
    return f"{group}#{child_id}"


def drop(tx: Tx, once: str, now: int) -> None:
    """It need not be told any more."""
    tx.run(DROP_ONCE, which=once, mark=str(now), now=now)


def from_failed(tx: Tx, outgoing_id: int) -> None:
    """A message to a family that could not be sent becomes a line (a reminder's: storage.reminders.leaving)."""
    row = tx.one(FAILED, row_id=outgoing_id)
    if row is None or row.kind != "parent" or row.state != "active":
        return
    says = json.loads(row.body).get("says", [])
    if says:
        once = key(row.group_key or f"out:{row.id}", row.child_id)
        put(tx, row.posyandu_id, row.child_id, says, once=once, why="tidak terkirim", now=row.at)


def lines(tx: Tx, posyandu_id: int) -> list[Row]:
    return tx.all(OPEN, posyandu_id=posyandu_id)


def told(tx: Tx, line_id: int, by: int, now: int) -> bool:
    return bool(tx.run(TOLD, row_id=line_id, who=by, now=now))
