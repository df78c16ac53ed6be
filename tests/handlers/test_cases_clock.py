"""When the family of a case hears, and that nobody is lost from sight where no kader speaks or measures again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import bindparam, select

from bot.settings import Settings
from storage.sql import Sql
from storage.tables import verdict
from tests.handlers.case_house import LINES, child_of, heads, story, told, weigh
from tests.house import demo_house

LAST_VERDICT = Sql(
    select(verdict.c.two_t, verdict.c.drawer)
    .where(verdict.c.child_id == bindparam("child_id"))
    .order_by(verdict.c.on.desc())
    .limit(1)
)


async def test_nothing_is_told_before_the_second_measuring_even_where_no_word_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EXPLAIN_FIRST=never: a slip (11,2 for 12,2) still frightens nobody."""
    monkeypatch.setattr("tests.house.Settings", lambda: Settings(EXPLAIN_FIRST="never"))
    async with demo_house(tmp_path) as house:
        await weigh(house, "cantika 9,3 lila 11,2")
        assert told(house, "orangtua-an-20") == []
        await house.tap("kader", "Sama")
        await house.tap("kader", "Tidak")
        assert [says[0] for says in told(house, "orangtua-an-20")] == ["parent.call"]
        await house.clock("2026-11-14 12:00")
        assert [says[0] for says in told(house, "orangtua-an-20")] == ["parent.call"], "once is enough"


async def test_a_second_month_without_gain_is_told_plainly_if_no_kader_speaks(tmp_path: Path) -> None:
    """No case has a clock here: the result goes at the set hour of the next day, in calm words, without a call."""
    async with demo_house(tmp_path) as house:
        await weigh(house, "hasan 10,5")
        number = child_of(house, "AN-11")
        row = house.read(lambda tx: tx.one(LAST_VERDICT, child_id=number))
        assert row.two_t
        assert row.drawer != "kasus"
        assert told(house, "orangtua-an-11") == []
        await house.clock("2026-11-13 07:59")
        assert told(house, "orangtua-an-11") == []
        await house.clock("2026-11-13 08:01")
        assert [says[0] for says in told(house, "orangtua-an-11")] == ["parent.t"]
        await house.tap("kader", "Sudah dijelaskan")
        assert [says[0] for says in told(house, "orangtua-an-11")] == ["parent.t", "parent.call"]


async def test_the_hour_of_the_call_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.house.Settings", lambda: Settings(CALL_HOUR=14))
    async with demo_house(tmp_path) as house:
        await weigh(house, "cantika 9,3 lila 11,2", "Sama", "Tidak")
        await house.clock("2026-11-13 13:59")
        assert told(house, "orangtua-an-20") == []
        await house.clock("2026-11-13 14:01")
        assert [says[0] for says in told(house, "orangtua-an-20")] == ["parent.call"]


async def test_a_case_that_nobody_measures_again_is_not_lost_from_sight(tmp_path: Path) -> None:
    """After a day the kader is asked to go there, after two the family is listed as not reached; no message goes."""
    async with demo_house(tmp_path) as house:
        await weigh(house, "cantika 9,3 lila 11,2")
        await house.clock("2026-11-13 09:30")
        assert [r.why for r in house.read(lambda tx: tx.all(LINES))] == ["undangan"]
        await house.clock("2026-11-14 09:30")
        assert "belum_terjangkau" in story(house, "AN-20")
        assert told(house, "orangtua-an-20") == []


async def test_what_a_bidan_is_asked_of_a_late_urgent_case_brings_the_rest_of_her_day(tmp_path: Path) -> None:
    """One message about cases a day: the morning's question takes with it what the afternoon would have asked."""
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-12 20:30")
        await weigh(house, "cantika 9,3", "Sama", "Tidak")
        await weigh(house, "fathir 9,6 lila 11,2", "Sama", "Tidak")
        await house.clock("2026-11-13 08:05")
        assert heads(house, "bidan", "kasus.digest") == ["kasus.digest"]
        said = house.last("bidan").text
        assert said.startswith("Kasus hari ini: 2")
        assert "🔴 Fathir" in said
        assert "🟠 Cantika" in said
        await house.clock("2026-11-13 16:00")
        assert heads(house, "bidan", "kasus.digest") == ["kasus.digest"], "asked once that day"
        await house.clock("2026-11-14 16:00")
        assert heads(house, "bidan", "kasus.digest") == ["kasus.digest", "kasus.digest"], "and again the next"


async def test_a_family_that_the_bidan_has_met_is_not_asked_to_come(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await weigh(house, "cantika 9,3 lila 12,2", "Sama", "Tidak")
        await house.say("bidan", "kasus", "cantika")
        await house.tap("bidan", "Kunjungan rumah")
        await house.say("bidan", "susah makan", "lewati")
        await house.clock("2026-11-15 12:00")
        assert told(house, "orangtua-an-20") == []
        assert "keluarga belum terjangkau" not in (await house.say("bidan", "kasus")).text
