"""Large books for the proofs of exports: posyandu, children and rounds, put in as bulk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, text

from storage.store import Store, open_store
from storage.tables import area, child, measurement, metadata, posyandu, puskesmas, verdict, visit

MONTHS = ("2026-09", "2026-10")
CHILDREN_OF_ONE = 100  # children of one posyandu
ZONE = "Asia/Jakarta"
PART = 50_000


def open_big(path: Path, children: int, *, measured: bool) -> Store:
    """A SQLite book with so many children; `measured`: visits with values, else verdicts of two months."""
    store = open_store(f"sqlite:///{path}")
    metadata.create_all(store.engine)
    places = max(1, children // CHILDREN_OF_ONE)
    store.write(lambda tx: _places(tx, places))
    for table, rows in _rows(children, measured=measured):
        _bulk(store, table, rows)
    return store


def _places(tx: Any, places: int) -> None:
    tx.insert(area, code="32", name="Jawa Barat", level="provinsi", zone=ZONE)
    tx.insert(area, code="32.01", name="Kabupaten Bogor", level="kabkota", parent="32", zone=ZONE)
    center = tx.insert(puskesmas, code="PKM", name="Puskesmas", area="32.01")
    tx.insert_many(
        posyandu,
        [
            {"code": f"P{n:05d}", "name": f"Posyandu {n}", "area": "32.01", "puskesmas_id": center, "zone": ZONE}
            for n in range(places)
        ],
    )


def _rows(children: int, *, measured: bool) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    yield child, (_child(n) for n in range(children))
    if measured:
        yield visit, (_visit(n) for n in range(children))
        yield measurement, (_value(n, field) for n in range(children) for field in ("weight", "length"))
    else:
        # Of two months: who came, and what follows from it by the rule of N, T, O and B.
        yield visit, (v for n in range(children) for v in _visits_of(n))
        yield verdict, (v for n in range(children) for v in _verdicts_of(n))


def _child(n: int) -> dict[str, Any]:
    return {
        "id": n + 1, "code": f"C{n}", "posyandu_id": n // CHILDREN_OF_ONE + 1, "name": f"Anak {n}", "sex": "LP"[n % 2],
        "birth": f"{2022 + n % 4}-{n % 12 + 1:02d}-15", "has_kms": 1, "since": "2022-01-01",
    }  # fmt: skip


def _visit(n: int) -> dict[str, Any]:
    return {
        "id": n + 1, "child_id": n + 1, "posyandu_id": n // CHILDREN_OF_ONE + 1, "on": "2026-10-06",
        "month": MONTHS[1],
    }  # fmt: skip


def _value(n: int, field: str) -> dict[str, Any]:
    value = 8_000 + n % 6_000 if field == "weight" else 700 + n % 300
    return {"visit_id": n + 1, "child_id": n + 1, "field": field, "value": value, "current": f"{n + 1}:{field}"}


def weights(n: int) -> list[int | None]:
    """The weights of a child in the two months, None where it did not come: four of five do."""
    chance = random.Random(n)
    before = 8_000 + chance.randrange(6_000)
    came = [chance.random() < 0.8 for _ in MONTHS]
    return [before if came[0] else None, before + chance.choice((100, 300)) if came[1] else None]


def _visits_of(n: int) -> Iterator[dict[str, Any]]:
    for at, grams in enumerate(weights(n)):
        if grams is not None:
            yield {
                "id": 2 * n + at + 1, "child_id": n + 1, "posyandu_id": n // CHILDREN_OF_ONE + 1,
                "on": f"{MONTHS[at]}-06", "month": MONTHS[at],
            }  # fmt: skip


def _verdicts_of(n: int) -> Iterator[dict[str, Any]]:
    first, second = weights(n)
    for at, grams in enumerate((first, second)):
        if grams is None:
            continue
        mark = "B" if at == 0 or first is None else "N" if grams - first >= 200 else "T"
        yield {
            "visit_id": 2 * n + at + 1, "child_id": n + 1, "posyandu_id": n // CHILDREN_OF_ONE + 1,
            "on": f"{MONTHS[at]}-06", "month": MONTHS[at], "grams": grams, "nt": mark, "bgm": 0, "two_t": 0,
            "orange": 0, "counts": f"{n + 1}:{MONTHS[at]}",
        }  # fmt: skip


def _bulk(store: Store, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == PART:
            store.write(lambda tx, part=part: tx.insert_many(table, part))  # type: ignore[misc]
            part = []
    if part:
        store.write(lambda tx: tx.insert_many(table, part))


def analysed(store: Store) -> None:
    """What the database knows of its tables, as after a night's work."""
    with store.engine.connect() as connection:
        connection.execute(text("analyze"))
        connection.commit()
