"""The puskesmas' own blank templates, kept for the exports that follow them; and what a file is called."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from storage.exports.eppgbm import is_template
from storage.exports.places import find_places
from storage.exports.request import Request, Template
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import sheet_template

KEPT = Sql(
    select(sheet_template.c.id, sheet_template.c.layout).where(
        sheet_template.c.puskesmas_id == bindparam("center"), sheet_template.c.kind == bindparam("kind")
    )
)
DELETE = Sql(
    sheet_template.delete().where(
        sheet_template.c.puskesmas_id == bindparam("center"), sheet_template.c.kind == bindparam("kind")
    )
)


def template_of(sheet: str, rows: list[tuple[str, ...]]) -> tuple[str, Template] | None:
    """Kind and template, when these rows are a known header with nothing below it; else None."""
    for at, cells in enumerate(rows):
        kind = is_template(cells)
        if kind:
            header = tuple(cells[: max(n for n, c in enumerate(cells) if c) + 1])
            return (kind, Template(sheet[:31], tuple(rows[:at]), header)) if at == len(rows) - 1 else None
    return None


def keep_template(tx: Tx, puskesmas_id: int, kind: str, template: Template, person_id: int | None, now: int) -> None:
    """From now on the exports of this puskesmas follow it."""
    layout = json.dumps({"sheet": template.sheet, "head": template.head, "header": template.header})
    tx.run(DELETE, center=puskesmas_id, kind=kind)
    tx.insert(sheet_template, puskesmas_id=puskesmas_id, kind=kind, layout=layout, by_person=person_id, at=now)


def template_for(store: Store, kind: str, area: str) -> Template | None:
    """The template of the one puskesmas whose posyandu are asked for; None when there is none or there are several."""
    if not kind.startswith("eppgbm-"):
        return None

    def read(tx: Tx) -> Template | None:
        centers = {p.puskesmas_id for p in find_places(tx, area)[1]}
        row = tx.one(KEPT, center=centers.pop(), kind=kind.removeprefix("eppgbm-")) if len(centers) == 1 else None
        if row is None:
            return None
        kept = json.loads(row.layout)
        return Template(kept["sheet"], tuple(tuple(line) for line in kept["head"]), tuple(kept["header"]))

    return store.read(read)


def file_name(request: Request, form: str) -> str:
    """ "skdn-2026-10-32.01.01.1010.001.xlsx"."""
    parts = [request.kind, request.month, request.area.partition(":")[2] or request.area]
    return "-".join(p for p in parts if p) + f".{form}"
