"""Who is at an address and where her talk stands, in one look: every turn begins with it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.people import KNOWN, Known, known_of, posts_of
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import address, outgoing, person, session

_AT = address.outerjoin(session, session.c.address_id == address.c.id).outerjoin(
    outgoing, outgoing.c.id == session.c.asked
)
MEET = Sql(
    select(*KNOWN, session.c.data, session.c.version, session.c.asked, outgoing.c.sent_at.label("asked_at"))
    .select_from(posts_of(_AT.outerjoin(person, person.c.id == address.c.person_id)))
    .where(address.c.id == bindparam("address_id"))
)


def meet(tx: Tx, address_id: int, now: int) -> tuple[Known | None, Row]:
    """The person with her scope (None: nobody, or her access has ended); and her talk: `data`, `version`, `asked` and
    when the open question was sent (`asked_at`, None: not yet). A talk that never was has only None."""
    rows = tx.all(MEET, address_id=address_id, now=now)
    return known_of(tx, rows, now), rows[0]
