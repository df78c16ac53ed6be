"""A number that must say a name first, and the side doors: "stop", a block, a code of one's own, a sticker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from storage import addresses, joining, outbox
from storage.sql import Sql
from storage.store import Tx
from storage.tables import address, guardian, person
from tests.handlers.case_house import child_of
from tests.house import DemoHouse, demo_house

MOTHER = "orangtua-an-01"
AT = Sql(select(address.c.id, address.c.state, address.c.person_id).where(address.c.external_id == bindparam("key")))
UNVERIFIED = Sql(update(address).where(address.c.external_id == bindparam("key")).values(state="unverified"))
STATE = Sql(update(address).where(address.c.external_id == bindparam("key")).values(state=bindparam("new_state")))
NAMELESS = Sql(update(person).where(person.c.key == bindparam("who")).values(name=""))
OF_CHILD = Sql(select(guardian.c.person_id, guardian.c.state).where(guardian.c.child_id == bindparam("child_id")))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path) as made:
        made.store.write(lambda tx: tx.run(UNVERIFIED, key=MOTHER))
        yield made


def at(house: DemoHouse, key: str = MOTHER) -> Any:
    return house.read(lambda tx: tx.one(AT, key=key))


async def learns_nothing(house: DemoHouse) -> None:
    for text in ("menu", "anak saya", "data saya"):
        assert "Azzam" not in (await house.say(MOTHER, text)).text
    assert not any("Lilis" in m.text for m in house.thread(MOTHER) if m.direction == "out")


async def test_stop_and_mulai_are_no_way_in(house: DemoHouse) -> None:
    await house.say(MOTHER, "stop", "mulai")
    assert "Azzam" not in (await house.say(MOTHER, "anak saya")).text
    assert "dipastikan" in (await house.say(MOTHER, "Lilis")).text


async def test_a_stranger_who_stops_at_one_number_does_not_silence_her_other_channel(house: DemoHouse) -> None:
    house.store.write(
        lambda tx: joining.attach(
            tx, tx.insert(address, channel="emulator", external_id="lilis-wa", at=1), at(house).person_id, 1
        )
    )
    await house.say(MOTHER, "stop semua")
    assert at(house, "lilis-wa").state == "reachable"


async def test_mulai_on_her_other_channel_does_not_vouch_for_the_number(house: DemoHouse) -> None:
    house.store.write(
        lambda tx: joining.attach(
            tx, tx.insert(address, channel="emulator", external_id="lilis-wa", at=1), at(house).person_id, 1
        )
    )
    await house.say("lilis-wa", "stop semua")
    assert at(house, "lilis-wa").state == "opted_out"
    await house.say("lilis-wa", "mulai")
    assert at(house, "lilis-wa").state == "reachable"
    await learns_nothing(house)


@pytest.mark.parametrize("event", ["blocked", "unblocked"])
async def test_a_block_vouches_for_nobody(house: DemoHouse, event: str) -> None:
    await house.hear(MOTHER, event=event)
    await learns_nothing(house)


async def test_blocking_and_unblocking_takes_back_no_stop(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(STATE, key=MOTHER, new_state="opted_out"))
    await house.hear(MOTHER, event="blocked")
    await house.hear(MOTHER, event="unblocked")
    assert at(house).state == "opted_out"


@pytest.mark.parametrize("state", ["blocked", "gone"])
async def test_a_message_that_found_nobody_there_vouches_for_nobody(house: DemoHouse, state: str) -> None:
    house.store.write(lambda tx: addresses.set_state(tx, at(house).id, state))
    await learns_nothing(house)


async def test_a_number_nobody_had_any_more_says_a_name_when_it_writes_again(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(STATE, key=MOTHER, new_state="gone"))
    assert "balas dengan nama" in (await house.say(MOTHER, "halo")).text
    await learns_nothing(house)
    assert "dipastikan" in (await house.say(MOTHER, "Lilis")).text


async def test_a_code_of_her_own_makes_her_nobody_else(house: DemoHouse) -> None:
    """The new owner of a number is a mother of this village, too: her kader gives her a code for her own child."""
    before = at(house).person_id
    other = child_of(house, "AN-03")
    code = house.store.write(
        lambda tx: joining.make_code(
            tx, kind="guardian", now=house.house.clock.now(), by=None, role="wali", child_id=other
        )
    )  # fmt: skip
    await house.say(MOTHER, code)
    assert at(house).person_id != before
    assert before not in {r.person_id for r in house.read(lambda tx: tx.all(OF_CHILD, child_id=other))}
    await learns_nothing(house)


async def test_who_never_gave_a_name_is_not_known_by_a_sticker(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(NAMELESS, who=MOTHER))
    await house.send_file(MOTHER, "sticker")
    assert at(house).state == "unverified"


async def test_what_waits_for_her_is_not_told_to_whoever_has_the_address_now(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(STATE, key=MOTHER, new_state="reachable"))
    lilis, at_night = at(house), house.house.clock.now() + 3600_000

    def work(tx: Tx) -> int | None:
        says = (("parent.next", {"on": "2026-12-12"}),)
        row = outbox.put(tx, outbox.Message("parent", says, person_id=lilis.person_id, not_before=at_night), 1)
        joining.attach(tx, lilis.id, tx.insert(person, name="Orang Lain", at=1), 1)
        return row

    row = house.store.write(work)
    before = len(house.thread(MOTHER))
    await house.clock("2026-11-12 11:00")
    assert len(house.thread(MOTHER)) == before
    kept = house.read(lambda tx: tx.one(outbox.BY_ID, row_id=row))
    assert (kept.state, kept.reason) == ("failed", "tidak terjangkau: alamat orang lain")
