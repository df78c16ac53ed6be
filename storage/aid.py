"""Aid in the book: distributions and receipts that add up, sponsors.

A receipt may point to a case; only `case_links`, asked for by health staff, reads that.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, bindparam, case, cast, func, select, update

from posyandu.queries_aid import SMALLEST_GROUP, Tally
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import (
    child,
    distribution,
    distribution_point,
    household,
    posyandu,
    receipt,
    risk_case,
    sponsor,
    sponsorship,
    verdict,
)

LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXY"  # nothing that is read two ways
POINT = Sql(
    select(distribution_point, distribution.c.goods, distribution.c.giver, distribution.c.on, posyandu.c.name)
    .select_from(distribution_point)
    .join(distribution, distribution.c.id == distribution_point.c.distribution_id)
    .join(posyandu, posyandu.c.id == distribution_point.c.posyandu_id)
    .where(distribution_point.c.id == bindparam("point_id"))
)
GIVING = Sql(select(distribution).where(distribution.c.id == bindparam("distribution_id")))
_received = cast(func.coalesce(func.sum(case((receipt.c.state == fixed("received"), 1), else_=0)), 0), BigInteger)
POINTS = (
    select(
        distribution_point.c.id, distribution_point.c.posyandu_id, distribution_point.c.packages,
        distribution_point.c.back, distribution.c.on, distribution.c.goods, posyandu.c.name,
        _received.label("received"), func.count(receipt.c.id).label("invited"),
    )
    .select_from(distribution_point)
    .join(distribution, distribution.c.id == distribution_point.c.distribution_id)
    .join(posyandu, posyandu.c.id == distribution_point.c.posyandu_id)
    .outerjoin(receipt, receipt.c.point_id == distribution_point.c.id)
    .group_by(
        distribution_point.c.id, distribution_point.c.posyandu_id, distribution_point.c.packages,
        distribution_point.c.back, distribution.c.on, distribution.c.goods, posyandu.c.name,
    )
)  # fmt: skip
POINTS_OF = Sql(
    POINTS.where(distribution_point.c.distribution_id == bindparam("distribution_id")).order_by(posyandu.c.name)
)
POINTS_AT = Sql(
    POINTS.where(
        distribution_point.c.posyandu_id == bindparam("posyandu_id"), distribution.c.on >= bindparam("since")
    ).order_by(distribution.c.on.desc())
)
POINTS_OF_EVENT = Sql(POINTS.where(distribution.c.event_id == bindparam("event_id")).order_by(distribution_point.c.id))
COUNTED = Sql(
    update(distribution_point).where(distribution_point.c.id == bindparam("point_id")).values(back=bindparam("count"))
)
OF_CHILD = Sql(select(household.c.id).where(household.c.child_id == bindparam("child_id")))
BY_CODE = Sql(
    select(receipt.c.id, receipt.c.state, receipt.c.point_id, household.c.posyandu_id, receipt.c.code)
    .join(household, household.c.id == receipt.c.household_id)
    .where(receipt.c.code == bindparam("code_said"))
)
OF_FAMILY = Sql(
    select(receipt.c.id, receipt.c.state)
    .join(household, household.c.id == receipt.c.household_id)
    .where(receipt.c.id == bindparam("receipt_id"), household.c.child_id == bindparam("child_id"))
)
RECEIVED = Sql(
    update(receipt)
    .where(receipt.c.id == bindparam("receipt_id"), receipt.c.state == fixed("invited"))
    .values(state="received", how=bindparam("by_what"), by_person=bindparam("by"), received_at=bindparam("now"))
)
OPEN_CASE = Sql(
    select(risk_case.c.id).where(risk_case.c.child_id == bindparam("child_id"), risk_case.c.state == fixed("open"))
)
SPONSOR = Sql(select(sponsor.c.id).where(sponsor.c.name == bindparam("called")))
GRAMS = Sql(
    select(verdict.c.grams)
    .where(
        verdict.c.child_id == bindparam("child_id"), verdict.c.grams.is_not(None), verdict.c.on <= bindparam("until")
    )
    .order_by(verdict.c.on.desc())
    .limit(1)
)
_WITHIN = (sponsorship.c.area == bindparam("code")) | (
    (sponsorship.c.area >= bindparam("first")) & (sponsorship.c.area < bindparam("end"))
)
SPONSORSHIPS = Sql(
    select(
        sponsor.c.name, sponsor.c.kind, household.c.code, sponsorship.c.child_id, sponsorship.c.area,
        sponsorship.c.what, sponsorship.c.goods, sponsorship.c.rp_month, sponsorship.c.from_on, sponsorship.c.until_on,
        sponsorship.c.grams_before,
    )
    .select_from(sponsorship)
    .join(sponsor, sponsor.c.id == sponsorship.c.sponsor_id)
    .join(household, household.c.child_id == sponsorship.c.child_id)
    .where(_WITHIN)
    .order_by(sponsor.c.name, household.c.code, sponsorship.c.id)
)  # fmt: skip
LINKED = Sql(
    select(household.c.code, child.c.code.label("child"), receipt.c.case_id, receipt.c.state)
    .select_from(receipt)
    .join(household, household.c.id == receipt.c.household_id)
    .join(child, child.c.id == household.c.child_id)
    .where(receipt.c.distribution_id == bindparam("distribution_id"), receipt.c.case_id.is_not(None))
    .order_by(household.c.code)
)


def new_code(length: int = 5) -> str:
    """A code to say across a table."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def family(tx: Tx, posyandu_id: int, name: str, child_id: int | None, now: int) -> int:
    """The household of a child, or a new one without a child; its code names nobody."""
    known = tx.value(OF_CHILD, child_id=child_id) if child_id is not None else None
    if known is not None:
        return int(known)
    return tx.insert(household, code=f"K-{new_code(6)}", posyandu_id=posyandu_id, name=name, child_id=child_id, at=now)


