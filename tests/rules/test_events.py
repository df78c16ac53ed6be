"""Codes, the word in the hall, seats, and lists that overlap: each person counts once, in whatever order they come."""

from __future__ import annotations

import random
from datetime import date
from itertools import pairwise

import pytest

from posyandu.event_code import SPACE, STEP, looks_like_code, make_code, qr_text, read_code, read_qr
from posyandu.events import Share, read_pin, read_shares, read_when, region_of, share_of
from posyandu.guest_lists import Guest, GuestList, Tap, merged, read_lines
from posyandu.hall_word import EVERY_MS, is_word, looks_like_word, word_at

TODAY = date(2026, 11, 12)


def codes(many: int, start: int = 77) -> list[str]:
    out, number = list[str](), 0
    while len(out) < many:
        code, number = make_code(number, start)
        out.append(code)
    return out


def test_no_code_is_given_twice_to_a_hall_of_12447() -> None:
    given = codes(12_447)
    assert len(set(given)) == 12_447
    assert all(read_code(c) == c for c in given)


def test_every_wrong_character_and_every_two_turned_round_are_noticed() -> None:
    chance = random.Random(7)
    for code in chance.sample(codes(2000), 200):
        for at in range(6):
            others = "ABDFHKMRSY" if at < 2 else "0123456789"
            wrong = [code[:at] + c + code[at + 1 :] for c in others if c != code[at]]
            assert not [w for w in wrong if read_code(w)]
        for at in (0, 2, 3, 4):
            turned = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert turned == code or read_code(turned) is None


def test_neighbours_on_the_list_have_codes_that_are_far_apart() -> None:
    given = codes(500)
    near = [a for a, b in pairwise(given) if sum(x != y for x, y in zip(a, b, strict=True)) < 3]
    assert near == []
    assert STEP % 2
    assert STEP % 5
    assert SPACE == 100_000


@pytest.mark.parametrize("said", ["hk 482 7", "HK-4827", "hk4827"])
def test_a_code_is_read_as_it_is_typed(said: str) -> None:
    assert looks_like_code(said)
    code = codes(1)[0]
    assert read_code(f" {code[:2].lower()} {code[2:5]}-{code[5]} ") == code


def test_a_qr_code_names_its_event() -> None:
    code = codes(1)[0]
    assert read_qr(qr_text(12, code)) == (12, code)
    assert read_qr("ACARA-12-HK0000X") is None
    assert read_qr("https://example.id") is None


def test_the_word_changes_and_the_one_before_still_counts() -> None:
    now = 1_794_448_800_000
    word, until = word_at("secret", now)
    assert looks_like_word(word)
    assert until > now
    assert is_word("secret", f" {word.upper()} ", now)
    assert is_word("secret", word.replace(" ", ""), until + EVERY_MS - 1)
    assert not is_word("secret", word, until + EVERY_MS)
    assert not is_word("other", word, now)


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_pasted_list_is_read_line_by_line() -> None:
    one, two, three = codes(3)
    text = f"Daftar 14/11\n1. Siti Aminah, Melati 3\n2) 08.15 {one}\n{two} {three}\n- Nyoman Rai (Badung) 9:10\n\n12"
    lines = read_lines(text)
    assert [(x.name, x.beside, x.code, x.minute) for x in lines[1:]] == [
        ("Siti Aminah", "Melati 3", None, None),
        ("", "", one, 495),
        ("", "", two, None),
        ("", "", three, None),
        ("Nyoman Rai", "Badung", None, 550),
    ]


def test_a_mistyped_code_is_said_to_be_wrong_and_never_taken_for_a_name() -> None:
    code = codes(1)[0]
    wrong = f"{code[:5]}{(int(code[5]) + 1) % 10}"
    assert [(x.wrong, x.code, x.name) for x in read_lines(wrong)] == [(True, None, "")]


def test_names_find_one_guest_or_ask() -> None:
    known = GuestList(
        [
            Guest(1, "Siti Aminah", "Posyandu Melati 3"),
            Guest(2, "Siti Aminah", "Posyandu Mawar 1"),
            Guest(3, "Ni Nyoman Rai", "Posyandu Anggrek", stand_in="Wayan Sari"),
            Guest(4, "Dewi Lestari", "Posyandu Anggrek"),
        ]
    )

    def ids(said: str) -> list[int]:
        return [g.id for line in read_lines(said) for g in known.find(line)]

    assert ids("Siti Aminah") == [1, 2]
    assert ids("siti aminah, melati") == [1]
    assert ids("Nyoman Rai") == [3]
    assert ids("Wayan Sari") == [3], "who comes for her is she on the list"
    assert ids("Dewi Lestarii") == [4]
    assert ids("Ketut Budi") == []


def test_who_comes_for_a_guest_is_known_with_a_slip_in_her_name() -> None:
    guests = GuestList([Guest(1, "Siti Aminah", stand_in="Nenden Sari"), Guest(2, "Nining Saodah")])
    line = read_lines("nenden saari")[0]
    assert [g.id for g in guests.find(line)] == [1]
    assert guests.sure(line, guests.find(line))


