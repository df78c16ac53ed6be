"""Statements of every day look into the big tables by an index: what a turn, a tick or a delivery costs does not grow
with the years of messages and measurements behind it."""

from __future__ import annotations

import importlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.migrate import migrate
from storage.outbox import TAKE
from storage.sql import Sql
from storage.store import open_store
from storage.tables import outgoing

GROWING = ("incoming", "outgoing", "measurement", "visit", "verdict", "tell_in_person", "audit")
DAILY = (
    "bot.acts", "bot.acts_channel", "bot.lines", "scheduler.ticking", "storage.addresses", "storage.book",
    "storage.in_person", "storage.inbox", "storage.judging", "storage.look", "storage.look_days", "storage.meeting",
    "storage.outbox",
    "storage.people", "storage.reminders.due", "storage.reminders.leaving", "storage.reminders.reading",
    "storage.sessions", "storage.siaran", "storage.statuses", "storage.summary",
)  # fmt: skip
ONCE_A_DAY = {"storage.reminders.due.DROP_OLD_LINES"}
ONLY_POSTGRESQL = {"storage.outbox.SENT_AND_SPOKE", "storage.summary.IN_TURN"}


def statements() -> Iterator[tuple[str, Sql]]:
    for name in DAILY:
        for word, value in vars(importlib.import_module(name)).items():
            if isinstance(value, Sql) and f"{name}.{word}" not in ONCE_A_DAY | ONLY_POSTGRESQL:
                yield f"{name}.{word}", value


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    path = Path(tmp_path_factory.mktemp("plans")) / "book.db"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return sqlite3.connect(path)


def plan(book: sqlite3.Connection, sql: Sql) -> list[str]:
    """What SQLite says it would do."""
    text, bound = sql.text("sqlite")
    values = {name: bound.get(name, 1) for name in re.findall(r":(\w+)", text)}
    return [row[3] for row in book.execute(f"explain query plan {text}", values)]


def whole_tables(book: sqlite3.Connection, sql: Sql) -> list[str]:
    """The growing tables that a statement would read from end to end. An index that holds open rows only is short."""
    text, bound = sql.text("sqlite")
    values = {name: bound.get(name, 1) for name in re.findall(r":(\w+)", text)}
    steps = [row[3] for row in book.execute(f"explain query plan {text}", values)]
    named = {a: t for t, a in re.findall(r"(\w+) AS (\w+)", text)}
    return [
        step for step in steps if (found := re.match(r"SCAN (\w+)$", step)) and named.get(found[1], found[1]) in GROWING
    ]


def test_no_daily_statement_reads_a_growing_table_from_end_to_end(book: sqlite3.Connection) -> None:
    read = {name: steps for name, sql in statements() if (steps := whole_tables(book, sql))}
    assert read == {}


def test_a_statement_without_an_index_would_be_seen(book: sqlite3.Connection) -> None:

    assert whole_tables(book, Sql(select(outgoing.c.id).where(outgoing.c.body == "x")))


def test_delivery_takes_the_first_rows_in_their_order(book: sqlite3.Connection) -> None:
    steps = plan(book, TAKE)
    assert "outgoing USING INDEX ix_outgoing_ready" in steps[0]
    assert not any("TEMP B-TREE" in step for step in steps), "thousands would be sorted for the first few"
