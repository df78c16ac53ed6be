"""A case from the first alarm to its end: whom it rings, whom it does not, and that nothing is left lying."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.handlers import HANDLERS
from posyandu.commands import RecordVisit, UndoEntry, Value
from posyandu.commands.cases import OverrideVerdict, ReportCase
from posyandu.family_words import frightening
from storage import outbox
from storage.sql import Sql
from storage.tables import child, guardian, outgoing, tell_in_person
from tests.handlers.case_house import DAY, LINES, case_of, child_of, give, heads, join, story, told, weigh
from tests.house import DemoHouse, demo_house

ALERTS = "kasus.alert"


async def severe(house: DemoHouse) -> None:
    await weigh(house, "cantika 9,3 lila 11,2", "Sama", "Tidak")


async def test_a_severe_child_in_the_evening(tmp_path: Path) -> None:
    """At 20:30 the staff know at once; the mother hears in the morning, calmly, without a picture."""
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-12 20:30")
        await weigh(house, "cantika 9,3 lila 11,2", "Sama", "Ya")
        assert "ANTAR SEKARANG" in house.last("kader").text
        for staff in ("bidan", "koordinator"):
            assert heads(house, staff, ALERTS) == ["kasus.alert"]
            assert "Cantika (AN-20)" in next(s.text for s in house.thread(staff) if "Segera" in s.text)
        mother = len(house.thread("orangtua-an-20"))
        await house.clock("2026-11-13 07:59")
        assert len(house.thread("orangtua-an-20")) == mother
        await house.clock("2026-11-13 08:00")
        call = house.last("orangtua-an-20")
        assert "ingin bertemu" in call.text
        assert not call.media
        assert frightening(call.text) == ()


async def test_what_nobody_measures_again_leaves_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await weigh(house, "cantika 9,3 lila 11,2")
        await house.clock("2026-11-12 09:14")
        assert heads(house, "bidan", ALERTS) == []
        await house.clock("2026-11-12 09:16")
        assert heads(house, "bidan", ALERTS) == heads(house, "koordinator", ALERTS) == ["kasus.alert_unmeasured"]
        assert "belum diukur ulang" in house.last("bidan").text
        await house.tap("kader", "Sama")
        await house.tap("kader", "Tidak")
        assert heads(house, "bidan", ALERTS) == ["kasus.alert_unmeasured", "kasus.alert"]


@pytest.mark.parametrize(("again", "state"), [("12,2", "open"), ("14,2", "closed")])
async def test_a_slip_alarms_nobody(again: str, state: str, tmp_path: Path) -> None:
    """11,2 for 12,2: yellow is a case of the digest; 14,2 is none at all. Nobody was rung."""
    async with demo_house(tmp_path) as house:
        await weigh(house, "azzam 11,1 lila 11,2", "Beda")
        await house.say("kader", again)
        for button in ("Tidak",) if state == "open" else ():
            await house.tap("kader", button)
        await house.clock("2026-11-12 15:29")
        for key in ("bidan", "koordinator"):
            assert heads(house, key, "kasus") == []
        found = case_of(house, "AN-01")
        assert found is not None
        assert (found.state, found.priority == "segera") == (state, state == "closed")
        await house.clock("2026-11-13 12:00")
        assert heads(house, "koordinator", "kasus") == []
        assert heads(house, "bidan", "kasus") == (["kasus.digest"] if state == "open" else [])


async def test_a_slip_that_was_told_is_taken_back(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await weigh(house, "azzam 11,1 lila 11,2")
        await house.clock("2026-11-12 09:30")
        assert heads(house, "bidan", ALERTS) == ["kasus.alert_unmeasured"]
        await house.say("kader", "ralat azzam lila 14,2")
        assert heads(house, "bidan", "kasus")[-1] == "kasus.withdrawn"
        found = case_of(house, "AN-01")
        assert found is not None
        assert (found.state, found.outcome) == ("closed", "ralat")


async def test_undoing_the_entry_withdraws_its_case_and_the_same_again_is_a_new_one(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        numbers = await house.hear("kader", "azzam 11,1 lila 11,2")
        incoming = numbers[0]
        give(house, "kader", UndoEntry(incoming, child_of(house, "AN-01")))
        assert story(house, "AN-01") == ["dibuka", "tutup_ralat"]
        await house.clock("2026-11-12 10:00")
        assert heads(house, "bidan", "kasus") == []
        give(house, "kader", RecordVisit(child_of(house, "AN-01"), DAY, (Value("weight", 11100), Value("muac", 112))))
        assert story(house, "AN-01")[-1] == "dibuka_lagi"


async def test_refuted_by_the_midwife(tmp_path: Path) -> None:
    """The same values judged again open nothing; a new round does, in the same case."""
    async with demo_house(tmp_path) as house:
        await severe(house)
        number = child_of(house, "AN-20")
        assert give(house, "bidan", ReportCase(number, "tidak_terbukti")).says[0][0] == "kasus.closed_tidak_terbukti"
        give(house, "kader", RecordVisit(number, DAY, (Value("head", 460),), replaces=True))
        found = case_of(house, "AN-20")
        assert found is not None
        assert (found.state, found.outcome, found.episode) == ("closed", "tidak_terbukti", 1)
        await house.clock("2026-12-12 09:00")
        assert heads(house, "bidan", "kasus.help") == heads(house, "koordinator", "kasus.help") == []
        await weigh(house, "cantika 9,2 lila 11,1", "Sama", "Tidak")
        again = case_of(house, "AN-20")
        assert again is not None
        assert (again.id, again.state, again.episode) == (found.id, "open", 2)


async def test_silence_brings_help_and_only_then_the_next_level(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await severe(house)
        before = len(told(house, "koordinator"))
        await house.clock("2026-11-15 11:00")
        assert "kasus.help" not in [key for says in told(house, "bidan") for key in says]
        await house.clock("2026-11-16 09:00")
        assert any("kasus.help" in says for says in told(house, "bidan"))
        assert not heads(house, "koordinator", "kasus.help")
        await house.clock("2026-11-17 09:00")
        assert heads(house, "koordinator", "kasus.help") == ["kasus.help_needed"]
        assert len(told(house, "koordinator")) > before
        assert "perlu_bantuan" in story(house, "AN-20")
        await house.clock("2026-11-19 09:00")
        assert heads(house, "koordinator", "kasus.help") == ["kasus.help_needed"]


async def test_she_asks_for_help_herself(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await severe(house)
        await house.clock("2026-11-16 09:00")
        await house.tap("bidan", "Ya, bantu")
        assert heads(house, "koordinator", "kasus.help") == ["kasus.help_asked"]


async def test_the_owner_has_one_digest_a_day(tmp_path: Path) -> None:
    """Five new cases, no message but one in the afternoon, with the news of her posyandu; none of them urgent."""
    async with demo_house(tmp_path) as house:
        for name in ("azzam", "supriadi", "kenzie", "naufal", "galih"):
            await weigh(house, f"{name} lila 12,2", "Sama", "Tidak")
        assert heads(house, "bidan", "kasus") == []
        await house.clock("2026-11-13 12:00")
        assert heads(house, "bidan", "kasus") == ["kasus.digest"]
        assert len(told(house, "bidan")) == 1
        assert heads(house, "koordinator", "kasus") == []
        shown = next(s for s in house.thread("bidan") if "Kasus hari ini" in s.text)
        assert shown.text.count("baru") == 5
        assert "Masuk hari ini" in shown.text


async def test_from_care_to_recovery(tmp_path: Path) -> None:
    """Came, confirmed, PMT for 28 days, asked on its last day, recovered: each with the next date."""
    async with demo_house(tmp_path) as house:
        await severe(house)
        await house.clock("2026-11-13 08:30")
        await house.tap("bidan", "Jawab")
        await house.tap("bidan", "Dikonfirmasi")
        await house.clock("2026-11-16 09:00")
        await house.tap("bidan", "Jawab")
        await house.tap("bidan", "PMT mulai")
        await house.tap("bidan", "28 hari")
        assert "14 Desember" in house.last("bidan").text
        asked = len(heads(house, "bidan", "kasus"))
        await house.clock("2026-12-13 20:00")
        assert len(heads(house, "bidan", "kasus")) == asked
        await house.clock("2026-12-14 16:00")
        assert len(heads(house, "bidan", "kasus")) == asked + 1
        await house.tap("bidan", "Jawab")
        await house.tap("bidan", "Sudah pulih")
        found = case_of(house, "AN-20")
        assert found is not None
        assert (found.state, found.outcome, found.ask_at) == ("closed", "pulih", None)
        said = [did for did in story(house, "AN-20") if did in ("dikonfirmasi", "pmt", "tutup_pulih")]
        assert said == ["dikonfirmasi", "pmt", "tutup_pulih"]
        await house.say("bidan", "kasus")
        assert "Tidak ada kasus terbuka" in house.last("bidan").text


async def test_what_is_gone_in_the_next_round_closes_by_itself(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await weigh(house, "azzam 11,1 lila 12,2", "Sama", "Tidak")
        await house.clock("2026-12-12 09:00")
        await weigh(house, "azzam 11,4")
        found = case_of(house, "AN-01")
        assert found is not None
        assert found.state == "open", "the arm was not measured again"
        await house.say("kader", "azzam lila 14,1")
        found = case_of(house, "AN-01")
        assert found is not None
        assert (found.state, found.outcome) == ("closed", "pulih")


async def test_under_care_it_takes_a_word_or_two_rounds(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await weigh(house, "azzam 11,1 lila 12,2", "Sama", "Tidak")
        number = child_of(house, "AN-01")
        give(house, "bidan", ReportCase(number, "pmt", 90))
        for month, arm in (("12", "14,1"), ("01", "14,2")):
            year = "2026" if month == "12" else "2027"
            await house.clock(f"{year}-{month}-12 09:00")
            await weigh(house, f"azzam 11,{6 if month == '12' else 9} lila {arm}")
            state = case_of(house, "AN-01")
            assert state is not None
            assert state.state == ("open" if month == "12" else "closed")


async def test_a_family_without_a_chat_is_told_by_the_kader(tmp_path: Path) -> None:
    """The line stands on her list at once; told is reached."""
    async with demo_house(tmp_path) as house:
        house.store.write(lambda tx: tx.run(Sql(update(guardian).values(state="ended"))))
        await severe(house)
        lines = [r for r in house.read(lambda tx: tx.all(LINES)) if r.once.startswith("kasus:")]
        assert [(r.child_id, r.state) for r in lines] == [(child_of(house, "AN-20"), "open")]
        assert frightening(lines[0].body) == ()
        house.store.write(lambda tx: tx.run(Sql(update(tell_in_person).values(state="told"))))
        await house.clock("2026-11-14 12:00")
        assert "terjangkau" in story(house, "AN-20")


async def test_who_is_not_reached_in_two_days_is_listed(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        house.store.write(lambda tx: tx.run(Sql(update(guardian).values(state="ended"))))
        await severe(house)
        await house.clock("2026-11-14 10:00")
        found = case_of(house, "AN-20")
        assert found is not None
        assert found.lost_at is not None
        await house.clock("2026-11-15 09:00")
        assert any("belum terjangkau" in s.text for s in house.thread("bidan"))


async def test_the_kaders_word_comes_before_the_clock(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await severe(house)
        await house.tap("kader", "Sudah dijelaskan")
        call = [says for says in told(house, "orangtua-an-20") if says[0] == "parent.call"]
        assert len(call) == 1
        await house.clock("2026-11-14 12:00")
        assert [says for says in told(house, "orangtua-an-20") if says[0] == "parent.call"] == call
        assert "terjangkau" in story(house, "AN-20")


async def test_a_child_that_leaves_leaves_no_question_behind(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await severe(house)
        number = child_of(house, "AN-20")
        house.store.write(lambda tx: tx.run(Sql(update(child).where(child.c.id == number).values(state="died"))))
        before = len(told(house, "bidan"))
        await house.clock("2026-11-20 12:00")
        assert len(heads(house, "bidan", "kasus")) == 1, "the alarm, and nothing after it"
        assert story(house, "AN-20")[-1] == "tutup_died"
        assert len(told(house, "bidan")) >= before


async def test_a_health_workers_word_counts(tmp_path: Path) -> None:
    """Cantika's T becomes N with a reason: it is no 2T any more, and her case goes on by its other finding."""
    async with demo_house(tmp_path) as house:
        await severe(house)
        number = child_of(house, "AN-20")
        done = give(house, "bidan", OverrideVerdict(number, DAY, "nt", "N", "timbangan rusak bulan lalu"))
        assert done.says[0][0] == "ruling.done"
        found = case_of(house, "AN-20")
        assert found is not None
        assert found.codes == '["muac_red"]'
        assert give(house, "bidan", OverrideVerdict(number, DAY, "wfl", "good", "x")).failed
        assert give(house, "bidan", OverrideVerdict(number, DAY, "nt", "T", " ")).failed
        give(house, "bidan", OverrideVerdict(number, DAY, "nt", "", "salah ubah"))
        back = case_of(house, "AN-20")
        assert back is not None
        assert "two_t_falling" in back.codes


