"""Areas, puskesmas and posyandu from one list, from the top down. What stands in the book is not changed."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from posyandu.calendar import ZONES, DayRule, NotADayRule
from storage.imports import cells
from storage.imports.cells import BadCell
from storage.imports.columns import Line, Recognised, folded
from storage.imports.rows import Remark
from storage.sql import Sql
from storage.store import Tx
from storage.tables import area, posyandu, puskesmas

LEVELS = {"provinsi": 1, "kabkota": 2, "kecamatan": 3, "desa": 4, "rw": 5}
SAME_LEVEL = {"kabupaten": "kabkota", "kota": "kabkota", "kab kota": "kabkota", "kelurahan": "desa", "kampung": "desa"}
AREA = Sql(select(area.c.name, area.c.zone).where(area.c.code == bindparam("code")))
CENTER = Sql(select(puskesmas.c.id, puskesmas.c.name).where(puskesmas.c.code == bindparam("code")))
POSYANDU = Sql(select(posyandu.c.name).where(posyandu.c.code == bindparam("code")))
ZONE = "Asia/Jakarta"


class Areas:
    """One pass over a list of places."""

    def __init__(self, tx: Tx, file: Recognised, *, storing: bool) -> None:
        self._tx, self._file, self._storing = tx, file, storing
        self._above: dict[str, str] = {}  # code -> zone, of rows above that are not stored yet
        self._centers: set[str] = set()
        self._posyandu: set[str] = set()

    def close(self) -> None:
        """Nothing follows from a list of places."""

    def take(self, line: Line) -> tuple[list[str], list[Remark]]:
        """What a row is. Raises BadCell."""

        def said(name: str) -> str:
            at = self._file.at.get(name)
            return cells.text(line.cells[at]) if at is not None and at < len(line.cells) else ""

        level, code, name = folded(said("level")), said("area_code"), said("name")
        level = SAME_LEVEL.get(level, level)
        if not code or not name:
            raise BadCell("incomplete")
        if level == "puskesmas":
            return self._center(code, name, said("parent_code"), said("phone")), []
        if level == "posyandu":
            rest = {"day_rule": said("day_rule"), "place": said("place"), "strata": said("strata")}
            return self._place(code, name, said("parent_code"), said("center_code"), said("zone"), rest), []
        if level not in LEVELS:
            raise BadCell("level", text=said("level"))
        return self._area(code, name, level, said("parent_code"), said("zone")), []

    def _zone_of(self, code: str) -> str | None:
        """The zone of an area; None when there is no such area."""
        if code in self._above:
            return self._above[code]
        row = self._tx.one(AREA, code=code)
        return None if row is None else row.zone

    def _area(self, code: str, name: str, level: str, parent: str, zone: str) -> list[str]:
        if zone and zone not in ZONES.values() and zone not in ZONES:
            raise BadCell("zone", text=zone)
        known = self._tx.one(AREA, code=code)
        if known is not None:
            return self._same(known.name, name, code)
        above = parent or (code.rpartition(".")[0] if "." in code else "")
        inherited = self._zone_of(above) if above else ZONE
        if inherited is None:
            raise BadCell("parent", text=above)
        self._above[code] = zone or inherited
        if self._storing:
            self._tx.insert(area, code=code, name=name, level=level, parent=above or None, zone=zone or inherited)
        return ["areas"]

    def _center(self, code: str, name: str, where: str, phone: str) -> list[str]:
        known = self._tx.one(CENTER, code=code)
        if known is not None or code in self._centers:
            return self._same(known.name if known else name, name, code)
        if self._zone_of(where) is None:
            raise BadCell("parent", text=where)
        self._centers.add(code)
        if self._storing:
            self._tx.insert(puskesmas, code=code, name=name, area=where, phone=phone)
        return ["areas"]

    def _place(self, code: str, name: str, where: str, center: str, zone: str, rest: dict[str, str]) -> list[str]:
        known = self._tx.one(POSYANDU, code=code)
        if known is not None or code in self._posyandu:
            return self._same(known.name if known else name, name, code)
        inherited = self._zone_of(where)
        if inherited is None:
            raise BadCell("parent", text=where)
        self._posyandu.add(code)
        found = self._tx.one(CENTER, code=center) if center else None
        if center and found is None and center not in self._centers:
            raise BadCell("center", text=center)
        try:
            DayRule.parse(rest["day_rule"]) if rest["day_rule"] else None
        except NotADayRule:
            raise BadCell("day_rule", text=rest["day_rule"]) from None
        if self._storing:
            self._tx.insert(
                posyandu, code=code, name=name, area=where, puskesmas_id=found.id if found else None,
                zone=zone or inherited, **rest,
            )  # fmt: skip
        return ["areas"]

    def _same(self, there: str, name: str, code: str) -> list[str]:
        if folded(there) != folded(name):
            raise BadCell("code_taken", text=code, name=there)
        return ["same"]
