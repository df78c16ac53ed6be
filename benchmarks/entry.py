"""How quickly typed lines are read, and how our name rules fare against a general fuzzy matcher.

    python -m benchmarks.entry

Times are of this machine. The comparison gives both the same typed names and the same lists: right child, asked, or
silently another child; rapidfuzz (test extra) takes the best child from a score on, if she leads by a margin.
"""

import random
import sys
from collections.abc import Callable
from time import process_time

from posyandu.entry import read_line, read_session
from posyandu.names import Roster, RosterChild, words_of
from tests.rules.entry.invented import ON, good_line, roster, slip, this_month
from tests.slow.measured import record

COMMAND = "python -m benchmarks.entry"
LIST, LINES, SESSION = 200, 400, 49
GOAL_MS = 5.0
ROSTERS, TYPINGS = 30, 100  # of sixty children each
SCORES, LEAD = (80, 86, 92), 5  # rapidfuzz: from this score of 100 on, that far before the next
STRANGERS = (
    "Zhafran", "Gavriel", "Yumna", "Khansa", "Elvano", "Bianca", "Quinsha", "Ghaisan", "Rayyan", "Alfarabi", "Kiandra",
    "Sherina",
)  # fmt: skip

Typed = tuple[str, RosterChild | None]  # what was typed, and who was meant (None: nobody on the list)


def line_times(known: Roster, children: list[RosterChild]) -> list[float]:
    """Milliseconds of CPU a line, sorted."""
    rng = random.Random(2)
    taken = []
    for _ in range(LINES):
        child = rng.choice(children)
        line = good_line(child, *this_month(child, rng), rng)
        began = process_time()
        read_line(line, known, ON)
        taken.append((process_time() - began) * 1000)
    return sorted(taken)


def session_time(known: Roster, children: list[RosterChild]) -> float:
    """Milliseconds of CPU for one message of 49 lines."""
    rng = random.Random(3)
    chosen = rng.sample(children, SESSION)
    message = "Nama BB TB\n" + "\n".join(good_line(c, *this_month(c, rng), rng) for c in chosen)
    began = process_time()
    read_session(message, known, ON)
    return (process_time() - began) * 1000


def typings(rng: random.Random, children: list[RosterChild]) -> list[Typed]:
    """Full and single names with none to two slips; children who are not here; known first names with other seconds."""
    made: list[Typed] = []
    for _ in range(TYPINGS):
        child = rng.choice(children)
        typed = rng.choice((child.name, child.name, child.name.split()[0]))
        for _ in range(rng.randrange(3)):
            typed = slip(typed, rng)
        made.append((typed, child))
    for stranger in STRANGERS:
        first = rng.choice(children).name.split()[0]
        made += [(stranger, None), (f"{first} {stranger}", None)]
    return made


def outcome(found: RosterChild | None, meant: RosterChild | None) -> str:
    """right, asked or wrong."""
    if found is None:
        return "asked"
    return "right" if found is meant else "wrong"


def by_rapidfuzz(children: list[RosterChild], score: int) -> Callable[[str], RosterChild | None] | None:
    """The child whose name scores best, if well and clearly enough; None where rapidfuzz is not installed."""
    try:
        from rapidfuzz import fuzz, process, utils
    except ImportError:
        return None
    names = [c.name for c in children]

    def find(typed: str) -> RosterChild | None:
        best = process.extract(typed, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=2)
        clear = len(best) < 2 or best[0][1] - best[1][1] >= LEAD
        return children[best[0][2]] if best and best[0][1] >= score and clear else None

    return find


def compare() -> dict[str, dict[str, int]]:
    """Counts of right, asked and wrong for our rules and for rapidfuzz at each score."""
    counts: dict[str, dict[str, int]] = {}

    def count(way: str, result: str) -> None:
        counts.setdefault(way, dict.fromkeys(("right", "asked", "wrong"), 0))[result] += 1

    for seed in range(ROSTERS):
        rng = random.Random(seed)
        children = roster(rng)
        ours = Roster(children)
        others = {score: by_rapidfuzz(children, score) for score in SCORES}
        for typed, meant in typings(rng, children):
            count("our rules", outcome(ours.find(words_of(typed)).child, meant))
            for score, find in others.items():
                if find is not None:
                    count(f"rapidfuzz WRatio, {score} and {LEAD} ahead", outcome(find(typed), meant))
    return counts


def main() -> int:
    """Prints and records; 1 if a line takes longer than its goal at the median."""
    children = roster(random.Random(1), LIST)
    known = Roster(children)
    session = session_time(known, children)
    times = line_times(known, children)
    median, slow = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"one line, roster of {LIST}: median {median:.1f} ms, 95 % under {slow:.1f} ms   (goal {GOAL_MS:.0f} ms)")
    print(f"{SESSION} lines in one message, first use of the list: {session:.0f} ms")
    claim = f"reading one line with a roster of {LIST} (goal {GOAL_MS:.0f} ms)"
    record(claim, f"{median:.1f} ms, 95 % under {slow:.1f} ms", COMMAND)
    record(f"reading a message of {SESSION} lines, roster of {LIST}", f"{session:.0f} ms", COMMAND)
    for way, found in compare().items():
        total = sum(found.values())
        shares = ", ".join(f"{name} {number} ({100 * number / total:.1f} %)" for name, number in found.items())
        print(f"{way:34} {shares}")
        record(f"child by typed name: {way}", shares, COMMAND)
    return 0 if median <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
