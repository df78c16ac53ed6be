"""A child's life events: what is kept, what is withdrawn, and what is never asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select, update

from posyandu.commands import RecordSession, RecordVisit, Value
from posyandu.commands.consent import StopMessages
from storage import book, in_person, life, newborn, outbox
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import (
    child,
    guardian,
    measurement,
    month_summary,
    outgoing,
    person,
    posyandu,
    risk_case,
    tell_in_person,
    verdict,
    visit,
)
from tests.handlers.case_house import child_of, give
from tests.house import POSYANDU_DAY, DemoHouse, demo_house

CHILD = Sql(select(child).where(child.c.name == bindparam("name")))
BY_CODE = Sql(select(child).where(child.c.code == bindparam("code")))
ABOUT = Sql(select(outgoing.c.state).where(outgoing.c.child_id == bindparam("child_id")))
KEY = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
S = Sql(select(month_summary.c.s, month_summary.c.d).where(month_summary.c.month == "2026-11"))
ANYELIR = Sql(select(posyandu.c.id).where(posyandu.c.code == "32.01.01.1010.001"))
MELATI = Sql(select(posyandu.c.id).where(posyandu.c.name.like("%Melati%")).order_by(posyandu.c.id).limit(1))
VISITS = Sql(select(func.count()).select_from(visit).where(visit.c.child_id == bindparam("child_id")))
WEIGHTS = Sql(
    select(func.count())
    .select_from(measurement)
    .where(
        measurement.c.child_id == bindparam("child_id"),
        measurement.c.field == "weight",
        measurement.c.current.is_not(None),
    )
)
GUARDIANS = Sql(select(guardian.c.state).where(guardian.c.child_id == bindparam("child_id")))
BORN = Sql(update(child).where(child.c.code == bindparam("which")).values(birth=bindparam("day")))


COUNTING = Sql(
    select(verdict.c.on, verdict.c.grams, verdict.c.counts)
    .join(child, child.c.id == verdict.c.child_id)
    .where(child.c.code == "AN-01", verdict.c.month == "2026-11")
    .order_by(verdict.c.on)
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path) as made:
        yield made


def one(house: DemoHouse, sql: Sql, **values: Any) -> Row:
    return house.read(lambda tx: tx.one(sql, **values))


async def test_a_new_child_keeps_what_was_typed_of_her(house: DemoHouse) -> None:
    """A name nobody has, with its measures: first who she is, then the very values that were typed."""
    await house.say("kader", "Zulaikha 6,4 63")
    for text in ("daftarkan", "anak baru", "ya", "5-5-2026", "perempuan", "Nur Aini", "lewati", "daftarkan"):
        await house.say("kader", text)
    row = one(house, CHILD, name="Zulaikha")
    assert (row.sex, row.birth, row.mother_name, row.state) == ("P", "2026-05-05", "Nur Aini", "active")
    assert {k: v for k, v in house.measures().items() if k[0] == row.code} == {
        (row.code, "weight"): 6400,
        (row.code, "length"): 630,
    }


async def test_a_baby_without_a_name_or_nik_is_registered_and_weighed(house: DemoHouse) -> None:
    for text in ("timbang", "tidak ada di daftar", "anak baru", "By. Ny. Dewi", "1-11-2026", "L", "Dewi", "3", "ya"):
        await house.say("kader", text)
    assert "By. Ny. Dewi" in house.last("kader").text
    assert "kilo" in house.last("kader").text
    await house.say("kader", "3,4", "lewati", "lewati", "simpan")
    row = one(house, CHILD, name="By. Ny. Dewi")
    assert house.measures()[(row.code, "weight")] == 3400
    assert row.nik_last4 is None


async def test_a_twin_is_told_from_a_second_entry_of_the_same_child(house: DemoHouse) -> None:
    first = ("timbang", "tidak ada di daftar", "anak baru", "Rafa", "1-6-2026", "L", "Dewi", "lewati", "ya")
    second = ("timbang", "tidak ada di daftar", "anak baru", "Rafi", "1-6-2026", "L", "Ny. Dewi", "lewati")
    await house.say("kader", *first)
    await house.say("kader", *second)
    assert "tanggal lahir yang sama" in house.last("kader").text
    await house.say("kader", "kembar", "ya")
    assert [one(house, CHILD, name=n).birth_order for n in ("Rafa", "Rafi")] == [1, 2]


async def test_a_visitor_is_weighed_but_not_counted(house: DemoHouse) -> None:
    await house.say("kader", "Supriadi 13,5 99")
    before = one(house, S)
    for text in ("timbang", "tidak ada di daftar", "tamu", "Bunga", "1-6-2026", "P", "Santi", "ya", "7,2", "lewati"):
        await house.say("kader", text)
    await house.say("kader", "lewati", "simpan")
    row = one(house, CHILD, name="Bunga")
    assert row.state == "visitor"
    assert house.measures()[(row.code, "weight")] == 7200
    assert tuple(one(house, S)) == tuple(before)


async def test_a_death_withdraws_twenty_queued_messages_and_nothing_is_asked_again(house: DemoHouse) -> None:
    azzam = one(house, BY_CODE, code="AN-01")
    now = house.house.clock.now()

    def queue(tx: Tx) -> None:
        mother = tx.value(KEY, key="orangtua-an-01")
        for n in range(20):
            says = (("parent.next", {"on": "2026-12-12"}),)
            outbox.put(
                tx,
                outbox.Message("reminder", says, person_id=mother, child_id=azzam.id, not_before=now + 3600_000 + n),
                now,
            )  # fmt: skip

    house.store.write(queue)
    await house.say("kader", "anak meninggal", "azzam")
    assert "meninggal dunia?" in house.last("kader").text
    await house.say("kader", "ya")
    assert one(house, BY_CODE, code="AN-01").state == "active", "asked twice"
    await house.say("kader", "ya")
    assert "berduka" in house.last("kader").text
    states = [r.state for r in house.read(lambda tx: tx.all(ABOUT, child_id=azzam.id))]
    assert states.count("superseded") == 20
    assert "ready" not in states
    assert "Azzam" in house.last("bidan").text
    before = len(house.thread("orangtua-an-01"))
    await house.clock("2026-12-13 09:00")
    assert not any("Azzam" in m.text for m in house.thread("orangtua-an-01")[before:])
    assert "Azzam" not in (await house.say("kader", "belum")).text
    assert {r.state for r in house.read(lambda tx: tx.all(GUARDIANS, child_id=azzam.id))} == {"ended"}


async def test_the_second_question_about_a_death_can_still_be_answered_no(house: DemoHouse) -> None:
    await house.say("kader", "anak meninggal", "azzam", "ya", "tidak")
    assert one(house, BY_CODE, code="AN-01").state == "active"


async def test_moved_to_another_posyandu_of_the_house(house: DemoHouse) -> None:
    await house.say("kader", "anak pindah", "azzam", "posyandu lain", "melati")
    if "yang mana" in house.last("kader").text:
        await house.say("kader", "1")
    await house.say("kader", "simpan")
    assert "Azzam" in house.last("kader-lain").text
    assert "Azzam" not in (await house.say("kader", "belum")).text
    await house.say("kader-lain", "Azzam 11,1")
    assert house.measures()[("AN-01", "weight")] == 11100


async def test_those_who_turned_five_leave_in_one_answer(house: DemoHouse) -> None:
    house.store.write(lambda tx: tx.run(BORN, which="AN-30", day="2021-10-01"))
    await house.say("kader", "genap 5 tahun", "semua")
    assert one(house, BY_CODE, code="AN-30").state == "five"


async def test_two_entries_become_one_child_by_a_persons_word(house: DemoHouse) -> None:
    azzam = one(house, BY_CODE, code="AN-01")

    def double(tx: Tx) -> int:
        made = newborn.register(
            tx, tx.value(ANYELIR), "M Azzam", "L", POSYANDU_DAY.fromisoformat(azzam.birth), "Lilis", "01", POSYANDU_DAY,
            1, house.house.clock.now(),
        )  # fmt: skip
        return made

    other = house.store.write(double)
    visits = house.read(lambda tx: tx.value(WEIGHTS, child_id=azzam.id))

    def weigh(tx: Tx) -> None:
        book.record(
            tx, child_id=other, posyandu_id=tx.value(ANYELIR), on=POSYANDU_DAY, values=(Value("weight", 11100),),
            status=None, place="posyandu", replaces=False, by_person=1, incoming_id=None, now=house.house.clock.now(),
        )  # fmt: skip

    house.store.write(weigh)
    await house.say("kader", "data ganda")
    assert "dua kali" in house.last("kader").text
    await house.say("kader", azzam.name)
    assert "digabung ke" in house.last("kader").text
    assert "Digabung" in (await house.say("kader", "simpan")).text
    assert house.read(lambda tx: tx.value(WEIGHTS, child_id=azzam.id)) == visits + 1
    assert house.measures()[("AN-01", "weight")] == 11100
    row = house.read(lambda tx: tx.one(Sql(select(child.c.state, child.c.merged_into).where(child.c.id == other))))
    assert (row.state, row.merged_into) == ("merged", azzam.id)


async def test_the_phone_is_for_kader_and_health_staff(house: DemoHouse) -> None:
    await house.say("kader", "nomor ibu", "azzam", "0812-3456-7890")
    assert "+628" in house.last("kader").text
    assert "+6281234567890" in (await house.say("bidan", "nomor ibu", "azzam")).text
    assert "+628" not in (await house.say("kader-lain", "nomor ibu")).text


async def test_closing_a_family_is_one_question(house: DemoHouse) -> None:
    await house.say("kader", "data anak", "azzam", "jangan bagikan", "ya")
    assert one(house, BY_CODE, code="AN-01").no_share == 1


async def test_a_second_weighing_in_the_same_month_counts_instead_of_the_first(house: DemoHouse) -> None:
    """A visit home after posyandu day: the later one is the month's, and nothing breaks."""
    await house.say("kader", "azzam 11,1 83")
    await house.clock("2026-11-20 10:00")
    give(house, "bidan", RecordVisit(child_of(house, "AN-01"), date(2026, 11, 20), (Value("weight", 11300),)))
    rows = house.read(lambda tx: tx.all(COUNTING))
    assert [(r.on, r.grams, r.counts is not None) for r in rows] == [
        ("2026-11-12", 11100, False),
        ("2026-11-20", 11300, True),
    ]


