"""What people asked about their own data, with the clock of UU PDP (3 x 24 hours) and the answers."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select, update

from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import child, data_request, outgoing, person, posyandu

CLOCK_MS = 3 * 24 * 3600_000
OPEN = Sql(
    select(data_request, person.c.name, child.c.name.label("child"))
    .join(person, person.c.id == data_request.c.person_id)
    .outerjoin(child, child.c.id == data_request.c.child_id)
    .where(data_request.c.id == bindparam("request_id"))
)
SAME = Sql(
    select(data_request.c.id).where(
        data_request.c.person_id == bindparam("person_id"),
        data_request.c.kind == bindparam("kind"),
        data_request.c.state == fixed("open"),
        or_(data_request.c.child_id == bindparam("child_id"), bindparam("child_id") == 0),
    )
)
ANSWER = Sql(
    update(data_request)
    .where(data_request.c.id == bindparam("row_id"), data_request.c.state == fixed("open"))
    .values(
        state=bindparam("new_state"), answer=bindparam("words"), by_person=bindparam("who"), done_at=bindparam("now")
    )
)  # fmt: skip
STATE = Sql(select(data_request.c.state).where(data_request.c.id == bindparam("request_id")))
TOLD = Sql(
    select(outgoing.c.id).where(outgoing.c.group_key == bindparam("about"), outgoing.c.person_id == bindparam("who"))
)
DUE = Sql(
    select(data_request, person.c.name)
    .join(person, person.c.id == data_request.c.person_id)
    .where(
        data_request.c.state == fixed("open"),
        data_request.c.due_at <= bindparam("soon"),
        data_request.c.warned_at.is_(None),
    )
    .order_by(data_request.c.due_at)
)
WARNED = Sql(update(data_request).where(data_request.c.id == bindparam("row_id")).values(warned_at=bindparam("now")))
PUSKESMAS_OF = Sql(
    select(posyandu.c.puskesmas_id)
    .join(child, child.c.posyandu_id == posyandu.c.id)
    .where(child.c.id == bindparam("child_id"))
)


def ask(tx: Tx, person_id: int, child_id: int | None, kind: str, text: str, puskesmas_id: int | None, now: int) -> int:
    """A request that somebody has to answer within 3 x 24 hours; its id."""
    return tx.insert(
        data_request, person_id=person_id, child_id=child_id, puskesmas_id=puskesmas_id, kind=kind, body=text,
        state="open", at=now, due_at=now + CLOCK_MS,
    )  # fmt: skip


def answered(tx: Tx, person_id: int, child_id: int | None, kind: str, now: int) -> None:
    """A request that was answered on the spot."""
    tx.insert(
        data_request, person_id=person_id, child_id=child_id, kind=kind, state="done", at=now, due_at=now + CLOCK_MS,
        done_at=now, answer="langsung",
    )  # fmt: skip


def find(tx: Tx, request_id: int) -> Row | None:
    return tx.one(OPEN, request_id=request_id)


def closed_for(tx: Tx, request_id: int, person_id: int) -> bool:
    """Has this person been asked to answer it, and has somebody done so since? What it was about may be gone."""
    row = tx.one(STATE, request_id=request_id)
    told = tx.value(TOLD, about=f"request:{request_id}", who=person_id)
    return row is not None and row.state != "open" and told is not None


def puskesmas_of(tx: Tx, child_id: int) -> int | None:
    found: int | None = tx.value(PUSKESMAS_OF, child_id=child_id)
    return found
