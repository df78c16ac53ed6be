"""Leaving somebody out of a siaran below its plan: found, asked about, counted anew, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.port import HeardFile
from posyandu.siaran import Audience, left_out
from storage.sql import Sql
from storage.store import Tx
from storage.tables import area, broadcast, outgoing, person, posyandu, setting
from tests.handlers.test_siaran import KECAMATAN, ZONE, joined
from tests.house import DemoHouse, demo_house

SENT = Sql(
    select(person.c.name)
    .join(outgoing, outgoing.c.person_id == person.c.id)
    .where(outgoing.c.kind == "broadcast", outgoing.c.state == "sent")
    .order_by(person.c.name)
)
STATES = Sql(select(broadcast.c.id, broadcast.c.state).order_by(broadcast.c.id))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    """The demo with a TP PKK of the kecamatan; two desa with a Posyandu Mawar each, two women called Siti Aminah."""
    async with demo_house(tmp_path) as made:
        now = made.house.clock.now()

        def fill(tx: Tx) -> None:
            joined(tx, "pkk", "Ibu Camat", "tp_pkk", now, area=KECAMATAN)
            for n, desa in ((1, "Desa Hilir"), (2, "Desa Hulu")):
                code = f"{KECAMATAN}.200{n}"
                tx.insert(area, code=code, name=desa, level="desa", parent=KECAMATAN, zone=ZONE)
                there = tx.insert(posyandu, code=f"m{n}", name="Posyandu Mawar", area=code, zone=ZONE)
                joined(tx, f"siti-{n}", "Siti Aminah", "kader", now, posyandu_id=there)
                joined(tx, f"mawar-{n}", f"Kader {desa}", "kader", now, posyandu_id=there)

        made.store.write(fill)
        yield made


async def test_a_place_and_a_person_are_left_out_below_the_plan(house: DemoHouse) -> None:
    plan = await house.say("pkk", "siaran ke semua kader: rapat besok")
    assert "terjangkau 6 dari 6" in plan.text
    seen = await house.say("pkk", "kecuali Posyandu Melati dan Bu Iis")
    assert "kecuali Posyandu Melati RW 03 · Iis Sumiati, Anyelir RW 14" in seen.text
    assert "terjangkau 4 dari 4" in seen.text
    await house.tap("pkk", "Kirim sekarang")
    assert house.read(lambda tx: [r.name for r in tx.all(SENT)]) == [
        "Kader Desa Hilir", "Kader Desa Hulu", "Siti Aminah", "Siti Aminah",
    ]  # fmt: skip


async def test_of_two_she_is_asked_which_by_the_button_and_may_take_it_back(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader: rapat besok")
    seen = await house.tap("pkk", "Kecualikan")
    assert "Tidak jadi? *batal*" in seen.text
    seen = await house.say("pkk", "Entah Siapa")
    assert "tidak saya temukan" in seen.text
    seen = await house.say("pkk", "posyandu mawar, siti aminah")
    assert seen.titles[:2] == ["Mawar, Hilir", "Mawar, Hulu"]
    seen = await house.tap("pkk", "Mawar, Hilir")
    assert seen.titles[:2] == ["Siti Amin…, Hilir, Mawar", "Siti Aminah, Hulu, Mawar"]
    seen = await house.tap("pkk", "Siti Aminah, Hulu, Mawar")
    assert "kecuali Posyandu Mawar Desa Hilir · Siti Aminah, Mawar\n" in seen.text
    assert "terjangkau 3 dari 3" in seen.text
    seen = await house.tap("pkk", "Semua ikut lagi")
    assert "untuk semua kader Kec. Cibinong\n" in seen.text
    assert "terjangkau 6 dari 6" in seen.text


async def test_a_role_is_left_out_as_it_is_said(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke bidan dan petugas: rapat besok")
    seen = await house.say("pkk", "kecuali bidan desa")
    assert "kecuali bidan\n" in seen.text
    await house.tap("pkk", "Kirim sekarang")
    assert house.read(lambda tx: [r.name for r in tx.all(SENT)]) == ["Dewi Kartika"]


async def test_no_button_of_a_plan_before_sends_to_who_was_left_out_since(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader: rapat besok")
    old = house.button("pkk", "Kirim sekarang")
    await house.say("pkk", "kecuali Posyandu Melati")
    await house.hear("pkk", pick=old)
    assert house.read(lambda tx: tx.all(SENT)) == []
    assert house.read(lambda tx: [r.state for r in tx.all(STATES)]) == ["dropped", "planned"]


async def test_she_changes_her_mind(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader: rapat besok")
    await house.tap("pkk", "Kecualikan")
    await house.say("pkk", "batal")
    assert "Rencana dan tombol di atas masih berlaku" in house.last("pkk").text
    assert house.read(lambda tx: [r.state for r in tx.all(STATES)]) == ["planned"]
    seen = await house.say("pkk", "kecuali kader, ketua")
    assert "Tidak ada yang tersisa" in seen.text
    assert seen.titles == ["Semua ikut lagi", "Tidak jadi"]


async def test_a_second_person_is_asked_anew_and_her_old_question_is_void(house: DemoHouse) -> None:
    house.store.write(lambda tx: joined(tx, "operator", "Operator", "operator", house.house.clock.now(), area="32"))
    house.store.write(lambda tx: tx.insert(setting, name="siaran.second_above", value="2"))
    await house.say("pkk", "siaran ke semua kader: rapat besok")
    await house.tap("pkk", "Minta persetujuan")
    old = house.button("operator", "Setuju dikirim")
    seen = await house.say("pkk", "kecuali Posyandu Melati")
    assert "Minta persetujuan" in seen.titles
    await house.hear("operator", pick=old)
    assert house.read(lambda tx: tx.all(SENT)) == [], "she agreed to other people"


async def test_what_has_begun_is_not_narrowed_and_nobody_narrows_another_ones(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader: rapat besok")
    await house.hear("koordinator", pick="!siaran:1:include")
    assert house.read(lambda tx: [r.state for r in tx.all(STATES)]) == ["planned"], "not hers"
    await house.tap("pkk", "Kirim sekarang")
    await house.hear("pkk", pick="!siaran:1:include")
    assert "sudah terjadwal, berjalan, atau selesai" in house.last("pkk").text
    seen = await house.say("pkk", "kecuali Posyandu Melati")
    assert "tidak bisa diubah lagi" in seen.text


async def test_a_picture_stays_with_it(house: DemoHouse) -> None:
    file = HeardFile("image", "ref", "undangan.png", "image/png", 3, b"png")
    await house.hear("pkk", "siaran ke semua kader: lihat gambar", file=file)
    await house.say("pkk", "kecuali Posyandu Mawar")
    await house.tap("pkk", "Mawar, Hulu")
    await house.tap("pkk", "Kirim sekarang")
    assert house.last("siti-1").media == "undangan.png"
    assert not any("lihat gambar" in m.text for m in house.thread("siti-2"))


def test_what_a_line_leaves_out() -> None:
    assert left_out("kecuali Posyandu Melati, Bu Nining dan bidan.") == ["Posyandu Melati", "Bu Nining", "bidan"]
    one = Audience(("kader",), area="32").without(["posyandu:7", "posyandu:7", "area:32.01", "person:3", "role:ketua"])
    assert (one.except_posyandu, one.except_areas, one.except_people) == ((7,), ("32.01",), (3,))
    assert one.whole() == Audience(("kader",), area="32")
