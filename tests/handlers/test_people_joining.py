"""Coming in: who is refused, how often one may try, and what is said to whom before a child is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from posyandu.people import Role
from storage import codes, joining
from storage.sql import Sql
from storage.store import Tx
from storage.tables import code, guardian, membership, outgoing, person, posyandu
from tests.house import DemoHouse, demo_house

HOUR = 3600_000
MEMBERS = Sql(
    select(person.c.key, person.c.name, membership.c.role, membership.c.until_at, membership.c.id)
    .join(person, person.c.id == membership.c.person_id)
    .order_by(membership.c.id)
)
GUARDIANS = Sql(
    select(person.c.name, guardian.c.state, guardian.c.muted, guardian.c.child_id)
    .join(person, person.c.id == guardian.c.person_id)
    .order_by(guardian.c.id.desc())
)
ANYELIR = Sql(select(posyandu.c.id).where(posyandu.c.code == "32.01.01.1010.001"))
HASHES = Sql(select(code.c.hash, code.c.shown))
CLOSE_FAMILY = joining.NO_SHARE
TO = Sql(select(outgoing.c.body, outgoing.c.state).where(outgoing.c.person_id == bindparam("person_id")))
KEY = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
EXPIRE = Sql(update(code).where(code.c.hash == bindparam("digest")).values(expires_at=bindparam("at")))


@pytest.fixture
async def house(demo_url: str, tmp_path: Path) -> AsyncIterator[DemoHouse]:
    async with demo_house(tmp_path, url=demo_url, filled=True) as made:
        yield made


def anyelir(house: DemoHouse) -> int:
    return int(house.read(lambda tx: tx.value(ANYELIR)))


def give_code(house: DemoHouse, **what: Any) -> str:
    def work(tx: Tx) -> str:
        return joining.make_code(tx, now=house.house.clock.now(), by=None, **what)

    return str(house.store.write(work))


# -- refused ------------------------------------------------------------------------------------------------------


async def test_an_expired_code_is_refused_kindly_and_the_new_one_works(house: DemoHouse) -> None:
    assert "minta kode baru" in (await house.say("kader-baru", "KADERTUA")).text
    assert "Selamat datang" in (await house.say("kader-baru", "KADER234")).text


async def test_a_staff_code_opens_once_and_for_72_hours(house: DemoHouse) -> None:
    made = give_code(house, kind="staff", role="kader", posyandu_id=anyelir(house))
    await house.say("kader-baru", made)
    assert "sudah pernah dipakai" in (await house.say("orangtua-baru", made)).text
    late = give_code(house, kind="staff", role="kader", posyandu_id=anyelir(house))
    await house.clock("2026-11-15 09:05")
    assert "lewat masanya" in (await house.say("orangtua-baru", late)).text


async def test_five_wrong_codes_in_an_hour_and_even_the_right_one_waits(house: DemoHouse) -> None:
    for n in range(5):
        assert "tidak saya kenal" in (await house.say("kader-baru", f"ABCDEF2{n + 2}")).text
    assert "lima kali" in (await house.say("kader-baru", "KADER234")).text
    await house.clock("2026-11-12 10:30")
    assert "Selamat datang" in (await house.say("kader-baru", "KADER234")).text


async def test_two_hundred_wrong_codes_together_and_the_operator_hears_once(house: DemoHouse) -> None:
    now = house.house.clock.now()

    def prepare(tx: Tx) -> None:
        who = tx.insert(person, key="operator", name="Operator", at=now)
        tx.insert(membership, person_id=who, role=Role.OPERATOR.value, area=None, from_at=now)
        for _ in range(199):
            joining.wrong(tx, 1, now)

    house.store.write(prepare)
    await house.say("kader-baru", "ABCDEF22")
    assert "tutup sebentar" in (await house.say("orangtua-baru", "BUNDA234")).text
    who = house.read(lambda tx: tx.value(KEY, key="operator"))
    assert len(house.read(lambda tx: tx.all(TO, person_id=who))) == 1


async def test_codes_are_kept_as_digests_only(house: DemoHouse) -> None:
    made = give_code(house, kind="staff", role="kader", posyandu_id=anyelir(house))
    rows = house.read(lambda tx: tx.all(HASHES))
    assert codes.digest(made) in {r.hash for r in rows}
    assert not any(made in (r.hash, r.shown) for r in rows)
    assert all(c in codes.ALPHABET for c in made)
    assert len(made) == 8


# -- let in --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "kader234",
        "/start KADER234",
        "KADER-234",
        "kode: KADE R234",
        "gabung kader234",
        "bu ini kode saya kader234, makasih",
        "kodenya KADE R234 ya",
    ],
)
async def test_a_code_may_be_typed_in_any_fashion(house: DemoHouse, typed: str) -> None:
    assert "Kodenya benar" in (await house.say("kader-baru", typed)).text


@pytest.mark.parametrize("typed", ["Bu Yayah", "Sumarnah", "kode saya", "nama saya Ratna Dewi", "RT 03 RW 014"])
async def test_what_is_no_code_costs_no_try(house: DemoHouse, typed: str) -> None:
    assert "Sisa percobaan" not in (await house.say("kader-baru", typed)).text


async def test_a_new_kader_reaches_her_posyandu_and_no_other(house: DemoHouse) -> None:
    await house.say("kader-baru", "KADER234", "saya Siti Aminah")
    assert "Anyelir" in (await house.say("kader-baru", "rekap")).text
    row = house.read(lambda tx: tx.all(MEMBERS))[-1]
    assert (row.name, row.role) == ("Siti Aminah", "kader")


async def test_a_parents_code_names_no_child_before_the_kaders_yes(house: DemoHouse) -> None:
    await house.say("orangtua-baru", "BUNDA234", "Rina", "ibu")
    assert not any("Adzkia" in m.text for m in house.thread("orangtua-baru"))
    assert "Adzkia" in house.last("kader").text
    assert "belum memastikan" in (await house.say("orangtua-baru", "anak saya")).text
    await house.tap("kader", "Ya, ini ibunya")
    assert "Bolehkah" in house.last("orangtua-baru").text
    row = house.read(lambda tx: tx.all(GUARDIANS))[0]
    assert (row.name, row.state, row.muted) == ("Rina", "confirmed", 1)


async def test_a_refused_parent_hears_no_childs_name(house: DemoHouse) -> None:
    await house.say("orangtua-baru", "BUNDA234", "Rina", "ibu")
    await house.tap("kader", "Bukan")
    assert "temui kader" in house.last("orangtua-baru").text
    assert "belum memastikan" in (await house.say("orangtua-baru", "anak saya")).text
    assert not any("Adzkia" in m.text for m in house.thread("orangtua-baru"))


async def test_the_stranger_from_another_posyandu_cannot_say_yes(house: DemoHouse) -> None:
    await house.say("orangtua-baru", "BUNDA234", "Rina", "ibu")
    pick = house.button("kader", "Ya, ini ibunya")
    await house.hear("kader-lain", pick=pick)
    assert "di luar wilayah" in house.last("kader-lain").text
    assert house.read(lambda tx: tx.all(GUARDIANS))[0].state == "waiting"
    await house.hear("bidan", pick=pick)
    assert house.read(lambda tx: tx.all(GUARDIANS))[0].state == "confirmed"


async def test_jangan_bagikan_blocks_without_a_word(house: DemoHouse) -> None:
    """He who tries reads what everybody reads; the kader and the mother are not asked anything."""
    child_id = house.read(lambda tx: tx.all(GUARDIANS))[1].child_id
    house.store.write(lambda tx: tx.run(CLOSE_FAMILY, row_id=child_id, new_flag=1))
    made = give_code(house, kind="guardian", role="wali", child_id=child_id, posyandu_id=anyelir(house))
    before = len(house.thread("kader"))
    await house.say("orangtua-baru", made, "Dedi", "ayah")
    assert "minta memastikan" in house.last("orangtua-baru").text
    assert len(house.thread("kader")) == before
    assert house.read(lambda tx: tx.all(GUARDIANS))[0].state == "refused"


async def test_a_second_guardian_is_invited_by_the_first(house: DemoHouse) -> None:
    await house.say("orangtua-an-01", "undang keluarga")
    made = house.last("orangtua-an-01").text.split()[-1]
    await house.say("orangtua-baru", made, "Agus", "ayah")
    await house.tap("kader", "Ya, ini ayahnya")
    assert "Agus" in house.last("orangtua-an-01").text
    assert "Azzam" in house.last("orangtua-baru").text


# -- a name from the list --------------------------------------------------------------------------------------------


def imported(house: DemoHouse, *names: str) -> None:
    now = house.house.clock.now()

    def work(tx: Tx) -> None:
        for name in names:
            who = tx.insert(person, name=name, at=now)
            tx.insert(membership, person_id=who, role="kader", posyandu_id=tx.value(ANYELIR), from_at=now)

    house.store.write(work)


async def test_a_name_picked_from_the_list_needs_a_yes(house: DemoHouse) -> None:
    imported(house, "Yati", "Wawan")
    await house.say("kader-baru", "gabung", "anyelir")
    if "Yang mana" in house.last("kader-baru").text:
        await house.say("kader-baru", "1")
    await house.say("kader-baru", "Yati")
    assert "minta mengiyakan" in house.last("kader-baru").text
    assert "minta" in (await house.say("kader-baru", "rekap")).text or "kode" in house.last("kader-baru").text
    await house.say("bidan", "persetujuan", "semua")
    assert "Selamat datang, Yati" in house.last("kader-baru").text
    assert "Anyelir" in (await house.say("kader-baru", "rekap")).text


async def test_a_kader_may_not_let_others_in(house: DemoHouse) -> None:
    imported(house, "Yati")
    await house.say("kader-baru", "/start pos-32-01-01-1010-001", "Yati")
    pick = house.button("bidan", "Ya, betul")
    await house.hear("kader", pick=pick)
    assert "di luar wilayah" in house.last("kader").text


# -- a post ends -----------------------------------------------------------------------------------------------------


async def test_access_ends_in_the_same_minute(house: DemoHouse) -> None:
    await house.say("kader-baru", "KADER234", "Siti")
    assert "Anyelir" in (await house.say("kader-baru", "rekap")).text
    await house.say("bidan", "tim", "Siti", "ya")
    assert "berakhir" in house.last("bidan").text
    assert "tidak ada tugas" in (await house.say("kader-baru", "rekap")).text
    assert "tidak ada tugas" in (await house.say("kader-baru", "Azzam 11,1")).text


async def test_a_kader_cannot_end_the_post_of_the_bidan(house: DemoHouse) -> None:
    await house.say("kader", "tim")
    assert "Tim" not in house.last("kader").text
    assert all(r.until_at is None for r in house.read(lambda tx: tx.all(MEMBERS)))


async def test_a_mother_with_a_code_for_another_womans_child_says_what_she_is_to_it(house: DemoHouse) -> None:
    """She is no mother there because she is one elsewhere; for her own second child she is not asked."""
    asked = await house.say("orangtua-an-30", "BUNDA234")
    assert asked.text.endswith("Ibu Cicih, Anda siapanya anak ini?")
    await house.say("orangtua-an-30", "bibi")
    assert "Ibu Cicih (keluarga) memakai kode untuk Adzkia" in house.last("kader").text
    await house.say("orangtua-an-12", "undang keluarga")
    code = house.last("orangtua-an-12").text.split()[-1]
    await house.say("orangtua-an-11", code)
    assert "Ibu Siti Maesaroh (ibu) memakai kode untuk Husein" in house.last("kader").text
