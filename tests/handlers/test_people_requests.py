"""Data saya, perbaiki, hapus data saya: each logged, each with its clock, each answered; and numbers gone silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select, update

from storage.sql import Sql
from storage.store import Tx
from storage.tables import address, child, data_request, guardian, measurement, person
from tests.house import DemoHouse, demo_house

REQUESTS = Sql(select(data_request.c.kind, data_request.c.state, data_request.c.at, data_request.c.due_at))
AZZAM = Sql(select(child.c.id, child.c.state, child.c.name).where(child.c.code == "AN-01"))
MEASURES = Sql(select(func.count()).select_from(measurement).where(measurement.c.child_id == bindparam("child_id")))
MOTHER = Sql(select(person.c.state, person.c.name).order_by(person.c.id))
STATE = Sql(select(address.c.state, address.c.person_id).where(address.c.external_id == bindparam("key")))
LONG_AGO = Sql(update(address).where(address.c.external_id == bindparam("key")).values(heard_at=1, verified_at=1, at=1))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path) as made:
        yield made


async def test_data_saya_shows_her_own_child_and_no_other(house: DemoHouse) -> None:
    said = (await house.say("orangtua-an-01", "data saya")).text
    assert "Muhammad Azzam Ramadhan" in said
    assert "Supriadi" not in said
    assert "NIK" not in said
    row = house.read(lambda tx: tx.all(REQUESTS))[0]
    assert (row.kind, row.state) == ("data", "done")


async def test_a_correction_is_a_task_with_a_clock_and_is_answered(house: DemoHouse) -> None:
    await house.say("orangtua-an-01", "perbaiki", "azzam", "tanggal lahirnya 21 Februari, bukan 20")
    assert "paling lambat 15 November" in house.last("orangtua-an-01").text
    assert "21 Februari" in house.last("bidan").text
    assert "21 Februari" in house.last("koordinator").text
    await house.clock("2026-11-14 12:00")
    assert "harus dijawab" in house.last("bidan").text
    await house.tap("koordinator", "Sudah diperbaiki")
    assert "sudah diperbaiki" in house.last("orangtua-an-01").text


async def test_erasure_of_a_child_is_decided_by_the_controller_and_leaves_nothing(house: DemoHouse) -> None:
    azzam = house.read(lambda tx: tx.one(AZZAM))
    await house.say("orangtua-an-01", "hapus data saya", "azzam", "ya")
    pick = house.button("koordinator", "Hapus sekarang")
    await house.hear("kader", pick=pick)
    assert "di luar wilayah" in house.last("kader").text
    assert house.read(lambda tx: tx.one(AZZAM)).state == "active"
    await house.tap("koordinator", "Hapus sekarang")
    row = house.read(lambda tx: tx.one(AZZAM))
    assert (row.state, row.name) == ("erased", "")
    assert house.read(lambda tx: tx.value(MEASURES, child_id=azzam.id)) == 0
    assert "sudah dihapus" in house.last("orangtua-an-01").text


CLAIM = Sql(update(guardian).where(guardian.c.person_id == bindparam("whose")).values(state=bindparam("new_state")))


@pytest.mark.parametrize("state", ["waiting", "new", "ended", "refused"])
@pytest.mark.parametrize("asked", [["semua"], ["azzam"]])
async def test_who_is_not_the_childs_guardian_erases_herself_and_no_child(
    house: DemoHouse, state: str, asked: list[str]
) -> None:
    """A claim nobody has confirmed, or one that has ended while the request waited, is no right over a child."""
    azzam = house.read(lambda tx: tx.one(AZZAM))
    await house.say("orangtua-an-01", "hapus data saya", *asked, "ya")
    mother = house.read(lambda tx: tx.one(STATE, key="orangtua-an-01")).person_id
    house.store.write(lambda tx: tx.run(CLAIM, whose=mother, new_state=state))
    await house.tap("koordinator", "Hapus sekarang")
    assert house.read(lambda tx: tx.one(AZZAM)) == azzam
    assert house.read(lambda tx: tx.value(MEASURES, child_id=azzam.id)) > 0


async def test_erasing_everything_detaches_the_person(house: DemoHouse) -> None:
    await house.say("orangtua-an-01", "hapus data saya", "semua", "ya")
    asked = house.last("koordinator")
    assert "semua data dari Ibu Lilis Suryati (Azzam · Posyandu Anyelir RW 14)" in asked.text
    bidan = house.button("bidan", "Hapus sekarang")
    await house.tap("koordinator", "Hapus sekarang")
    await house.hear("bidan", pick=bidan)
    assert "sudah dijawab" in house.last("bidan").text, "not that it was none of hers"
    assert "sudah dihapus" in house.last("orangtua-an-01").text
    assert house.read(lambda tx: tx.one(STATE, key="orangtua-an-01")).person_id is None
    assert "kode" in (await house.say("orangtua-an-01", "anak saya")).text


async def test_whoever_is_asked_may_answer(house: DemoHouse) -> None:
    """The bidan is told of a request about everything, or about a kader's own data: then her button works."""
    await house.say("orangtua-an-01", "hapus data saya", "semua", "ya")
    await house.tap("bidan", "Tidak bisa")
    assert "belum bisa dipenuhi" in house.last("orangtua-an-01").text
    assert "*terima lagi*" in house.last("orangtua-an-01").text, "her messages have stopped with the request"
    await house.say("orangtua-an-01", "terima lagi")
    top = house.newest()
    await house.say("kader", "Azzam 11,1")
    assert any(who == "orangtua-an-01" for who, _ in house.shown_since(top))
    await house.say("kader", "perbaiki", "nama saya Iis Sumiyati")
    await house.tap("bidan", "Sudah diperbaiki")
    assert "sudah saya kabari" in house.last("bidan").text


