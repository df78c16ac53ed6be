"""A TPK sees the families that a kader gave her, as long as they consent and she serves there; nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from posyandu.commands.consent import TakeConsents
from posyandu.commands.families import GiveFamilies, TakeFamilies
from posyandu.consent import SHARING
from posyandu.people import Scope
from storage import people
from storage.sql import Sql
from storage.tables import membership, posyandu
from tests.handlers.case_house import child_of, give, join, person_of
from tests.house import DemoHouse, demo_house

HERE = Sql(select(posyandu.c.id).where(posyandu.c.code == "32.01.01.1010.001"))
ENDED = Sql(update(membership).where(membership.c.role == "tpk").values(until_at=1))


@pytest.fixture
async def house(demo_url: str, tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path, url=demo_url, filled=True) as made:
        join(made, "tpk-sini", "tpk", area="32.01.01.1010")
        join(made, "tpk-jauh", "tpk", area="32.01.01.1099")
        yield made


def here(house: DemoHouse) -> int:
    return int(house.read(lambda tx: tx.value(HERE)))


def scope(house: DemoHouse, key: str) -> Scope:
    number, now = person_of(house, key), house.house.clock.now()
    known = house.read(lambda tx: people.load(tx, number, now))
    return known.scope


def agree(house: DemoHouse, *codes: str, yes: bool = True) -> None:
    ids = tuple(child_of(house, c) for c in codes)
    give(house, "kader", TakeConsents(here(house), SHARING, ids if yes else (), () if yes else ids))


async def test_only_a_tpk_of_the_place_is_given_families_and_only_of_the_place(house: DemoHouse) -> None:
    azzam = child_of(house, "AN-01")
    for outsider in ("kader-lain", "tpk-sini", "orangtua-an-20"):
        outcome = give(house, outsider, GiveFamilies(here(house), person_of(house, "tpk-sini"), (azzam,)))
        assert outcome.says == (("refused", {}),), outsider
    far = GiveFamilies(here(house), person_of(house, "tpk-jauh"), (azzam,))
    assert give(house, "kader", far).failed
    assert give(house, "kader", GiveFamilies(here(house), person_of(house, "bidan"), (azzam,))).failed
    assert scope(house, "tpk-sini").families == frozenset()


async def test_she_sees_those_who_agree_and_in_the_same_minute_no_more(house: DemoHouse) -> None:
    tpk = person_of(house, "tpk-sini")
    azzam, cantika, other = (child_of(house, c) for c in ("AN-01", "AN-20", "AN-02"))
    agree(house, "AN-01")
    agree(house, "AN-02", yes=False)
    given = give(house, "kader", GiveFamilies(here(house), tpk, (azzam, cantika, other)))
    assert [s[0] for s in given.says] == ["companion.given", "companion.refusing", "companion.unasked"]
    assert scope(house, "tpk-sini").families == {azzam}
    agree(house, "AN-20")
    assert scope(house, "tpk-sini").families == {azzam, cantika}
    give(house, "bidan", TakeFamilies(here(house), tpk, (azzam,)))
    assert scope(house, "tpk-sini").families == {cantika}
    house.store.write(lambda tx: tx.run(ENDED))
    assert scope(house, "tpk-sini").families == frozenset()


async def test_the_kader_gives_by_name_and_the_tpk_writes_a_visit(house: DemoHouse) -> None:
    agree(house, "AN-01", "AN-20")
    await house.say("kader", "tpk", "azzam, cantika")
    assert "2 keluarga" in house.last("kader").text
    told = house.last("tpk-sini").text
    assert "2 keluarga" in told
    assert "Azzam" not in told
    listed = await house.say("tpk-sini", "dampingan")
    assert "Azzam" in listed.text
    assert "Cantika" in listed.text
    await house.say("tpk-sini", "azzam")
    await house.tap("tpk-sini", "Catat kunjungan")
    await house.say("tpk-sini", "1", "lewati")
    assert "Azzam" in house.last("tpk-sini").text
    await house.say("kader", "tpk", "ambil", "azzam")
    assert "1 keluarga" in house.last("kader").text
    assert "Azzam" not in (await house.say("tpk-sini", "dampingan")).text
