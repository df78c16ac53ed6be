"""Which posyandu an export is about: a code of an area, a puskesmas or a posyandu; empty means all."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, or_, select

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
    puskesmas.c.name.label("puskesmas"),
)  # fmt: skip


def _places(*where: object) -> Sql:
    chosen: Select[tuple[object, ...]] = select(*_COLUMNS).outerjoin(
        puskesmas, puskesmas.c.id == posyandu.c.puskesmas_id
    )
    return Sql(chosen.where(*where).order_by(posyandu.c.code))  # type: ignore[arg-type]


ALL = _places()
FOUND = {
    "posyandu": _places(posyandu.c.code == bindparam("given")),
    "puskesmas": _places(puskesmas.c.code == bindparam("given")),
    "area": _places(_BELOW),
}
_NAMES = {
    "posyandu": Sql(select(posyandu.c.name).where(posyandu.c.code == bindparam("given"))),
    "puskesmas": Sql(select(puskesmas.c.name).where(puskesmas.c.code == bindparam("given"))),
    "area": Sql(select(area.c.name).where(area.c.code == bindparam("given"))),
}
AREAS = Sql(select(area.c.code, area.c.name, area.c.level))


class NoSuchPlace(Exception):
    """No area, puskesmas or posyandu has this code, or more than one kind has it."""

    def __init__(self, code: str, kinds: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.kinds = code, kinds


def find_places(tx: Tx, given: str) -> tuple[str, list[Row]]:
    """The name of the place and its posyandu by code. `given`: a code, or "posyandu:<code>", "puskesmas:<code>",
    "area:<code>" where two kinds share one. Raises NoSuchPlace."""
    if not given:
        return "", tx.all(ALL)
    kind, _, code = given.partition(":") if given.partition(":")[0] in KINDS else ("", "", given)
    named = {k: tx.value(_NAMES[k], given=code) for k in ((kind,) if kind else KINDS)}
    found = [k for k, name in named.items() if name is not None]
    if len(found) != 1:
        raise NoSuchPlace(given, tuple(found))
    values = {"first": f"{code}.", "end": f"{code}/"} if found[0] == "area" else {}
    return str(named[found[0]]), tx.all(FOUND[found[0]], given=code, **values)


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
