"""Old and new at work on one database: a version that is still running can live with the tables of the next."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import MetaData, select

from storage.migrate import config, migrate, newer
from storage.store import open_store
from tests.channels.real_house import KADER
from tests.slow.fleet import Fleet, WebhookPhone, fleet
from tests.storage.test_upgrade import _fill, versions

pytestmark = pytest.mark.postgres

# What a next version might do: more columns, a table, an index; its number is none that this program knows.
NEXT = (
    "alter table incoming add column mood text not null default ''",
    "alter table outgoing add column mood text",
    "create table mood (id bigserial primary key, name text)",
    "create index ix_outgoing_mood on outgoing (mood) where mood is not null",
    "update alembic_version set version_num = 'x9999'",
)


@pytest.mark.parametrize("version", versions()[:-1])
def test_the_version_before_writes_and_reads_in_the_newest_tables(postgres_url: str, version: str) -> None:
    """Its rows, with its columns only: what was added since has a default, and nothing it knows has gone."""
    store = open_store(postgres_url)
    command.upgrade(config(store), version)
    old = MetaData()
    old.reflect(store.engine)
    migrate(store)
    try:
        tables = [t for t in old.sorted_tables if t.name != "alembic_version"]
        for table in tables:
            _fill(store, table)
        with store.engine.connect() as connection:
            for table in tables:
                assert len(connection.execute(select(*table.c)).all()) == 1, table.name
        assert len(tables) > 30
    finally:
        store.close()


@pytest.mark.proof
def test_a_migration_waits_for_who_is_at_work_and_does_not_hold_up_others(postgres_url: str) -> None:
    """A table is written to for longer than a migration waits at once: it steps back, and comes in the end."""
    store = open_store(postgres_url)
    command.upgrade(config(store), versions()[0])
    with psycopg.connect(postgres_url) as busy:
        busy.execute("lock table outgoing in row exclusive mode")
        done = threading.Thread(target=migrate, args=(store,))
        done.start()
        time.sleep(4)
        assert done.is_alive()
        busy.rollback()
        done.join(60)
    assert not done.is_alive()
    assert not newer(store)
    store.close()


async def changed_under_a_talk(house: Fleet, url: str) -> WebhookPhone:
    """A kader has begun to weigh Azzam; the tables become the next version's; she goes on. Her phone."""
    kader = house.phone(KADER)
    await kader.says("timbang")
    await kader.sees("Siapa yang ditimbang")
    with psycopg.connect(url) as next_version:
        for statement in NEXT:
            next_version.execute(statement)
    await kader.says("azzam")
    await kader.sees("berapa kilo")
    return kader


@pytest.mark.proof
async def test_the_old_house_goes_on_while_the_next_version_comes(postgres_url: str, tmp_path: Path) -> None:
    """The tables change under a talk; a process of the old version that is started afterwards joins in, too."""
    async with fleet(postgres_url, tmp_path, webs=1, workers=1) as house:
        kader = await changed_under_a_talk(house, postgres_url)
        await house.start("worker")
        house.kill(house.workers[0])
        await kader.says("11,1")
        await kader.sees("berapa cm")
