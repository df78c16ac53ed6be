"""Answers what flows look up about aid (posyandu.queries_aid), never outside the asker's scope."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam, select

from posyandu.access import COUNTING, NAMED, RULES
from posyandu.calendar import short_date
from posyandu.people import Post, Scope
from posyandu.queries_aid import GivingView, PlaceOption, PointView
from storage import aid
from storage.sql import Sql
from storage.store import Tx
from storage.tables import distribution, posyandu, puskesmas

KEPT_DAYS = 60
POSTS_OF = Sql(
    select(posyandu.c.id, posyandu.c.name)
    .where(
        (posyandu.c.area == bindparam("code"))
        | ((posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end")))
    )
    .order_by(posyandu.c.name)
)
GIVINGS = Sql(
    select(distribution)
    .where(
        distribution.c.on >= bindparam("since"),
        (distribution.c.area == bindparam("code"))
        | ((distribution.c.area >= bindparam("first")) & (distribution.c.area < bindparam("end"))),
    )
    .order_by(distribution.c.on.desc(), distribution.c.id.desc())
)
OF_POSYANDU = Sql(select(posyandu.c.area).where(posyandu.c.id == bindparam("posyandu_id")))
OF_PUSKESMAS = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))


class AidLook:
    """The part of storage.look.Look that is about aid."""

    _tx: Tx
    scope: Scope
    today: date

    def points(self) -> list[PointView]:
        """The points of her own posyandu in the last two months."""
        found: dict[str, PointView] = {}
        since = (self.today - timedelta(days=KEPT_DAYS)).isoformat()
        for post in self.scope.posts:
            if post.role not in NAMED:
                continue
            for place in self._places(post):
                for r in self._tx.all(aid.POINTS_AT, posyandu_id=int(place.id), since=since):
                    on = date.fromisoformat(r.on)
                    name = f"{r.goods} · {r.name}"
                    found[str(r.id)] = PointView(str(r.id), name, r.posyandu_id, on, aid.tally_of(r))
        return list(found.values())

    def _places(self, post: Post) -> list[PlaceOption]:
        if post.posyandu_id is not None:
            return [PlaceOption(str(post.posyandu_id), "")]
        return self.posts_of(self.area_of(post))

    def area_of(self, post: Post) -> str:
        """The area code a post stands for."""
        if post.posyandu_id is not None:
            return str(self._tx.value(OF_POSYANDU, posyandu_id=post.posyandu_id) or "none")
        if post.puskesmas_id is not None:
            return str(self._tx.value(OF_PUSKESMAS, puskesmas_id=post.puskesmas_id) or "none")
        return post.area or "none"

    def aid_area(self, verb: str) -> str | None:
        """The area in which she may do something with aid; None: nowhere."""
        return next((self.area_of(p) for p in self.scope.posts if p.role in RULES[verb]), None)

    def posts_of(self, area: str) -> list[PlaceOption]:
        """The posyandu of an area of hers."""
        if not any(p.role in COUNTING and area.startswith(self.area_of(p)) for p in self.scope.posts):
            return []
        return [PlaceOption(str(r.id), r.name) for r in self._tx.all(POSTS_OF, **aid.bounds(area))]

    def givings(self) -> list[GivingView]:
        """The distributions of her area in the last two months."""
        found: dict[str, GivingView] = {}
        since = (self.today - timedelta(days=KEPT_DAYS)).isoformat()
        for post in self.scope.posts:
            if post.role in COUNTING:
                for r in self._tx.all(GIVINGS, since=since, **aid.bounds(self.area_of(post))):
                    found[str(r.id)] = GivingView(
                        str(r.id), f"{r.goods} · {short_date(date.fromisoformat(r.on))}", r.area
                    )
        return list(found.values())
