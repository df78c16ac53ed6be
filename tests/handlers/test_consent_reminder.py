"""The kader hear on the morning of posyandu day that families were not asked for consent; not again the same month."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import bindparam, update

from bot.settings import Settings
from posyandu.calendar import instant
from posyandu.commands.consent import TakeConsents
from posyandu.consent import RECORD
from scheduler.ticking import Ticking, Times
from storage.sql import Sql
from storage.tables import posyandu_day
from tests.conversations.scenes import melati
from tests.handlers.case_house import child_of, give, told
from tests.house import POSYANDU_DAY, ZONE, DemoHouse, demo_house

MOVE = Sql(update(posyandu_day).where(posyandu_day.c.on == bindparam("was")).values(on=bindparam("new")))
CODES = ("ME-01", "ME-02", "ME-03")


def reminded(house: DemoHouse, key: str) -> int:
    return sum(says[0] == "consent.waiting" for says in told(house, key))


async def test_once_a_month_on_the_morning_of_the_day_while_somebody_was_not_asked(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-12 18:00")
        before = reminded(house, "kader-lain")
        await house.clock("2026-12-12 07:59")
        assert reminded(house, "kader-lain") == before
        await house.clock("2026-12-12 08:01")
        assert reminded(house, "kader-lain") == before + 1
        assert "3 anak" in house.last("kader-lain").text
        assert reminded(house, "kader") == 0, "all of her families have been asked"
        house.store.write(lambda tx: tx.run(MOVE, was="2027-01-12", new="2026-12-20"))
        await house.clock("2026-12-20 12:00")
        assert reminded(house, "kader-lain") == before + 1, "a second day of the month brings no second reminder"
        await house.clock("2027-02-12 08:01")
        assert reminded(house, "kader-lain") == before + 2
        give(house, "kader-lain", TakeConsents(melati(house), RECORD, tuple(child_of(house, c) for c in CODES)))
        await house.clock("2027-03-12 12:00")
        assert reminded(house, "kader-lain") == before + 2


async def test_a_house_may_do_without(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        before = reminded(house, "kader-lain")
        never = Ticking(house.store, times=Times(consent_days=0))
        never.tick(instant(POSYANDU_DAY, 10 * 60, ZONE))
        never.tick(instant(POSYANDU_DAY, 11 * 60, ZONE))
        await house.settled()
        assert reminded(house, "kader-lain") == before


async def test_the_set_days_hold_at_the_scales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CONSENT_DAYS: after so many days the result waits until the parents were asked."""
    monkeypatch.setattr("tests.house.Settings", lambda: Settings(CONSENT_DAYS=3))
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-16 09:00")
        await house.say("kader-lain", "bagas 9,8")
        assert "belum ditanya" in house.last("kader-lain").text
        assert "3 hari" in house.last("kader-lain").text


async def test_a_line_that_cannot_be_written_does_not_take_the_next_ones_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bagas' family was never asked: his value waits. Intan's and Kirana's doubtful lines are still asked about."""
    monkeypatch.setattr("tests.house.Settings", lambda: Settings(CONSENT_DAYS=3))
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-16 09:00")
        await house.say("kader-lain", "bagas 98\nintan 99\nkirana 61")
        await house.say("kader-lain", "ketik ulang", "9,8")
        assert "belum ditanya" in "\n".join(m.text for m in house.thread("kader-lain")[-3:])
        question = house.open_question("kader-lain")
        assert question is not None
        assert "Intan" in str(question["subject"])
