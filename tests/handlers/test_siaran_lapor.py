"""Lapor: a number, the right officer, every step told back; what is secret is seen by named officers alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.channels.port import HeardFile
from storage import reports
from storage.sql import Sql
from storage.store import Tx
from storage.tables import membership, outgoing, person
from tests.handlers.test_siaran import joined
from tests.house import DemoHouse, demo_house

DESA = "32.01.01.1010"
OF = Sql(select(person.c.id).where(person.c.key == "linmas"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    """The demo with a desa team (tp_posyandu), another officer of the desa, and an operator."""
    async with demo_house(tmp_path) as made:
        now = made.house.clock.now()

        def fill(tx: Tx) -> None:
            joined(tx, "desa", "Pak Kades", "tp_posyandu", now, area=DESA)
            joined(tx, "linmas", "Pak Linmas", "plkb", now, area=DESA)
            joined(tx, "operator", "Operator", "operator", now, area="32")

        made.store.write(fill)
        yield made


async def report(house: DemoHouse, field: str) -> str:
    """The kader reports something; what she reads then."""
    await house.say("kader", "lapor", field, "Jembatan putus", "RT 03", "lewati")
    return (await house.tap("kader", "Simpan")).text


async def test_a_report_has_a_number_and_goes_to_the_desa(house: DemoHouse) -> None:
    said = await report(house, "Pekerjaan umum")
    assert "L-00001" in said
    seen = house.last("desa")
    assert "Jembatan putus" in seen.text
    assert "Iis Sumiati" in seen.text
    await house.tap("desa", "Diproses")
    assert "diproses" in house.last("kader").text
    await house.tap("desa", "Selesai")
    assert "selesai" in house.last("kader").text
    again = await house.tap("desa", "Selesai")
    assert "sudah selesai" in again.text


async def test_turned_down_only_with_a_reason_that_she_reads(house: DemoHouse) -> None:
    await report(house, "Sosial")
    asked = await house.tap("desa", "Tolak dengan alasan")
    assert "Mengapa" in asked.text
    await house.say("desa", "Sudah ditangani kabupaten")
    assert "Sudah ditangani kabupaten" in house.last("kader").text


async def test_trantibumlinmas_is_for_named_officers_and_without_the_reporter(house: DemoHouse) -> None:
    await report(house, "Ketertiban")
    assert not any("Jembatan" in m.text for m in house.thread("desa")), "the desa's team is not told"
    assert "belum punya petugas" in house.last("operator").text
    assert "Jembatan" not in house.last("operator").text
    house.store.write(lambda tx: reports.name_officer(tx, tx.value(OF), DESA, "trantibumlinmas", 0))
    await report(house, "Ketertiban")
    seen = house.last("linmas")
    assert "Jembatan putus" in seen.text
    assert "Iis" not in seen.text
    assert "Belum ada laporan" in (await house.say("desa", "rekap lapor")).text, "not even that there are any"
    await house.hear("desa", pick="!lapor:1:selesai")
    assert "di luar wilayah" in house.last("desa").text


@pytest.mark.parametrize("now_elsewhere", [False, True])
async def test_who_serves_there_no_more_is_told_no_more(house: DemoHouse, now_elsewhere: bool) -> None:
    """A name on the list of officers is no post: with hers it ends, and she reads no further secret report."""
    house.store.write(lambda tx: reports.name_officer(tx, tx.value(OF), DESA, "trantibumlinmas", 0))
    await report(house, "Ketertiban")
    pick = house.button("linmas", "Selesai")

    def leaves(tx: Tx) -> None:
        tx.run(Sql(update(membership).where(membership.c.person_id == tx.value(OF)).values(until_at=1)))
        if now_elsewhere:
            tx.insert(membership, person_id=tx.value(OF), role="plkb", area="32.01.01.1099", from_at=1)

    house.store.write(leaves)
    before = len(house.thread("linmas"))
    await report(house, "Ketertiban")
    assert len(house.thread("linmas")) == before
    assert "belum punya petugas" in house.last("operator").text
    await house.hear("linmas", pick=pick)
    assert "selesai" not in house.last("kader").text


async def test_counts_by_field_and_a_photo_that_comes_after(house: DemoHouse) -> None:
    await report(house, "Pekerjaan umum")
    await house.hear("kader", file=HeardFile("image", "ref", "foto.jpg", "image/jpeg", 3, b"jpg"))
    assert "L-00001" in house.last("kader").text
    assert house.last("desa").media == "L-00001.jpg"
    await report(house, "Kesehatan")
    seen = await house.say("desa", "rekap lapor")
    assert "2 laporan" in seen.text
    assert "kesehatan: 1" in seen.text
    sheet = await house.tap("desa", "Lembar laporan")
    assert sheet.media == "laporan.xlsx"


async def test_an_officer_of_a_whole_area_names_one_who_then_has_what_came_before(house: DemoHouse) -> None:
    await report(house, "Ketertiban")
    await house.hear("kader", file=HeardFile("image", "ref", "foto.jpg", "image/jpeg", 3, b"jpg"))
    await house.say("operator", "petugas lapor", "Ciriung", "Ketertiban", "Bidan Ratna")
    told = house.thread("bidan")[-3:]
    assert "Anda ditunjuk" in told[0].text
    assert "Jembatan putus" in told[1].text
    assert not any("Iis" in seen.text for seen in told)
    assert told[2].media == "L-00001.jpg"


async def test_officers_are_named_by_the_desas_own_team(house: DemoHouse) -> None:
    await house.say("desa", "petugas lapor", "Ketertiban")
    seen = await house.say("desa", "Bidan Ratna")
    assert "ditunjuk" in seen.text
    await report(house, "Ketertiban")
    assert "Jembatan putus" in house.last("bidan").text


async def test_nothing_of_a_secret_report_stands_in_a_message_to_others(house: DemoHouse) -> None:
    await report(house, "Ketertiban")
    bodies = house.read(
        lambda tx: tx.all(Sql(select(person.c.key, outgoing.c.body).join(person, person.c.id == outgoing.c.person_id)))
    )
    assert {r.key for r in bodies if "Jembatan" in r.body} <= {"kader"}
