"""Sheets without children: areas with their puskesmas and posyandu, and the book of outgoing messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.calendar import instant, month_range, months_before
from storage.exports.layout import columns, sheet_name, usual_style
from storage.exports.request import Making
from storage.exports.sheet import Row, Sheet
from storage.sql import Sql
from storage.tables import area, outgoing, posyandu, puskesmas

AREAS = Sql(select(area).order_by(area.c.code))
CENTERS = Sql(select(puskesmas).order_by(puskesmas.c.code))
PLACES = Sql(
    select(posyandu, puskesmas.c.code.label("center"))
    .outerjoin(puskesmas, puskesmas.c.id == posyandu.c.puskesmas_id)
    .order_by(posyandu.c.code)
)
MESSAGES = Sql(
    select(
        outgoing.c.id, outgoing.c.at, outgoing.c.sent_at, outgoing.c.kind, outgoing.c.channel, outgoing.c.state,
        outgoing.c.reason, outgoing.c.tries, outgoing.c.group_key,
    )
    .where(outgoing.c.at >= bindparam("since"), outgoing.c.at < bindparam("until"))
    .order_by(outgoing.c.id)
)  # fmt: skip
ZONE = "Asia/Jakarta"
EVER = 2**62


def areas(making: Making) -> Sheet:
    """Areas from the top down, puskesmas, posyandu: what an empty database needs before children."""

    def rows() -> Iterator[Row]:
        for r in making.tx.all(AREAS):
            yield (r.level, r.code, r.name, r.parent, None, r.zone, None, None, None, None)
        for r in making.tx.all(CENTERS):
            yield ("puskesmas", r.code, r.name, r.area, None, None, None, None, r.phone, None)
        for r in making.tx.all(PLACES):
            yield ("posyandu", r.code, r.name, r.area, r.center, r.zone, r.day_rule, r.place, None, r.strata)

    return _sheet(making, rows())


def outbox(making: Making) -> Sheet:
    """What was told and how it ended, without a word of what it said or to whom."""
    month = making.request.month
    since, until = 0, EVER
    if month:
        since = instant(month_range(month)[0], 0, ZONE)
        until = instant(month_range(months_before(month, -1))[0], 0, ZONE)

    def rows() -> Iterator[Row]:
        for r in making.tx.stream(MESSAGES, since=since, until=until):
            yield (r.id, _moment(r.at), _moment(r.sent_at), r.kind, r.channel, r.state, r.reason, r.tries, r.group_key)

    return _sheet(making, rows())


def _sheet(making: Making, rows: Iterator[Row]) -> Sheet:
    kind = making.request.kind
    return Sheet(sheet_name(kind), columns(kind), rows, style=making.request.style or usual_style(kind))


def _moment(ms: Any) -> str | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
