"""The log of consents: every answer stays, one per child and purpose is in force."""

from __future__ import annotations

from sqlalchemy import bindparam, case, func, or_, select, update

from posyandu.consent import BELUM, GIVEN, MENOLAK, MESSAGES, NAMES_SATUSEHAT, SHARING, TEXT_VERSION
from storage.reminders import due
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import child, consent, guardian, outgoing, person

IN_FORCE = Sql(
    select(consent.c.state, consent.c.at, consent.c.person_id, consent.c.by_person).where(
        consent.c.current == bindparam("current")
    )
)
CLOSE = Sql(update(consent).where(consent.c.current == bindparam("which")).values(current=None))
STATES = Sql(
    select(child.c.id, child.c.since, consent.c.state, consent.c.text_version)
    .select_from(child)
    .outerjoin(
        consent,
        (consent.c.child_id == child.c.id)
        & (consent.c.purpose == bindparam("purpose"))
        & consent.c.current.is_not(None),
    )
    .where(child.c.posyandu_id == bindparam("posyandu_id"), child.c.state == fixed("active"))
)
CHILD = Sql(
    select(child.c.id, child.c.state, child.c.at, child.c.posyandu_id, consent.c.state.label("consent"))
    .select_from(child)
    .outerjoin(
        consent,
        (consent.c.child_id == child.c.id) & (consent.c.purpose == fixed("record")) & consent.c.current.is_not(None),
    )
    .where(child.c.id == bindparam("child_id"))
)
OWN_ANSWER = Sql(
    select(consent.c.state)
    .where(
        consent.c.child_id == bindparam("child_id"),
        consent.c.purpose == bindparam("purpose"),
        consent.c.person_id == bindparam("person_id"),
    )
    .order_by(consent.c.id.desc())
    .limit(1)
)
MUTE = Sql(
    update(guardian)
    .where(guardian.c.child_id == bindparam("about"), guardian.c.person_id == bindparam("who"))
    .values(muted=bindparam("flag"))
)
MUTE_ALL = Sql(update(guardian).where(guardian.c.child_id == bindparam("about")).values(muted=1))
GUARDIANS = Sql(
    select(guardian.c.person_id, guardian.c.muted, person.c.name)
    .join(person, person.c.id == guardian.c.person_id)
    .where(guardian.c.child_id == bindparam("child_id"), guardian.c.state == fixed("confirmed"))
    .order_by(guardian.c.id)
)
MINE = Sql(
    select(guardian.c.child_id, guardian.c.muted)
    .join(child, child.c.id == guardian.c.child_id)
    .where(
        guardian.c.person_id == bindparam("person_id"),
        guardian.c.state == fixed("confirmed"),
        child.c.state == fixed("active"),
    )
    .order_by(guardian.c.id)
)
WITHDRAW = Sql(
    update(outgoing)
    .where(
        outgoing.c.child_id == bindparam("about"),
        outgoing.c.person_id == bindparam("who"),
        outgoing.c.state == fixed("ready"),
        among(outgoing.c.kind, "parent", "reminder", "broadcast"),
    )
    .values(state="superseded", reason=bindparam("why"))
)
WITHDRAW_FAMILY = Sql(
    update(outgoing)
    .where(
        outgoing.c.child_id == bindparam("about"),
        outgoing.c.state == fixed("ready"),
        among(outgoing.c.kind, "parent", "reminder", "broadcast"),
    )
    .values(state="superseded", reason=bindparam("why"))
)
# How many active children of a posyandu were never asked about, and since when the oldest of them is on the register.
UNASKED = Sql(
    select(
        child.c.posyandu_id,
        func.sum(case((or_(consent.c.state.is_(None), consent.c.state == fixed(BELUM)), 1), else_=0)).label("unasked"),
    )
    .select_from(child)
    .outerjoin(
        consent,
        (consent.c.child_id == child.c.id) & (consent.c.purpose == fixed("record")) & consent.c.current.is_not(None),
    )
    .where(child.c.state == fixed("active"), child.c.posyandu_id == bindparam("posyandu_id"))
    .group_by(child.c.posyandu_id)
)


def give(
    tx: Tx,
    child_id: int,
    purpose: str,
    state: str,
    now: int,
    *,
    person_id: int | None = None,
    by_person: int | None = None,
    in_force: bool = True,
) -> None:
    """An answer goes on file. `in_force`: it holds for the child from now on, else it is only remembered."""
    key = f"{child_id}:{purpose}"
    if in_force:
        tx.run(CLOSE, which=key)
    tx.insert(
        consent, child_id=child_id, purpose=purpose, state=state, person_id=person_id, by_person=by_person,
        text_version=TEXT_VERSION, at=now, current=key if in_force else None,
    )  # fmt: skip


def state_of(tx: Tx, child_id: int, purpose: str) -> str:
    """belum, lisan, sendiri or menolak."""
    return str(tx.value(IN_FORCE, current=f"{child_id}:{purpose}") or BELUM)


def states(tx: Tx, posyandu_id: int, purpose: str) -> dict[int, str]:
    """Of every active child of a posyandu."""
    return {r.id: r.state or BELUM for r in tx.all(STATES, posyandu_id=posyandu_id, purpose=purpose)}


def to_ask(tx: Tx, posyandu_id: int, purpose: str) -> dict[int, str]:
    """The same for whoever asks: a yes to sharing in words that did not name SATUSEHAT is asked for again."""

    def state(r: Row) -> str:
        old = purpose == SHARING and r.state in GIVEN and r.text_version not in NAMES_SATUSEHAT
        return BELUM if old else r.state or BELUM

    return {r.id: state(r) for r in tx.all(STATES, posyandu_id=posyandu_id, purpose=purpose)}


def unmute(tx: Tx, child_id: int, person_id: int, now: int) -> None:
    """She hears of this child again; a reminder of her other children that waits names it, too."""
    tx.run(MUTE, about=child_id, who=person_id, flag=0)
    _reminders(tx, child_id, now, "terima lagi")


def mute(tx: Tx, child_id: int, person_id: int, now: int) -> None:
    """No more messages about this child to this guardian, and none that waits, nor its name beside her others'."""
    tx.run(MUTE, about=child_id, who=person_id, flag=1)
    tx.run(WITHDRAW, about=child_id, who=person_id, why="berhenti")
    _reminders(tx, child_id, now, "berhenti")


def mute_everybody(tx: Tx, child_id: int, now: int) -> None:
    tx.run(MUTE_ALL, about=child_id)
    tx.run(WITHDRAW_FAMILY, about=child_id, why="menolak pesan")
    _reminders(tx, child_id, now, "menolak pesan")


def _reminders(tx: Tx, child_id: int, now: int, why: str) -> None:
    row = tx.one(CHILD, child_id=child_id)
    if row is not None:
        due.reconsider(tx, row.posyandu_id, now, why)


def messages_to(tx: Tx, child_id: int, person_id: int) -> str:
    """What holds for messages to this guardian: her own answer, for the other parent's is not hers."""
    if not any(r.child_id == child_id and r.muted for r in mine(tx, person_id)):
        return state_of(tx, child_id, MESSAGES)
    asked = tx.one(OWN_ANSWER, child_id=child_id, purpose=MESSAGES, person_id=person_id)
    return BELUM if asked is None else MENOLAK


def mine(tx: Tx, person_id: int) -> list[Row]:
    """A guardian's children: `child_id`, `muted`."""
    return tx.all(MINE, person_id=person_id)
