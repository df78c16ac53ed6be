"""A figure that was kept wrongly is found at night, put right and reported."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from storage.sql import Sql
from storage.store import Store
from storage.summary_check import check
from storage.tables import audit, month_summary
from tests.exports.filled import MONTH, NOW, fill

BREAK = Sql(update(month_summary).where(month_summary.c.month == bindparam("which")).values(n=99, d=100))
KEPT = Sql(select(month_summary.c.n, month_summary.c.d).where(month_summary.c.month == MONTH))
REPORTED = Sql(select(audit.c.detail).where(audit.c.did == "summary_repaired"))


def test_a_wrong_figure_is_repaired_and_reported(store: Store) -> None:
    fill(store)
    assert check(store, NOW) == []
    right = store.read(lambda tx: tx.all(KEPT))
    store.write(lambda tx: tx.run(BREAK, which=MONTH))
    found = check(store, NOW)
    assert sorted((d.month, *d.letters["n"]) for d in found) == sorted((MONTH, 99, r.n) for r in right)
    assert sorted(store.read(lambda tx: tx.all(KEPT))) == sorted(right)
    assert len(store.read(lambda tx: tx.all(REPORTED))) == 2
    assert check(store, NOW) == []


def test_a_posyandu_that_has_not_weighed_gets_its_row_without_alarm(store: Store) -> None:
    fill(store)
    store.write(lambda tx: tx.run(Sql(month_summary.delete())))
    assert check(store, NOW) == []
    assert len(store.read(lambda tx: tx.all(KEPT))) == 2
