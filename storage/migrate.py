"""Brings a database to the newest version, forward only, with its data in place."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from storage.store import Store

HERE = Path(__file__).parent


def config(store: Store) -> Config:
    """Alembic's configuration, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(HERE / "migrations"))
    made.attributes["engine"] = store.engine
    return made


def migrate(store: Store) -> bool:
    """Upgrade to the newest version; True when the database was empty before."""
    fresh = not inspect(store.engine).has_table("person")
    command.upgrade(config(store), "head")
    return fresh
