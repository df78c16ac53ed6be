"""The clock: late, at the ends of months and years, on 29 February, in another zone; jumping equals ticking."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from posyandu.calendar import instant, local
from scheduler.ticking import Ticking
from storage.days import plan_ahead
from storage.sql import Sql
from storage.store import Store, open_store
from storage.tables import metadata, outgoing, posyandu_day, tell_in_person, tick
from tests.slow import months

WIB = "Asia/Jakarta"
MINUTE = 60_000
ROWS = Sql(
    select(outgoing.c.once, outgoing.c.state, outgoing.c.reason, outgoing.c.not_before, outgoing.c.body).order_by(
        outgoing.c.once
    )
)
DAYS = Sql(select(posyandu_day.c.posyandu_id, posyandu_day.c.on, posyandu_day.c.month).order_by(posyandu_day.c.on))
LINES = Sql(select(func.count()).select_from(tell_in_person))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Store]:
    made = _book(tmp_path / "one.db", date(2026, 11, 25))
    yield made
    made.close()


def _book(path: Path, start: date, children: int = 120) -> Store:
    store = open_store(f"sqlite:///{path}")
    metadata.create_all(store.engine)
    months.make(store, children, start)
    return store


def _rows(store: Store) -> list[tuple[str, ...]]:
    return [(r.once, r.state, r.reason, r.not_before, r.body) for r in store.read(lambda tx: tx.all(ROWS))]


def _at(on: date, time_of_day: str, zone: str = WIB) -> int:
    hour, minute = time_of_day.split(".")
    return instant(on, int(hour) * 60 + int(minute), zone)


def _jump(ticking: Ticking, start: int, end: int) -> None:
    now: int | None = start
    while now is not None and now <= end:
        ticking.tick(now)
        now = ticking.next_due(now)
    ticking.tick(end)


def test_jumping_equals_ticking(tmp_path: Path) -> None:
    """From due instant to due instant, or every seven minutes: the same outbox."""
    start, end = _at(date(2026, 12, 1), "00.00"), _at(date(2026, 12, 14), "00.00")
    outboxes = []
    for name in ("jumping", "ticking"):
        store = _book(tmp_path / f"{name}.db", date(2026, 11, 30))
        ticking = Ticking(store)
        if name == "jumping":
            _jump(ticking, start, end)
        else:
            for now in range(start, end, 7 * MINUTE):
                ticking.tick(now)
            ticking.tick(end)
        outboxes.append(_rows(store))
        store.close()
    assert len(outboxes[0]) > 50
    assert outboxes[0] == outboxes[1]


def test_a_tick_done_twice_writes_nothing_more(book: Store) -> None:
    ticking = Ticking(book)
    start, end = _at(date(2026, 12, 1), "00.00"), _at(date(2026, 12, 12), "07.00")
    _jump(ticking, start, end)
    before = _rows(book)
    book.write(lambda tx: tx.upsert(tick, name="reminders", at=start, done=0))
    ticking.tick(end)
    assert _rows(book) == before


def test_down_over_the_due_time_is_late_and_not_lost(book: Store) -> None:
    ticking = Ticking(book)
    ticking.tick(_at(date(2026, 12, 11), "09.00"))
    ticking.tick(_at(date(2026, 12, 11), "17.45"))  # down from nine: reminders were due at four
    rows = [r for r in _rows(book) if r[0].startswith("h1:")]
    assert rows
    assert {r[1] for r in rows} <= {"ready", "failed"}


def test_down_over_night_waits_for_the_morning_and_says_today(book: Store) -> None:
    ticking = Ticking(book)
    ticking.tick(_at(date(2026, 12, 11), "09.00"))
    ticking.tick(_at(date(2026, 12, 12), "05.30"))
    rows = [r for r in _rows(book) if r[0].startswith("h1:") and r[1] == "ready" and "melati" in r[4].lower()]
    wita = [r for r in rows if '"Asia/Makassar"' in r[4]]
    assert wita
    assert {local(int(r[3]), "WITA").strftime("%d %H.%M") for r in wita} == {"12 08.00"}
    assert all("reminder.today" in r[4] for r in wita)


def test_down_for_days_is_dropped_with_its_reason(book: Store) -> None:
    ticking = Ticking(book)
    ticking.tick(_at(date(2026, 12, 11), "09.00"))
    ticking.tick(_at(date(2026, 12, 20), "09.00"))
    rows = [r for r in _rows(book) if r[0].startswith(("h1:", "eve:", "nudge:"))]
    assert rows
    assert {(r[1], r[2]) for r in rows if r[3] < _at(date(2026, 12, 12), "23.59")} == {("dropped", "terlambat")}


def test_the_first_tick_ever_looks_at_nothing_before_it(book: Store) -> None:
    Ticking(book).tick(_at(date(2026, 12, 12), "09.00"))
    assert _rows(book) == []
    assert book.read(lambda tx: tx.value(LINES)) == 0


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        (date(2027, 1, 5), "tanggal 31", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        (date(2028, 2, 1), "tanggal 31", ["2028-02-29", "2028-03-31", "2028-04-30"]),
        (date(2026, 12, 20), "tanggal 12", ["2027-01-12", "2027-02-12"]),
        (date(2026, 12, 31), "Rabu terakhir", ["2027-01-27", "2027-02-24", "2027-03-31"]),
    ],
)
def test_days_are_planned_by_the_rule(tmp_path: Path, start: date, rule: str, expected: list[str]) -> None:
    store = _book(tmp_path / "one.db", start, 40)
    store.write(lambda tx: tx._execute(Sql(_rule(rule)), {}))
    for later in (0, 1):
        store.write(lambda tx, later=later: plan_ahead(tx, _at(start + timedelta(days=later), "09.00")))
    assert [r.on for r in store.read(lambda tx: tx.all(DAYS))] == expected
    assert all(r.month == r.on[:7] for r in store.read(lambda tx: tx.all(DAYS)))
    store.close()


def _rule(rule: str) -> object:
    from storage.tables import posyandu

    return posyandu.update().values(day_rule=rule)


def test_29_february_and_the_year_end_are_eves_like_others(tmp_path: Path) -> None:
    for start, eve in ((date(2028, 2, 20), date(2028, 2, 28)), (date(2026, 12, 20), date(2026, 12, 30))):
        on = eve + timedelta(days=1)
        store = _book(tmp_path / f"{start}.db", start, 40)
        store.write(lambda tx, on=on: tx._execute(Sql(_rule(f"tanggal {on.day}")), {}))  # type: ignore[misc]
        ticking = Ticking(store)
        ticking.tick(_at(start, "09.00"))
        ticking.tick(_at(eve, "16.01"))
        told = [r for r in _rows(store) if r[0].startswith("h1:")]
        assert told
        assert all(f'"on": "{on.isoformat()}"' in r[4] for r in told)
        store.close()


def test_the_zone_of_the_server_changes_nothing(tmp_path: Path) -> None:
    outboxes = []
    kept = os.environ.get("TZ")
    try:
        for zone in ("UTC", "America/New_York", "Pacific/Kiritimati"):
            os.environ["TZ"] = zone
            time.tzset()
            store = _book(tmp_path / f"{zone.replace('/', '-')}.db", date(2026, 11, 30), 80)
            _jump(Ticking(store), _at(date(2026, 12, 1), "00.00"), _at(date(2026, 12, 13), "00.00"))
            outboxes.append(_rows(store))
            store.close()
    finally:
        if kept is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = kept
        time.tzset()
    assert outboxes[0]
    assert outboxes[0] == outboxes[1] == outboxes[2]
