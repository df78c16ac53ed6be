"""What comes in: a file is looked through and counted first; only then, and only when asked, is it stored.

file = recognise(lines); preview(store, task) -> Result; store_rows(store, task, job_id) -> Result

Rows are decided one by one and stored a hundred a transaction; with the job's row it is known how far a long file is,
so that it goes on there. The same file twice changes nothing: what stands in the book is the same row again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import bindparam, update

from storage import book, sheet_jobs
from storage.exports.places import find_places
from storage.imports.areas import Areas
from storage.imports.cells import BadCell
from storage.imports.children import Children
from storage.imports.columns import Line, Recognised, recognise
from storage.imports.people import People, Posyandus
from storage.imports.rows import Remark
from storage.nik import NikKey
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import sheet_job

BATCH = 100
OF_PEOPLE = ("guardians", "staff")
NOTE = Sql(
    update(sheet_job)
    .where(sheet_job.c.id == bindparam("job_id"))
    .values(note=bindparam("new_note"), done=bindparam("so_far"), total=bindparam("of_all"), lease=bindparam("until"))
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """A recognised file, where its rows belong, and who put it in."""

    file: Recognised
    lines: Sequence[Line]
    area: str
    today: date
    now: int
    key: NikKey
    person_id: int | None = None
    closed_too: bool = True  # may it add to months that are closed and reported?


@dataclass
class Result:
    """Counts by what a row is; `bad`: rows for a person, with line, key and variables; `remarks`: rows that are good
    but lost something."""

    counts: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    remarks: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    good: int = 0

    def note(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "bad": self.bad, "remarks": self.remarks, "good": self.good}

    @classmethod
    def of(cls, note: dict[str, Any]) -> Result:
        """A result as it was noted."""
        return cls(
            Counter(note.get("counts", {})),
            [(line, key, values) for line, key, values in note.get("bad", [])],
            [(line, key, values) for line, key, values in note.get("remarks", [])],
            int(note.get("good", 0)),
        )


class Taker(Protocol):
    def take(self, line: Line) -> tuple[list[str], list[Remark]]: ...
    def close(self) -> None: ...


def body(task: Task) -> Sequence[Line]:
    """The rows under the header that say anything in a known column."""
    columns = [at for field, at in task.file.at.items() if field not in ("posyandu", "posyandu_code")]
    rows = task.lines[task.file.header_at + 1 :]
    return [line for line in rows if any(at < len(line.cells) and line.cells[at].strip() for at in columns)]


def preview(store: Store, task: Task, progress: Progress = lambda done, total: None) -> Result:
    """What storing would do. Nothing is written."""

    def read(tx: Tx) -> Result:
        result, taker = Result(), _taker(tx, task, _places(tx, task), storing=False)
        rows = body(task)
        for done, line in enumerate(rows, 1):
            _take(taker, line, result)
            if done % BATCH == 0 or done == len(rows):
                progress(done, len(rows))
        return result

    return store.read(read)


def store_rows(store: Store, task: Task, job_id: int, progress: Progress = lambda done, total: None) -> Result:
    """Put the good rows into the book, from where an earlier run of this job was cut off."""
    job = store.read(lambda tx: sheet_jobs.load(tx, job_id))
    assert job is not None
    rows = body(task)
    kept = json.loads(job.note or "{}")
    begun = job.done if kept.get("storing") else 0
    result = Result.of(kept) if begun else Result()
    places = store.read(lambda tx: _seen_before(tx, task, rows[:begun]))
    for start in range(begun, len(rows), BATCH):
        part = rows[start : start + BATCH]
        store.write(lambda tx, part=part, start=start: _batch(tx, task, places, job_id, part, start, len(rows), result))  # type: ignore[misc]
        progress(min(start + BATCH, len(rows)), len(rows))
    return result


def _seen_before(tx: Tx, task: Task, rows: Sequence[Line]) -> Posyandus:
    """Whom a run that was cut off had read already."""
    places = _places(tx, task)
    if rows and task.file.kind in OF_PEOPLE:
        taker, again = _taker(tx, task, places, storing=False), Result()
        for line in rows:
            _take(taker, line, again)
    return places


def _batch(
    tx: Tx, task: Task, places: Posyandus, job_id: int, part: Sequence[Line], start: int, total: int, result: Result
) -> None:
    """A hundred rows and how far it is, in one transaction."""
    taker = _taker(tx, task, places, storing=True)
    for line in part:
        try:
            with tx.savepoint():
                _count(result, line, *taker.take(line))
        except BadCell as bad:
            result.bad.append((line.number, bad.key, dict(bad.values)))
    taker.close()
    book.note(tx, task.now, task.person_id, "import", task.area, f"{task.file.kind} {start + 1}-{start + len(part)}")
    tx.run(
        NOTE, job_id=job_id, new_note=json.dumps({**result.note(), "storing": True}), so_far=start + len(part),
        of_all=total, until=task.now + sheet_jobs.LEASE_MS,
    )  # fmt: skip


def _take(taker: Taker, line: Line, result: Result) -> None:
    try:
        _count(result, line, *taker.take(line))
    except BadCell as bad:
        result.bad.append((line.number, bad.key, dict(bad.values)))


def _count(result: Result, line: Line, what: list[str], remarks: list[Remark]) -> None:
    result.counts.update(what)
    result.good += 1
    result.remarks += [(line.number, key, values) for key, values in remarks]


def _places(tx: Tx, task: Task) -> Posyandus:
    return Posyandus([] if task.file.kind == "areas" else list(find_places(tx, task.area)[1]))


def _taker(tx: Tx, task: Task, places: Posyandus, *, storing: bool) -> Taker:
    if task.file.kind == "areas":
        return Areas(tx, task.file, storing=storing)
    if task.file.kind in OF_PEOPLE:
        return People(tx, task.file, places, task.key, task.today, task.now, task.person_id, storing=storing)
    return Children(
        tx, task.file, places.rows, task.key, task.today, task.now, task.person_id, storing=storing,
        closed_too=task.closed_too,
    )  # fmt: skip


__all__ = ["BadCell", "Line", "Recognised", "Result", "Task", "body", "preview", "recognise", "store_rows"]
