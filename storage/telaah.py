"""The indicators of telaah kemandirian for every posyandu of a place."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Float, bindparam, cast, func, or_, select

from posyandu.calendar import months_before
from posyandu.telaah import MONTHS, Indicators
from storage.sql import Sql, among, fixed
from storage.store import Tx
from storage.tables import membership, month_summary, person, posyandu


@dataclass(frozen=True)
class Line:
    """One posyandu. `strata` is empty where the puskesmas has given none."""

    name: str
    strata: str
    of: Indicators


def _three(where: ColumnElement[bool]) -> tuple[Sql, Sql, Sql]:
    """The posyandu, their months and their kader."""
    posts = Sql(select(posyandu.c.id, posyandu.c.name, posyandu.c.strata).where(where).order_by(posyandu.c.name))
    share = 100 * cast(month_summary.c.d, Float) / month_summary.c.s
    months = Sql(
        select(month_summary.c.posyandu_id, func.count().label("held"), func.avg(share).label("ds"))
        .join(posyandu, posyandu.c.id == month_summary.c.posyandu_id)
        .where(
            where, month_summary.c.month > bindparam("after"), month_summary.c.month <= bindparam("until"),
            month_summary.c.d > 0, month_summary.c.s > 0,
        )
        .group_by(month_summary.c.posyandu_id)
    )  # fmt: skip
    kader = Sql(
        select(membership.c.posyandu_id, func.count(membership.c.person_id.distinct()).label("n"))
        .join(posyandu, posyandu.c.id == membership.c.posyandu_id)
        .join(person, person.c.id == membership.c.person_id)
        .where(
            where, among(membership.c.role, "kader", "ketua"), person.c.state == fixed("active"),
            or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
        )
        .group_by(membership.c.posyandu_id)
    )  # fmt: skip
    return posts, months, kader


_BELOW = (posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end"))
OF_POSYANDU = _three(posyandu.c.id == bindparam("which"))
OF_PUSKESMAS = _three(posyandu.c.puskesmas_id == bindparam("which"))
OF_AREA = _three((posyandu.c.area == bindparam("which")) | _BELOW)


def lines(
    tx: Tx, until: str, now: int, *, posyandu_id: int | None = None, puskesmas_id: int | None = None, area: str = ""
) -> list[Line]:
    """The twelve months that end with `until`, by name of the posyandu."""
    where: dict[str, object]
    if posyandu_id is not None:
        (posts, months, kader), where = OF_POSYANDU, {"which": posyandu_id}
    elif puskesmas_id is not None:
        (posts, months, kader), where = OF_PUSKESMAS, {"which": puskesmas_id}
    else:
        (posts, months, kader), where = OF_AREA, {"which": area, "first": f"{area}.", "end": f"{area}/"}
    span = {"after": months_before(until, MONTHS), "until": until}
    of = {r.posyandu_id: r for r in tx.all(months, **where, **span)}
    crew = {r.posyandu_id: int(r.n) for r in tx.all(kader, now=now, **where)}
    out = []
    for r in tx.all(posts, **where):
        year = of.get(r.id)
        held, ds = (int(year.held), float(year.ds)) if year is not None else (0, None)
        out.append(Line(r.name, r.strata or "", Indicators(held, crew.get(r.id, 0), ds)))
    return out
