"""One weighing turn: its SQL against the bare commit of the same rows; talks at once; a small and a large register.

    .venv/bin/python -m benchmarks.turns [--children 1000000]

Everything is a ratio of A against B measured in turns within one run. Goals: SQL part at most 1.5 x the bare commit,
16 talks at once at least as many turns a second as bare commits, p50 with 1,000,000 children within 1.15 of 1,000.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from bot.channels.port import Heard
from bot.flows import FLOWS
from bot.talk import Where
from bot.turns import Turns
from storage import demo, inbox
from storage import store as stores
from storage.migrate import migrate
from storage.store import SqliteStore, Tx, open_store
from storage.tables import setting

TODAY = date(2026, 11, 12)
STARTS = 1794448800000  # 2026-11-12 09:00 WIB
ANSWERS = ("lewati", "lewati")


class Steady:
    """A clock that moves a second at every look."""

    def __init__(self) -> None:
        self.at = STARTS

    def now(self) -> int:
        self.at += 1000
        return self.at


class Kader:
    """One kader's guided weighing, child after child, straight into the inbox."""

    def __init__(self, store: SqliteStore, key: str = "kader") -> None:
        self.store, self.key, self.clock, self.number = store, key, Steady(), 0
        self.turns = Turns(store, self.clock, Where(FLOWS, "never"))

    def say(self, text: str) -> None:
        self.number += 1
        heard = Heard("emulator", self.key, f"{self.key}/{self.number}", self.clock.now(), text)
        self.store.write(lambda tx: inbox.hear(tx, [heard], self.clock.now()))

    def shown(self) -> None:
        """Everything in the outbox counts as sent, so that the next reply is in time."""
        with sqlite3.connect(self.store.path) as connection:
            connection.execute("update outgoing set state='sent', sent_at=0 where state<>'sent'")

    def doubted(self) -> bool:
        """Is a doubt on the screen?"""
        with sqlite3.connect(self.store.path) as connection:
            row = connection.execute(
                "select data from session join address a on a.id = address_id where a.external_id = ?", (self.key,)
            ).fetchone()
        shown = json.loads(row[0] or "{}").get("shown") if row else None
        return bool(shown and shown["key"].endswith("?"))

    def turn(self) -> float:
        began = time.perf_counter()
        self.store.write(self.turns.one)
        return time.perf_counter() - began


class Traced(Tx):
    """A transaction that times its statements and remembers those that write."""

    seconds = 0.0
    writes: list[tuple[str, dict[str, Any]]] = []  # noqa: RUF012 - one list for the run
    count = 0

    def _execute(self, sql: Any, values: dict[str, Any]) -> Any:
        text, bound = sql.text(self.dialect)
        began = time.perf_counter()
        cursor = super()._execute(sql, values)
        Traced.seconds += time.perf_counter() - began
        Traced.count += 1
        if not text.startswith("SELECT"):
            Traced.writes.append((text, {**bound, **values}))
        return cursor


def book(folder: Path, name: str) -> SqliteStore:
    store = open_store(f"sqlite:///{folder}/{name}.db")
    assert isinstance(store, SqliteStore)
    migrate(store)
    demo.load(store, TODAY)
    return store


def talk_until_save(kader: Kader, name: str, grams: str) -> None:
    """Everything up to the question "Simpan?"."""
    for text in ("timbang", name, grams, *ANSWERS):
        kader.shown()
        kader.say(text)
        kader.turn()
        if kader.doubted():
            kader.shown()
            kader.say("betul")
            kader.turn()
    kader.shown()
    kader.say("simpan")


