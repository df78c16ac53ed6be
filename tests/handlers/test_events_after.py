"""What is proved after an event: sheets, certificates, receipts, scores; kader's skills; the eve's reminder."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from bot import event_minutes
from bot.channels.port import HeardFile
from bot.event_pdf import Paper
from bot.locales import catalogue
from posyandu.commands.aid import InviteFamilies, MakeDistribution, TakeReceipts
from posyandu.commands.events import (
    AddWalkIns,
    AskCertificate,
    CheckIn,
)
from posyandu.hall_word import EVERY_MS, word_at
from storage import aid, events
from storage.sql import Sql
from storage.tables import (
    event_feedback,
    event_receipt,
    kader_skill,
    receipt,
)  # fmt: skip
from tests.handlers.event_house import FILES, GUESTS, JOB, KEC, LAST_SIARAN, OTHER, do, event_house, guest, held, sheet
from tests.house import POSYANDU_DAY, DemoHouse

PHOTO = b"\xff\xd8\xff not looked into"
VOICES = (("dahlia-0", "5", "Ramai sekali"), ("dahlia-1", "4", "lewati"), ("dahlia-3", "2", "Makan siang terlambat"))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with event_house(tmp_path) as made:
        yield made


async def test_sheets_certificates_and_receipts_match_who_came(house: DemoHouse) -> None:
    number = await held(house)
    await house.hear("dahlia-2", pick=f"!acara:{number}:diwakili")
    await house.say("dahlia-2", "Nenden Sari")
    for name in ("Dewi Lestari", "Nenden Sari"):
        do(house, "kab", CheckIn(number, name))
    do(house, "kab", AddWalkIns(number, "=cmd|x, Bandung"))
    rows = sheet(house, event=number, which="hadir")
    there = {r[2]: r for r in rows if isinstance(r[0], int)}
    assert set(there) == {"Dewi Lestari", "Rina Marlina", "=cmd|x"}
    assert there["Rina Marlina"][9] == "oleh Nenden Sari"
    absences = sheet(house, event=number, which="tidak_hadir")
    absent = {r[1] for r in absences if isinstance(r[0], int)}
    assert absent & set(there) == set()
    invited = [r for r in house.read(lambda tx: tx.all(GUESTS)) if r.state != "tamu"]
    assert len([r for r in absences if isinstance(r[0], int)]) == len(invited) - 2
    assert do(house, "dahlia-0", AskCertificate(number, "Siti")).failed, "she was not there"
    await house.hear("dahlia-2", pick=f"!acara:{number}:sertifikat")
    assert "Nenden Sari" in house.last("dahlia-2").text
    await house.say("dahlia-2", "Hj. Nenden Sari, S.Pd.")
    files = house.read(lambda tx: tx.all(FILES, who="dahlia-2"))
    assert bytes(files[0].data).startswith(b"%PDF")
    assert bytes(files[1].data).startswith(b"\x89PNG")
    await house.hear("kab", pick=f"!acara:{number}:sertifikatkan")
    assert "belum tercatat datang" in (await house.say("kab", "Euis Komala")).text
    await house.say("kab", "=cmd|x", "Dra. Tamu Agung")
    assert "sertifikat *Dra. Tamu Agung*" in house.last("kab").text, "who has no phone gets hers from the usher"
    await house.hear("dahlia-2", pick=f"!acara:{number}:kesan")
    await house.say("dahlia-2", "Baik", "lewati")
    assert len(house.read(lambda tx: tx.all(Sql(select(event_feedback))))) == 1
    await house.hear("kab", pick=f"!acara:{number}:setelah")
    await house.say("kab", "barang", "uang transport", "Rp50.000", "Serahkan sekarang")
    seen = await house.say("kab", "Dewi Lestari\nSiti Aminah, Jauh")
    assert "1 orang menerima uang transport, seluruhnya Rp50.000" in seen.text
    assert "1 orang belum tercatat datang" in seen.text
    await house.tap("dahlia-1", "Sudah saya terima")
    receipts = house.read(lambda tx: tx.all(Sql(select(event_receipt))))
    assert [bool(r.confirmed_at) for r in receipts] == [True]


async def test_a_contest_is_scored_by_a_sheet_that_comes_back(house: DemoHouse) -> None:
    number = await held(house, kind="lomba")
    for name in ("Posyandu Anyelir", "Posyandu Dahlia"):
        await house.hear("kab", pick=f"!acara:{number}:lomba")
        await house.say("kab", name)
        if name.endswith("Anyelir"):
            for photo in ("taman.jpg", "dapur.jpg"):
                await house.send_file("kab", "image", photo, PHOTO)
            assert "seluruhnya 2" in house.last("kab").text
        await house.say("kab", "lewati")
    await house.hear("kab", pick=f"!acara:{number}:peserta")
    shown = [m for m in house.thread("kab") if m.text.startswith("Bukti Posyandu Anyelir (")]
    assert [m.text[-5:] for m in shown] == ["(1/2)", "(2/2)"]
    assert [m.media for m in shown] == ["taman.jpg", "dapur.jpg"]
    await house.hear("kab", pick=f"!acara:{number}:nilai")
    await house.say("kab", "Minta lembar nilai")
    row = house.read(lambda tx: tx.one(JOB))
    book = openpyxl.load_workbook(io.BytesIO(row.data))
    page = book.active
    assert page["A1"].value == "Peserta"
    page["B2"], page["C2"], page["B3"], page["C3"] = 3.5, 4, "2,25", 3
    page["A4"], page["B4"] = "Posyandu Asing", 4
    page["D1"], page["D2"] = "Kebersihan", "bagus sekali"
    data = io.BytesIO()
    book.save(data)
    await house.hear("dahlia-0", file=HeardFile("document", "r", row.filename, "", 9, data.getvalue()))
    assert "di luar wilayah" in house.last("dahlia-0").text
    await house.hear("kab", file=HeardFile("document", "r", row.filename, "", 9, data.getvalue()))
    text = house.last("kab").text
    assert "1. Posyandu Anyelir: 7,5" in text
    assert "2. Posyandu Dahlia: 5,25" in text
    assert "Posyandu Asing" in text
    assert "baris 2, Kebersihan: “bagus sekali”" in text, "a cell that is no score is named"


async def test_levels_are_noted_as_given_and_only_by_the_kaders_own_puskesmas(house: DemoHouse) -> None:
    kader = "Iis Sumiati, Anyelir RW 14"
    await house.say("koordinator", "keterampilan kader", "Tingkat", "Iis Sum", kader, "Purwa", "1 2")
    assert "kader *purwa*, 2 kelompok" in house.last("koordinator").text
    seen = await house.say("koordinator", "keterampilan kader", "Tingkat", "Siti Aminah")
    assert "Tidak ada kader bernama “Siti Aminah”" in seen.text, "another puskesmas's kader is not hers"
    await house.say("koordinator", "batal", "keterampilan kader", "Pelatihan", "Iis Sum", kader)
    await house.say("koordinator", "PMBA", "3 November")
    await house.say("koordinator", "keterampilan kader", "lembar", "Puskesmas Ciriung")
    rows = {r[2]: r for r in sheet(house)}
    assert rows["Iis Sumiati"][4] == "purwa"
    assert "PMBA (03-11-2026)" in rows["Iis Sumiati"][6]
    assert "Siti Aminah" not in rows
    assert len(house.read(lambda tx: tx.all(Sql(select(kader_skill))))) == 1


async def test_the_eve_reminds_who_comes_and_who_is_silent(house: DemoHouse) -> None:
    await held(house, on=POSYANDU_DAY.replace(day=20))
    await house.tap("dahlia-0", "Hadir")
    await house.tap("dahlia-1", "Tidak hadir")
    await house.hear("kab", pick="!acara:1:jumlah")
    assert "akan hadir *1* · tidak 1 · belum jawab 6" in house.last("kab").text
    assert "Cibinong: 1 (belum jawab 5)" in house.last("kab").text
    await house.clock("2026-11-19 09:30")
    reminded = {k for k in ("dahlia-0", "dahlia-1", "dahlia-2") if any("besok" in m.text for m in house.thread(k))}
    assert reminded == {"dahlia-0", "dahlia-2"}
    again = house.read(lambda tx: tx.value(LAST_SIARAN))
    await house.clock("2026-11-19 12:00")
    assert house.read(lambda tx: tx.value(LAST_SIARAN)) == again, "once"


async def test_door_goods_and_cancellation_on_both_databases(store_url: str, tmp_path: Path) -> None:
    async with event_house(tmp_path, url=store_url) as house:
        number = await held(house)
        await house.tap("dahlia-1", "Hadir")
        await house.hear("kab", pick=f"!acara:{number}:absen")
        await house.say("kab", "Dewi Lestari\n10.20 Euis Komala\nTamu Asing, Bandung")
        await house.tap("kab", "Daftarkan tamu")
        await house.say("kab", "Rina Marlina")
        await house.tap("kab", "Tarik daftar ini")
        await house.hear("kab", pick=f"!acara:{number}:jumlah")
        assert "*3* orang datang" in house.last("kab").text
        await house.hear("kab", pick=f"!acara:{number}:setelah")
        seen = await house.say("kab", "barang", "uang transport", "50rb", "Serahkan sekarang", "semua yang hadir")
        assert "3 orang menerima uang transport, seluruhnya Rp150.000" in seen.text
        await house.hear("kab", pick=f"!acara:{number}:batalkan")
        await house.say("kab", "Gedung kebanjiran", "ya")
        assert "kebanjiran" in house.last("dahlia-1").text
        assert not house.set_aside()


async def test_the_organiser_reads_voices_without_names_and_not_before_there_are_three(house: DemoHouse) -> None:
    number = await held(house)
    do(house, "kab", CheckIn(number, "\n".join(guest(house, key).code for key, _, _ in VOICES)))
    await house.hear("kab", pick=f"!acara:{number}:bacakesan")
    assert "Belum ada kesan" in house.last("kab").text
    for key, stars, text in VOICES:
        if key == "dahlia-3":
            await house.hear("kab", pick=f"!acara:{number}:bacakesan")
            assert "2 orang, rata-rata *4,5*" in house.last("kab").text
            assert "Ramai" not in house.last("kab").text, "of two it is plain whose words they are"
        await house.hear(key, pick=f"!acara:{number}:kesan")
        await house.say(key, stars, text)
    await house.hear("kab", pick=f"!acara:{number}:bacakesan")
    seen = house.last("kab").text
    assert "3 orang, rata-rata *3,7* dari 5" in seen
    assert "• Makan siang terlambat" in seen
    assert "• Ramai sekali" in seen
    assert "Siti" not in seen
    rows = sheet(house, event=number, which="kesan")
    assert ("2 ⭐", 1) in {r[:2] for r in rows}
    assert [r[2] for r in rows if r[2]][1:] == ["Makan siang terlambat", "Ramai sekali"]


async def test_the_minutes_say_who_came_what_was_said_and_what_was_promised(
    house: DemoHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await held(house, kind="rembuk", theme="Rembuk kabupaten")
    await house.hear("dahlia-2", pick=f"!acara:{number}:diwakili")
    await house.say("dahlia-2", "Nenden Sari")
    do(house, "kab", CheckIn(number, "Dewi Lestari\nNenden Sari"))
    await house.hear("kab", pick=f"!acara:{number}:jumlah")
    assert "Datang mewakili (1): Nenden Sari untuk Rina Marlina" in house.last("kab").text
    await house.hear("kab", pick=f"!acara:{number}:setelah")
    await house.say("kab", "Catat pembahasan", "Timbangan di tiga posyandu rusak")
    await house.tap("kab", "Tambah komitmen")
    await house.say("kab", "Desa Ciriung", "Membeli tiga timbangan", "akhir Desember")
    await house.tap("kab", "Notulen PDF")
    row = house.read(lambda tx: tx.one(JOB))
    assert row.filename.startswith("notulen-")
    assert bytes(row.data).startswith(b"%PDF")
    written = list[str]()
    for name in ("cell", "multi_cell"):
        plain = getattr(Paper, name)
        monkeypatch.setattr(
            Paper, name, lambda self, *a, plain=plain, **k: written.append(f"{a} {k}") or plain(self, *a, **k)
        )
    house.read(lambda tx: event_minutes.made(tx, events.load(tx, number), catalogue("id")))
    text = "\n".join(written)
    for part in ("Rembuk kabupaten", "Kabupaten/kota", "2 orang (2 kader); 1 di antaranya mewakili",
                 "tiga posyandu rusak", "Desa Ciriung", "Membeli tiga timbangan", "akhir Desember",
                 "Pimpinan rapat"):  # fmt: skip
        assert part in text, part


async def test_one_list_holds_the_words_of_the_whole_event(house: DemoHouse) -> None:
    number = await held(house)
    await house.hear("kab", pick=f"!acara:{number}:kata")
    said = house.last("kab").text
    row = house.read(lambda tx: events.load(tx, number))
    for at in range(row.starts_at, row.ends_at, EVERY_MS):
        assert word_at(row.secret, at)[0] in said, "no quarter of an hour is missing"
    assert len(said) < 1024, "a picture's caption holds it"


async def test_who_came_is_told_what_is_there_for_her(house: DemoHouse) -> None:
    number = await held(house)
    await house.hear("kab", pick=f"!acara:{number}:kabari")
    assert "Belum ada yang tercatat" in house.last("kab").text
    do(house, "kab", CheckIn(number, "Dewi Lestari\nRina Marlina"))
    await house.hear("kab", pick=f"!acara:{number}:setelah")
    seen = await house.say("kab", "Kabari yang hadir")
    assert "terjangkau 2 dari 2" in seen.text, "the plan first: it costs, and can wait"
    await house.tap("kab", "Kirim sekarang")
    assert "ketik *materi*" in house.last("dahlia-1").text
    assert "Terima kasih sudah hadir" not in house.last("dahlia-0").text, "she was not there"
    assert "Nama di sertifikat" in (await house.tap("dahlia-1", "Minta sertifikat")).text
    assert "Belum ada materi" in (await house.say("dahlia-1", "batal", "materi")).text
    assert "Sangat baik" in (await house.say("dahlia-1", "kesan")).titles


async def test_packages_of_an_aksi_sosial_are_packages_of_the_paket_talk(house: DemoHouse) -> None:
    number = await held(house, by="pkk", code=KEC, kind="aksi_sosial", theme="Membina dan Berbagi")
    await house.hear("pkk", pick=f"!acara:{number}:setelah")
    await house.say("pkk", "paket", "PAM Jaya", "telur", "Anyelir", "12")
    assert "12 paket telur di 1 titik" in (await house.say("pkk", "Simpan")).text
    point = house.read(lambda tx: tx.one(aid.POINTS_OF_EVENT, event_id=number))
    do(house, "kader", InviteFamilies(point.posyandu_id, point.id, (), ("Keluarga Mulyana",)))
    code = house.read(lambda tx: tx.value(Sql(select(receipt.c.code))))
    do(house, "kader", TakeReceipts(point.posyandu_id, (code,)))
    await house.hear("pkk", pick=f"!acara:{number}:buka")
    assert "Paket untuk keluarga: telur 12, sebagian sudah diterima" in house.last("pkk").text, "one family"
    plain = await held(house, by="pkk", code=KEC, theme="Rapat biasa")
    await house.hear("pkk", pick=f"!acara:{plain}:setelah")
    seen = await house.say("pkk", "paket")
    assert "Di acara ini tidak ada paket" in seen.text
    assert "mau apa?" in seen.text, "the other packages, said to be others"
    other = MakeDistribution(OTHER, "x", "y", POSYANDU_DAY, (), number)
    assert do(house, "jonggol", other).failed, "another kecamatan's event is not hers"
