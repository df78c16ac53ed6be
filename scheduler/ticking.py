"""What each tick makes due. The clock only asks; the answer is computed from the data and goes to the outbox.

The time of the last tick is a row of the book, moved in the same transaction as the last of what fell due since; every
row has a key under which it is written once. So a program that was down, was killed half-way, or runs twice makes
the same outbox. Each posyandu date is a transaction of its own: talks wait for none of them long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import bindparam, func, select

from posyandu.calendar import local
from posyandu.cases import MORNING
from posyandu.reminders import BUDGETS, RULES, Budgets, Day, Kind, Lookup, lookups, next_due
from scheduler import events_due
from storage import cases_due, consents_due, outbox_lost, people_due
from storage.days import plan_ahead
from storage.reminders import digests, due, monthly, reading
from storage.sql import Row, Sql, fixed
from storage.store import Store, Tx
from storage.tables import outgoing, posyandu, posyandu_day, tick

LAST = "reminders"
PLANNED = "plan"
MOST_BACK_MS = 35 * 24 * 3600_000  # after a longer stop only the last weeks are looked at
DAY_MS = 24 * 3600_000
DAYS_TOGETHER = 40
NEXT_HELD = Sql(
    select(func.min(outgoing.c.not_before)).where(
        outgoing.c.state == fixed("ready"), outgoing.c.not_before > bindparam("after")
    )
)
_LAST = select(tick.c.at).where(tick.c.name == bindparam("name"))
LAST_TICK = Sql(_LAST)
LAST_TICK_HELD = Sql(_LAST.with_for_update())
ZONES = Sql(select(posyandu.c.zone).distinct())
COMING = Sql(
    select(posyandu_day.c.on, posyandu_day.c.opens, posyandu_day.c.closes, posyandu.c.zone)
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        posyandu_day.c.on >= bindparam("first"),
        posyandu_day.c.on <= bindparam("last"),
        posyandu_day.c.state == fixed("planned"),
    )
    .distinct()
)
OF_DAYS = {rule.kind for rule in RULES if rule.anchor == "day"}


@dataclass(frozen=True)
class Times:
    """What a house may choose about when: the minute of the next day at which a family that no kader has spoken to is
    called, and how often at most kader are reminded to ask for consent (0: never)."""

    call_minutes: int = MORNING
    consent_days: int = consents_due.EVERY_DAYS


class Ticking:
    """Asked by the clock in real time, and from due instant to due instant when a demo clock jumps."""

    def __init__(self, store: Store, budgets: Budgets = BUDGETS, times: Times = Times()) -> None:
        self._store = store
        self._budgets = budgets
        self._times = times

    def tick(self, now: int, in_hand: Collection[int] = ()) -> int:
        """Make due what is due; how many messages were put or settled. `in_hand`: what this process is sending now."""
        done = self._store.write(lambda tx: len(outbox_lost.recover(tx, now, in_hand=in_hand)))
        done += self._store.write(lambda tx: cases_due.due(tx, now, self._times.call_minutes))
        done += self._store.write(lambda tx: people_due.run(tx, now))
        done += self._store.write(lambda tx: consents_due.run(tx, now, self._times.consent_days, self._budgets))
        done += self._store.write(lambda tx: events_due.due(tx, now))
        since = self._store.write(lambda tx: self._begin(tx, now))
        if since >= now:
            return done
        asks = lookups(since, now, self._store.read(_zones))
        for work in self._works(asks, since, now):
            put = self._store.write(lambda tx, work=work: self._held(tx, since, work))  # type: ignore[misc]
            if put is None:
                return done  # another process has done this tick
            done += put
        self._store.write(lambda tx: self._end(tx, since, now))
        return done

    # -- one tick ------------------------------------------------------------------------------------------------

    def _begin(self, tx: Tx, now: int) -> int:
        """Plan the days ahead once a day; the time of the last tick. The very first tick looks at nothing before it."""
        planned = tx.value(LAST_TICK, name=PLANNED) or 0
        if now - planned >= DAY_MS or now < planned:
            plan_ahead(tx, now)
            tx.run(due.DROP_HELD, now=now)
            tx.run(due.DROP_OLD_LINES, before=now - 7 * DAY_MS, now=now)
            tx.upsert(tick, name=PLANNED, at=now, done=0)
        last = _last(tx)
        if last is None:
            tx.insert_once(tick, name=LAST, at=now, done=0)
            return now
        return max(int(last), now - MOST_BACK_MS)

    def _held(self, tx: Tx, since: int, work: Callable[[Tx], int]) -> int | None:
        """Do a part of the tick, unless another process has finished it since: then None."""
        last = _last(tx)
        return None if last is None or int(last) > since else work(tx)

    def _end(self, tx: Tx, since: int, now: int) -> None:
        last = _last(tx)
        if last is not None and int(last) <= since:
            tx.upsert(tick, name=LAST, at=now, done=0)

    def _works(self, asks: Sequence[Lookup], since: int, now: int) -> Iterator[Callable[[Tx], int]]:
        """What is to be written, in pieces of some posyandu each; digests last."""
        budgets = self._budgets
        days = sorted((a for a in asks if a.kind in OF_DAYS), key=lambda a: (a.zone, a.anchor))
        for _, some in groupby(days, key=lambda a: (a.zone, a.anchor)):
            for kinds, rows in self._days(list(some)):
                yield lambda tx, kinds=kinds, rows=rows: due.of_days(tx, rows, kinds, since, now, budgets)  # type: ignore[misc]
        for ask in (a for a in asks if a.kind is Kind.CLOSING):
            for one in self._store.read(lambda tx, ask=ask: monthly.missing(tx, ask)):  # type: ignore[misc]
                yield lambda tx, one=one: monthly.write(tx, one, now, budgets)  # type: ignore[misc]
        for ask in (a for a in asks if a.kind in (Kind.WEEKLY, Kind.DAILY)):
            yield lambda tx, ask=ask: digests.write(tx, ask, now, budgets)  # type: ignore[misc]

    def _days(self, asks: Sequence[Lookup]) -> Iterator[tuple[list[Kind], list[Row]]]:
        """The posyandu days these look-ups of one date name, some at a time, with the kinds that fell due."""
        low, high = min(a.closes[0] for a in asks), max(a.closes[1] for a in asks)
        where = {"anchor": asks[0].anchor.isoformat(), "zone": asks[0].zone}
        rows = self._store.read(lambda tx: tx.all(reading.DAYS_ON, **where, closes_after=low, closes_until=high))
        kinds = [a.kind for a in asks]
        for start in range(0, len(rows), DAYS_TOGETHER):
            yield kinds, rows[start : start + DAYS_TOGETHER]

    # -- when next -----------------------------------------------------------------------------------------------

    def next_due(self, after: int) -> int | None:
        """The next instant at which something is due: a reminder, or a message held until then."""
        return self._store.read(lambda tx: self._next(tx, after))

    def _next(self, tx: Tx, after: int) -> int | None:
        today = local(after, "Asia/Jakarta").date()
        rows = tx.all(
            COMING, first=(today - timedelta(days=4)).isoformat(), last=(today + timedelta(days=70)).isoformat()
        )
        days = [Day(0, 0, date.fromisoformat(r.on), r.opens, r.closes, r.zone) for r in rows]
        held = tx.value(NEXT_HELD, after=after)
        asked = (
            next_due(days, after, _zones(tx)),
            held,
            cases_due.next_due(tx, after, self._times.call_minutes),
            people_due.next_due(tx, after),
            consents_due.next_due(tx, after) if self._times.consent_days else None,
            events_due.next_due(tx, after),
        )
        return min((at for at in asked if at is not None), default=None)


def _zones(tx: Tx) -> list[str]:
    return [r.zone for r in tx.all(ZONES) if r.zone]


def _last(tx: Tx) -> int | None:
    """The last tick; on PostgreSQL its row is held, so that two processes take turns."""
    found: int | None = tx.value(LAST_TICK if tx.dialect == "sqlite" else LAST_TICK_HELD, name=LAST)
    return found
