"""Months of reminders while the program is killed again and again: nothing twice, nothing outside hours, nothing about
a child that has left, and all that was due is sent or has a written reason.

The world lives beside the program, in this file's own model: it knows who must be told, and compares."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from posyandu.anthropometry import completed_months
from posyandu.calendar import add_months, allowed, instant, local, month_of, next_allowed
from scheduler.ticking import Ticking
from storage import days, life, outbox
from storage.reminders import due
from storage.sql import Row, Sql
from storage.store import Store, Tx, open_store
from storage.tables import (
    address,
    child,
    consent,
    guardian,
    metadata,
    outgoing,
    posyandu,
    posyandu_day,
    verdict,
    visit,
)
from tests.parts import ROOT
from tests.slow import months
from tests.slow.budgets import kept
from tests.slow.measured import record

START = date(2026, 11, 25)
AT_ONCE = 64  # the most a process has claimed and not marked (bot.delivery)
FAMILIES = Sql(
    select(
        child.c.id, child.c.posyandu_id, child.c.birth, guardian.c.person_id, address.c.id.label("address_id"),
        consent.c.state,
    )
    .outerjoin(guardian, (guardian.c.child_id == child.c.id) & (guardian.c.muted == 0))
    .outerjoin(address, address.c.person_id == guardian.c.person_id)
    .outerjoin(consent, consent.c.child_id == child.c.id)
)  # fmt: skip
DAYS = Sql(
    select(
        posyandu_day.c.id, posyandu_day.c.posyandu_id, posyandu_day.c.on, posyandu_day.c.state,
        posyandu_day.c.closes, posyandu.c.zone,
    ).join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
)  # fmt: skip
ROWS = Sql(
    select(
        outgoing.c.id, outgoing.c.once, outgoing.c.kind, outgoing.c.person_id, outgoing.c.state, outgoing.c.reason,
        outgoing.c.body,
    )
)  # fmt: skip


@dataclass
class Child:
    """What this file knows of a child."""

    id: int
    posyandu: int
    birth: date
    family: int | None
    closed_at: int | None = None
    weighed: set[str] = field(default_factory=set)


@dataclass
class Model:
    """The world beside the program."""

    store: Store
    rng: random.Random
    children: dict[int, list[Child]]
    expected: dict[tuple[int, int], int] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)

    def eve(self, day: int, place: int, on: date, now: int) -> None:
        """The afternoon before: each family with a chat, her own yes and an open child is to be told."""
        for one in self.children[place]:
            open_then = one.closed_at is None and 0 <= completed_months(one.birth, on) < 60
            if one.family is not None and open_then and month_of(on) not in one.weighed:
                self.expected[(day, one.family)] = now

    def posyandu_day(self, place: int, on: date, zone: str) -> None:
        """Seven of ten come; one of a hundred has left the register, or died."""
        now = instant(on, 9 * 60, zone)

        def work(tx: Tx) -> None:
            for one in self.children[place]:
                if one.closed_at is not None or one.birth > on or month_of(on) in one.weighed:
                    continue
                if self.rng.random() < 0.7:
                    one.weighed.add(month_of(on))
                    self._weigh(tx, one, on, zone, now)
                elif self.rng.random() < 0.03:
                    one.closed_at = self.closed[one.id] = now
                    how = self.rng.choice(("moved", "died", "left"))
                    life.leave(tx, one.id, how, on, now, "tidak lagi di daftar")

        self.store.write(work)

    def _weigh(self, tx: Tx, one: Child, on: date, zone: str, now: int) -> None:
        made = tx.insert(
            visit, child_id=one.id, posyandu_id=one.posyandu, on=on.isoformat(), month=month_of(on), at=now
        )
        tx.insert(
            verdict, visit_id=made, child_id=one.id, posyandu_id=one.posyandu, on=on.isoformat(), month=month_of(on),
            grams=9000, nt="N", at=now, counts=f"{one.id}:{month_of(on)}",
        )  # fmt: skip
        due.seen(tx, one.id, one.posyandu, now, "sudah tercatat")
        if one.family is not None:
            values = {"child": {"id": str(one.id), "name": "Anak"}, "kg": 9000, "on": on.isoformat(), "posyandu": "P"}
            told = outbox.Message("parent", (("parent.weighed", values),), person_id=one.family, child_id=one.id)
            outbox.put(tx, told, next_allowed(now, zone))


class Processes:
    """One or two processes of the house, each killed somewhere and started again."""

    def __init__(self, url: str, log: Path, count: int, kills_within: int) -> None:
        self._url, self._log, self._within = url, log, kills_within
        self.kills = 0
        self._seed = 0
        self._running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[str]:
        self._seed += 1
        command = [sys.executable, "-m", "tests.slow.one_process", self._url, str(self._log), str(self._seed)]
        return subprocess.Popen(
            [*command, str(self._within)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def at(self, now: int) -> None:
        """All of them do what is due; who is killed meanwhile is started again and goes on."""
        for process in self._running:
            self._tell(process, now)
        for number, process in enumerate(self._running):
            while process.stdout is None or process.stdout.readline().strip() != "done":
                assert process.wait() == -9, f"the program ended by itself with {process.returncode}"
                self.kills += 1
                process = self._running[number] = self._start()
                self._tell(process, now)

    def _tell(self, process: subprocess.Popen[str], now: int) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(f"{now}\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it was killed: `at` finds that out

    def stop(self) -> None:
        for process in self._running:
            if process.stdin is not None:
                process.stdin.close()
            process.wait()


def run(url: str, log: Path, children: int, length: int, processes: int, kills_within: int) -> dict[str, float]:
    """Let months pass; the figures that are checked and printed."""
    store = open_store(url)
    metadata.create_all(store.engine)
    months.make(store, children, START)
    rows = store.read(lambda tx: tx.all(FAMILIES))
    by_place: dict[int, list[Child]] = defaultdict(list)
    for r in rows:
        hears = r.person_id is not None and r.address_id is not None and r.state == "sendiri"
        by_place[r.posyandu_id].append(
            Child(r.id, r.posyandu_id, date.fromisoformat(r.birth), r.person_id if hears else None)
        )
    model = Model(store, random.Random(7), by_place)
    house = Processes(url, log, processes, kills_within)
    ticking = Ticking(store)
    now = instant(START, 0, "Asia/Jakarta")
    end = instant(add_months(START, length), 0, "Asia/Jakarta")
    began = time.perf_counter()
    house.at(now)
    while True:
        following = _next_of_the_world(model, now)
        held = ticking.next_due(now)
        step = min(at for at in (following, held, end) if at is not None)
        if step >= end:
            break
        _world(model, step)
        house.at(step)
        now = step
    took = time.perf_counter() - began
    house.stop()
    store.write(lambda tx: outbox.recover(tx, end + 10**9))
    figures = judge(model, log, house.kills) | {"seconds": took, "kills": house.kills}
    store.close()
    return figures


def _events(model: Model, now: int) -> list[tuple[int, str, int, int, date, str]]:
    """What the world does within the next days: eves, posyandu days, days that are moved."""
    found = []
    near = local(now, "Asia/Jakarta").date()
    for d in model.store.read(lambda tx: tx.all(DAYS)):
        on = date.fromisoformat(d.on)
        if d.state == "planned" and near - timedelta(days=3) <= on <= near + timedelta(days=40):
            found.append((instant(on - timedelta(days=1), 16 * 60, d.zone), "eve", d.id, d.posyandu_id, on, d.zone))
            found.append((instant(on, 9 * 60, d.zone), "day", d.id, d.posyandu_id, on, d.zone))
            if d.id % 17 == 0 and on.day < 26:
                found.append(
                    (instant(on - timedelta(days=1), 17 * 60, d.zone), "move", d.id, d.posyandu_id, on, d.zone)
                )
            if d.id % 23 == 0:
                found.append((instant(on, 6 * 60, d.zone), "cancel", d.id, d.posyandu_id, on, d.zone))
    return sorted(found)


def _next_of_the_world(model: Model, now: int) -> int | None:
    return next((e[0] for e in _events(model, now) if e[0] > now), None)


def _world(model: Model, now: int) -> None:
    for at, what, day, place, on, zone in _events(model, now - 1):
        if at != now:
            continue
        if what == "eve":
            model.eve(day, place, on, now)
        elif what == "day":
            model.posyandu_day(place, on, zone)
        else:
            _change(model, what, place, on, now)


def _change(model: Model, what: str, place: int, on: date, now: int) -> None:
    def work(tx: Tx) -> None:
        try:
            if what == "move":
                days.move(tx, place, on, on + timedelta(days=2), "hujan", now)
            else:
                days.cancel(tx, place, on, "banjir", now)
        except days.NotPossible:
            pass

    model.store.write(work)


def judge(model: Model, log: Path, kills: int) -> dict[str, float]:
    """What the provider got, held against what was due."""
    sent = [line.split("\t") for line in log.read_text().splitlines()]
    rows = {r.id: r for r in model.store.read(lambda tx: tx.all(ROWS))}
    refs = Counter(int(ref) for ref, _, _ in sent)
    assert max(refs.values()) == 1, "the provider got a message twice"
    keys = Counter(
        ":".join(rows[r].once.split(":")[:2] + rows[r].once.split(":")[3:]) for r in refs if _of_day(rows[r])
    )
    assert max(keys.values(), default=1) <= 2, "a family was reminded of one day again and again"
    outside = about_closed = 0
    for ref, at, _ in sent:
        row, when = rows[int(ref)], int(at)
        body = json.loads(row.body)
        if row.kind == "reminder":
            zone, first, last = body["hours"]
            outside += not allowed(when, zone, (first, last))
            named = [int(a[6:]) for a in body.get("about", ()) if a.startswith("child:")]
            about_closed += any(model.closed.get(c, when + 1) < when for c in named)
    assert outside == 0
    assert about_closed == 0
    missing = _missing(model, rows)
    due_count = len(model.expected)
    assert len(missing) <= 0.001 * due_count, f"{len(missing)} of {due_count} neither sent nor with a reason"
    doubtful = sum(r.state == "in_doubt" for r in rows.values())
    assert doubtful <= kills * 1.5 * AT_ONCE
    unlisted = [r for r in refs if rows[r].state not in ("sent", "in_doubt")]
    assert not unlisted, "the provider got what the book does not call sent or in doubt"
    return {"due": due_count, "missing": len(missing), "sent": len(sent), "in_doubt": doubtful} | kept(rows, sent)


def _of_day(row: Row) -> bool:
    once = row.once or ""
    return once.count(":") == 3 and once.split(":")[0] in ("h1", "eve", "evening", "nudge", "missed")


def _missing(model: Model, rows: dict[int, Row]) -> list[tuple[int, int]]:
    """Expected and yet without any word: no row of the day for the family, and no line for the kader."""
    told: set[tuple[int, int]] = set()
    for r in rows.values():
        once = (r.once or "").split(":")
        if len(once) == 4 and once[0] in ("h1", "h3", "change") and once[3].isdigit():
            settled = r.state in ("sent", "in_doubt") or bool(r.reason)
            if settled:
                told.add((int(once[1]), int(once[3])))
    return [pair for pair in model.expected if pair not in told]


def test_a_month_of_two_hundred_children_with_kills(tmp_path: Path) -> None:
    figures = run(f"sqlite:///{tmp_path}/book.db", tmp_path / "sent.log", 200, 1, 1, 500)
    assert figures["sent"] > 200
    assert figures["kills"] > 3


@pytest.mark.postgres
def test_a_month_with_two_processes(postgres_url: str, tmp_path: Path) -> None:
    figures = run(postgres_url, tmp_path / "sent.log", 120, 1, 2, 400)
    assert figures["sent"] > 100
    assert figures["kills"] > 3


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_six_months_of_ten_thousand_children(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    two = kind == "postgresql"
    url = request.getfixturevalue("postgres_url") if two else f"sqlite:///{tmp_path}/book.db"
    figures = run(url, tmp_path / "sent.log", 10_000, 6, 2 if two else 1, 6_000)
    said = ", ".join(f"{name} {value:g}" for name, value in figures.items())
    print(f"six months, 10,000 children, {kind}: {said}")
    record(f"Reminders while killed: six months, 10,000 children, {kind}", said, "make proof")
