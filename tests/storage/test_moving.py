"""A book goes from SQLite to PostgreSQL: whole, once, and the old house never sends again, wherever it was cut off."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from bot import book_move, cli
from bot.app import open_book
from bot.settings import Settings, WrongSettings
from storage import inbox, moving, outbox
from storage.migrate import migrate
from storage.sql import Sql
from storage.store import Store, open_store
from storage.tables import metadata, outgoing, person
from tests.channels.real_house import book
from tests.house import demo_house, loaded_book

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
STATES = Sql(select(outgoing.c.id, outgoing.c.state, outgoing.c.once, outgoing.c.body).order_by(outgoing.c.id))


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A real book with people, children and months behind it, and one message of each fate."""
    url = book(tmp_path)
    store = open_store(url)
    who = store.read(lambda tx: tx.value(Sql(select(person.c.id).where(person.c.key == "kader"))))

    def put(tx: Any) -> None:
        for state in ("ready", "sent", "failed", "in_doubt"):
            message = outbox.Message("reminder", (("sorry", {}),), person_id=who, once=f"move:{state}")
            row_id = outbox.put(tx, message, 1)
            tx.run(Sql(outgoing.update().where(outgoing.c.id == row_id).values(state=state)))

    store.write(put)
    store.close()
    return url


def move(source: str, target: str, *, cancel: bool = False) -> int:
    return book_move.move(target, Settings(DATABASE_URL=source), cancel=cancel)


def dies(source: str, target: str, moment: str, folder: Path) -> None:
    """`posyandu-bot move` as a process that is killed at a named moment."""
    words = ["move", "--to", target]
    code = f"from bot import cli, moments; moments.rehearse({moment!r}); cli.main({words!r})"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": source}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=folder, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def counts(url: str) -> dict[str, tuple[int, int]]:
    store = open_store(url)
    try:
        return {t.name: moving.checksum(store, t) for t in metadata.sorted_tables if t.name != "sender"}
    finally:
        store.close()


def refuses(url: str) -> str:
    with pytest.raises(WrongSettings) as refused:
        open_book(Settings(DATABASE_URL=url))
    return str(refused.value)


def test_everything_arrives_and_the_old_house_is_silent(source: str, postgres_url: str, capsys: Any) -> None:
    before, old = counts(source), open_store(source)  # as a house that runs has it open
    assert move(source, postgres_url) == 0
    assert "sama di kedua sisi" in capsys.readouterr().out
    after = counts(postgres_url)
    assert {n: c for n, c in after.items() if n != "setting"} == {n: c for n, c in before.items() if n != "setting"}
    assert len([n for n, (rows, _) in after.items() if rows]) > 15
    with pytest.raises(sqlite3.IntegrityError, match="sudah dipindahkan"):
        old.write(lambda tx: outbox.take(tx, "telegram", 10**13, 5))
    with pytest.raises(sqlite3.IntegrityError, match="sudah dipindahkan"):
        old.write(lambda tx: inbox.address_id(tx, "telegram", "99", 1))
    old.close()
    assert "dipindahkan ke postgresql://" in refuses(source)
    new, _ = open_book(Settings(DATABASE_URL=postgres_url))
    newest = new.read(lambda tx: max(r.id for r in tx.all(STATES)))
    assert new.write(lambda tx: tx.insert(outgoing, kind="reply", at=1)) == newest + 1
    new.close()
    assert move(source, postgres_url, cancel=True) == 1, "the new book is in force"
    assert move(source, postgres_url) == 0, "said twice, it is still done once"


def test_the_new_tables_are_as_a_fresh_database_has_them(source: str, postgres_url: str, postgres_server: str) -> None:
    import psycopg

    assert move(source, postgres_url) == 0
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute("create database fresh_beside")
    fresh, moved = open_store(f"{postgres_server}/fresh_beside"), open_store(postgres_url)
    migrate(fresh)
    assert keys(moved) == keys(fresh)
    # sorted: the inspector orders by dependency, and not the same way twice
    assert sorted(inspect(moved.engine).get_table_names()) == sorted(inspect(fresh.engine).get_table_names())
    fresh.close()
    moved.close()


def keys(store: Store) -> dict[str, Any]:
    looked = inspect(store.engine)
    return {
        t.name: sorted((k["name"], k["referred_table"]) for k in looked.get_foreign_keys(t.name))
        for t in metadata.sorted_tables
    }


@pytest.mark.parametrize(
    "moments", [["moved_chunk:9"], pytest.param(["frozen", "moved_chunk:3", "verified"], marks=pytest.mark.proof)]
)
def test_killed_in_the_middle_it_goes_on_where_it_was(
    source: str, postgres_url: str, tmp_path: Path, moments: list[str]
) -> None:
    before = counts(source)
    for moment in moments:
        dies(source, postgres_url, moment, tmp_path)
        assert "sudah dipindahkan" in refuses(source)
        assert "belum selesai" in refuses(postgres_url)
    assert move(source, postgres_url) == 0
    after = counts(postgres_url)
    assert {n: c for n, c in after.items() if n != "setting"} == {n: c for n, c in before.items() if n != "setting"}
    store = open_store(postgres_url)
    rows = {r.once: r.state for r in store.read(lambda tx: tx.all(STATES)) if r.once}
    assert {f"move:{s}": s for s in ("ready", "sent", "failed", "in_doubt")}.items() <= rows.items()
    store.close()


def test_given_up_the_old_book_is_as_it_was(source: str, postgres_url: str, tmp_path: Path) -> None:
    before = counts(source)
    dies(source, postgres_url, "moved_chunk:4", tmp_path)
    assert move(source, postgres_url, cancel=True) == 0
    after = counts(source)
    assert {n: c for n, c in after.items() if n != "setting"} == {n: c for n, c in before.items() if n != "setting"}
    store, _ = open_book(Settings(DATABASE_URL=source))
    assert len(store.write(lambda tx: outbox.take(tx, "telegram", 10**13, 5))) == 1
    store.close()
    assert "belum selesai" in refuses(postgres_url), "nobody works on half a book"


def test_a_target_that_somebody_uses_is_left_alone(source: str, postgres_url: str, capsys: Any) -> None:
    other = open_store(postgres_url)
    migrate(other)
    other.write(lambda tx: tx.insert(person, name="Orang lain", at=1))
    other.close()
    assert move(source, postgres_url) == 1
    assert "sudah berisi" in capsys.readouterr().err
    store, _ = open_book(Settings(DATABASE_URL=source))
    store.close()
    assert cli.main(["move", "--to", "sqlite:///x.db"]) == 2


async def test_a_talk_goes_on_in_the_new_book(postgres_url: str, tmp_path: Path) -> None:
    """A question was on the screen when the book moved: its answer is taken there."""
    url = loaded_book(tmp_path)
    async with demo_house(tmp_path, url=url, filled=True) as house:
        await house.say("kader", "timbang", "azzam")
        assert "kilo" in house.last("kader").text
    assert await asyncio.to_thread(move, url, postgres_url) == 0
    async with demo_house(tmp_path, url=postgres_url, filled=True) as house:
        await house.clock("2026-11-12 09:30")
        assert "cm" in (await house.say("kader", "11,1")).text
