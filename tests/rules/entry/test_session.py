"""Whole messages: headings, columns, absentees, forms over several lines, several children on one line."""

import random
from datetime import date

import pytest

from posyandu.entry import Kind, Status, Why, read_session
from posyandu.names import Roster
from tests.rules.entry.invented import ON, comma, good_line, roster, this_month
from tests.rules.entry.test_corpus import ROSTER

Row = tuple[int, str | None, int | None, int | None]


def stored(message: str) -> list[Row]:
    """Line number, child, grams and millimetres of what is believed."""
    found = read_session(message, ROSTER, ON).lines
    return [
        (x.line_no, x.reading.child, x.reading.weight_g, x.reading.height_mm)
        for x in found
        if x.reading.kind is Kind.OK
    ]


def statuses(message: str) -> dict[str, str]:
    found = read_session(message, ROSTER, ON).lines
    return {str(x.reading.child): str(x.reading.status) for x in found if x.reading.kind is Kind.STATUS}


def test_one_child_over_several_lines() -> None:
    message = "Nama: Azzam\nBB: 11,2\nTB: 83\nLILA: 15\n\nNama: Aisyah Kamila\nNama Ibu: Yuli Astuti\nUmur: 45 bln\nBB: 13,9 kg\nTB: 96 cm\nCara ukur: berdiri"  # noqa: E501
    assert stored(message) == [(1, "AN-01", 11200, 830), (6, "AN-04", 13900, 960)]
    lines = read_session(message, ROSTER, ON).lines
    assert [x.reading.why for x in lines[1:4]] == [Why.CONTINUED] * 3
    assert str(lines[4].reading.position) == "berdiri"
    assert stored("Azzam\n11,2\n83\nHumaira\nbb 11,6 tb 87") == [(1, "AN-01", 11200, 830), (4, "AN-02", 11600, 870)]
    assert stored("Nama: Dafa Saputra\nNama Ibu: Yanti\nBB: 9,5\nTB: 74,5") == []  # another mother


@pytest.mark.parametrize(
    "message",
    [
        "Hasan 10,7/83, Husein 10,9/83,5",
        "1. Hasan BB 10,7 TB 83 2. Husein BB 10,9 TB 83,5",
        "hasan 10,7 kg 83 cm; husein 10,9 kg 83,5 cm",
        "Hasan 10,7 83 dan Husein 10,9 83,5",
    ],
)
def test_two_children_on_one_line(message: str) -> None:
    assert stored(message) == [(1, "AN-11", 10700, 830), (1, "AN-12", 10900, 835)]


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Nama BB TB", "Azzam 11,2 83"),
        ("nama/tb/bb", "Azzam/83/11,2"),
        ("(TB, BB)", "Azzam 83 11,2"),
        ("No | Nama | Umur | BB | TB", "1 | Azzam | 20 | 11,2 | 83"),
        ("NO\tNAMA\tJK\tUMUR\tBB\tTB", "1\tAzzam\tL\t20 bln\t11,2\t83"),
        ("format: nama spasi berat spasi tinggi", "azzam 11,2 83"),
        ("urutan: nama, umur, tinggi, berat", "azzam 20 83 11,2"),
    ],
)
def test_headings_name_the_columns(heading: str, line: str) -> None:
    assert stored(f"{heading}\n{line}") == [(2, "AN-01", 11200, 830)]


def test_columns_for_one_measure_and_empty_cells() -> None:
    found = read_session("BB\nAzzam 11,2\n\nTB\nAzzam 83\n\nLILA\nAzzam 15", ROSTER, ON).lines
    heard = [x.reading for x in found if x.reading.kind is Kind.OK]
    assert [(r.weight_g, r.height_mm, r.muac_mm) for r in heard] == [
        (11200, None, None),
        (None, 830, None),
        (None, None, 150),
    ]
    rows = read_session("No|Nama|BB|TB|LILA\n3|Aisyah Kamila|13,9||16", ROSTER, ON).lines
    assert (rows[1].reading.weight_g, rows[1].reading.height_mm, rows[1].reading.muac_mm) == (13900, None, 160)


def test_without_a_heading_a_third_number_is_told_by_its_size_or_asked() -> None:
    found = [x.reading for x in read_session("Azzam 11,2 / 83 / 15,1\nHumaira 11,6 87 48", ROSTER, ON).lines]
    assert [(r.weight_g, r.height_mm, r.muac_mm, r.head_mm) for r in found] == [
        (11200, 830, 151, None), (11600, 870, None, 480),
    ]  # fmt: skip
    # her age in months, her weight of last month, an arm that would raise an alarm, something else altogether
    asked = "Raisa 12,1 88,5 32\nDafa 9,5 74,5 12\nRizki Maulana 12,8 87,5 12,6\nAzzam 11,2 83 11,4\nAzzam 11,2 83 2"
    assert stored(asked) == []


