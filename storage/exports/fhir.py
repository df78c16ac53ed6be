"""Bundles of FHIR R4 in SATUSEHAT's profile: one transaction for every visit of a child, for the puskesmas to send.

Nothing is sent from here: only a registered health facility may. Only children whose family agreed to sharing are in
it; the others are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.consent import GIVEN, NAMES_SATUSEHAT, SHARING
from storage.exports.codes import ID, Codes
from storage.exports.documents import Document
from storage.exports.fhir_entries import Center, Resource
from storage.exports.fhir_people import is_nik, parent, patient, posyandu, room
from storage.exports.fhir_visit import FIELDS, Visit, encounter, observations
from storage.exports.named import GONE
from storage.exports.places import area_names
from storage.exports.request import Making
from storage.sql import Row as Found
from storage.sql import Sql, among, fixed
from storage.tables import child, consent, measurement, posyandu_day, verdict, visit

VISITS = Sql(
    select(
        visit.c.id, visit.c.on, visit.c.place, child.c.id.label("child_id"), child.c.code, child.c.name, child.c.sex,
        child.c.birth, child.c.state, child.c.mother_name, child.c.father_name, child.c.rt, child.c.rw,
        child.c.address, child.c.phone, child.c.nik_cipher, child.c.nik_key, consent.c.state.label("sharing"),
        consent.c.text_version, verdict.c.nt, verdict.c.waz, verdict.c.haz, verdict.c.whz, verdict.c.bmiz,
        verdict.c.hcz, verdict.c.why,
    )
    .join(child, child.c.id == visit.c.child_id)
    .outerjoin(verdict, verdict.c.visit_id == visit.c.id)
    .outerjoin(
        consent,
        (consent.c.child_id == child.c.id) & (consent.c.purpose == fixed(SHARING)) & consent.c.current.is_not(None),
    )
    .where(
        visit.c.posyandu_id == bindparam("posyandu_id"),
        visit.c.month == bindparam("month"),
        ~among(child.c.state, *GONE),
    )
    .order_by(visit.c.on, child.c.code)
)  # fmt: skip
VALUES = Sql(
    select(
        measurement.c.visit_id, measurement.c.field, measurement.c.value, measurement.c.position, measurement.c.at
    )
    .join(visit, visit.c.id == measurement.c.visit_id)
    .where(
        visit.c.posyandu_id == bindparam("posyandu_id"),
        visit.c.month == bindparam("month"),
        measurement.c.current.is_not(None),
        among(measurement.c.field, *FIELDS),
    )
)  # fmt: skip
SIBLINGS = Sql(
    select(child.c.id, child.c.mother_name, child.c.birth, child.c.birth_order)
    .where(child.c.posyandu_id == bindparam("posyandu_id"), ~among(child.c.state, *GONE))
    .order_by(child.c.code)
)
DAYS = Sql(
    select(posyandu_day.c.on, posyandu_day.c.opens).where(
        posyandu_day.c.posyandu_id == bindparam("posyandu_id"), posyandu_day.c.month == bindparam("month")
    )
)


def bundles(making: Making) -> Document:
    """A month's visits; as one JSON file a collection of the transactions. Raises MissingCodes, NeedsMonth."""
    making.request.one_month()
    codes = Codes(making.request.codes)
    centers = _centers(making, codes)
    codes.check()
    areas = area_names(making.tx)

    def of_place(place: Found) -> Iterator[Resource]:
        return _of_place(making, codes, centers[place.center], place, areas)

    return Document({"resourceType": "Bundle", "type": "collection"}, "entry", _wrapped(making, of_place))


def transactions(making: Making) -> Document:
    """The same, every transaction for itself."""
    document = bundles(making)
    document.items = (item["resource"] for item in document.items)
    return document


def _wrapped(making: Making, of_place: Any) -> Iterator[Mapping[str, Any]]:
    for bundle in making.each(of_place):
        yield {"fullUrl": f"urn:uuid:{bundle['id']}", "resource": bundle}


def _centers(making: Making, codes: Codes) -> dict[str, Center]:
    """Every puskesmas of these posyandu as the receiver knows it."""
    found: dict[str, Center] = {}
    for place in making.places:
        if place.center is None:
            codes.lack("posyandu", place.code, "puskesmas")
        elif place.center not in found:
            key = ("puskesmas", place.center)
            found[place.center] = Center(
                codes.need(*key, "organization", shape=ID), place.puskesmas, codes.find(*key, "division"),
                codes.find(*key, "practitioner"), codes.find("requests"),
            )  # fmt: skip
    return found


def _of_place(
    making: Making, codes: Codes, center: Center, place: Found, areas: dict[str, tuple[str, str]]
) -> Iterator[Resource]:
    """The transactions of one posyandu, oldest first."""
    tx, month = making.tx, making.request.month
    where, before = _place(codes, center, place)
    opens = {r.on: r.opens for r in tx.all(DAYS, posyandu_id=place.id, month=month)}
    order = _birth_orders(tx.all(SIBLINGS, posyandu_id=place.id))
    values: dict[int, dict[str, Found]] = defaultdict(dict)
    for r in tx.all(VALUES, posyandu_id=place.id, month=month):
        values[r.visit_id][r.field] = r
    without: set[str] = set()
    for row in tx.all(VISITS, posyandu_id=place.id, month=month):
        if row.id not in values:
            continue
        if row.sharing not in GIVEN or row.text_version not in NAMES_SATUSEHAT:
            making.left["no_consent"] += 1
            continue
        nik = making.request.nik_key.open(row.nik_cipher, row.nik_key)
        if not is_nik(nik):
            without.add(row.code)
        seen = Visit(
            center, row, values[row.id], where["Organization"], where["Location"], place.zone,
            opens.get(row.on, place.opens),
        )  # fmt: skip
        people = [patient(center, row, nik, place.area, areas, order.get(row.child_id)), parent(center, row)]
        entries = [*before, *(p for p in people if p is not None), encounter(seen), *observations(seen)]
        yield {
            "resourceType": "Bundle",
            "id": center.uuid("Bundle", seen.key),
            "type": "transaction",
            "entry": entries,
        }
    making.left["no_nik"] += len(without)


def _place(codes: Codes, center: Center, place: Found) -> tuple[dict[str, Resource], list[Resource]]:
    """How to point to the posyandu and its room, and the entries for what is not registered there yet."""
    known = {
        kind: codes.find("posyandu", place.code, key)
        for kind, key in (("Organization", "organization"), ("Location", "location"))
    }
    names = {"Organization": place.name, "Location": f"Ruang Posyandu, {place.name}"}
    where = {
        kind: {"reference": f"{kind}/{code}", "display": names[kind]}
        if code
        else center.reference(kind, place.code, names[kind])
        for kind, code in known.items()
    }
    fresh = [] if known["Organization"] else [posyandu(center, place)]
    fresh += [] if known["Location"] else [room(center, place, where["Organization"])]
    return where, fresh


def _birth_orders(rows: list[Found]) -> dict[int, int]:
    """0 for a child born alone, 1, 2 ... for twins by their order among their mother's children; a child is not in it
    where that is not known."""
    born: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for r in rows:
        if r.mother_name:
            born[r.mother_name.casefold(), r.birth].append(r)
    found: dict[int, int] = {}
    for together in born.values():
        if len(together) == 1:
            found[together[0].id] = 0
        elif len({r.birth_order for r in together} - {None}) == len(together):
            ordered = sorted(together, key=lambda r: int(r.birth_order))
            found |= {r.id: n for n, r in enumerate(ordered, 1)}
    return found
