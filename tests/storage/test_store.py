"""The store's contract, the same on both databases."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, func, select, update

from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import person, setting

COUNT = Sql(select(func.count()).select_from(person))
NAMES = Sql(select(person.c.name).order_by(person.c.id))
BY_ID = Sql(select(person.c.id, person.c.name, person.c.state).where(person.c.id == bindparam("id")))
NUMBER = Sql(select(setting.c.value).where(setting.c.name == "n").with_for_update())
NUMBER_SQLITE = Sql(select(setting.c.value).where(setting.c.name == "n"))
SET_NUMBER = Sql(update(setting).where(setting.c.name == "n").values(value=bindparam("new")))


def test_a_committed_row_is_there_with_its_defaults(store: Store) -> None:
    made = store.write(lambda tx: tx.insert(person, name="Siti", at=1))
    row = store.read(lambda tx: tx.one(BY_ID, id=made))
    assert (row.name, row.state) == ("Siti", "active")


def test_nothing_stays_of_work_that_raises(store: Store) -> None:
    def fails(tx: Tx) -> None:
        tx.insert(person, name="Lost", at=1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.write(fails)
    assert store.read(lambda tx: tx.value(COUNT)) == 0


def test_of_units_together_only_the_failing_one_is_undone(store: Store) -> None:
    def fails(tx: Tx) -> int:
        tx.insert(person, name="Lost", at=1)
        raise ValueError("no")

    def adds(name: str) -> Callable[[Tx], int]:
        return lambda tx: tx.insert(person, name=name, at=1)

    done = store.write_all([adds("A"), fails, adds("B")])
    assert isinstance(done[1], ValueError)
    assert [r.name for r in store.read(lambda tx: tx.all(NAMES))] == ["A", "B"]


def test_the_same_key_twice_is_one_row(store: Store) -> None:
    first = store.write(lambda tx: tx.insert_once(person, name="A", key="k", at=1))
    again = store.write(lambda tx: tx.insert_once(person, name="A", key="k", at=1))
    assert first is not None
    assert again is None
    assert store.read(lambda tx: tx.value(COUNT)) == 1


def test_many_rows_and_a_stream_of_them(store: Store) -> None:
    store.write(lambda tx: tx.insert_many(person, [{"name": f"n{i}", "at": i} for i in range(2500)]))
    assert store.read(lambda tx: sum(1 for _ in tx.stream(NAMES))) == 2500


def test_no_update_is_lost_between_threads(store: Store) -> None:
    store.write(lambda tx: tx.insert(setting, name="n", value="0"))

    def add(tx: Tx) -> None:
        read = NUMBER_SQLITE if tx.dialect == "sqlite" else NUMBER
        tx.run(SET_NUMBER, new=str(int(tx.value(read)) + 1))

    def many() -> None:
        for _ in range(25):
            store.write(add)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert store.read(lambda tx: tx.value(NUMBER_SQLITE)) == "200"


def test_a_reader_may_not_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        store.read(lambda tx: tx.insert(person, name="sneaky", at=1))
