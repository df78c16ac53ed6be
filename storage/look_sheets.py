"""The places whose numbers a person may ask for, and the file she has sent."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from posyandu.access import COUNTING
from posyandu.people import Post, Role, Scope
from posyandu.queries import PlaceView, SheetView
from storage import sheet_jobs
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import area, posyandu, puskesmas

PUSKESMAS = Sql(select(puskesmas.c.id, puskesmas.c.name).where(puskesmas.c.id == bindparam("puskesmas_id")))
AREA = Sql(select(area.c.code, area.c.name, area.c.level).where(area.c.code == bindparam("code")))
_POSYANDU = select(posyandu.c.id, posyandu.c.name)
POSYANDU = Sql(_POSYANDU.where(posyandu.c.id == bindparam("posyandu_id")))
OF_PUSKESMAS = Sql(_POSYANDU.where(posyandu.c.puskesmas_id == bindparam("puskesmas_id")).order_by(posyandu.c.name))
OF_AREA = Sql(
    _POSYANDU.where(
        (posyandu.c.area == bindparam("code"))
        | ((posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end")))
    ).order_by(posyandu.c.name)
)
BELOW = Sql(
    select(area.c.code, area.c.name, area.c.level)
    .where(area.c.code >= bindparam("first"), area.c.code < bindparam("end"), area.c.level != fixed("rw"))
    .order_by(area.c.code)
)


def places(tx: Tx, scope: Scope, roles: frozenset[Role] = COUNTING) -> list[PlaceView]:
    """Her own places first, by posts of these roles, then what lies in them; each once."""
    found: dict[str, PlaceView] = {}
    for post in scope.posts:
        if post.role in roles:
            for place in (*_own(tx, post), *_inside(tx, post)):
                found.setdefault(place.id, place)
    return list(found.values())


def _own(tx: Tx, post: Post) -> list[PlaceView]:
    if post.posyandu_id is not None:
        return [_posyandu(r) for r in tx.all(POSYANDU, posyandu_id=post.posyandu_id)]
    if post.puskesmas_id is not None:
        rows = tx.all(PUSKESMAS, puskesmas_id=post.puskesmas_id)
        return [PlaceView(f"puskesmas:{r.id}", r.name, puskesmas_id=r.id) for r in rows]
    return [PlaceView(f"area:{r.code}", r.name, area=r.code, level=r.level) for r in tx.all(AREA, code=post.area or "")]


def _inside(tx: Tx, post: Post) -> list[PlaceView]:
    if post.posyandu_id is not None:
        return []
    if post.puskesmas_id is not None:
        return [_posyandu(r) for r in tx.all(OF_PUSKESMAS, puskesmas_id=post.puskesmas_id)]
    below = {"first": f"{post.area}.", "end": f"{post.area}/"} if post.area else {"first": "", "end": "~"}
    areas = [PlaceView(f"area:{r.code}", r.name, area=r.code, level=r.level) for r in tx.all(BELOW, **below)]
    return areas + [_posyandu(r) for r in tx.all(OF_AREA, code=post.area or "", **below)]


def _posyandu(row: Row) -> PlaceView:
    return PlaceView(f"posyandu:{row.id}", row.name, posyandu_id=row.id)


def sheet(tx: Tx, scope: Scope, job_id: int) -> SheetView | None:
    """A file of hers whose columns must be asked; None when it is not hers or is decided."""
    job = sheet_jobs.load(tx, job_id)
    if job is None or job.person_id != scope.person_id or job.state != "asking":
        return None
    note = json.loads(job.note)
    return SheetView(job_id, job.filename, tuple(note.get("header", ())), tuple(note.get("ask", ())))