LINES = Sql(
    select(tell_in_person.c.posyandu_id, tell_in_person.c.state).where(tell_in_person.c.child_id == bindparam("about"))
)
CASES = Sql(select(risk_case.c.child_id, risk_case.c.state).order_by(risk_case.c.id))
CLOSED = Sql(update(child).where(child.c.id == bindparam("which")).values(no_share=1))
HER = Sql(
    select(guardian.c.state, guardian.c.muted).where(
        guardian.c.child_id == bindparam("child_id"), guardian.c.person_id == bindparam("person_id")
    )
)


def second_entry(house: DemoHouse, kg: int) -> int:
    """The same child written a second time, and weighed under that name."""
    azzam, now = one(house, BY_CODE, code="AN-01"), house.house.clock.now()

    def work(tx: Tx) -> int:
        made = newborn.register(
            tx, azzam.posyandu_id, "M Azzam", "L", date.fromisoformat(azzam.birth), "Lilis", "01", POSYANDU_DAY, 1, now
        )
        book.record(
            tx, child_id=made, posyandu_id=azzam.posyandu_id, on=POSYANDU_DAY, values=(Value("weight", kg),),
            status=None, place="posyandu", replaces=False, by_person=1, incoming_id=None, now=now,
        )  # fmt: skip
        return made

    return house.store.write(work)


