"""The child process that makes or reads one sheet: `python -m bot.sheet_child JOB NOW`, kindly (nice 10).

What comes out goes into the job's row together with the message that carries it, in one transaction.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.sheet_tell import MIMES, tell
from storage import book, exports, sheet_jobs
from storage.nik import NikKey
from storage.sql import Row
from storage.store import Store, Tx, open_store

NICE = 10
LARGEST = 16 * 1024 * 1024  # what a chat carries


def main(argv: list[str]) -> int:
    """One job; 0 when it came to its end, whatever that was."""
    os.nice(NICE)
    store = open_store(os.environ["DATABASE_URL"])
    try:
        return work(store, int(argv[0]), int(argv[1]))
    finally:
        store.close()


def work(store: Store, job_id: int, now: int) -> int:
    """The job itself, wherever it runs; 1 when there is none."""
    job = store.read(lambda tx: sheet_jobs.load(tx, job_id))
    if job is None:
        return 1
    if job.does == "export":
        _export(store, job, now)
    elif job.does == "acara":
        from bot.event_sheet import work as make

        make(store, job, now)
    else:
        from bot.sheet_import import work as read  # the readers are needed here only

        read(store, job, now, NikKey(os.environ.get("FIELD_KEY", "")))
    return 0


def _export(store: Store, job: Row, now: int) -> None:
    args = json.loads(job.args)
    request = exports.Request(
        args["kind"],
        "" if args["kind"] == "eppgbm-identitas" or args["month"] == "all" else args["month"],
        args["area"],
        hide=args["hide"],
        nik_key=NikKey(os.environ.get("FIELD_KEY", "")),
        template=exports.template_for(store, args["kind"], args["area"]),
    )
    name = exports.file_name(request, args["form"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        rows = exports.make(store, request, path, _teller(store, job.id, now))
        data = path.read_bytes()
    store.write(lambda tx: _done(tx, job, now, args, name, data, rows))


def _done(tx: Tx, job: Row, now: int, args: dict[str, Any], name: str, data: bytes, rows: int) -> None:
    detail = f"{args['kind']} {args['month']} {args['form']} {rows}"
    book.note(tx, now, job.person_id, "export", args["area"], detail)
    sheet_jobs.end(tx, job.id, "done", now, file=(name, MIMES[Path(name).suffix], data))
    if len(data) > LARGEST:
        says: tuple[str, dict[str, Any]] = ("exports.too_large", {"file": name})
        media = None
    else:
        says = ("exports.here", {"file": name})
        media = {"kind": "document", "job": job.id}
    tell(tx, job, now, says, media=media)


def _teller(store: Store, job_id: int, now: int) -> exports.Progress:
    """Writes down how far it is, a hundred times at most."""

    def progress(done: int, total: int) -> None:
        if done % max(1, total // 100) == 0:
            store.write(lambda tx: sheet_jobs.far(tx, job_id, done, total, now))

    return progress


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