def invite(tx: Tx, point: Row, household_id: int, child_id: int | None, by: int | None, now: int) -> Row | None:
    """A receipt to be; None when this household is invited already. `id`, `code`."""
    code = new_code()
    link = tx.value(OPEN_CASE, child_id=child_id) if child_id is not None else None
    made = tx.insert_once(
        receipt, point_id=point.id, distribution_id=point.distribution_id, household_id=household_id, code=code,
        state="invited", case_id=link, by_person=by, at=now,
    )  # fmt: skip
    return None if made is None else tx.one(BY_CODE, code_said=code)


def tally_of(row: Row) -> Tally:
    return Tally(int(row.packages), int(row.received), row.back, int(row.invited))


def sponsor_of(tx: Tx, name: str, kind: str, by: int | None, now: int) -> int:
    known = tx.value(SPONSOR, called=name)
    return int(known) if known is not None else tx.insert(sponsor, name=name, kind=kind, by_person=by, at=now)


def bounds(area: str) -> dict[str, str]:
    return {"code": area, "first": f"{area}.", "end": f"{area}/"}


def sponsors_in(tx: Tx, area: str, today: date) -> list[dict[str, Any]]:
    """Totals by sponsor: children, rupiah a month; the mean gain only of groups of five or more."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in tx.all(SPONSORSHIPS, **bounds(area)):
        groups.setdefault((row.name, row.kind), []).append(row)
    out = []
    for (name, kind), rows in groups.items():
        active = [r for r in rows if r.from_on <= today.isoformat() <= r.until_on]
        gains = [g for r in rows if (g := _gain(tx, r)) is not None]
        out.append(
            {
                "sponsor": name,
                "kind": kind,
                "children": len({r.code for r in active}),
                "rp": sum(r.rp_month for r in active),
                "gain": round(sum(gains) / len(gains)) if len(gains) >= SMALLEST_GROUP else None,
            }
        )
    return out


def _gain(tx: Tx, row: Row) -> int | None:
    after = tx.value(GRAMS, child_id=row.child_id, until=row.until_on)
    return None if after is None or row.grams_before is None else int(after) - int(row.grams_before)


def case_links(tx: Tx, distribution_id: int) -> list[Row]:
    """Which receipts belong to a case: for health staff only."""
    return tx.all(LINKED, distribution_id=distribution_id)
