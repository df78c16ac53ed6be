"""Cases: when one opens again, when its owner is asked, when help is offered, when it closes. Pure rules.

A case opens with a finding of the loudest drawer (posyandu.risk). Its owner is asked at set times what happened; three
days without an answer bring "Perlu dibantu?", one more day the next level. It closes on an outcome, or by itself when
what opened it was measured again and is gone. Instants are UTC epoch ms, local dates `date`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from posyandu.calendar import DIGEST, instant, local

HOUR = 3600_000
UNMEASURED_MS = 15 * 60_000  # so long an alarm waits for the second measuring
MORNING = 8 * 60  # minutes after local midnight: calls to families, and urgent questions of last evening
URGENT_UNTIL = 13 * 60  # urgent ones of the morning are asked about in the digest of the same day
FIRST_ASK_DAYS = 2
SILENT_DAYS = 3
RAISE_DAYS = 1
MARGIN_MS = 2 * HOUR  # a morning's tick is not the same second every day
REACH_TRY_MS, REACH_LIMIT_MS = 24 * HOUR, 48 * HOUR
SLOW_REST_DAYS = 90
OUTCOME_DAYS = 14  # the figure: closed with an outcome within so many days

# What the owner can say. The first keep the case open, each with its own wait in days; the others close it.
STEPS: Mapping[str, int] = {"datang": 2, "dikonfirmasi": 3, "dirujuk": 3, "kunjungan": 3, "nanti": 1, "dijelaskan": 2}
PMT_STEP = "pmt"
DONE = ("datang", "dikonfirmasi", "dirujuk", "kunjungan", PMT_STEP)  # what was done, in a list of cases
PMT_LONGEST = 120
OUTCOMES = ("pulih", "tidak_terbukti", "ditangani")
HELP = "perlu_bantuan"

# Of what is urgent, the findings with which a child is brought at once; with the others it is seen the same day.
AT_ONCE = frozenset({"oedema", "danger_sign"})
# A finding that weeks cannot change: a case closed over it rests, or every round would open it again.
SLOW = frozenset({"severely_stunted"})
# Which score or measure (columns of the verdict) must have been taken again before a trigger counts as gone. None:
# only a health worker's word closes it.
SEEN_BY: Mapping[str, str | None] = {
    "oedema": None,
    "danger_sign": None,
    "muac_red": "muac_mm",
    "muac_yellow": "muac_mm",
    "severely_wasted": "whz",
    "wasted": "whz",
    "bgm": "waz",
    "severely_stunted": "haz",
    "two_t_underweight": "waz",
    "two_t_falling": "waz",
}


def reopens(outcome: str, closed_on: date, codes: Collection[str], again: Collection[str], on: date) -> bool:
    """Does a finding of another measuring open a closed case again? `codes`: of the closed one, `again`: of the new.
    Only what cannot have changed since it was dealt with rests for a while."""
    if outcome != "ditangani" or set(again) - set(codes):
        return True
    return not set(again) <= SLOW or (on - closed_on).days >= SLOW_REST_DAYS


def is_gone(codes: Collection[str], verdict: Mapping[str, Any]) -> bool:
    """Was everything that opened the case measured again? `verdict`: the columns of a round that opens none."""
    needed = [SEEN_BY.get(code) for code in codes]
    return all(column is not None and verdict.get(column) is not None for column in needed)


def closes_by_itself(step: str, clear_before: bool) -> bool:
    """Gone in one round is enough while nobody treats the child; under care it takes two."""
    return clear_before or step not in (PMT_STEP, "dirujuk", "dikonfirmasi")


def next_morning(at: int, zone: str, days: int = 1, minutes: int = MORNING) -> int:
    """So many local days after an instant, in the morning."""
    return instant(local(at, zone).date() + timedelta(days=days), minutes, zone)


def next_digest(at: int, zone: str, days: int = 1) -> int:
    """The owner's message so many local days after an instant; 0: today's if it is still to come."""
    today = instant(local(at, zone).date() + timedelta(days=days), DIGEST, zone)
    return today if today > at else next_morning(at, zone, 1, DIGEST)


def in_digest(priority: str, asked_at: int, zone: str) -> bool:
    """Does a question wait for the one message of the day? All but an urgent one set for the morning."""
    at = local(asked_at, zone)
    return priority != "segera" or at.hour * 60 + at.minute == DIGEST


def first_ask(priority: str, opened: int, zone: str) -> int:
    """When the owner is first asked (segera: the same afternoon, or the next morning where it came late) or first told,
    in the next digest (minggu ini)."""
    at = local(opened, zone)
    if priority == "segera" and at.hour * 60 + at.minute >= URGENT_UNTIL:
        return next_morning(opened, zone)
    return next_digest(opened, zone, 0)


def ask_after(step: str, at: int, zone: str, pmt_until: date | None = None) -> int:
    """When the owner is asked again after what she said."""
    if step == PMT_STEP and pmt_until is not None:
        return max(instant(pmt_until, DIGEST, zone), next_digest(at, zone))
    return next_digest(at, zone, STEPS.get(step, FIRST_ASK_DAYS))


def is_silent(asked: int | None, now: int) -> bool:
    """Has a question stood for three days?"""
    return asked is not None and now - asked >= SILENT_DAYS * 24 * HOUR - MARGIN_MS


def to_raise(helped: int | None, raised: int | None, now: int) -> bool:
    """Has "Perlu dibantu?" had no answer for a day?"""
    return helped is not None and raised is None and now - helped >= RAISE_DAYS * 24 * HOUR - MARGIN_MS


def call_at(confirmed: int, zone: str, minutes: int = MORNING) -> int:
    """When the family is called if the kader has not said "sudah dijelaskan" before: the next morning."""
    return next_morning(confirmed, zone, 1, minutes)
