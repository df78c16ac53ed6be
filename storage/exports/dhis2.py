"""SKDN of a month as DHIS2's data value sets (POST /api/dataValueSets), JSON or CSV.

No data element of an Indonesian DHIS2 is known here: the operator's file says what each letter and each place is called
there, and whether the receiver is of the health service. Outside of it small numbers are left out, by the rule of the
SKDN sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from storage.exports.codes import Codes
from storage.exports.documents import Document
from storage.exports.hiding import WITHHELD
from storage.exports.levels import LETTERS
from storage.exports.numbers import hidden, totals
from storage.exports.request import Making
from storage.exports.sheet import Column, Sheet

HEALTH, OUTSIDE = "kesehatan", "luar"
BY = ("posyandu", "puskesmas")
HEADER = ("dataelement", "period", "orgunit", "catoptcombo", "attroptcombo", "value", "strby", "lstupd", "cmt")


def values(making: Making) -> Document:
    """The values of every place, each with its period and org unit."""
    name = Codes(making.request.codes).find("dataSet")
    return Document({"dataSet": name} if name else {}, "dataValues", _values(making))


def table(making: Making) -> Sheet:
    """The same as DHIS2's own CSV; who stored it and when is left to DHIS2."""
    keys = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value")
    columns = tuple(Column(name, name) for name in HEADER)
    rows = ([*(value.get(key) for key in keys), None, None, None] for value in _values(making))
    return Sheet("dhis2", columns, rows, style="mesin")


def _period(making: Making) -> str:
    return making.request.one_month().replace("-", "")


def _values(making: Making) -> Iterator[Mapping[str, Any]]:
    """Checks the codes at once, and gives the values as they are asked for."""
    codes = Codes(making.request.codes)
    elements = _elements(codes)
    by = codes.find("by") or BY[0]
    if by not in BY:
        codes.lack("by")
    receiver = codes.need("receiver")
    if receiver not in (HEALTH, OUTSIDE):
        codes.lack("receiver")
    units = _units(making, codes, by)
    codes.check()
    return _each(making, codes, elements, units, hide=receiver == OUTSIDE or making.request.hide)


def _elements(codes: Codes) -> dict[str, Mapping[str, str]]:
    """What each letter of the file is called; a letter that is not in the file is not reported."""
    asked = codes.tables.get("dataElements")
    found: dict[str, Mapping[str, str]] = {}
    for letter in asked if isinstance(asked, Mapping) else ():
        if letter not in LETTERS:
            codes.lack("dataElements", letter)
            continue
        element = codes.need("dataElements", letter, "dataElement")
        combo = codes.find("dataElements", letter, "categoryOptionCombo")
        found[letter] = {"dataElement": element, **({"categoryOptionCombo": combo} if combo else {})}
    if not found:
        codes.lack("dataElements")
    return found


def _units(making: Making, codes: Codes, by: str) -> list[str]:
    """The org unit of every posyandu, in their order."""
    units = []
    for place in making.places:
        key = place.code if by == BY[0] else place.center
        if key is None:
            codes.lack("posyandu", place.code, "puskesmas")
        units.append("" if key is None else codes.need("orgUnits", key))
    return units


def _each(
    making: Making, codes: Codes, elements: Mapping[str, Mapping[str, str]], units: list[str], *, hide: bool
) -> Iterator[Mapping[str, Any]]:
    # A sum is sent only where each of its parts may be: as everywhere, so that whoever has both can work out nothing.
    rows: Iterable[Mapping[str, Any]] = hidden(making, total=False) if hide else totals(making)
    summed: dict[str, dict[str, int | str]] = {}
    for unit, row in zip(units, rows, strict=True):
        there = summed.setdefault(unit, dict.fromkeys(LETTERS, 0))
        for letter, before in there.items():
            shown = isinstance(before, int) and isinstance(row[letter], int)
            there[letter] = before + row[letter] if shown else WITHHELD
    fixed = {"attributeOptionCombo": c} if (c := codes.find("attributeOptionCombo")) else {}
    for unit, cells in summed.items():
        for letter, element in elements.items():
            if isinstance(cells[letter], str):
                making.left["hidden"] += 1
                continue
            yield {**element, "period": _period(making), "orgUnit": unit, **fixed, "value": str(cells[letter])}
