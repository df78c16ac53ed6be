"""Staff who only read: asked for a sign before their number counts as silent, and never at night."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import bindparam, select, update

from posyandu.calendar import instant
from storage import people_due
from storage.sql import Sql
from storage.store import open_store
from storage.tables import address, outgoing, person
from tests.house import POSYANDU_DAY, ZONE, loaded_book

DAY = 86_400_000
BIDAN = Sql(
    select(address.c.id, address.c.state)
    .join(person, person.c.id == address.c.person_id)
    .where(person.c.key == "bidan")
)
HEARD = Sql(update(address).values(heard_at=bindparam("at"), verified_at=None))
SHE_WRITES = Sql(update(address).where(address.c.id == bindparam("row_id")).values(heard_at=bindparam("at")))
ASKED = Sql(select(outgoing.c.body).where(outgoing.c.address_id == bindparam("whose"), outgoing.c.kind == "alert"))


def test_ten_days_before_a_number_counts_as_silent_staff_are_asked_for_a_sign(tmp_path: Path) -> None:
    store = open_store(loaded_book(tmp_path))
    heard = instant(date.fromisoformat(str(POSYANDU_DAY)), 10 * 60, ZONE)
    store.write(lambda tx: tx.run(HEARD, at=heard))
    bidan = store.read(lambda tx: tx.one(BIDAN))

    def after(days: int, hours: int = 0) -> int:
        store.write(lambda tx: people_due.run(tx, heard + days * DAY + hours * 3_600_000))
        return len(store.read(lambda tx: tx.all(ASKED, whose=bidan.id)))

    assert after(79, 2) == 0
    assert after(81, 12) == 0  # ten in the evening: not now
    assert after(82) == 1
    assert after(84) == 1  # once for each silence
    store.write(lambda tx: tx.run(SHE_WRITES, row_id=bidan.id, at=heard + 85 * DAY))
    after(95)
    assert store.read(lambda tx: tx.one(BIDAN)).state == "reachable"
    assert after(85 + 82) == 2
    after(85 + 91)
    assert store.read(lambda tx: tx.one(BIDAN)).state == "unverified"
    store.close()
