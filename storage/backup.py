"""Backups: the whole database as one encrypted file, and the way back, checked table by table.

SQLite is copied with its online backup; PostgreSQL with pg_dump, from the same snapshot that is counted. Beside the
data stands a manifest: rows and a checksum of every table. The key of the NIK (FIELD_KEY) is never in a backup.

After a restore nothing is sent by itself that may have been sent already: whatever waited in the outbox when the backup
was made is in doubt, and what was heard but not answered is set aside, both for a person's decision.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Table, inspect, literal_column, select, text, update

from storage.sealed_file import open_sealed, seal_file
from storage.sql import Sql, among, fixed
from storage.store import Store, Tx, open_store
from storage.tables import incoming, metadata, outgoing, sheet_job

SUFFIX = ".backup"
MONTHLY = 12  # of older backups, the first of each month is kept for so many months
_NAME = re.compile(r"posyandu-(\d{4})(\d\d)(\d\d)-\d{6}\.backup")
# What has ended stays as it is; everything else may have been sent after the backup was made.
HOLD = Sql(
    update(outgoing)
    .where(~among(outgoing.c.state, "sent", "delivered", "read", "in_doubt", "failed", "dropped", "superseded"))
    .values(state=fixed("in_doubt"), reason=fixed("dipulihkan dari cadangan"), lease=None)
)
SET_ASIDE = Sql(
    update(incoming)
    .where(~among(incoming.c.state, "done", "set_aside"))
    .values(state=fixed("set_aside"), note=fixed("dipulihkan dari cadangan"))
)
STOP_JOBS = Sql(
    update(sheet_job).where(among(sheet_job.c.state, "waiting", "running")).values(state=fixed("failed"), lease=None)
)
SNAPSHOT = Sql(select(literal_column("pg_export_snapshot()")))
VERSION = Sql(select(literal_column("version_num")).select_from(text("alembic_version")))


class NoProgram(Exception):
    """pg_dump or pg_restore is not on this machine."""


class Differs(Exception):
    """A restored table is not what the manifest says."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class NotEmpty(Exception):
    """The database to restore to holds something."""


class WrongEngine(Exception):
    """A backup of the other kind of database."""

    def __init__(self, engine: str) -> None:
        super().__init__(engine)
        self.engine = engine


@dataclass(frozen=True)
class Manifest:
    """When it was made (UTC ms), of which kind of database and version, and rows and checksum by table."""

    made: int
    engine: str
    version: str
    tables: dict[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())

    def dump(self) -> bytes:
        return json.dumps(vars(self), sort_keys=True).encode()

    @classmethod
    def load(cls, raw: bytes) -> Manifest:
        found = json.loads(raw)
        tables = {name: (int(rows), str(mark)) for name, (rows, mark) in found["tables"].items()}
        return cls(found["made"], found["engine"], found["version"], tables)


