"""Two processes at one book on PostgreSQL: what one of them has not committed yet, the other does not overlook."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from sqlalchemy import bindparam, select

from bot import reading
from bot.talk import Talk
from posyandu.commands import Value
from storage import book
from storage.sql import Sql
from storage.store import Tx, open_store
from storage.summary import derive
from storage.tables import child, month_summary
from tests.house import POSYANDU_DAY, demo_house

CHILD = Sql(select(child.c.id, child.c.posyandu_id).where(child.c.code == bindparam("code")))
KEPT = Sql(
    select(month_summary).where(month_summary.c.posyandu_id == bindparam("place"), month_summary.c.month == "2026-11")
)
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
NOW = 1_794_448_800_000  # 2026-11-12, nine o'clock


def weigh(tx: Tx, code: str) -> int:
    who = tx.one(CHILD, code=code)
    assert who is not None
    book.record(
        tx, child_id=who.id, posyandu_id=who.posyandu_id, on=POSYANDU_DAY, values=(Value("weight", 11100),),
        status=None,
        place="posyandu", replaces=False, by_person=1, incoming_id=None, now=NOW,
    )  # fmt: skip
    return int(who.posyandu_id)


def at_once(url: str, first: Callable[[Tx], Any], second: Callable[[Tx], Any]) -> None:
    """The second comes as far as it can while the first has not committed."""
    one, other = open_store(url), open_store(url)
    thread = threading.Thread(target=lambda: other.write(second))

    def work(tx: Tx) -> None:
        first(tx)
        thread.start()
        with psycopg.connect(url, autocommit=True) as look:
            for _ in range(2000):
                if not thread.is_alive() or look.execute(WAITING).fetchone() != (0,):
                    return
                time.sleep(0.005)

    try:
        one.write(work)
        thread.join(30)
        assert not thread.is_alive()
    finally:
        one.close()
        other.close()


@pytest.mark.postgres
def test_two_kader_who_weigh_at_once_are_both_counted(postgres_demo_url: str) -> None:
    at_once(postgres_demo_url, lambda tx: weigh(tx, "AN-01"), lambda tx: weigh(tx, "AN-02"))
    store = open_store(postgres_demo_url)
    place = store.read(lambda tx: tx.one(CHILD, code="AN-01")).posyandu_id
    kept = store.read(lambda tx: tx.one(KEPT, place=place))
    right = store.read(lambda tx: derive(tx, place, "2026-11"))
    store.close()
    assert {name: getattr(kept, name) for name in right} == right
    assert right["d"] >= 2


async def test_a_message_that_met_another_at_the_same_row_is_taken_again(tmp_path: Path) -> None:
    """Both would have written the first value of one child: who comes second sees it when it is read anew."""
    async with demo_house(tmp_path) as house:
        answer, met = reading.answer, [psycopg.errors.UniqueViolation("uq_visit")]

        def meets(talk: Talk) -> str:
            said = answer(talk)
            if met:
                raise met.pop()
            return said

        with patch("bot.turns.answer", meets):
            await house.say("kader", "Azzam 11,1")
        assert house.set_aside() == []
        assert house.measures()["AN-01", "weight"] == 11100
        assert len([m for m in house.thread("kader") if m.direction == "out"]) == 1


async def test_one_that_always_meets_it_is_a_bug_and_set_aside(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:

        def meets(talk: Talk) -> str:
            raise psycopg.errors.UniqueViolation("uq_visit")

        with patch("bot.turns.answer", meets):
            await house.say("kader", "Azzam 11,1")
        assert len(house.set_aside()) == 1
