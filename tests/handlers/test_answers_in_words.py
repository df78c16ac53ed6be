"""An invitation is answered as people write: not only by its buttons, and minds change."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from storage.sql import Sql
from storage.tables import day_answer, person
from tests.house import DemoHouse, demo_house

ANSWERS = Sql(select(person.c.key, day_answer.c.answer).join(person, person.c.id == day_answer.c.person_id))


def answers(house: DemoHouse) -> dict[str, str]:
    return {r.key: r.answer for r in house.read(lambda tx: tx.all(ANSWERS))}


async def test_right_below_an_invitation_her_own_words_are_an_answer(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        before = await house.say("orangtua-an-05", "iya bu")
        assert before.text == "Baik 🌱", "nothing was asked"
        await house.clock("2026-12-11 16:30")
        assert "Untuk Aisyah Humaira." in house.last("orangtua-an-02").text, "one name has room enough"
        await house.say("orangtua-an-01", "insya allah datang bu")
        assert answers(house) == {"orangtua-an-01": "datang"}
        await house.say("orangtua-an-01", "eh maaf ga bisa")
        sick = await house.say("orangtua-an-03", "maaf bu ga bisa, anak demam")
        assert "lekas sembuh" in sick.text
        asked = await house.say("orangtua-an-04", "iya bu")
        assert "*datang* atau *tidak bisa*" in asked.text, "who only says yes may mean the message, not the day"
        assert answers(house) == {"orangtua-an-01": "tidak_bisa", "orangtua-an-03": "tidak_bisa"}
        await house.say("orangtua-an-04", "datang")
        assert answers(house)["orangtua-an-04"] == "datang"
