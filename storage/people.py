"""Who is at an address, with her scope; and who is to be told about a child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import FromClause, bindparam, func, or_, select

from posyandu.people import Place, Post, Role, Scope
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import area, child, companion, consent, guardian, membership, person, posyandu, puskesmas


@dataclass(frozen=True)
class Known:
    """A person of the house: name, language and what she may reach."""

    id: int
    name: str
    language: str
    scope: Scope
    zone: str


# A person with her posts, a row each; `guards`: there may be children of hers.
KNOWN = (
    person.c.id, person.c.name, person.c.language, person.c.state, membership.c.id.label("post"), membership.c.role,
    membership.c.area, membership.c.posyandu_id, membership.c.puskesmas_id, posyandu.c.zone.label("zone"),
    area.c.zone.label("area_zone"),
    select(1).where(guardian.c.person_id == person.c.id).correlate(person).exists().label("guards"),
)  # fmt: skip


def posts_of(people: FromClause) -> FromClause:
    """People with the posts that they hold `now`."""
    holds = (
        (membership.c.person_id == person.c.id)
        & or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now"))
        & or_(membership.c.from_at.is_(None), membership.c.from_at <= bindparam("now"))
    )
    return (
        people.outerjoin(membership, holds)
        .outerjoin(posyandu, posyandu.c.id == membership.c.posyandu_id)
        .outerjoin(puskesmas, puskesmas.c.id == membership.c.puskesmas_id)
        .outerjoin(area, area.c.code == func.coalesce(membership.c.area, puskesmas.c.area))
    )


PERSON = Sql(select(*KNOWN).select_from(posts_of(person)).where(person.c.id == bindparam("person_id")))
CHILDREN = Sql(
    select(guardian.c.child_id, posyandu.c.zone)
    .join(child, child.c.id == guardian.c.child_id)
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .where(
        guardian.c.person_id == bindparam("person_id"),
        guardian.c.state == fixed("confirmed"),
        ~among(child.c.state, "died", "merged", "erased", "counted"),
    )
)
FAMILIES = Sql(
    select(companion.c.child_id, posyandu.c.id.label("posyandu_id"), posyandu.c.puskesmas_id, posyandu.c.area)
    .select_from(companion)
    .join(
        consent,
        (consent.c.child_id == companion.c.child_id)
        & (consent.c.purpose == fixed("sharing"))
        & consent.c.current.is_not(None),
    )
    .join(child, child.c.id == companion.c.child_id)
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .where(
        companion.c.person_id == bindparam("person_id"),
        or_(companion.c.until_at.is_(None), companion.c.until_at > bindparam("now")),
        among(consent.c.state, "lisan", "sendiri"),
        child.c.state == fixed("active"),
    )
)
PLACE_OF_CHILD = Sql(
    select(posyandu.c.id, posyandu.c.puskesmas_id, posyandu.c.area)
    .join(child, child.c.posyandu_id == posyandu.c.id)
    .where(child.c.id == bindparam("child_id"))
)
PLACE_OF_POSYANDU = Sql(
    select(posyandu.c.id, posyandu.c.puskesmas_id, posyandu.c.area).where(posyandu.c.id == bindparam("posyandu_id"))
)
GUARDIANS = Sql(
    select(guardian.c.person_id, person.c.name)
    .join(person, person.c.id == guardian.c.person_id)
    .where(
        guardian.c.child_id == bindparam("child_id"),
        guardian.c.state == fixed("confirmed"),
        guardian.c.muted == 0,
        person.c.state == fixed("active"),
    )
    .order_by(guardian.c.id)
)

NOBODY = Known(0, "", "id", Scope(None), "Asia/Jakarta")  # somebody the house does not know (yet)


def load(tx: Tx, person_id: int | None, now: int) -> Known | None:
    """The person with her scope at this moment; None for nobody, or one whose access has ended."""
    if person_id is None:
        return None
    return known_of(tx, tx.all(PERSON, person_id=person_id, now=now), now)


def known_of(tx: Tx, rows: Sequence[Row], now: int) -> Known | None:
    """The person whose rows (KNOWN) these are."""
    if not rows or rows[0].state != "active":
        return None
    row, posts = rows[0], sorted((r for r in rows if r.post is not None), key=lambda r: int(r.post))
    children = tx.all(CHILDREN, person_id=row.id) if row.guards else []
    own = tuple(Post(Role(p.role), p.area, p.posyandu_id, p.puskesmas_id) for p in posts)
    zones = [p.zone or p.area_zone for p in posts] + [c.zone for c in children]
    scope = Scope(
        row.id,
        own,
        frozenset(c.child_id for c in children),
        _families(tx, row.id, own, now),
    )
    return Known(row.id, row.name, row.language, scope, next((z for z in zones if z), "Asia/Jakarta"))


def _families(tx: Tx, person_id: int, posts: tuple[Post, ...], now: int) -> frozenset[int]:
    """Families she was given, consent to sharing and live where she still serves as TPK."""
    serving = [p for p in posts if p.role == Role.TPK]
    rows = tx.all(FAMILIES, person_id=person_id, now=now) if serving else []
    places = ((r.child_id, Place(r.area, r.posyandu_id, r.puskesmas_id)) for r in rows)
    return frozenset(child_id for child_id, place in places if any(p.covers(place) for p in serving))


def place_of_child(tx: Tx, child_id: int) -> Place | None:
    return _place(tx.one(PLACE_OF_CHILD, child_id=child_id))


def place_of_posyandu(tx: Tx, posyandu_id: int) -> Place | None:
    return _place(tx.one(PLACE_OF_POSYANDU, posyandu_id=posyandu_id))


def _place(row: Row | None) -> Place | None:
    return None if row is None else Place(row.area, row.id, row.puskesmas_id)


def guardians(tx: Tx, child_id: int) -> list[Row]:
    """Those who may be told about a child: confirmed, not muted. `person_id`, `name`."""
    return tx.all(GUARDIANS, child_id=child_id)
