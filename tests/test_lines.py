"""Kader type as they type: lines, whole sessions, corrections, several hands; through the whole house."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.house import DemoHouse, demo_house

DATA = Path(__file__).parent / "rules" / "entry"
FIELDS = {"weight_g": "weight", "height_mm": "length", "head_mm": "head", "muac_mm": "muac"}
SESSION = json.loads((DATA / "sessions.jsonl").read_text(encoding="utf-8").splitlines()[0])
LINES = [json.loads(line) for line in (DATA / "lines.jsonl").read_text(encoding="utf-8").splitlines()]


def expected(rows: list[dict[str, object]]) -> dict[tuple[str, str], int]:
    """(child, field) -> value of the rows that may be stored at once."""
    out: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["kind"] == "ok":
            out |= {(str(row["child"]), FIELDS[f]): int(str(row[f])) for f in FIELDS if row[f] is not None}
    return out


def weights(house: DemoHouse) -> dict[str, int]:
    return {code: value for (code, field), value in house.measures().items() if field == "weight"}


async def test_a_whole_session_is_stored_line_by_line_and_only_the_doubtful_are_asked(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        answer = await house.say("kader", SESSION["message"])
        found = {k: v for k, v in house.measures().items() if k[1] in FIELDS.values()}
        assert found == expected(SESSION["lines"])
        assert "Alya" in answer.text
        assert "Keisha" in answer.text
        asked = [row for row in SESSION["lines"] if row["kind"] == "ask"]
        for _ in asked:
            answer = await house.tap("kader", "Lewati dulu")
        assert house.open_question("kader") is None
        assert {k: v for k, v in house.measures().items() if k[1] in FIELDS.values()} == found


async def test_the_same_list_sent_again_makes_nothing_new(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", SESSION["message"])
        before, told = house.measures(), len(house.told())
        await house.say("kader", "lewati", "lewati")
        answer = await house.say("kader", SESSION["message"])
        assert "tidak ada yang berubah" in answer.text
        assert house.measures() == before
        assert len(house.told()) == told


@pytest.mark.parametrize("part", range(4))
async def test_no_line_that_must_be_asked_is_stored_and_every_sure_one_is(tmp_path: Path, part: int) -> None:
    """Each labelled line as if it came first that day."""
    async with demo_house(tmp_path) as house:
        for row in LINES[part::4]:
            before = house.measures()
            await house.say("kader", row["line"])
            new = {k: v for k, v in house.measures().items() if k[1] in FIELDS.values() and before.get(k) != v}
            assert new == expected([row]), row["line"]
            while house.open_question("kader") is not None:
                await house.say("kader", "batal")
            if row["kind"] == "ok" and new:
                await house.tap("kader", "Batalkan")
            assert {k: v for k, v in house.measures().items() if k[1] in FIELDS.values()} == {}, row["line"]


async def test_editing_the_sent_message_corrects_it_and_the_parent_gets_one_correction(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.hear("kader", "Supriadi 13,5 99", message_id="kader/m1")
        assert "13,5 kg" in house.last("orangtua-an-13").text
        await house.hear("kader", "Supriadi 13,6 99", message_id="kader/m1#1", edits="kader/m1")
        assert weights(house) == {"AN-13": 13600}
        parents = [seen.text for seen in house.thread("orangtua-an-13")]
        assert len(parents) == 2
        assert "Perbaikan" in parents[1]
        assert "13,6 kg" in parents[1]
        await house.hear("kader", "Supriadi 13,6 99", message_id="kader/m1#2", edits="kader/m1")
        assert len(house.thread("orangtua-an-13")) == 2


async def test_an_edit_to_another_child_takes_the_first_one_back(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.hear("kader", "hasan 10,6 83", message_id="kader/m1")
        await house.hear("kader", "husein 10,8 83,5", message_id="kader/m1#1", edits="kader/m1")
        assert weights(house) == {"AN-12": 10800}


async def test_ralat_changes_the_last_child_or_the_one_it_names(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie 15,4 97", "ralat 15,5")
        assert weights(house) == {"AN-09": 15500}
        await house.say("kader", "Dafa 9,5 74", "ralat Kenzie 15,3")
        assert weights(house) == {"AN-09": 15300, "AN-25": 9500}


async def test_batal_takes_back_the_last_entry(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        answer = await house.say("kader", "Kenzie 15,4 97", "batal")
        assert "Dibatalkan" in answer.text
        assert house.measures() == {}


async def test_a_named_childs_entry_is_taken_back(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie 15,4 97", "Dafa 9,5 74")
        answer = await house.say("kader", "hapus kenzie")
        assert "Dibatalkan" in answer.text
        assert weights(house) == {"AN-25": 9500}
        assert "Tidak ada catatan Kenzie" in (await house.say("kader", "batal kenzie")).text
        await house.say("kader", "gak jadi dafa")
        assert house.measures() == {}


async def test_a_status_that_did_not_come_about_is_taken_back(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie pindah ke Cileungsi")
        assert "tidak lagi tercatat" in (await house.say("kader", "ga jadi pindah")).text
        await house.say("kader", "Kenzie sakit", "Dafa 9,5 74")
        asked = await house.say("kader", "ga jadi sakit")
        assert "Kenzie" in asked.text
        assert "tidak lagi tercatat" not in asked.text
        assert "tidak lagi tercatat" in (await house.say("kader", "kenzie ga jadi sakit")).text
        assert weights(house) == {"AN-25": 9500}


async def test_a_visit_has_several_hands(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie 15,4")
        await house.say("bidan", "Kenzie lila 16")
        await house.say("kader", "Kenzie tb 97")
        assert house.measures() == {("AN-09", "weight"): 15400, ("AN-09", "length"): 970, ("AN-09", "muac"): 160}
        same = await house.say("bidan", "Kenzie 15,4")
        assert "tidak ada yang berubah" in same.text.lower()
        asked = await house.say("bidan", "Kenzie 15,6")
        assert "15,4 kg" in asked.text
        assert "15,6 kg" in asked.text
        assert weights(house) == {"AN-09": 15400}
        await house.tap("bidan", "Yang tadi")
        assert weights(house) == {"AN-09": 15400}
        await house.say("bidan", "Kenzie 15,6")
        await house.tap("bidan", "Yang sekarang")
        assert weights(house) == {"AN-09": 15600}


async def test_after_midnight_the_backlog_belongs_to_the_posyandu_day(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-13 00:20")
        await house.say("kader", "Kenzie 15,4 97")
        assert house.measures("2026-11-12") == {("AN-09", "weight"): 15400, ("AN-09", "length"): 970}
        assert house.measures("2026-11-13") == {}


async def test_a_closed_month_is_refused_politely(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie 15,4 97")
        await house.clock("2026-12-06 08:00")
        answer = await house.say("kader", "Kenzie tgl 12/11 15,5")
        assert "12 November 2026" in answer.text
        answer = await house.tap("kader", "Ya, tanggal itu")
        assert "15,4 kg" in answer.text, "it says what stands there"
        answer = await house.tap("kader", "Yang sekarang")
        assert "sudah ditutup" in answer.text
        assert weights(house) == {"AN-09": 15400}


async def test_a_value_that_would_open_a_case_is_measured_again_first(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        asked = await house.say("kader", "Kenzie 15,3 97 lila 11,2")
        assert "ukur sekali lagi" in asked.text
        assert "ANTAR" not in asked.text
        answer = await house.tap("kader", "Beda")
        answer = await house.say("kader", "15,2")
        assert house.measures()[("AN-09", "muac")] == 152
        assert "ANTAR" not in answer.text


async def test_confirmed_and_a_danger_sign_means_now_with_the_numbers_first(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie 15,3 97 lila 11,2")
        asked = await house.tap("kader", "Sama")
        assert "kejang" in asked.text
        answer = await house.tap("kader", "Ya")
        assert "ANTAR SEKARANG" in answer.text
        assert answer.text.index("021-5550101") < answer.text.index("Kenzie tercatat")


async def test_a_stranger_of_another_village_finds_nobody_and_nobody_hears(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        answer = await house.say("kader-lain", "Supriadi 13,5 99")
        assert "belum ada di daftar" in answer.text
        assert house.measures() == {}
        assert house.told() == []


async def test_a_line_in_the_middle_of_a_talk_leaves_the_question_open(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "timbang", "azzam", "11,1")
        answer = await house.say("kader", "Dafa 9,5 74")
        assert "Dafa" in answer.text
        assert "Azzam" in answer.text  # the open question is shown again below
        await house.say("kader", "83,5", "lewati", "simpan")
        assert weights(house) == {"AN-01": 11100, "AN-25": 9500}


async def test_the_old_hand_sends_thirty_children_in_four_messages(tmp_path: Path) -> None:
    with (DATA / "roster.csv").open(encoding="utf-8") as file:
        names = [(r["child_id"], r["name"], r["last_weight_kg"], r["last_height_cm"]) for r in csv.DictReader(file)]
    measured = [n for n in names if n[2]][:23]
    lines = [
        f"{i}. {n[1]} {float(n[2]) + 0.2:.1f} {float(n[3]) + 0.5:.1f}".replace(".", ",")
        for i, n in enumerate(measured, 1)
    ]
    lines = [line.replace(",", ".", 1) for line in lines]
    absent = ", ".join(n[1] for n in names if n[2] and n not in measured)
    async with demo_house(tmp_path) as house:
        await house.say("kader", "\n".join([*lines[:12]]))
        answer = await house.say("kader", "\n".join([*lines[12:], "", f"Tidak hadir: {absent}"]))
        assert len(weights(house)) == 23
        missing = await house.say("kader", "belum")
        assert "2 belum" in missing.text, (answer.text, missing.text)


async def test_the_puskesmas_sees_what_came_too_late_and_opens_the_month_with_a_reason(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-12-06 08:00")
        await house.say("kader", "Kenzie tgl 12/11 15,5", "ya")
        assert house.measures() == {}
        assert "oleh bidan atau puskesmas" in (await house.say("kader", "buka bulan")).text
        await house.say("koordinator", "terlambat", "anyelir")
        seen = await house.say("koordinator", "november")
        assert "Kenzie" in seen.text
        assert "15,5 kg" in seen.text
        await house.say("koordinator", "buka bulan", "anyelir", "november", "timbangan baru dibaca")
        opened = await house.tap("koordinator", "Simpan")
        assert "dibuka lagi" in opened.text
        await house.say("kader", "Kenzie tgl 12/11 15,5", "ya")
        assert weights(house) == {"AN-09": 15500}


async def test_a_name_without_a_number_never_costs_the_rest_of_the_list(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        answer = await house.say("kader", "Kenzie 15,3 97,5\nfathir\nDafa 9,5 74,5\nZhafran")
        assert weights(house) == {"AN-09": 15300, "AN-25": 9500}
        assert "Belum ada angkanya: Fathir" in answer.text
        assert "• Zhafran" in answer.text


async def test_messages_in_a_row_share_the_heading_of_the_first(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Nama TB BB LILA\nazzam 83 11,1 15\nkamila 96 13,9 16")
        await house.say("kader", "syifa 74 8,4 14", "kenzie 97,5 15,3")
        await house.say("kader", "Tidak hadir:\nnaufal")
        answer = await house.say("kader", "aqila (demam)\narkan")
        assert weights(house) == {"AN-01": 11100, "AN-04": 13900, "AN-08": 8400, "AN-09": 15300}
        assert house.measures()[("AN-08", "muac")] == 140
        assert "Aqila: sakit" in answer.text
        assert "Arkan: tidak hadir" in answer.text
        await house.clock("2026-11-12 10:00")  # an hour later she begins anew
        answer = await house.say("kader", "dafa 74,5 9,5")
        assert "tertukar" in answer.text
        await house.tap("kader", "Ya, betul")
        assert weights(house)["AN-25"] == 9500


async def test_those_still_awaited_are_one_question(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        asked = await house.say("kader", "Kenzie 15,3 97,5\n\nBelum datang: naufal, aqila, arkan")
        assert "Naufal, Aqila, Arkan" in asked.text
        asked = await house.say("kader", "naufal 9,2 73,5")  # there he is
        assert "Belum datang: Aqila, Arkan" in asked.text
        answer = await house.tap("kader", "Ya, tidak hadir")
        assert "Aqila: tidak hadir" in answer.text
        assert "Arkan: tidak hadir" in answer.text
        assert house.open_question("kader") is None


async def test_a_corrected_value_is_not_measured_again(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        asked = await house.say("kader", "Kenzie 15,3 97 lila 11,2")
        assert "ukur sekali lagi" in asked.text
        await house.say("kader", "ralat Kenzie lila 15,2")
        assert house.measures()[("AN-09", "muac")] == 152
        assert house.open_question("kader") is None


async def test_the_words_of_a_correction(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        await house.say("kader", "Kenzie 15,4 97")
        for said, grams in (("salah, kenzie 15,3", 15300), ("kenzie 15,5 bukan 15,3", 15500), ("harusnya 15,2", 15200)):
            await house.say("kader", said)
            assert weights(house) == {"AN-09": grams}, said


async def test_a_heading_alone_is_heard_and_holds(tmp_path: Path) -> None:
    async with demo_house(tmp_path) as house:
        assert "saya baca begitu" in (await house.say("bidan", "LILA")).text
        await house.say("bidan", "Naufal 14,5")
        assert house.measures() == {("AN-10", "muac"): 145}
        asked = await house.say("bidan", "Kenzie 15,8")  # his arm, or his weight of last month and a little more?
        assert "LiLA" in asked.text
        assert house.measures() == {("AN-10", "muac"): 145}


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("azzam 11,3 83 tgl 20", "2026-11-20"),
        ("azzam 20/11 11,3 83", "2026-11-20"),
        ("azzam tgl 18/11 bb 11,3 tb 83", "2026-11-18"),
        ("azzam 11,3 83 hari ini, kunjungan rumah", "2026-11-20"),
        ("Kunjungan rumah tgl 19/11\nazzam 11,3 83\nkenzie 15,4 97", "2026-11-19"),
    ],
)
async def test_a_weighing_at_home_on_a_later_day_is_of_that_day(tmp_path: Path, line: str, on: str) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-20 16:00")
        answer = await house.say("kader", line)
        assert house.measures(on)[("AN-01", "weight")] == 11300
        assert house.measures(on)[("AN-01", "length")] == 830
        assert house.measures("2026-11-12") == house.measures(on)  # of that day, and of no other
        assert house.measures(f"2026-11-{int(on[-2:]) + 1}") == {}
        assert "belum tiba" not in answer.text


@pytest.mark.parametrize("line", ["azzam 11,3 83 tgl 21", "azzam 13/11 83", "azzam 20/11 11,3", "azzam 20/10 11,3 83"])
async def test_a_day_to_come_and_numbers_that_may_be_no_day_are_asked(tmp_path: Path, line: str) -> None:
    async with demo_house(tmp_path) as house:
        await house.clock("2026-11-20 16:00")
        await house.say("kader", line)
        assert house.measures("2026-11-01") == {}
        assert house.open_question("kader") is not None
