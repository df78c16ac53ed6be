"""What tests share: a book on SQLite and one on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest

from storage.store import Store, open_store
from storage.tables import metadata
from tests.doubles import postgres

_numbers = itertools.count(1)
MEMORY, ENOUGH = Path("/dev/shm"), 2 << 30
# Machines are noisy: what an example costs is measured in benchmarks, never asserted here.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Small sizes are not about disks and need not wait for one: their files lie in memory where it has room."""
    proof = "proof" in config.option.markexpr.replace("not proof", "")
    if not proof and MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)  # of this process and of all that it starts
        tempfile.tempdir = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the answers into the transcripts (*.chat)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """The address of a throw-away server; one for the whole run (one per xdist worker)."""
    if postgres.server_programs() is None:
        pytest.skip("PostgreSQL's server programs are not on this machine: its tests are skipped")
    with postgres.cluster() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh, empty database."""
    name = f"t{next(_numbers)}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return f"{postgres_server}/{name}"


@pytest.fixture(scope="session")
def postgres_demo(postgres_server: str) -> str:
    """The demo, filled once: what is made from it as a template costs next to nothing."""
    from tests.house import fill

    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute("create database demo_filled")
    fill(f"{postgres_server}/demo_filled")
    return "demo_filled"


@pytest.fixture
def postgres_demo_url(postgres_server: str, postgres_demo: str) -> str:
    """A demo book of its own on PostgreSQL."""
    name = f"t{next(_numbers)}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name} template {postgres_demo}")
    return f"{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/book.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def demo_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A demo book of its own on each database in turn."""
    from tests.house import loaded_book

    url: str = loaded_book(tmp_path) if request.param == "sqlite" else request.getfixturevalue("postgres_demo_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A book with its tables, on each database in turn."""
    opened = open_store(store_url)
    metadata.create_all(opened.engine)
    yield opened
    opened.close()
