"""What goes out can come back: into an empty book, and out again, the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.sql import Sql
from storage.store import Store
from storage.tables import child, consent, measurement, visit
from tests.exports.filled import fill, sheet
from tests.imports.putting_in import empty_book, put_in

CHILDREN = Sql(select(func.count()).select_from(child))
VISITS = Sql(select(func.count()).select_from(visit))
MEASURES = Sql(select(func.count()).select_from(measurement))
CONSENTS = Sql(select(consent.c.state, func.count().label("n")).group_by(consent.c.state))
KINDS = ("areas", "children", "measurements")


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".xls"])
def test_out_in_and_out_again_is_the_same(tmp_path: Path, ending: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with empty_book(tmp_path / "one.db") as one, empty_book(tmp_path / "two.db") as two:
        fill(one)
        for kind in KINDS:
            sheet(one, kind, tmp_path / "one" / f"{kind}{ending}")
        for kind in KINDS:
            result = put_in(two, tmp_path / "one" / f"{kind}{ending}")
            assert result.bad == []
            sheet(two, kind, tmp_path / "two" / f"{kind}{ending}")
            assert (tmp_path / "one" / f"{kind}{ending}").read_bytes() == (
                tmp_path / "two" / f"{kind}{ending}"
            ).read_bytes()
        for month in ("2026-10", "2026-11"):
            for kind in ("register", "attendance", "cases", "eppgbm-pengukuran"):
                before = sheet(one, kind, tmp_path / "one" / f"{kind}.csv", month).read_bytes()
                assert sheet(two, kind, tmp_path / "two" / f"{kind}.csv", month).read_bytes() == before, kind
        assert [(r.state, r.n) for r in two.read(lambda tx: tx.all(CONSENTS))] == [("belum", 33 * 3)]


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    with empty_book(tmp_path / "one.db") as one:
        fill(one)
        files = [sheet(one, kind, tmp_path / f"{kind}.csv") for kind in KINDS]
    for file in files:
        put_in(store, file)
    counted = [store.read(lambda tx, sql=sql: tx.value(sql)) for sql in (CHILDREN, VISITS, MEASURES)]  # type: ignore[misc]
    again = [put_in(store, file) for file in files]
    assert [store.read(lambda tx, sql=sql: tx.value(sql)) for sql in (CHILDREN, VISITS, MEASURES)] == counted  # type: ignore[misc]
    assert counted[0] == 33
    assert all(set(result.counts) <= {"same", "known"} and not result.bad for result in again)


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    from tests.imports.putting_in import look

    with empty_book(tmp_path / "one.db") as one, empty_book(tmp_path / "two.db") as two:
        fill(one)
        put_in(two, sheet(one, "areas", tmp_path / "areas.csv"))
        result = look(two, sheet(one, "children", tmp_path / "children.csv"))
        assert result.counts["new"] == 33
        assert two.read(lambda tx: tx.value(CHILDREN)) == 0
