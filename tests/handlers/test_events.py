"""Events: who may hold, see and serve one; whom its words reach; what is counted and what is proved."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from sqlalchemy import bindparam, func, select

from bot import handlers
from bot.acts_events import read_codes
from bot.channels.port import HeardFile
from bot.handlers.desk import Desk, Outcome
from bot.pictures import events as pictures
from posyandu.commands.events import (
    AddWalkIns,
    AskCertificate,
    CancelEvent,
    CheckIn,
    CreateEvent,
    EventSheet,
    InviteShare,
    ShowHeadcount,
    ShowWord,
    UndoCheckIn,
)
from posyandu.event_code import qr_text
from storage import events, people
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import (
    address,
    area,
    audit,
    broadcast,
    event,
    event_feedback,
    event_receipt,
    event_tap,
    incoming,
    invitation,
    kader_skill,
    membership,
    outgoing,
    person,
    phone,
    posyandu,
    sheet_job,
)  # fmt: skip
from tests.house import POSYANDU_DAY, ZONE, DemoHouse, demo_house

KEC, OTHER = "32.01.01", "32.01.06"
PERSON = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
GUESTS = Sql(select(invitation, person.c.key).outerjoin(person, person.c.id == invitation.c.person_id))
FILES = Sql(select(phone.c.data, phone.c.media).where(phone.c.owner == bindparam("who"), phone.c.data.is_not(None))
            .order_by(phone.c.id.desc()))  # fmt: skip
SAID = Sql(select(person.c.key, outgoing.c.state).join(person, person.c.id == outgoing.c.person_id)
           .where(outgoing.c.group_key == bindparam("its")))  # fmt: skip
LAST_SIARAN = Sql(select(func.max(broadcast.c.id)))
REFUSED = Sql(select(audit.c.did).order_by(audit.c.id.desc()).limit(2))
JOB = Sql(select(sheet_job.c.data, sheet_job.c.filename).order_by(sheet_job.c.id.desc()).limit(1))
TAPS = Sql(select(func.count()).select_from(event_tap))
FILE = Sql(select(incoming.c.file).order_by(incoming.c.id.desc()).limit(1))


def joined(tx: Tx, key: str, name: str, role: str, now: int, **place: int | str) -> int:
    made = tx.insert(person, key=key, name=name, at=now, prefers="emulator")
    tx.insert(address, channel="emulator", external_id=key, person_id=made, at=now, heard_at=now)
    tx.insert(membership, person_id=made, role=role, from_at=now, **place)
    return made


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    """The demo, with a TP PKK of the kabupaten and of two kecamatan, TPK and KPM, five kader of Posyandu Dahlia (one
    never joined), two of them of one name, and a posyandu in the other kecamatan."""
    async with demo_house(tmp_path) as made:
        now = made.house.clock.now()

        def fill(tx: Tx) -> None:
            tx.insert(area, code=OTHER, name="Jonggol", level="kecamatan", parent="32.01", zone=ZONE)
            tx.insert(area, code=f"{OTHER}.2001", name="Desa Lain", level="desa", parent=OTHER, zone=ZONE)
            joined(tx, "kab", "Ibu Bupati", "tp_pkk", now, area="32.01")
            joined(tx, "pkk", "Ibu Camat", "tp_pkk", now, area=KEC)
            joined(tx, "jonggol", "Ibu Camat Jonggol", "tp_pkk", now, area=OTHER)
            for n in range(3):
                joined(tx, f"tpk-{n}", f"Pendamping {n}", "tpk", now, area="32.01.01.1010")
            joined(tx, "kpm", "Kader Pembangunan", "kpm", now, area=KEC)
            dahlia = tx.insert(posyandu, code="d1", name="Posyandu Dahlia", area="32.01.01.1099", zone=ZONE)
            far = tx.insert(posyandu, code="j1", name="Posyandu Jauh", area=f"{OTHER}.2001", zone=ZONE)
            joined(tx, "jauh", "Siti Aminah", "kader", now, posyandu_id=far)
            for n, name in enumerate(("Siti Aminah", "Dewi Lestari", "Rina Marlina", "Euis Komala")):
                joined(tx, f"dahlia-{n}", name, "kader", now, posyandu_id=dahlia)
            never = tx.insert(person, name="Belum Bergabung", at=now)
            tx.insert(membership, person_id=never, role="kader", from_at=now, posyandu_id=dahlia)

        made.store.write(fill)
        yield made


def do(house: DemoHouse, key: str, command: object) -> Outcome:
    """A command as she gives it, without the talk before it."""

    def work(tx: Tx) -> Outcome:
        now = house.house.clock.now()
        who = people.load(tx, tx.value(PERSON, key=key), now)
        assert who is not None
        return handlers.carry_out(command, Desk(tx, now, POSYANDU_DAY, who, None, demo=True))

    return house.store.write(work)


def guest(house: DemoHouse, key: str) -> Row:
    return next(r for r in house.read(lambda tx: tx.all(GUESTS)) if r.key == key)


async def held(house: DemoHouse, by: str = "kab", code: str = "32.01", **more: object) -> int:
    """An event today at ten, made and invited to."""
    values = {"kind": "temu_kader", "theme": "Kader tangguh", "who": "kader", "venue": "Gedung", "on": POSYANDU_DAY,
              "opens": 600, "closes": 840, "area": code, **more}  # fmt: skip
    assert not do(house, by, CreateEvent(**values)).failed  # type: ignore[arg-type]
    number = int(house.read(lambda tx: tx.value(Sql(select(func.max(event.c.id))))))
    await house.hear(by, pick=f"!acara:{number}:undang")
    if "Kirim sekarang" in house.last(by).titles:
        await house.tap(by, "Kirim sekarang")
    return number


def sheet(house: DemoHouse) -> list[tuple[object, ...]]:
    row = house.read(lambda tx: tx.one(JOB))
    return list(openpyxl.load_workbook(io.BytesIO(row.data)).active.iter_rows(values_only=True))


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


async def test_nobody_outside_sees_serves_or_steers_an_event(house: DemoHouse) -> None:
    number = await held(house, by="pkk", code=KEC)
    code = guest(house, "dahlia-0").code
    for command in (CheckIn(number, code), AddWalkIns(number, "Orang Asing"), ShowHeadcount(number), ShowWord(number),
                    UndoCheckIn(number, 1), EventSheet(number, "hadir"), CancelEvent(number, "iseng")):  # fmt: skip
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
    await house.hear("dahlia-1", pick=f"!acara:{number}:masuk")
    await house.say("dahlia-1", "melati 10")
    await house.hear("dahlia-1", file=HeardFile("location", "-6.481,106.854"))
    assert "tidak saya simpan" in house.last("dahlia-1").text
    assert "106" not in house.read(lambda tx: tx.value(FILE))
    await house.say("dahlia-1", "ya")
    assert "bukan yang tampil" in house.last("dahlia-1").text
    for _ in range(6):
        await house.hear("dahlia-1", pick=f"!acara:{number}:masuk")
        await house.say("dahlia-1", "melati 10", "ya")
    assert guest(house, "dahlia-1").code in house.last("dahlia-1").text, "she is sent to the usher with her code"
    assert not guest(house, "dahlia-1").came


async def test_sheets_certificates_and_receipts_match_who_came(house: DemoHouse) -> None:
    number = await held(house)
    await house.hear("dahlia-2", pick=f"!acara:{number}:diwakili")
    await house.say("dahlia-2", "Nenden Sari")
    for name in ("Dewi Lestari", "Nenden Sari"):
        do(house, "kab", CheckIn(number, name))
    do(house, "kab", AddWalkIns(number, "=cmd|x, Bandung"))
    do(house, "kab", EventSheet(number, "hadir"))
    await house.settled()
    rows = sheet(house)
    there = {r[2]: r for r in rows if isinstance(r[0], int)}
    assert set(there) == {"Dewi Lestari", "Rina Marlina", "=cmd|x"}
    assert there["Rina Marlina"][9] == "oleh Nenden Sari"
    do(house, "kab", EventSheet(number, "tidak_hadir"))
    await house.settled()
    absent = {r[1] for r in sheet(house) if isinstance(r[0], int)}
    assert absent & set(there) == set()
    invited = [r for r in house.read(lambda tx: tx.all(GUESTS)) if r.state != "tamu"]
    assert len([r for r in sheet(house) if isinstance(r[0], int)]) == len(invited) - 2
    assert do(house, "dahlia-0", AskCertificate(number, "Siti")).failed, "she was not there"
    await house.hear("dahlia-2", pick=f"!acara:{number}:sertifikat")
    assert "Nenden Sari" in house.last("dahlia-2").text
    await house.say("dahlia-2", "Hj. Nenden Sari, S.Pd.")
    files = house.read(lambda tx: tx.all(FILES, who="dahlia-2"))
    assert bytes(files[0].data).startswith(b"%PDF")
    assert bytes(files[1].data).startswith(b"\x89PNG")
    await house.hear("dahlia-2", pick=f"!acara:{number}:kesan")
    await house.say("dahlia-2", "4 Baik", "lewati")
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
        await house.say("kab", name, "lewati")
    await house.hear("kab", pick=f"!acara:{number}:nilai")
    await house.say("kab", "Minta lembar nilai")
    row = house.read(lambda tx: tx.one(JOB))
    book = openpyxl.load_workbook(io.BytesIO(row.data))
    page = book.active
    assert page["A1"].value == "Peserta"
    page["B2"], page["C2"], page["B3"], page["C3"] = 3.5, 4, "2,25", 3
    page["A4"], page["B4"] = "Posyandu Asing", 4
    data = io.BytesIO()
    book.save(data)
    await house.hear("kab", pick=f"!acara:{number}:nilai")
    await house.hear("kab", file=HeardFile("document", "r", "nilai.xlsx", "", 9, data.getvalue()))
    text = house.last("kab").text
    assert "1. Posyandu Anyelir: 7,5" in text
    assert "2. Posyandu Dahlia: 5,25" in text
    assert "Posyandu Asing" in text


async def test_levels_are_noted_as_given_and_only_by_the_kaders_own_puskesmas(house: DemoHouse) -> None:
    kader = "Iis Sumiati, Anyelir RW 14"
    await house.say("koordinator", "keterampilan kader", "Tingkat", "Iis Sum", kader, "Purwa", "1 2")
    assert "kader *purwa*, 2 kelompok" in house.last("koordinator").text
    assert (
        "Tidak ada di daftar" in (await house.say("koordinator", "keterampilan kader", "Tingkat", "Siti Aminah")).titles
    )
    assert not any("Siti" in t for t in house.last("koordinator").titles), "another puskesmas's kader is not hers"
    await house.say("koordinator", "batal", "keterampilan kader", "Pelatihan", "Iis Sum", kader)
    await house.say("koordinator", "PMBA", "3 November")
    await house.say("koordinator", "keterampilan kader", "lembar", "Puskesmas Ciriung")
    rows = {r[2]: r for r in sheet(house)}
    assert rows["Iis Sumiati"][4] == "purwa"
    assert "PMBA (2026-11-03)" in rows["Iis Sumiati"][6]
    assert "Siti Aminah" not in rows
    assert len(house.read(lambda tx: tx.all(Sql(select(kader_skill))))) == 1


async def test_the_eve_reminds_who_comes_and_who_is_silent(house: DemoHouse) -> None:
    await held(house, on=POSYANDU_DAY.replace(day=20))
    await house.tap("dahlia-0", "Hadir")
    await house.tap("dahlia-1", "Tidak hadir")
    await house.clock("2026-11-19 09:30")
    reminded = {k for k in ("dahlia-0", "dahlia-1", "dahlia-2") if any("besok" in m.text for m in house.thread(k))}
    assert reminded == {"dahlia-0", "dahlia-2"}
    again = house.read(lambda tx: tx.value(LAST_SIARAN))
    await house.clock("2026-11-19 12:00")
    assert house.read(lambda tx: tx.value(LAST_SIARAN)) == again, "once"
