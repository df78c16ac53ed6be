"""The register of a year: twelve monthly weights with their letter, ASI E1-E6, vitamin A (SIP format 2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, select

from posyandu.anthropometry import completed_months
from storage.exports.layout import data, word, yes_no
from storage.exports.named import CHILDREN, VISITS, values_of
from storage.exports.request import Making
from storage.exports.sheet import Column, Row, Sheet
from storage.sql import Row as Found
from storage.sql import Sql, fixed
from storage.tables import measurement, verdict, visit

WEIGHTS = Sql(
    select(verdict.c.child_id, verdict.c.month, verdict.c.grams, verdict.c.nt).where(
        verdict.c.posyandu_id == bindparam("posyandu_id"),
        verdict.c.month >= bindparam("since_month"),
        verdict.c.month <= bindparam("until_month"),
        verdict.c.counts.is_not(None),
    )
)
ASI = Sql(
    select(measurement.c.child_id, measurement.c.value, visit.c.on)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .where(
        visit.c.posyandu_id == bindparam("posyandu_id"),
        measurement.c.field == fixed("asi"),
        measurement.c.current.is_not(None),
    )
    .order_by(visit.c.on)
)
E_MONTHS = range(1, 7)
VITAMIN_MONTHS = ("02", "08")


def register(making: Making) -> Sheet:
    """The year of the asked month, January to December, one line a child."""
    year = making.request.one_month()[:4]
    span = {"since_month": f"{year}-01", "until_month": f"{year}-12"}
    numbers = iter(range(1, 10**9))

    def rows_of(place: Found) -> Iterator[Row]:
        weights = {(r.child_id, r.month): r for r in making.tx.all(WEIGHTS, posyandu_id=place.id, **span)}
        breastfed: dict[int, list[Found]] = defaultdict(list)
        for r in making.tx.all(ASI, posyandu_id=place.id):
            breastfed[r.child_id].append(r)
        capsules = _capsules(making, place.id, year)
        for r in making.tx.all(CHILDREN, posyandu_id=place.id):
            own = [weights.get((r.id, f"{year}-{month:02d}")) for month in range(1, 13)]
            if r.state != "active" and not any(own):
                continue
            months = [cell for w in own for cell in ((w.grams, w.nt) if w else (None, None))]
            yield (
                next(numbers), place.name, r.code, r.name, r.sex, r.birth, r.birth_weight_g, r.father_name,
                r.mother_name, "/".join(x for x in (r.rt, r.rw) if x), *months,
                *_exclusive(r.birth, breastfed[r.id]), *(capsules.get((r.id, m)) for m in VITAMIN_MONTHS),
            )  # fmt: skip

    form = data("register")
    head = ((f"{form['title']} {making.name}".strip(),), (f"Tahun {year}",))
    style = making.request.style or "orang"
    return Sheet(form["name"], _columns(), making.each(rows_of), head, (form["note"],), style)


def _capsules(making: Making, posyandu_id: int, year: str) -> dict[tuple[int, str], str]:
    """The colour of the capsule a child got in February and August."""
    found: dict[tuple[int, str], str] = {}
    for month in VITAMIN_MONTHS:
        part = replace(making, request=replace(making.request, month=f"{year}-{month}"))
        values = values_of(part, posyandu_id)
        for v in making.tx.all(VISITS, posyandu_id=posyandu_id, **part.request.months()):
            if "vita" in values.get(v.id, {}):
                found[v.child_id, month] = word("vita", values[v.id]["vita"].value)
    return found


def _exclusive(birth: str, rows: list[Found]) -> list[str | None]:
    """E1 to E6: exclusively breastfed at one to six completed months, where it was asked."""
    by_month = {completed_months(date.fromisoformat(birth), date.fromisoformat(r.on)): r.value for r in rows}
    return [yes_no(by_month.get(month)) for month in E_MONTHS]


def _columns() -> tuple[Column, ...]:
    form = data("register")
    before = tuple(Column(*column) for column in form["before"])
    months = [
        c
        for at, name in enumerate(form["months"], 1)
        for c in (Column(f"m{at:02d}", name, "kg", 7), Column(f"m{at:02d}_nt", "NT", "text", 4))
    ]
    asi = [Column(f"e{n}", f"E{n}", "text", 5) for n in E_MONTHS]
    vitamin = [Column("vita_02", "Vit A Feb", "text", 7), Column("vita_08", "Vit A Agu", "text", 7)]
    return (*before, *months, *asi, *vitamin)
