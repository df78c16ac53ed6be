"""Sheets with names: the register of children, what was measured, who came, cases."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.calendar import month_range
from storage.exports.layout import columns, data, sheet_name, usual_style, word, yes_no
from storage.exports.request import Making
from storage.exports.sheet import Row, Sheet
from storage.sql import Row as Found
from storage.sql import Sql, among, fixed
from storage.tables import child, measurement, person, risk_case, verdict, visit

GONE = ("merged", "erased")  # a child that is no longer a child of its own
CHILDREN = Sql(
    select(child)
    .where(child.c.posyandu_id == bindparam("posyandu_id"), ~among(child.c.state, *GONE))
    .order_by(child.c.code)
)
_OF_MONTHS = (visit.c.month >= bindparam("since_month"), visit.c.month <= bindparam("until_month"))
VISITS = Sql(
    select(
        visit.c.id, visit.c.on, visit.c.month, visit.c.place, visit.c.status, child.c.id.label("child_id"),
        child.c.code, child.c.name, child.c.sex, child.c.birth, child.c.nik_cipher, child.c.nik_key, verdict.c.nt,
        verdict.c.two_t, verdict.c.bgm, verdict.c.gain_g, verdict.c.kbm_g, verdict.c.waz, verdict.c.haz, verdict.c.whz,
        verdict.c.bmiz, verdict.c.hcz, verdict.c.acz, verdict.c.drawer, verdict.c.method,
    )
    .join(child, child.c.id == visit.c.child_id)
    .outerjoin(verdict, verdict.c.visit_id == visit.c.id)
    .where(visit.c.posyandu_id == bindparam("posyandu_id"), *_OF_MONTHS, ~among(child.c.state, *GONE))
    .order_by(visit.c.on, child.c.code)
)  # fmt: skip
# Weighed here in these months, on another posyandu's list by now: what was measured belongs into the month's sheets.
VISITORS = Sql(
    select(child)
    .where(
        child.c.posyandu_id != bindparam("posyandu_id"),
        ~among(child.c.state, *GONE),
        child.c.id.in_(select(visit.c.child_id).where(visit.c.posyandu_id == bindparam("posyandu_id"), *_OF_MONTHS)),
    )
    .order_by(child.c.code)
)
VALUES = Sql(
    select(measurement.c.visit_id, measurement.c.field, measurement.c.value, measurement.c.position)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .where(visit.c.posyandu_id == bindparam("posyandu_id"), *_OF_MONTHS, measurement.c.current.is_not(None))
)
CASES = Sql(
    select(
        child.c.code, child.c.name, child.c.sex, child.c.birth, child.c.mother_name, child.c.rt, verdict.c.on,
        verdict.c.grams, verdict.c.mm, verdict.c.muac_mm, verdict.c.nt, verdict.c.waz, verdict.c.haz, verdict.c.whz,
        verdict.c.priority, verdict.c.why, risk_case.c.state, risk_case.c.outcome, risk_case.c.step,
        person.c.name.label("owner"),
    )
    .join(child, child.c.id == verdict.c.child_id)
    .outerjoin(risk_case, risk_case.c.child_id == child.c.id)
    .outerjoin(person, person.c.id == risk_case.c.owner_id)
    .where(
        verdict.c.posyandu_id == bindparam("posyandu_id"),
        verdict.c.month >= bindparam("since_month"),
        verdict.c.month <= bindparam("until_month"),
        verdict.c.drawer == fixed("kasus"),
        ~among(child.c.state, *GONE),
    )
    .order_by(verdict.c.on, child.c.code)
)  # fmt: skip


def values_of(making: Making, posyandu_id: int) -> dict[int, dict[str, Found]]:
    """The values in force of every visit of a posyandu in the asked months: {visit id: {field: row}}."""
    found: dict[int, dict[str, Found]] = defaultdict(dict)
    for row in making.tx.all(VALUES, posyandu_id=posyandu_id, **making.request.months()):
        found[row.visit_id][row.field] = row
    return found


def children(making: Making) -> Sheet:
    """Everything on the register, one line a child."""
    key = making.request.nik_key

    def rows_of(place: Found) -> Iterator[Row]:
        for r in making.tx.all(CHILDREN, posyandu_id=place.id):
            yield (
                place.code, place.name, r.code, key.open(r.nik_cipher, r.nik_key), r.name, r.nickname, r.sex, r.birth,
                r.birth_order, r.birth_weight_g, r.birth_length_mm, r.mother_name, r.father_name, r.rt, r.rw, r.address,
                r.phone, yes_no(r.has_kms), word("state", r.state), r.since, r.until,
            )  # fmt: skip

    return _sheet(making, making.each(rows_of))


def measurements(making: Making) -> Sheet:
    """One line a visit: what was measured, or why not, and what it means."""
    key = making.request.nik_key

    def rows_of(place: Found) -> Iterator[Row]:
        values = values_of(making, place.id)
        for r in making.tx.all(VISITS, posyandu_id=place.id, **making.request.months()):
            own = {field: row.value for field, row in values.get(r.id, {}).items()}
            if not own and r.status is None:
                continue  # everything said of that day was taken back
            length = values[r.id].get("length") if "length" in own else None
            yield (
                place.code, place.name, r.code, key.open(r.nik_cipher, r.nik_key), r.name, r.sex, r.birth, r.on,
                r.place, own.get("weight"), own.get("length"), length.position if length else None, own.get("head"),
                own.get("muac"), yes_no(own.get("oedema")), word("vita", own["vita"]) if "vita" in own else None,
                yes_no(own.get("asi")), yes_no(own.get("danger")), r.status, r.nt, _mark(r.two_t), _mark(r.bgm),
                r.gain_g, r.kbm_g, r.waz, r.haz, r.whz, r.bmiz, r.hcz, r.acz, r.drawer, r.method,
            )  # fmt: skip

    return _sheet(making, making.each(rows_of))


def attendance(making: Making) -> Sheet:
    """Who was expected in a month and who came: one line a child."""
    month = making.request.one_month()
    _, last = month_range(month)

    def rows_of(place: Found) -> Iterator[Row]:
        values = values_of(making, place.id)
        seen: dict[int, list[Found]] = defaultdict(list)
        for v in making.tx.all(VISITS, posyandu_id=place.id, **making.request.months()):
            seen[v.child_id].append(v)
        for r in making.tx.all(CHILDREN, posyandu_id=place.id):
            if not seen[r.id] and (r.state != "active" or r.since > last.isoformat()):
                continue
            head = (place.code, place.name, month, r.code, r.name, r.mother_name, r.rt)
            told = [v for v in seen[r.id] if v.status is not None or v.id in values]
            for v in told:
                yield (*head, v.on, v.place, word("no" if v.status else "yes"), v.status)
            if not told:
                yield (*head, None, None, word("no"), None)

    return _sheet(making, making.each(rows_of))


def cases(making: Making) -> Sheet:
    """Children whose result of the month is a case, each with the reason, its owner and how far it is now."""

    def rows_of(place: Found) -> Iterator[Row]:
        for r in making.tx.all(CASES, posyandu_id=place.id, **making.request.months()):
            yield (
                place.name, r.code, r.name, r.sex, r.birth, r.mother_name, r.rt, r.on, r.grams, r.mm, r.muac_mm, r.nt,
                r.waz, r.haz, r.whz, word("priority", r.priority), _reasons(r.why), r.owner, _stands(r),
            )  # fmt: skip

    return _sheet(making, making.each(rows_of))


def _sheet(making: Making, rows: Iterator[Row]) -> Sheet:
    kind = making.request.kind
    return Sheet(sheet_name(kind), columns(kind), rows, style=making.request.style or usual_style(kind))


def _stands(row: Found) -> str | None:
    """How far the child's case is today: its outcome, or what was done last."""
    if row.state is None:
        return None
    if row.state == "closed":
        return word("outcome", row.outcome)
    return word("step", row.step) if row.step else word("step", "none")


def _mark(value: int | None) -> str | None:
    return word("yes") if value else None


def _reasons(why: str) -> str:
    """The triggers that made it a case, in the words of the KMS."""
    found: list[list[Any]] = json.loads(why or "{}").get("found", [])
    words = data("columns")["words"]["trigger"]
    return ", ".join(str(words.get(code, code)) for code, drawer, _ in found if drawer == "kasus")
