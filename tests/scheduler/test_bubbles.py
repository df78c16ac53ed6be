"""What a family reads: the main thing in the first 60 characters, 300 at most, in both languages; lists are whole."""

from __future__ import annotations

import itertools

import pytest

from bot.locales import catalogue
from bot.screen import say_all
from storage.reminders.words import LONGEST_PLACE, named, short

WHO = named(["Muhammad Alfarizi", "Khairunnisa", "Abdurrahman Wahid", "Ade", "Adi", "Ani"])
PLACE = short("Balai Pertemuan Warga Kelurahan Nagasari", LONGEST_PLACE)
POSYANDU = short("Posyandu Anyelir Merah Sejahtera Bersama", LONGEST_PLACE)
PLAN = {"posyandu": POSYANDU, "on": "2026-09-30", "opens": 480, "closes": 690, "place": PLACE}
SERVICES = ("vitamin_blue", "vitamin_red", "deworming", "length", "immunisation")


def said(language: str, rows: list[list[object]]) -> str:
    return "\n\n".join(say_all([("lines", {"rows": rows})], catalogue(language)))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("when", ["tomorrow", "today", "soon"])
def test_a_reminder_is_short_and_begins_with_the_main_thing(language: str, when: str) -> None:
    longest = 0
    for count in range(len(SERVICES) + 1):
        for some in itertools.combinations(SERVICES, count):
            rows = [
                [f"reminder.{when}", PLAN],
                ["reminder.where", PLAN],
                ["reminder.who", {"who": WHO}],
            ]
            rows += [["reminder.services", {"rows": [{"field": s} for s in some]}]] if some else []
            rows.append(["reminder.pregnant", {}])
            text = said(language, rows)
            longest = max(longest, len(text))
            first = text[:60].casefold()
            assert "posyandu" in first
            assert "08.00" in first
    assert longest <= 300


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("state", ["moved", "cancelled", "planned"])
def test_a_change_is_short(language: str, state: str) -> None:
    values = {**PLAN, "old": "2026-09-28", "reason": "x" * 60, "next": "2026-10-12"}
    rows = [[f"day_changed.{state}", values], ["day_changed.reason", values], ["day_changed.next", values]]
    text = said(language, rows if state == "cancelled" else rows[:2])
    assert len(text) <= 300
    assert "posyandu" in text[:60].casefold()


def test_no_word_of_a_family_bubble_frightens() -> None:
    words = catalogue("id")
    for key in sorted(words.keys()):
        if key.startswith(("reminder.", "day_changed.", "days.answered.")):
            text = str(words.find(key)).casefold()
            assert not any(bad in text for bad in ("stunting", "gizi buruk", "bgm", "bahaya", "gagal", "kurus"))
