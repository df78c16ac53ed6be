"""Events: who may hold, see and serve one; whom its words reach; what is counted at the door."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from bot import event_papers
from bot.channels.port import HeardFile
from bot.locales import catalogue
from bot.pictures import events as pictures
from bot.qr_codes import read_codes
from posyandu.calendar import instant
from posyandu.commands.events import (
    AddEntry,
    AddNote,
    AddWalkIns,
    AskCertificate,
    CancelEvent,
    CheckIn,
    EventSheet,
    InviteShare,
    ShowEntries,
    ShowFeedback,
    ShowHeadcount,
    ShowWord,
    ThankGuests,
    UndoCheckIn,
)
from posyandu.event_code import qr_text
from posyandu.hall_word import word_at
from storage import events
from storage.sql import Sql
from storage.store import Tx
from storage.tables import (
    posyandu,
)  # fmt: skip
from tests.handlers.event_house import (
    FILE,
    GUESTS,
    KEC,
    LAST_SIARAN,
    OTHER,
    REFUSED,
    SAID,
    TAPS,
    do,
    event_house,
    guest,
    held,
    joined,
)
from tests.house import POSYANDU_DAY, DemoHouse


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with event_house(tmp_path) as made:
        yield made


async def test_seats_by_role_invite_these_roles_only(house: DemoHouse) -> None:
    shares = (("TPK", 2, ("tpk",), None), ("KPM", 8, ("kpm",), None))
    await held(house, kind="pembinaan", who="petugas", shares=shares)
    keys = {r.key: r.state for r in house.read(lambda tx: tx.all(GUESTS))}
    assert set(keys) == {"tpk-0", "tpk-1", "tpk-2", "kpm"}
    for key in ("tpk-0", "tpk-1", "tpk-2"):
        await house.tap(key, "Hadir")
    assert "daftar tunggu nomor *1*" in house.last("tpk-2").text, "the seats of one role are no other's"
    assert "hadir" in (await house.tap("kpm", "Hadir")).text
    await house.tap("tpk-0", "Tidak hadir")
    assert "Ada kursi" in house.last("tpk-2").text
    assert guest(house, "tpk-2").state == "hadir"
    await house.tap("tpk-0", "Hadir")
    assert "daftar tunggu" in house.last("tpk-0").text, "she who left waits like others"


async def test_each_area_invites_its_own_share_and_no_other(house: DemoHouse) -> None:
    shares = (("Cibinong", 4, (), KEC), ("Jonggol", 1, (), OTHER))
    number = await held(house, shares=shares, below=True)
    assert "Kuota Cibinong: 4 kursi" in house.last("pkk").text
    assert "Kuota Jonggol: 1 kursi" in house.last("jonggol").text
    assert house.read(lambda tx: tx.all(GUESTS)) == [], "nobody is invited yet"
    other = house.read(lambda tx: events.shares(tx, number))[1].id
    outcome = do(house, "pkk", InviteShare(number, other))
    assert outcome.failed
    assert outcome.says == (("refused", {}),)
    await house.tap("jonggol", "Undang wilayah saya")
    await house.tap("jonggol", "Kirim sekarang")
    assert {r.key for r in house.read(lambda tx: tx.all(GUESTS))} == {"jauh"}
    assert guest(house, "jauh").share_id == other


async def test_a_cancellation_reaches_exactly_those_who_were_told(house: DemoHouse) -> None:
    number = await held(house)
    await house.tap("dahlia-1", "Tidak hadir")
    house.store.write(lambda tx: joined(tx, "baru", "Kader Baru", "kader", 0, area=KEC))
    told = {k for k, state, _ in house.told() if state == "sent"}
    await house.hear("kab", pick=f"!acara:{number}:batalkan")
    await house.say("kab", "Gedung kebanjiran", "ya")
    last = house.read(lambda tx: tx.value(LAST_SIARAN))
    heard = {r.key: r.state for r in house.read(lambda tx: tx.all(SAID, its=f"broadcast:{last}"))}
    assert set(heard) == {"kader", "kader-lain", "jauh", *(f"dahlia-{n}" for n in range(4))}
    assert set(heard) <= told
    assert "kebanjiran" in house.last("dahlia-1").text, "who had said no was told of it, too"
    assert "selesai, dibatalkan" in (await house.tap("dahlia-2", "Hadir")).text


async def test_mothers_are_invited_to_a_class_by_their_kader_and_nobody_elses(house: DemoHouse) -> None:
    asked = await house.say("kader", "buat acara", "Kelas ibu", "Menyusui", "hari ini 10.00-11.30", "Balai RW 14")
    assert "Titik di peta" in asked.text
    await house.say("kader", "lewati", "bebas", "tidak", "Simpan", "Undang sekarang")
    assert "terjangkau 30 dari 30" in house.last("kader").text
    await house.tap("kader", "Kirim sekarang")
    assert "Kelas ibu" in house.last("orangtua-an-01").text
    await house.tap("orangtua-an-01", "Hadir")
    assert guest(house, "orangtua-an-01").state == "hadir"
    assert {r.role for r in house.read(lambda tx: tx.all(GUESTS))} == {"wali"}


async def test_a_ketua_calls_her_kader_to_a_meeting_and_no_other_posyandu(house: DemoHouse) -> None:
    def chair(tx: Tx) -> None:
        place = tx.value(Sql(select(posyandu.c.id).where(posyandu.c.name == "Posyandu Dahlia")))
        joined(tx, "ketua", "Ketua Dahlia", "ketua", house.house.clock.now(), posyandu_id=place)

    house.store.write(chair)
    await house.say("ketua", "buat acara", "Pertemuan posyandu", "Rapat bulanan", "Semua kader")
    await house.say("ketua", "hari ini 13.00-14.00", "Balai RW 14", "lewati", "bebas", "tidak", "Simpan")
    await house.say("ketua", "Undang sekarang", "Kirim sekarang")
    assert "Rapat bulanan" in house.last("dahlia-0").text
    invited = {r.key for r in house.read(lambda tx: tx.all(GUESTS))}
    assert {f"dahlia-{n}" for n in range(4)} <= invited
    assert not invited & {"kader", "jauh", "orangtua-an-01"}


async def test_nobody_outside_sees_serves_or_steers_an_event(house: DemoHouse) -> None:
    number = await held(house, by="pkk", code=KEC)
    code, her = guest(house, "dahlia-0").code, guest(house, "dahlia-1").id
    for command in (CheckIn(number, code), AddWalkIns(number, "Orang Asing"), ShowHeadcount(number), ShowWord(number),
                    UndoCheckIn(number, 1), EventSheet(number, "hadir"), CancelEvent(number, "iseng"),
                    ShowFeedback(number), AddNote(number, "x"), ShowEntries(number),
                    AddEntry(number, "x"), ThankGuests(number), AskCertificate(number, "x", her)):  # fmt: skip
        for key in ("jonggol", "jauh", "dahlia-0", "orangtua-an-01"):
            outcome = do(house, key, command)
            assert outcome.failed, (key, command)
            assert [s[0] for s in outcome.says] == ["refused"], (key, command)
            assert any(r.did.startswith("refused:") for r in house.read(lambda tx: tx.all(REFUSED)))
    assert not guest(house, "dahlia-0").came
    assert house.read(lambda tx: events.load(tx, number)).state == "open"
    await house.hear("jonggol", pick=f"!acara:{number}:buka")
    assert "di luar wilayah" in house.last("jonggol").text


async def test_a_kader_steers_her_own_event_and_not_the_puskesmas(house: DemoHouse) -> None:
    place = house.read(lambda tx: tx.value(Sql(select(posyandu.c.id).where(posyandu.c.name.like("%Anyelir%")))))
    more = {"area": None, "posyandu_id": place, "kind": "rembuk"}
    number = await held(house, by="koordinator", **more)
    assert do(house, "kader", CancelEvent(number, "tidak bisa")).failed
    assert house.read(lambda tx: events.load(tx, number)).state == "open"
    assert not do(house, "koordinator", CancelEvent(number, "diundur")).failed


async def test_a_photo_of_many_codes_and_a_list_of_names_count_each_once(house: DemoHouse) -> None:
    number = await held(house)
    codes = [guest(house, f"dahlia-{n}").code for n in range(3)]
    tickets = [pictures.ticket("Acara", [], "x", c, qr_text(number, c)).png for c in codes]
    photo = Image.new("RGB", (2000, 900), "grey")
    for n, png in enumerate(tickets):
        photo.paste(Image.open(io.BytesIO(png)).resize((620, 775)), (20 + n * 660, 60))
    data = io.BytesIO()
    photo.rotate(7, expand=True).save(data, "JPEG", quality=70)
    assert set(read_codes(data.getvalue())) == {qr_text(number, c) for c in codes}
    await house.hear("kab", pick=f"!acara:{number}:absen")
    await house.hear("kab", file=HeardFile("image", "r", "f.jpg", "image/jpeg", 9, data.getvalue()))
    assert "3 tercatat datang" in house.last("kab").text
    seen = await house.say("kab", "1. Dewi Lestari\n2. 10.20 Euis Komala\n3. Siti Aminah\n4. Tamu Baru, Bandung")
    assert "1 tercatat datang: Euis Komala" in seen.text
    assert "Dewi Lestari" in seen.text.split("dihitung satu kali")[1]
    assert "Siti Aminah: " in seen.text, "two of one name: asked"
    await house.tap("kab", "Pilih yang mana")
    await house.tap("kab", "Posyandu Jauh")
    assert guest(house, "jauh").came
    await house.hear("kab", pick=next(p for m in house.thread("kab") for p, t in m.buttons if t == "Daftarkan tamu"))
    assert "Tamu Baru" in house.last("kab").text
    await house.hear("kab", pick=f"!acara:{number}:jumlah")
    counted = house.last("kab")
    assert "*6* orang datang" in counted.text
    assert "Cibinong: 4 dari 7" in counted.text
    assert guest(house, "dahlia-3").hour == 10
    assert await house.send_file("kab", "image", "rusak.jpg", b"tidak ada gambar")
    assert "Tidak ada kode QR" in house.last("kab").text


async def test_a_list_is_taken_back_and_who_stands_on_another_stays(house: DemoHouse) -> None:
    number = await held(house)
    codes = [guest(house, f"dahlia-{n}").code for n in range(3)]
    await house.hear("kab", pick=f"!acara:{number}:petugas")
    await house.say("kab", "ratna", "Bidan Ratna")
    await house.tap("bidan", "Absen")
    await house.say("bidan", f"{codes[0]} {codes[1]}")
    await house.hear("kab", pick=f"!acara:{number}:absen")
    await house.say("kab", f"{codes[1]} {codes[2]}")
    await house.tap("kab", "Tarik daftar ini")
    came = [guest(house, f"dahlia-{n}").came for n in range(3)]
    assert came == [1, 1, 0]
    assert house.read(lambda tx: tx.value(TAPS)) == 4, "what stood on a list stays on file"
    await house.hear("kab", pick=f"!acara:{number}:jumlah")
    assert "*2* orang datang" in house.last("kab").text


async def test_wrong_words_end_at_the_usher_and_a_location_is_not_kept(house: DemoHouse) -> None:
    number = await held(house, ask_site=True)
    await house.clock("2026-11-12 09:50")
    row = house.read(lambda tx: events.load(tx, number))
    await house.hear("dahlia-0", pick=f"!acara:{number}:masuk")
    await house.say("dahlia-0", word_at(row.secret, house.house.clock.now())[0])
    await house.hear("dahlia-0", file=HeardFile("location", "-6.481,106.854"))
    assert "tidak saya simpan" in house.last("dahlia-0").text
    assert "106" not in house.read(lambda tx: tx.value(FILE))
    await house.say("dahlia-0", "ya")
    assert (guest(house, "dahlia-0").came, guest(house, "dahlia-0").on_site) == (1, 1)
    await house.hear("dahlia-0", file=HeardFile("location", "-6.481,106.854"))
    assert "106" not in house.read(lambda tx: tx.value(FILE)), "nor one that nobody asked for"
    for _ in range(7):
        await house.hear("dahlia-1", pick=f"!acara:{number}:masuk")
        assert "lokasi" not in (await house.say("dahlia-1", "melati 10")).text, "a wrong word asks nothing more"
    assert guest(house, "dahlia-1").code in house.last("dahlia-1").text, "she is sent to the usher with her code"
    assert not guest(house, "dahlia-1").came


@pytest.mark.parametrize(
    ("said", "state"),
    [("insya Allah saya hadir bu", "hadir"), ("mohon maaf tidak bisa hadir", "tidak"), ("saya bisa hadir", "hadir")],
)
async def test_an_answer_in_her_own_words(house: DemoHouse, said: str, state: str) -> None:
    await held(house)
    await house.say("dahlia-1", said)
    assert guest(house, "dahlia-1").state == state


async def test_of_two_invitations_she_is_asked_which_and_the_word_is_for_the_hall_she_is_in(house: DemoHouse) -> None:
    now = await held(house)
    later = await held(house, theme="Raker", kind="rapat", on=POSYANDU_DAY.replace(day=20))
    asked = await house.say("dahlia-0", "hadir")
    assert "acara yang mana" in asked.text
    await house.tap("dahlia-0", next(t for t in asked.titles if t.startswith("Kader tangguh")))
    states = {r.event_id: r.state for r in house.read(lambda tx: tx.all(GUESTS)) if r.key == "dahlia-0"}
    assert states == {now: "hadir", later: "diundang"}
    assert "Kader tangguh" in (await house.say("dahlia-0", "kode saya")).text
    await house.clock("2026-11-12 09:50")
    row = house.read(lambda tx: events.load(tx, now))
    await house.say("dahlia-0", word_at(row.secret, house.house.clock.now())[0])
    assert "tercatat datang di Kader tangguh" in house.last("dahlia-0").text
    assert "tidak menemukan undangan" in (await house.say("koordinator", "hadir")).text


async def test_a_question_that_only_opened_something_does_not_come_back(house: DemoHouse) -> None:
    number = await held(house)
    await house.say("kab", "acara")
    await house.hear("kab", pick=f"!acara:{number}:ubah")
    seen = await house.say("kab", "Tempat", "Aula Kecamatan", "lewati")
    assert "Diubah" in "".join(m.text for m in house.thread("kab")[-3:])
    assert "Acara yang mana" not in seen.text
    assert house.open_question("kab") is None
    await house.hear("kab", pick=f"!acara:{number}:petugas")
    seen = await house.say("kab", "zzz")
    assert "Tidak ada “zzz”" in seen.text
    assert "Bidan Ratna" in (await house.say("kab", "ratna")).titles, "another name is looked for at once"
    await house.hear("kab", pick=f"!acara:{number}:jumlah")
    assert house.open_question("kab") is None
    assert "belum datang" in house.last("kab").text


async def test_a_bimtek_of_three_days_is_one_event(house: DemoHouse) -> None:
    days = "18-20 November 08.00-16.00"
    seen = await house.say("koordinator", "buat acara", "Bimtek", "PMBA", "Puskesmas Ciriung", "Semua kader", days)
    assert "tempat" in seen.text
    seen = await house.say("koordinator", "Aula", "lewati", "bebas", "tidak")
    assert "Rabu-Jumat, 18-20 November 2026, 08.00-16.00" in seen.text
    await house.say("koordinator", "Simpan", "Undang sekarang", "Kirim sekarang")
    assert "Rabu-Jumat, 18-20 November 2026, pukul 08.00-16.00 WIB" in house.last("kader").text
    await house.clock("2026-11-17 09:30")
    assert "besok, Rabu-Jumat, 18-20 November" in house.last("kader").text
    await house.clock("2026-11-19 08:20")
    number = guest(house, "kader").event_id
    do(house, "koordinator", CheckIn(number, f"08.10 {guest(house, 'kader').code}"))
    do(house, "koordinator", CheckIn(number, guest(house, "kader").code))
    came = guest(house, "kader")
    assert (came.came, came.hour) == (1, 8)
    assert came.came_at == instant(date(2026, 11, 19), 8 * 60 + 10, "Asia/Jakarta"), "on the day on which she came"
    paper = house.read(lambda tx: event_papers.certified(tx, came.id, catalogue("id")))
    assert "18-20 November 2026" in paper[1][3][1]