def test_one_word_of_a_longer_name_is_asked_about_and_names_in_a_row_are_several() -> None:
    known = GuestList([Guest(1, "Iis Sumiati"), Guest(2, "Nining")])
    one, two = read_lines("Iis")[0], read_lines("Nining")[0]
    assert known.find(one)
    assert not known.sure(one, known.find(one))
    assert known.sure(two, known.find(two))
    assert [x.name for x in read_lines("Iis Sumiati, Nining, Pak Lurah")] == ["Iis Sumiati", "Nining", "Pak Lurah"]


@pytest.mark.parametrize("seed", range(20))
def test_overlapping_lists_in_any_order_count_each_once(seed: int) -> None:
    chance = random.Random(seed)
    there = chance.sample(range(1000), 300)
    lists = []
    for usher in range(3):
        part = chance.sample(there, 180)
        times = [chance.choice((None, *range(100, 200))) for _ in part]
        lists.append([Tap(g, at, usher) for g, at in zip(part, times, strict=True)])
        lists[-1] += lists[-1][:40]  # sent twice
    whole = merged(lists)
    chance.shuffle(lists)
    assert merged([list(reversed(x)) for x in lists]) == whole
    assert set(whole) == {tap.guest for taps in lists for tap in taps}
    known = [t.at for taps in lists for t in taps if t.guest == there[0] and t.at is not None]
    assert there[0] not in whole or whole[there[0]] == (min(known) if known else None)


# -- seats, time, place -----------------------------------------------------------------------------------------------


def test_shares_are_read_by_role_and_by_area() -> None:
    coaching = read_shares("36 TPK, 8 KPM, 76 TP PKK", [])
    assert coaching == [Share("TPK", 36, ("tpk",)), Share("KPM", 8, ("kpm",)), Share("TP PKK", 76, ("tp_pkk",))]
    areas = [("51.71", "Kota Denpasar"), ("51.03", "Kabupaten Badung")]
    found = read_shares("Denpasar 1.200\nKab. Badung: 900 orang", areas)
    assert found is not None
    assert [(s.area, s.seats) for s in found] == [("51.71", 1200), ("51.03", 900)]
    assert read_shares("120", []) == [Share("", 120)]
    assert read_shares("banyak", []) is None
    with pytest.raises(ValueError, match="which_area"):
        read_shares("Gianyar 100", areas)


def test_a_guest_is_seated_out_of_the_narrowest_share() -> None:
    shares = [Share("all", 10), Share("Badung", 5, (), "51.03"), Share("kader Badung", 3, ("kader",), "51.03")]
    for role, area, label in (
        ("kader", "51.03.01", "kader Badung"), ("bidan", "51.03.01", "Badung"), ("kader", "51.031", "all"),
    ):  # fmt: skip
        found = share_of(shares, role, area)
        assert found is not None
        assert found.label == label
    assert share_of(shares[1:], "kader", "51.71") is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Sabtu 14 November 08.00-14.00", (date(2026, 11, 14), 480, 840, date(2026, 11, 14))),
        ("besok 9-12", (date(2026, 11, 13), 540, 720, date(2026, 11, 13))),
        ("26 September 2027 pukul 8 s.d. 12.30 WITA", (date(2027, 9, 26), 480, 750, date(2027, 9, 26))),
        ("25-27 November 08.00-16.00", (date(2026, 11, 25), 480, 960, date(2026, 11, 27))),
        ("Rabu 25 s.d. Jumat 27 November 8-16", (date(2026, 11, 25), 480, 960, date(2026, 11, 27))),
        ("30 November - 2 Desember 2026, 08.00-16.00", (date(2026, 11, 30), 480, 960, date(2026, 12, 2))),
        ("30 Desember 2026 sampai 2 Januari 2027 8-16", (date(2026, 12, 30), 480, 960, date(2027, 1, 2))),
        ("14-11-2026 8-16", (date(2026, 11, 14), 480, 960, date(2026, 11, 14))),
        ("Sabtu 14 November", None),
        ("jam 8-12", None),
    ],
)
def test_day_and_hours(said: str, day: tuple[date, int, int, date] | None) -> None:
    assert read_when(said, TODAY) == day


@pytest.mark.parametrize(
    ("said", "why"), [("kemarin 8-12", "past"), ("besok 14-8", "hours"), ("1-25 Desember 8-12", "days")]
)
def test_impossible_times_are_refused(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_when(said, TODAY)


def test_a_pin_is_a_point_in_indonesia() -> None:
    assert read_pin("https://maps.google.com/?q=-8.6725,115.2304") == (-8_672_500, 115_230_400)
    assert read_pin("Balai desa") is None
    with pytest.raises(ValueError, match="not_here"):
        read_pin("52.3702, 104.8952")


def test_guests_are_counted_one_level_below_the_event() -> None:
    village = "51.03.01.2001"
    assert region_of(village, None) == "51.03"
    assert region_of(village, "51") == "51.03"
    assert region_of(village, "51.03") == "51.03.01"
    assert region_of(village, "51.03.01") == village
