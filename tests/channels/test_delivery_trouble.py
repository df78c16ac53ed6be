"""Trouble on the way out: half a message has left, or the book was away for a moment. Nothing is lost or doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import bindparam, select

from bot.channels.port import Bubble, ChannelError, InDoubt, Later, NotSent, Template
from bot.channels.reach import EMULATOR
from storage import outbox
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import person
from tests.house import DemoHouse, demo_house

MOTHER = "orangtua-an-01"
WHO = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
SMALL = replace(EMULATOR, text_chars=60)
SHOWN = Sql(select(outbox.outgoing.c.state).where(outbox.outgoing.c.id == bindparam("row_id")))


class Stumbling:
    """The emulator, but for those bubbles for which `trouble` has an error."""

    def __init__(self, channel: Any, trouble: Callable[[int], ChannelError | None]) -> None:
        self._channel, self._trouble, self.calls = channel, trouble, 0
        self.name, self.reach = channel.name, channel.reach

    async def send(self, to: str, bubble: Bubble, *, ref: str, template: Template | None = None) -> str:
        self.calls += 1
        if (error := self._trouble(self.calls)) is not None:
            raise error
        return str(await self._channel.send(to, bubble, ref=ref, template=template))

    def charged_as(self, template: Template | None) -> str | None:
        return None

    async def close(self) -> None:
        await self._channel.close()


def tell(house: DemoHouse) -> int:
    """A message to a mother that is two bubbles on a small screen."""

    def work(tx: Tx) -> int:
        says = (("parent.next", {"on": "2026-12-12"}), ("parent.next", {"on": "2027-01-12"}))
        put = outbox.put(tx, outbox.Message("parent", says, person_id=tx.value(WHO, key=MOTHER)), 1)
        assert put is not None
        return put

    return house.store.write(work)


def row(house: DemoHouse, number: int) -> Row:
    found = house.read(lambda tx: tx.one(outbox.BY_ID, row_id=number))
    assert found is not None
    return found


async def outcome(house: DemoHouse, trouble: Callable[[int], ChannelError | None]) -> tuple[Row, list[str]]:
    """What becomes of such a message, and what she has on her phone of it."""
    delivery, before = house.house.delivery, len(house.thread(MOTHER))
    delivery.channels["emulator"] = Stumbling(delivery.channels["emulator"], trouble)
    number = tell(house)
    house.house.wake()
    for _ in range(200):
        await house.house.until(lambda tx: tx.value(SHOWN, row_id=number) not in ("ready", "sending"), 0.5)
        if row(house, number).state not in ("ready", "sending"):
            break
    return row(house, number), [m.text for m in house.thread(MOTHER)[before:]]


@pytest.mark.parametrize("error", [NotSent("no connection"), Later(0.0, "later 63049")])
async def test_the_second_half_of_a_message_is_tried_again_without_the_first(
    tmp_path: Path, error: ChannelError
) -> None:
    with patch("bot.delivery.IN_PLACE_S", (0.0, 0.0)):
        async with demo_house(tmp_path, reach=SMALL) as house:
            told, shown = await outcome(house, lambda call: error if call == 2 else None)
    assert told.state == "sent"
    assert len(shown) == len(set(shown)) > 1


async def test_half_a_message_that_goes_no_further_is_in_doubt_and_not_sent_twice(tmp_path: Path) -> None:
    with patch("bot.delivery.IN_PLACE_S", (0.0, 0.0)):
        async with demo_house(tmp_path, reach=SMALL) as house:
            told, shown = await outcome(house, lambda call: NotSent("no connection") if call > 1 else None)
    assert (told.state, told.reason) == ("in_doubt", "sebagian terkirim: no connection")
    assert len(shown) == 1


async def test_a_book_that_is_away_for_a_moment_costs_no_message(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        delivery, away = house.house.delivery, [sqlite3.OperationalError("database is locked")] * 2
        form = delivery._form

        def away_for_a_moment(name: str, row: Row) -> list[Bubble]:
            if away:
                raise away.pop()
            return form(name, row)

        with patch("bot.delivery.RETRY_MS", (0,)), patch.object(delivery, "_form", away_for_a_moment):
            told, shown = await outcome(house, lambda call: None)
    assert told.state == "sent"
    assert len(shown) == 1


async def test_a_claim_that_was_not_committed_is_not_held(tmp_path: Path) -> None:
    """Else nobody would ever settle the row: it counts as being sent by this process."""
    async with demo_house(tmp_path) as house:
        delivery, store = house.house.delivery, house.house.delivery._store
        write, away, lost = store.write, [True], list[int]()

        def not_committed(work: Callable[[Tx], Any]) -> Any:
            def undone(tx: Tx) -> Any:
                result = work(tx)
                if away and isinstance(result, list) and result and hasattr(result[0], "owner_id"):
                    lost.append(result[0].id)
                    raise sqlite3.OperationalError("disk i/o error")
                return result

            return write(undone)

        with patch.object(store, "write", not_committed):
            number, before = tell(house), len(house.thread(MOTHER))
            assert await house.house.until(lambda tx: bool(lost) and not delivery.in_hand, 10)
            away.clear()
            assert await house.house.until(lambda tx: tx.value(SHOWN, row_id=number) == "sent", 5)
        assert len(house.thread(MOTHER)) == before + 1


async def test_no_answer_for_the_second_half_is_a_doubt(tmp_path: Path) -> None:
    async with demo_house(tmp_path, reach=SMALL) as house:
        told, shown = await outcome(house, lambda call: InDoubt("no answer") if call == 2 else None)
    assert told.state == "in_doubt"
    assert len(shown) == 1


async def test_an_answer_that_may_have_arrived_says_that_it_is_sent_again(tmp_path: Path) -> None:
    """As after a crash: she may read it twice, and must know that it is one answer."""
    async with demo_house(tmp_path) as house:
        delivery = house.house.delivery
        trouble = Stumbling(delivery.channels["emulator"], lambda call: InDoubt("no answer") if call == 1 else None)
        delivery.channels["emulator"] = trouble
        with patch("bot.ends.RETRY_MS", (0, 0)):
            said = (await house.say("kader", "bantuan")).text
        assert said.startswith("(dikirim ulang)")
        assert trouble.calls == 2
