"""Works out what the values on file mean: scores, N/T/O/B, lines and drawers, kept beside each visit.

Called in the same transaction as every change of a value. A change of an older visit is worked out forward, since
the next month's N or T and 2T follow from it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from posyandu import kms, nutrition, risk, rulings
from posyandu.anthropometry import (
    METHOD,
    VERSION,
    Measurement,
    Position,
    Scores,
    Sex,
    age_days,
    completed_months,
    scores,
)
from posyandu.calendar import month_of
from posyandu.skdn import FIVE_YEARS
from storage.rulings import in_force
from storage.sql import Row, Sql
from storage.store import Tx
from storage.summary import summarise
from storage.tables import child, measurement, verdict, visit

CHILD = Sql(
    select(child.c.id, child.c.sex, child.c.birth, child.c.posyandu_id).where(child.c.id == bindparam("child_id"))
)
VALUES = Sql(
    select(
        visit.c.id, visit.c.on, visit.c.posyandu_id, measurement.c.field, measurement.c.value, measurement.c.position
    )
    .join(measurement, measurement.c.visit_id == visit.c.id)
    .where(measurement.c.child_id == bindparam("child_id"), measurement.c.current.is_not(None))
    .order_by(visit.c.on)
)
OLD = Sql(
    select(verdict.c.visit_id, verdict.c.month, verdict.c.posyandu_id).where(
        verdict.c.child_id == bindparam("child_id"), verdict.c.on >= bindparam("since")
    )
)
UNCOUNT = Sql(
    update(verdict)
    .where(verdict.c.child_id == bindparam("about"), verdict.c.month >= bindparam("since_month"))
    .values(counts=None)
)
FORGET = Sql(delete(verdict).where(verdict.c.visit_id == bindparam("of_visit")))


@dataclass
class Round:
    """The values of one visit."""

    visit_id: int
    on: date
    posyandu_id: int
    values: dict[str, int] = field(default_factory=dict)
    position: str | None = None


def rounds(rows: Sequence[Row]) -> list[Round]:
    """One Round a visit, oldest first."""
    by_visit: dict[int, Round] = {}
    for r in rows:
        if r.field == "status":
            continue
        one = by_visit.setdefault(r.id, Round(r.id, date.fromisoformat(r.on), r.posyandu_id))
        one.values[r.field] = r.value
        if r.field == "length":
            one.position = r.position
    return list(by_visit.values())


def judge(tx: Tx, child_id: int, since: date, now: int) -> None:
    """Work out every visit of a child from `since` on, and the summaries of the months it touches."""
    who = tx.one(CHILD, child_id=child_id)
    if who is None:
        return
    since = since.replace(day=1)  # of two weighings in a month one counts: both are looked at again
    history = rounds(tx.all(VALUES, child_id=child_id))
    old = tx.all(OLD, child_id=child_id, since=since.isoformat())
    said = in_force(tx, child_id)
    by_place: dict[int, list[kms.Weighing]] = defaultdict(list)
    for r in history:
        if "weight" in r.values:
            by_place[r.posyandu_id].append(
                kms.Weighing(r.on, r.values["weight"], rulings.mark_of(said.get(r.visit_id, {})))
            )
    sex, birth = Sex(who.sex), date.fromisoformat(who.birth)
    marks = {place: kms.verdicts(sex, birth, weighed) for place, weighed in by_place.items()}
    fresh = [r for r in history if r.on >= since]
    if old:
        tx.run(UNCOUNT, about=child_id, since_month=month_of(since))
    for gone in {o.visit_id for o in old} - {r.visit_id for r in fresh}:
        tx.run(FORGET, of_visit=gone)
    for r in fresh:
        ruled = said.get(r.visit_id, {})
        tx.upsert(verdict, **_row(child_id, sex, birth, r, marks.get(r.posyandu_id, ()), ruled, now))
    touched = {(o.posyandu_id, o.month) for o in old} | {(r.posyandu_id, month_of(r.on)) for r in fresh}
    for place, month in sorted(touched):
        summarise(tx, place, month, now)


def _row(
    child_id: int,
    sex: Sex,
    birth: date,
    r: Round,
    marks: Sequence[kms.Verdict],
    ruled: Mapping[str, str],
    now: int,
) -> dict[str, Any]:
    upto = [v for v in marks if v.on <= r.on]
    mark = upto[-1] if upto and upto[-1].on == r.on else None
    months = completed_months(birth, r.on)
    found = measure(sex, birth, r.on, r.values, r.position)
    facts = risk.Facts.of(
        verdict=mark,
        scores=found,
        age_months=months,
        muac_mm=r.values.get("muac"),
        oedema=bool(r.values.get("oedema")),
        danger_sign=bool(r.values.get("danger")),
        fall_z=kms.fall_in_three_months(upto) if mark else None,
    )
    facts = rulings.facts_under(facts, ruled)
    risks = risk.assess(facts)
    why = {
        "found": [[f.code, f.drawer.value, f.refer] for f in risks.findings],
        "flags": sorted(i.value for i in found.flags),
        "missing": {i.value: m.value for i, m in found.missing.items()},
        "categories": {i.value: c.code for i, c in nutrition.categories(found).items()}
        | {index: code for index, code in ruled.items() if index in rulings.INDICES},
        "table": found.table.value,
        **({"ruled": sorted(ruled)} if ruled else {}),
    }
    return {
        "visit_id": r.visit_id,
        "child_id": child_id,
        "posyandu_id": r.posyandu_id,
        "on": r.on.isoformat(),
        "month": month_of(r.on),
        "age_days": age_days(birth, r.on),
        "grams": r.values.get("weight"),
        "mm": r.values.get("length"),
        "head_mm": r.values.get("head"),
        "muac_mm": r.values.get("muac"),
        "oedema": int(bool(r.values.get("oedema"))),
        "nt": mark.mark.value if mark else None,
        "two_t": int(mark is not None and mark.two_t),
        "bgm": int(facts.bgm),
        "orange": int(facts.above_orange),
        "gain_g": mark.gain_g if mark else None,
        "kbm_g": mark.kbm_g if mark else None,
        "waz": _hundredths(found.wfa),
        "haz": _hundredths(found.lfa),
        "whz": _hundredths(found.wfl),
        "bmiz": _hundredths(found.bmi),
        "hcz": _hundredths(found.hc),
        "acz": _hundredths(found.muac),
        "drawer": risks.drawer.value if risks.drawer else "",
        "priority": risks.priority.value if risks.priority else "",
        "why": json.dumps(why),
        "method": METHOD,
        "version": f"{VERSION}; kms {kms.VERSION}; risiko {risk.VERSION}",
        "at": now,
        "counts": f"{child_id}:{month_of(r.on)}" if mark and months < FIVE_YEARS else None,
    }


def measure(sex: Sex, birth: date, on: date, values: Mapping[str, int], position: str | None) -> Scores:
    """The WHO scores of one visit's values (grams and millimetres)."""
    return scores(
        Measurement.from_mm(
            sex,
            age_days(birth, on),
            weight_g=values.get("weight"),
            length_mm=values.get("length"),
            position=Position(position) if position else None,
            head_mm=values.get("head"),
            muac_mm=values.get("muac"),
            oedema=bool(values.get("oedema")),
        )
    )


def _hundredths(z: float | None) -> int | None:
    return None if z is None else round(z * 100)
