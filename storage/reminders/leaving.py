"""The last look before a reminder leaves: is it still her hour, and is she in the middle of a talk?"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, update

from posyandu.calendar import allowed, next_allowed
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import outgoing, tell_in_person

SCHEDULED = ("reminder", "broadcast")
TALK_MS = 10 * 60_000  # so long after her last message a talk with an open question is not broken into
PAUSE = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("ready"))
    .values(not_before=bindparam("until"), reason=bindparam("why"))
)


def wait_until(row: Row, now: int) -> int | None:
    """Until when a scheduled message waits; None: it may leave. `row` has kind, body, asked and talked_at."""
    if row.kind not in SCHEDULED:
        return None
    hours = json.loads(row.body).get("hours")
    if hours and not allowed(now, hours[0], (hours[1], hours[2])):
        return next_allowed(now, hours[0], (hours[1], hours[2]))
    if row.asked is not None and row.talked_at is not None and now - row.talked_at < TALK_MS:
        return int(row.talked_at) + TALK_MS
    return None


def pause(tx: Tx, row: Row, until: int) -> None:
    """Ready again later."""
    tx.run(PAUSE, row_id=row.id, until=until, why="menunggu saat yang baik")


def in_person_instead(tx: Tx, row: Any, now: int) -> None:
    """A reminder no chat could carry after all (`row`: id and body of the outbox) goes to the kader's list."""
    body = json.loads(row.body)
    if "in_person" not in body:
        return
    children = [int(a.removeprefix("child:")) for a in body.get("about", ()) if a.startswith("child:")]
    tx.insert_once(
        tell_in_person,
        once=f"undelivered:{row.id}",
        posyandu_id=body["in_person"],
        child_id=children[0] if children else None,
        why="tidak terjangkau",
        body=json.dumps({"says": body["says"]}, ensure_ascii=False),
        state="open",
        at=now,
    )
