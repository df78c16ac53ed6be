"""A month with kader, parent and coordinator, in the demo's own posyandu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import days
from storage.life import leave
from storage.sql import Sql
from storage.tables import child, consent, outgoing, posyandu, posyandu_day, tell_in_person
from tests.house import DemoHouse, demo_house

DUE = Sql(select(outgoing.c.once, outgoing.c.state, outgoing.c.reason).where(outgoing.c.once.is_not(None)))
LINES = Sql(select(tell_in_person.c.once, tell_in_person.c.state))


def since(house: DemoHouse, top: int, key: str) -> list[str]:
    return [seen.text for who, seen in house.shown_since(top) if who == key]


async def test_the_day_before_parents_and_kader_hear_of_it(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        top = house.newest()
        await house.clock("2026-12-11 18:30")
        told = since(house, top, "orangtua-an-01")
        assert told == [
            "Besok posyandu: Sabtu, 12 Desember 2026, 08.00–11.00\n"
            "di Balai RW 14, Posyandu Anyelir RW 14.\nUntuk Azzam. Bawa buku KIA, ya."
        ]
        assert house.last("orangtua-an-01").titles == ["Datang", "Tidak bisa", "Sudah pindah"]
        assert "Ditunggu 29 anak" in house.last("kader").text
        assert "Sampaikan langsung (3)" in house.last("kader-lain").text


async def test_answers_are_the_kaders_list(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 16:30")
        assert "sampai jumpa" in (await house.tap("orangtua-an-01", "Datang")).text
        await house.tap("orangtua-an-03", "Datang")
        assert "memberi tahu" in (await house.say("orangtua-an-03", "tidak bisa")).text  # the last word counts
        await house.tap("orangtua-an-05", "Sudah pindah")
        await house.clock("2026-12-11 18:30")
        text = house.last("kader").text
        assert "Akan datang (1): Azzam" in text
        assert "Tidak bisa (1): Aisyah Nur" in text
        assert "Menjawab sudah pindah (1): Rizki" in text
        assert "Belum menjawab (26)" in text
        assert (await house.say("kader", "daftar")).text.count("Azzam") == 1


async def test_a_button_of_the_whatsapp_template_answers_the_last_day_she_was_told_of(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 16:30")
        await house.hear("orangtua-an-01", pick="datang")
        assert "sampai jumpa Sabtu, 12 Desember 2026" in house.last("orangtua-an-01").text


async def test_nobody_answers_for_a_day_she_was_not_told_of(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.hear("orangtua-an-01", pick="!hadir:21:datang")
        assert house.last("orangtua-an-01").text == "Belum ada undangan posyandu yang bisa dijawab."


async def test_a_posyandu_day_with_the_kader(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        top = house.newest()
        await house.clock("2026-11-12 13:05")
        assert since(house, top, "kader")[0].startswith("Posyandu Anyelir RW 14: belum ada catatan dari hari ini")
        await house.say("kader", "azzam 11,1 83,5", "kirana 10,1")
        await house.clock("2026-11-12 18:10")
        assert "anak belum ditimbang" in house.last("kader").text
        first = await house.tap("kader", "Catat alasannya")
        assert "kenapa belum ditimbang" in first.text
        after = await house.tap("kader", "Sakit")  # one tap, and the next child
        assert "sakit (12 November)" in after.text
        assert "kenapa belum ditimbang" in after.text


async def test_who_was_weighed_before_is_not_called(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-10 09:00")
        await house.say("kader", "tanggal 10 desember azzam 11,4 84,5")
        weighed = {key for key, _ in house.measures("2026-12-01")}
        top = house.newest()
        await house.clock("2026-12-11 18:30")
        if "AN-01" in weighed:
            assert since(house, top, "orangtua-an-01") == []


async def test_a_coordinator_reminds_just_those_who_have_not_reported(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "azzam 11,1 83,5")
        top = house.newest()
        await house.clock("2026-11-16 09:05")  # Monday
        assert "Sudah lapor (1):\n• Posyandu Anyelir RW 14: ditimbang 1 dari" in since(house, top, "koordinator")[0]
        assert "Belum lapor (1):\n• Posyandu Melati RW 03" in since(house, top, "koordinator")[0]
        top = house.newest()
        await house.tap("koordinator", "Ingatkan mereka")
        assert len(since(house, top, "kader-lain")) == 1
        assert since(house, top, "kader") == []
        await house.tap("koordinator", "Ingatkan mereka")
        assert house.last("koordinator").text == "Mereka sudah diingatkan hari ini."
        assert len(since(house, top, "kader-lain")) == 1


async def test_a_kader_may_not_move_another_posyandus_day_nor_an_area(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert "Belum ada yang bisa dilakukan" in (await house.say("kader", "pindah wilayah")).text
        await house.hear("kader-lain", pick="!sampaikan:7")  # a day of Anyelir
        assert house.last("kader-lain").text.startswith("Maaf, data itu di luar wilayah")
        await house.hear("kader", pick="!ingatkan:now")
        assert house.last("kader").text == "Tombol itu sudah lewat."


async def test_a_moved_day_tells_exactly_those_who_were_told(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 16:30")  # parents know, the kader's list is still to come
        top = house.newest()
        await house.say("kader", "pindah hari", "1")
        await house.tap("kader", "Pindah tanggal")
        await house.say("kader", "14", "hujan")
        said = await house.tap("kader", "Simpan")
        assert "29 orang yang sudah tahu dikabari" in said.text
        heard = since(house, top, "orangtua-an-01")
        assert [t.split("\n")[0] for t in heard] == ["Posyandu pindah ke Senin, 14 Desember 2026, 08.00–11.00"]
        top = house.newest()
        await house.clock("2026-12-12 09:00")
        assert "Besok" not in "".join(since(house, top, "kader"))  # no list of the day that is no more
        await house.clock("2026-12-13 18:45")
        assert since(house, top, "orangtua-an-01")[0].startswith("Besok posyandu: Senin, 14 Desember 2026")
        assert "14 Desember" in house.last("kader").text


async def test_moved_before_anybody_was_told_is_told_once_as_the_new_date(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-08 10:00")
        top = house.newest()
        await house.say("kader", "pindah hari", "1")
        await house.tap("kader", "Pindah tanggal")
        await house.say("kader", "14", "lewati")
        assert "0 orang" in (await house.tap("kader", "Simpan")).text
        await house.clock("2026-12-14 07:00")
        assert len(since(house, top, "orangtua-an-01")) == 1


async def test_moved_back_and_cancelled(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 17:00")
        place = house.read(lambda tx: tx.value(Sql(select(posyandu.c.id).where(posyandu.c.name.like("%Anyelir%")))))
        now = house.house.clock.now()
        day, other = (days.date.fromisoformat(f"2026-12-{n}") for n in (12, 14))
        top = house.newest()
        for on, to in ((day, other), (other, day)):
            house.store.write(lambda tx, on=on, to=to: days.move(tx, place, on, to, "", now))
            await house.settled()
        texts = [t.split("\n")[0] for t in since(house, top, "orangtua-an-01")]
        assert texts[-1] == "Posyandu pindah ke Sabtu, 12 Desember 2026, 08.00–11.00"
        assert len(texts) <= 2
        house.store.write(lambda tx: days.cancel(tx, place, day, "banjir", now))
        await house.settled()
        assert "Posyandu Sabtu, 12 Desember 2026 tidak jadi." in since(house, top, "orangtua-an-01")[-1]
        assert "Sebabnya: banjir." in since(house, top, "orangtua-an-01")[-1]
        top = house.newest()
        await house.clock("2026-12-12 20:00")
        assert since(house, top, "orangtua-an-01") == []
        assert since(house, top, "kader") == []


async def test_a_whole_area_is_moved_at_once(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 17:00")
        await house.say("koordinator", "pindah wilayah", "1")
        await house.tap("koordinator", "Pindah tanggal")
        await house.say("koordinator", "15", "lewati")
        said = await house.tap("koordinator", "Simpan")
        assert said.text.startswith("2 posyandu dipindah dari 12 Desember ke Selasa, 15 Desember 2026.")
        rows = house.read(
            lambda tx: tx.all(
                Sql(select(posyandu_day.c.on, posyandu_day.c.state).where(posyandu_day.c.on.like("2026-12-%")))
            )
        )
        assert sorted((r.on, r.state) for r in rows) == [("2026-12-12", "moved")] * 2 + [("2026-12-15", "planned")] * 2


async def test_nothing_breaks_into_a_talk(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 18:25")
        await house.say("kader", "timbang")
        top = house.newest()
        await house.clock("2026-12-11 18:32")
        assert since(house, top, "kader") == []
        await house.clock("2026-12-11 18:40")
        assert since(house, top, "kader")[0].startswith("Besok Posyandu Anyelir")


@pytest.mark.parametrize("how", ["died", "moved", "left"])
async def test_what_waits_about_a_child_that_leaves_is_withdrawn_at_once(tmp_path: Path, how: str) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 15:58")
        await house.say("orangtua-an-01", "menu")
        who = house.read(lambda tx: tx.value(Sql(select(child.c.id).where(child.c.code == "AN-01"))))
        await house.clock("2026-12-11 16:01")
        assert _state(house, "h1", "ready") == 1  # she is in a talk: it waits
        now = house.house.clock.now()
        on = days.date(2026, 12, 11)
        house.store.write(lambda tx: leave(tx, who, how, on, now, "meninggal"))
        assert _state(house, "h1", "ready") == 0
        top = house.newest()
        await house.clock("2026-12-12 20:00")
        assert since(house, top, "orangtua-an-01") == []
        assert not any("Azzam" in text for text in since(house, top, "kader") if text.startswith("Besok"))


def _state(house: DemoHouse, kind: str, state: str) -> int:
    return sum(r.once.startswith(f"{kind}:") and r.state == state for r in house.read(lambda tx: tx.all(DUE)))


@pytest.mark.parametrize("state", ["belum", "menolak", "sendiri"])
async def test_only_with_her_own_yes(tmp_path: Path, state: str) -> None:
    async with demo_house(tmp_path) as house:
        who = house.read(lambda tx: tx.value(Sql(select(child.c.id).where(child.c.code == "AN-01"))))
        given: Any = update(consent).where(consent.c.current == f"{who}:messages").values(state=state)
        house.store.write(lambda tx: tx.run(Sql(given)))
        top = house.newest()
        await house.clock("2026-12-11 18:30")
        assert len(since(house, top, "orangtua-an-01")) == (state == "sendiri")
        assert ("Sampaikan langsung (1), belum ada obrolan: Azzam" in house.last("kader").text) == (state == "belum")
        assert "Azzam" in house.last("kader").text  # expected all the same


async def test_whom_no_chat_reaches_is_on_the_list_to_be_told(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-11 18:30")
        lines = house.read(lambda tx: tx.all(LINES))
        assert {r.state for r in lines if r.once.startswith("h1:")} == {"open"}
        said = await house.tap("kader-lain", "Sudah disampaikan")
        assert said.text == "Terima kasih. 3 keluarga tercatat sudah diberi tahu."
        assert {r.state for r in house.read(lambda tx: tx.all(LINES)) if r.once.startswith("h1:")} == {"told"}


async def test_three_days_notice_only_for_those_who_asked(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert "3 hari sebelumnya" in (await house.say("orangtua-an-01", "ingatkan 3 hari")).text
        top = house.newest()
        await house.clock("2026-12-09 16:30")
        assert len(since(house, top, "orangtua-an-01")) == 1
        assert since(house, top, "orangtua-an-03") == []
        await house.clock("2026-12-11 16:30")
        assert len(since(house, top, "orangtua-an-01")) == 2


async def test_a_kind_word_only_where_the_kader_want_it(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "hari posyandu", "1")
        await house.tap("kader", "Kabar yang belum datang")
        assert "menerima kabar ramah" in (await house.say("kader", "ya")).text
        await house.say("kader", "azzam 11,1 83,5")
        top = house.newest()
        await house.clock("2026-11-13 17:30")
        assert since(house, top, "orangtua-an-01") == []
        assert since(house, top, "orangtua-an-03")[0].startswith("Kemarin Aisyah Nur belum bertemu kami")


async def test_a_pregnancy_is_on_the_lists_until_it_ends(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "hamil", "baru", "Sri Wahyuni", "5 agustus", "22,8", "30", "simpan")
        await house.clock("2026-11-12 15:45")
        assert "Sri Wahyuni (Posyandu Anyelir RW 14) 22,8 cm" in house.last("bidan").text
        await house.clock("2026-12-11 18:30")
        assert "Ibu hamil (1): Sri Wahyuni" in house.last("kader").text
        await house.say("kader", "hamil", "sri", "keguguran", "ya")
        assert "sekali lagi" in house.last("kader").text
        assert "turut berduka" in (await house.say("kader", "ya")).text
        top = house.newest()
        await house.clock("2027-01-13 20:00")
        assert not any("Sri" in seen.text for _, seen in house.shown_since(top))


async def test_a_birth_becomes_a_child(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "hamil", "baru", "Sri Wahyuni", "hpl 14 november 2026", "lewati", "lewati", "simpan")
        await house.clock("2026-11-14 09:00")
        await house.say("kader", "hamil", "sri", "lahir", "hari ini", "perempuan", "lewati", "3,1", "simpan")
        assert "By. Ny. Sri Wahyuni" in house.last("kader").text
        assert "Belum ada ibu hamil" in (await house.say("kader", "daftar hamil")).text
        assert "By. Ny. Sri Wahyuni" in (await house.say("kader", "by ny sri 3,4")).titles


async def test_a_kader_sets_another_day_of_every_month(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        asked = await house.say("kader", "jadwal")
        assert "Setiap bulan buka hari apa?" in asked.text
        assert "belum saya mengerti" in (await house.say("kader", "kapan-kapan")).text
        assert "buka setiap Selasa kedua. Simpan?" in (await house.say("kader", "selasa ke-2")).text
        said = (await house.tap("kader", "Simpan")).text
        assert "mulai bulan depan buka setiap Selasa kedua" in said
        assert "Selasa, 8 Desember 2026" in said
        top = house.newest()
        await house.clock("2026-12-07 16:30")
        assert since(house, top, "orangtua-an-01")[-1].startswith("Besok posyandu: Selasa, 8 Desember 2026")
        top = house.newest()
        await house.clock("2026-12-11 18:40")
        assert not any("12 Desember" in text for text in since(house, top, "orangtua-an-01"))


async def test_whoever_has_no_posyandu_cannot_set_its_schedule(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        said = (await house.say("orangtua-an-01", "jadwal")).text
        assert "Setiap bulan buka hari apa?" not in said
