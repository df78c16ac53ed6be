"""Three months of a bidan with mostly healthy children: she is not drowned, and no thin child is lost from sight.

A small village is part of every test run; the full one, 350 children, runs under `make proof` and is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.store import Store, open_store
from storage.tables import metadata
from tests.slow.measured import record
from tests.slow.three_months import Months, Village

COMMAND = "pytest -m proof tests/slow/test_three_months.py"


def village_book(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder}/village.db")
    metadata.create_all(store.engine)
    return store


def the_claims(result: Months, room: float) -> None:
    """`room`: open cases per 100 by which a small village may miss the mark by luck."""
    assert result.most_open <= (5 + room) * result.children / 100
    assert result.severe > 0
    assert result.severe_acted_on == result.severe
    assert result.left_over == 0
    assert max(result.calls.values(), default=0) <= 2
    # One digest, and the morning after a severe child was found late one question more.
    assert sum(n > 2 for n in result.digests.values()) == 0


def test_three_months_of_a_small_village(tmp_path: Path) -> None:
    store = village_book(tmp_path)
    result = Village(store, 5, 48, 8).run(3)
    store.close()
    the_claims(result, room=5)


@pytest.mark.proof
def test_three_months_of_a_bidan(tmp_path: Path) -> None:
    store = village_book(tmp_path)
    result = Village(store, 8, 350, 10).run(3)
    store.close()
    print(result)
    the_claims(result, room=0)
    most = result.most_open
    most_a_day = max(result.digests.values())
    days = len({day for _, day in result.digests})
    record(
        "open cases <= 5 per 100 children, bidan with 350 mostly healthy children",
        f"{100 * most / result.children:.2f} at most, on the evening of a posyandu day ({most} of {result.children}); "
        f"{result.open_at_end} a month later",
        COMMAND,
    )
    record(
        "every severe child acted on; each family of a case reached or listed in 48 hours",
        f"{result.severe_acted_on} of {result.severe} acted on; {result.episodes} episodes, {result.reached} reached, "
        f"{result.listed} listed, {result.left_over} left over",
        COMMAND,
    )
    record(
        "what a bidan and a family are sent (digest and cases in one message a day; a severe child asks once more)",
        f"{sum(result.digests.values())} messages on {days} of about 140 days, at most {most_a_day} a day; "
        f"{result.alarms} alarm messages; a family at most {max(result.calls.values(), default=0)} a month",
        COMMAND,
    )
