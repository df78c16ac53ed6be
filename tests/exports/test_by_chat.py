"""Recaps and sheets by chat: whose they are, what they hold, and that a file never holds up a talk."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from sqlalchemy import select

from storage.sql import Sql
from storage.store import Tx
from storage.tables import audit, membership, person, phone, sheet_job
from tests.house import DemoHouse, demo_house

AUDIT = Sql(select(audit.c.did, audit.c.about, audit.c.detail).order_by(audit.c.id))
FILES = Sql(select(phone.c.data, phone.c.media).where(phone.c.media != "").order_by(phone.c.id))
COORDINATOR = Sql(select(person.c.id).where(person.c.key == "koordinator"))
JOBS = Sql(select(sheet_job.c.args).order_by(sheet_job.c.id))


async def test_the_recap_of_a_month_and_a_place_and_its_file(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        said = await house.say("kader", "rekap oktober")
        assert said.text.startswith("SKDN Posyandu Anyelir RW 14, Oktober 2026")
        assert "D 26" in said.text
        assert (await house.say("kader", "rekap 2026-10")).text == said.text
        all_of_them = await house.say("koordinator", "rekap okt")
        assert "1 dari 2 posyandu sudah ada hasil." in all_of_them.text
        assert "Belum ada hasil: Posyandu Melati RW 03" in all_of_them.text
        assert (await house.say("koordinator", "rekap anyelir oktober 2026")).text == said.text
        assert "belum jelas tempatnya" in (await house.say("kader", "rekap oktober melati")).text
        file = await house.tap("koordinator", "Minta berkas")
        assert file.media == "skdn-2026-10-32.01.01.1010.001.xlsx"
        data = house.read(lambda tx: tx.all(FILES))[-1].data
        (tmp_path / "skdn.xlsx").write_bytes(bytes(data))
        page = openpyxl.load_workbook(tmp_path / "skdn.xlsx")["SKDN"]
        assert [c.value for c in page[4]][1:5] == ["Posyandu Anyelir RW 14", 30, 30, 26]
        noted = [tuple(r) for r in house.read(lambda tx: tx.all(AUDIT))]
        assert ("export", "posyandu:32.01.01.1010.001", "skdn 2026-10 xlsx 1") in noted


async def test_a_sheet_by_questions_and_only_inside_ones_scope(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "unduh")
        await house.tap("kader", "Hasil ukur")
        file = await house.say("kader", "oktober 2026")
        assert file.media == "measurements-2026-10-32.01.01.1010.001.xlsx"
        await house.say("kader", "unduh")
        file = await house.tap("kader", "Data anak")
        assert file.media.startswith("children-"), "the list as it is now: no month is asked"
        asked = await house.say("orangtua-an-01", "unduh")
        assert not asked.buttons
        pick = "!file:children:2026-10:posyandu:1"
        await house.hear("kader-lain", pick=pick)
        assert len(house.read(lambda tx: tx.all(JOBS))) == 2


def an_office_only(house: DemoHouse, area: str) -> None:
    """The coordinator serves in a TP PKK from now on, and nowhere else."""

    def work(tx: Tx) -> None:
        who = tx.value(COORDINATOR)
        tx.run(Sql(membership.delete().where(membership.c.person_id == who)))
        tx.insert(membership, person_id=who, role="tp_pkk", area=area, from_at=0)

    house.store.write(work)


async def test_an_office_sees_numbers_and_no_names(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        an_office_only(house, "32.01.01")
        said = await house.say("koordinator", "rekap oktober")
        assert "2T <5" in said.text
        assert "D/S" not in said.text
        kinds = await house.say("koordinator", "unduh")
        assert kinds.titles == ["SKDN", "Telaah"], "F1 is for a kabupaten only: not offered to be refused"
        for title in ("SKDN", "Cibinong"):
            await house.tap("koordinator", title)
        await house.say("koordinator", "oktober")
        assert json.loads(house.read(lambda tx: tx.all(JOBS))[-1].args)["hide"] is True
        for word in ("kasus", "belum", "grafik", "ibu hamil"):
            assert "hanya dilihat kader, bidan, dan puskesmas" in (await house.say("koordinator", word)).text


async def test_telaah_by_chat_and_its_sheet(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        said = await house.say("kader", "telaah")
        assert said.text.startswith("Telaah kemandirian Posyandu Anyelir RW 14, 12 bulan sampai November 2026")
        assert "Penimbangan" in said.text
        assert "✅ Rerata D/S 94,8 %" in said.text
        assert (await house.tap("kader", "Minta berkas")).media == "telaah-2026-11-32.01.01.1010.001.xlsx"
        together = await house.say("koordinator", "telaah")
        assert "2 posyandu" in together.text
        assert (await house.say("koordinator", "telaah anyelir")).text == said.text
        assert "belum jelas tempatnya" in (await house.say("kader", "telaah melati")).text
        refused = await house.say("orangtua-an-01", "telaah")
        assert "Telaah" not in refused.text
        assert "%" not in (await house.say("orangtua-an-01", "telaah anyelir")).text

        an_office_only(house, "32.01.01.1010")
        counted = await house.say("koordinator", "telaah anyelir")
        assert "Rerata D/S 50% atau lebih" in counted.text, "a mean and eleven months would tell the twelfth"
        sheet = await house.tap("koordinator", "Minta berkas")
        (tmp_path / "telaah.xlsx").write_bytes(bytes(house.read(lambda tx: tx.all(FILES))[-1].data))
        assert sheet.media == "telaah-2026-11-32.01.01.1010.001.xlsx"
        page = openpyxl.load_workbook(tmp_path / "telaah.xlsx")["Telaah"]
        assert [row[5].value for row in page.iter_rows(min_row=2, max_row=2)] == ["50% atau lebih"]


async def test_talks_go_on_while_a_sheet_is_made(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "rekap oktober")
        await house.hear("kader", pick=house.button("kader", "Minta berkas"), settle=False)
        await house.hear("kader", "rekap september", settle=False)
        await house.settled()
        answers = [seen.text for seen in house.thread("kader") if seen.direction == "out"][-3:]
        assert answers[0].startswith("Baik, lembar SKDN")
        assert answers[1].startswith("SKDN Posyandu Anyelir RW 14, September 2026")
        assert answers[2].startswith("Ini berkasnya")