async def test_a_number_silent_for_ninety_days_says_a_name_before_anything_is_told(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(LONG_AGO, key="orangtua-an-01"))
    await house.clock("2026-11-12 10:00")
    assert "balas dengan nama" in house.last("orangtua-an-01").text
    assert not any("Azzam" in m.text for m in house.thread("orangtua-an-01"))
    before = len(house.thread("orangtua-an-01"))
    await house.say("kader", "Azzam 11,1")
    assert len(house.thread("orangtua-an-01")) == before
    assert "belum cocok" in (await house.say("orangtua-an-01", "anak saya")).text
    assert "dipastikan" in (await house.say("orangtua-an-01", "Lilis")).text
    assert "Azzam" in (await house.say("orangtua-an-01", "anak saya")).text


async def test_a_stranger_on_a_recycled_number_learns_nothing(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(LONG_AGO, key="orangtua-an-01"))
    await house.clock("2026-11-12 10:00")
    assert "sekarang ke puskesmas" in (await house.say("orangtua-an-01", "anak saya kejang!")).text, "that comes first"
    for text in ("siapa ini", "Budi", "data saya", "menu", "Rahmat"):
        await house.say("orangtua-an-01", text)
    assert "tunggu" in (await house.say("orangtua-an-01", "Lilis")).text
    assert not any(
        "Azzam" in m.text or "Lilis" in m.text for m in house.thread("orangtua-an-01") if m.direction == "out"
    )


async def test_the_answer_comes_where_she_can_be_reached(house: DemoHouse) -> None:
    """Her first channel has blocked the bot since: the answer goes to the other, also when nothing is left of her."""
    await house.say("orangtua-an-01", "hapus data saya", "semua", "ya")
    lilis = house.read(lambda tx: tx.one(STATE, key="orangtua-an-01")).person_id

    def second(tx: Tx) -> None:
        tx.insert(address, channel="emulator", external_id="lilis-2", person_id=lilis, at=1, heard_at=1)
        tx.run(Sql(update(address).where(address.c.external_id == "orangtua-an-01").values(state="blocked")))

    house.store.write(second)
    await house.tap("koordinator", "Hapus sekarang")
    assert "sudah dihapus" in house.last("lilis-2").text


async def test_who_does_not_want_it_deleted_after_all_hears_so(house: DemoHouse) -> None:
    await house.say("orangtua-an-01", "hapus data saya", "semua")
    seen = await house.tap("orangtua-an-01", "Tidak")
    assert seen.text == "Baik, tidak jadi. Tidak ada yang dihapus."
