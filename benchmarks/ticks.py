"""How long a tick takes where 400,000 children are on the registers, beside the SQL that finds what is due.

    python -m benchmarks.ticks [children]

Times are processor seconds of this process, the database included (SQLite), so that a busy machine changes little.

Three ticks: one at which nothing is due, one at which the day before posyandu begins for the posyandu of one date (the
afternoon's reminders), and the same with four times as many children and the same posyandu due. The SQL is what such a
tick reads, on its own: the days of the date and their facts.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from posyandu.calendar import instant
from scheduler.ticking import LAST, PLANNED, Ticking
from storage.reminders import facts, reading
from storage.store import Store, Tx, open_store
from storage.tables import (
    address,
    area,
    child,
    consent,
    guardian,
    membership,
    metadata,
    person,
    posyandu,
    posyandu_day,
    tick,
)
from tests.slow.measured import record

ZONE = "Asia/Jakarta"
PER_POSYANDU = 40
EVE = date(2026, 11, 11)
DUE_POSYANDU = 100  # posyandu whose day is tomorrow
DUE = DUE_POSYANDU * PER_POSYANDU


def fill(store: Store, children: int) -> None:
    """Registers of forty; a hundred posyandu have their day tomorrow, the others on other days of the month."""
    metadata.create_all(store.engine)
    rng = random.Random(1)
    at = instant(EVE, 0, ZONE)

    def places(tx: Tx) -> None:
        tx.insert(area, code="32", name="Jawa Barat", level="provinsi", zone=ZONE)
        for name in (LAST, PLANNED):
            tx.insert(tick, name=name, at=instant(EVE, 15 * 60, ZONE), done=0)
        count = children // PER_POSYANDU
        tx.insert_many(
            posyandu,
            [
                {"id": n, "code": f"P{n}", "name": f"Posyandu {n}", "area": "32", "place": "Balai", "zone": ZONE,
                 "day_rule": "", "opens": 480, "closes": 660}
                for n in range(1, count + 1)
            ],
        )  # fmt: skip
        on = {n: EVE + timedelta(days=1 if n <= DUE_POSYANDU else rng.randrange(5, 18)) for n in range(1, count + 1)}
        tx.insert_many(
            posyandu_day,
            [
                {"id": n, "posyandu_id": n, "on": on[n].isoformat(), "month": "2026-11", "opens": 480, "closes": 660,
                 "place": "Balai", "state": "planned"}
                for n in range(1, count + 1)
            ],
        )  # fmt: skip

    store.write(places)
    for start in range(1, children + 1, 20_000):
        numbers = range(start, min(start + 20_000, children + 1))
        store.write(lambda tx, numbers=numbers: _families(tx, list(numbers), rng, at))  # type: ignore[misc]


def _families(tx: Tx, numbers: list[int], rng: random.Random, at: int) -> None:
    kader = [n for n in numbers if n % PER_POSYANDU == 1]
    people = [{"id": n, "key": f"p{n}", "name": f"Ibu {n}", "at": at} for n in numbers]
    people += [{"id": 10_000_000 + n, "key": f"k{n}", "name": f"Kader {n}", "at": at} for n in kader]
    tx.insert_many(person, people)
    tx.insert_many(
        address,
        [
            {"channel": "emulator", "external_id": p["key"], "person_id": p["id"], "at": at, "heard_at": at}
            for p in people
        ],
    )
    tx.insert_many(
        membership,
        [
            {"person_id": 10_000_000 + n, "role": "kader", "posyandu_id": (n - 1) // PER_POSYANDU + 1, "from_at": at}
            for n in kader
        ],
    )
    tx.insert_many(
        child,
        [
            {"id": n, "code": f"C{n}", "posyandu_id": (n - 1) // PER_POSYANDU + 1, "name": f"Anak {n}", "sex": "P",
             "birth": (EVE - timedelta(days=rng.randrange(30, 1750))).isoformat(), "mother_name": f"Ibu {n}",
             "has_kms": 1, "since": "2026-01-01", "at": at}
            for n in numbers
        ],
    )  # fmt: skip
    tx.insert_many(
        guardian,
        [
            {"person_id": n, "child_id": n, "relation": "ibu", "state": "confirmed", "muted": 0, "at": at}
            for n in numbers
        ],
    )
    tx.insert_many(
        consent,
        [
            {"child_id": n, "purpose": "messages", "state": "sendiri", "at": at, "current": f"{n}:messages"}
            for n in numbers
        ],
    )


def measured(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def find(tx: Tx, now: int) -> int:
    """The SQL that finds what is due tomorrow: the days, and the facts of their families and kader."""
    rows = tx.all(reading.DAYS_ON, anchor="2026-11-12", zone=ZONE, closes_after=-1, closes_until=1440)
    span = {"anchor": "2026-11-12", "first": rows[0].id, "last": rows[-1].id}
    near = {"near_first": "2026-11-04", "near_last": "2026-11-20"}
    found = len(tx.all(reading.CHILDREN, **span)) + len(tx.all(reading.ADDRESSES, **span))
    tx.all(reading.VISITS, **span, month_first="2026-11-01", month_last="2026-11-30")
    tx.all(reading.PREGNANCIES, **span)
    tx.all(reading.KADER, **span, now=now, **near)
    tx.all(reading.ANSWERS, **span)
    tx.all(reading.WRITTEN, **span)
    tx.all(reading.IN_PERSON, **span, since=0)
    tx.all(reading.SPENT_BY_FAMILIES, **span, since=0)
    return found


def one_size(store: Store, size: int) -> tuple[float, float, float]:
    """Seconds of a tick with nothing due, of the SQL alone, and of the tick that writes what is due."""
    fill(store, size)
    ticking = Ticking(store)
    before, now = instant(EVE, 15 * 60 + 20, ZONE), instant(EVE, 16 * 60, ZONE)
    nothing = min(measured(partial(ticking.tick, before + n)) for n in range(1, 4))
    sql = min(measured(partial(store.read, lambda tx: find(tx, now))) for _ in range(3))
    facts_too = min(measured(partial(store.read, lambda tx: sum(1 for _ in _books(tx, now)))) for _ in range(3))
    whole = measured(partial(ticking.tick, now))
    print(
        f"{size:,} children, {DUE:,} due: nothing due {nothing * 1000:.1f} ms, SQL alone {sql * 1000:.0f} ms, facts "
        f"{facts_too * 1000:.0f} ms, the tick {whole * 1000:.0f} ms ({whole / sql:.1f} times the SQL), rows written"
    )
    return nothing, sql, whole


def main() -> None:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    figures = {}
    for size in (children // 4, children):
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(f"sqlite:///{Path(folder)}/book.db")
            figures[size] = one_size(store, size)
            store.close()
    nothing, sql, whole = figures[children]
    smaller = figures[children // 4][2]
    record(
        f"A tick over {children:,} children with {DUE:,} due, beside the SQL that finds them",
        f"nothing due {nothing * 1000:.1f} ms; SQL {sql * 1000:.0f} ms; the tick with its rows written "
        f"{whole * 1000:.0f} ms, {whole / sql:.1f} times (goal 2); with a quarter of the children "
        f"{smaller * 1000:.0f} ms (processor time)",
        "python -m benchmarks.ticks",
    )


def _books(tx: Tx, now: int) -> Iterator[facts.DayBook]:
    rows = tx.all(reading.DAYS_ON, anchor="2026-11-12", zone=ZONE, closes_after=-1, closes_until=1440)
    return facts.of_days(tx, rows, now)


if __name__ == "__main__":
    main()
