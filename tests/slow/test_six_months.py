"""Months of reminders while the program is killed again and again: nothing twice, nothing outside hours, nothing about
a child that has left, and all that was due is sent or has a written reason.

The world lives beside the program, in this file's own model: it knows who must be told, and compares."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, update

from bot.lookahead import MOST_SLOW_S, TICK_S
from bot.marking import EVERY_S
from posyandu.anthropometry import completed_months
from posyandu.calendar import add_months, allowed, instant, local, month_of, next_allowed
from scheduler.ticking import Ticking
from storage import days, life, outbox, outbox_lost
from storage.reminders import due
from storage.sql import Row, Sql, fixed
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
    tell_in_person,
    verdict,
    visit,
)
from tests.slow import months
from tests.slow.budgets import kept
from tests.slow.killed import Processes
from tests.slow.measured import record
from tests.slow.one_process import LATENCY_S, RATE

START = date(2026, 11, 25)
# What one kill may leave in doubt on a channel: what is claimed, on its way and not yet marked. The delivery's claim
# interval is a tick and, where a claim has been slow, the time it took (bot.lookahead), up to MOST_SLOW_S: on a busy
# machine more is claimed ahead. No kill may pass that; how many pass what a quick disk explains is printed.
DOUBTS = 1.5 * RATE * (LATENCY_S + EVERY_S + TICK_S + MOST_SLOW_S)
QUICK_DOUBTS = 1.5 * RATE * (LATENCY_S + EVERY_S + TICK_S)
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
    select(posyandu_day.c.id, posyandu_day.c.posyandu_id, posyandu_day.c.on, posyandu.c.zone)
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on >= bindparam("first"),
        posyandu_day.c.on <= bindparam("last"),
    )
)
WRITES = Sql(
    update(address)
    .where(address.c.person_id == bindparam("whose"))
    .values(heard_at=bindparam("now"), verified_at=bindparam("now"), state="reachable")
)
LINES = Sql(select(tell_in_person.c.once, tell_in_person.c.state).where(tell_in_person.c.why == "h1"))
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
    size: dict[int, int]  # how many children a family has on the register
    expected: dict[tuple[int, int], int] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    wrote: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

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
                if one.family is not None and self.rng.random() < 0.4:
                    tx.run(WRITES, whose=one.family, now=now)  # she asks something: she is there, and the window opens
                    self.wrote[one.family].append(now)
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
            told = outbox.Message(
                "parent", (("parent.weighed", values),), person_id=one.family, child_id=one.id,
                template="hasil_timbang", expires=now + 3 * 24 * 3600_000,
                extra={"template": {"child": "Anak", "day": "hari ini", "kg": "9,0 kg", "posyandu": "P"}},
            )  # fmt: skip
            outbox.put(tx, told, next_allowed(now, zone))


def run(
    url: str, log: Path, children: int, length: int, processes: int, kills_within: int, *, brisk: bool = False
) -> dict[str, float]:
    """Let months pass; the figures that are checked and printed."""
    store = open_store(url)
    metadata.create_all(store.engine)
    months.make(store, children, START, paid="whatsapp")
    rows = store.read(lambda tx: tx.all(FAMILIES))
    by_place: dict[int, list[Child]] = defaultdict(list)
    for r in rows:
        hears = r.person_id is not None and r.address_id is not None and r.state == "sendiri"
        by_place[r.posyandu_id].append(
            Child(r.id, r.posyandu_id, date.fromisoformat(r.birth), r.person_id if hears else None)
        )
    size = Counter(one.family for some in by_place.values() for one in some if one.family is not None)
    model = Model(store, random.Random(7), by_place, size)
    house = Processes(url, log, processes, kills_within, store, brisk)
    ticking = Ticking(store)
    now = instant(START, 0, "Asia/Jakarta")
    end = instant(add_months(START, length), 0, "Asia/Jakarta")
    began = time.perf_counter()
    house.at(now)
    while True:
        coming = _events(model, now)
        held = ticking.next_due(now)
        step = min(at for at in (coming[0][0] if coming else None, held, end) if at is not None)
        if step >= end:
            break
        _world(model, step, coming)
        house.at(step)
        now = step
    took = time.perf_counter() - began
    house.stop()
    store.write(lambda tx: outbox_lost.recover(tx, end + 10**9))
    figures = judge(model, log, house.doubts, processes) | {"seconds": round(took), "kills": house.kills}
    store.close()
    return figures


def _events(model: Model, now: int) -> list[tuple[int, str, int, int, date, str]]:
    """What the world does next, in order of time: eves, posyandu days, days that are moved or do not take place."""
    found = []
    near = local(now, "Asia/Jakarta").date()
    span = {"first": (near - timedelta(days=1)).isoformat(), "last": (near + timedelta(days=40)).isoformat()}
    for d in model.store.read(lambda tx: tx.all(DAYS, **span)):
        on = date.fromisoformat(d.on)
        eve, zone = on - timedelta(days=1), d.zone
        found.append((_instant(eve, 16 * 60, zone), "eve", d.id, d.posyandu_id, on, zone))
        found.append((_instant(on, 9 * 60, zone), "day", d.id, d.posyandu_id, on, zone))
        if d.id % 17 == 0 and on.day < 26:
            found.append((_instant(eve, 17 * 60, zone), "move", d.id, d.posyandu_id, on, zone))
        if d.id % 23 == 0:
            found.append((_instant(on, 6 * 60, zone), "cancel", d.id, d.posyandu_id, on, zone))
    return sorted(e for e in found if e[0] > now)


_instant = lru_cache(maxsize=10_000)(instant)


def _world(model: Model, now: int, coming: list[tuple[int, str, int, int, date, str]]) -> None:
    for at, what, day, place, on, zone in coming:
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


def judge(model: Model, log: Path, doubts: list[int], processes: int) -> dict[str, float]:
    """What the provider got, held against what was due."""
    sent = [line.split("\t") for line in log.read_text().splitlines()]
    rows = {r.id: r for r in model.store.read(lambda tx: tx.all(ROWS))}
    refs = Counter(int(ref) for ref, *_ in sent)
    # A reply in doubt is sent again, marked as such; what nobody asked for never is.
    twice = [r for r, n in refs.items() if n > 1 and rows[r].kind not in outbox.RESENT]
    keys = Counter(
        ":".join(rows[r].once.split(":")[:2] + rows[r].once.split(":")[3:]) for r in refs if _of_day(rows[r])
    )
    outside, about_closed = _wrong_moments(model, rows, sent)
    missing = _missing(model, rows)
    due_count = len(model.expected)
    most, bound = max(doubts, default=0), processes * DOUBTS
    unlisted = [r for r in refs if rows[r].state not in ("sent", "in_doubt")]
    said: dict[str, float] = {
        "due": due_count, "missing": len(missing), "sent": len(sent),
        "in_doubt": sum(r.state == "in_doubt" for r in rows.values()), "most_in_doubt_at_a_kill": most,
        "bound": round(bound), "kills_over_a_quick_disk": sum(n > processes * QUICK_DOUBTS for n in doubts),
    }  # fmt: skip
    # All figures before the first assertion: a long run that fails at its end has still said what it found.
    wrong = {"twice": len(twice), "outside": outside, "about_closed": about_closed, "unlisted": len(unlisted)}
    print("judged:", said | wrong | {"doubts": sorted(doubts)[-10:]}, flush=True)
    assert not twice, "the provider got a message twice"
    assert max(keys.values(), default=1) <= 2, "a family was reminded of one day again and again"
    assert outside == 0
    assert about_closed == 0
    assert len(missing) <= 0.001 * due_count, f"{len(missing)} of {due_count} neither sent nor with a reason"
    assert most <= bound, "more on its way at a kill than the pace explains"
    assert not unlisted, "the provider got what the book does not call sent or in doubt"
    return said | kept(rows, sent, model.size, model.wrote)


def _wrong_moments(model: Model, rows: dict[int, Row], sent: list[list[str]]) -> tuple[int, int]:
    """Reminders outside their hours, and about a child that had been closed before."""
    outside = about_closed = 0
    for ref, at, *_ in sent:
        row, when = rows[int(ref)], int(at)
        if row.kind == "reminder":
            body = json.loads(row.body)
            zone, first, last = body["hours"]
            outside += not allowed(when, zone, (first, last))
            named = [int(a[6:]) for a in body.get("about", ()) if a.startswith("child:")]
            about_closed += any(model.closed.get(c, when + 1) < when for c in named)
    return outside, about_closed


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
    # A number that has been silent for three months is asked its name first: its family is told in person.
    family = {f"c{one.id}": one.family for some in model.children.values() for one in some}
    for line in model.store.read(lambda tx: tx.all(LINES)):
        _, day, _, who = line.once.split(":")
        told.add((int(day), family.get(who) or 0))
    return [pair for pair in model.expected if pair not in told]


def test_a_month_of_two_hundred_children_with_kills(tmp_path: Path) -> None:
    figures = run(f"sqlite:///{tmp_path}/book.db", tmp_path / "sent.log", 200, 1, 1, 600, brisk=True)
    assert figures["sent"] > 150
    assert figures["kills"] > 3


@pytest.mark.postgres
def test_a_month_with_two_processes(postgres_url: str, tmp_path: Path) -> None:
    figures = run(postgres_url, tmp_path / "sent.log", 120, 1, 2, 500, brisk=True)
    assert figures["sent"] > 100
    assert figures["kills"] > 3


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_six_months_of_ten_thousand_children(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    two = kind == "postgresql"
    url = request.getfixturevalue("postgres_url") if two else f"sqlite:///{tmp_path}/book.db"
    figures = run(url, tmp_path / "sent.log", 10_000, 6, 2 if two else 1, 30_000)
    said = ", ".join(f"{name} {value:g}" for name, value in figures.items())
    print(f"six months, 10,000 children, {kind}: {said}")
    record(f"Reminders while killed: six months, 10,000 children, {kind}", said, "make proof")
