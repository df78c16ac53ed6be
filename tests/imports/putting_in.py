"""Files on their way into a book of tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.sheet_import import lines_of
from storage import imports, sheet_jobs
from storage.imports import Line, Result, Task
from storage.store import Store, open_store
from storage.tables import metadata
from tests.exports.filled import KEY, NOW, TODAY


@contextmanager
def empty_book(path: Path) -> Iterator[Store]:
    """A fresh SQLite book with nothing in it."""
    store = open_store(f"sqlite:///{path}")
    metadata.create_all(store.engine)
    try:
        yield store
    finally:
        store.close()


def task_of(source: Path | Sequence[Sequence[str]], area: str = "", columns: dict[str, int] | None = None) -> Task:
    """A file, or rows as they would stand in one, recognised."""
    if isinstance(source, Path):
        lines = lines_of(source)
    else:
        lines = [Line(number, tuple(cells)) for number, cells in enumerate(source, 1)]
    file = imports.recognise(lines, columns)
    assert file is not None, "no header was found"
    return Task(file, lines, area, TODAY, NOW, KEY)


def look(store: Store, source: Path | Sequence[Sequence[str]], area: str = "") -> Result:
    return imports.preview(store, task_of(source, area))


def put_in(store: Store, source: Path | Sequence[Sequence[str]], area: str = "") -> Result:
    """Stored; what is bad is in the result."""
    task = task_of(source, area)
    job = store.write(lambda tx: sheet_jobs.put(tx, "import", {}, NOW, state="asking"))
    return imports.store_rows(store, task, job)
