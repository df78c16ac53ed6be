"""What flows look up for siaran and lapor."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import and_, bindparam, func, or_, select

from posyandu.access import RULES
from posyandu.people import Role
from posyandu.queries import PlaceView
from posyandu.queries_people import Named
from posyandu.siaran import Audience
from storage import leaving_out, people, reports, siaran, siaran_places
from storage.audience import People
from storage.look_people import LookPeople
from storage.sql import Row, Sql, fixed
from storage.tables import area, posyandu

STRATA = Sql(select(func.count(func.distinct(posyandu.c.strata))).where(posyandu.c.strata != ""))
DESA_OF = Sql(
    select(posyandu.c.area, posyandu.c.name, area.c.level, area.c.parent)
    .join(area, area.c.code == posyandu.c.area)
    .where(posyandu.c.id == bindparam("posyandu_id"))
)
DESA_BELOW = Sql(
    select(area.c.code, area.c.name)
    .where(
        area.c.level == fixed("desa"),
        or_(
            area.c.code == bindparam("code"),
            and_(area.c.code >= bindparam("first"), area.c.code < bindparam("end")),
        ),
    )
    .order_by(area.c.code)
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

    def unsent(self) -> int | None:
        """Her latest siaran, as long as it has not begun."""
        number = self._tx.value(siaran.LATEST, person_id=self.scope.person_id, most=1)
        return number if number is not None and self._changeable(number) is not None else None

    def to_leave_out(self, number: int, said: str) -> list[Named]:
        """What of a siaran of hers a word can mean."""
        row = self._changeable(number)
        if row is None:
            return []
        one, today = Audience.load(row.audience), self.today.isoformat()
        key = ("leave_out", number, said)
        return self._once(key, lambda: leaving_out.find(self._tx, self.scope, said, one, row.at, today))

    def people_called(self, ids: list[int]) -> list[Named]:
        """These of the people she may write to, by name and posyandu."""
        today, found = self.today.isoformat(), dict[int, str]()
        for one in leaving_out.everybody(self.scope):
            mine = People(replace(one, people=tuple(ids)), self.scope, self._now, today)
            found |= {r.id: r.name for r in mine.some(self._tx, 0)}
        return leaving_out.called(self._tx, found.items())

    def _changeable(self, number: int) -> Row | None:
        row = siaran.load(self._tx, number)
        if row is None or row.by_person != self.scope.person_id or row.state not in siaran.UNSENT:
            return None
        return row

    def several_strata(self) -> bool:
        """Are there posyandu of more than one strata at all?"""
        return int(self._tx.value(STRATA)) > 1

    def report_places(self) -> list[PlaceView]:
        """The desa of her posyandu, or her own desa: where what she reports belongs."""
        return self._own_desa()

    def officer_places(self) -> list[PlaceView]:
        """The desa where she may say who deals with reports."""
        found: dict[str, PlaceView] = {}
        for post in self.scope.posts:
            if post.role in RULES["name_officer"] and post.area is not None:
                rows = self._tx.all(DESA_BELOW, code=post.area, first=f"{post.area}.", end=f"{post.area}/")
                found |= {r.code: PlaceView(f"area:{r.code}", r.name, area=r.code) for r in rows}
        return list(found.values())

    def officers_of(self, area: str) -> list[Named]:
        """People who serve in a desa of hers."""
        if all(p.area != area for p in self.officer_places()):
            return []
        return reports.serving(self._tx, area, self._now)

    def _own_desa(self) -> list[PlaceView]:
        found: dict[str, PlaceView] = {}
        for post in self.scope.posts:
            if post.role is Role.OPERATOR:
                continue
            code = post.area
            if post.posyandu_id is not None:
                row = self._tx.one(DESA_OF, posyandu_id=post.posyandu_id)
                code = None if row is None else row.parent if row.level == "rw" else row.area
            named = self._tx.one(NAME, code=code) if code else None
            if code and named is not None and named.level == "desa":
                found[code] = PlaceView(f"area:{code}", named.name, area=code)
        return list(found.values())