def merge(house: DemoHouse, keep: int, drop: int) -> None:
    house.store.write(lambda tx: newborn.merge(tx, keep, drop, POSYANDU_DAY, house.house.clock.now()))


async def test_what_a_kader_is_to_say_herself_moves_with_the_child(house: DemoHouse) -> None:
    """Else the old kader reads of a child that is no longer hers, and nobody goes to the family."""
    azzam, now = one(house, BY_CODE, code="AN-01"), house.house.clock.now()
    to = house.read(lambda tx: tx.value(MELATI))

    def work(tx: Tx) -> None:
        in_person.put(tx, azzam.posyandu_id, azzam.id, [("family.in_person", {})], once="x", why="undangan", now=now)
        assert newborn.move(tx, azzam.id, to, POSYANDU_DAY, now)

    house.store.write(work)
    assert [tuple(r) for r in house.read(lambda tx: tx.all(LINES, about=azzam.id))] == [(to, "open")]


async def test_a_case_under_the_other_name_goes_on_under_the_kept_one(house: DemoHouse) -> None:
    azzam = one(house, BY_CODE, code="AN-01").id
    drop = second_entry(house, 5000)
    assert [tuple(r) for r in house.read(lambda tx: tx.all(CASES)) if r.child_id in (azzam, drop)] == [(drop, "open")]
    merge(house, azzam, drop)
    assert [tuple(r) for r in house.read(lambda tx: tx.all(CASES)) if r.child_id in (azzam, drop)] == [(azzam, "open")]


