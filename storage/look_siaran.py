"""What flows look up for siaran and lapor."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, func, select

from posyandu.access import RULES
from posyandu.people import Post, Role
from posyandu.queries import PlaceView
from posyandu.queries_people import Named
from storage import people, reports, siaran_places
from storage.look_people import LookPeople
from storage.sql import Sql
from storage.tables import area, posyandu

STRATA = Sql(select(func.count(func.distinct(posyandu.c.strata))).where(posyandu.c.strata != ""))
DESA_OF = Sql(
    select(posyandu.c.area, posyandu.c.name, area.c.level, area.c.parent)
    .join(area, area.c.code == posyandu.c.area)
    .where(posyandu.c.id == bindparam("posyandu_id"))
)
NAME = Sql(select(area.c.name, area.c.level).where(area.c.code == bindparam("code")))


class LookSiaran(LookPeople):
    """The book as one person may read it, with whom she may write to."""

    @property
    def now(self) -> int:
        return self._now

    @property
    def zone(self) -> str:
        known = people.load(self._tx, self.scope.person_id, self._now)
        return known.zone if known else people.NOBODY.zone

    def siaran_places(self, *, families: bool = False) -> list[PlaceView]:
        """Her own places first, then what lies in them."""
        return self._once(("siaran", families), lambda: siaran_places.own(self._tx, self.scope, families=families))

    def several_strata(self) -> bool:
        """Are there posyandu of more than one strata at all?"""
        return int(self._tx.value(STRATA)) > 1

    def report_places(self) -> list[PlaceView]:
        """The desa of her posyandu, or her own desa: where what she reports belongs."""
        return self._desa(lambda post: post.role is not Role.OPERATOR)

    def officer_places(self) -> list[PlaceView]:
        """The desa where she may say who deals with reports."""
        return self._desa(lambda post: post.role in RULES["name_officer"])

    def officers_of(self, area: str) -> list[Named]:
        """People who serve in a desa of hers."""
        if all(p.area != area for p in self.officer_places()):
            return []
        return reports.serving(self._tx, area, self._now)

    def _desa(self, which: Callable[[Post], bool]) -> list[PlaceView]:
        found: dict[str, PlaceView] = {}
        for post in self.scope.posts:
            if not which(post):
                continue
            code = post.area
            if post.posyandu_id is not None:
                row = self._tx.one(DESA_OF, posyandu_id=post.posyandu_id)
                code = None if row is None else row.parent if row.level == "rw" else row.area
            named = self._tx.one(NAME, code=code) if code else None
            if code and named is not None and named.level == "desa":
                found[code] = PlaceView(f"area:{code}", named.name, area=code)
        return list(found.values())
