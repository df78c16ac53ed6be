"""Child by name: right or asked, never another child; namesakes, twins, Balinese birth order, codes, mothers."""

import random
from collections import Counter
from datetime import date

import pytest

from posyandu.child_code import CODES, LETTERS, make_code, read_code
from posyandu.entry import Kind, read_line
from posyandu.names import Answer, Roster, RosterChild, words_of
from posyandu.sounds import distance, fold
from tests.rules.entry.invented import ON, comma, roster, slip, this_month


def test_a_thousand_typings_with_slips_name_the_right_child_or_ask() -> None:
    """Rosters of sixty with three Siti and a pair of twins; full names and single ones, with none to two slips."""
    found: Counter[tuple[int, str]] = Counter()
    for seed in range(10):
        rng = random.Random(seed)
        children = roster(rng)
        known = Roster(children)
        for _ in range(100):
            child = rng.choice(children)
            grams, mm = this_month(child, rng)
            slips = rng.randrange(3)
            typed = rng.choice((child.name, child.name, child.name.split()[0], child.name.split()[-1]))
            for _ in range(slips):
                typed = slip(typed, rng)
            reading = read_line(f"{typed} {comma(grams, 1000)} {comma(mm, 10)}", known, ON)
            if reading.kind is Kind.OK:
                assert (reading.child, reading.weight_g, reading.height_mm) == (child.id, grams, mm), (
                    child.name,
                    typed,
                )
            assert len(reading.candidates) <= 4
            found[slips, reading.kind] += 1
    assert found[0, Kind.OK] > 0.5 * (found[0, Kind.OK] + found[0, Kind.ASK])  # single names are often shared


def test_full_names_without_their_like_are_hardly_ever_asked() -> None:
    asked = 0
    for seed in range(5):
        children = roster(random.Random(seed))
        known = Roster(children)
        asked += sum(known.find(words_of(c.name)).child != c for c in children if " " in c.name)
    assert asked <= 3


WAYAN = ["I Wayan Bagus Pratama", "Ni Kadek Ayu Lestari", "I Made Dharma", "Ni Luh Putu Sari", "I Komang Adi", "Ketut Arya",  # noqa: E501
         "Ida Ayu Intan", "Ni Made Dwi Cahyani", "Kadek Dika", "I Nyoman Surya", "I Gusti Ngurah Rai"]  # fmt: skip
BALI = Roster(
    RosterChild(
        name, name, None, None, date(2024, 5, 1), "Ni Wayan Sukerti", "01", make_code(n), date(2026, 10, 13), 11500, 860
    )
    for n, name in enumerate(WAYAN)
)


@pytest.mark.parametrize(
    ("typed", "child"),
    [
        ("Wayan Bagus", "I Wayan Bagus Pratama"),
        ("kadek dika", "Kadek Dika"),
        ("kd ayu", "Ni Kadek Ayu Lestari"),
        ("Ni Kadek Ayu", "Ni Kadek Ayu Lestari"),
        ("nym surya", "I Nyoman Surya"),
        ("dayu intan", "Ida Ayu Intan"),
        ("I Md Dwi", "Ni Made Dwi Cahyani"),
        ("ngurah rai", "I Gusti Ngurah Rai"),
        ("Ketut", "Ketut Arya"),
        ("man surya", "I Nyoman Surya"),
    ],
)
def test_balinese_names(typed: str, child: str) -> None:
    assert read_line(f"{typed} 11,7 87", BALI, ON).child == child


@pytest.mark.parametrize("typed", ["kadek", "made", "komang", "putu", "I Made", "ayu"])
def test_birth_order_alone_is_asked(typed: str) -> None:
    reading = read_line(f"{typed} 11,7 87", BALI, ON)
    assert reading.kind is Kind.ASK
    assert reading.child is None


def test_a_code_names_its_child_and_a_wrong_one_is_noticed() -> None:
    code = make_code(5)
    assert read_line(f"{code} 11,7 87", BALI, ON).child == "Ketut Arya"
    assert read_line(f"ketut arya {code.lower()} bb 11,7 tb 87", BALI, ON).child == "Ketut Arya"
    assert read_line(f"ketut arya {make_code(4)} 11,7 87", BALI, ON).kind is Kind.ASK
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert read_line(f"{wrong} 11,7 87", BALI, ON).kind is Kind.ASK


def test_every_single_slip_in_a_code_is_found() -> None:
    valid = set(CODES)
    for code in CODES:
        slips = {code[:i] + c + code[i + 1 :] for i in range(4) for c in (LETTERS if i == 0 else "0123456789")}
        slips |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in (1, 2)}
        assert not (slips - {code}) & valid
        assert read_code(f"{code[0].lower()} {code[1:3]}-{code[3]}") == code


def _named(*names: str, mother: str = "Ani") -> Roster:
    return Roster(RosterChild(n, n, None, None, None, mother, "01") for n in names)


@pytest.mark.parametrize(
    ("names", "typed", "answer"),
    [
        (["Salma", "Dafa"], "salwa", Answer.UNKNOWN),  # another given name, not a slip
        (["Nabila Putri"], "nabil", Answer.UNKNOWN),
        (["Muhammad Azzam Ramadhan"], "azzam pratama", Answer.OTHER),
        (["Rizki Maulana", "Rizky Aditya"], "rizki", Answer.SEVERAL),  # they sound alike
        (["Rizki Maulana", "Rizky Aditya"], "riski maulana", Answer.ONE),
        (["Hasan", "Husein"], "hasen", Answer.SEVERAL),
        (["Hasan", "Husein"], "hasan husein", Answer.TWO),
        (["Naufal", "Zidan"], "nopal", Answer.ONE),
        (["Zidan Nurfauzi"], "zidan nur fauzi", Answer.ONE),
        (["Putri Ayu", "Nabila Putri"], "putri", Answer.SEVERAL),
        (["Raka", "Rafa"], "raka", Answer.ONE),
        (["Raka", "Rafa"], "rama", Answer.UNKNOWN),
    ],
)
def test_name_against_list(names: list[str], typed: str, answer: Answer) -> None:
    assert _named(*names).find(typed.split()).answer is answer


def test_sound_folds_spelling_and_distance_is_symmetric() -> None:
    assert fold("Soekarno") == fold("Sukarno")
    assert fold("Syifa") == fold("Sifa")
    for a, b in (("naupal", "nofal"), ("kenzi", "kenzie"), ("hsan", "hasan"), ("azka", "azkia"), ("", "ab")):
        assert distance(a, b) == pytest.approx(distance(b, a))
    assert distance("hasan", "hasan") == 0
