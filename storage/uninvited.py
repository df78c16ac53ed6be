"""Who is in the hall of an event without an invitation: which hall it can be, and the line under which she counts."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select, update

from posyandu.events import EARLY_MS, LATE_MS, WALK_IN
from posyandu.hall_word import is_word
from posyandu.names import words_of
from posyandu.people import Post, Scope
from storage import events, guests
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import event, invitation, posyandu, puskesmas

ON_NOW = Sql(
    select(event)
    .where(
        event.c.state == fixed("open"), event.c.starts_at <= bindparam("from_then"),
        event.c.ends_at >= bindparam("since"),
    )
    .order_by(event.c.starts_at, event.c.id)
)  # fmt: skip
# Lines that may be hers already: a walk-in of her name whom an usher wrote down, or a guest for whom she comes.
LINES = Sql(
    select(invitation)
    .where(
        invitation.c.event_id == bindparam("event_id"),
        or_(
            (invitation.c.state == fixed(WALK_IN)) & invitation.c.person_id.is_(None),
            func.lower(invitation.c.stand_in) == func.lower(bindparam("name")),
        ),
    )
    .order_by(invitation.c.id)
)
HERS = Sql(update(invitation).where(invitation.c.id == bindparam("row_id")).values(person_id=bindparam("who")))
POSYANDU = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("number")))
PUSKESMAS = Sql(select(puskesmas.c.name).where(puskesmas.c.id == bindparam("number")))


def hall_of(tx: Tx, scope: Scope, word: str, now: int) -> Row | None:
    """The event whose hall shows this word now, of the places above or below her posts."""
    for row in tx.all(ON_NOW, from_then=now + EARLY_MS, since=now - LATE_MS):
        if is_word(row.secret, word, now) and is_near(tx, row, scope):
            return row
    return None


def is_near(tx: Tx, row: Row, scope: Scope) -> bool:
    """Is the event held for a place that one of her posts lies in, or leads?"""
    there = events.place_of(tx, row)
    for post in scope.posts:
        home = Post(post.role, row.area, row.posyandu_id, row.puskesmas_id)
        if post.covers(there) or home.covers(events.place_of(tx, post)):
            return True
    return False


def is_open_to_all(tx: Tx, row: Row) -> bool:
    """No seats are counted and nobody is asked whether she is there: then the word alone lets in."""
    return not row.ask_site and all(share.seats is None for share in events.shares(tx, row.id))


def line_of(tx: Tx, row: Row, person_id: int, name: str, scope: Scope, now: int) -> Row:
    """Her line on the guest list: whom she stands in for, what an usher wrote of her, or a new one."""
    where = home(tx, scope)
    for one in tx.all(LINES, event_id=row.id, name=name):
        near = set(words_of(one.origin)) & set(words_of(where))
        if one.stand_in and words_of(one.stand_in) == words_of(name) and near:
            return one
        if one.state == WALK_IN and words_of(one.name) == words_of(name) and (near or not one.origin):
            tx.run(HERS, row_id=one.id, who=person_id)
            return one
    made = guests.walk_in(tx, row, name, where, now)
    tx.run(HERS, row_id=made, who=person_id)
    found = tx.one(guests.BY_ID, row_id=made)
    assert found is not None
    return found


def home(tx: Tx, scope: Scope) -> str:
    """Where she serves, in words."""
    for post in scope.posts:
        if post.posyandu_id is not None:
            return str(tx.value(POSYANDU, number=post.posyandu_id) or "")
        if post.puskesmas_id is not None:
            return str(tx.value(PUSKESMAS, number=post.puskesmas_id) or "")
    return ""
