"""The store: units of work on SQLite or PostgreSQL. `open_store(url)` gives the one that the address names.

SQLite: WAL, synchronous=FULL, BEGIN IMMEDIATE. Whoever holds the write lock takes every unit that waits along
in one transaction, each in a savepoint, so that a slow disk is asked to sync once for all of them.
PostgreSQL: a transaction per unit on a pooled connection.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import Engine, Table, create_engine, make_url
from sqlalchemy.pool import NullPool

from storage.sql import Row, Sql, insert_sql, upsert_sql

T = TypeVar("T")
MOST_TOGETHER = 256
RESTED_S = 1.0  # a PostgreSQL connection unused for so long may be gone
MOST_STALE = 20


class Tx:
    """One transaction on the bare driver."""

    def __init__(self, connection: Any, dialect: str, engine: bool = False) -> None:
        """`engine`: a job engine carries the coarse work (storage.jobs)."""
        self._connection = connection
        self.dialect = dialect
        self.engine = engine
        self.statements = 0

    def _execute(self, sql: Sql, values: dict[str, Any]) -> Any:
        text, bound = sql.text(self.dialect)
        self.statements += 1
        return self._connection.execute(text, {**bound, **values} if bound else values)

    def all(self, sql: Sql, **values: Any) -> list[Row]:
        return sql.rows(self._execute(sql, values).fetchall())

    def all_plain(self, sql: Sql, **values: Any) -> list[Any]:
        """Rows as the driver gives them: of a statement whose columns have no names here."""
        return list(self._execute(sql, values).fetchall())

    def one(self, sql: Sql, **values: Any) -> Row | None:
        found = self._execute(sql, values).fetchone()
        return None if found is None else sql.rows([found])[0]

    def value(self, sql: Sql, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self._execute(sql, values).fetchone()
        return None if found is None else found[0]

    def run(self, sql: Sql, **values: Any) -> int:
        """How many rows it touched."""
        return int(self._execute(sql, values).rowcount)

    def insert(self, table: Table, **values: Any) -> int:
        """The new row's id (0 for a table without one)."""
        cursor = self._execute(insert_sql(table, tuple(values)), values)
        return int(cursor.fetchone()[0]) if "id" in table.c else 0

    def insert_once(self, table: Table, **values: Any) -> int | None:
        """The new row's id, or None when a unique key says it is there already."""
        cursor = self._execute(insert_sql(table, tuple(values), ignore=True), values)
        if "id" not in table.c:
            return 0 if cursor.rowcount else None
        found = cursor.fetchone()
        return None if found is None else int(found[0])

    def upsert(self, table: Table, **values: Any) -> None:
        """The row of this primary key, new or with the new values over the old."""
        self._execute(upsert_sql(table, tuple(values)), values)

    def insert_many(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Many rows with the same columns."""
        if rows:
            self._execute_many(insert_sql(table, tuple(rows[0]), ids=False), rows)

    def insert_many_once(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Many rows with the same columns; those that a unique key has already are left alone."""
        if rows:
            self._execute_many(insert_sql(table, tuple(rows[0]), ignore=True, ids=False), rows)

    def _execute_many(self, sql: Sql, rows: Sequence[dict[str, Any]]) -> None:
        text, bound = sql.text(self.dialect)
        self.statements += 1
        cursor = self._connection.cursor()
        cursor.executemany(text, [{**bound, **row} for row in rows] if bound else rows)
        cursor.close()

    def stream(self, sql: Sql, **values: Any) -> Iterator[Row]:
        """Rows one batch at a time, for exports."""
        text, bound = sql.text(self.dialect)
        if self.dialect == "postgresql":
            cursor = self._connection.cursor(name="stream")
            cursor.execute(text, {**bound, **values})
        else:
            cursor = self._connection.execute(text, {**bound, **values})
        while batch := cursor.fetchmany(1000):
            yield from sql.rows(batch)
        cursor.close()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done inside is undone alone when it raises."""
        self._connection.execute("SAVEPOINT unit")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO SAVEPOINT unit")
            self._connection.execute("RELEASE SAVEPOINT unit")
            raise
        self._connection.execute("RELEASE SAVEPOINT unit")


class Store(Protocol):
    """Where the book is kept. Work is a function of a `Tx`; it must not wait for a network."""

    dialect: str
    engine: Engine
    has_jobs: bool  # a job engine carries the coarse work (storage.jobs)

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction and commit; when it raises, nothing of it stays."""
        ...

    def write_all(self, works: Iterable[Callable[[Tx], T]]) -> list[T | Exception]:
        """Several units, committed together where that is cheaper; a failing one is undone alone."""
        ...

    def run(self, sql: Sql, **values: Any) -> int:
        """One statement that is a transaction by itself; how many rows it touched."""
        ...

    def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on a steady view of the book, without holding up writers."""
        ...

    def close(self) -> None: ...


class _Unit(Generic[T]):
    def __init__(self, work: Callable[[Tx], T]) -> None:
        self.work = work
        self.done = False
        self.result: T | None = None
        self.error: Exception | None = None


class SqliteStore:
    """One file. Many threads and, by mistake or for tests, several processes."""

    dialect = "sqlite"
    has_jobs = False

    def __init__(self, url: str) -> None:
        self.path = make_url(url).database or ":memory:"
        self.engine = create_engine(url, poolclass=NullPool)
        self._writer = self._connect()
        self._lock = threading.Lock()
        self._waiting: deque[_Unit[Any]] = deque()
        self._readers = threading.local()
        self._opened: list[sqlite3.Connection] = [self._writer]

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
        for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "cache_size=-16000"):
            connection.execute(f"pragma {pragma}")
        return connection

    def write(self, work: Callable[[Tx], T]) -> T:
        unit = _Unit(work)
        self._waiting.append(unit)
        while not unit.done:
            with self._lock:
                if not unit.done:
                    self._commit_waiting()
        if unit.error is not None:
            raise unit.error
        return unit.result  # type: ignore[return-value]

    def write_all(self, works: Iterable[Callable[[Tx], T]]) -> list[T | Exception]:
        units = [_Unit(work) for work in works]
        self._waiting.extend(units)
        while not all(u.done for u in units):
            with self._lock:
                self._commit_waiting()
        return [u.error if u.error is not None else u.result for u in units]  # type: ignore[misc]

    def run(self, sql: Sql, **values: Any) -> int:
        return self.write(lambda tx: tx.run(sql, **values))

    def _commit_waiting(self) -> None:
        units: list[_Unit[Any]] = []
        while self._waiting and len(units) < MOST_TOGETHER:
            units.append(self._waiting.popleft())
        if not units:
            return
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for unit in units:
                self._run(unit, alone=len(units) == 1)
            self._writer.execute("COMMIT")
        except Exception as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            for unit in units:
                unit.error = unit.error or error
        finally:
            for unit in units:
                unit.done = True

    def _run(self, unit: _Unit[Any], *, alone: bool) -> None:
        tx = Tx(self._writer, self.dialect)
        if alone:
            unit.result = unit.work(tx)
            return
        try:
            with tx.savepoint():
                unit.result = unit.work(tx)
        except Exception as error:
            unit.error = error

    def read(self, work: Callable[[Tx], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            connection = self._connect()
            connection.execute("pragma query_only=on")
            self._readers.connection = connection
            self._opened.append(connection)
        connection.execute("BEGIN")
        try:
            return work(Tx(connection, self.dialect))
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        with self._lock:
            for connection in self._opened:
                connection.close()
            self.engine.dispose()


class PostgresStore:
    """A PostgreSQL database; any number of processes and hosts."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self.has_jobs = False
        self.engine = create_engine(url, pool_size=8, max_overflow=8)

    def _checked_out(self) -> Any:
        """A connection from the pool; one that has rested is asked first whether it is still there."""
        for _ in range(MOST_STALE):
            raw = self.engine.raw_connection()
            if time.monotonic() - raw.info.get("used", 0.0) < RESTED_S or _alive(raw.driver_connection):
                return raw
            raw.invalidate()
        return self.engine.raw_connection()

    @contextmanager
    def _transaction(self) -> Iterator[Tx]:
        raw = self._checked_out()
        try:
            yield Tx(raw.driver_connection, self.dialect, self.has_jobs)
            raw.commit()
            raw.info["used"] = time.monotonic()
        except BaseException:
            self._give_up(raw)
            raise
        finally:
            raw.close()

    def _give_up(self, raw: Any) -> None:
        """Undo; a connection that is broken is no more, and those that rest are asked before they are used."""
        if raw.driver_connection.closed or raw.driver_connection.broken:
            raw.invalidate()
        else:
            raw.rollback()

    def write(self, work: Callable[[Tx], T]) -> T:
        with self._transaction() as tx:
            return work(tx)

    def write_all(self, works: Iterable[Callable[[Tx], T]]) -> list[T | Exception]:
        results: list[T | Exception] = []
        for work in works:
            try:
                results.append(self.write(work))
            except Exception as error:
                results.append(error)
        return results

    def run(self, sql: Sql, **values: Any) -> int:
        with self._as("autocommit") as tx:
            return tx.run(sql, **values)

    def read(self, work: Callable[[Tx], T]) -> T:
        with self._as("read_only") as tx:
            return work(tx)

    @contextmanager
    def _as(self, kind: str) -> Iterator[Tx]:
        """A connection that commits each statement by itself, or one that reads one steady view and then lets go."""
        raw = self._checked_out()
        connection = raw.driver_connection
        try:
            if kind == "autocommit":
                connection.autocommit = True
            else:  # said with BEGIN, not by a statement of its own
                connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
            yield Tx(connection, self.dialect)
            raw.info["used"] = time.monotonic()
        finally:
            self._give_up(raw)
            if raw.is_valid:
                connection.autocommit, connection.isolation_level, connection.read_only = False, None, None
            raw.close()

    def close(self) -> None:
        self.engine.dispose()


def _alive(connection: Any) -> bool:
    try:
        connection.execute("select 1")
        connection.rollback()
    except psycopg.OperationalError:
        return False
    return True


def open_store(url: str) -> Store:
    """`sqlite:///data/posyandu.db` or `postgresql://...`; ValueError names what is allowed."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return SqliteStore(url)
    if backend == "postgresql":
        return PostgresStore(url)
    raise ValueError(f"DATABASE_URL must begin with sqlite:/// or postgresql://, not {backend}")
