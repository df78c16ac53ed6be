"""A file that came in: read with the sheet readers, looked through, stored when asked, bad rows given back."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from bot.locales import Catalogue, catalogue
from bot.sheet_tell import MIMES, Far, tell
from bot.sheets.table import SheetError, read_table
from posyandu.calendar import local
from storage import exports, imports, sheet_jobs
from storage.exports.places import find_places
from storage.exports.sheet import Column, Sheet
from storage.exports.workbook import write_xlsx
from storage.imports import Line, Recognised, Result, Task
from storage.nik import NikKey
from storage.sql import Row, Sql
from storage.store import Store, Tx
from storage.tables import incoming, person

FILE = Sql(select(incoming.c.data, incoming.c.file).where(incoming.c.id == bindparam("incoming_id")))
LANGUAGE = Sql(select(person.c.language).where(person.c.id == bindparam("person_id")))
ZONE = "Asia/Jakarta"
KINDS_OF_ALL = ("areas",)  # for whoever keeps the machine
KINDS_OF_PEOPLE = ("staff",)
ORDER = ("new", "known", "measured", "statuses", "guardians", "staff", "phones", "areas", "same", "bad")


def lines_of(path: Path) -> list[Line]:
    """The rows of a file of any kind. Raises SheetError."""
    return [Line(row.line, row.cells) for row in read_table(path).rows]


def digest(data: bytes) -> str:
    """What a file is known by when it comes again."""
    return hashlib.sha256(data).hexdigest()


def counts(result: Result) -> list[dict[str, Any]]:
    """The figures of a preview or an end, in their order, without empty ones."""
    found = {**result.counts, "bad": len(result.bad)}
    return [{"what": what, "n": found[what]} for what in ORDER if found.get(what)]


def fresh(result: Result) -> int:
    """Rows that would change the book."""
    return sum(result.counts[w] for w in ("new", "measured", "statuses", "guardians", "staff", "phones", "areas"))


def bad_rows(path: Path, file: Recognised, lines: Sequence[Line], result: Result, words: Catalogue) -> int:
    """The rows that a person must look at, as they came, each with the reason; how many."""
    reasons: dict[int, list[str]] = {}
    for number, key, values in [*result.bad, *result.remarks]:
        reasons.setdefault(number, []).append(words.say(f"imports.bad.{key}", **values))
    chosen = [line for line in lines if line.number in reasons]
    width = max([len(file.header), *(len(line.cells) for line in chosen)])
    titles = [*file.header, *[""] * (width - len(file.header))]
    columns = tuple(Column(str(at), title, "text", 16) for at, title in enumerate(titles))
    more = (Column("line", words.say("imports.line"), "int", 8), Column("why", words.say("imports.why"), "text", 60))
    rows = (
        [*line.cells, *[""] * (width - len(line.cells)), line.number, "; ".join(reasons[line.number])]
        for line in chosen
    )
    return write_xlsx(path, Sheet(words.say("imports.bad_sheet"), (*columns, *more), iter(rows)))


# -- in the chat -------------------------------------------------------------------------------------------------


def work(store: Store, job: Row, now: int, key: NikKey) -> None:
    """The child process's share: look a file through, or store it, and tell."""
    args = json.loads(job.args)
    found = store.read(lambda tx: tx.one(FILE, incoming_id=args["incoming"]))
    words = catalogue(store.read(lambda tx: tx.value(LANGUAGE, person_id=job.person_id)) or "id")
    name = json.loads(found.file or "{}").get("filename", "") if found is not None else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(bytes(found.data or b"") if found is not None else b"")
        try:
            lines = lines_of(path)
        except SheetError:
            _end(store, job, now, "failed", ("imports.unreadable", {"file": name}))
            return
        if _kept_template(store, job, lines, now, name, args["area"]):
            return
        file = imports.recognise(lines, args.get("columns"))
        if file is None or not lines:
            _end(store, job, now, "failed", ("imports.unknown", {"file": name}))
        elif why := _not_hers(file.kind, args):
            _end(store, job, now, "failed", (f"imports.{why}", {"file": name}))
        elif file.ask:
            _ask(store, job, now, file, name)
        else:
            task = Task(file, lines, args["area"], _today(now), now, key, job.person_id, args["staff"])
            _look_or_store(store, job, task, name, words, Path(folder))


