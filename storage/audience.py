"""The people a siaran is for, some at a time in the order of their ids, each with the way she is reached best.

Never anybody outside the sender's own places: her posts are part of every question that is put to the book.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)

from posyandu.events import CAME
from posyandu.people import Post, Scope
from posyandu.siaran import SENDERS, TO_FAMILIES, Audience, Figures
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import (
    address,
    area,
    child,
    event_broadcast,
    guardian,
    invitation,
    membership,
    outgoing,
    person,
    posyandu,
    posyandu_day,
    puskesmas,
    puskesmas_desa,
    visit,
)  # fmt: skip

CHUNK = 500
DAY_MS = 24 * 3600_000
WINDOW_MS = DAY_MS - 5 * 60_000

_m, _po, _pk, _ar = membership.alias("m"), posyandu.alias("po"), puskesmas.alias("pk"), area.alias("ar")
_AREA = func.coalesce(_po.c.area, _pk.c.area, _m.c.area)
_AT_PUSKESMAS = func.coalesce(_po.c.puskesmas_id, _m.c.puskesmas_id)


def _below(column: Any, code: str) -> ColumnElement[bool]:
    """This code or any below it; "" is everywhere."""
    return true() if code == "" else or_(column == code, and_(column >= f"{code}.", column < f"{code}/"))


def _covered(post: Post) -> ColumnElement[bool]:
    """Is the place of a membership (or of a child's posyandu) this post's own, or below it?"""
    if post.posyandu_id is not None:
        return _po.c.id == post.posyandu_id
    if post.puskesmas_id is not None:
        # Bidan and others who serve a desa of this puskesmas belong to it, too.
        desa = select(puskesmas_desa.c.area).where(puskesmas_desa.c.puskesmas_id == post.puskesmas_id)
        return or_(bindparam(None, post.puskesmas_id) == _AT_PUSKESMAS, _m.c.area.in_(desa))
    return false() if post.area is None else _below(_AREA, post.area)


def _where(audience: Audience, scope: Scope) -> list[ColumnElement[bool]]:
    """Inside the sender's own places, inside the named one, and not among the exceptions."""
    allowed = TO_FAMILIES if audience.families else SENDERS
    posts = [p for p in scope.posts if p.role in allowed]
    own = or_(false(), *(_covered(p) for p in posts))
    named = Post(next(iter(allowed)), audience.area, audience.posyandu_id, audience.puskesmas_id)
    out = [own, _covered(named)]
    if audience.strata:
        out.append(_po.c.strata == audience.strata)
    out += [~func.coalesce(_below(_AREA, code), false()) for code in audience.except_areas]
    out += [func.coalesce(_po.c.id, 0) != number for number in audience.except_posyandu]
    some = next(iter(allowed))
    out += [~func.coalesce(_covered(Post(some, puskesmas_id=number)), false()) for number in audience.except_puskesmas]
    return out


def _silent(today: str) -> ColumnElement[bool]:
    """The posyandu had its latest day this month, and nothing of it has been entered."""
    on = posyandu_day.c.on
    entered = exists().where(
        visit.c.posyandu_id == posyandu_day.c.posyandu_id, visit.c.month == posyandu_day.c.month, visit.c.on == on
    )
    return (
        exists()
        .where(
            posyandu_day.c.posyandu_id == _po.c.id, posyandu_day.c.month == today[:7], on <= today,
            posyandu_day.c.state == fixed("planned"), ~entered,
        )
        .correlate(_po)
    )  # fmt: skip


def _zone_of(audience: Audience, scope: Scope, now: int, today: str) -> Any:
    """The zone of the place by which a person belongs to the audience; NULL for who does not."""
    if audience.event is not None:
        return _told(audience)
    zone = func.coalesce(_po.c.zone, _ar.c.zone, "Asia/Jakarta")
    roles = [r for r in audience.roles if r not in audience.except_roles]
    if audience.families:
        found = (
            select(zone)
            .select_from(guardian)
            .join(child, child.c.id == guardian.c.child_id)
            .join(_po, _po.c.id == child.c.posyandu_id)
            .outerjoin(_m, false())
            .outerjoin(_pk, _pk.c.id == _po.c.puskesmas_id)
            .outerjoin(_ar, _ar.c.code == _po.c.area)
            .where(
                guardian.c.person_id == person.c.id, guardian.c.state == fixed("confirmed"), guardian.c.muted == 0,
                child.c.state == fixed("active"), *_where(audience, scope),
            )
        )  # fmt: skip
    else:
        found = (
            select(zone)
            .select_from(_m)
            .outerjoin(_po, _po.c.id == _m.c.posyandu_id)
            .outerjoin(_pk, _pk.c.id == _m.c.puskesmas_id)
            .outerjoin(_ar, _ar.c.code == _AREA)
            .where(
                _m.c.person_id == person.c.id, _m.c.role.in_([literal_column(f"'{r}'") for r in roles or ["-"]]),
                or_(_m.c.from_at.is_(None), _m.c.from_at <= now), or_(_m.c.until_at.is_(None), _m.c.until_at > now),
                *_where(audience, scope), *([_silent(today)] if audience.silent else []),
            )
        )  # fmt: skip
    return found.correlate(person).limit(1).scalar_subquery()


def _told(audience: Audience) -> Any:
    """The zone of a guest whom the invitation of this event has reached, or will."""
    invites = select(literal("broadcast:").op("||")(cast(event_broadcast.c.broadcast_id, Text))).where(
        bindparam(None, audience.event) == event_broadcast.c.event_id, event_broadcast.c.purpose == fixed("invite")
    )
    reached = exists().where(
        outgoing.c.person_id == person.c.id,
        outgoing.c.group_key.in_(invites),
        ~among(outgoing.c.state, "failed", "dropped", "superseded"),
    )
    wanted = [invitation.c.came == 1 if a == CAME else invitation.c.state == fixed(a) for a in audience.answers]
    found = select(invitation.c.zone).where(
        bindparam(None, audience.event) == invitation.c.event_id, invitation.c.person_id == person.c.id,
        or_(*wanted) if wanted else true(), reached.correlate(person),
    )  # fmt: skip
    return found.correlate(person).limit(1).scalar_subquery()


class People:
    """One audience as one sender may reach it, ready to be asked for some at a time.

    `now`: whose posts count, and whose WhatsApp window is open; `today` its local date.
    """

    def __init__(self, audience: Audience, scope: Scope, now: int, today: str) -> None:
        self._by_id = _statement(audience, scope, now, today)

    def some(self, tx: Tx, after: int, most: int = CHUNK) -> list[Row]:
        """People with ids above `after`: id, name, zone, address_id, channel, heard_at, other_state."""
        return tx.all(self._by_id, after=after, most=most)

    def chunks(self, tx: Tx) -> Iterator[Sequence[Row]]:
        """All of them."""
        after = 0
        while rows := self.some(tx, after):
            yield rows
            after = rows[-1].id


def _statement(audience: Audience, scope: Scope, now: int, today: str) -> Sql:
    best = (
        select(address.c.id)
        .where(address.c.person_id == person.c.id, address.c.state == fixed("reachable"))
        # What costs nothing first; then what is open; then the latest.
        .order_by(
            case((address.c.channel != fixed("whatsapp"), 0), (address.c.heard_at > now - WINDOW_MS, 1), else_=2),
            address.c.heard_at.desc(),
            address.c.id,
        )
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )
    other = (
        select(address.c.state)
        .where(address.c.person_id == person.c.id)
        .order_by(case((address.c.state == fixed("opted_out"), 0), else_=1), address.c.id)
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )
    zone = _zone_of(audience, scope, now, today)
    wanted = [person.c.state == fixed("active"), person.c.id > bindparam("after"), zone.is_not(None)]
    if audience.people:
        wanted.append(person.c.id.in_([literal_column(str(int(i))) for i in audience.people]))
    if audience.except_people:
        wanted.append(person.c.id.not_in([literal_column(str(int(i))) for i in audience.except_people]))
    if scope.person_id is not None:
        wanted.append(person.c.id != scope.person_id)
    first = (
        select(
            person.c.id, person.c.name, zone.label("zone"), best.label("address_id"), other.label("other_state")
        )
        .where(*wanted)
        .order_by(person.c.id)
        .limit(bindparam("most"))
        .subquery("found")
    )  # fmt: skip
    return Sql(
        select(first, address.c.channel, address.c.heard_at)
        .select_from(first)
        .outerjoin(address, address.c.id == first.c.address_id)
        .order_by(first.c.id)
    )


def is_closed(row: Row, now: int) -> bool:
    """Does this person need a template: WhatsApp, and nothing heard for a day?"""
    return row.channel == "whatsapp" and (row.heard_at is None or row.heard_at <= now - WINDOW_MS)


def why_not(row: Row) -> str:
    """The reason that her row carries when she has no address that can be used."""
    return "unreachable" if row.other_state is None else str(row.other_state)


def add(figures: Figures, rows: Sequence[Row], now: int) -> None:
    """Count some people into the figures."""
    for row in rows:
        figures.total += 1
        if row.channel is None:
            kind = why_not(row)
            figures.unjoined += kind == "unreachable"
            figures.opted_out += kind == "opted_out"
            figures.gone += kind not in ("unreachable", "opted_out")
            continue
        figures.channels[row.channel] = figures.channels.get(row.channel, 0) + 1
        figures.zones[row.zone] = figures.zones.get(row.zone, 0) + 1
        figures.closed += is_closed(row, now)
