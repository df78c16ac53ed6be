"""What a family has been sent this month that it did not ask for, and what of it was paid for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from posyandu.calendar import instant, local, month_of, month_range
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import child, guardian, membership, outgoing

ZONE = "Asia/Jakarta"  # nothing unasked leaves at night, so every zone sees the same months
_LEFT = and_(
    outgoing.c.person_id == bindparam("whose"),
    outgoing.c.id != bindparam("besides"),
    among(outgoing.c.state, "sending", "sent", "delivered", "read", "in_doubt"),
    func.coalesce(outgoing.c.sent_at, outgoing.c.at) >= bindparam("since"),
)
# Three days' notice is what she asked for.
_UNASKED = and_(
    among(outgoing.c.kind, "reminder", "parent", "broadcast"),
    or_(outgoing.c.once.is_(None), ~outgoing.c.once.like("h3:%")),
)
_MAYBE_PAID = and_(among(outgoing.c.state, "sending", "in_doubt"), outgoing.c.template.is_not(None))


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(outgoing).where(_LEFT, *conditions).scalar_subquery()


HAD = Sql(
    select(
        _count(_UNASKED).label("unasked"),
        _count(or_(among(outgoing.c.sent_as, "utility", "marketing"), _MAYBE_PAID)).label("paid"),
        select(func.count())
        .select_from(guardian)
        .join(child, and_(child.c.id == guardian.c.child_id, child.c.state == fixed("active")))
        .where(
            guardian.c.person_id == bindparam("whose"), guardian.c.state == fixed("confirmed"), guardian.c.muted == 0
        )
        .scalar_subquery()
        .label("children"),
        select(func.count())
        .select_from(membership)
        .where(membership.c.person_id == bindparam("whose"), membership.c.until_at.is_(None))
        .scalar_subquery()
        .label("posts"),
        select(outgoing.c.once).where(outgoing.c.id == bindparam("besides")).scalar_subquery().label("once"),
    )
)


@dataclass(frozen=True)
class Had:
    """unasked: messages this month that she did not ask for; paid: of all, those the provider charges as templates;
    asked_for: the one that is to leave now is what she asked for."""

    unasked: int
    paid: int
    children: int
    staff: bool
    asked_for: bool


def had(tx: Tx, row: Row, now: int) -> Had:
    """What this recipient had this month besides a row (of the outbox) that is about to leave."""
    first, _ = month_range(month_of(local(now, ZONE).date()))
    found = tx.one(HAD, whose=row.person_id, besides=row.id, since=instant(first, 0, ZONE))
    assert found is not None
    asked_for = (found.once or "").startswith("h3:")
    return Had(found.unasked, found.paid, found.children, found.posts > 0, asked_for)
