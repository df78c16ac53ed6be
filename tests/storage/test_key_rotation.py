"""Keys change while talks go on: every NIK ends under the new key, none is lost, and writers are not held up."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, update

from storage.inbox import clean
from storage.key_rotation import LEFT, rotate
from storage.nik import NikKey
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import area, child, posyandu

OLD, BOTH = NikKey("old key of tests"), NikKey("new key of tests,old key of tests")
NEW = NikKey("new key of tests")
ALL = Sql(select(child.c.code, child.c.nik_cipher, child.c.nik_key, child.c.nik_hash, child.c.nik_last4))


def nik(number: int) -> str:
    """Test NIKs end in 0000; the rest tells them apart."""
    return f"320101{number:06d}0000"


def fill(store: Store, many: int) -> None:
    """So many children of one posyandu, sealed with the old key."""

    def work(tx: Tx) -> None:
        tx.insert_once(area, code="32", name="Jawa Barat", level="provinsi")
        where = tx.insert(posyandu, code="p", name="P", area="32")
        rows = []
        for n in range(many):
            sealed = OLD.seal(nik(n))
            rows.append({
                "code": f"c{n}", "posyandu_id": where, "name": "A", "sex": "L", "birth": "2025-01-01", "since": "",
                "nik_cipher": sealed.nik_cipher, "nik_hash": sealed.nik_hash, "nik_last4": sealed.nik_last4,
                "nik_key": sealed.nik_key,
            })  # fmt: skip
        tx.insert_many(child, rows)

    store.write(work)


def test_every_nik_ends_under_the_new_key(store: Store) -> None:
    fill(store, 700)
    assert BOTH.open(store.read(lambda tx: tx.all(ALL))[3].nik_cipher, OLD.number) == nik(3)
    assert rotate(store, BOTH).sealed == 700
    rows = store.read(lambda tx: tx.all(ALL))
    assert {r.code: NEW.open(r.nik_cipher, r.nik_key) for r in rows} == {f"c{n}": nik(n) for n in range(700)}
    assert all(r.nik_hash == NEW.digest(nik(int(r.code[1:]))) for r in rows)
    assert all(OLD.open(r.nik_cipher, r.nik_key) == "" for r in rows)
    assert store.read(lambda tx: tx.value(LEFT, newest=NEW.number)) == 0
    assert rotate(store, BOTH).sealed == 0, "run again it has nothing to do"


def test_a_row_that_no_key_opens_is_counted_and_left_alone(store: Store) -> None:
    fill(store, 3)
    done = rotate(store, NikKey("new key of tests,another key"))
    assert (done.sealed, done.unreadable) == (0, 3)
    assert {r.nik_key for r in store.read(lambda tx: tx.all(ALL))} == {OLD.number}


def test_a_duplicate_nik_is_found_under_either_key() -> None:
    assert BOTH.digests(nik(1)) == (NEW.digest(nik(1)), OLD.digest(nik(1)))
    assert OLD.digest(nik(1)) != NEW.digest(nik(1))


@pytest.mark.parametrize(
    "typed",
    ["nik azzam 3201015203220000", "NIK: 320101.520322.0000 ya", "320101 520322 0000", "kk 3201015203220000, azzam"],
)
def test_a_nik_typed_in_a_chat_is_never_kept(typed: str) -> None:
    kept = clean(typed)
    assert "************0000" in kept
    assert "520322" not in kept


@pytest.mark.parametrize("typed", ["Azzam 11,1 83,5", "0812-3456-7890", "+6281234567890", "8400 8500 8600 8700"])
def test_other_numbers_stay_as_they_are(typed: str) -> None:
    assert clean(typed) == typed


def test_a_nik_that_is_corrected_under_the_old_key_meanwhile_is_not_put_back(store: Store) -> None:
    """Another process, not yet started anew, still seals with the old key."""
    fill(store, 1)
    right = OLD.seal(nik(77))
    change = Sql(update(child).values(nik_cipher=bindparam("cipher"), nik_hash=bindparam("mark")))

    class Corrected(NikKey):
        def open(self, cipher: bytes | None, number: int | None) -> str:
            said = super().open(cipher, number)
            store.write(lambda tx: tx.run(change, cipher=right.nik_cipher, mark=right.nik_hash))
            return said

    rotate(store, Corrected("new key of tests,old key of tests"))
    rotate(store, BOTH)
    row = store.read(lambda tx: tx.all(ALL))[0]
    assert NEW.open(row.nik_cipher, row.nik_key) == nik(77)
