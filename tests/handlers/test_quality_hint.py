"""A kader who rounds hears of it once, alone and kindly; an honest one and everybody else hear nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from posyandu.commands import Value
from storage import book
from storage.sql import Sql
from storage.store import Tx
from storage.tables import child, person
from tests.house import POSYANDU_DAY, DemoHouse, demo_house

KADER = Sql(select(person.c.id).where(person.c.key == "kader"))
CHILDREN = Sql(select(child.c.id, child.c.posyandu_id).where(child.c.code.like("AN-%")).order_by(child.c.id))


async def weigh_all(house: DemoHouse, last_digits: int) -> None:
    """Thirty typed weighings of this posyandu day, each a multiple of so many grams."""
    [message] = await house.hear("kader", "halo")

    def work(tx: Tx) -> None:
        who = tx.value(KADER)
        for n, one in enumerate(tx.all(CHILDREN)):
            book.record(
                tx, child_id=one.id, posyandu_id=one.posyandu_id, on=POSYANDU_DAY,
                values=[Value("weight", 9000 + n * last_digits)], status=None, place="posyandu", replaces=True,
                by_person=who, incoming_id=message, now=house.house.clock.now(),
            )  # fmt: skip

    house.store.write(work)


@pytest.mark.parametrize(("last_digits", "hinted"), [(500, True), (130, False)])
async def test_only_who_rounds_is_told_and_only_once(tmp_path: Path, last_digits: int, hinted: bool) -> None:
    async with demo_house(tmp_path) as house:
        await weigh_all(house, last_digits)
        stranger = await house.say("bidan", "belum")
        assert "Hanya untuk Ibu" not in stranger.text
        first = await house.say("kader", "belum")
        assert ("setengah kilo" in first.text) is hinted
        trend = await house.say("kader", "rekap")
        assert "Mutu ukur" in trend.text
        again = await house.say("kader", "belum")
        assert "Hanya untuk Ibu" not in again.text
