"""What was paid for, by area and month: each message belongs to the posyandu of the child or person it was for."""

from __future__ import annotations

from sqlalchemy import Select, and_, bindparam, func, or_, select

from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import area, child, guardian, membership, outgoing, posyandu, pregnancy

_CHARGED = and_(
    outgoing.c.sent_at >= bindparam("since"), outgoing.c.sent_at < bindparam("until"), outgoing.c.sent_as.is_not(None)
)


def _place_of_child() -> Select[tuple[int]]:
    return select(child.c.posyandu_id).where(child.c.id == outgoing.c.child_id).correlate(outgoing)


def _place_of_guardian() -> Select[tuple[int]]:
    return (
        select(func.min(child.c.posyandu_id))
        .join(guardian, guardian.c.child_id == child.c.id)
        .where(guardian.c.person_id == outgoing.c.person_id, guardian.c.state == fixed("confirmed"))
        .correlate(outgoing)
    )


def _place_of_post() -> Select[tuple[int]]:
    return (
        select(func.min(membership.c.posyandu_id))
        .where(membership.c.person_id == outgoing.c.person_id)
        .correlate(outgoing)
    )


def _place_of_pregnancy() -> Select[tuple[int]]:
    return (
        select(func.min(pregnancy.c.posyandu_id))
        .where(pregnancy.c.person_id == outgoing.c.person_id)
        .correlate(outgoing)
    )


_PLACE = func.coalesce(
    *(place().scalar_subquery() for place in (_place_of_child, _place_of_guardian, _place_of_pregnancy, _place_of_post))
)
_charged = select(outgoing.c.sent_as, _PLACE.label("place")).where(_CHARGED).subquery()
BY_AREA = Sql(
    select(posyandu.c.area, _charged.c.sent_as, func.count().label("n"))
    .select_from(_charged)
    .outerjoin(posyandu, posyandu.c.id == _charged.c.place)
    .group_by(posyandu.c.area, _charged.c.sent_as)
    .order_by(posyandu.c.area)
)
CHILDREN = Sql(
    select(posyandu.c.area, func.count().label("n"))
    .join(child, and_(child.c.posyandu_id == posyandu.c.id, child.c.state == fixed("active")))
    .group_by(posyandu.c.area)
)
NAMES = Sql(select(area.c.code, area.c.name).where(or_(among(area.c.level, "kecamatan", "kabkota", "provinsi"))))


def by_area(tx: Tx, since: int, until: int) -> list[Row]:
    """`area` (None: an office without a posyandu), `sent_as`, `n` of what left between two instants."""
    return tx.all(BY_AREA, since=since, until=until)


def children(tx: Tx) -> dict[str, int]:
    """Active children by the area of their posyandu."""
    return {r.area: int(r.n) for r in tx.all(CHILDREN)}


def names(tx: Tx) -> dict[str, str]:
    """Names of districts and what is above them, by code."""
    return {r.code: r.name for r in tx.all(NAMES)}
