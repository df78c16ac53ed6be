"""The month that closes: which children nobody has said anything about, posyandu by posyandu."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, bindparam, or_, select

from posyandu.calendar import add_months, month_range
from posyandu.queries import call_name
from posyandu.skdn import FIVE_YEARS
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import child, posyandu, verdict, visit

_SAID = (
    select(1)
    .select_from(visit)
    .outerjoin(verdict, verdict.c.visit_id == visit.c.id)
    .where(
        visit.c.child_id == child.c.id,
        visit.c.on >= bindparam("month_first"),
        visit.c.on <= bindparam("month_last"),
        or_(visit.c.status.is_not(None), verdict.c.grams.is_not(None)),
    )
    .correlate(child)
    .exists()
)
_MISSING = and_(
    child.c.state == fixed("active"),
    child.c.birth <= bindparam("month_last"),
    child.c.birth > bindparam("born_after"),
    child.c.since <= bindparam("month_last"),
    ~_SAID,
)
_CHILD = (child.c.id, child.c.name, child.c.nickname, child.c.posyandu_id)
OF_POSYANDU = Sql(
    select(*_CHILD).where(child.c.posyandu_id == bindparam("posyandu_id"), _MISSING).order_by(child.c.name)
)
OF_ZONE = Sql(
    select(*_CHILD, posyandu.c.name.label("posyandu"))
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .where(posyandu.c.zone == bindparam("zone"), _MISSING)
    .order_by(child.c.posyandu_id, child.c.name)
)


def _bounds(month: str) -> dict[str, str]:
    first, last = month_range(month)
    born_after: date = add_months(last, -FIVE_YEARS)
    return {
        "month_first": first.isoformat(),
        "month_last": last.isoformat(),
        "born_after": born_after.isoformat(),
    }


def missing_names(tx: Tx, posyandu_id: int, month: str) -> tuple[str, ...]:
    """The short names of a posyandu's children still missing in a month."""
    rows = tx.all(OF_POSYANDU, posyandu_id=posyandu_id, **_bounds(month))
    return tuple(r.nickname or call_name(r.name) for r in rows)


def missing_in_zone(tx: Tx, zone: str, month: str) -> dict[int, list[Row]]:
    """All posyandu of a zone with children missing in a month: rows of id, name, nickname, posyandu (its name)."""
    found: dict[int, list[Row]] = {}
    for r in tx.all(OF_ZONE, zone=zone, **_bounds(month)):
        found.setdefault(r.posyandu_id, []).append(r)
    return found
