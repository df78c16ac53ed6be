"""A siaran on a strict provider: the rate that is kept, refusals, answers and alerts meanwhile; and reckoning a plan.

    .venv/bin/python -m benchmarks.siaran [--people 12447] [--rate 80]

Goals: at least 97 % of the limit over the middle 90 % of the run, no 429, answers p95 within 2 s, an alert at p50
within 2 x (1 / rate + the provider's latency). The full length takes 160 seconds; without arguments 2,400 people are
sent to.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bot.broadcasts import Broadcasts
from storage import siaran
from tests.doubles.strict_provider import LATENCY_S
from tests.slow.crowd import Forenoon, begin, crowd
from tests.slow.test_siaran_big import one_run, p


def reckoned(folder: Path, people: int) -> float:
    """Seconds to count whom a siaran reaches."""
    store = crowd(f"sqlite:///{folder}/plan.db", people)
    number = begin(store)
    row = store.read(lambda tx: siaran.load(tx, number))
    began = time.perf_counter()
    figures = Broadcasts(store, Forenoon(), {}).figures(row)
    took = time.perf_counter() - began
    assert figures.total == people
    store.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2400)
    parser.add_argument("--rate", type=int, default=80)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as where:
        print(f"plan for 12,447: {reckoned(Path(where), 12_447):.2f} s")
        limits, found, answers, warned, took = asyncio.run(one_run(Path(where), args.people, args.rate))
    print(f"{args.people:,} at {args.rate}/s: {took:.0f} s, {limits.kept():.1%} of the limit (goal 97 %), {found}")
    print(f"  429: {limits.too_many} (goal 0); answers p95 {p(answers, 0.95):.2f} s (goal 2 s)")
    goal = 2 * (1 / args.rate + LATENCY_S)
    print(f"  alert p50 {statistics.median(warned) * 1000:.0f} ms (goal {goal * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
