"""Telaah kemandirian posyandu: the three of its eight indicators that the book can know, over twelve months.

Weighings a year (8 or more from madya on), kader (5 or more), mean D/S (50 % or more from purnama on). The strata
themselves are decided by the puskesmas; what it has decided stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, func, select

from posyandu.calendar import months_before
from storage.exports.layout import columns, sheet_name, usual_style
from storage.exports.request import Making
from storage.exports.sheet import Row, Sheet
from storage.sql import Sql, among, fixed
from storage.tables import membership, month_summary, person, posyandu

HELD = Sql(
    select(month_summary.c.s, month_summary.c.d).where(
        month_summary.c.posyandu_id == bindparam("posyandu_id"),
        month_summary.c.month > bindparam("after"),
        month_summary.c.month <= bindparam("until"),
        month_summary.c.d > 0,
    )
)
KADER = Sql(
    select(func.count(membership.c.person_id.distinct()))
    .join(person, person.c.id == membership.c.person_id)
    .where(
        membership.c.posyandu_id == bindparam("posyandu_id"),
        among(membership.c.role, "kader", "ketua"),
        membership.c.until_at.is_(None),
        person.c.state == fixed("active"),
    )
)
STRATA = Sql(select(posyandu.c.strata).where(posyandu.c.id == bindparam("posyandu_id")))


def telaah(making: Making) -> Sheet:
    """A line a posyandu, for the twelve months that end with the month asked for."""
    until = making.request.one_month()
    after = months_before(until, 12)

    def rows() -> Iterator[Row]:
        for done, place in enumerate(making.places, 1):
            held = making.tx.all(HELD, posyandu_id=place.id, after=after, until=until)
            shares = [100 * r.d / r.s for r in held if r.s]
            mean = sum(shares) / len(shares) if shares else None
            kader = int(making.tx.value(KADER, posyandu_id=place.id))
            yield (place.code, place.name, making.tx.value(STRATA, posyandu_id=place.id), len(held), kader, mean)
            making.progress(done, len(making.places))

    return Sheet(sheet_name("telaah"), columns("telaah"), rows(), style=making.request.style or usual_style("telaah"))
