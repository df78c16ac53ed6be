"""What each channel allows for the moment: polling cursor, pauses the provider asked for, people reached today.

One row per channel, in a table of its own, so that emptying the inbox cannot turn a cursor back.
"""

from __future__ import annotations

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


def charged(tx: Tx, since: int, until: int) -> list[Row]:
    """`channel`, `kind`, `sent_as`, `n` of what left between two instants."""
    return tx.all(SENT_AS, since=since, until=until)
