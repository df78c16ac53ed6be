"""Files that are asked for and files that came in. A turn only puts a job; a child process does the work."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.where import of_place
from posyandu.access import HEALTH, NAMED
from posyandu.commands import DropSheet, ExportNames, ExportNumbers, MapSheet, ReadSheet, SendSheet, StoreSheet
from posyandu.people import Place, Role
from storage import book, sheet_jobs
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import incoming, posyandu, puskesmas

POSYANDU_CODE = Sql(select(posyandu.c.code).where(posyandu.c.id == bindparam("posyandu_id")))
PUSKESMAS_CODE = Sql(select(puskesmas.c.code).where(puskesmas.c.id == bindparam("puskesmas_id")))
FILE = Sql(select(incoming.c.file, incoming.c.address_id).where(incoming.c.id == bindparam("incoming_id")))
ADDRESS = Sql(select(incoming.c.address_id).where(incoming.c.id == bindparam("incoming_id")))


# Ages and sexes of a few children: who sees no names gets F1 at one level only, so that nothing can be subtracted.
KABUPATEN = 1  # dots in the code of a kabupaten or kota


def export(command: ExportNumbers, desk: Desk) -> Outcome:
    """Put the job; the document follows in a message of its own."""
    place, _ = of_place(desk.tx, command)
    named = place is not None and desk.person.scope.reaches(place, NAMED)
    if command.kind == "f1" and not named and (command.area or "").count(".") != KABUPATEN:
        return Outcome((("exports.f1_of_kabupaten", {}),), failed=True)
    args = {
        "kind": command.kind,
        "month": command.month,
        "form": command.form,
        "area": _area(desk.tx, command),
        "hide": not named,
    }
    sheet_jobs.put(desk.tx, "export", args, desk.now, **_from(desk))
    return Outcome((("exports.making", {"kind": command.kind, "month": command.month}),))


def read_sheet(command: ReadSheet, desk: Desk) -> Outcome:
    """Look through a file in a child process; the counts follow in a message of their own."""
    row = desk.tx.one(FILE, incoming_id=command.incoming_id)
    name = json.loads(row.file or "{}").get("filename", "") if row is not None else ""
    args = {
        "incoming": command.incoming_id,
        "filename": name,
        "area": _area(desk.tx, command),
        "staff": bool(desk.person.scope.roles & (HEALTH | {Role.OPERATOR})),  # who may invite kader
        "children": bool(desk.person.scope.roles & NAMED),
    }
    sheet_jobs.put(desk.tx, "preview", args, desk.now, filename=name, **_from(desk))
    return Outcome((("imports.reading", {"file": name}),))


def map_sheet(command: MapSheet, desk: Desk) -> Outcome:
    """Look through it again, now that the columns are known."""
    job = _own(command.job_id, desk)
    if job is None:
        return _gone()
    args = json.loads(job.args) | {"columns": dict(command.columns)}
    return _go_on(desk, job, "preview", args, "imports.reading")


def store_sheet(command: StoreSheet, desk: Desk) -> Outcome:
    """Put the good rows into the book."""
    job = _own(command.job_id, desk)
    return _gone() if job is None else _go_on(desk, job, "import", json.loads(job.args), "imports.storing")


def drop_sheet(command: DropSheet, desk: Desk) -> Outcome:
    job = _own(command.job_id, desk)
    if job is None or not sheet_jobs.drop(desk.tx, job.id):
        return _gone()
    return Outcome((("imports.dropped", {"file": _name(job)}),))


def send_sheet(command: SendSheet, desk: Desk) -> Outcome:
    job = sheet_jobs.load(desk.tx, command.job_id)
    if job is None or job.person_id != desk.person.id or job.data is None:
        return _gone()
    return Outcome((("exports.here", {"file": job.filename}),), media={"kind": "document", "job": job.id})


def _go_on(desk: Desk, job: Row, does: str, args: dict[str, Any], said: str) -> Outcome:
    if not sheet_jobs.go_on(desk.tx, job.id, does, args):
        return _gone()
    book.note(desk.tx, desk.now, desk.person.id, f"sheet:{does}", f"sheet:{job.id}", _name(job))
    return Outcome(((said, {"file": _name(job)}),))


def _gone() -> Outcome:
    return Outcome((("imports.gone", {}),), failed=True)


def _own(job_id: int, desk: Desk) -> Row | None:
    """A file of hers that waits for her decision."""
    job = sheet_jobs.load(desk.tx, job_id)
    return job if job is not None and job.person_id == desk.person.id and job.state == "asking" else None


def _name(job: Row) -> str:
    return str(json.loads(job.args).get("filename") or job.filename)


def _from(desk: Desk) -> dict[str, Any]:
    address = desk.tx.value(ADDRESS, incoming_id=desk.incoming_id) if desk.incoming_id is not None else None
    return {"person_id": desk.person.id, "address_id": address, "incoming_id": desk.incoming_id}


def _area(tx: Tx, command: Any) -> str:
    """The place as exports and imports name it."""
    if command.posyandu_id is not None:
        return f"posyandu:{tx.value(POSYANDU_CODE, posyandu_id=command.posyandu_id)}"
    if command.puskesmas_id is not None:
        return f"puskesmas:{tx.value(PUSKESMAS_CODE, puskesmas_id=command.puskesmas_id)}"
    return f"area:{command.area}" if command.area else ""


def _of_job(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """Where the person put the file: checked again when she decides."""
    job = sheet_jobs.load(tx, command.job_id)
    kind, _, code = str(json.loads(job.args).get("area", "") if job is not None else "").partition(":")
    if kind == "posyandu":
        row = tx.one(PLACE, code=code)
        return (None if row is None else Place(row.area, row.id, row.puskesmas_id)), None
    if kind == "puskesmas":
        row = tx.one(CENTER, code=code)
        return (None if row is None else Place(row.area, None, row.id)), None
    return Place(code or "none"), None


PLACE = Sql(select(posyandu.c.id, posyandu.c.area, posyandu.c.puskesmas_id).where(posyandu.c.code == bindparam("code")))
CENTER = Sql(select(puskesmas.c.id, puskesmas.c.area).where(puskesmas.c.code == bindparam("code")))
HANDLERS: dict[type, Handler] = {
    ExportNumbers: Handler("export_numbers", of_place, export),
    ExportNames: Handler("export_names", of_place, export),
    ReadSheet: Handler("import_sheet", of_place, read_sheet),
    MapSheet: Handler("import_sheet", _of_job, map_sheet),
    StoreSheet: Handler("import_sheet", _of_job, store_sheet),
    DropSheet: Handler("import_sheet", _of_job, drop_sheet),
    SendSheet: Handler("export_numbers", _of_job, send_sheet),
}
