"""A file sent in the chat: looked through, shown with its counts, stored when she says so, bad rows given back."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import func, select

from bot.sheet_tell import Far
from storage import sheet_jobs
from storage.sql import Sql
from storage.tables import child, outgoing, sheet_template
from tests.house import demo_house
from tests.imports.test_faults import HEADER, row

COUNT = Sql(select(func.count()).select_from(child))
OUT = Sql(select(outgoing.c.id, outgoing.c.body).order_by(outgoing.c.id))
TEMPLATES = Sql(select(sheet_template.c.kind))


def csv_of(*rows: list[str]) -> bytes:
    return "\r\n".join(";".join(cells) for cells in [list(HEADER), *rows]).encode("cp1252")


async def test_a_register_in_the_chat(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        before = house.read(lambda tx: tx.value(COUNT))
        rows = [
            row(),
            row(NAMA_ANAK="Rudi Hartono", JK="L", BB="", TB=""),
            row(NAMA_ANAK="Nina", TGL_LAHIR="tidak tahu"),
        ]
        shown = await house.send_file("kader", "document", "register.csv", csv_of(*rows))
        assert "anak baru: 2" in shown.text
        assert "hasil ukur baru: 1" in shown.text
        assert "perlu diperiksa orang: 1" in shown.text
        assert shown.media == "periksa-register.xlsx"
        assert house.read(lambda tx: tx.value(COUNT)) == before, "nothing is stored before she says so"
        stored = await house.tap("kader", "Simpan")
        assert "Selesai, register.csv" in stored.text
        assert house.read(lambda tx: tx.value(COUNT)) == before + 2
        again = await house.send_file("kader", "document", "register.csv", csv_of(*rows))
        assert "Tidak ada yang perlu disimpan" in again.text
        assert house.read(lambda tx: tx.value(COUNT)) == before + 2


async def test_columns_nobody_knows_are_asked_one_by_one(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        before = house.read(lambda tx: tx.value(COUNT))
        sheet = b"RT,RW,Si kecil,Cewek/cowok,Keluar perut,HP\n01,14,Sari Dewi,P,12/03/2024,\n"
        asked = await house.send_file("kader", "document", "catatan.csv", sheet)
        assert "nama anak, jenis kelamin, tanggal lahir" in asked.text.replace(" · ", ", ")
        await house.tap("kader", "Pilih kolom")
        for title in ("3. Si kecil", "4. Cewek/cowok"):
            await house.tap("kader", title)
        shown = await house.tap("kader", "5. Keluar perut")
        assert "anak baru: 1" in shown.text
        await house.tap("kader", "Jangan")
        assert house.read(lambda tx: tx.value(COUNT)) == before


async def test_a_broken_file_and_a_parents_file(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        broken = await house.send_file("kader", "document", "rusak.xlsx", b"PK\x03\x04 nothing")
        assert "rusak atau bukan lembar" in broken.text
        parents = await house.send_file("orangtua-an-01", "document", "register.csv", csv_of(row()))
        assert "anak baru" not in parents.text


async def test_a_blank_template_is_kept_for_the_puskesmas(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        blank = b"No,NIK,nama_anak,TANGGALUKUR,BERAT,TINGGI,kolom baru\n"
        said = await house.send_file("koordinator", "document", "templat.csv", blank)
        assert "format e-PPGBM (pengukuran)" in said.text
        assert [r.kind for r in house.read(lambda tx: tx.all(TEMPLATES))] == ["pengukuran"]


async def test_a_long_file_says_how_far_it_is_in_one_message_that_changes(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.send_file("kader", "document", "register.csv", csv_of(row()))
        job = house.read(lambda tx: sheet_jobs.load(tx, 1))
        far = Far(house.store, job, house.house.clock.now(), "register.csv", every_s=0)
        before = len(house.thread("kader"))
        for done in (100, 200, 300):
            far(done, 300)
            await house.settled()
        bodies = house.read(lambda tx: [(r.id, json.loads(r.body)) for r in tx.all(OUT)])
        told = [(number, b) for number, b in bodies if b.get("says") and b["says"][0][0] == "imports.far"]
        assert [b["says"][0][1]["done"] for _, b in told] == [100, 200], "nothing at the end: the counts follow"
        assert told[1][1]["edits"] == told[0][0], "on a channel that can, the first is changed"
        assert ["200" in seen.text for seen in house.thread("kader")[before:]] == [True], "and there it stands, once"
