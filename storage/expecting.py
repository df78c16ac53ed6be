"""A pregnant woman's own chat: who used her code, whom a kader confirmed, what she said to being told, and its end."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, or_, select, update

from posyandu.consent import MENOLAK, SENDIRI, TEXT_VERSION
from storage import book
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import code, outgoing, posyandu, pregnancy, pregnancy_visit, tell_in_person

_MINE = select(
    pregnancy.c.id, pregnancy.c.posyandu_id, pregnancy.c.name, pregnancy.c.hpht, pregnancy.c.muac_mm,
    pregnancy.c.state, pregnancy.c.person_id, pregnancy.c.claimed_by, pregnancy.c.messages,
    posyandu.c.name.label("posyandu"), posyandu.c.puskesmas_id,
).join(posyandu, posyandu.c.id == pregnancy.c.posyandu_id)  # fmt: skip
# The latest that is hers, or that she waits to be let in to; one that is under way before one that is over.
OF_PERSON = Sql(
    _MINE.where(or_(pregnancy.c.person_id == bindparam("person_id"), pregnancy.c.claimed_by == bindparam("person_id")))
    .order_by((pregnancy.c.state == fixed("active")).desc(), pregnancy.c.id.desc())
    .limit(1)
)
ACTIVE_OF = Sql(
    _MINE.where(pregnancy.c.person_id == bindparam("person_id"), pregnancy.c.state == fixed("active")).order_by(
        pregnancy.c.id
    )
)
CLAIM = Sql(
    update(pregnancy)
    .where(pregnancy.c.id == bindparam("row_id"), pregnancy.c.state == fixed("active"))
    .values(claimed_by=bindparam("who"))
)
# One tap counts, and only for the person it was asked about.
CONFIRM = Sql(
    update(pregnancy)
    .where(
        pregnancy.c.id == bindparam("row_id"),
        pregnancy.c.claimed_by == bindparam("who"),
        pregnancy.c.state == fixed("active"),
    )
    .values(person_id=bindparam("chat"), claimed_by=None, messages="belum")
)
REFUSE = Sql(
    update(pregnancy)
    .where(pregnancy.c.id == bindparam("row_id"), pregnancy.c.claimed_by == bindparam("who"))
    .values(claimed_by=None)
)
ANSWER = Sql(
    update(pregnancy)
    .where(pregnancy.c.id == bindparam("row_id"), pregnancy.c.person_id == bindparam("who"))
    .values(messages=bindparam("word"), text_version=TEXT_VERSION)
)
WITHDRAW = Sql(
    update(outgoing)
    .where(outgoing.c.group_key == bindparam("about"), outgoing.c.state == fixed("ready"))
    .values(state="superseded", reason=bindparam("why"))
)
END_CODES = Sql(
    update(code)
    .where(code.c.pregnancy_id == bindparam("about"), code.c.used_at.is_(None))
    .values(expires_at=bindparam("now"))
)
NO_CLAIM = Sql(update(pregnancy).where(pregnancy.c.id == bindparam("row_id")).values(claimed_by=None))
DROP_LINES = Sql(
    update(tell_in_person)
    .where(
        tell_in_person.c.posyandu_id == bindparam("place"),
        tell_in_person.c.state == fixed("open"),
        tell_in_person.c.once.like(bindparam("whose")),
    )
    .values(state="dropped", done_at=bindparam("now"))
)
NO_VISITS = Sql(delete(pregnancy_visit).where(pregnancy_visit.c.pregnancy_id == bindparam("about")))
EMPTY = Sql(
    update(pregnancy)
    .where(pregnancy.c.id == bindparam("row_id"))
    .values(
        name="", person_id=None, claimed_by=None, hpht="", muac_mm=None, ttd=None, state="erased",
        ended_at=bindparam("now"),
    )
)  # fmt: skip
ALL_OF = Sql(select(pregnancy.c.id, pregnancy.c.posyandu_id).where(pregnancy.c.person_id == bindparam("person_id")))


def group(pregnancy_id: int) -> str:
    """What all messages about joining belong to, so that they can be taken back together."""
    return f"pregnancy:{pregnancy_id}"


def of_person(tx: Tx, person_id: int) -> Row | None:
    """The pregnancy that is hers or that she asks to be let in to; None when there is none."""
    return tx.one(OF_PERSON, person_id=person_id)


def answer(tx: Tx, pregnancy_id: int, person_id: int, now: int, *, yes: bool) -> bool:
    """Her own word goes on file, and every one of them in the audit."""
    word = SENDIRI if yes else MENOLAK
    if not tx.run(ANSWER, row_id=pregnancy_id, who=person_id, word=word):
        return False
    book.note(tx, now, person_id, f"consent:{word}", group(pregnancy_id), f"messages, text {TEXT_VERSION}")
    return True


def close(tx: Tx, pregnancy_id: int, posyandu_id: int, now: int, why: str) -> None:
    """It is over, or she wants no more of it: no word that waits goes out, no line stays with the kader, no code opens
    it. Reminders in the outbox are looked at by `storage.reminders.due.reconsider`."""
    tx.run(WITHDRAW, about=group(pregnancy_id), why=why)
    tx.run(END_CODES, about=pregnancy_id, now=now)
    tx.run(NO_CLAIM, row_id=pregnancy_id)
    tx.run(DROP_LINES, place=posyandu_id, whose=f"%:p{pregnancy_id}", now=now)


def erase(tx: Tx, person_id: int, now: int) -> list[int]:
    """All that is kept of her pregnancies; the posyandu where reminders must be looked at anew."""
    rows = tx.all(ALL_OF, person_id=person_id)
    for row in rows:
        close(tx, row.id, row.posyandu_id, now, "data dihapus")
        tx.run(NO_VISITS, about=row.id)
        tx.run(EMPTY, row_id=row.id, now=now)
    return [row.posyandu_id for row in rows]
