"""A family's budget at the moment of leaving: four unasked a month, paid ones by children; urgent ones always pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.thrift import ENOUGH, PAID, Thrift
from posyandu.calendar import instant
from storage import outbox
from storage.sql import Row
from storage.store import Store, Tx
from storage.tables import address, area, child, guardian, membership, outgoing, person, posyandu

ZONE = "Asia/Jakarta"
NOW = instant(date(2026, 11, 12), 9 * 60, ZONE)
DAY = 24 * 3600_000


def family(tx: Tx, children: int, *, heard_at: int = 0) -> int:
    tx.insert_once(area, code="32", name="Jawa Barat", level="provinsi", zone=ZONE)
    place = tx.insert(posyandu, code=f"P{heard_at}", name="Posyandu", area="32", zone=ZONE)
    who = tx.insert(person, name="Siti", at=0)
    tx.insert(address, channel="whatsapp", external_id=f"w{who}", person_id=who, at=0, heard_at=heard_at)
    for number in range(children):
        made = tx.insert(
            child, code=f"{who}-{number}", posyandu_id=place, name="Adi", sex="L", birth="2025-01-01", has_kms=1,
            since="2025-01-01", at=0,
        )  # fmt: skip
        tx.insert(guardian, person_id=who, child_id=made, relation="ibu", state="confirmed", muted=0, at=0)
    return who


def told(tx: Tx, who: int, many: int, at: int, **more: Any) -> None:
    """So many messages she has had already."""
    for _ in range(many):
        to = tx.value(outbox.BEST_ADDRESS, person_id=who)
        row = outbox.row_of(outbox.Message("parent", person_id=who), to, at)
        tx.insert(outgoing, **{**row, "state": "sent", "sent_at": at, **more})


def leaves(tx: Tx, who: int, *, paid: bool = False, now: int = NOW, **more: Any) -> Row:
    """What becomes of one more message; the row afterwards (`sending` when it may leave)."""
    message = outbox.Message(more.pop("kind", "parent"), (("cancelled", {}),), person_id=who, **more)
    outbox.put(tx, message, now)
    (row,) = outbox.take(tx, "whatsapp", now, 5)
    kept = Thrift().keep(tx, [row], lambda row: paid, now)
    found = tx.one(outbox.BY_ID, row_id=row.id)
    assert found is not None
    assert bool(kept) == (found.state == "sending")
    return found


def test_the_fifth_of_a_month_waits_until_she_writes(store: Store) -> None:
    def work(tx: Tx) -> None:
        who = family(tx, 2)
        told(tx, who, 4, NOW - DAY)
        row = leaves(tx, who)
        assert (row.state, row.not_before) == ("ready", outbox.HOLD)
        assert row.reason == f"{ENOUGH}: menunggu ia menulis"

    store.write(work)


def test_a_new_month_and_what_is_urgent_pass(store: Store) -> None:
    def work(tx: Tx) -> None:
        who = family(tx, 2)
        told(tx, who, 9, instant(date(2026, 10, 31), 600, ZONE))
        assert leaves(tx, who).state == "sending"
        other = family(tx, 1, heard_at=1)
        told(tx, other, 9, NOW - DAY, sent_as="utility")
        assert leaves(tx, other, paid=True, template="call_parent").state == "sending"

    store.write(work)


def test_whoever_has_just_written_is_answered(store: Store) -> None:
    def work(tx: Tx) -> None:
        who = family(tx, 1, heard_at=NOW - 3600_000)
        told(tx, who, 6, NOW - DAY)
        assert leaves(tx, who).state == "sending"

    store.write(work)


def test_a_reminder_too_many_is_told_in_person(store: Store) -> None:
    def work(tx: Tx) -> None:
        who = family(tx, 1)
        told(tx, who, 1, NOW - DAY, sent_as="utility")
        row = leaves(tx, who, paid=True, kind="reminder", extra={"in_person": 1, "about": ["child:1"]})
        assert (row.state, row.reason) == ("dropped", PAID)

    store.write(work)


@pytest.mark.parametrize(("children", "most"), [(1, 1), (2, 2), (3, 3), (5, 6)])
def test_paid_ones_are_counted_by_children(store: Store, children: int, most: int) -> None:
    def work(tx: Tx) -> None:
        who = family(tx, children)
        told(tx, who, most - 1, NOW - DAY, sent_as="utility", kind="alert")
        assert leaves(tx, who, paid=True).state == "sending"
        again = family(tx, children, heard_at=2)
        told(tx, again, most, NOW - DAY, sent_as="utility", kind="alert")
        assert leaves(tx, again, paid=True).reason.startswith(PAID)
        assert leaves(tx, family(tx, children, heard_at=3), paid=False).state == "sending"

    store.write(work)


def test_staff_have_budgets_of_their_own(store: Store) -> None:
    def work(tx: Tx) -> None:
        who = family(tx, 1)
        tx.insert(membership, person_id=who, role="kader", posyandu_id=1, from_at=0)
        told(tx, who, 9, NOW - DAY)
        assert leaves(tx, who, kind="broadcast").state == "sending"

    store.write(work)
