"""What the tests about cases share: commands given directly, people with other posts, and a look at the case."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers import carry_out
from bot.handlers.desk import Desk, Outcome
from posyandu.calendar import local
from storage import people
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import address, audit, case_event, child, membership, outgoing, person, risk_case, tell_in_person
from tests.house import ZONE, DemoHouse

BY_KEY = Sql(select(person.c.id).where(person.c.key == bindparam("key_of_it")))
BY_CODE = Sql(select(child.c.id).where(child.c.code == bindparam("code_of_it")))
CASE = Sql(select(risk_case).where(risk_case.c.child_id == bindparam("child_id")))
STORY = Sql(
    select(case_event.c.did)
    .join(risk_case, risk_case.c.id == case_event.c.case_id)
    .where(risk_case.c.child_id == bindparam("child_id"))
    .order_by(case_event.c.id)
)
TOLD = Sql(
    select(person.c.key, outgoing.c.kind, outgoing.c.state, outgoing.c.body, outgoing.c.child_id)
    .join(person, person.c.id == outgoing.c.person_id)
    .where(outgoing.c.kind != "reply")
    .order_by(outgoing.c.id)
)
LINES = Sql(select(tell_in_person).order_by(tell_in_person.c.id))
REFUSALS = Sql(select(audit.c.did).where(audit.c.did.like("refused:%")))


def person_of(house: DemoHouse, key: str) -> int:
    return int(house.read(lambda tx: tx.value(BY_KEY, key_of_it=key)))


def child_of(house: DemoHouse, code: str) -> int:
    return int(house.read(lambda tx: tx.value(BY_CODE, code_of_it=code)))


def give(house: DemoHouse, key: str, command: object) -> Outcome:
    """A command as if that person had given it just now."""

    number, now = person_of(house, key), house.house.clock.now()

    def work(tx: Tx) -> Outcome:
        known = people.load(tx, number, now)
        assert known is not None
        return carry_out(command, Desk(tx, now, local(now, ZONE).date(), known, None))

    return house.store.write(work)


def join(house: DemoHouse, key: str, role: str, **post: Any) -> int:
    """A new person with one post, reachable in the emulator."""

    now = house.house.clock.now()

    def work(tx: Tx) -> int:
        who = tx.insert(person, key=key, name=key.title(), at=now, prefers="emulator")
        tx.insert(address, channel="emulator", external_id=key, person_id=who, at=now, heard_at=now)
        tx.insert(membership, person_id=who, role=role, from_at=now - 1, **post)
        return who

    return house.store.write(work)


def case_of(house: DemoHouse, code: str) -> Row | None:
    number = child_of(house, code)
    return house.read(lambda tx: tx.one(CASE, child_id=number))


def story(house: DemoHouse, code: str) -> list[str]:
    number = child_of(house, code)
    return [r.did for r in house.read(lambda tx: tx.all(STORY, child_id=number))]


def told(house: DemoHouse, key: str, *, arrived: bool = True) -> list[list[str]]:
    """The word keys of each message that this person was told unasked (that has left)."""
    rows = house.read(lambda tx: tx.all(TOLD))
    return [
        [s[0] for s in json.loads(r.body).get("says", [])]
        for r in rows
        if r.key == key and (not arrived or r.state in ("sent", "delivered", "read"))
    ]


def heads(house: DemoHouse, key: str, prefix: str) -> list[str]:
    """What she was told about these things, by its first such words: the digest tells of the posyandu before."""
    found = ([s for s in says if s.startswith(prefix)] for says in told(house, key))
    return [some[0] for some in found if some]


async def weigh(house: DemoHouse, line: str, *taps: str) -> None:
    """The kader's line, and what she taps after it."""
    await house.say("kader", line)
    for tap in taps:
        await house.tap("kader", tap)


DAY = date(2026, 11, 12)
