"""Which posyandu an export is about: a code of an area, a puskesmas or a posyandu; empty means all."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, overload

from sqlalchemy import bindparam, or_, select

from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import area, posyandu, puskesmas

KINDS = ("posyandu", "puskesmas", "area")
_BELOW = or_(
    posyandu.c.area == bindparam("given"),
    (posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end")),
)
_COLUMNS = (
    posyandu.c.id, posyandu.c.code, posyandu.c.name, posyandu.c.area, posyandu.c.zone, posyandu.c.puskesmas_id,
    posyandu.c.place, posyandu.c.opens, puskesmas.c.name.label("puskesmas"), puskesmas.c.code.label("center"),
)  # fmt: skip


ONE = Sql(
    select(*_COLUMNS)
    .outerjoin(puskesmas, puskesmas.c.id == posyandu.c.puskesmas_id)
    .where(posyandu.c.id == bindparam("posyandu_id"))
)
_IDS = select(posyandu.c.id).order_by(posyandu.c.code)
ALL = Sql(_IDS)
FOUND = {
    "posyandu": Sql(_IDS.where(posyandu.c.code == bindparam("given"))),
    "puskesmas": Sql(
        _IDS.join(puskesmas, puskesmas.c.id == posyandu.c.puskesmas_id).where(puskesmas.c.code == bindparam("given"))
    ),
    "area": Sql(_IDS.where(_BELOW)),
}
_NAMES = {
    "posyandu": Sql(select(posyandu.c.name).where(posyandu.c.code == bindparam("given"))),
    "puskesmas": Sql(select(puskesmas.c.name).where(puskesmas.c.code == bindparam("given"))),
    "area": Sql(select(area.c.name).where(area.c.code == bindparam("given"))),
}
AREAS = Sql(select(area.c.code, area.c.name, area.c.level))


class Places(Sequence[Row]):
    """The posyandu of an area, by code. Only their numbers are in memory: a province has tens of thousands."""

    def __init__(self, tx: Tx, ids: Iterable[int]) -> None:
        self._tx = tx
        self._ids = array("q", ids)

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return Places(self._tx, self._ids[at])
        return self._tx.one(ONE, posyandu_id=self._ids[at])


class NoSuchPlace(Exception):
    """No area, puskesmas or posyandu has this code, or more than one kind has it."""

    def __init__(self, code: str, kinds: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.kinds = code, kinds


def find_places(tx: Tx, given: str) -> tuple[str, Places]:
    """The name of the place and its posyandu by code. `given`: a code, or "posyandu:<code>", "puskesmas:<code>",
    "area:<code>" where two kinds share one. Raises NoSuchPlace."""
    if not given:
        return "", Places(tx, (r.id for r in tx.stream(ALL)))
    kind, _, code = given.partition(":") if given.partition(":")[0] in KINDS else ("", "", given)
    named = {k: tx.value(_NAMES[k], given=code) for k in ((kind,) if kind else KINDS)}
    found = [k for k, name in named.items() if name is not None]
    if len(found) != 1:
        raise NoSuchPlace(given, tuple(found))
    values = {"first": f"{code}.", "end": f"{code}/"} if found[0] == "area" else {}
    return str(named[found[0]]), Places(tx, (r.id for r in tx.stream(FOUND[found[0]], given=code, **values)))


def area_names(tx: Tx) -> dict[str, tuple[str, str]]:
    """Name and level of every area by its code."""
    return {r.code: (r.name, r.level) for r in tx.all(AREAS)}


def level_name(names: dict[str, tuple[str, str]], code: str, level: str) -> str:
    """The name of the area of a level in which `code` lies; empty when it is not known."""
    parts = code.split(".")
    for length in range(1, len(parts) + 1):
        name, is_level = names.get(".".join(parts[:length]), ("", ""))
        if is_level == level:
            return name
    return ""