def backup(store: Store, path: Path, key: str, now: int) -> Manifest:
    """Write an encrypted backup to `path`; it appears whole or not at all. Raises NoProgram, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        payload = Path(folder) / "payload"
        manifest = _copy_sqlite(store, payload, now) if store.dialect == "sqlite" else _dump(store, payload, now)
        unfinished = Path(folder) / "sealed"
        seal_file(unfinished, manifest.dump(), payload, key)
        unfinished.replace(path)
    return manifest


def restore(path: Path, url: URL, key: str, *, overwrite: bool = False) -> Manifest:
    """Put a backup back and check every table. Raises CannotOpen, WrongEngine, NotEmpty, Differs, NoProgram."""
    with tempfile.TemporaryDirectory() as folder:
        payload = Path(folder) / "payload"
        manifest = Manifest.load(open_sealed(path, payload, key))
        if manifest.engine != url.get_backend_name():
            raise WrongEngine(manifest.engine)
        if _is_filled(url) and not overwrite:
            raise NotEmpty(url.database or "")
        if manifest.engine == "sqlite":
            _put_sqlite(payload, Path(str(url.database)))
        else:
            _put_postgres(payload, url)
    store = open_store(url.render_as_string(hide_password=False))
    try:
        found = store.read(lambda tx: count(tx, list(manifest.tables)))
    finally:
        store.close()
    for name, expected in manifest.tables.items():
        if found.get(name) != expected:
            raise Differs(name)
    return manifest


def hold(tx: Tx) -> int:
    """Nothing that may have been sent or answered is sent or answered again by itself; how many messages are held."""
    tx.run(SET_ASIDE)
    tx.run(STOP_JOBS)
    return tx.run(HOLD)


def count(tx: Tx, names: list[str]) -> dict[str, tuple[int, str]]:
    """Rows and checksum of every table; the order of the rows does not matter."""
    return {name: _checksum(tx, metadata.tables[name]) for name in names}


def _checksum(tx: Tx, table: Table) -> tuple[int, str]:
    """The sum of the digests of all rows: the same whatever order a database gives them in."""
    columns = sorted(table.c, key=lambda c: c.name)
    rows, total = 0, 0
    for row in tx.stream(Sql(select(*columns))):
        values = [bytes(v).hex() if isinstance(v, (bytes, memoryview)) else v for v in row]
        total += int.from_bytes(hashlib.sha256(json.dumps(values).encode()).digest(), "big")
        rows += 1
    return rows, f"{total % 2**256:064x}"


def _tables(store: Store) -> list[str]:
    there = set(inspect(store.engine).get_table_names())
    return sorted(name for name in metadata.tables if name in there)


def _manifest(store: Store, tx: Tx, now: int) -> Manifest:
    there = _tables(store)
    versioned = inspect(store.engine).has_table("alembic_version")
    version = str(tx.value(VERSION)) if versioned else ""
    return Manifest(now, store.dialect, version, count(tx, there))


# -- SQLite ------------------------------------------------------------------------------------------------------


def _copy_sqlite(store: Store, payload: Path, now: int) -> Manifest:
    """The online backup; what is counted is the copy, so both are of one moment."""
    _copy(Path(str(store.engine.url.database)), payload)
    copy = open_store(f"sqlite:///{payload}")
    try:
        manifest = copy.read(lambda tx: _manifest(copy, tx, now))
    finally:
        copy.close()
    return manifest


def _copy(source: Path, target: Path) -> None:
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.backup(writing, pages=1024)
    finally:
        writing.close()
        reading.close()


def _put_sqlite(payload: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for old in (target, Path(f"{target}-wal"), Path(f"{target}-shm")):
        old.unlink(missing_ok=True)
    _copy(payload, target)


# -- PostgreSQL --------------------------------------------------------------------------------------------------


def _dump(store: Store, payload: Path, now: int) -> Manifest:
    """pg_dump of the snapshot that is counted."""

    def read(tx: Tx) -> Manifest:
        snapshot = str(tx.value(SNAPSHOT))
        _run("pg_dump", store.engine.url, "--format=custom", f"--snapshot={snapshot}", f"--file={payload}")
        return _manifest(store, tx, now)

    return store.read(read)


def _put_postgres(payload: Path, url: URL) -> None:
    _run("psql", url, "--quiet", "--command=drop schema public cascade; create schema public")
    _run("pg_restore", url, "--no-owner", "--exit-on-error", str(payload))


def _run(program: str, url: URL, *args: str) -> None:
    """One of PostgreSQL's programs; the password goes through the environment, never the command line."""
    found = shutil.which(program)
    if found is None:
        raise NoProgram(program)
    where = [f"--dbname={url.database}", f"--host={url.host or 'localhost'}", f"--port={url.port or 5432}"]
    user = [f"--username={url.username}"] if url.username else []
    environ = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run([found, *where, *user, *args], env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{program}: {done.stderr.strip()[-500:]}")


def _is_filled(url: URL) -> bool:
    """Is there a table there?"""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return False
    store = open_store(url.render_as_string(hide_password=False))
    try:
        return bool(inspect(store.engine).get_table_names())
    finally:
        store.close()


# -- keeping -----------------------------------------------------------------------------------------------------


def file_name(stamp: str) -> str:
    """ "posyandu-20261112-020000.backup" for "20261112-020000"."""
    return f"posyandu-{stamp}{SUFFIX}"


def retain(folder: Path, today: date, days: int) -> list[Path]:
    """Remove what is older than `days`, but keep the first of each month for a year; the files removed."""
    gone, months = [], set[tuple[int, int]]()
    for path in sorted(folder.glob(f"posyandu-*{SUFFIX}")):
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        on = date(int(named[1]), int(named[2]), int(named[3]))
        first = (on.year, on.month) not in months
        months.add((on.year, on.month))
        recent_month = (today.year - on.year) * 12 + today.month - on.month < MONTHLY
        if on > today - timedelta(days=days) or (first and recent_month):
            continue
        path.unlink()
        gone.append(path)
    return gone


def details(manifest: Manifest) -> dict[str, Any]:
    """What is said of a backup."""
    return {"tables": len(manifest.tables), "rows": manifest.rows}
