"""Generated lines: traps by kind, of which nothing may be stored silently, and plain lines, which must not be asked."""

import random
from collections import Counter

import pytest

from posyandu.entry import Kind, read_line
from posyandu.entry.vocabulary import all_phrases, phrase_tags, word_set, word_tags
from posyandu.names import Roster
from tests.rules.entry.invented import ON, TRAPS, good_line, roster, this_month, trap
from tests.rules.entry.test_corpus import ROSTER
from tests.slow.measured import record

FEW, MANY = 60, 600  # of each of five kinds: 300, and 3,000 in the proof
DENIALS = ("tidak ditimbang", "belum ditimbang", "tidak jadi ditimbang", "tidak hadir")


@pytest.mark.parametrize("kind", TRAPS)
def test_no_trap_is_stored_without_a_question(kind: str) -> None:
    found = _tried(kind, FEW)
    assert found[Kind.ASK] >= 0.9 * FEW


@pytest.mark.proof
def test_none_of_three_thousand_traps_is_stored() -> None:
    found = sum((_tried(kind, MANY) for kind in TRAPS), Counter())
    assert found[Kind.ASK] >= 0.97 * MANY * len(TRAPS)  # asked, not passed over
    record(
        "generated traps (name, decimal, swap, twins, date) stored without a question (goal 0 of 3,000)",
        f"0 of {found.total():,}; {found[Kind.ASK]:,} asked, {found[Kind.REJECT]:,} taken for talk",
        "pytest -m proof tests/rules/entry/test_traps.py",
    )


def _tried(kind: str, many: int) -> Counter[Kind]:
    """How so many traps of a kind were read; none of them as something to store."""
    found: Counter[Kind] = Counter()
    for seed in range(-(-many // 50)):
        rng = random.Random(f"{kind} {seed}")
        children = roster(rng)
        known = Roster(children)
        for _ in range(min(50, many - found.total())):
            child = rng.choice(children[3:-2])
            line = trap(kind, child, children, *this_month(child, rng), rng)
            reading = read_line(line, known, ON)
            assert reading.kind in (Kind.ASK, Kind.REJECT), line
            assert (reading.weight_g, reading.height_mm, reading.head_mm, reading.muac_mm) == (None,) * 4
            found[reading.kind] += 1
    return found


def test_plain_lines_in_many_styles_are_read_right_and_hardly_asked() -> None:
    asked = 0
    for seed in range(12):
        rng = random.Random(seed)
        children = roster(rng)
        known = Roster(children)
        firsts = Counter(c.name.split()[0] for c in children)
        alone = [c for c in children if firsts[c.name.split()[0]] == 1 and " " in c.name]
        for _ in range(50):
            child = rng.choice(alone)
            grams, mm = this_month(child, rng)
            line = good_line(child, grams, mm, rng)
            reading = read_line(line, known, ON)
            if reading.kind is Kind.OK:
                assert (reading.child, reading.weight_g, reading.height_mm) == (child.id, grams, mm), line
            else:
                asked += 1
    assert asked <= 12  # 2 % of 600


def test_no_harmless_phrase_hides_a_denial_or_a_doubt() -> None:
    """ "belum ditimbang" as one harmless phrase would swallow its "belum"."""
    telling = {"negation", "doubt.correction", "doubt.hedge", "doubt.plan"}
    judged = ("attendance", "doubt", "negation", "about", "subject.visitor", "subject.birthday", "subject.ready")
    for phrase, tags in all_phrases():
        if len(phrase) > 1 and tags.isdisjoint(judged):
            hidden = [w for w in phrase if not word_tags(w).isdisjoint(telling) and w not in ("kurang", "lebih")]
            assert not hidden, phrase


def _hidden(phrases: list[str]) -> list[str]:
    """Lines with measures and a denial that are stored all the same, whatever stands between. Last month's absence may
    stand beside this month's weight, and that the arm was not measured says nothing of the weight."""
    stored = []
    for phrase in phrases:
        tags = phrase_tags(tuple(phrase.split())) or word_tags(phrase)
        if tags & {"doubt.past", "label.head", "label.muac"} and phrase not in word_set("loose_past"):
            continue
        kin = not tags.isdisjoint(("about.kin", "about.related"))  # "azzam 11,2 83 adiknya tidak hadir": the brother
        denials = [d for d in DENIALS if not (kin and d == "tidak hadir")]
        lines = [form.format(phrase, denial) for denial in denials for form in ("azzam 11,2 83 {} {}", "azzam {} {} 11,2 83")]  # fmt: skip  # noqa: E501
        stored += [line for line in lines if read_line(line, ROSTER, ON).kind is Kind.OK]
    return stored


def _phrases() -> list[str]:
    return sorted({" ".join(phrase) for phrase, _ in all_phrases()} | word_set("harmless"))


def test_no_phrase_hides_that_a_child_was_not_weighed() -> None:
    assert _hidden(sorted({*random.Random(1).sample(_phrases(), 120), "target", "lalu", "dari"})) == []


@pytest.mark.proof
def test_no_phrase_at_all_hides_that_a_child_was_not_weighed() -> None:
    assert _hidden(_phrases()) == []
