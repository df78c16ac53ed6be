"""The guests of an event: put on the list with the invitation, answered, and checked in, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select, update

from posyandu.calendar import local
from posyandu.event_code import make_code
from posyandu.events import SILENT, STAND_IN, WALK_IN, Share, region_of, share_of
from posyandu.guest_lists import Guest
from posyandu.siaran import Audience
from storage import events
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import (
    area,
    child,
    event,
    event_tap,
    event_try,
    guardian,
    invitation,
    membership,
    posyandu,
    puskesmas,
)  # fmt: skip

_po, _pk = posyandu.alias("po"), puskesmas.alias("pk")
_AREA = func.coalesce(_po.c.area, _pk.c.area, membership.c.area, "")
POSTS = Sql(
    select(
        membership.c.person_id, membership.c.role, _po.c.id.label("posyandu_id"), _po.c.name.label("posyandu"),
        _pk.c.name.label("puskesmas"), _AREA.label("area"), area.c.name.label("area_name"),
    )
    .outerjoin(_po, _po.c.id == membership.c.posyandu_id)
    .outerjoin(_pk, _pk.c.id == membership.c.puskesmas_id)
    .outerjoin(area, area.c.code == _AREA)
    .where(
        membership.c.person_id >= bindparam("first"), membership.c.person_id <= bindparam("last"),
        or_(membership.c.from_at.is_(None), membership.c.from_at <= bindparam("now")),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
    .order_by(membership.c.id)
)  # fmt: skip
FAMILIES = Sql(
    select(
        guardian.c.person_id, fixed("wali").label("role"), _po.c.id.label("posyandu_id"),
        _po.c.name.label("posyandu"), fixed("").label("puskesmas"), _po.c.area.label("area"),
        fixed("").label("area_name"),
    )
    .join(child, child.c.id == guardian.c.child_id)
    .join(_po, _po.c.id == child.c.posyandu_id)
    .where(guardian.c.person_id >= bindparam("first"), guardian.c.person_id <= bindparam("last"))
    .order_by(guardian.c.id)
)  # fmt: skip
OF_PERSON = Sql(
    select(invitation).where(
        invitation.c.event_id == bindparam("event_id"), invitation.c.person_id == bindparam("person_id")
    )
)
BY_ID = Sql(select(invitation).where(invitation.c.id == bindparam("row_id")))
BY_CODE = Sql(
    select(invitation.c.id, invitation.c.name, invitation.c.state, invitation.c.stand_in).where(
        invitation.c.event_id == bindparam("event_id"), invitation.c.code == bindparam("said")
    )
)
# To which she is invited, not over since then: the nearest first.
INVITED = Sql(
    select(event)
    .join(invitation, invitation.c.event_id == event.c.id)
    .where(
        invitation.c.person_id == bindparam("person_id"),
        invitation.c.state != fixed(WALK_IN),
        event.c.state == fixed("open"),
        event.c.ends_at > bindparam("since"),
    )
    .order_by(event.c.starts_at, event.c.id)
)
LAST_CAME = Sql(
    select(invitation.c.event_id)
    .where(invitation.c.person_id == bindparam("person_id"), invitation.c.came == 1)
    .order_by(invitation.c.came_at.desc(), invitation.c.id.desc())
    .limit(1)
)
NAMES = Sql(
    select(invitation.c.id, invitation.c.name, invitation.c.origin, invitation.c.stand_in).where(
        invitation.c.event_id == bindparam("event_id")
    )
)
ANSWER = Sql(
    update(invitation)
    .where(invitation.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"), stand_in=bindparam("other"), answered_at=bindparam("now"),
        share_id=bindparam("out_of"),
    )
)  # fmt: skip
CAME_AS = Sql(update(invitation).where(invitation.c.id == bindparam("row_id")).values(state=bindparam("new_state")))
# What its taps say of a guest, reckoned anew: the earliest known time counts, and where no list is left, none came.
_taps = select(func.min(event_tap.c.at)).where(event_tap.c.invitation_id == invitation.c.id, event_tap.c.void == 0)
_any = select(func.count()).where(event_tap.c.invitation_id == invitation.c.id, event_tap.c.void == 0)
PRESENT = Sql(
    update(invitation)
    .where(invitation.c.id == bindparam("row_id"))
    .values(
        came=1,
        came_at=case(
            (invitation.c.came_at.is_(None), bindparam("at")),
            (bindparam("at_least") < invitation.c.came_at, bindparam("at")),
            else_=invitation.c.came_at,
        ),
        hour=case(
            (invitation.c.came_at.is_(None), bindparam("at_hour")),
            (bindparam("at_least") < invitation.c.came_at, bindparam("at_hour")),
            else_=invitation.c.hour,
        ),
        how=case((invitation.c.came == 0, bindparam("by_what")), else_=invitation.c.how),
        on_site=func.coalesce(bindparam("there"), invitation.c.on_site),
    )
)
VOID = Sql(
    update(event_tap)
    .where(event_tap.c.event_id == bindparam("event_id"), event_tap.c.incoming_id == bindparam("of_message"))
    .values(void=1)
)
OF_LIST = Sql(
    select(event_tap.c.invitation_id, event_tap.c.by_person).where(
        event_tap.c.event_id == bindparam("event_id"), event_tap.c.incoming_id == bindparam("of_message"),
        event_tap.c.void == 0,
    )
)  # fmt: skip
RECKON = Sql(
    update(invitation)
    .where(invitation.c.id == bindparam("row_id"))
    .values(
        came=case((_any.scalar_subquery() > 0, 1), else_=0), came_at=_taps.scalar_subquery(), hour=bindparam("at_hour")
    )
)
EARLIEST = Sql(
    select(func.min(event_tap.c.at)).where(event_tap.c.invitation_id == bindparam("row_id"), event_tap.c.void == 0)
)
TRIES = Sql(
    select(func.count())
    .select_from(event_try)
    .where(
        event_try.c.event_id == bindparam("event_id"), event_try.c.person_id == bindparam("person_id"),
        event_try.c.at > bindparam("since"),
    )
)  # fmt: skip
_came = [invitation.c.event_id == bindparam("event_id"), invitation.c.came == 1]
COUNT = Sql(
    select(invitation.c.region, invitation.c.role, invitation.c.hour, invitation.c.state, func.count().label("n"))
    .where(*_came)
    .group_by(invitation.c.region, invitation.c.role, invitation.c.hour, invitation.c.state)
)
# What was answered, by area: before anybody can have come.
ANSWERED = Sql(
    select(invitation.c.region, invitation.c.state, func.count().label("n"))
    .where(invitation.c.event_id == bindparam("event_id"), invitation.c.state != fixed(WALK_IN))
    .group_by(invitation.c.region, invitation.c.state)
)
# Who came for whom: as many as a message can name.
CAME_FOR = Sql(
    select(invitation.c.name, invitation.c.stand_in)
    .where(*_came, invitation.c.state == fixed(STAND_IN))
    .order_by(invitation.c.name, invitation.c.id)
    .limit(8)
)
REGIONS = Sql(
    select(invitation.c.region, area.c.name, func.count().label("invited"))
    .outerjoin(area, area.c.code == invitation.c.region)
    .where(invitation.c.event_id == bindparam("event_id"), invitation.c.state != fixed(WALK_IN))
    .group_by(invitation.c.region, area.c.name)
    .order_by(invitation.c.region)
)
UNINVITED_LAST = case((invitation.c.state == fixed(WALK_IN), 1), else_=0)
ALL = Sql(
    select(invitation, area.c.name.label("region_name"))
    .outerjoin(area, area.c.code == invitation.c.region)
    .where(invitation.c.event_id == bindparam("event_id"))
    .order_by(UNINVITED_LAST, invitation.c.region, invitation.c.origin, invitation.c.name, invitation.c.id)
)
CERTIFIED = Sql(
    update(invitation)
    .where(invitation.c.id == bindparam("row_id"))
    .values(written_name=bindparam("as_written"), certified_at=bindparam("now"))
)


def invite(tx: Tx, row: Row, people: Sequence[Row], now: int) -> None:
    """Put these people of an invitation's siaran on the guest list; who is on it stays as she is."""
    one = events.load(tx, row.event_id)
    if one is None or not people:
        return
    wanted = Audience.load(row.audience)
    asked = FAMILIES if wanted.families else POSTS
    more = {} if wanted.families else {"now": now}
    posts: dict[int, Row] = {}
    for post in tx.all(asked, first=people[0].id, last=people[-1].id, **more):
        if post.role in wanted.roles:
            posts.setdefault(post.person_id, post)
    shares, number, made = events.shares(tx, one.id), events.take_numbers(tx, one.id, len(people) * 6 // 5 + 8), []
    for who in people:
        code, number = make_code(number, start_of(one.secret))
        made.append(_row(one, shares, who, posts.get(who.id), code, now))
    tx.insert_many_once(invitation, made)


def start_of(secret: str) -> int:
    """Where an event's codes begin: each event deals them out in another order."""
    return int(secret[:6] or "0", 16)


def _row(one: Row, shares: Sequence[Share], who: Any, post: Row | None, code: str, now: int) -> dict[str, Any]:
    where = post.area if post is not None else ""
    share = share_of(shares, post.role if post is not None else "", where)
    return {
        "event_id": one.id, "person_id": who.id, "name": who.name, "role": post.role if post is not None else "",
        "posyandu_id": post.posyandu_id if post is not None else None,
        "origin": (post.posyandu or post.puskesmas or post.area_name or "") if post is not None else "",
        "region": _region(one, where), "zone": who.zone, "code": code,
        "share_id": share.id if share else None, "state": SILENT, "stand_in": "", "at": now,
    }  # fmt: skip


def _region(one: Row, where: str) -> str | None:
    """Under which area she is counted; the guests of a puskesmas or posyandu by desa."""
    whose = one.area if one.area is not None else ".".join(where.split(".")[:3])
    return region_of(where, whose) if where else None


def walk_in(tx: Tx, one: Row, name: str, origin: str, now: int) -> int:
    """Somebody who came unasked."""
    code, _ = make_code(events.take_numbers(tx, one.id, 8), start_of(one.secret))
    return tx.insert(
        invitation, event_id=one.id, name=name, origin=origin, zone=one.zone, code=code, state=WALK_IN, at=now
    )


def guest_names(tx: Tx, event_id: int) -> Iterable[Guest]:
    return (Guest(r.id, r.name, r.origin, r.stand_in) for r in tx.stream(NAMES, event_id=event_id))


def came(
    tx: Tx,
    one: Row,
    row_id: int,
    how: str,
    *,
    at: int | None,
    now: int,
    by: int,
    incoming_id: int | None,
    on_site: bool | None = None,
) -> bool:
    """A guest on one list; False when this very message has her already."""
    tap = tx.insert_once(
        event_tap, event_id=one.id, invitation_id=row_id, by_person=by, incoming_id=incoming_id, how=how, at=at,
        heard_at=now,
    )  # fmt: skip
    if tap is None:
        return False
    tx.run(
        PRESENT, row_id=row_id, at=at, at_least=at if at is not None else 2**62, at_hour=hour_of(one, at),
        by_what=how, there=None if on_site is None else int(on_site),
    )  # fmt: skip
    return True


def hour_of(one: Row, at: int | None) -> int | None:
    return None if at is None else local(at, one.zone).hour


def take_back(tx: Tx, one: Row, incoming_id: int, by: int) -> int:
    """A whole list, by who sent it; who stands on another stays."""
    rows = [r for r in tx.all(OF_LIST, event_id=one.id, of_message=incoming_id) if r.by_person == by]
    if rows:
        tx.run(VOID, event_id=one.id, of_message=incoming_id)
    for row in rows:
        first = tx.value(EARLIEST, row_id=row.invitation_id)
        tx.run(RECKON, row_id=row.invitation_id, at_hour=hour_of(one, first))
    return len(rows)
