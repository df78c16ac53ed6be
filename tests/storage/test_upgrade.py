"""From every released version to the newest, on a filled database: nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Table, insert, select

from storage.migrate import HERE, config, migrate
from storage.store import open_store


def versions() -> list[str]:
    script = ScriptDirectory(str(HERE / "migrations"))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


@pytest.mark.parametrize("version", versions())
def test_data_survives_the_way_to_the_newest(store_url: str, version: str) -> None:
    store = open_store(store_url)
    try:
        command.upgrade(config(store), version)
        old = MetaData()
        old.reflect(store.engine)
        filled = {t.name: _fill(store, t) for t in old.sorted_tables if t.name != "alembic_version"}
        migrate(store)
        new = MetaData()
        new.reflect(store.engine)
        with store.engine.connect() as connection:
            for name, row in filled.items():
                table = new.tables[name]
                kept = {c.name: c for c in table.columns if c.name in row}
                found = connection.execute(select(*kept.values())).mappings().all()
                assert [{k: _plain(v) for k, v in r.items()} for r in found] == [{k: row[k] for k in kept}], name
        assert len(filled) > 30
    finally:
        store.close()


def _fill(store: Any, table: Table) -> dict[str, Any]:
    """One row with something in every column; references go to row 1 of the other table, never in a circle."""
    row: dict[str, Any] = {}
    for column in table.columns:
        refers = list(column.foreign_keys)
        if refers and (column.nullable or refers[0].column.table is table):
            row[column.name] = None
        elif refers:
            row[column.name] = 1 if isinstance(column.type, (Integer, BigInteger)) else f"area-{refers[0].column.name}"
        elif isinstance(column.type, (Integer, BigInteger)):
            row[column.name] = 1
        elif isinstance(column.type, LargeBinary):
            row[column.name] = b"\x01\x02"
        else:
            row[column.name] = f"{table.name}-{column.name}"
    with store.engine.begin() as connection:
        connection.execute(insert(table).values(**row))
    return row


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
