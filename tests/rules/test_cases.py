"""When a case opens again, when its owner is asked, when help is offered; and that every trigger can be seen gone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posyandu import cases
from posyandu.calendar import HOURS, instant, local
from posyandu.risk import STANDARD, Drawer

ZONE = "WITA"
DAY = date(2026, 11, 12)


def at(hour: int, minute: int = 0, day: date = DAY) -> int:
    return instant(day, hour * 60 + minute, ZONE)


def test_every_trigger_of_a_case_says_how_it_is_seen_gone() -> None:
    of_cases = {t["code"] for t in STANDARD if t["drawer"] == Drawer.CASE.value}
    assert of_cases == set(cases.SEEN_BY)


@pytest.mark.parametrize(
    ("outcome", "codes", "again", "days", "opens"),
    [
        ("ralat", ["muac_red"], ["muac_red"], 0, True),
        ("tidak_terbukti", ["wasted"], ["wasted"], 30, True),
        ("pulih", ["wasted"], ["wasted"], 30, True),
        ("ditangani", ["wasted"], ["wasted"], 30, True),
        ("ditangani", ["severely_stunted"], ["severely_stunted"], 30, False),
        ("ditangani", ["severely_stunted"], ["severely_stunted"], 90, True),
        ("ditangani", ["severely_stunted"], ["severely_stunted", "wasted"], 30, True),
        ("tidak_terbukti", ["severely_stunted"], ["severely_stunted"], 30, True),
    ],
)
def test_what_opens_again(outcome: str, codes: list[str], again: list[str], days: int, opens: bool) -> None:
    on = date.fromordinal(DAY.toordinal() + days)
    assert cases.reopens(outcome, DAY, codes, again, on) is opens


def test_gone_means_measured_again() -> None:
    assert cases.is_gone(["muac_yellow"], {"muac_mm": 140, "whz": None})
    assert not cases.is_gone(["muac_yellow"], {"muac_mm": None, "whz": -50})
    assert not cases.is_gone(["muac_yellow", "wasted"], {"muac_mm": 140, "whz": None})
    assert not cases.is_gone(["oedema"], {"muac_mm": 140, "whz": 0}), "only a health worker's word"


def test_first_questions() -> None:
    assert cases.first_ask("segera", at(9, 30), ZONE) == at(15, 30)
    assert cases.first_ask("segera", at(20, 30), ZONE) == at(8, day=date(2026, 11, 13))
    assert cases.first_ask("minggu_ini", at(9, 30), ZONE) == at(15, 30)
    assert cases.first_ask("minggu_ini", at(16), ZONE) == at(15, 30, day=date(2026, 11, 13))


def test_pmt_is_asked_about_when_it_ends() -> None:
    end = date(2026, 12, 10)
    assert cases.ask_after("pmt", at(10), ZONE, end) == at(15, 30, day=end)
    assert cases.ask_after("pmt", at(10), ZONE, DAY) == at(15, 30, day=date(2026, 11, 13)), "never in the past"


def test_three_days_then_one() -> None:
    asked = at(8)
    assert not cases.is_silent(asked, at(8, day=date(2026, 11, 14)))
    assert cases.is_silent(asked, at(8, day=date(2026, 11, 15)) - 1000)
    assert not cases.is_silent(None, at(8))
    helped = at(8, day=date(2026, 11, 15))
    assert not cases.to_raise(helped, None, at(20, day=date(2026, 11, 15)))
    assert cases.to_raise(helped, None, at(8, day=date(2026, 11, 16)) - 1000)
    assert not cases.to_raise(helped, helped, at(8, day=date(2026, 11, 20)))


@given(
    st.integers(0, 1439),
    st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
    st.sampled_from(["segera", "minggu_ini", *cases.STEPS, "pmt"]),
)
def test_nothing_is_asked_or_called_at_night(minute: int, zone: str, what: str) -> None:
    now = instant(DAY, minute, zone)
    asked = (
        cases.first_ask(what, now, zone) if what in ("segera", "minggu_ini") else cases.ask_after(what, now, zone, DAY)
    )
    for moment in (asked, cases.call_at(now, zone)):
        there = local(moment, zone)
        assert HOURS[0] <= there.hour * 60 + there.minute < HOURS[1]
        assert moment > now
