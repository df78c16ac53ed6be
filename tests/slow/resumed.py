"""A proof that takes long goes on where it was stopped: its book, what was sent and what its model knows are kept at
each new month, under build/proof, for just these sources. After a change of any of them it begins anew."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from tests.parts import ROOT

SOURCES = ("posyandu", "storage", "scheduler", "bot", "tests/slow")


class Kept:
    """What is kept of one proof on SQLite. `folder` is another place for tests."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self._all = (folder or ROOT / "build" / "proof") / name
        self._folder = self._all / fingerprint()

    def restore(self, book: Path, log: Path) -> dict[str, Any] | None:
        """Put the book and the log of the last month back; what was kept beside them, or None for a fresh start."""
        if not self._folder.is_dir():
            shutil.rmtree(self._all, ignore_errors=True)  # of other sources
            return None
        months = sorted((m for m in self._folder.iterdir() if m.name.isdigit()), key=lambda m: int(m.name))
        if not months:
            return None
        for rest in ("-wal", "-shm"):
            book.with_name(book.name + rest).unlink(missing_ok=True)
        shutil.copy(months[-1] / "book.db", book)
        shutil.copy(months[-1] / "sent.log", log)
        found: dict[str, Any] = pickle.loads((months[-1] / "state.pickle").read_bytes())  # our own file
        return found

    def save(self, number: int, book: Path, log: Path, state: dict[str, Any]) -> None:
        """Keep the book as it stands while nobody writes, in place of the month before."""
        part = self._folder / f"{number}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        source, copy = sqlite3.connect(book), sqlite3.connect(part / "book.db")
        with source, copy:
            source.backup(copy)
        source.close()
        copy.close()
        shutil.copy(log, part / "sent.log")
        (part / "state.pickle").write_bytes(pickle.dumps(state))
        part.rename(self._folder / str(number))
        for old in self._folder.iterdir():
            if old.name != str(number):
                shutil.rmtree(old)

    def done(self) -> None:
        """It has come to its end: the next time it begins anew."""
        shutil.rmtree(self._all, ignore_errors=True)


def fingerprint() -> str:
    """What the sources are, in a few characters."""
    found = hashlib.sha256()
    for part in SOURCES:
        for file in sorted((ROOT / part).rglob("*")):
            if file.suffix in (".py", ".toml"):
                found.update(str(file.relative_to(ROOT)).encode())
                found.update(file.read_bytes())
    return found.hexdigest()[:16]
