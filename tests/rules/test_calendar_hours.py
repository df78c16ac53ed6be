"""Instants in three zones, the hours in which one may write, and the closing of a month."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu import kms
from posyandu.calendar import (
    HOURS,
    ZONES,
    allowed,
    instant,
    local,
    month_closes,
    month_of,
    next_allowed,
    zone_name,
)

MINUTE = 60_000
IN_ZONE = st.sampled_from(sorted(ZONES) + sorted(ZONES.values()))
INSTANTS = st.integers(
    int(datetime(2019, 1, 1, tzinfo=UTC).timestamp()) * 1000, int(datetime(2044, 12, 31, tzinfo=UTC).timestamp()) * 1000
)
WINDOWS = st.tuples(st.integers(0, 1200), st.integers(1, 239)).map(lambda w: (w[0], w[0] + w[1]))


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Jayapura"])
def server_in(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("server_in")
def test_eight_in_the_morning_wherever_the_server_stands() -> None:
    day = date(2026, 11, 12)
    utc = [datetime.fromtimestamp(instant(day, 480, zone) / 1000, UTC) for zone in ("WIB", "WITA", "WIT")]
    assert [at.strftime("%d %H:%M") for at in utc] == ["12 01:00", "12 00:00", "11 23:00"]
    assert local(instant(day, 480, "Asia/Makassar"), "WITA").strftime("%Y-%m-%d %H:%M") == "2026-11-12 08:00"


@given(st.dates(date(2019, 1, 1), date(2044, 12, 31)), st.integers(-3000, 6000), IN_ZONE)
def test_local_undoes_instant(on: date, minutes: int, zone: str) -> None:
    wall = local(instant(on, minutes, zone), zone)
    assert wall.replace(tzinfo=None) == datetime(on.year, on.month, on.day) + timedelta(minutes=minutes)


@given(INSTANTS, IN_ZONE)
def test_milliseconds_are_kept(ms: int, zone: str) -> None:
    assert round(local(ms, zone).timestamp() * 1000) == ms


def test_midnight_changes_the_day_and_the_year_per_zone() -> None:
    at = instant(date(2027, 1, 1), 0, "WIB") - MINUTE
    assert [local(at, zone).date() for zone in ("WIB", "WITA", "WIT")] == [
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 1),
    ]


def test_a_zone_has_an_indonesian_name() -> None:
    assert [zone_name(zone) for zone in ZONES.values()] == ["WIB", "WITA", "WIT"]
    assert zone_name("Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize(
    ("written", "goes"),
    [("07:59", "12 08:00"), ("08:00", "12 08:00"), ("18:59", "12 18:59"), ("19:00", "13 08:00"), ("23:30", "13 08:00")],
)
@pytest.mark.parametrize("zone", ["WIB", "WITA", "WIT"])
def test_quiet_hours(written: str, goes: str, zone: str) -> None:
    hour, minute = written.split(":")
    at = instant(date(2026, 11, 12), int(hour) * 60 + int(minute), zone)
    assert local(next_allowed(at, zone), zone).strftime("%d %H:%M") == goes
    assert allowed(at, zone) == (next_allowed(at, zone) == at)


@given(INSTANTS, IN_ZONE, WINDOWS)
def test_the_next_allowed_instant_is_the_first_one(ms: int, zone: str, window: tuple[int, int]) -> None:
    at = next_allowed(ms, zone, window)
    assert allowed(at, zone, window)
    assert at == ms or (at > ms and not allowed(at - 1, zone, window))
    assert at - ms < 24 * 60 * MINUTE


def test_the_hours_end_before_the_evening_prayer() -> None:
    assert HOURS == (480, 1140)


@given(st.dates(date(2019, 1, 1), date(2044, 12, 31)), IN_ZONE)
def test_a_month_closes_when_the_kms_rules_say(on: date, zone: str) -> None:
    closes = month_closes(month_of(on), zone)
    assert local(closes, zone) == kms.month_closes_at(on, local(closes, zone).tzinfo or UTC)
