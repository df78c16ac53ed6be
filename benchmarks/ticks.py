"""How long a tick takes where 400,000 children are on the registers, beside the SQL that finds what is due.

    python -m benchmarks.ticks [children]

Times are processor seconds of this process, the database included (SQLite), so that a busy machine changes little.

Three ticks: one at which nothing is due, one at which the day before posyandu begins for the posyandu of one date (the
afternoon's reminders), and the same with four times as many children and the same posyandu due.

The goal is "a tick within twice the SQL that finds what is due". Read as the SQL that a tick cannot do without: the
reading (the days of the date and their facts, as one query each), and one row stored for every message, under its
unique key and the outbox's indexes, in a single insert with nothing computed. For storing alone takes three times as
long as finding: held against the finding only, no program whatever could be within twice. So `tick / (find + store)`
says what everything of ours costs beside the database: the rules, the budgets, the words, the JSON, and that the
tick reads and commits in parts of forty posyandu. The ratio to the finding alone is printed, too.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import delete, select

from posyandu.calendar import instant
from scheduler.ticking import LAST, PLANNED, Ticking
from storage.reminders import facts, reading
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import (
    address,
    area,
    child,
    consent,
    guardian,
    membership,
    metadata,
    outgoing,
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
TRIES = 5
ALL_ROWS = Sql(select(outgoing))
NO_ROWS = Sql(delete(outgoing))


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


@dataclass(frozen=True)
class Figures:
    """Seconds: a tick with nothing due, the SQL that finds what is due, the bare writing of the rows, the tick."""

    nothing: float
    sql: float
    rows: float
    tick: float


def one_size(store: Store, size: int) -> Figures:
    """What each part takes with so many children on the registers, the best of some tries."""
    fill(store, size)
    ticking = Ticking(store)
    before, now = instant(EVE, 15 * 60 + 20, ZONE), instant(EVE, 16 * 60, ZONE)
    nothing = min(measured(partial(ticking.tick, before + n)) for n in range(1, 4))
    sql = min(measured(partial(store.read, lambda tx: find(tx, now))) for _ in range(TRIES))
    facts_too = min(measured(partial(store.read, lambda tx: sum(1 for _ in _books(tx, now)))) for _ in range(TRIES))
    ticks, bare = [], []
    for _ in range(TRIES):
        store.write(lambda tx: _as_before(tx, before))
        ticks.append(measured(partial(ticking.tick, now)))
        rows = store.read(lambda tx: [tuple(r) for r in tx.all(ALL_ROWS)])
        store.write(lambda tx: tx.run(NO_ROWS))
        bare.append(measured(partial(store.write, lambda tx, rows=rows: _bare(tx, rows))))  # type: ignore[misc]
    found = Figures(nothing, sql, min(bare), min(ticks))
    print(
        f"{size:,} children, {len(rows):,} due: nothing due {nothing * 1000:.1f} ms, SQL alone {sql * 1000:.0f} ms, "
        f"with the facts for the rules {facts_too * 1000:.0f} ms, bare rows {found.rows * 1000:.0f} ms, "
        f"the tick {found.tick * 1000:.0f} ms: {found.tick / (sql + found.rows):.1f} times finding and writing"
    )
    return found


def _as_before(tx: Tx, at: int) -> None:
    """Nothing written yet, and the last tick was then."""
    tx.run(NO_ROWS)
    tx.upsert(tick, name=LAST, at=at, done=0)


def _bare(tx: Tx, rows: list[tuple[object, ...]]) -> None:
    names = [c.name for c in outgoing.c]
    tx.insert_many(outgoing, [dict(zip(names, row, strict=True)) for row in rows])


def main() -> None:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    figures = {}
    for size in (children // 4, children):
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(f"sqlite:///{Path(folder)}/book.db")
            figures[size] = one_size(store, size)
            store.close()
    all_of_them, quarter = figures[children], figures[children // 4]
    record(
        f"A tick over {children:,} children with {DUE:,} due, beside the SQL that finds them",
        f"nothing due {all_of_them.nothing * 1000:.1f} ms; the SQL that finds {all_of_them.sql * 1000:.0f} ms and the "
        f"bare writing of the rows {all_of_them.rows * 1000:.0f} ms; the whole tick {all_of_them.tick * 1000:.0f} ms, "
        f"{all_of_them.tick / (all_of_them.sql + all_of_them.rows):.1f} times both (goal 2) and "
        f"{all_of_them.tick / all_of_them.sql:.1f} times the finding; with a quarter of the children "
        f"{quarter.tick * 1000:.0f} ms (processor time)",
        "python -m benchmarks.ticks",
    )


def _books(tx: Tx, now: int) -> Iterator[facts.DayBook]:
    rows = tx.all(reading.DAYS_ON, anchor="2026-11-12", zone=ZONE, closes_after=-1, closes_until=1440)
    return facts.of_days(tx, rows, now)


if __name__ == "__main__":
    main()
