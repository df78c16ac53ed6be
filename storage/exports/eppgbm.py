"""Sheets that e-PPGBM takes: children and measurements in the columns of its import templates.

The header lists are data (eppgbm.toml); a puskesmas' own blank template comes before them: its sheet name, the lines
above its header and the order of its columns are kept, and columns it has that nobody here knows stay empty.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from posyandu.anthropometry import completed_months
from storage.exports.layout import data, yes_no
from storage.exports.named import CHILDREN, VISITORS, VISITS, values_of
from storage.exports.places import area_names, level_name
from storage.exports.register import ASI
from storage.exports.request import Making, Template
from storage.exports.sheet import Column, Kind, Row, Sheet
from storage.sql import Row as Found

ASI_MONTHS = range(7)


def same(header: str) -> str:
    """A header as it is compared: letters and digits, small."""
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def known_headers() -> dict[str, str]:
    """What every known header holds, by `same`."""
    tables = [t for t in data("eppgbm").values() if "columns" in t]
    return {same(header): field for t in tables for header, field in t["columns"]}


def is_template(header: tuple[str, ...]) -> str:
    """Which kind a blank template's header is of: "identitas", "pengukuran", or "" for neither."""
    names = {same(h) for h in header}
    if same("TANGGALUKUR") in names and same("BERAT") in names:
        return "pengukuran"
    return "identitas" if {same("nama_anak"), same("tgl_lahir"), same("berat_lahir")} <= names else ""


def identitas(making: Making) -> Sheet:
    """Every child on the register."""
    numbers = iter(range(1, 10**9))
    key = making.request.nik_key

    def rows_of(place: Found) -> Iterator[Mapping[str, Any]]:
        for r in making.tx.all(CHILDREN, posyandu_id=place.id):
            if r.state not in ("active", "moved"):
                continue
            yield _person(r, place, key.open(r.nik_cipher, r.nik_key)) | {
                "no": next(numbers), "birth_order": r.birth_order, "birth_weight": r.birth_weight_g,
                "birth_length": r.birth_length_mm, "has_kms": yes_no(r.has_kms),
                "moved": "Ya" if r.state == "moved" else None,
            }  # fmt: skip

    return _sheet(making, "identitas", rows_of)


def pengukuran(making: Making) -> Sheet:
    """Every visit of the month with a weight or a length. `variant` "lama": the older, longer template."""
    making.request.one_month()
    numbers = iter(range(1, 10**9))
    key, names = making.request.nik_key, area_names(making.tx)
    capsules = data("eppgbm")["values"]["vita"]

    def rows_of(place: Found) -> Iterator[Mapping[str, Any]]:
        values = values_of(making, place.id)
        months_asked = making.request.months()
        own_list = making.tx.all(CHILDREN, posyandu_id=place.id)
        who = {r.id: r for r in (*own_list, *making.tx.all(VISITORS, posyandu_id=place.id, **months_asked))}
        breastfed: dict[int, list[Found]] = defaultdict(list)
        for r in making.tx.all(ASI, posyandu_id=place.id):
            breastfed[r.child_id].append(r)
        for v in making.tx.all(VISITS, posyandu_id=place.id, **months_asked):
            own = {field: row.value for field, row in values.get(v.id, {}).items()}
            if not own.keys() & {"weight", "length"}:
                continue
            child, months = who[v.child_id], completed_months(date.fromisoformat(v.birth), date.fromisoformat(v.on))
            length = values[v.id].get("length")
            person = _person(child, place, key.open(v.nik_cipher, v.nik_key))
            yield person | _asi(child, breastfed[v.child_id], v.on) | {
                "no": next(numbers), "on": v.on, "weight": own.get("weight"), "length": own.get("length"),
                "position": length.position if length else None, "muac": own.get("muac"), "head": own.get("head"),
                "oedema": yes_no(own.get("oedema", 0)), "vita": capsules.get(str(own.get("vita"))),
                "years": months // 12, "months": months % 12, "puskesmas": place.puskesmas,
                "desa": level_name(names, place.area, "desa"),
            }  # fmt: skip

    return _sheet(making, "pengukuran-lama" if making.request.variant == "lama" else "pengukuran", rows_of)


def _person(row: Found, place: Found, nik: str) -> dict[str, Any]:
    return {
        "nik": nik, "name": row.name, "birth": row.birth, "sex": data("eppgbm")["values"]["sex"][row.sex],
        "parent": row.mother_name or row.father_name, "phone": row.phone, "address": row.address,
        "posyandu": place.name, "rt": row.rt, "rw": row.rw,
    }  # fmt: skip


def _asi(child: Found, rows: list[Found], upto: str) -> dict[str, str | None]:
    """asi_0 to asi_6: at so many completed months, where it was asked by that day."""
    birth = date.fromisoformat(child.birth)
    told = {completed_months(birth, date.fromisoformat(r.on)): r.value for r in rows if r.on <= upto}
    return {f"asi_{n}": yes_no(told.get(n)) for n in ASI_MONTHS}


def _sheet(making: Making, layout: str, rows_of: Any) -> Sheet:
    template = making.request.template
    if template is None:
        own = data("eppgbm")[layout]
        template = Template(own["sheet"], (), tuple(header for header, _ in own["columns"]))
    known = known_headers()
    fields = [known.get(same(header), "") for header in template.header]
    columns = tuple(
        Column(f, h, _kind(f), 18 if f in ("nik", "name") else 12) for f, h in zip(fields, template.header, strict=True)
    )

    def rows(place: Found) -> Iterator[Row]:
        for values in rows_of(place):
            yield [values.get(field) for field in fields]

    return Sheet(template.sheet, columns, making.each(rows), template.head, style="mesin")


def _kind(field: str) -> Kind:
    """Dates stay texts (YYYY-MM-DD), as the templates ask."""
    kinds: dict[Kind, list[str]] = data("eppgbm")["kinds"]
    return next((kind for kind, fields in kinds.items() if field in fields), "text")
