"""A kabupaten's morning: kader weigh children in guided talks, through the webhook, on PostgreSQL with real processes.

    .venv/bin/python -m benchmarks.morning [--turns 55] [--seconds 30] [--workers 1 2] [--webs 1] [--statements]

55 turns a second is the peak of a kabupaten of 400,000 children (half its posyandu days, three times the average of
9 a second), 1,500 that of the country. Each kader has a posyandu of her own and answers what stands on her screen;
every post is answered only when its row is committed. The provider is a double in this process. Printed per number of
workers: turns a second, seconds until the answer, processor seconds per 1,000 turns, lock waits, and how many
statements the server counts for a turn with everything around it (hearing, sending, pace, jobs, idle looks), against a
bare turn carried out on the same server: one transaction that reads the session and writes the dedupe row, the session,
the reply and at every fifth step a measurement. `--statements` prints which statements they were.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg
from aiohttp import web
from sqlalchemy import select

from benchmarks.morning_crowd import CHILDREN, FIRST, SECRET, Crowd, Telegram, name
from posyandu.calendar import local
from posyandu.consent import RECORD
from storage.sql import Sql
from storage.store import Tx, open_store
from storage.tables import address, child, consent, membership, person, posyandu, posyandu_day, tick
from tests.channels import real_house
from tests.channels.test_house_killed import NEVER, Process, free_port
from tests.doubles import postgres
from tests.slow.measured import record

THINK_S = 2.0  # so long a kader takes to answer; she is quick, so that few kader are enough
GOAL = 4  # bare turns
BARE_TABLES = (
    "create table seen (id text primary key)",
    "create table talk (chat bigint primary key, data text, version int)",
    "create table reply (id bigint generated always as identity primary key, chat bigint, body text)",
    "create table weight (id bigint generated always as identity primary key, chat bigint, grams int)",
)
CALLS = (
    "select query, calls from pg_stat_statements s join pg_database d on d.oid = s.dbid "
    "where d.datname = current_database() and query not like '%pg_stat_statements%' order by calls desc"
)
TICK = os.sysconf("SC_CLK_TCK")
COMMAND = "python -m benchmarks.morning"
ZONE = "Asia/Jakarta"
CHILDREN_OF_OURS = Sql(select(child.c.id).where(child.c.code.like("m%-%")))


def fill(url: str, kader: int) -> None:
    """So many posyandu with a kader, children and a day today."""
    real_house.prepare(url)
    store = open_store(url)
    now = time.time_ns() // 1_000_000
    on = local(now, ZONE).date()
    today = on.isoformat()

    def work(tx: Tx) -> None:
        tx.insert(tick, name=f"nightly:{today}", at=now)  # the night's work is no part of a morning
        for n in range(kader):
            place = tx.insert(posyandu, code=f"m{n}", name=f"Posyandu {n}", area="32.01.01", zone=ZONE)
            tx.insert(posyandu_day, posyandu_id=place, on=today, month=today[:7], opens=0, closes=1439, state="planned")
            who = tx.insert(person, name=f"Kader {n}", at=1)
            tx.insert(membership, person_id=who, role="kader", posyandu_id=place, from_at=1)
            tx.insert(address, channel="telegram", external_id=str(FIRST + n), person_id=who, at=1, heard_at=now)
            rows = [
                {
                    "code": f"m{n}-{c}", "posyandu_id": place, "name": name(c), "sex": "LP"[c % 2],
                    "birth": (on - timedelta(days=355 + c)).isoformat(), "has_kms": 1, "since": "2025-09-10", "at": 1,
                }
                for c in range(CHILDREN)
            ]  # fmt: skip
            tx.insert_many(child, rows)
        for one in tx.all(CHILDREN_OF_OURS):  # nothing is written of a child whose family was not asked
            tx.insert(
                consent, child_id=one.id, purpose=RECORD, state="lisan", text_version="1", at=now,
                current=f"{one.id}:{RECORD}",
            )  # fmt: skip

    store.write(work)
    store.close()


def cpu(process: Process) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{process.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@dataclass
class Locks:
    """Looks every 50 ms who waits for a lock; from another database, so that its looks are not counted."""

    server: str
    database: str
    looks: int = 0
    waits: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def watch(self) -> None:
        sql = "select wait_event from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
        async with await psycopg.AsyncConnection.connect(f"{self.server}/postgres", autocommit=True) as connection:
            while True:
                found = await (await connection.execute(sql, (self.database,))).fetchall()
                self.looks += 1
                for (event,) in found:
                    self.waits[event] += 1
                await asyncio.sleep(0.05)


def bare(server: str, turns: int = 50) -> float:
    """Statements of a bare turn, counted by the server as those of the house are."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("create database bare")
    with psycopg.connect(f"{server}/bare") as connection:
        for sql in (*BARE_TABLES, "create extension pg_stat_statements"):
            connection.execute(sql)
        connection.commit()
        connection.execute("select pg_stat_statements_reset()")
        connection.commit()
        for n in range(turns):
            connection.execute("select data, version from talk where chat = 1")
            connection.execute("insert into seen values (%s)", (str(n),))
            connection.execute(
                "insert into talk values (1, %s, %s) on conflict (chat) do update set data = excluded.data", ("x", n)
            )
            connection.execute("insert into reply (chat, body) values (1, %s)", ("x",))
            if n % 5 == 4:
                connection.execute("insert into weight (chat, grams) values (1, %s)", (n,))
            connection.commit()
        counted = sum(n for _, n in connection.execute(CALLS).fetchall())
    return counted / turns


