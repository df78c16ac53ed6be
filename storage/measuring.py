"""How a kader measures: her own typed weighings, and what `posyandu.quality` notices in them. For her eyes only."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, select

from posyandu import quality
from storage import book
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import audit, measurement, setting, verdict

NOTED = "quality_hint"
A_MONTH_MS = 30 * 24 * 3600_000
USUAL = quality.Scale.DACIN  # where nothing is said; fair to a finer scale too
ROUNDS = Sql(
    select(
        verdict.c.child_id, verdict.c.on, verdict.c.grams, verdict.c.mm, measurement.c.by_person,
        measurement.c.incoming_id,
    )
    .join(measurement, measurement.c.visit_id == verdict.c.visit_id)
    .where(
        verdict.c.posyandu_id == bindparam("posyandu_id"),
        verdict.c.month >= bindparam("since"),
        measurement.c.field == fixed("weight"),
        measurement.c.current.is_not(None),
    )
    .order_by(verdict.c.on, measurement.c.id)
)  # fmt: skip
LAST_NOTE = Sql(
    select(audit.c.at, audit.c.detail)
    .where(audit.c.did == NOTED, audit.c.about == bindparam("about"))
    .order_by(audit.c.id.desc())
    .limit(1)
)
SCALE = Sql(select(setting.c.value).where(setting.c.name == bindparam("name")))


def readings(tx: Tx, posyandu_id: int, today: date, person_id: int | None = None) -> list[quality.Reading]:
    """A year's weighings of a posyandu, oldest first; of one kader: those that she typed herself."""
    since = (today - timedelta(days=365)).isoformat()[:7]
    last: dict[int, tuple[int, int | None]] = {}
    found = []
    for r in tx.all(ROUNDS, posyandu_id=posyandu_id, since=since):
        grams, mm = last.get(r.child_id, (None, None))
        if person_id is None or (r.by_person == person_id and r.incoming_id is not None):
            found.append(quality.Reading(date.fromisoformat(r.on), r.grams, grams, r.mm, mm))
        last[r.child_id] = (r.grams, r.mm if r.mm is not None else mm)
    return found


def hint(tx: Tx, person_id: int, posyandu_id: int, today: date, now: int) -> quality.Hint | None:
    """The newest thing noticed that she has not been told, at most one a month; being told is noted."""
    about = f"person:{person_id}"
    told = tx.one(LAST_NOTE, about=about)
    if told is not None and told.at > now - A_MONTH_MS:
        return None
    scale = tx.value(SCALE, name=f"scale:{posyandu_id}")
    seen = int(told.detail.partition(":")[2] or 0) if told is not None else 0
    found = quality.hints(readings(tx, posyandu_id, today, person_id), quality.Scale(scale) if scale else USUAL)
    new = [h for h in found if h.at > seen]
    if not new:
        return None
    book.note(tx, now, person_id, NOTED, about, f"{new[-1].kind.value}:{new[-1].at}")
    return new[-1]
