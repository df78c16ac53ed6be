"""Consent: nothing to a parent before her own yes; thirty at once; what a no closes, and what it leaves open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, func, select, update

from storage import consents
from storage.sql import Sql
from storage.store import Tx
from storage.tables import address, child, consent, data_request, guardian, measurement, month_summary, tell_in_person
from tests.house import DemoHouse, demo_house

BY_CODE = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
CHILD = Sql(
    select(child.c.state, child.c.name, child.c.mother_name, child.c.birth).where(child.c.code == bindparam("code"))
)
MEASURES = Sql(select(func.count()).select_from(measurement).where(measurement.c.child_id == bindparam("child_id")))
NO_CONSENTS = Sql(delete(consent))
CAME = Sql(update(child).where(child.c.code == bindparam("which")).values(at=bindparam("moment")))
COUNTS = Sql(select(consent.c.state, func.count()).where(consent.c.current.is_not(None)).group_by(consent.c.state))
SUMMARY = Sql(select(month_summary.c.s, month_summary.c.d).where(month_summary.c.month == "2026-11"))
LINES = Sql(select(tell_in_person.c.state, tell_in_person.c.body))
REQUESTS = Sql(select(data_request.c.kind, data_request.c.state))
GONE = Sql(update(address).where(address.c.external_id == bindparam("key")).values(state="blocked"))
ALONE = Sql(delete(guardian).where(guardian.c.child_id == bindparam("about")))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path) as made:
        yield made


def id_of(house: DemoHouse, code: str) -> int:
    return int(house.read(lambda tx: tx.value(BY_CODE, code=code)))


def parent_told(house: DemoHouse, key: str) -> list[str]:
    return [said for who, state, says in house.told() if who == key and state != "superseded" for said in says]


async def test_nothing_goes_to_a_parent_before_her_own_yes(house: DemoHouse) -> None:
    await house.say("orangtua-baru", "BUNDA234", "Rina", "ibu")
    await house.tap("kader", "Ya, ini ibunya")
    before = len(house.thread("orangtua-baru"))
    await house.say("kader", "Adzkia 4,4")
    assert ("AN-29", "weight") in house.measures()
    assert len(house.thread("orangtua-baru")) == before
    await house.tap("orangtua-baru", "Ya, boleh")
    await house.say("kader", "Adzkia 4,5")
    if house.open_question("kader"):  # another value is on file: which is right?
        await house.tap("kader", "Yang sekarang")
    assert "4,5" in house.last("orangtua-baru").text


async def test_a_typed_yes_is_as_good_as_the_button(house: DemoHouse) -> None:
    await house.say("orangtua-baru", "BUNDA234", "Rina", "ibu")
    await house.tap("kader", "Ya, ini ibunya")
    assert "akan saya kirim" in (await house.say("orangtua-baru", "iya")).text


async def test_consent_for_thirty_in_one_answer(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(NO_CONSENTS))
    await house.say("kader", "izin")
    assert "semua kecuali" in house.last("kader").text
    await house.say("kader", "semua kecuali 4 9", "tidak ada")
    assert "28 keluarga setuju" in house.last("kader").text
    assert dict(tuple(r) for r in house.read(lambda tx: tx.all(COUNTS))) == {"lisan": 28}
    await house.say("kader", "izin")
    assert [o[1] for o in (house.open_question("kader") or {})["options"]].__len__() == 2


async def test_a_refused_record_leaves_a_number_in_s(house: DemoHouse) -> None:
    await house.say("kader", "Supriadi 13,5 99")
    before = house.read(lambda tx: tx.one(SUMMARY))
    refused = id_of(house, "AN-17")
    house.store.write(lambda tx: tx.run(NO_CONSENTS))
    name = house.read(lambda tx: tx.one(CHILD, code="AN-17")).name
    await house.say("kader", "izin", "semua kecuali " + name, name)
    assert "dihapus" in house.last("kader").text
    await house.say("kader", "simpan")
    row = house.read(lambda tx: tx.one(CHILD, code="AN-17"))
    assert (row.state, row.name, row.mother_name) == ("counted", "", "")
    assert row.birth.endswith("-01")
    assert house.read(lambda tx: tx.value(MEASURES, child_id=refused)) == 0
    after = house.read(lambda tx: tx.one(SUMMARY))
    assert after.s == before.s
    assert name.split()[0] not in (await house.say("kader", "belum")).text


async def test_a_family_nobody_asked_is_on_the_register_for_sixty_days(house: DemoHouse) -> None:
    now, day = house.house.clock.now(), 24 * 3600_000

    def forget(tx: Tx, days: int) -> None:
        tx.run(NO_CONSENTS)
        tx.run(CAME, which="AN-01", moment=now - days * day)

    house.store.write(lambda tx: forget(tx, 60))
    assert "Tercatat" in (await house.say("kader", "Azzam 11,1")).text or house.measures()[("AN-01", "weight")] == 11100
    house.store.write(lambda tx: forget(tx, 61))
    said = await house.say("kader", "Azzam lila 15")
    assert "belum ditanya" in said.text
    assert ("AN-01", "muac") not in house.measures()
    await house.tap("kader", "Sudah dibacakan, setuju")
    await house.say("kader", "Azzam lila 15")
    assert house.measures()[("AN-01", "muac")] == 150


async def test_stop_for_one_of_three_children(house: DemoHouse) -> None:
    """One phone, three children: only what was asked stops."""
    mother = house.read(lambda tx: tx.all(Sql(select(guardian.c.person_id).order_by(guardian.c.id))))[0].person_id

    def more(tx: Tx) -> None:
        for code in ("AN-02", "AN-05"):
            who = tx.value(BY_CODE, code=code)
            tx.run(ALONE, about=who)
            tx.insert(guardian, person_id=mother, child_id=who, relation="ibu", state="confirmed", at=1)

    house.store.write(more)
    await house.say("orangtua-an-01", "berhenti")
    assert "dihentikan?" in house.last("orangtua-an-01").text
    await house.say("orangtua-an-01", "azzam")
    assert "yang lain tetap" in house.last("orangtua-an-01").text
    heard = house.read(lambda tx: [r.muted for r in consents.mine(tx, mother)])
    assert sorted(heard) == [0, 0, 1]
    assert ("berhenti", "done") in [tuple(r) for r in house.read(lambda tx: tx.all(REQUESTS))]
    assert "Azzam" in (await house.say("orangtua-an-01", "terima lagi")).text


async def test_what_cannot_be_sent_is_told_in_person_with_one_tap(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(GONE, key="orangtua-an-01"))
    await house.say("kader", "Azzam 11,1")
    assert [r.state for r in house.read(lambda tx: tx.all(LINES))] == ["open"]
    await house.say("kader", "batal", "menu")
    await house.say("kader", "langsung")
    assert "Lilis" in house.last("kader").text
    await house.tap("kader", "Sudah")
    assert "told" in [r.state for r in house.read(lambda tx: tx.all(LINES))]


async def test_another_posyandus_list_is_not_hers(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(GONE, key="orangtua-an-01"))
    await house.say("kader", "Azzam 11,1")
    assert "Lilis" not in (await house.say("kader-lain", "langsung")).text
