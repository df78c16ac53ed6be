"""Whose a case is: the bidan of the area, the puskesmas above her, and what a child is called among health staff."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, bindparam, func, literal, or_, select

from posyandu.people import Role
from posyandu.queries import call_name
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import child, membership, person, posyandu

WHO = Sql(
    select(
        child.c.id, child.c.name, child.c.nickname, child.c.code, child.c.state, child.c.posyandu_id,
        posyandu.c.name.label("posyandu"), posyandu.c.zone, posyandu.c.area, posyandu.c.puskesmas_id,
    )
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .where(child.c.id == bindparam("child_id"))
)  # fmt: skip
_IN_FORCE = (
    membership.c.until_at.is_(None) | (membership.c.until_at > bindparam("now")),
    person.c.state == fixed("active"),
)
_AREA = bindparam("area_code", type_=Text())
# The midwife of the smallest place around the posyandu comes first.
MIDWIVES = Sql(
    select(membership.c.person_id)
    .join(person, person.c.id == membership.c.person_id)
    .where(
        membership.c.role == fixed(Role.BIDAN.value),
        or_(
            membership.c.posyandu_id == bindparam("posyandu_id"),
            membership.c.puskesmas_id == bindparam("puskesmas_id"),
            membership.c.area == _AREA,
            _AREA.like(membership.c.area.concat(literal(".%"))),
        ),
        *_IN_FORCE,
    )
    .order_by(
        membership.c.posyandu_id.is_(None), func.length(func.coalesce(membership.c.area, "")).desc(), membership.c.id
    )
)
COORDINATORS = Sql(
    select(membership.c.person_id, membership.c.role)
    .join(person, person.c.id == membership.c.person_id)
    .where(
        membership.c.puskesmas_id == bindparam("puskesmas_id"),
        among(membership.c.role, Role.PUSKESMAS.value, Role.TPG.value),
        *_IN_FORCE,
    )
    .order_by(membership.c.role, membership.c.id)
)


def who(tx: Tx, child_id: int) -> Row:
    """The child with its place: id, name, nickname, code, state, posyandu, zone, area, puskesmas_id."""
    row = tx.one(WHO, child_id=child_id)
    assert row is not None
    return row


def named(row: Row) -> dict[str, str]:
    """How staff name a child in a message: the short name, told apart by the code beside it."""
    return {"id": str(row.id), "name": row.nickname or call_name(row.name)}


def values(row: Row) -> dict[str, str]:
    """The values of the WhatsApp template case_staff."""
    return {"posyandu": row.posyandu, "child": named(row)["name"], "code": row.code}


def coordinators(tx: Tx, row: Row, now: int) -> list[int]:
    """Those at the puskesmas who hear of what is urgent; its TPG where it has no coordinator."""
    rows = tx.all(COORDINATORS, puskesmas_id=row.puskesmas_id, now=now)
    first = [r.person_id for r in rows if r.role == Role.PUSKESMAS.value]
    return list(dict.fromkeys(first or [r.person_id for r in rows]))


def owner(tx: Tx, row: Row, now: int) -> int | None:
    """The bidan of the area, else the puskesmas; None where there is neither."""
    found = tx.all(MIDWIVES, area_code=row.area, posyandu_id=row.posyandu_id, puskesmas_id=row.puskesmas_id, now=now)
    if found:
        return int(found[0].person_id)
    above = coordinators(tx, row, now)
    return above[0] if above else None


def kept_owner(tx: Tx, row: Row, case: Any, now: int) -> int | None:
    """The owner a case has, if she still serves there; else the one who does now."""
    found = tx.all(MIDWIVES, area_code=row.area, posyandu_id=row.posyandu_id, puskesmas_id=row.puskesmas_id, now=now)
    serving = [r.person_id for r in found] or coordinators(tx, row, now)
    return case.owner_id if case.owner_id in serving else serving[0] if serving else None
