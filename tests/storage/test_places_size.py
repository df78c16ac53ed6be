"""A kabupaten the size of Bogor: 5,152 posyandu in 416 desa. Every look-up by area goes by an index and stays quick."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import pytest

from posyandu.people import Post, Role, Scope
from storage.look_people import LookPeople
from storage.store import SqliteStore, Store, Tx, open_store
from storage.tables import area, metadata, posyandu, puskesmas, puskesmas_desa

POSYANDU, DESA, KECAMATAN, CENTERS = 5152, 416, 40, 101
TODAY = date(2026, 11, 12)


def bogor(tx: Tx) -> None:
    """The areas, puskesmas and posyandu of a whole kabupaten."""
    tx.insert(area, code="32", name="Jawa Barat", level="provinsi", zone="Asia/Jakarta")
    tx.insert(area, code="32.01", name="Kabupaten Bogor", level="kabkota", parent="32", zone="Asia/Jakarta")
    sub = [f"32.01.{k + 1:02d}" for k in range(KECAMATAN)]
    rows = [{"code": c, "name": c, "level": "kecamatan", "parent": "32.01", "zone": "Asia/Jakarta"} for c in sub]
    desa = [f"{sub[n % KECAMATAN]}.2{n:03d}" for n in range(DESA)]
    rows += [{"code": d, "name": d, "level": "desa", "parent": d[:8], "zone": "Asia/Jakarta"} for d in desa]
    tx.insert_many(area, rows)
    centers = [tx.insert(puskesmas, code=f"P{n}", name=f"P {n}", area=sub[n % KECAMATAN]) for n in range(CENTERS)]
    tx.insert_many(puskesmas_desa, [{"puskesmas_id": centers[n % CENTERS], "area": d} for n, d in enumerate(desa)])
    tx.insert_many(posyandu, [
        {
            "code": f"{desa[n % DESA]}.{n:04d}", "name": f"Posyandu Melati {n}", "area": desa[n % DESA],
            "puskesmas_id": centers[n % DESA % CENTERS], "zone": "Asia/Jakarta",
        }
        for n in range(POSYANDU)
    ])  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('bogor')}/book.db")
    metadata.create_all(store.engine)
    store.write(bogor)
    yield store
    store.close()


def looked(store: Store, post: Post) -> tuple[int, float]:
    """How many posyandu she has, and the seconds it takes to know."""
    begun = time.perf_counter()
    found = store.read(lambda tx: len(LookPeople(tx, Scope(1, (post,)), TODAY, 0).posyandu()))
    return found, time.perf_counter() - begun


@pytest.mark.parametrize(
    ("post", "most"),
    [
        (Post(Role.BIDAN, area="32.01.01.2000"), 30),
        (Post(Role.TPG, puskesmas_id=1), 100),
        (Post(Role.PUSKESMAS, area="32.01.01"), 200),
        (Post(Role.PUSKESMAS, area="32.01"), POSYANDU),
    ],
)
def test_her_posyandu_are_found_at_once(book: Store, post: Post, most: int) -> None:
    looked(book, post)
    found, seconds = looked(book, post)
    assert 0 < found <= most
    assert seconds < 0.3, f"{found} posyandu in {seconds * 1000:.0f} ms"


def test_a_stranger_finds_a_posyandu_by_name(book: Store) -> None:
    begun = time.perf_counter()
    found = book.read(lambda tx: LookPeople(tx, Scope(None), TODAY, 0).posyandu_named("melati 4711"))
    assert [f.name.split(" (")[0] for f in found] == ["Posyandu Melati 4711"]
    assert time.perf_counter() - begun < 0.3


def test_below_an_area_is_a_range_of_an_index(book: Store) -> None:
    from storage.look import OF_AREA

    assert isinstance(book, SqliteStore)
    text, bound = OF_AREA.text("sqlite")
    values = {**bound, "code": "32.01.01", "first": "32.01.01.", "end": "32.01.01/", "since": "", "today": ""}
    plan = book.read(lambda tx: [r[3] for r in tx._connection.execute(f"explain query plan {text}", values)])
    assert any("ix_posyandu_area" in step for step in plan), plan


def test_codes_without_a_digit_more_are_not_below(book: Store) -> None:
    """ "32.01" is not above "32.010": a point must follow."""

    def work(tx: Tx) -> int:
        tx.insert(area, code="32.010", name="Lain", level="kabkota", parent="32", zone="Asia/Jakarta")
        tx.insert(posyandu, code="x", name="Lain", area="32.010")
        return len(LookPeople(tx, Scope(1, (Post(Role.PUSKESMAS, area="32.01"),)), TODAY, 0).posyandu())

    assert book.write(work) == POSYANDU
