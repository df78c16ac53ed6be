"""The job engine's own tables and functions on PostgreSQL, brought to the version of the installed package.

procrastinate ships its schema and its migrations as SQL; which of them a database has stands in the comment on its
table.
Those that may run while the version before is still at work (`pre`) and those that should wait (`post`) are applied
together: a house that meets a function it does not know tries again, and its rows are the truth.
"""

from __future__ import annotations

import re
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.store import Store


def bring(store: Store) -> None:
    """Everything that is missing; nothing on SQLite."""
    if store.dialect != "postgresql":
        return
    from procrastinate.schema import SchemaManager  # heavy, and most starts of the program never need it

    now = _number(metadata.version("procrastinate"))
    with store.engine.begin() as connection:
        if connection.execute(text("select to_regclass('procrastinate_jobs')")).scalar() is None:
            wanted = [SchemaManager.get_schema()]
        else:
            kept = connection.execute(text("select obj_description(cast('procrastinate_jobs' as regclass))")).scalar()
            wanted = [script.read_text("utf-8") for script in scripts(_number(kept or "0"), now)]
            if not wanted:
                return
        for words in wanted:
            connection.exec_driver_sql(words.replace("%", "%%"))
        connection.exec_driver_sql(f"comment on table procrastinate_jobs is '{'.'.join(map(str, now))}'")


def scripts(after: tuple[int, ...], until: tuple[int, ...]) -> list[Path]:
    """procrastinate's migrations above one version and up to another, in order."""
    folder: Any = resources.files("procrastinate.sql") / "migrations"
    found = sorted(p for p in Path(str(folder)).glob("*.sql"))
    return [p for p in found if after < _number(p.name.split("_")[0]) <= until]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
