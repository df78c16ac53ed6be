"""Brings a database to the newest version, forward only, with its data in place."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from storage import engine_schema
from storage.store import Store

log = logging.getLogger("posyandu.migrate")
TRIES = 60
LOCK = 7_064_202_611  # any number that nobody else uses
HERE = Path(__file__).parent


def config(store: Store) -> Config:
    """Alembic's configuration, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(HERE / "migrations"))
    made.attributes["engine"] = store.engine
    return made


def migrate(store: Store) -> bool:
    """Upgrade to the newest version; True when the database was empty before.

    Processes that start together take turns. One of an older version meets tables of a newer one and goes on: what a
    migration adds, the version before can live with (docs/many.md).
    """
    with _alone(store):
        fresh = not inspect(store.engine).has_table("person")
        if not newer(store):
            _upgrade(store)
            engine_schema.bring(store)
    return fresh


def _upgrade(store: Store) -> None:
    """A table that somebody holds for long is tried again; each migration is a transaction of its own."""
    for tries in range(TRIES, -1, -1):
        try:
            command.upgrade(config(store), "head")
            return
        except OperationalError as error:
            if not tries or not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
            log.warning("a migration waits for a table that is in use; again in a moment")
            time.sleep(1.0)


def newer(store: Store) -> bool:
    """Is the database of a version that this program does not know yet?"""
    with store.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in ScriptDirectory.from_config(config(store)).walk_revisions()}
    if unknown := set(found) - known:
        log.warning("the database is of a newer version (%s); this program goes on as it is", ", ".join(unknown))
    return bool(unknown)


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """On PostgreSQL one process migrates, the others wait for it."""
    if store.dialect != "postgresql":
        yield
        return
    with store.engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
