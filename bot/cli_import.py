"""`posyandu-bot import FILE`: looked through first, stored when asked; bad rows come back in a sheet."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from bot.cli_book import opened, progress
from bot.locales import Catalogue
from bot.settings import Settings
from bot.sheet_import import bad_rows, counts, digest, fresh, lines_of
from bot.sheets.table import SheetError
from posyandu.calendar import local
from storage import imports, sheet_jobs
from storage.exports.places import NoSuchPlace
from storage.imports import Line, Recognised, Result, Task
from storage.nik import NikKey
from storage.store import Store


def run(args: argparse.Namespace, settings: Settings, words: Catalogue) -> int:
    """0 stored or nothing to store, 1 not stored, 2 the call is wrong."""
    try:
        lines = lines_of(args.file)
    except SheetError as error:
        return _fail(words.say(f"sheets.error.{error.key}", **error.values), 1)
    with opened(settings) as (store, now):
        file = _columns(lines, args.file.name, args.columns, words)
        if isinstance(file, int):
            return file
        today = local(now, settings.DEFAULT_ZONE).date()
        task = Task(file, lines, args.area, today, now, NikKey(settings.FIELD_KEY))
        try:
            found = imports.preview(store, task, progress(words, "cli.import.looking"))
        except NoSuchPlace as wrong:
            return _fail(words.say("cli.no_place_twice" if wrong.kinds else "cli.no_place", code=wrong.code), 2)
        values = {"file": args.file.name, "kind": file.kind, "total": len(imports.body(task)), "rows": counts(found)}
        print(words.say("imports.preview", **values))
        code = _store(store, task, found, args, words)
    return code


def _columns(lines: list[Line], name: str, given: str, words: Catalogue) -> Recognised | int:
    """The recognised file; columns that its titles do not tell are asked at a terminal, or named by --columns."""
    shown = {field: int(at) - 1 for field, _, at in (part.partition("=") for part in given.split(",") if part)}
    file = imports.recognise(lines, shown or None)
    if file is None:
        return _fail(words.say("imports.unknown", file=name), 1)
    if not file.ask:
        return file
    if not sys.stdin.isatty():
        need = ",".join(f"{field}=?" for field in file.ask)
        return _fail(words.say("cli.import.needs_columns", columns=need), 2)
    for number, title in enumerate(file.header, 1):
        print(f"{number:3}. {title}")
    for field in file.ask:
        said = input(words.say("cli.import.which_column", field=field) + " ").strip()
        shown[field] = int(said) - 1 if said.isdigit() else -1
    return imports.recognise(lines, {**file.at, **shown}) or replace(file, ask=())


def _store(store: Store, task: Task, found: Result, args: argparse.Namespace, words: Catalogue) -> int:
    """Store when there is something, and it was said so."""
    code = 0
    if not fresh(found):
        print(words.say("imports.nothing_new" if found.good else "imports.nothing_good"))
        code = 0 if found.good else 1
    elif args.yes or (
        sys.stdin.isatty() and input(words.say("cli.import.sure") + " ").strip().casefold() in ("y", "ya")
    ):
        job_id = _job(store, task, args.file)
        found = imports.store_rows(store, task, job_id, progress(words, "cli.import.storing"))
        store.write(lambda tx: sheet_jobs.end(tx, job_id, "done", task.now, note=found.note()))
        print(words.say("imports.done", file=args.file.name, rows=counts(found)))
    else:
        print(words.say("cli.import.not_stored"))
        code = 1
    if found.bad or found.remarks:
        out = args.bad or args.file.with_name(f"periksa-{args.file.stem}.xlsx")
        n = bad_rows(out, task.file, task.lines, found, words)
        print(words.say("cli.import.bad_here", n=n, file=out.name))
    return code


def _job(store: Store, task: Task, path: Path) -> int:
    """The job of this very file: one that was cut off is gone on with."""
    mark = digest(path.read_bytes())
    before = store.read(lambda tx: tx.one(sheet_jobs.OF_FILE, digest=mark))
    if before is not None and before.state == "asking" and before.does == "import":
        return int(before.id)
    args = {"area": task.area, "filename": path.name}
    # "asking": it waits for this command alone, not for the house's own worker.
    return store.write(
        lambda tx: sheet_jobs.put(tx, "import", args, task.now, filename=path.name, digest=mark, state="asking")
    )


def _fail(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