def _not_hers(kind: str, args: dict[str, Any]) -> str:
    """Why a file of this kind is not hers to put in; "" where it is."""
    if kind in KINDS_OF_ALL:
        return "by_command"
    if kind in KINDS_OF_PEOPLE:
        return "" if args["staff"] else "not_yours"
    return "" if args.get("children", True) else "not_children"


def _today(now: int) -> date:
    return local(now, ZONE).date()


def _look_or_store(store: Store, job: Row, task: Task, name: str, words: Catalogue, folder: Path) -> None:
    says: list[tuple[str, dict[str, Any]]] = []
    actions: list[tuple[str, str]] = []
    far = Far(store, job, task.now, name)
    if job.does == "import":
        result = imports.store_rows(store, task, job.id, far)
        says.append(("imports.done", {"file": name, "rows": counts(result)}))
        state = "done"
    else:
        result = imports.preview(store, task, far)
        values = {"file": name, "kind": task.file.kind, "total": len(imports.body(task)), "rows": counts(result)}
        says.append(("imports.preview", values))
        state, actions = _offer(job, result, says)
    out = folder / f"periksa-{Path(name).stem[:40] or 'berkas'}.xlsx"
    bad = bad_rows(out, task.file, task.lines, result, words)
    if bad:
        says.append(("imports.bad_here", {"n": bad}))
    document = (out.name, MIMES[".xlsx"], out.read_bytes()) if bad else None
    note = {**result.note(), "stage": job.does}

    def done(tx: Tx) -> None:
        sheet_jobs.end(tx, job.id, state, task.now, note=note, file=document)
        media = {"kind": "document", "job": job.id} if document else None
        tell(tx, job, task.now, *says, media=media, actions=actions)

    store.write(done)


def _offer(job: Row, result: Result, says: list[tuple[str, dict[str, Any]]]) -> tuple[str, list[tuple[str, str]]]:
    """What may follow a preview."""
    if not fresh(result):
        says.append(("imports.nothing_new" if result.good else "imports.nothing_good", {}))
        return "done", []
    says.append(("imports.ask_store", {"n": result.good}))
    return "asking", [
        (f"!storesheet:{job.id}", "actions.store_sheet"), (f"!dropsheet:{job.id}", "actions.drop_sheet")
    ]  # fmt: skip


def _ask(store: Store, job: Row, now: int, file: Recognised, name: str) -> None:
    """Columns that no title names: she shows them, one by one."""
    note = {"header": list(file.header), "ask": list(file.ask)}
    says = ("imports.ask_columns", {"file": name, "rows": [{"it": field} for field in file.ask]})

    def done(tx: Tx) -> None:
        sheet_jobs.end(tx, job.id, "asking", now, note=note, file=(name, "", b""))
        tell(tx, job, now, says, actions=[(f"!mapsheet:{job.id}", "actions.map_sheet")])

    store.write(done)


def _kept_template(store: Store, job: Row, lines: list[Line], now: int, name: str, area: str) -> bool:
    """A blank e-PPGBM template is kept for the exports of this puskesmas."""
    found = exports.template_of("Sheet1", [line.cells for line in lines])
    if found is None:
        return False
    kind, template = found

    def keep(tx: Tx) -> None:
        centers = {p.puskesmas_id for p in find_places(tx, area)[1] if p.puskesmas_id is not None}
        for center in centers:
            exports.keep_template(tx, center, kind, template, job.person_id, now)
        sheet_jobs.end(tx, job.id, "done", now)
        tell(tx, job, now, ("imports.template", {"file": name, "kind": kind}))

    store.write(keep)
    return True


def _end(store: Store, job: Row, now: int, state: str, says: tuple[str, dict[str, Any]]) -> None:
    def end(tx: Tx) -> None:
        sheet_jobs.end(tx, job.id, state, now)
        tell(tx, job, now, says)

    store.write(end)