def test_absentees_in_every_shape() -> None:
    plain = {"AN-10": "tidak_hadir", "AN-14": "sakit", "AN-27": "tidak_hadir"}
    assert statuses("Tidak hadir: Naufal, Aqila (demam), Arkan") == plain
    assert statuses("Yg tidak datang:\n- Naufal\n- Aqila (demam)\n- Arkan\nSekian") == plain
    assert statuses("Sakit: Aqila\nPindah: Kenzie\nPulang kampung: Dafa dan Raisa") == {
        "AN-14": "sakit", "AN-09": "pindah", "AN-25": "pergi", "AN-18": "pergi",
    }  # fmt: skip
    assert statuses("Raisa, Gibran dan Salma tidak datang") == dict.fromkeys(("AN-18", "AN-21", "AN-22"), "tidak_hadir")


def test_a_heading_ends_with_the_next_one() -> None:
    message = "Yang sakit:\nAqila\nHadir:\nAzzam 11,2 83\nHumaira\n11,6 / 87"
    assert statuses(message) == {"AN-14": Status.ILL}
    assert stored(message) == [(4, "AN-01", 11200, 830), (5, "AN-02", 11600, 870)]


def test_the_day_of_the_heading_counts() -> None:
    assert stored("13 Oktober 2026\nazzam 10,9 82,5") == []
    assert stored("Tgl 13-11-2026\nAzzam 11,2 83") == []
    earlier = read_session("Kamis 5-11-2026\nAzzam 11,2 83", ROSTER, ON)
    assert (earlier.day, earlier.lines[1].reading.said_on) == (date(2026, 11, 5), date(2026, 11, 5))


def test_list_numbers_are_no_measures() -> None:
    assert stored("1 azzam 11,2 83\n2 humaira 11,6 87\n3 kamila 13,9\n4 naufal 9,2") == [
        (1, "AN-01", 11200, 830), (2, "AN-02", 11600, 870), (3, "AN-04", 13900, None), (4, "AN-10", 9200, None),
    ]  # fmt: skip


def test_the_same_child_twice() -> None:
    lines = read_session("Azzam 11,2 83\nAzzam 11,2 83\nAzzam lila 15\nAzzam 11,4\nAzzam tidak hadir", ROSTER, ON).lines
    assert [x.reading.kind for x in lines] == [Kind.OK, Kind.OK, Kind.OK, Kind.ASK, Kind.ASK]


def test_copied_chats_and_chatter_between() -> None:
    message = "[12/11/26 08.47] Teh Iis: azzam 11,2 83\n[12/11/26 08.50] Bu Yuyun: itu yg kecil nangis ya\n[12/11/26 08.52] Teh Iis: kenzie 15,3 97,5"  # noqa: E501
    assert stored(message) == [(1, "AN-01", 11200, 830), (3, "AN-09", 15300, 975)]


def test_49_children_in_one_message_need_at_most_three_questions() -> None:
    """Forty-nine lines of one posyandu in mixed styles, three of them bad: 46 are taken, three asked, none wrong."""
    for seed in range(4):
        rng = random.Random(seed)
        children = roster(rng)
        firsts = [c.name.split()[0] for c in children]
        alone = [c for c in children if firsts.count(c.name.split()[0]) == 1 and " " in c.name]
        rest = [c for c in children if c not in alone and c.name.count(" ") == 1]
        chosen = [*alone, *rest][:49]
        values = {c.id: this_month(c, rng) for c in chosen}
        lines = [
            good_line(c, *values[c.id], rng)
            if c in alone
            else f"{c.name} {comma(values[c.id][0], 1000)} {comma(values[c.id][1], 10)}"
            for c in chosen
        ]
        for bad in (5, 20, 40):
            grams, mm = values[chosen[bad].id]
            lines[bad] = f"{chosen[bad].name} {comma(mm, 10)} {comma(grams, 1000)}"
        message = "Posyandu Mawar, 12 November 2026\n" + "\n".join(lines) + "\nTerima kasih"
        found = [x.reading for x in read_session(message, Roster(children), ON).lines]
        for reading in found:
            if reading.kind is Kind.OK:
                assert (reading.weight_g, reading.height_mm) == values[str(reading.child)]
        assert sum(r.kind is Kind.OK for r in found) == len(chosen) - 3
        assert sum(r.kind is Kind.ASK for r in found) == 3


def test_twins_side_by_side_share_a_status_and_nothing_else() -> None:
    both = read_session("kembar hasan husein tidak hadir", ROSTER, ON).lines
    assert [(x.reading.child, x.reading.status) for x in both] == [("AN-11", "tidak_hadir"), ("AN-12", "tidak_hadir")]
    for line in ("azzam kenzie tidak hadir", "hasan husein 10,6 83", "hasan husein meninggal"):  # a child of two names?
        assert all(x.reading.kind is Kind.ASK for x in read_session(line, ROSTER, ON).lines), line
