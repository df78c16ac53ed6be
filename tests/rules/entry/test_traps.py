"""Generated lines: traps by kind, of which nothing may be stored silently, and plain lines, which must not be asked."""

import random
from collections import Counter

import pytest

from posyandu.entry import Kind, read_line
from posyandu.entry.vocabulary import all_phrases, word_tags
from posyandu.names import Roster
from tests.rules.entry.invented import ON, TRAPS, good_line, roster, this_month, trap

EACH = 600  # five kinds: 3,000 cases


@pytest.mark.parametrize("kind", TRAPS)
def test_no_trap_is_stored_without_a_question(kind: str) -> None:
    found: Counter[Kind] = Counter()
    for seed in range(EACH // 50):
        rng = random.Random(f"{kind} {seed}")
        children = roster(rng)
        known = Roster(children)
        for _ in range(50):
            child = rng.choice(children[3:-2])
            line = trap(kind, child, children, *this_month(child, rng), rng)
            reading = read_line(line, known, ON)
            assert reading.kind in (Kind.ASK, Kind.REJECT), line
            assert (reading.weight_g, reading.height_mm, reading.head_mm, reading.muac_mm) == (None,) * 4
            found[reading.kind] += 1
    assert found[Kind.ASK] >= 0.97 * EACH  # asked, not passed over


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
