"""What is heard and claimed, the same on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select

from bot.channels.pace import PACES, Pacer
from bot.channels.port import Heard
from bot.clock import MachineClock
from bot.sharing import Sharing
from storage import inbox, outbox
from storage.outbox import HOLD
from storage.senders import Place
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import address, outgoing, person

ADDRESS = Sql(select(address.c.id, address.c.heard_at).where(address.c.external_id == bindparam("who")))
NOT_BEFORE = Sql(select(outgoing.c.not_before).order_by(outgoing.c.id))


def heard(number: int, who: str = "1") -> Heard:
    return Heard("telegram", who, f"{who}:{number}", 10, text=f"pesan {number}")


def test_only_a_new_message_says_that_she_is_there(store: Store) -> None:
    assert len(store.write(lambda tx: inbox.hear(tx, [heard(1), heard(1)], 100))) == 1
    assert store.write(lambda tx: inbox.hear(tx, [heard(1)], 200)) == []
    assert store.read(lambda tx: tx.one(ADDRESS, who="1")).heard_at == 100
    assert len(store.write(lambda tx: inbox.hear(tx, [heard(2), heard(1)], 300))) == 1
    assert store.read(lambda tx: tx.one(ADDRESS, who="1")).heard_at == 300


def test_what_waits_for_her_to_write_is_let_go_and_nobody_elses(store: Store) -> None:
    def hold(tx: Tx) -> None:
        inbox.hear(tx, [heard(1, "1"), heard(1, "2")], 1)
        for who in ("1", "2"):
            row = tx.one(ADDRESS, who=who)
            her = tx.insert(person, name=who, at=1)
            assert row is not None
            outbox.put(tx, outbox.Message("parent", person_id=her, address_id=row.id, not_before=HOLD), 1)

    store.write(hold)
    store.write(lambda tx: inbox.hear(tx, [heard(2, "2")], 500))
    assert [r.not_before for r in store.read(lambda tx: tx.all(NOT_BEFORE))] == [HOLD, 500]


def test_a_turn_that_is_undone_opens_its_message_again(store: Store) -> None:
    first, second = store.write(lambda tx: inbox.hear(tx, [heard(1), heard(2)], 1))

    def dies(tx: Tx) -> None:
        row = inbox.claim(tx, 2)
        assert row is not None
        assert (row.id, row.external_id, bool(row.more)) == (first, "1", True)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        store.write(dies)
    claimed = [store.write(lambda tx: inbox.claim(tx, 3)) for _ in range(3)]
    assert [row and (row.id, bool(row.more)) for row in claimed] == [(first, True), (second, False), None]
    assert not store.write(lambda tx: inbox.set_aside(tx, first, 4, "zu spät")), "it is done: nobody sets it aside"


def test_each_talk_falls_on_one_of_the_processes(store: Store) -> None:
    sharings = []
    for number in range(3):
        one = Sharing(store, {"telegram": Pacer(PACES["telegram"])}, MachineClock())
        assert one.takes([1]), "who does not know its place takes everything"
        one._places["telegram"] = Place(number, 3, waits=False, paused_until=0)
        sharings.append(one)
    assert all(sum(one.takes([n]) for one in sharings) == 1 for n in range(10))
    assert all(one.takes([]) for one in sharings)
