"""Which families a TPK accompanies, and which TPK serve a posyandu."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Text, bindparam, literal, or_, select, update

from posyandu.people import Place, Role
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import child, companion, membership, person

_AREA = bindparam("area_code", type_=Text())
# A TPK of the posyandu, of its puskesmas, or of its desa or whatever lies above.
SERVING = Sql(
    select(person.c.id, person.c.name)
    .join(membership, membership.c.person_id == person.c.id)
    .where(
        membership.c.role == fixed(Role.TPK.value),
        person.c.state == fixed("active"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
        or_(
            membership.c.posyandu_id == bindparam("posyandu_id"),
            membership.c.puskesmas_id == bindparam("puskesmas_id"),
            membership.c.area == _AREA,
            _AREA.like(membership.c.area.concat(literal(".%"))),
        ),
    )
    .distinct()
    .order_by(person.c.name, person.c.id)
)
HERS = Sql(
    select(companion.c.child_id)
    .join(child, child.c.id == companion.c.child_id)
    .where(
        companion.c.person_id == bindparam("person_id"),
        companion.c.until_at.is_(None),
        child.c.posyandu_id == bindparam("posyandu_id"),
        child.c.state == fixed("active"),
    )
    .distinct()
)
NAME = Sql(select(person.c.name).where(person.c.id == bindparam("person_id")))
ENDED = Sql(
    update(companion)
    .where(
        companion.c.person_id == bindparam("who"),
        companion.c.child_id == bindparam("about"),
        companion.c.until_at.is_(None),
    )
    .values(until_at=bindparam("now"))
)


def serving(tx: Tx, posyandu_id: int, place: Place, now: int) -> list[Row]:
    """The TPK whose posts cover a posyandu: `id`, `name`."""
    where = {"posyandu_id": posyandu_id, "puskesmas_id": place.puskesmas_id, "area_code": place.area}
    return tx.all(SERVING, now=now, **where)


def of(tx: Tx, person_id: int, posyandu_id: int) -> frozenset[int]:
    """The children of a posyandu whose families are this TPK's, consenting or not."""
    return frozenset(r.child_id for r in tx.all(HERS, person_id=person_id, posyandu_id=posyandu_id))


def give(tx: Tx, person_id: int, child_ids: Collection[int], by: int | None, now: int) -> None:
    for child_id in child_ids:
        tx.insert(companion, person_id=person_id, child_id=child_id, from_at=now, by_person=by)


def take(tx: Tx, person_id: int, child_ids: Collection[int], now: int) -> int:
    """How many were hers until now."""
    return sum(bool(tx.run(ENDED, who=person_id, about=child_id, now=now)) for child_id in child_ids)
