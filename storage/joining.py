"""Codes used, requests to be let in, guardians waiting for a yes: what the tables hold and the limits on trying."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select, update

from storage import codes
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import (
    address,
    area,
    child,
    code,
    code_try,
    consent,
    guardian,
    join_request,
    membership,
    outgoing,
    person,
    posyandu,
    pregnancy,
    puskesmas,
)  # fmt: skip

HOUR = 3600_000
TRIES_OF_ONE = 5  # wrong codes of one sender in an hour
TRIES_OF_ALL = 200  # and of everybody together; then the operator hears
STAFF_HOURS = 72
GUARDIAN_DAYS = 30

OF_ONE = Sql(
    select(func.count(), func.min(code_try.c.at))
    .select_from(code_try)
    .where(code_try.c.address_id == bindparam("address_id"), code_try.c.at > bindparam("since"))
)
OF_ALL = Sql(select(func.count()).select_from(code_try).where(code_try.c.at > bindparam("since")))
CODE = Sql(
    select(
        code, posyandu.c.name.label("posyandu"), puskesmas.c.name.label("puskesmas"), area.c.name.label("place"),
        child.c.state.label("child_state"), child.c.no_share, pregnancy.c.state.label("pregnancy_state"),
    )
    .outerjoin(posyandu, posyandu.c.id == code.c.posyandu_id)
    .outerjoin(puskesmas, puskesmas.c.id == code.c.puskesmas_id)
    .outerjoin(area, area.c.code == code.c.area)
    .outerjoin(child, child.c.id == code.c.child_id)
    .outerjoin(pregnancy, pregnancy.c.id == code.c.pregnancy_id)
    .where(code.c.hash == bindparam("digest"))
)  # fmt: skip
# Two who come with the same code at once: only one of them changes the row.
USE = Sql(
    update(code)
    .where(code.c.id == bindparam("row_id"), code.c.used_at.is_(None))
    .values(used_at=bindparam("now"), used_by=bindparam("who"))
)
ATTACH = Sql(
    update(address)
    .where(address.c.id == bindparam("row_id"))
    .values(person_id=bindparam("who"), verified_at=bindparam("now"), state="reachable")
)
# Who came in by a code while she waited to be let in by name is one person: what she is besides goes along.
_hers = guardian.alias("hers")
GUARDIAN_TO = Sql(
    update(guardian)
    .where(
        guardian.c.person_id == bindparam("was"),
        ~select(1).where(_hers.c.person_id == bindparam("whose"), _hers.c.child_id == guardian.c.child_id).exists(),
    )
    .values(person_id=bindparam("whose"))
)
POSTS_TO = Sql(
    update(membership)
    .where(membership.c.person_id == bindparam("was"), membership.c.until_at.is_(None))
    .values(person_id=bindparam("whose"))
)
EXPECTS_TO = Sql(
    update(pregnancy).where(pregnancy.c.person_id == bindparam("was")).values(person_id=bindparam("whose"))
)
CLAIMS_TO = Sql(
    update(pregnancy).where(pregnancy.c.claimed_by == bindparam("was")).values(claimed_by=bindparam("whose"))
)
CONSENTS_TO = Sql(update(consent).where(consent.c.person_id == bindparam("was")).values(person_id=bindparam("whose")))
WAITING_TO = Sql(
    update(outgoing)
    .where(outgoing.c.person_id == bindparam("was"), outgoing.c.state == fixed("ready"))
    .values(person_id=bindparam("whose"))
)
PROFILE = Sql(select(address.c.profile, address.c.person_id).where(address.c.id == bindparam("address_id")))
SAME_POST = Sql(
    select(membership.c.id).where(
        membership.c.person_id == bindparam("person_id"),
        membership.c.role == bindparam("role"),
        func.coalesce(membership.c.posyandu_id, 0) == bindparam("at_posyandu"),
        func.coalesce(membership.c.puskesmas_id, 0) == bindparam("at_puskesmas"),
        func.coalesce(membership.c.area, "") == bindparam("at_area"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
)
NAME = Sql(update(person).where(person.c.id == bindparam("row_id")).values(name=bindparam("new_name")))
GUARDIAN = Sql(
    select(guardian, child.c.posyandu_id, person.c.name)
    .join(child, child.c.id == guardian.c.child_id)
    .join(person, person.c.id == guardian.c.person_id)
    .where(guardian.c.id == bindparam("guardian_id"))
)
GUARDIAN_OF = Sql(
    select(guardian.c.id, guardian.c.state, guardian.c.relation, guardian.c.muted).where(
        guardian.c.person_id == bindparam("person_id"), guardian.c.child_id == bindparam("child_id")
    )
)
MINE = Sql(
    select(guardian.c.id, guardian.c.child_id, guardian.c.state, guardian.c.relation)
    .where(guardian.c.person_id == bindparam("person_id"))
    .order_by(guardian.c.id)
)
CONFIRMED = Sql(
    select(guardian.c.person_id).where(
        guardian.c.child_id == bindparam("child_id"), guardian.c.state == fixed("confirmed")
    )
)
SET_GUARDIAN = Sql(
    update(guardian)
    .where(guardian.c.id == bindparam("row_id"))
    .values(state=bindparam("new_state"), relation=bindparam("new_relation"))
)
ANSWER_GUARDIAN = Sql(
    update(guardian)
    .where(guardian.c.id == bindparam("row_id"), guardian.c.state == fixed("waiting"))
    .values(state=bindparam("new_state"), muted=1, by_person=bindparam("who"), at=bindparam("now"))
)
_ACTIVE = or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now"))
CREW = Sql(
    select(person.c.id, membership.c.role)
    .join(membership, membership.c.person_id == person.c.id)
    .where(membership.c.posyandu_id == bindparam("posyandu_id"), person.c.state == fixed("active"), _ACTIVE)
    .order_by(person.c.id)
)
# The bidan of the posyandu's desa (or of a wider place), and the staff of its puskesmas.
OVER = Sql(
    select(person.c.id, membership.c.role)
    .join(membership, membership.c.person_id == person.c.id)
    .join(posyandu, posyandu.c.id == bindparam("posyandu_id"))
    .where(
        person.c.state == fixed("active"),
        _ACTIVE,
        or_(
            membership.c.puskesmas_id == posyandu.c.puskesmas_id,
            membership.c.area == posyandu.c.area,
            posyandu.c.area.like(membership.c.area + ".%"),
        ),
        among(membership.c.role, "bidan", "tpg", "puskesmas"),
    )
    .order_by(person.c.id)
)
OPERATORS = Sql(
    select(membership.c.person_id).where(membership.c.role == fixed("operator"), _ACTIVE).order_by(membership.c.id)
)
UNJOINED = Sql(
    select(person.c.id, person.c.name)
    .join(membership, membership.c.person_id == person.c.id)
    .where(
        membership.c.posyandu_id == bindparam("posyandu_id"),
        among(membership.c.role, "kader", "ketua"),
        _ACTIVE,
        person.c.state == fixed("active"),
        ~select(1).where(address.c.person_id == person.c.id).exists(),
    )
    .order_by(person.c.name, person.c.id)
)
OPEN_JOIN = Sql(
    select(join_request.c.id).where(
        join_request.c.person_id == bindparam("person_id"),
        join_request.c.address_id == bindparam("address_id"),
        join_request.c.state == fixed("waiting"),
    )
)
JOINS = Sql(
    select(join_request.c.id, join_request.c.person_id, join_request.c.address_id, person.c.name, join_request.c.at)
    .join(person, person.c.id == join_request.c.person_id)
    .where(join_request.c.posyandu_id == bindparam("posyandu_id"), join_request.c.state == fixed("waiting"))
    .order_by(join_request.c.id)
)
ANSWER_JOIN = Sql(
    update(join_request)
    .where(join_request.c.id == bindparam("row_id"), join_request.c.state == fixed("waiting"))
    .values(state=bindparam("new_state"), by_person=bindparam("who"), done_at=bindparam("now"))
)
OTHER_JOINS = Sql(
    update(join_request)
    .where(join_request.c.person_id == bindparam("whose"), join_request.c.state == fixed("waiting"))
    .values(state="no", done_at=bindparam("now"))
)
PERSON = Sql(select(person.c.id, person.c.name, person.c.state).where(person.c.id == bindparam("person_id")))
NAME_OF = Sql(select(person.c.name).where(person.c.id == bindparam("person_id")))
POSYANDU_NAME = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))
CLOSED = Sql(select(child.c.no_share).where(child.c.id == bindparam("child_id")))
NO_SHARE = Sql(update(child).where(child.c.id == bindparam("row_id")).values(no_share=bindparam("new_flag")))
WITHDRAW_GROUP = Sql(
    update(outgoing)
    .where(outgoing.c.group_key == bindparam("about"), outgoing.c.state == fixed("ready"))
    .values(state="superseded", reason=bindparam("why"))
)


def tries(tx: Tx, address_id: int, now: int) -> tuple[int, int, int]:
    """Wrong codes in the last hour: of this sender, when the first of them was, and of everybody."""
    mine = tx.one(OF_ONE, address_id=address_id, since=now - HOUR)
    assert mine is not None
    return int(mine[0]), int(mine[1] or now), int(tx.value(OF_ALL, since=now - HOUR))


def wrong(tx: Tx, address_id: int, now: int) -> None:
    tx.insert(code_try, address_id=address_id, at=now)


def find_code(tx: Tx, text: str) -> Row | None:
    return tx.one(CODE, digest=codes.digest(text))


def make_code(tx: Tx, *, kind: str, now: int, by: int | None, shown: bool = False, **what: int | str | None) -> str:
    """A new code; only its digest is kept. `what`: role, person_id, child_id, area, posyandu_id, puskesmas_id."""
    lasts = STAFF_HOURS * HOUR if kind == "staff" else GUARDIAN_DAYS * 24 * HOUR
    while True:
        made = codes.new_code()
        row = tx.insert_once(
            code, hash=codes.digest(made), kind=kind, by_person=by, expires_at=now + lasts,
            shown=made if shown else None, **what,
        )  # fmt: skip
        if row is not None:
            return made


def attach(tx: Tx, address_id: int, person_id: int, now: int) -> None:
    """From now on this address is that person's."""
    tx.run(ATTACH, row_id=address_id, who=person_id, now=now)


