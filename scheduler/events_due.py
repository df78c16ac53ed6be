"""What falls due about events: on the day before, a reminder to who is coming and to who has not answered."""

from __future__ import annotations

from datetime import date, timedelta

from bot.locales import catalogue
from posyandu.calendar import instant
from posyandu.events import COMING, SILENT
from posyandu.siaran import LONGEST
from storage import events
from storage.sql import Row
from storage.store import Tx

AT = 9 * 60  # nine in the morning where it is held


def reminds_at(row: Row) -> int:
    """The instant of the reminder of an event."""
    return instant(date.fromisoformat(row.on) - timedelta(days=1), AT, row.zone)


def due(tx: Tx, now: int) -> int:
    """A siaran for each; its rows are put and sent as any other's. Who has said no is left alone."""
    done = 0
    for row in tx.all(events.TO_REMIND, now=now):
        if reminds_at(row) > now:
            continue
        tx.run(events.SET["reminded"], event_id=row.id, now=now)
        if reminds_at(row) < row.at or not events.was_told(tx, row.id):
            continue  # made on the day before itself, or nobody was invited
        text = catalogue("id").say(events.worded(row, "acara.reminder"), **events.facts(row))
        label = catalogue("id").say("acara.for_reminder", theme=row.theme)
        audience = events.told(row.id, (COMING, SILENT), row)
        events.announce(
            tx, row, "reminder", text[:LONGEST], audience, label, now, state="putting"
        )  # fmt: skip
        done += 1
    return done


def next_due(tx: Tx, after: int) -> int | None:
    """When the next reminder is due."""
    return min((at for r in tx.all(events.TO_REMIND, now=after) if (at := reminds_at(r)) > after), default=None)
