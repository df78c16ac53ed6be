"""A book on its way from SQLite to PostgreSQL, table by table in chunks; where it stands is in the target.

A chunk and the note that it is there are one transaction, so that a move that was cut off goes on where it was. While
it lasts the target has no foreign keys; they come back at the end, where they are checked over everything, together
with counts and checksums of both sides and the numbers from which new rows go on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, inspect, select, text, tuple_

from storage.freezing import ID, NOTE
from storage.store import Store
from storage.tables import metadata

CHUNK = 2000
LEFT_OUT = ("sender",)  # which processes send: those of the old house send no more
IN = "moved.in"
PROGRESS = "moving"  # the table of this move; it is there as long as the move lasts


class NotEmpty(Exception):
    """Somebody's book is in the target already, or another move is under way there."""


class Differs(Exception):
    """A table is not the same on both sides."""


@dataclass(frozen=True)
class Step:
    """So far it has come."""

    table: str
    rows: int
    of: int


def unfinished(store: Store) -> bool:
    """Is a move into this database under way?"""
    return store.dialect == "postgresql" and inspect(store.engine).has_table(PROGRESS)


def finished(target: Store, token: str) -> bool:
    with target.engine.connect() as connection:
        return connection.execute(text("select value from setting where name = :n"), {"n": IN}).scalar() == token


def begin(target: Store, token: str) -> None:
    """The target is empty, or holds a part of this very move."""
    with target.engine.begin() as to:
        if inspect(to).has_table(PROGRESS):
            if to.execute(text(f"select last from {PROGRESS} where name = ''")).scalar() != token:
                raise NotEmpty
            return
        if any(to.execute(select(1).select_from(t).limit(1)).first() for t in _tables()):
            raise NotEmpty
        to.execute(text(f"create table {PROGRESS} (name text primary key, last text, rows bigint not null default 0)"))
        to.execute(text(f"insert into {PROGRESS} (name, last) values ('', :token)"), {"token": token})
        for name, key, words in to.execute(
            text(
                "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
                "where contype = 'f' and connamespace = current_schema()::regnamespace "
                "and conrelid::regclass::text = any(:ours) order by 1, 2"
            ),
            {"ours": [t.name for t in metadata.sorted_tables]},
        ).all():
            to.execute(
                text(f"insert into {PROGRESS} (name, last) values (:name, :words)"),
                {"name": f"key:{name}:{key}", "words": words},
            )
            to.execute(text(f'alter table {name} drop constraint "{key}"'))


def copy(source: Store, target: Store) -> Iterator[Step]:
    """Everything that is not there yet, a chunk at a time; each is committed before the step is told."""
    for table in _tables():
        with source.engine.connect() as old:
            of = int(old.execute(text(f'select count(*) from "{table.name}"')).scalar() or 0)
        rows, last = _where(target, table)
        while found := _next(source, table, last):
            last = [getattr(found[-1], key.name) for key in table.primary_key]
            rows += len(found)
            _put(target, table, found, last, rows)
            yield Step(table.name, rows, of)


def _tables() -> list[Table]:
    return [t for t in metadata.sorted_tables if t.name not in LEFT_OUT]


def _where(target: Store, table: Table) -> tuple[int, list[Any] | None]:
    with target.engine.connect() as to:
        kept = to.execute(text(f"select rows, last from {PROGRESS} where name = :n"), {"n": table.name}).first()
    return (0, None) if kept is None else (int(kept.rows), json.loads(kept.last))


def _next(source: Store, table: Table, last: list[Any] | None) -> list[Any]:
    keys = list(table.primary_key)
    asked = _of(table).order_by(*keys).limit(CHUNK)
    if last is not None:
        asked = asked.where(tuple_(*keys) > tuple_(*last))
    with source.engine.connect() as old:
        return list(old.execute(asked).all())


def _of(table: Table) -> Any:
    """All rows but what says that the book is moved."""
    asked = select(table)
    return asked.where(table.c.name.not_in((NOTE, ID, IN))) if table.name == "setting" else asked


def _put(target: Store, table: Table, rows: list[Any], last: list[Any], so_many: int) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.c)
    with target.engine.begin() as to:
        driver: Any = to.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f'copy "{table.name}" ({names}) from stdin') as into:
            for row in rows:
                into.write_row(tuple(row))
        to.execute(
            text(
                f"insert into {PROGRESS} (name, last, rows) values (:name, :last, :rows) "
                "on conflict (name) do update set last = :last, rows = :rows"
            ),
            {"name": table.name, "last": json.dumps(last), "rows": so_many},
        )


# -- the end ---------------------------------------------------------------------------------------------------------


def verify(source: Store, target: Store) -> dict[str, int]:
    """Count and checksum of every table on both sides; how many rows each has. Raises Differs."""
    out = {}
    for table in _tables():
        here, there = checksum(source, table), checksum(target, table)
        if here != there:
            raise Differs(f"{table.name}: {here[0]} / {there[0]}")
        out[table.name] = here[0]
    return out


def checksum(store: Store, table: Table) -> tuple[int, int]:
    """How many rows, and the sum of their digests: no order that one database has and the other has not."""
    count = total = 0
    with store.engine.connect().execution_options(stream_results=True, max_row_buffer=1000) as connection:
        for row in connection.execute(_of(table)):
            plain = tuple(bytes(v) if isinstance(v, (bytes, memoryview)) else v for v in row)
            total += int.from_bytes(hashlib.sha256(repr(plain).encode()).digest()[:8], "big")
            count += 1
    return count, total % 2**64


def finish(target: Store, token: str) -> None:
    """Keys back, numbers on, the note that it is whole: one transaction, and from then on the book is there."""
    with target.engine.begin() as to:
        for name, words in to.execute(
            text(f"select name, last from {PROGRESS} where name like 'key:%' order by name")
        ).all():
            _, table, key = name.split(":")
            to.execute(text(f'alter table {table} add constraint "{key}" {words}'))
        for table in _tables():
            _go_on(to, table)
        to.execute(text("insert into setting (name, value) values (:n, :t)"), {"n": IN, "t": token})
        to.execute(text(f"drop table {PROGRESS}"))
    with target.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as to:
        to.execute(text("analyze"))


def _go_on(to: Connection, table: Table) -> None:
    """New rows get numbers above those that are there."""
    sequence = to.execute(text("select pg_get_serial_sequence(:t, 'id')"), {"t": table.name}).scalar() if (
        "id" in table.c and table.c["id"].autoincrement is True
    ) else None  # fmt: skip
    if sequence:
        to.execute(
            text(f'select setval(:s, coalesce((select max(id) from "{table.name}"), 0) + 1, false)'), {"s": sequence}
        )
