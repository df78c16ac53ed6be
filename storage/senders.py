"""Who sends on a channel: several processes share its pace by shares of it, one row a process and channel.

Each keeps its own share strictly, on its own clock (bot.channels.pace), so a late moment in one process never becomes
one message too many at the provider. A newcomer waits until everybody else has made room; whoever could not renew
its row stops by itself long before its share is given away. docs/decisions/0006.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, delete, func, literal_column, select

from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import channel_rate, sender

BEAT_S = 0.5  # so often a process renews its row
FENCE_S = 2.0  # without a renewal for so long it stops sending
WAIT_MS = 3_200  # so long a newcomer waits: everybody else has renewed or stopped, and a second has passed
GONE_MS = 5_000  # after so long without a renewal a process is no more
LEAVES_MS = 1_100  # what one that leaves has sent still counts for a second

# The channel's row is held, so that processes look one after the other; and the clock that all of them have in common.
_CLOCK: ColumnElement[int] = literal_column("(extract(epoch from clock_timestamp()) * 1000)::bigint")
HELD = Sql(
    select(channel_rate.c.paused_until, _CLOCK.label("now"))
    .where(channel_rate.c.channel == bindparam("name"))
    .with_for_update()
)
ROW = Sql(select(channel_rate.c.paused_until).where(channel_rate.c.channel == bindparam("name")))
DATABASE_CLOCK = Sql(select(_CLOCK))
FORGET = Sql(delete(sender).where(sender.c.channel == bindparam("name"), sender.c.beat_at < bindparam("before")))
THERE = Sql(
    select(sender.c.process, sender.c.since, sender.c.beat_at)
    .where(sender.c.channel == bindparam("name"))
    .order_by(sender.c.since, sender.c.process)
)
LIVING = Sql(
    select(sender.c.channel, func.count().label("n"))
    .where(sender.c.beat_at >= bindparam("since"))
    .group_by(sender.c.channel)
    .order_by(sender.c.channel)
)


@dataclass(frozen=True)
class Place:
    """Where a process stands among those that send on a channel."""

    number: int
    of: int
    waits: bool  # it is new: the others are making room
    paused_until: int

    def share(self, rate: float) -> float:
        """What this process may send in a second; all shares together are the rate, in whole messages."""
        if self.waits:
            return 0.0
        if self.of == 1:
            return rate
        whole = int(rate)
        if whole < 1:
            return rate if self.number == 0 else 0.0
        return float(whole // self.of + (1 if self.number < whole % self.of else 0))


def now_of(tx: Tx, wall: int) -> int:
    """The clock that all processes have in common: the database's, or on one machine the machine's."""
    return wall if tx.dialect == "sqlite" else int(tx.value(DATABASE_CLOCK))


def beat(tx: Tx, channel: str, process: str, wall: int) -> Place:
    """Renew this process's row; where it stands now."""
    row = _held(tx, channel)
    if row is None:
        tx.insert_once(channel_rate, channel=channel)
        row = _held(tx, channel)
    assert row is not None
    now = wall if tx.dialect == "sqlite" else int(row.now)
    found = tx.all(THERE, name=channel)
    there = {r.process: r.since for r in found if r.beat_at >= now - GONE_MS}
    if len(there) < len(found):
        tx.run(FORGET, name=channel, before=now - GONE_MS)
    alone = not there
    # Whoever is the first after a silence need not wait: nobody else can be sending.
    since = there.get(process, now - WAIT_MS if alone else now)
    tx.upsert(sender, channel=channel, process=process, since=since, beat_at=now)
    order = sorted({**there, process: since}.items(), key=lambda one: (one[1], one[0]))
    number = [name for name, _ in order].index(process)
    return Place(number, len(order), now - since < WAIT_MS, int(row.paused_until))


def _held(tx: Tx, channel: str) -> Row | None:
    return tx.one(ROW if tx.dialect == "sqlite" else HELD, name=channel)


def leave(tx: Tx, channel: str, process: str, wall: int) -> None:
    """It sends no more; its share is free in a second."""
    now = now_of(tx, wall)
    if any(r.process == process for r in tx.all(THERE, name=channel)):
        tx.upsert(sender, channel=channel, process=process, since=0, beat_at=now - GONE_MS + LEAVES_MS)


def living(tx: Tx, wall: int) -> dict[str, int]:
    """How many processes send, by channel."""
    since = now_of(tx, wall) - GONE_MS
    return {r.channel: r.n for r in tx.all(LIVING, since=since)}
