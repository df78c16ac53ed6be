"""A siaran from the line that is typed to the proof: whom it reaches, what stands before the button, how it runs."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from bot.cli import main
from posyandu.siaran import fate
from storage.sql import Sql, among
from storage.store import Tx
from storage.tables import address, area, audit, broadcast, membership, outgoing, person, phone, posyandu, setting
from tests.house import DemoHouse, demo_house

KECAMATAN = "32.01.01"
ZONE = "Asia/Jakarta"
ROWS = Sql(select(person.c.name, outgoing.c.state, outgoing.c.reason, outgoing.c.not_before)
           .join(person, person.c.id == outgoing.c.person_id)
           .where(outgoing.c.kind == "broadcast").order_by(outgoing.c.id))  # fmt: skip
STATES = Sql(select(broadcast.c.state).order_by(broadcast.c.id.desc()))
FILES = Sql(select(phone.c.data).where(phone.c.media.like("%xlsx%")).order_by(phone.c.id.desc()))


def joined(tx: Tx, key: str, name: str, role: str, now: int, **place: int | str) -> int:
    """Somebody with a phone in the emulator."""
    made = tx.insert(person, key=key, name=name, at=now, prefers="emulator")
    tx.insert(address, channel="emulator", external_id=key, person_id=made, at=now, heard_at=now)
    tx.insert(membership, person_id=made, role=role, from_at=now, **place)
    return made


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    """The demo, with a TP PKK of the kecamatan, six kader of one more posyandu there, three of them not joined, and
    another kecamatan with a kader of its own."""
    async with demo_house(tmp_path) as made:
        now = made.house.clock.now()

        def fill(tx: Tx) -> None:
            joined(tx, "pkk", "Ibu Camat", "tp_pkk", now, area=KECAMATAN)
            joined(tx, "operator", "Operator", "operator", now, area="32")
            tx.insert(area, code="32.01.06", name="Jonggol", level="kecamatan", parent="32.01", zone=ZONE)
            tx.insert(area, code="32.01.06.2001", name="Desa Lain", level="desa", parent="32.01.06", zone=ZONE)
            there = tx.insert(posyandu, code="j1", name="Posyandu Jauh", area="32.01.06.2001", zone=ZONE)
            joined(tx, "jauh", "Kader Jauh", "kader", now, posyandu_id=there)
            dahlia = tx.insert(
                posyandu, code="d1", name="Posyandu Dahlia", area="32.01.01.1099", zone=ZONE, strata="mandiri"
            )
            for n in range(3):
                joined(tx, f"dahlia-{n}", f"Kader Dahlia {n}", "kader", now, posyandu_id=dahlia)
                who = tx.insert(person, name=f"Belum {n}", at=now)
                tx.insert(membership, person_id=who, role="kader", from_at=now, posyandu_id=dahlia)

        made.store.write(fill)
        yield made


def rows(house: DemoHouse) -> dict[str, str]:
    return {r.name: r.state for r in house.read(lambda tx: tx.all(ROWS))}


async def test_one_line_reaches_every_kader_of_the_kecamatan_once(house: DemoHouse) -> None:
    plan = await house.say("pkk", "siaran ke semua kader Kec. Cibinong: Halo {nama}, rapat besok pukul 9.")
    assert "terjangkau 5 dari 8" in plan.text
    assert "belum bergabung 3" in plan.text
    assert "Kirim sekarang" in plan.titles
    assert rows(house) == {}, "nothing leaves before the button"
    done = await house.tap("pkk", "Kirim sekarang")
    assert "terkirim 5" in done.text
    assert "belum bergabung 3" in done.text
    seen = house.last("dahlia-1")
    assert "TP PKK Kec. Cibinong" in seen.text, "sender and office stand in every siaran"
    assert "Halo Kader Dahlia 1," in seen.text
    assert not any("rapat besok" in m.text for m in house.thread("jauh")), "another kecamatan hears nothing"
    assert len(rows(house)) == 8, "one row a person, the unreachable included"


async def test_outside_her_own_area_is_refused_in_words_and_puts_nothing(house: DemoHouse) -> None:
    seen = await house.say("pkk", "siaran ke semua kader Kec. Jonggol: halo")
    assert "di luar wilayah" in seen.text
    assert house.read(lambda tx: tx.value(Sql(select(func.count()).select_from(broadcast)))) == 0


async def test_tp_pkk_never_reaches_families_and_a_kader_only_with_service_words(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke keluarga Kec. Cibinong: beli susu ini")
    assert house.read(lambda tx: tx.value(Sql(select(func.count()).select_from(broadcast)))) == 0
    seen = await house.say("kader", "siaran ke keluarga", "Vitamin A", "Kamis pukul 8, Balai RW 14")
    assert "vitamin A di Posyandu Anyelir RW 14" in seen.text
    assert "terjangkau 30 dari 30" in seen.text


async def test_a_short_talk_asks_the_same(house: DemoHouse) -> None:
    seen = await house.say("pkk", "siaran", "Semua kader", "Kelurahan Contoh", "Mandiri", "Rapat hari Senin")
    assert "terjangkau 3 dari 6" in seen.text


async def test_exceptions_and_strata_and_who_has_not_reported(house: DemoHouse) -> None:
    seen = await house.say("pkk", "siaran ke semua kader Cibinong kecuali Posyandu Dahlia: rapat")
    assert "terjangkau 2 dari 2" in seen.text
    seen = await house.say("pkk", "siaran ke kader strata mandiri Kec. Cibinong: rapat")
    assert "terjangkau 3 dari 6" in seen.text
    seen = await house.say("pkk", "siaran ke kader yang belum lapor: mohon diisi")
    assert "terjangkau 2 dari 2" in seen.text, "Anyelir and Melati have their day today and no entry; Dahlia has none"
    await house.say("kader", "Azzam 11,1")
    seen = await house.say("pkk", "siaran ke kader yang belum lapor: mohon diisi")
    assert "terjangkau 1 dari 1" in seen.text


async def test_a_guest_list_names_its_own_people_only(house: DemoHouse) -> None:
    await house.say("pkk", "siaran", "Daftar sendiri", "Cibinong")
    seen = await house.say("pkk", "Kader Dahlia 0\nNining\nKader Jauh\nEntah Siapa", "Rapat tamu")
    assert "terjangkau 2 dari 2" in seen.text
    assert any("2 baris tidak saya kenali" in m.text for m in house.thread("pkk"))


async def test_she_tries_it_on_herself_and_pauses_resumes_and_stops(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    await house.tap("pkk", "Coba ke saya dulu")
    assert any("📢" in m.text and "rapat" in m.text and "Ibu Camat" in m.text for m in house.thread("pkk"))
    await house.tap("pkk", "Kirim nanti")
    seen = await house.say("pkk", "jam 13")
    assert "mulai 12 November 13.00" in seen.text
    await house.say("pkk", "jeda siaran")
    await house.clock("2026-11-12 14:00")
    assert set(rows(house).values()) == {"ready", "failed"}, "paused: nobody has got it"
    await house.say("pkk", "lanjutkan siaran")
    assert list(rows(house).values()).count("sent") == 5
    assert "selesai" in house.last("pkk").text

    await house.say("pkk", "siaran ke semua kader Cibinong: kedua")
    await house.tap("pkk", "Kirim nanti")
    await house.say("pkk", "jam 16", "hentikan siaran")
    await house.clock("2026-11-12 17:00")
    assert list(rows(house).values()).count("dropped") == 5
    assert not any("kedua" in m.text for m in house.thread("dahlia-0"))


@pytest.mark.parametrize(
    ("line", "label", "reached"),
    [
        ("bidan Kec. Cibinong", "bidan Kec. Cibinong", ["Bidan Ratna"]),
        ("ketua dan bidan", "ketua, bidan Kec. Cibinong", ["Bidan Ratna"]),
        (
            "kader kecuali Posyandu Dahlia",
            "semua kader Kec. Cibinong kecuali Posyandu Dahlia",
            ["Iis Sumiati", "Nining"],
        ),
    ],
)
async def test_only_those_are_written_to_whom_the_line_names(
    house: DemoHouse, line: str, label: str, reached: list[str]
) -> None:
    plan = await house.say("pkk", f"siaran ke {line}: rapat")
    assert f"untuk {label}\n" in plan.text
    await house.tap("pkk", "Kirim sekarang")
    assert sorted(rows(house)) == reached


async def test_above_the_limit_a_second_person_must_agree(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.insert(setting, name="siaran.second_above", value="3"))
    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    seen = await house.tap("pkk", "Minta persetujuan")
    assert "persetujuan" in seen.text
    assert rows(house) == {}
    refused = house.button("operator", "Setuju dikirim")
    await house.hear("pkk", pick=refused)
    assert rows(house) == {}, "not her own second person"
    await house.tap("operator", "Setuju dikirim")
    assert list(rows(house).values()).count("sent") == 5


async def test_where_nobody_may_agree_it_stays_a_plan_that_may_be_asked_for_again(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.insert(setting, name="siaran.second_above", value="3"))
    end = Sql(membership.update().where(among(membership.c.role, "operator", "puskesmas")).values(until_at=1))
    house.store.write(lambda tx: tx.run(end))
    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    seen = await house.tap("pkk", "Minta persetujuan")
    assert "belum saya kirim" in seen.text
    assert seen.titles == ["Minta persetujuan"]
    again = Sql(membership.update().where(membership.c.role == "operator").values(until_at=None))
    house.store.write(lambda tx: tx.run(again))
    await house.tap("pkk", "Minta persetujuan")
    await house.tap("operator", "Setuju dikirim")
    assert list(rows(house).values()).count("sent") == 5


async def test_the_rules_are_set_at_the_machine(
    house: DemoHouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", str(house.store.engine.url))
    monkeypatch.setenv("WHATSAPP_PRICES", "service=90 utility=330 IDR 2026-11-21")
    assert main(["siaran", "--second-above", "3"]) == 0
    said = capsys.readouterr().out
    assert "di atas 3 orang" in said
    assert "service 90 IDR, utility 330 IDR" in said
    seen = await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    assert "Lebih banyak dari" in seen.text
    assert main(["siaran", "--pemilu", "ya"]) == 0
    seen = await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    assert "Masa pemilu" in seen.text


async def test_in_an_election_there_is_always_a_second_person(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.insert(setting, name="masa_pemilu", value="1"))
    seen = await house.say("pkk", "siaran ke semua kader Kelurahan Contoh kecuali Posyandu Melati RW 03: rapat")
    assert "Minta persetujuan" in seen.titles


async def test_only_the_failed_are_sent_to_again_and_the_sheet_says_why(house: DemoHouse) -> None:
    def block(tx: Tx) -> None:
        tx.run(Sql(address.update().where(address.c.external_id == "dahlia-2").values(state="blocked")))

    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    house.store.write(block)
    await house.tap("pkk", "Kirim sekarang")
    assert rows(house)["Kader Dahlia 2"] == "failed"
    house.store.write(
        lambda tx: tx.run(Sql(address.update().where(address.c.external_id == "dahlia-2").values(state="reachable")))
    )
    await house.say("pkk", "status siaran")
    await house.tap("pkk", "Lembar bukti")
    data = house.read(lambda tx: tx.value(FILES))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    lines = {str(r[0]): [str(c) for c in r] for r in sheet.iter_rows(min_row=2, values_only=True)}
    assert len(lines) == 8
    assert lines["Belum 0"][4] == "Belum bergabung"
    assert lines["Kader Dahlia 1"][4] == "Terkirim"
    before = len(house.thread("dahlia-0"))
    await house.hear("pkk", pick="!siaran:1:resend")
    assert rows(house)["Kader Dahlia 2"] == "sent"
    assert len(house.thread("dahlia-0")) == before, "who has it does not get it twice"


async def test_the_text_to_forward_names_nobody(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader Cibinong: Halo {nama}, rapat")
    await house.tap("pkk", "Lembar untuk ketua")
    sheet = openpyxl.load_workbook(io.BytesIO(house.read(lambda tx: tx.value(FILES)))).active
    assert sheet is not None
    told = [str(r[0]) for r in sheet.iter_rows(min_row=2, values_only=True)]
    assert told == ["Belum 0", "Belum 1", "Belum 2"], "before it is sent, too: whom the ketua must tell"
    forward = next(m.text for m in house.thread("pkk") if "Diteruskan untuk" in m.text)
    assert "Ibu/Bapak" in forward
    assert "Ibu Camat" not in forward


async def test_answers_come_as_a_digest_and_a_report_goes_to_the_operator(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    await house.tap("pkk", "Kirim sekarang")
    await house.tap("dahlia-0", "Jawab siaran")
    await house.say("dahlia-0", "Siap hadir")
    assert "Siap hadir" not in house.last("pkk").text, "not one by one"
    await house.clock("2026-11-12 09:30")
    assert "Siap hadir" in house.last("pkk").text
    await house.tap("dahlia-1", "Laporkan siaran")
    assert "dilaporkan" in house.last("operator").text
    assert "Dahlia" not in house.last("operator").text


async def test_how_far_it_is_stands_in_one_message_that_changes(
    house: DemoHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.broadcasts.FEW", 0)
    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    await house.tap("pkk", "Kirim nanti")
    await house.say("pkk", "jam 13")
    for told in (1, 2):  # the first of them have it, as its rows say
        some = select(outgoing.c.id).where(outgoing.c.kind == "broadcast", outgoing.c.state == "ready").limit(1)
        gone = Sql(outgoing.update().where(outgoing.c.id.in_(some.scalar_subquery())).values(state="sent"))
        house.store.write(lambda tx, one=gone: tx.run(one))  # type: ignore[misc]
        await house.house.advance(house.house.clock.now() + 6_000)
        far = [m.text for m in house.thread("pkk") if "menunggu" in m.text and "terkirim" in m.text]
        assert far == [f"Siaran 1: terkirim {told} dari 8, menunggu {5 - told}, gagal 0."]


async def test_its_log_has_every_step_and_nobody_can_erase_it(house: DemoHouse) -> None:
    await house.say("pkk", "siaran ke semua kader Cibinong: rapat")
    await house.tap("pkk", "Kirim sekarang")
    did = house.read(lambda tx: [r.did for r in tx.all(Sql(select(audit.c.did).where(audit.c.about == "broadcast:1")))])
    assert did == ["siaran:SendBroadcast", "siaran:done"]
    source = Path(__file__).parents[2]
    for file in (*source.glob("storage/*.py"), *source.glob("bot/handlers/*.py")):
        assert "delete(broadcast" not in file.read_text()
        assert "broadcast.delete" not in file.read_text()


async def test_a_picture_goes_along(house: DemoHouse) -> None:
    from bot.channels.port import HeardFile

    file = HeardFile("image", "ref", "undangan.png", "image/png", 3, b"png")
    await house.hear("pkk", "siaran ke semua kader Cibinong: lihat gambar", file=file)
    await house.tap("pkk", "Kirim sekarang")
    assert house.last("dahlia-0").media == "undangan.png"


async def test_the_board_says_who_has_joined_and_the_invitations_open_each_list(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.insert(setting, name="link.telegram", value="https://t.me/posyandu_bot"))
    seen = await house.say("pkk", "papan kader")
    assert "Posyandu Dahlia: 3 dari 6, terjangkau 3" in seen.text
    assert "terdaftar 8 · bergabung 5" in seen.text
    await house.tap("pkk", "Undangan per posyandu")
    data = house.read(lambda tx: tx.value(FILES))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    lines = [[str(c) for c in r] for r in sheet.iter_rows(min_row=2, values_only=True)]
    assert [line[0] for line in lines] == ["Posyandu Dahlia"]
    assert "https://t.me/posyandu_bot?start=pos-d1" in lines[0][4]


@pytest.mark.parametrize(
    ("state", "reason", "word"),
    [
        ("failed", "tidak terjangkau: blocked", "tak_terjangkau"),
        ("failed", "opted_out 21610", "berhenti"),
        ("failed", "unreachable", "belum_bergabung"),
        ("failed", "HTTP 500", "gagal"),
        ("in_doubt", "terputus saat mengirim", "ragu"),
    ],
)
def test_what_became_of_a_message_in_one_word(state: str, reason: str, word: str) -> None:
    assert fate(state, reason) == word
