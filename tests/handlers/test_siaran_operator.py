"""An operator writes to no family, but agrees where nobody else can, and stops what a family complains of; and the
answers to a siaran, of which none is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import siaran_answers
from storage.sql import Sql
from storage.store import Tx
from storage.tables import broadcast, membership, person, setting
from tests.handlers.case_house import join
from tests.handlers.test_siaran import rows
from tests.house import DemoHouse, demo_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path) as made:
        join(made, "operator", "operator", area="32")
        yield made


async def test_an_operator_who_is_asked_can_answer_for_families_too(house: DemoHouse) -> None:
    """Where nobody else serves there she is the second person: a yes that is refused leaves it waiting for ever."""
    house.store.write(lambda tx: tx.insert(setting, name="masa_pemilu", value="1"))
    others = membership.c.person_id != select(person.c.id).where(person.c.key == "kader").scalar_subquery()
    end = Sql(membership.update().where(membership.c.role != "operator", others).values(until_at=1))
    house.store.write(lambda tx: tx.run(end))
    await house.say("kader", "siaran ke keluarga Posyandu Anyelir")
    for _ in range(4):
        if "Minta persetujuan" in house.last("kader").titles:
            break
        await house.say("kader", house.last("kader").titles[0] if house.last("kader").titles else "bawa buku KIA")
    await house.tap("kader", "Minta persetujuan")
    await house.tap("operator", "Setuju dikirim")
    assert "di luar wilayah" not in house.last("operator").text
    assert "sent" in rows(house).values()


async def test_an_operator_stops_what_a_family_complains_of(house: DemoHouse) -> None:
    await house.say("kader", "siaran ke keluarga", "Vitamin A", "Kamis pukul 8, Balai RW 14")
    top = house.newest()
    await house.tap("kader", "Kirim sekarang")
    number = house.read(lambda tx: tx.value(Sql(select(func.max(broadcast.c.id)))))
    mother = next(who for who, seen in house.shown_since(top) if who.startswith("orangtua"))
    await house.hear(mother, pick=f"!siaran:{number}:report")
    await house.hear("operator", pick=house.button("operator", "Hentikan siaran"))
    assert "di luar wilayah" not in house.last("operator").text


@pytest.mark.parametrize("many", [9, 25, 70])
async def test_every_answer_to_a_siaran_is_read_by_its_sender(house: DemoHouse, many: int) -> None:
    """However many come at once: what one message does not hold stands in the next."""
    await house.say("kader", "siaran ke keluarga", "Vitamin A", "Kamis pukul 8, Balai RW 14")
    await house.tap("kader", "Kirim sekarang")
    top, now = house.newest(), house.house.clock.now()

    def answers(tx: Tx) -> None:
        number = tx.value(Sql(select(func.max(broadcast.c.id))))
        mother = tx.value(Sql(select(person.c.id).where(person.c.key == "orangtua-an-01")))
        for n in range(many):
            siaran_answers.add(tx, number, mother, "answer", f"jawaban ke-{n:02d}", now)

    house.store.write(answers)
    await house.clock("2026-11-12 09:11")
    read = "".join(seen.text for who, seen in house.shown_since(top) if who == "kader")
    assert [n for n in range(many) if f"jawaban ke-{n:02d}" not in read] == []
    assert read.count("jawaban ke-") == many
