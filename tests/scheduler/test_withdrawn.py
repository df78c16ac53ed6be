"""One bubble for a family of several children: what changes about one of them is put right before it leaves."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sqlalchemy import bindparam, select

from storage import newborn
from storage.sql import Sql
from storage.tables import audit, child, outgoing
from tests.conversations.scenes import arrange, melati
from tests.house import DemoHouse, demo_house

CHILD = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
NOTED = Sql(select(audit.c.detail).where(audit.c.did == "recheck:lapsed"))
ALL = Sql(select(outgoing.c.body, outgoing.c.state).where(outgoing.c.once.like("h1:%")))


def who(house: DemoHouse) -> str:
    """Whom the one reminder that waits names; "" when none waits."""
    rows = [json.loads(r.body) for r in house.read(lambda tx: tx.all(ALL)) if r.state == "ready"]
    return "".join(str(values["who"]) for body in rows for key, values in body["says"][0][1]["rows"] if "who" in values)


async def test_a_reminder_that_waits_follows_each_child(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        arrange(house, "people_three_children")
        await house.clock("2026-12-11 15:58")
        await house.say("ibu-tiga", "ya", "ya", "ya")
        await house.say("ibu-tiga", "perbaiki")  # a talk: what is due at four waits until it is over
        await house.clock("2026-12-11 16:01")
        assert who(house) == "Azzam, Husein, Cantika"
        await house.say("ibu-tiga", "berhenti", "husein")
        assert who(house) == "Azzam, Cantika"
        azzam = house.read(lambda tx: tx.value(CHILD, code="AN-01"))
        place, now = melati(house), house.house.clock.now()
        house.store.write(lambda tx: newborn.move(tx, azzam, place, date(2026, 12, 11), now))
        assert who(house) == "Cantika"
        await house.say("kader", "cantika 9,9")
        assert who(house) == ""
        top = house.newest()
        await house.clock("2026-12-11 17:00")
        assert not [seen for key, seen in house.shown_since(top) if key == "ibu-tiga"]


async def test_a_question_to_measure_again_lapses_after_days(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert "mohon ukur sekali lagi" in (await house.say("kader", "cantika 9,3 lila 11,2")).text
        await house.clock("2026-11-13 09:00")
        assert "mohon ukur sekali lagi" in (await house.say("kader", "bantuan")).text
        await house.clock("2026-12-12 09:00")
        assert "tidak saya tanyakan lagi" in (await house.say("kader", "azzam 11,4 84,5")).text
        assert "Cantika" not in (await house.say("kader", "alasan")).text.split("kenapa")[0]
        assert house.read(lambda tx: tx.value(NOTED)) == "tidak diukur ulang sesudah 2026-11-12"
