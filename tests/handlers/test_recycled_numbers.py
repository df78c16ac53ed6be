"""A number that must say a name first, and the side doors: "stop", a block, a code of one's own, a sticker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from posyandu.commands.joining import AnswerJoins
from storage import addresses, joining, outbox, people
from storage.sql import Sql
from storage.store import Tx
from storage.tables import address, guardian, join_request, membership, person
from tests.handlers.case_house import child_of, give
from tests.house import DemoHouse, demo_house

MOTHER = "orangtua-an-01"
AT = Sql(select(address.c.id, address.c.state, address.c.person_id).where(address.c.external_id == bindparam("key")))
UNVERIFIED = Sql(update(address).where(address.c.external_id == bindparam("key")).values(state="unverified"))
STATE = Sql(update(address).where(address.c.external_id == bindparam("key")).values(state=bindparam("new_state")))
BLOCKED = Sql(
    update(address)
    .where(address.c.external_id == bindparam("key"))
    .values(state="blocked", heard_at=bindparam("heard"), verified_at=None)
)
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


@pytest.mark.parametrize("days", [89, 91])
async def test_a_number_that_was_blocked_for_as_long_as_a_silent_one_says_a_name(house: DemoHouse, days: int) -> None:
    """Numbers that block us are not asked at night like silent ones: they are asked when they write again."""
    heard = house.house.clock.now() - days * 86_400_000
    house.store.write(lambda tx: tx.run(BLOCKED, key=MOTHER, heard=heard))
    said = (await house.say(MOTHER, "anak saya")).text
    assert ("balas dengan nama" in said) == (days > 90)
    assert ("Azzam" in said) == (days < 90)


async def test_a_kader_let_in_by_name_is_still_the_mother_she_became_while_she_waited(house: DemoHouse) -> None:
    """She asked to be let in as a kader, and then used the code for her own child, from the same chat."""
    other, now = child_of(house, "AN-03"), house.house.clock.now()

    def work(tx: Tx) -> tuple[int, int]:
        listed = tx.insert(person, name="Ibu Tini", at=now)
        tx.insert(membership, person_id=listed, role="kader", posyandu_id=1, from_at=1)
        chat = tx.insert(address, channel="emulator", external_id="tini", at=now, heard_at=now)
        asked = tx.insert(join_request, person_id=listed, address_id=chat, posyandu_id=1, at=now)
        mother = tx.insert(person, name="Tini", at=now)
        joining.attach(tx, chat, mother, now)
        tx.insert(guardian, person_id=mother, child_id=other, relation="ibu", state="confirmed", muted=0, at=now)
        return asked, listed

    asked, listed = house.store.write(work)
    give(house, "bidan", AnswerJoins(1, (asked,)))
    assert at(house, "tini").person_id == listed
    known = house.read(lambda tx: people.load(tx, listed, now))
    assert known.scope.children == {other}
    assert known.scope.posts
