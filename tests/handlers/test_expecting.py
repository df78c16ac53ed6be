"""A pregnant woman's own chat: nobody but she is told, and after a loss nothing that waits goes out."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import bindparam, select

from posyandu.commands.pregnancy import EndPregnancy, PregnancyBirth
from storage.sql import Sql
from storage.tables import outgoing, tell_in_person
from tests.handlers.case_house import give
from tests.house import POSYANDU_DAY, DemoHouse, demo_house

CODE = re.compile(r"\b[A-Z2-9]{8}\b")
REMINDERS = Sql(
    select(outgoing.c.state, outgoing.c.reason).where(
        outgoing.c.kind == "reminder", outgoing.c.body.like(bindparam("about"))
    )
)
LINES = Sql(select(tell_in_person.c.state).where(tell_in_person.c.once.like("h1:%:p1")))


async def on_the_list(house: DemoHouse, hpl: str = "hpl 12 mei 2027") -> str:
    """Sri is on the list of Anyelir; the code that the kader hands to her."""
    await house.say("kader", "hamil", "baru", "Sri Wahyuni", hpl, "lewati", "lewati", "simpan")
    said = (await house.say("kader", "hamil", "sri", "kode")).text
    found = CODE.search(said)
    assert found is not None, said
    return found[0]


async def joined(house: DemoHouse, hpl: str = "hpl 12 mei 2027") -> None:
    """She has used her code, the kader has said that it is she, and she has said yes."""
    await house.say("ibu-hamil", await on_the_list(house, hpl), "Sri Wahyuni")
    await house.tap("kader", "Ya, betul orangnya")
    await house.tap("ibu-hamil", "Ya, boleh")


async def test_before_her_own_yes_the_kader_carries_the_word(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("ibu-hamil", await on_the_list(house), "Sri Wahyuni")
        await house.tap("kader", "Ya, betul orangnya")
        await house.clock("2026-12-11 16:30")
        assert house.read(lambda tx: [r.state for r in tx.all(LINES)]) == ["open"]
        assert "Bolehkah jadwal" in house.last("ibu-hamil").text
        assert "kepada Ibu Sri Wahyuni" in (await house.say("kader", "langsung")).text
        await house.say("kader", "batal")
        await house.say("kader", "hamil", "sri", "keguguran", "ya", "ya")
        assert house.read(lambda tx: [r.state for r in tx.all(LINES)]) == ["dropped"]


async def test_a_loss_takes_back_what_waits(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await joined(house)
        await house.clock("2026-12-11 15:58")
        await house.say("ibu-hamil", "perbaiki")  # an open question: the reminder waits until her talk is over
        await house.clock("2026-12-11 16:02")
        (waiting,) = house.read(lambda tx: tx.all(REMINDERS, about="%pregnancy:1%"))
        assert waiting.state == "ready"
        top = house.newest()
        await house.say("kader", "hamil", "sri", "keguguran", "ya", "ya")
        (taken,) = house.read(lambda tx: tx.all(REMINDERS, about="%pregnancy:1%"))
        assert (taken.state, taken.reason) == ("superseded", "tidak lagi di daftar")
        await house.clock("2027-01-13 20:00")
        assert not [seen for who, seen in house.shown_since(top) if who == "ibu-hamil"]


async def test_a_button_is_for_the_person_it_was_asked_about(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("orang-lain", await on_the_list(house), "Ratna Dewi")
        assert "Ratna Dewi memakai kode untuk Ibu Sri Wahyuni" in house.last("kader").text
        older = house.button("kader", "Ya, betul orangnya")
        second = CODE.search((await house.say("kader", "hamil", "sri", "kode")).text)
        assert second is not None
        await house.say("ibu-hamil", second[0], "Sri Wahyuni")
        await house.hear("kader", pick=older)  # names another person than the one who waits now
        assert "sudah dijawab" in house.last("kader").text
        await house.tap("kader", "Ya, betul orangnya")
        assert "terhubung dengan" in house.last("ibu-hamil").text
        assert "terhubung" not in house.last("orang-lain").text


async def test_a_birth_asks_anew_about_the_child(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await joined(house, "hpl 14 november 2026")
        await house.clock("2026-11-14 09:00")
        await house.say("kader", "hamil", "sri", "lahir", "hari ini", "perempuan", "Ayu Lestari", "3,1", "simpan")
        assert "Selamat atas kelahirannya" in house.last("ibu-hamil").text
        assert "Kabar Ayu" in (await house.say("ibu-hamil", "ya")).text
        await house.clock("2026-12-11 16:30")
        assert "Untuk Ayu" in house.last("ibu-hamil").text


async def test_berhenti_of_a_mother_who_expects_another_is_for_both(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("orangtua-an-01", await on_the_list(house))
        await house.tap("kader", "Ya, betul orangnya")
        await house.tap("orangtua-an-01", "Ya, boleh")
        await house.clock("2026-12-11 15:58")
        await house.say("orangtua-an-01", "perbaiki")
        await house.clock("2026-12-11 16:02")
        await house.say("orangtua-an-01", "berhenti")
        rows = house.read(lambda tx: tx.all(REMINDERS, about="%pregnancy:1%"))
        assert [r.state for r in rows] == ["superseded"]


async def test_who_comes_second_with_the_end_hears_that_it_has_ended(tmp_path: Path) -> None:
    """One kader has written the birth down; the other, whose question was still open, is not told of a loss."""
    async with demo_house(tmp_path) as house:
        await on_the_list(house)
        give(house, "kader", PregnancyBirth(1, "P", POSYANDU_DAY, "", None))
        second = give(house, "kader", EndPregnancy(1, "lost"))
        assert [key for key, _ in second.says] == ["pregnancy.over"]
