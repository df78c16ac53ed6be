"""What each channel allows for the moment: polling cursor, pauses the provider asked for, people reached today.

One row per channel, in a table of its own, so that emptying the inbox cannot turn a cursor back. `next_at` (epoch
microseconds) is where several processes share one pace.
"""

from __future__ import annotations

import math

from sqlalchemy import bindparam, func, select

from storage.sql import Row, Sql, among
from storage.store import Tx
from storage.tables import channel_rate, outgoing

ROW = Sql(select(channel_rate).where(channel_rate.c.channel == bindparam("name")))
# People who were sent a template in the last 24 hours, and whether this one is among them.
REACHED = Sql(
    select(func.count(outgoing.c.address_id.distinct())).where(
        outgoing.c.channel == bindparam("name"),
        among(outgoing.c.sent_as, "utility", "marketing"),
        outgoing.c.sent_at > bindparam("since"),
        outgoing.c.address_id != bindparam("besides"),
    )
)
SENT_AS = Sql(
    select(outgoing.c.channel, outgoing.c.kind, outgoing.c.sent_as, func.count().label("n"))
    .where(
        outgoing.c.sent_at >= bindparam("since"),
        outgoing.c.sent_at < bindparam("until"),
        outgoing.c.sent_as.is_not(None),
    )
    .group_by(outgoing.c.channel, outgoing.c.kind, outgoing.c.sent_as)
    .order_by(outgoing.c.channel, outgoing.c.kind, outgoing.c.sent_as)
)
ROW_HELD = Sql(select(channel_rate).where(channel_rate.c.channel == bindparam("name")).with_for_update())
LEAD_US = 20_000  # a commit and the forming of a message take so long
HEAD = 0.985  # several processes together stay this far below the rate: their messages arrive a little early or late
DAY_MS = 24 * 3600_000


def cursor(tx: Tx, channel: str) -> str:
    """Where receiving goes on; "" at the very beginning."""
    row = tx.one(ROW, name=channel)
    return row.cursor if row else ""


def move_cursor(tx: Tx, channel: str, cursor: str) -> None:
    tx.upsert(channel_rate, channel=channel, cursor=cursor)


def paused_until(tx: Tx, channel: str) -> int:
    """The instant up to which the provider wants nothing of this kind; 0 for none."""
    row = tx.one(ROW, name=channel)
    return int(row.paused_until) if row else 0


def pause(tx: Tx, channel: str, until: int) -> None:
    """Never shortens a pause."""
    if until > paused_until(tx, channel):
        tx.upsert(channel_rate, channel=channel, paused_until=until)


def reached(tx: Tx, channel: str, besides: int, now: int) -> int:
    """How many other people were sent a template in the last 24 hours."""
    return int(tx.value(REACHED, name=channel, since=now - DAY_MS, besides=besides))


def slots(tx: Tx, channel: str, per_second: float, most: int, now_us: int, ahead_us: int) -> list[int]:
    """The next instants (epoch microseconds) at which one of all processes may send: evenly spaced, none twice.

    Whoever takes some must `spend` them in the same transaction; the row is held until then.
    """
    tx.insert_once(channel_rate, channel=channel)
    row = tx.one(ROW if tx.dialect == "sqlite" else ROW_HELD, name=channel)
    assert row is not None
    first = max(int(row.next_at), now_us + LEAD_US)
    every = _every(per_second)
    return [at for n in range(most) if (at := first + n * every) <= now_us + ahead_us]


def spend(tx: Tx, channel: str, last: int, per_second: float) -> None:
    """All slots up to `last` are taken."""
    tx.upsert(channel_rate, channel=channel, next_at=last + _every(per_second))


def postpone(tx: Tx, channel: str, until_us: int) -> None:
    """The provider asks for a pause: no process has a slot before that."""
    row = tx.one(ROW, name=channel)
    if row is None or row.next_at < until_us:
        tx.upsert(channel_rate, channel=channel, next_at=until_us)


def _every(per_second: float) -> int:
    return math.ceil(1e6 / (per_second * HEAD))


def charged(tx: Tx, since: int, until: int) -> list[Row]:
    """`channel`, `kind`, `sent_as`, `n` of what left between two instants."""
    return tx.all(SENT_AS, since=since, until=until)
