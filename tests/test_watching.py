"""Figures without a name, and alarms that say what to do, each once a day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.alarms import Watch, alarms
from bot.cli import main
from bot.house import House
from bot.locales import catalogue
from bot.web.health import figures
from storage import outbox, senders
from storage.migrate import migrate
from storage.sql import Sql
from storage.store import Store, open_store
from storage.tables import address, incoming, membership, outgoing, person
from storage.watching import Signs, look

NOW = 1_794_448_800_000
MINUTE = 60_000
TOLD = Sql(select(outgoing.c.body, outgoing.c.once).where(outgoing.c.kind == "alert").order_by(outgoing.c.id))


class Clock:
    at = NOW

    def now(self) -> int:
        return self.at


def trouble(store: Store) -> int:
    """A message unanswered for three minutes, one held up, one in doubt, one set aside; the operator's id."""

    def work(tx: Any) -> int:
        who = tx.insert(person, name="Operator", at=1)
        tx.insert(membership, person_id=who, role="operator", from_at=1)
        at = tx.insert(address, channel="telegram", external_id="7", person_id=who, at=1, heard_at=1)
        tx.insert(incoming, address_id=at, message_id="a", arrived_at=NOW - 3 * MINUTE, sent_at=1)
        tx.insert(incoming, address_id=at, message_id="b", arrived_at=1, sent_at=1, state="set_aside")
        for state, ago in (("ready", 11), ("in_doubt", 20), ("sent", 90), ("failed", 5)):
            put = outbox.put(tx, outbox.Message("parent", (("sorry", {}),), person_id=who), NOW - ago * MINUTE)
            tx.run(Sql(outgoing.update().where(outgoing.c.id == put).values(state=state)))
        return int(who)

    return store.write(work)


def test_what_is_open_is_counted_with_its_age(store: Store) -> None:
    assert store.read(lambda tx: look(tx, NOW)) == Signs()
    trouble(store)
    signs = store.read(lambda tx: look(tx, NOW))
    assert (signs.open, signs.open_s, signs.aside) == (1, 180.0, 1)
    assert (signs.due, signs.due_s, signs.in_doubt_s) == (1, 660.0, 1200.0)
    assert signs.rows == {"ready": 1, "in_doubt": 1, "failed": 1}


async def test_each_operator_is_told_once_a_day_what_to_do(store: Store) -> None:
    trouble(store)
    clock = Clock()
    for _ in range(3):
        await Watch(store, clock).once()
        clock.at += 10 * MINUTE
    told = store.read(lambda tx: tx.all(TOLD))
    assert sorted(r.once.split(":")[0] for r in told) == ["alarm.aside", "alarm.due", "alarm.in_doubt", "alarm.open"]
    clock.at += 24 * 60 * MINUTE
    await Watch(store, clock).once()
    assert len(store.read(lambda tx: tx.all(TOLD))) == 8


def test_every_alarm_has_words_with_a_command() -> None:
    signs = Signs(
        open=2, open_s=500, due=9, talk_s=900, rows={"in_doubt": 3}, in_doubt_s=2000, aside=1, jobs=4, jobs_s=400
    )
    found = alarms(signs, many=True) + alarms(signs)
    assert {key for key, _ in found} == {
        f"alarm.{n}" for n in ("open", "nobody_sends", "due", "in_doubt", "aside", "jobs")
    }
    for language in ("id", "en"):
        for key, values in found:
            said = catalogue(language).say(key, **values)
            assert "posyandu-bot" in said, said


def test_a_siaran_that_takes_its_time_is_no_alarm() -> None:
    assert alarms(Signs(due=9000, due_s=4000.0, talk_s=3.0)) == []


@pytest.mark.postgres
def test_living_senders_and_jobs_are_seen(postgres_url: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(postgres_url)
    migrate(store)
    store.write(lambda tx: senders.beat(tx, "telegram", "one", 0))
    store.write(lambda tx: senders.beat(tx, "telegram", "two", 0))
    signs = store.read(lambda tx: look(tx, NOW, jobs=True))
    assert signs.senders == {"telegram": 2}
    assert (signs.jobs, signs.jobs_failed) == (0, 0)
    store.close()
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert main(["doctor"]) == 0
    assert "worker yang sedang mengirim: telegram 2" in capsys.readouterr().out


async def test_the_metrics_page_has_no_name(tmp_path: Path) -> None:
    from tests.house import demo_house

    async with demo_house(tmp_path) as talks:
        await talks.say("kader", "menu")
        house: House = talks.house
        signs = talks.read(lambda tx: look(tx, house.clock.now()))
        shown = figures(signs, house)
        assert shown["posyandu_turns_total"] == 1
        assert shown['posyandu_sent_total{channel="emulator"}'] == 1
        assert shown["posyandu_inbox_open"] == 0