async def test_a_status_overruled_closes_and_reopens(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        number = child_of(house, "AN-13")
        give(house, "kader", RecordVisit(number, DAY, (Value("weight", 13500), Value("length", 850, "berdiri"))))
        if case_of(house, "AN-13") is None:
            give(house, "bidan", OverrideVerdict(number, DAY, "lfa", "severely_stunted", "diukur ulang dengan papan"))
        opened = case_of(house, "AN-13")
        assert opened is not None
        assert opened.state == "open"
        give(house, "bidan", OverrideVerdict(number, DAY, "lfa", "stunted", "papan miring"))
        after = case_of(house, "AN-13")
        assert after is not None
        assert after.state == "closed"


async def test_a_family_never_gets_a_frightening_word_or_a_picture(tmp_path: Path) -> None:
    """Whatever was put into the outbox: at sending the word stops it; staff read it."""
    async with demo_house(tmp_path) as house:
        await severe(house)
        now = house.house.clock.now()
        mother = house.read(lambda tx: tx.one(Sql(select(guardian.c.person_id).where(guardian.c.child_id == 20))))
        says = (("kasus_code.muac_red", {}), ("kasus_code.bgm", {}))
        house.store.write(lambda tx: outbox.put(tx, outbox.Message("parent", says, person_id=mother.person_id), now))
        await house.settled()
        of_parents = select(outgoing.c.state).where(outgoing.c.kind == "parent").order_by(outgoing.c.id.desc())
        assert house.read(lambda tx: tx.one(Sql(of_parents))).state == "failed"
        assert not any(frightening(s.text) for s in house.thread("orangtua-an-20"))
        await house.say("orangtua-an-20", "anak saya")
        assert not house.last("orangtua-an-20").media


async def test_a_bidan_of_several_posyandu_finds_her_cases_by_name(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await severe(house)
        join(house, "bidan-dua", "bidan", posyandu_id=2)
        await house.say("bidan-dua", "kasus")
        assert "Tidak ada kasus" in house.last("bidan-dua").text
        await house.say("bidan", "kasus", "cantika")
        assert "Pemilik: Bidan Ratna" in "\n".join(s.text for s in house.thread("bidan"))
        assert house.open_question("bidan")["name"] == "followup.what"  # type: ignore[index]


@pytest.mark.postgres
async def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with demo_house(tmp_path, url=postgres_url) as house:
        await severe(house)
        await house.clock("2026-11-17 09:00")
        assert heads(house, "koordinator", "kasus.help") == ["kasus.help_needed"]
        await house.say("bidan", "kasus", "cantika")
        await house.tap("bidan", "Sudah ditangani")
        assert story(house, "AN-20")[-1] == "tutup_ditangani"


def test_every_command_of_cases_has_a_handler() -> None:
    assert {OverrideVerdict, ReportCase} <= set(HANDLERS)
