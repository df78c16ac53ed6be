"""Aid as sheets: who was invited and received by household code, how each point adds up, who stands by whom.

No name of a family, no weight and no case is in them, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import bindparam, select

from posyandu.queries_aid import SMALLEST_GROUP, Tally
from storage import aid
from storage.exports.hiding import BELOW, WITHHELD
from storage.exports.layout import columns, sheet_name, usual_style
from storage.exports.request import Making
from storage.exports.sheet import Row, Sheet
from storage.sql import Sql
from storage.tables import distribution, distribution_point, household, posyandu, receipt, sponsor, sponsorship

_MONTH = distribution.c.on.between(bindparam("first_on"), bindparam("last_on"))
RECEIPTS = Sql(
    select(
        distribution.c.on, distribution.c.giver, distribution.c.goods, posyandu.c.name, household.c.code,
        receipt.c.state, receipt.c.how, receipt.c.at,
    )
    .select_from(receipt)
    .join(distribution, distribution.c.id == receipt.c.distribution_id)
    .join(distribution_point, distribution_point.c.id == receipt.c.point_id)
    .join(posyandu, posyandu.c.id == distribution_point.c.posyandu_id)
    .join(household, household.c.id == receipt.c.household_id)
    .where(distribution_point.c.posyandu_id == bindparam("posyandu_id"), _MONTH)
    .order_by(distribution.c.on, distribution.c.id, household.c.code)
)  # fmt: skip
POINTS = Sql(
    aid.POINTS.add_columns(distribution.c.giver)
    .group_by(distribution.c.giver)
    .where(distribution_point.c.posyandu_id == bindparam("posyandu_id"), _MONTH)
    .order_by(distribution.c.on, distribution_point.c.id)
)
SPONSORSHIPS = Sql(
    select(
        sponsor.c.name, sponsor.c.kind, household.c.code, sponsorship.c.area, sponsorship.c.what, sponsorship.c.goods,
        sponsorship.c.rp_month, sponsorship.c.from_on, sponsorship.c.until_on,
    )
    .select_from(sponsorship)
    .join(sponsor, sponsor.c.id == sponsorship.c.sponsor_id)
    .join(household, household.c.child_id == sponsorship.c.child_id)
    .where(
        household.c.posyandu_id == bindparam("posyandu_id"),
        sponsorship.c.from_on <= bindparam("last_on"),
        sponsorship.c.until_on >= bindparam("first_on"),
    )
    .order_by(sponsor.c.name, household.c.code, sponsorship.c.id)
)  # fmt: skip


def packages(making: Making) -> Sheet:
    """Every household that was invited, and whether it received."""

    def rows(place: int, span: dict[str, str]) -> Iterator[Row]:
        for r in making.tx.all(RECEIPTS, posyandu_id=place, **span):
            yield (r.on, r.giver, r.goods, r.name, r.code, "diterima" if r.state == "received" else "diundang", r.how)

    return _sheet(making, rows)


def points(making: Making) -> Sheet:
    """Every point of handing out: out, invited, received, back, missing."""

    def rows(place: int, span: dict[str, str]) -> Iterator[Row]:
        for r in making.tx.all(POINTS, posyandu_id=place, **span):
            t = aid.tally_of(r)
            yield (r.on, r.giver, r.goods, r.name, t.out, *(_hidden(t) if making.request.hide else _told(t)))

    return _sheet(making, rows)


def _told(t: Tally) -> Row:
    return (t.invited, t.received, t.back, t.missing)


def _hidden(t: Tally) -> Row:
    """For an office: 1 to 4 families are fewer than five, and what would tell how many is withheld."""
    invited = BELOW if 0 < t.invited < SMALLEST_GROUP else t.invited
    if not t.few:
        return (invited, t.received, t.back, t.missing)
    return (invited, BELOW, WITHHELD if t.back is not None else None, t.missing if t.back is not None else WITHHELD)


def sponsors(making: Making) -> Sheet:
    """Orang tua asuh with the fields of GENTING, by household code."""

    def rows(place: int, span: dict[str, str]) -> Iterator[Row]:
        for r in making.tx.all(SPONSORSHIPS, posyandu_id=place, **span):
            yield tuple(r)

    return _sheet(making, rows)


def _sheet(making: Making, rows: Callable[[int, dict[str, str]], Iterator[Row]]) -> Sheet:
    kind, month = making.request.kind, making.request.month
    span = {"first_on": f"{month}-01" if month else "0000", "last_on": f"{month}-31" if month else "9999"}

    def every() -> Iterator[Row]:
        for done, place in enumerate(making.places, 1):
            yield from rows(place.id, span)
            making.progress(done, len(making.places))

    return Sheet(sheet_name(kind), columns(kind), every(), style=making.request.style or usual_style(kind))
