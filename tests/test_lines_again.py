"""A doubtful line that is typed again is judged again, as if it came first."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.sql import Sql
from storage.tables import child, visit
from tests.handlers.case_house import join
from tests.house import POSYANDU_DAY, demo_house
from tests.test_lines import weights


@pytest.mark.parametrize(
    "typed", ["97,5 15,3", "bb 84 tb 100", "15,3 besok lagi", "kira2 15,3", "153", "bb 22 tb 97,5"]
)
async def test_what_is_typed_again_is_judged_again(tmp_path: Path, typed: str) -> None:
    """Swapped, impossible, only planned or unusual: not stored because it came as an answer."""
    async with demo_house(tmp_path) as house:
        await house.say("kader", "kenzie 153 97,5")
        await house.tap("kader", "Ketik ulang")
        await house.say("kader", typed)
        assert weights(house) == {}
        await house.say(
            "kader", "betul" if typed.startswith("bb 22") else "15,3 97,5"
        )  # sure of it, or right this time
        assert weights(house) == {"AN-09": 22000 if typed.startswith("bb 22") else 15300}


async def test_two_numbers_are_no_invitation_code(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "syifa 82 76,5")
        await house.tap("kader", "Ketik ulang")
        await house.say("kader", "8,25 76,5")
        assert weights(house) == {"AN-08": 8250}


async def test_a_message_changed_twice_says_only_what_it_says_last(tmp_path: Path) -> None:
    """What the first change wrote is the message's, too."""
    async with demo_house(tmp_path) as house:
        await house.say("kader", "kenzie 15,3")
        await house.edit("kader", "syifa 8,25")
        assert weights(house) == {"AN-08": 8250}
        await house.edit("kader", "kenzie 15,3")
        assert weights(house) == {"AN-09": 15300}
        await house.edit("kader", "maaf bukan apa-apa")
        assert weights(house) == {}


STATUS = Sql(
    select(visit.c.status)
    .join(child, child.c.id == visit.c.child_id)
    .where(child.c.code == "AN-09", visit.c.on == POSYANDU_DAY.isoformat())
)


async def test_a_measure_taken_back_leaves_the_status_that_stood_there(tmp_path: Path) -> None:
    """ "Kenzie sakit", then a weight that was another child's: when it is taken back, Kenzie is ill again."""
    async with demo_house(tmp_path) as house:
        await house.say("kader", "kenzie sakit")
        assert house.read(lambda tx: tx.value(STATUS)) == "sakit"
        await house.say("kader", "kenzie 15,3")
        assert house.read(lambda tx: tx.value(STATUS)) is None
        await house.say("kader", "batal")
        assert weights(house) == {}
        assert house.read(lambda tx: tx.value(STATUS)) == "sakit"


async def test_a_status_does_not_come_back_beside_another_measure(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "kenzie sakit", "kenzie 15,3", "kenzie tb 97,5")
        await house.say("kader", "hapus kenzie", "hapus kenzie")
        assert house.read(lambda tx: tx.value(STATUS)) == "sakit", "both are taken back, the latest first"
        await house.say("kader", "kenzie 15,3", "kenzie tb 97,5")
        undone = [pick for m in house.thread("kader") for pick, _ in m.buttons if pick.startswith("!undo:")]
        await house.hear("kader", pick=undone[-2])
        assert weights(house) == {}
        assert house.read(lambda tx: tx.value(STATUS)) is None


@pytest.mark.parametrize(("answer", "kept"), [("Yang tadi", 15300), ("Yang sekarang", 14900)])
async def test_a_doubtful_line_does_not_write_over_what_another_kader_has_written_meanwhile(
    tmp_path: Path, answer: str, kept: int
) -> None:
    async with demo_house(tmp_path) as house:
        join(house, "kader-2", "kader", posyandu_id=1)
        await house.say("kader", "kenzie 153 97,5", "ketik ulang")
        await house.say("kader-2", "kenzie 15,3")
        await house.say("kader", "14,9 97,5")
        assert weights(house) == {"AN-09": 15300}, "asked first"
        await house.tap("kader", answer)
        assert weights(house) == {"AN-09": kept}