def let_in(tx: Tx, address_id: int, person_id: int, now: int) -> None:
    """This address is that person's, and whoever she had become there in the meantime is she."""
    there = tx.one(PROFILE, address_id=address_id)
    was = there.person_id if there is not None else None
    attach(tx, address_id, person_id, now)
    if was is not None and was != person_id:
        for statement in (GUARDIAN_TO, POSTS_TO, EXPECTS_TO, CLAIMS_TO, CONSENTS_TO, WAITING_TO):
            tx.run(statement, was=was, whose=person_id)


def crew(tx: Tx, posyandu_id: int, now: int, *roles: str) -> list[int]:
    """The people of a posyandu with one of these roles (without any: all)."""
    rows = tx.all(CREW, posyandu_id=posyandu_id, now=now)
    return list(dict.fromkeys(r.id for r in rows if not roles or r.role in roles))


def over(tx: Tx, posyandu_id: int, now: int, *roles: str) -> list[int]:
    """The health staff over a posyandu."""
    rows = tx.all(OVER, posyandu_id=posyandu_id, now=now)
    return list(dict.fromkeys(r.id for r in rows if not roles or r.role in roles))


def operators(tx: Tx, now: int) -> list[int]:
    return [r.person_id for r in tx.all(OPERATORS, now=now)]