async def test_the_mother_of_either_entry_stays_the_mother_and_a_closed_family_closed(house: DemoHouse) -> None:
    azzam = one(house, BY_CODE, code="AN-01").id
    drop, now = second_entry(house, 11100), house.house.clock.now()

    def work(tx: Tx) -> int:
        tx.run(CLOSED, which=drop)
        who = tx.insert(person, name="Ujang", at=now)
        tx.insert(guardian, person_id=who, child_id=azzam, relation="ayah", state="waiting", muted=1, at=now)
        tx.insert(guardian, person_id=who, child_id=drop, relation="ayah", state="confirmed", muted=0, at=now)
        return who

    father = house.store.write(work)
    merge(house, azzam, drop)
    assert tuple(one(house, HER, child_id=azzam, person_id=father)) == ("confirmed", 0)
    assert one(house, BY_CODE, code="AN-01").no_share == 1


async def test_what_comes_back_unsent_after_a_death_or_a_stop_stays_unsent(house: DemoHouse) -> None:
    """A provider says after hours that a message failed: what has been said since counts."""
    azzam, now = one(house, BY_CODE, code="AN-01"), house.house.clock.now()

    def sent_and_failed(tx: Tx, key: str, kind: str) -> int:
        says = (("parent.next", {"on": "2026-12-12"}),)
        put = outbox.put(tx, outbox.Message(kind, says, person_id=tx.value(KEY, key=key), child_id=azzam.id), now)
        assert put is not None
        outbox.claim(tx, "emulator", [r for r in outbox.due(tx, "emulator", now, 100) if r.id == put], now, 1000)
        return put

    def state(row: int) -> str:
        return str(house.read(lambda tx: tx.one(outbox.BY_ID, row_id=row)).state)

    def leaves(row: int) -> bool:
        """What delivery does when it is ready again."""

        def work(tx: Tx) -> bool:
            outbox.later(tx, row, now, "retry 63012")
            rows = [r for r in outbox.due(tx, "emulator", now, 100) if r.id == row]
            return bool(rows and outbox.claim(tx, "emulator", rows, now, 1000))

        return house.store.write(work)

    row = house.store.write(lambda tx: sent_and_failed(tx, "orangtua-an-01", "parent"))
    assert leaves(row), "nothing has changed"
    give(house, "orangtua-an-01", StopMessages((azzam.id,)))
    assert not leaves(row)
    assert state(row) == "superseded"
    alert = house.store.write(lambda tx: sent_and_failed(tx, "kader", "alert"))
    assert leaves(alert)
    house.store.write(lambda tx: life.leave(tx, azzam.id, "died", POSYANDU_DAY, now, "meninggal"))
    assert not leaves(alert)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("day", "word"), [(5, "weighing.before_birth"), (13, "weighing.future")])
async def test_nobody_is_weighed_before_she_is_born_nor_tomorrow(
    house: DemoHouse, together: bool, day: int, word: str
) -> None:
    house.store.write(lambda tx: tx.run(BORN, which="AN-03", day="2026-11-10"))
    who = one(house, BY_CODE, code="AN-03")
    on = date(2026, 11, day)
    visit = RecordVisit(who.id, on, (Value("weight", 3000),))
    said = give(house, "kader", RecordSession(who.posyandu_id, on, (visit,)) if together else visit)
    assert [key for key, _ in said.says] == [word]
    assert house.measures("2026-11-01").get(("AN-03", "weight")) is None
