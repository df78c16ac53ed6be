"""A danger sign in a kader's own words comes before everything; what was measured beside it is recorded as ever."""

from __future__ import annotations

from pathlib import Path

from tests.house import demo_house
from tests.test_lines import weights


async def test_a_danger_sign_is_answered_first_and_alarms_once_it_is_said_yes_to(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        for said in ("anak bu wati kejang, gimana ini", "nabila kejang", "azzam 11,2 83 sesak napas"):
            assert (await house.say("kader", said)).text.startswith("🚑"), said
        assert weights(house) == {"AN-01": 11200}
        assert not any(key == "bidan" for key, _, _ in house.told())
        await house.say("kader", "sesak")
        assert any(key == "bidan" for key, _, _ in house.told())


async def test_what_is_no_sign_is_none(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert "🚑" not in (await house.say("kader", "raisa 12,2 89 ga mau minum vit a")).text
