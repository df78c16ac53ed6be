"""Events in the book: what is held, its seats, and the siaran that carry its invitation and what is said later."""

from __future__ import annotations

import json
import secrets
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from posyandu.access import may
from posyandu.calendar import local, zone_name
from posyandu.events import COMING, SEATED, WAITING, Share, share_of, span
from posyandu.people import Place, Scope
from storage import jobs
from storage.people import place_of_posyandu
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import (
    area,
    broadcast,
    event,
    event_broadcast,
    event_share,
    event_usher,
    invitation,
    puskesmas,
    puskesmas_desa,
)

BY_ID = Sql(select(event).where(event.c.id == bindparam("event_id")))
PUSKESMAS = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))
# A desa belongs to the puskesmas that serves it; a wider area to none.
SERVED_BY = Sql(select(func.min(puskesmas_desa.c.puskesmas_id)).where(puskesmas_desa.c.area == bindparam("code")))
SHARES = Sql(select(event_share).where(event_share.c.event_id == bindparam("event_id")).order_by(event_share.c.id))
SHARE = Sql(select(event_share).where(event_share.c.id == bindparam("share_id")))
TAKE = Sql(
    update(event_share)
    .where(
        event_share.c.id == bindparam("share_id"),
        or_(event_share.c.seats.is_(None), event_share.c.taken < event_share.c.seats),
    )
    .values(taken=event_share.c.taken + 1)
)
FREE = Sql(
    update(event_share)
    .where(event_share.c.id == bindparam("share_id"), event_share.c.taken > 0)
    .values(taken=event_share.c.taken - 1)
)
NEXT_WAITING = Sql(
    select(invitation)
    .where(invitation.c.share_id == bindparam("share_id"), invitation.c.state == fixed(WAITING))
    .order_by(invitation.c.answered_at, invitation.c.id)
    .limit(1)
)
AHEAD = Sql(
    select(func.count())
    .select_from(invitation)
    .where(
        invitation.c.share_id == bindparam("share_id"),
        invitation.c.state == fixed(WAITING),
        or_(
            invitation.c.answered_at < bindparam("since"),
            and_(invitation.c.answered_at == bindparam("since"), invitation.c.id < bindparam("own")),
        ),
    )
)
NUMBERS = Sql(
    update(event)
    .where(event.c.id == bindparam("event_id"))
    .values(guests=event.c.guests + bindparam("more"))
    .returning(event.c.guests)
)
SET = {
    "state": Sql(
        update(event)
        .where(event.c.id == bindparam("event_id"), event.c.state == bindparam("before"))
        .values(state=bindparam("after"), reason=bindparam("why"))
    ),
    "details": Sql(
        update(event)
        .where(event.c.id == bindparam("event_id"))
        .values(
            theme=bindparam("new_theme"), venue=bindparam("new_venue"), lat_e6=bindparam("lat"),
            lon_e6=bindparam("lon"), on=bindparam("day"), opens=bindparam("opens_at"), closes=bindparam("closes_at"),
            starts_at=bindparam("starts"), ends_at=bindparam("ends"), version=event.c.version + 1,
            reminded_at=bindparam("reminded"),
        )
    ),
    "reminded": Sql(update(event).where(event.c.id == bindparam("event_id")).values(reminded_at=bindparam("now"))),
}  # fmt: skip
BROADCASTS = Sql(
    select(broadcast.c.id, broadcast.c.state, event_broadcast.c.purpose)
    .join(event_broadcast, event_broadcast.c.broadcast_id == broadcast.c.id)
    .where(event_broadcast.c.event_id == bindparam("event_id"))
    .order_by(broadcast.c.id)
)
OF_BROADCAST = Sql(
    select(event_broadcast.c.event_id, event_broadcast.c.purpose).where(
        event_broadcast.c.broadcast_id == bindparam("which")
    )
)
USHER = Sql(
    select(event_usher.c.at).where(
        event_usher.c.event_id == bindparam("event_id"), event_usher.c.person_id == bindparam("person_id")
    )
)
USHERS = Sql(select(func.count()).select_from(event_usher).where(event_usher.c.event_id == bindparam("event_id")))
AREA_NAME = Sql(select(area.c.name, area.c.level, area.c.zone).where(area.c.code == bindparam("code")))
TO_REMIND = Sql(
    select(event)
    .where(event.c.state == fixed("open"), event.c.reminded_at.is_(None), event.c.starts_at > bindparam("now"))
    .order_by(event.c.starts_at)
)
STATES = Sql(
    select(invitation.c.state, func.count().label("n"))
    .where(invitation.c.event_id == bindparam("event_id"))
    .group_by(invitation.c.state)
)


def load(tx: Tx, event_id: int) -> Row | None:
    return tx.one(BY_ID, event_id=event_id)


def place_of(tx: Tx, row: Any) -> Place:
    """Where an event (or whatever has its three columns) belongs, for the access check."""
    if row.posyandu_id is not None:
        return place_of_posyandu(tx, row.posyandu_id) or Place("none")
    if row.puskesmas_id is not None:
        return Place(tx.value(PUSKESMAS, puskesmas_id=row.puskesmas_id) or "none", None, row.puskesmas_id)
    if row.area is None:
        return Place("none")
    return Place(row.area, None, tx.value(SERVED_BY, code=row.area))


