"""The word of the hall from somebody who is on no guest list: counted once, or sent to the usher with a code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam

from posyandu.commands.events import AnswerInvitation, CheckIn, CreateEvent
from posyandu.hall_word import word_at
from storage import events
from storage.sql import Sql
from storage.tables import invitation
from tests.handlers.event_house import GUESTS, do, event_house, guest, held, sheet
from tests.house import POSYANDU_DAY, DemoHouse

NOT_ASKED = Sql(invitation.update().where(invitation.c.id == bindparam("row_id")).values(person_id=None, name="Lain"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with event_house(tmp_path) as made:
        yield made


async def in_the_hall(house: DemoHouse, by: str = "kab", code: str = "32.01", **more: object) -> int:
    """An event for officers, which is on; kader are not invited."""
    number = await held(house, by, code, who="petugas", **more)
    await house.clock("2026-11-12 10:05")
    return number


def word(house: DemoHouse, number: int) -> str:
    return word_at(house.read(lambda tx: events.load(tx, number)).secret, house.house.clock.now())[0]


async def total(house: DemoHouse, number: int) -> str:
    await house.hear("kab", pick=f"!acara:{number}:jumlah")
    return house.last("kab").text


async def test_where_no_seats_are_counted_she_counts_once_as_a_guest_unasked(house: DemoHouse) -> None:
    number = await in_the_hall(house)
    seen = await house.say("dahlia-1", word(house, number))
    assert "sebagai tamu tanpa undangan" in seen.text
    assert "Tidak dihitung dua kali" in (await house.say("dahlia-1", word(house, number))).text
    do(house, "kab", CheckIn(number, "Dewi Lestari, Dahlia"))
    assert "*1* orang datang" in await total(house, number)
    assert "tamu tanpa undangan 1" in await total(house, number)
    assert "Dewi Lestari" in (await house.say("dahlia-1", "sertifikat")).text, "she may ask for what the others get"


async def test_where_seats_are_counted_the_usher_decides(house: DemoHouse) -> None:
    number = await in_the_hall(house, shares=(("", 5, (), None),))
    seen = await house.say("dahlia-1", word(house, number))
    code = guest(house, "dahlia-1").code
    assert f"kode *{code}*" in seen.text
    await house.say("dahlia-2", word(house, number))
    assert f"kode *{code}*" in (await house.say("dahlia-1", word(house, number))).text, "the same, however often"
    assert "*0* orang datang" in await total(house, number)
    told = [m.text for m in house.thread("kab") if "tanpa undangan. Mereka diminta" in m.text]
    assert len(told) == 1, "the holder is told that there are such guests, not of each"
    do(house, "kab", CheckIn(number, code))
    assert "*1* orang datang" in await total(house, number)
    assert all("Rina Marlina" not in str(row) for row in sheet(house, event=number, which="tidak_hadir"))
    assert "belum menjawab" not in (await house.say("dahlia-2", "hadir")).text
    assert guest(house, "dahlia-2").state == "tamu", "an answer is for who was asked"


async def test_what_an_usher_wrote_of_her_becomes_her_line(house: DemoHouse) -> None:
    number = await in_the_hall(house)
    await house.hear("kab", pick=f"!acara:{number}:absen")
    await house.say("kab", "Dewi Lestari, Posyandu Dahlia")
    await house.tap("kab", "Daftarkan tamu")
    await house.say("dahlia-1", word(house, number))
    assert "*1* orang datang" in await total(house, number)
    assert guest(house, "dahlia-1").came


async def test_who_stands_in_counts_for_the_guest_of_her_posyandu(house: DemoHouse) -> None:
    number = await held(house)
    do(house, "dahlia-0", AnswerInvitation("diwakili", number, "Euis Komala"))
    house.store.write(lambda tx: tx.run(NOT_ASKED, row_id=guest(house, "dahlia-3").id))
    await house.clock("2026-11-12 10:05")
    seen = await house.say("dahlia-3", word(house, number))
    assert "mewakili Siti Aminah" in seen.text
    assert [r.key for r in house.read(lambda tx: tx.all(GUESTS)) if r.came] == ["dahlia-0"]


async def test_a_hall_that_is_not_near_and_a_wrong_word_are_nothing(house: DemoHouse) -> None:
    number = await in_the_hall(house, by="jonggol", code="32.01.06")
    for said in (word(house, number), "melati 11"):
        await house.say("dahlia-1", said)
    assert all(r.key != "dahlia-1" for r in house.read(lambda tx: tx.all(GUESTS)))


async def test_guests_unasked_whose_names_are_alike_are_two_and_one_written_twice_is_one(house: DemoHouse) -> None:
    number = await in_the_hall(house)
    await house.hear("kab", pick=f"!acara:{number}:absen")
    await house.say("kab", "Sri Wahyuni, Mawar\nSri Wahyuna, Mawar\nSri Wahyuni, Kenanga\nSri Wahyuni, Mawar")
    seen = await house.tap("kab", "Daftarkan tamu")
    assert "3 tamu tanpa undangan" in seen.text
    assert "*3* orang datang" in await total(house, number)


async def test_an_invitation_may_leave_out_a_posyandu_below_its_plan(house: DemoHouse) -> None:
    event = CreateEvent("temu_kader", "Kader tangguh", "kader", "Gedung", POSYANDU_DAY, 600, 840, area="32.01.01")
    assert not do(house, "pkk", event).failed
    await house.hear("pkk", pick="!acara:1:undang")
    plan = await house.say("pkk", "kecuali Posyandu Dahlia")
    assert "untuk undangan Kader tangguh, Kec. Cibinong kecuali Posyandu Dahlia\n" in plan.text
    await house.tap("pkk", "Kirim sekarang")
    assert sorted(r.key for r in house.read(lambda tx: tx.all(GUESTS))) == ["kader", "kader-lain"]
    assert "Hadir" in house.last("kader").titles


@pytest.mark.postgres
async def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with event_house(tmp_path, postgres_url) as house:
        number = await in_the_hall(house)
        assert "sebagai tamu tanpa undangan" in (await house.say("dahlia-1", word(house, number))).text
        await house.say("pkk", "siaran ke semua kader: rapat")
        seen = await house.say("pkk", "kecuali Siti Aminah, Posyandu Melati")
        assert "kecuali Posyandu Melati RW 03 · Siti Aminah, Dahlia\n" in seen.text
        await house.say("kab", "siaran", "Daftar sendiri", "Kabupaten Bogor", "Siti Aminah\nNining", "rapat")
        assert house.last("kab").titles == ["Siti Aminah, Jauh", "Siti Aminah, Dahlia", "Bukan mereka"]
