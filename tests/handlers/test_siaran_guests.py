"""A guest list on which several bear one name: it is asked who is meant, and nobody else gets it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.sql import Sql
from storage.store import Tx
from storage.tables import area, broadcast, posyandu
from tests.handlers.test_siaran import KECAMATAN, ZONE, joined, rows
from tests.house import DemoHouse, demo_house

DRAFTS = Sql(select(func.count()).select_from(broadcast))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    """Two called Siti Aminah in two posyandu, five called Sri Wahyuni, and a TP PKK who writes to them."""
    async with demo_house(tmp_path) as made:
        now = made.house.clock.now()

        def fill(tx: Tx) -> None:
            joined(tx, "pkk", "Ibu Camat", "tp_pkk", now, area=KECAMATAN)
            tx.insert(area, code=f"{KECAMATAN}.2001", name="Hilir", level="desa", parent=KECAMATAN, zone=ZONE)
            for n, name in enumerate(("Posyandu Mawar", "Posyandu Kenanga")):
                there = tx.insert(posyandu, code=f"m{n}", name=name, area=f"{KECAMATAN}.2001", zone=ZONE)
                joined(tx, f"siti-{n}", "Siti Aminah", "kader", now, posyandu_id=there)
            for n in range(5):
                joined(tx, f"sri-{n}", "Sri Wahyuni", "kader", now, posyandu_id=there)

        made.store.write(fill)
        await made.say("pkk", "siaran", "Daftar sendiri", "Kec. Cibinong")
        yield made


async def test_of_two_of_one_name_it_is_asked_which_with_their_posyandu(house: DemoHouse) -> None:
    seen = await house.say("pkk", "1. Nining\n2. Siti Aminah\n3. Entah Siapa", "Rapat tamu")
    assert any("1 baris tidak saya kenali" in m.text and "Entah Siapa" in m.text for m in house.thread("pkk"))
    assert "Ada beberapa “Siti Aminah”" in seen.text
    assert seen.titles == ["Siti Aminah, Mawar", "Siti Aminah, Kenanga", "Bukan mereka"]
    assert house.read(lambda tx: tx.value(DRAFTS)) == 0, "nothing is counted before it is clear who is meant"
    seen = await house.tap("pkk", "Siti Aminah, Kenanga")
    assert "terjangkau 2 dari 2" in seen.text
    await house.tap("pkk", "Kirim sekarang")
    assert sorted(rows(house)) == ["Nining", "Siti Aminah"]
    assert "Rapat tamu" in house.last("siti-1").text
    assert not any("Rapat tamu" in m.text for m in house.thread("siti-0"))


async def test_the_posyandu_beside_a_name_tells_and_too_many_are_not_guessed(house: DemoHouse) -> None:
    seen = await house.say("pkk", "Siti Aminah, Posyandu Mawar\nSri Wahyuni", "Rapat tamu")
    assert "terjangkau 1 dari 1" in seen.text
    assert any("dipakai terlalu banyak orang" in m.text and "Sri Wahyuni" in m.text for m in house.thread("pkk"))
    await house.tap("pkk", "Kirim sekarang")
    assert "Rapat tamu" in house.last("siti-0").text


async def test_when_none_of_them_is_meant_nobody_is_written_to(house: DemoHouse) -> None:
    await house.say("pkk", "Siti Aminah", "Rapat tamu")
    seen = await house.tap("pkk", "Bukan mereka")
    assert "tidak ada siaran yang dibuat" in seen.text
    assert house.read(lambda tx: tx.value(DRAFTS)) == 0, "an empty list is never everybody"
