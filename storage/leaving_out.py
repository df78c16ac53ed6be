"""Whom "kecuali ..." means in a siaran: a role, a place, or somebody by name; only among those it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import bindparam, func, select

from posyandu.people import Scope
from posyandu.queries import PlaceView
from posyandu.queries_people import Named
from posyandu.siaran import CREW, OFFICERS, SENDERS, Audience
from storage import jobs, siaran, siaran_places
from storage.audience import People
from storage.sql import Row, Sql, one_of
from storage.store import Tx
from storage.tables import area, broadcast, event_broadcast, membership, person, posyandu

MOST = 8  # as many as are asked about; of more she writes more of the name
LONGEST = 24  # characters of a row
LOOKED_AT = 200
CALLED = re.compile(r"^(?:(?:bu|ibu|pak|bapak|kak|mbak|teh|kader|bidan|ketua)\s+)+", re.IGNORECASE)
SAID_ROLES = {
    "bidan desa": "bidan", "petugas gizi": "tpg", "pkk": "tp_pkk", "ketua kader": "ketua", "ketua posyandu": "ketua",
    "petugas puskesmas": "puskesmas",
}  # fmt: skip
BY_NAME = Sql(
    select(person.c.id, person.c.name)
    .where(func.lower(person.c.name).like(bindparam("like")))
    .order_by(person.c.name, person.c.id)
    .limit(LOOKED_AT)
)
POSTS = Sql(
    select(membership.c.person_id, posyandu.c.name, area.c.name.label("desa"))
    .join(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .join(area, area.c.code == posyandu.c.area)
    .where(one_of(membership.c.person_id, "people"))
    .order_by(membership.c.id.desc())
)
DESA = Sql(
    select(area.c.name).join(posyandu, posyandu.c.area == area.c.code).where(posyandu.c.id == bindparam("posyandu_id"))
)


def find(tx: Tx, scope: Scope, said: str, one: Audience, now: int, today: str) -> list[Named]:
    """What it can mean, as `Audience.without` takes it."""
    role = said.casefold().removeprefix("semua ")
    role = SAID_ROLES.get(role, role.replace(" ", "_"))
    if role in (*CREW, *OFFICERS):
        return [Named(f"role:{role}", said)]
    places = siaran_places.several(tx, scope, said, families=one.families)
    if any(siaran_places.bare(p.name) == siaran_places.bare(said) for p in places):
        return _apart(tx, places)
    by_level = siaran_places.LEVEL.search(said) is not None
    return (_apart(tx, places) + ([] if by_level else _people(tx, scope, said, one, now, today)))[:MOST]


def instead(tx: Tx, row: Row, whom: Audience, label: str, now: int) -> int:
    """A draft that says the same to these; what the one before belongs to, it belongs to as well."""
    file = tx.one(siaran.FILE, which=row.id)
    assert file is not None
    made = tx.insert(
        broadcast, by_person=row.by_person, address_id=row.address_id, sender=row.sender, office=row.office,
        audience=whom.dump(), label=label, text=row.text, service=row.service, data=file.data,
        filename=file.filename, mime=file.mime, at=now,
    )  # fmt: skip
    if row.event_id is not None:
        tx.insert(event_broadcast, broadcast_id=made, event_id=row.event_id, purpose=row.purpose)
    jobs.ask(tx, jobs.SIARAN, made)
    return made


def everybody(scope: Scope) -> list[Audience]:
    """All that she may write to, but families: one audience for each of her posts."""
    posts = [p for p in scope.posts if p.role in SENDERS]
    return [Audience((*CREW, *OFFICERS), p.area, p.puskesmas_id, p.posyandu_id) for p in posts]


def called(tx: Tx, people: Iterable[tuple[int, str]], longest: int = LONGEST) -> list[Named]:
    """People by name and posyandu, short enough for a row; with the desa where that tells two no better apart."""
    rows = list(people)
    at = {r.person_id: (r.name, r.desa) for r in tx.all(POSTS, people=str([i for i, _ in rows]))}
    named = [_short(name, at.get(i, ("", ""))[0], longest) for i, name in rows]
    if len(set(named)) < len(named):
        named = [_short(name, ", ".join(filter(None, reversed(at.get(i, ("", ""))))), longest) for i, name in rows]
    return [Named(str(i), short) for (i, _), short in zip(rows, named, strict=True)]


def _short(name: str, where: str, longest: int = LONGEST) -> str:
    """The place is what tells them apart: a long name gives way to it."""
    where = where.replace("Posyandu ", "").removeprefix("Desa ")
    if not where:
        return name[:longest]
    room = max(longest - len(where) - 2, 6)
    return f"{name if len(name) <= room else name[: room - 1].rstrip() + '…'}, {where}"[:longest]


def _apart(tx: Tx, places: list[PlaceView]) -> list[Named]:
    """Of several posyandu with the desa that each is in."""
    if len(places) < 2:
        return [Named(p.id, p.name) for p in places]
    desa = {p.id: tx.value(DESA, posyandu_id=p.posyandu_id) for p in places if p.posyandu_id is not None}
    return [Named(p.id, _short(p.name.removeprefix("Posyandu "), desa.get(p.id) or "")) for p in places]


def _people(tx: Tx, scope: Scope, said: str, one: Audience, now: int, today: str) -> list[Named]:
    words = CALLED.sub("", said).casefold().replace("%", "").replace("_", "").split()
    if sum(map(len, words)) < 3:
        return []
    rows = {r.id: r.name for r in tx.all(BY_NAME, like=f"%{'%'.join(words)}%")}
    meant = [i for i in rows if not one.people or i in one.people]
    if not meant:
        return []
    found = {r.id: r.name for r in People(replace(one, people=tuple(meant)), scope, now, today).some(tx, 0)}
    exact = {i: name for i, name in found.items() if name.casefold().split() == words}
    begun = {i: n for i, n in found.items() if all(any(w.startswith(s) for w in n.casefold().split()) for s in words)}
    return [Named(f"person:{p.id}", p.name) for p in called(tx, (exact or begun).items())]