def holds(tx: Tx, row: Row, scope: Scope) -> bool:
    """Is it hers to steer? Her own always while she may hold one there; others' where she leads the place."""
    place = place_of(tx, row)
    return may(scope, "lead_event", place) or (row.by_person == scope.person_id and may(scope, "hold_event", place))


def facts(row: Row) -> dict[str, Any]:
    """What every word about an event may name."""
    days = days_of(row)
    return {
        "number": row.id, "kind": row.kind, "theme": row.theme, "venue": row.venue, "on": days, "year": days[-10:-6],
        "opens": row.opens, "closes": row.closes, "zone": zone_name(row.zone), "label": row.label,
        "office": row.office, "pin": _pin(row), "field": "plain" if row.lat_e6 is None else "pin",
    }  # fmt: skip


def days_of(row: Row) -> str:
    """Its day, or the interval of its days: the last is the local day on which it ends."""
    return span(date.fromisoformat(row.on), local(row.ends_at - 1, row.zone).date())


def _pin(row: Row) -> str:
    return "" if row.lat_e6 is None else f"https://maps.google.com/?q={row.lat_e6 / 1e6:.5f},{row.lon_e6 / 1e6:.5f}"


def worded(row: Row, key: str) -> str:
    """The key of the words that fit: with a pin on the map, or without."""
    return key if row.lat_e6 is None else f"{key}_pin"


def was_told(tx: Tx, event_id: int) -> bool:
    """Has anybody been sent an invitation?"""
    rows = tx.all(BROADCASTS, event_id=event_id)
    return any(r.purpose == "invite" and r.state not in ("draft", "planned", "waiting", "dropped") for r in rows)


def make(tx: Tx, shares: list[Share], **values: Any) -> int:
    """A new event with its shares; without any there is one without a limit."""
    values.setdefault("secret", secrets.token_hex(8))
    made = tx.insert(event, **values)
    for one in shares or [Share("", None)]:
        tx.insert(
            event_share, event_id=made, label=one.label, area=one.area, roles=" ".join(one.roles), seats=one.seats
        )
    return made


def shares(tx: Tx, event_id: int) -> list[Share]:
    return [Share(r.label, r.seats, tuple(r.roles.split()), r.area, r.id) for r in tx.all(SHARES, event_id=event_id)]


def share_for(tx: Tx, event_id: int, role: str, where: str) -> int | None:
    """The share out of which she is seated; None: there is none for her."""
    found = share_of(shares(tx, event_id), role, where)
    return found.id if found else None


def take_numbers(tx: Tx, event_id: int, many: int) -> int:
    """So many numbers of guests, nobody else's: the first of them."""
    return int(tx.value(NUMBERS, event_id=event_id, more=many)) - many


def seat(tx: Tx, share_id: int | None) -> bool:
    """Take one seat; False when there is none left."""
    return share_id is not None and bool(tx.run(TAKE, share_id=share_id))


def leave(tx: Tx, row: Row) -> Row | None:
    """Her seat is free; who has waited longest for one gets it: her row, or None."""
    if row.state not in SEATED or row.share_id is None:
        return None
    tx.run(FREE, share_id=row.share_id)
    following = tx.one(NEXT_WAITING, share_id=row.share_id)
    if following is None or not seat(tx, row.share_id):
        return None
    tx.run(_STATE, row_id=following.id, new_state=COMING)
    return following


_STATE = Sql(update(invitation).where(invitation.c.id == bindparam("row_id")).values(state=bindparam("new_state")))


def ahead(tx: Tx, row: Row) -> int:
    """How many wait before her."""
    return int(tx.value(AHEAD, share_id=row.share_id, since=row.answered_at, own=row.id))


def answers(tx: Tx, event_id: int) -> dict[str, int]:
    """How many guests there are by what they have said."""
    return {r.state: r.n for r in tx.all(STATES, event_id=event_id)}


def is_usher(tx: Tx, event_id: int, person_id: int) -> bool:
    return tx.value(USHER, event_id=event_id, person_id=person_id) is not None


def announce(tx: Tx, row: Row, purpose: str, text: str, audience: str, label: str, now: int, **values: Any) -> int:
    """A siaran that belongs to the event; the caller says in which state it begins."""
    values.setdefault("by_person", row.by_person)
    values.setdefault("address_id", row.address_id)
    values.setdefault("sender", row.sender)
    values.setdefault("office", row.office)
    made = tx.insert(broadcast, audience=audience, label=label, text=text, at=now, **values)
    tx.insert(event_broadcast, broadcast_id=made, event_id=row.id, purpose=purpose)
    jobs.ask(tx, jobs.SIARAN, made)
    return made


def told(event_id: int, answers: tuple[str, ...], place: Any) -> str:
    """The audience of a later word: those of this event's guests who were told of it, by what they have answered."""
    kept = {"roles": ["wali", "kader"], "event": event_id, "answers": list(answers)}
    if place.posyandu_id is not None:
        kept["posyandu_id"] = place.posyandu_id
    elif place.puskesmas_id is not None:
        kept["puskesmas_id"] = place.puskesmas_id
    else:
        kept["area"] = place.area
    return json.dumps(kept)
