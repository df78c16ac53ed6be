"""The kader are reminded to ask for consent: on the morning of posyandu day, when the families are there anyway.

Once a day and zone; the cost follows the posyandu days of that date.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, func, select

from posyandu.calendar import HOURS, instant, local
from posyandu.reminders import BUDGETS, Budgets
from storage import consents, joining, outbox
from storage.reminders import reading
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import posyandu, posyandu_day, tick

DAY_MS = 24 * 3600_000
EVERY_DAYS = 25  # a second day in the same month brings no second reminder
AT = HOURS[0]
ZONES = Sql(select(posyandu.c.zone).distinct())
_TODAY = (
    posyandu_day.c.on == bindparam("today"),
    posyandu_day.c.state == fixed("planned"),
    posyandu.c.zone == bindparam("zone"),
)
DAYS = Sql(
    select(posyandu_day.c.posyandu_id, posyandu_day.c.closes, posyandu.c.name)
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(*_TODAY)
    .order_by(posyandu_day.c.posyandu_id)
)
LAST = Sql(select(tick.c.at).where(tick.c.name == bindparam("name")))
COMING = Sql(
    select(func.min(posyandu_day.c.on))
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        posyandu_day.c.on >= bindparam("first"),
        posyandu_day.c.state == fixed("planned"),
        posyandu.c.zone == bindparam("zone"),
    )
)


def run(tx: Tx, now: int, every_days: int = EVERY_DAYS, budgets: Budgets = BUDGETS) -> int:
    """How many kader were reminded. `every_days` 0: nobody ever is."""
    put = 0
    for zone in (r.zone for r in tx.all(ZONES) if r.zone and every_days):
        today = local(now, zone).date()
        if not instant(today, AT, zone) <= now < instant(today, HOURS[1], zone):
            continue
        if (tx.value(LAST, name=f"consent:{zone}") or 0) >= instant(today, 0, zone):
            continue
        tx.upsert(tick, name=f"consent:{zone}", at=now, done=1)
        for row in tx.all(DAYS, today=today.isoformat(), zone=zone):
            put += _remind(tx, row, today, zone, now, every_days, budgets)
    return put


def _remind(tx: Tx, row: Row, today: date, zone: str, now: int, every_days: int, budgets: Budgets) -> int:
    last = tx.value(LAST, name=f"consent:{row.posyandu_id}")
    if last is not None and now - int(last) < every_days * DAY_MS - DAY_MS // 2:
        return 0
    unasked = tx.one(consents.UNASKED, posyandu_id=row.posyandu_id)
    closes = instant(today, row.closes, zone)
    if unasked is None or not unasked.unasked or now >= closes:
        return 0
    tx.upsert(tick, name=f"consent:{row.posyandu_id}", at=now, done=int(unasked.unasked))
    put = 0
    for who in joining.crew(tx, row.posyandu_id, now, "kader", "ketua"):
        if int(tx.value(reading.SPENT_BY_ONE, whose=who, since=instant(today, 0, zone))) >= budgets.kader_posyandu_day:
            continue
        says = (("consent.waiting", {"count": int(unasked.unasked), "posyandu": row.name}),)
        message = outbox.Message(
            "reminder",
            says,
            person_id=who,
            once=f"izin:{row.posyandu_id}:{today.isoformat()}:{who}",
            group=f"izin:{row.posyandu_id}",
            template="digest_staff",
            expires=closes,
            extra={"hours": [zone, *HOURS], "template": {"area": row.name, "count": str(unasked.unasked)}},
        )
        put += outbox.put(tx, message, now) is not None
    return put


def next_due(tx: Tx, after: int) -> int | None:
    """The next morning with a posyandu day; at once where this morning's was not looked at yet."""
    found = []
    for zone in (r.zone for r in tx.all(ZONES) if r.zone):
        today = local(after, zone).date()
        seen = (tx.value(LAST, name=f"consent:{zone}") or 0) >= instant(today, 0, zone)
        first = today + timedelta(days=1) if seen or after >= instant(today, HOURS[1], zone) else today
        on = tx.value(COMING, first=first.isoformat(), zone=zone)
        if on is not None:
            found.append(max(instant(date.fromisoformat(on), AT, zone), after + 1))
    return min(found, default=None)
