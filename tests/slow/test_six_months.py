"""Months of reminders while the program is killed again and again: nothing twice, nothing outside hours, nothing about
a child that has left, and all that was due is sent or has a written reason.

The world lives beside the program, in a model of its own (month_model): it knows who must be told, and compares
(month_judge). The proof at full size keeps its state at each new month and goes on from there when it was stopped."""

from __future__ import annotations

import time
from contextlib import ExitStack
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, make_url, select

from posyandu.calendar import add_months, instant, local
from scheduler.ticking import Ticking
from storage import days, outbox_lost
from storage.sql import Sql, fixed
from storage.store import Store, Tx, open_store
from storage.tables import metadata, posyandu, posyandu_day
from tests.slow.killed import Processes
from tests.slow.measured import record
from tests.slow.month_judge import judge
from tests.slow.month_model import Model, world_of
from tests.slow.resumed import Kept

START = date(2026, 11, 25)
DAYS = Sql(
    select(posyandu_day.c.id, posyandu_day.c.posyandu_id, posyandu_day.c.on, posyandu.c.zone)
    .join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
    .where(
        posyandu_day.c.state == fixed("planned"),
        posyandu_day.c.on >= bindparam("first"),
        posyandu_day.c.on <= bindparam("last"),
    )
)


def run(
    url: str, log: Path, children: int, length: int, processes: int, kills_within: int, *,
    brisk: bool = False, kept: Kept | None = None,
) -> dict[str, float]:  # fmt: skip
    """Let months pass; the figures that are checked and printed. `kept`: of a run that was stopped, to go on from its
    last month."""
    book = Path(make_url(url).database or "")
    begun = kept.restore(book, log) if kept is not None else None
    store = open_store(url)
    metadata.create_all(store.engine)
    model = _again(store, begun) if begun else world_of(store, children, START)
    house = Processes(url, log, processes, kills_within, store, brisk)
    ticking = Ticking(store)
    end = instant(add_months(START, length), 0, "Asia/Jakarta")
    now, took = instant(START, 0, "Asia/Jakarta"), 0.0
    reached = _month(now)
    if begun:
        now, took, reached = begun["now"], begun["took"], begun["month"]
        house.kills, house.doubts, house.seed = begun["kills"], begun["doubts"], begun["seed"]
        print(f"going on at {local(now, 'Asia/Jakarta'):%d %B %Y}", flush=True)
    began = time.perf_counter() - took
    with ExitStack() as stack:
        stack.callback(house.stop)
        house.at(now)
        while True:
            coming = _events(model, now)
            held = ticking.next_due(now)
            step = min(at for at in (coming[0][0] if coming else None, held, end) if at is not None)
            if step >= end:
                break
            if kept is not None and _month(step) != reached:
                reached = _month(step)
                beside = {"now": now, "took": time.perf_counter() - began, "kills": house.kills, "doubts": house.doubts}
                beside |= {"month": reached, "seed": house.seed, "model": vars(model) | {"store": None}}
                kept.save(reached, book, log, beside)
            _world(model, step, coming)
            house.at(step)
            now = step
    took = time.perf_counter() - began
    store.write(lambda tx: outbox_lost.recover(tx, end + 10**9))
    figures = judge(model, log, house.doubts, processes) | {"seconds": round(took), "kills": house.kills}
    store.close()
    if kept is not None:
        kept.done()
    return figures


def _month(at: int) -> int:
    on = local(at, "Asia/Jakarta")
    return on.year * 100 + on.month


def _again(store: Store, begun: dict[str, Any]) -> Model:
    return Model(**begun["model"] | {"store": store})


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
    in_file = kind == "sqlite"
    url = f"sqlite:///{tmp_path}/book.db" if in_file else request.getfixturevalue("postgres_url")
    kept = Kept("six-months") if in_file else None
    figures = run(url, tmp_path / "sent.log", 10_000, 6, 2, 30_000, kept=kept)
    said = ", ".join(f"{name} {value:g}" for name, value in figures.items())
    print(f"six months, 10,000 children, {kind}: {said}")
    claim = f"Reminders while killed: six months, 10,000 children, two processes, {kind}"
    record(claim, said, f"pytest -m proof tests/slow/test_six_months.py -k {kind}")


class Stopped(Exception):
    """Somebody has pulled the plug."""


def test_a_proof_that_was_stopped_goes_on_from_its_last_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, log, kept = f"sqlite:///{tmp_path}/book.db", tmp_path / "sent.log", Kept("small", tmp_path)
    save, saved = Kept.save, []

    def save_and_stop(self: Kept, number: int, *args: Any) -> None:
        save(self, number, *args)
        saved.append(number)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(Kept, "save", save_and_stop)
        with pytest.raises(Stopped):
            run(url, log, 40, 1, 1, 0, brisk=True, kept=kept)
    assert saved == [202612]
    (tmp_path / "book.db").unlink()  # whatever became of it meanwhile
    log.write_text("not ours\n")
    figures = run(url, log, 40, 1, 1, 0, brisk=True, kept=kept)
    assert figures["sent"] > 20
    assert not list(tmp_path.glob("small*"))  # done: the next one begins anew


@pytest.mark.proof
@pytest.mark.postgres
def test_a_month_of_a_thousand_children_by_two_processes(postgres_url: str, tmp_path: Path) -> None:
    figures = run(postgres_url, tmp_path / "sent.log", 1_000, 1, 2, 6_000)
    said = ", ".join(f"{name} {value:g}" for name, value in figures.items())
    print(f"a month, 1,000 children, two processes on PostgreSQL: {said}")
    claim = "Reminders while killed: a month, 1,000 children, two processes on PostgreSQL"
    record(claim, said, "pytest -m proof tests/slow/test_six_months.py -k thousand_children_by_two")