def bare(path: str, writes: list[tuple[str, dict[str, Any]]]) -> float:
    """The same rows written by hand on the bare driver, in one transaction."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for text, values in writes:
        connection.execute(text, values)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def commit_alone(store: SqliteStore) -> float:
    """What BEGIN and COMMIT of one small row cost on this disk: the part of a turn that is no statement."""
    began = time.perf_counter()
    store.write(lambda tx: tx.upsert(setting, name="bench", value=str(began)))
    return time.perf_counter() - began


def one_turn(folder: Path, rounds: int) -> tuple[list[float], list[float], list[float], int]:
    """Seconds of the SQL part, of the bare commit, and of the whole turn; statements per turn."""
    store = book(folder, "one")
    kader, names = Kader(store), [row["name"] for row in demo.roster()]
    sql, plain, whole, statements = [], [], [], 0
    for n in range(rounds):
        talk_until_save(kader, names[n % len(names)], f"{9 + n % 6},{n % 10}")
        copy = folder / f"copy{n}.db"
        with sqlite3.connect(store.path) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        Traced.seconds, Traced.count, Traced.writes = 0.0, 0, []
        took = kader.turn()
        commit = commit_alone(store)
        statements = Traced.count
        writes = list(Traced.writes)
        plain.append(bare(str(copy), writes))
        sql.append(Traced.seconds + commit)
        whole.append(took)
        copy.unlink()
    store.close()
    return sql, plain, whole, statements


def sixteen(folder: Path, rounds: int) -> tuple[float, float]:
    """Turns a second of sixteen talks together, and bare commits of the same rows a second, one by one."""
    store = book(folder, "sixteen")
    names = [row["name"] for row in demo.roster()]
    kaders = [Kader(store, f"kader-{n}") for n in range(16)]
    with sqlite3.connect(store.path) as connection:
        post = connection.execute("select id from posyandu order by id limit 1").fetchone()[0]
        for kader in kaders:
            made = connection.execute("insert into person (name, at) values (?, 0)", (kader.key,)).lastrowid
            connection.execute(
                "insert into membership (person_id, role, posyandu_id, from_at) values (?, 'kader', ?, 0)", (made, post)
            )
            connection.execute(
                "insert into address (channel, external_id, person_id, at) values ('emulator', ?, ?, 0)",
                (kader.key, made),
            )
    together, alone, turns = 0.0, 0.0, 0
    for n in range(rounds):
        for k, kader in enumerate(kaders):
            talk_until_save(kader, names[(k + n) % len(names)], f"{9 + (n + k) % 6},{n % 10}")
        copy = folder / f"copies{n}.db"
        with sqlite3.connect(store.path) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        Traced.writes = []
        began = time.perf_counter()
        store.write_all([kaders[0].turns.one] * 16)
        together += time.perf_counter() - began
        writes, per_turn = list(Traced.writes), max(1, len(Traced.writes) // 16)
        for first in range(0, len(writes), per_turn):
            alone += bare(str(copy), writes[first : first + per_turn])
        turns += 16
        copy.unlink()
    store.close()
    return turns / together, turns / alone


def crowded(folder: Path, children: int, rounds: int) -> list[float]:
    """Seconds of saving turns in a book with so many children of other posyandu."""
    store = book(folder, f"crowd{children}")
    with sqlite3.connect(store.path) as connection:
        connection.execute("pragma synchronous=off")
        post = connection.execute("select max(id) from posyandu").fetchone()[0]
        connection.executemany(
            "insert into posyandu (id, code, name, area, zone) values (?, ?, ?, '32.01.01', 'Asia/Jakarta')",
            ((1000 + n, f"x{n}", f"x{n}") for n in range(children // 60 + 1)),
        )
        connection.executemany(
            "insert into child (id, code, posyandu_id, name, sex, birth, since) "
            "values (?, ?, ?, 'X', 'L', '2025-01-01', '2025-01-01')",
            ((10_000 + n, f"C{n}", 1000 + n // 60) for n in range(children)),
        )
        connection.executemany(
            "insert into visit (id, child_id, posyandu_id, \"on\", month) values (?, ?, ?, '2026-10-12', '2026-10')",
            ((10_000 + n, 10_000 + n, 1000 + n // 60) for n in range(children)),
        )
        connection.executemany(
            "insert into measurement (visit_id, child_id, field, value, current) values (?, ?, 'weight', 9000, ?)",
            ((10_000 + n, 10_000 + n, f"{10_000 + n}:weight") for n in range(children)),
        )
        connection.executemany(
            'insert into verdict (visit_id, child_id, posyandu_id, "on", month, grams, nt) '
            "values (?, ?, ?, '2026-10-12', '2026-10', 9000, 'N')",
            ((10_000 + n, 10_000 + n, 1000 + n // 60) for n in range(children)),
        )
    assert post
    kader, names, took = Kader(store), [row["name"] for row in demo.roster()], []
    for n in range(rounds):
        talk_until_save(kader, names[n % len(names)], f"{9 + n % 6},{n % 10}")
        took.append(kader.turn())
    store.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    args = parser.parse_args()
    stores.Tx = Traced  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        sql, plain, whole, statements = one_turn(folder, args.rounds)
        ratio = statistics.median(a / b for a, b in zip(sql, plain, strict=True))
        print(
            f"one saving turn: {statements} statements; "
            f"SQL part {_ms(sql)}, bare commit {_ms(plain)}, whole {_ms(whole)}"
        )
        print(f"  SQL part / bare commit: {ratio:.2f} (goal 1.5); whole turn / bare commit: {_of(whole, plain):.2f}")
        fast, slow = sixteen(folder, max(3, args.rounds // 10))
        print(f"16 talks at once: {fast:.0f} turns/s; bare commits {slow:.0f}/s; ratio {fast / slow:.2f} (goal 1.0)")
        small, large = crowded(folder, 1_000, args.rounds), crowded(folder, args.children, args.rounds)
        print(f"p50 with {args.children:,} children / with 1,000: {_of(large, small):.2f} (goal 1.15)")


def _ms(seconds: list[float]) -> str:
    return f"p50 {statistics.median(seconds) * 1000:.2f} ms"


def _of(above: list[float], below: list[float]) -> float:
    return statistics.median(above) / statistics.median(below)


if __name__ == "__main__":
    main()