async def run(server: str, workers: int, webs: int, a_second: float, seconds: int, *, show: bool) -> dict[str, float]:
    """One morning with so many processes."""
    database = f"morning_{workers}_{webs}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {database}")
    url, kader, telegram = f"{server}/{database}", max(4, int(a_second * THINK_S)), Telegram()
    await asyncio.to_thread(fill, url, kader)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_stat_statements")
    runner = web.AppRunner(telegram.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    more = {"TELEGRAM_SECRET": SECRET, "PUBLIC_URL": real_house.PUBLIC, "TELEGRAM_RATE": 2000.0, "TICK_SECONDS": 60}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        made = {
            part: [
                Process(
                    real_house.settings_for(url, telegram=base, PORT=free_port(), **more), NEVER, log, "WARNING", part
                )
                for _ in range(many)
            ]
            for part, many in (("web", webs), ("worker", workers))
        }
        everything = [*made["web"], *made["worker"]]
        try:
            for process in everything:
                await process.ready()
            await asyncio.sleep(5)  # everybody has a share of the pace
            return await _measured(url, telegram, made, kader, a_second, seconds, show=show)
        finally:
            for process in everything:
                process.process.kill()
                process.process.wait()
            await runner.cleanup()


async def _measured(
    url: str,
    telegram: Telegram,
    made: dict[str, list[Process]],
    kader: int,
    a_second: float,
    seconds: int,
    *,
    show: bool,
) -> dict[str, float]:
    crowd = Crowd(telegram, [p.url for p in made["web"]], kader, a_second)
    locks = Locks(*url.rsplit("/", 1))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_stat_statements_reset()")
        before = {part: sum(map(cpu, some)) for part, some in made.items()}
        watching = asyncio.create_task(locks.watch())
        began = time.monotonic()
        await crowd.work(seconds)
        took = time.monotonic() - began
        watching.cancel()
        if locks.waits:
            print(f"  waited for: {', '.join(f'{name} {n}' for name, n in sorted(locks.waits.items()))}")
        used = {part: sum(map(cpu, some)) - before[part] for part, some in made.items()}
        calls = connection.execute(CALLS).fetchall()
        turns = connection.execute("select count(*) from incoming where state = 'done'").fetchone()
        saved = connection.execute(
            "select count(*) from visit v join child c on c.id = v.child_id where c.code like 'm%-%'"
        ).fetchone()
        open_ = connection.execute("select count(*) from incoming where state <> 'done'").fetchone()
    assert turns is not None
    assert open_ is not None
    assert saved is not None
    done = int(turns[0])
    if show:
        print("\n".join(f"  {n / done:6.2f}  {' '.join(query.split())[:110]}" for query, n in calls if n * 200 > done))
    return {
        "turns": done, "open": int(open_[0]) + crowd.unheard, "saved": int(saved[0]), "a_second": done / took,
        "p50": statistics.median(crowd.took), "p95": sorted(crowd.took)[int(len(crowd.took) * 0.95)],
        "post95": sorted(crowd.posts)[int(len(crowd.posts) * 0.95)],
        "worker": used["worker"] / done * 1000, "web": used["web"] / done * 1000,
        "statements": sum(n for _, n in calls) / done, "waits": sum(locks.waits.values()) / max(1, locks.looks),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=float, default=55.0, help="turns a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--webs", type=int, default=1)
    parser.add_argument("--statements", action="store_true", help="print the statements of a turn")
    args = parser.parse_args()
    os.environ["REAL_PACE"] = "1"  # a second between two messages to one chat, as Telegram wants it
    options = "-c shared_preload_libraries=pg_stat_statements"
    found: dict[int, dict[str, float]] = {}
    with postgres.cluster(options) as server:
        plain = bare(server)
        for workers in args.workers:
            m = found[workers] = asyncio.run(
                run(server, workers, args.webs, args.turns, args.seconds, show=args.statements)
            )
            print(
                f"{workers} worker(s), {args.webs} web(s): {m['turns']:.0f} turns, {m['a_second']:.1f} a second "
                f"(asked for {args.turns:g}), {m['open']:.0f} unanswered, "
                f"{m['saved']:.0f} children weighed; answer p50 {m['p50']:.2f} s, p95 {m['p95']:.2f} s; "
                f"webhook p95 {m['post95'] * 1000:.0f} ms"
            )
            print(
                f"  processor seconds per 1,000 turns: workers {m['worker']:.1f}, webs {m['web']:.1f}; "
                f"waiting for a lock {m['waits']:.3f} connections on average; "
                f"{m['statements']:.1f} statements a turn = {m['statements'] / plain:.1f} bare turns of {plain:.1f} "
                f"(goal {GOAL})"
            )
    if len(found) > 1:
        first, *_, last = (found[n] for n in args.workers)
        ratio = last["worker"] / first["worker"]
        print(
            f"processor seconds per 1,000 turns, {args.workers[-1]} workers / {args.workers[0]}: {ratio:.2f} (goal 1.2)"
        )
        record(
            f"a morning of {args.turns:g} turns a second through the webhook on PostgreSQL, "
            f"{args.workers[-1]} workers against {args.workers[0]}",
            f"processor seconds per 1,000 turns {ratio:.2f} x "
            f"({first['worker']:.1f} -> {last['worker']:.1f}; goal 1.2); "
            f"{first['a_second']:.0f} and {last['a_second']:.0f} turns/s, answer p95 {first['p95']:.1f} and "
            f"{last['p95']:.1f} s; lock waits {first['waits']:.3f} and {last['waits']:.3f}; "
            f"{first['statements']:.1f} and {last['statements']:.1f} statements a turn = "
            f"{first['statements'] / plain:.1f} and {last['statements'] / plain:.1f} bare turns of {plain:.1f} "
            f"(goal {GOAL}); load average {os.getloadavg()[0]:.0f}",
            COMMAND,
        )


if __name__ == "__main__":
    main()
