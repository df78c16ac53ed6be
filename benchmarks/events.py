"""Events at the size of a province: reading a list at the door, and the headcount (goal: under a second)."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from posyandu.commands.events import CheckIn, ShowHeadcount
from tests.slow.event_hall import do, hall, lists

EVENING = 1794448800000 + 11 * 3600_000
GOAL_S = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=12_447)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as where:
        one = hall(Path(where), args.people)
        sent, took = lists(one), list[float]()
        for key, lines in sent:
            began = time.perf_counter()
            do(one.store, key, CheckIn(one.number, "\n".join(lines)), EVENING)
            took.append(time.perf_counter() - began)
        counts = list[float]()
        for _ in range(9):
            began = time.perf_counter()
            do(one.store, "pkk", ShowHeadcount(one.number), EVENING)
            counts.append(time.perf_counter() - began)
        one.store.close()
    lines_read = sum(len(x) for _, x in sent)
    print(f"check-in of {lines_read:,} lines in {len(sent)} messages: {sum(took):.1f} s, slowest {max(took):.2f} s")
    p50 = statistics.median(counts)
    print(f"headcount of {args.people:,}: p50 {p50 * 1000:.0f} ms (goal {GOAL_S * 1000:.0f} ms)")
    if p50 > GOAL_S:
        raise SystemExit("the headcount is slower than its goal")


if __name__ == "__main__":
    main()
