"""Addresses that change or go quiet, and what then becomes of a message."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, update

from storage import outbox, people_due
from storage.reminders import leaving
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import address, child, guardian, membership, person, posyandu

_at = address.alias("at_address")
# Whether somebody is there says nothing about who it is, nor takes back what she asked for.
STATE = Sql(
    update(address)
    .where(address.c.id == bindparam("row_id"), ~among(address.c.state, "opted_out", "unverified"))
    .values(state=bindparam("new_state"))
)
MOVED = Sql(update(address).where(address.c.id == bindparam("row_id")).values(external_id=bindparam("new_id")))

# All addresses of the person at one of them, or that one alone while nobody is known there.
_ALL_OF_HERS = (address.c.id == bindparam("row_id")) | (
    address.c.person_id == select(_at.c.person_id).where(_at.c.id == bindparam("row_id")).scalar_subquery()
)
QUIET = Sql(
    update(address).where(_ALL_OF_HERS, ~among(address.c.state, "gone", "unverified")).values(state="opted_out")
)
RESUME = Sql(update(address).where(_ALL_OF_HERS, address.c.state == fixed("opted_out")).values(state="reachable"))
WINDOW_OVER = Sql(update(address).where(address.c.id == bindparam("row_id")).values(heard_at=None))
STATE_AT = Sql(select(address.c.state).where(address.c.id == bindparam("row_id")))
OF_CHILD = Sql(
    select(posyandu.c.name).join(child, child.c.posyandu_id == posyandu.c.id).where(child.c.id == bindparam("child_id"))
)
OF_PERSON = Sql(
    select(posyandu.c.name)
    .select_from(person)
    .outerjoin(membership, membership.c.person_id == person.c.id)
    .outerjoin(guardian, (guardian.c.person_id == person.c.id) & (guardian.c.state == fixed("confirmed")))
    .outerjoin(child, child.c.id == guardian.c.child_id)
    .join(posyandu, posyandu.c.id == func.coalesce(membership.c.posyandu_id, child.c.posyandu_id))
    .where(person.c.id == bindparam("person_id"))
    .order_by(posyandu.c.id)
    .limit(1)
)
CHANNELS = Sql(
    select(address.c.channel, address.c.state)
    .where(address.c.person_id == bindparam("person_id"))
    .order_by(address.c.id)
)
PREFER = Sql(update(person).where(person.c.id == bindparam("who")).values(prefers=bindparam("channel")))
SPEAK = Sql(update(person).where(person.c.id == bindparam("who")).values(language=bindparam("new_language")))


def moved(tx: Tx, address_id: int, new_id: str, now: int) -> None:
    """The provider gave this address a new id: whoever is there says her name before anything else is told."""
    tx.run(MOVED, row_id=address_id, new_id=new_id)
    people_due.ask_name(tx, address_id, now)


def set_state(tx: Tx, address_id: int, state: str) -> None:
    """reachable, blocked, opted_out or gone; an address that must say a name first, or was asked to be left in peace,
    stays so."""
    tx.run(STATE, row_id=address_id, new_state=state)


def window_over(tx: Tx, address_id: int) -> None:
    """The provider says that free words may not go there, whatever we thought: only a new message opens it."""
    tx.run(WINDOW_OVER, row_id=address_id)


def quiet(tx: Tx, address_id: int) -> None:
    """She wants no more messages, on none of her channels, until she says otherwise. Where a name must be said first
    nothing is sent unasked anyway, and whoever is there speaks for no other channel."""
    if tx.value(STATE_AT, row_id=address_id) != "unverified":
        tx.run(QUIET, row_id=address_id)


def resume(tx: Tx, address_id: int) -> bool:
    """She wants messages again; False when she never asked for quiet."""
    if tx.value(STATE_AT, row_id=address_id) != "opted_out":
        return False
    tx.run(RESUME, row_id=address_id)
    return True


def channels_of(tx: Tx, person_id: int) -> dict[str, str]:
    """Her channels, each with the state of the address there."""
    return {row.channel: row.state for row in tx.all(CHANNELS, person_id=person_id)}


def prefer(tx: Tx, person_id: int, channel: str) -> None:
    """Where she wants to be told; the other one is for when this one cannot be reached."""
    tx.run(PREFER, who=person_id, channel=channel)


def speak(tx: Tx, person_id: int, language: str) -> None:
    """The language she is spoken to in, on every channel."""
    tx.run(SPEAK, who=person_id, new_language=language)


def posyandu_of(tx: Tx, person_id: int | None, child_id: int | None) -> str | None:
    """The posyandu that a message to her is about: the child's, or else her own."""
    found = tx.value(OF_CHILD, child_id=child_id) if child_id is not None else None
    if found is None and person_id is not None:
        found = tx.value(OF_PERSON, person_id=person_id)
    return None if found is None else str(found)


def unreachable(tx: Tx, row: Row, reason: str, now: int) -> None:
    """Nobody hears there any more: the person's other channel, or failed with the reason."""
    if reason.startswith("opted_out 21610"):  # she wrote STOP: that is no reason to write to her elsewhere
        set_state(tx, row.address_id, "opted_out")
        outbox.ended(tx, row.id, "failed", reason)
        return
    set_state(tx, row.address_id, "gone" if reason.startswith("unreachable ") else "blocked")
    other = tx.value(outbox.BEST_ADDRESS, person_id=row.person_id) if row.person_id is not None else None
    if other is None:
        outbox.ended(tx, row.id, "failed", f"tidak terjangkau: {reason}")
        leaving.in_person_instead(tx, row, now)
    else:
        tx.run(outbox.ELSEWHERE, row_id=row.id, why="pindah kanal", other=other)
