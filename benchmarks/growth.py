"""How quick scoring is: our rules one child at a time, the same look-ups by a peer package, and with numpy.

    python -m benchmarks.growth

Ratios come from one run on one machine; the microseconds are printed beside their goal and depend on the machine.
"""

import random
import sys
from collections.abc import Callable
from decimal import Decimal
from time import perf_counter

from pygrowup import Observation  # type: ignore[import-untyped]

from bot.sheets.batch import Batch
from bot.sheets.vectors import scores_many
from posyandu.anthropometry import Indicator, Measurement, Sex, lms, scores
from tests.slow.measured import record

COMMAND = "python -m benchmarks.growth"
CHILDREN = 20_000
PEERS = 1_000  # of them, for the slow way
GOAL_US = 20
LEAST_GAIN = 20


def made(rng: random.Random) -> Measurement:
    """A healthy child between 91 days and five years, everything measured."""
    sex, day = rng.choice((Sex.BOY, Sex.GIRL)), rng.randint(91, 1826)

    def around(indicator: Indicator, spread: float, unit: int) -> int:
        return round(lms(indicator, sex, day).m * rng.gauss(1, spread) * unit)

    return Measurement.from_mm(
        sex,
        day,
        weight_g=around(Indicator.WFA, 0.12, 1000),
        length_mm=min(max(around(Indicator.LFA, 0.035, 10), 650), 1099),
        head_mm=around(Indicator.HC, 0.03, 10),
        muac_mm=around(Indicator.MUAC, 0.08, 10),
    )


def by_peer(m: Measurement) -> object:
    """The same six scores by pygrowup2."""
    child = Observation(Observation.MALE if m.sex is Sex.BOY else Observation.FEMALE, age_in_days=m.age_days)
    kg, cm = Decimal(m.weight_g or 0) / 1000, Decimal(m.length_cmm or 0) / 100
    by_length = child.wfl if child.t < 731 else child.wfh
    return (
        child.wfa(kg),
        child.lhfa(cm, recumbent=child.t < 731, auto_adjust=False),
        by_length(kg, cm),
        child.bmifa(kg / (cm / 100) ** 2),
        child.hcfa(Decimal(m.head_mm or 0) / 10),
        child.acfa(Decimal(m.muac_mm or 0) / 10),
    )


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The best of several runs: the one the rest of the machine disturbed least."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return min(taken)


def main() -> int:
    """Prints and records; 1 if the vectorised way gains too little."""
    rng = random.Random(4)
    children = [made(rng) for _ in range(CHILDREN)]
    batch = Batch.of(children)
    by_peer(children[0])  # its tables are read at the first look-up
    own = seconds(lambda: [scores(m) for m in children]) / CHILDREN
    peer = seconds(lambda: [by_peer(m) for m in children[:PEERS]], 3) / PEERS
    columns = seconds(lambda: scores_many(batch)) / CHILDREN
    gain = own / columns
    print(f"own, one by one   {own * 1e6:8.1f} us a child   (goal {GOAL_US} us)")
    print(f"pygrowup2         {peer * 1e6:8.1f} us a child   {peer / own:6.1f} times ours")
    print(f"own, with numpy   {columns * 1e6:8.2f} us a child   {gain:6.1f} times quicker (at least {LEAST_GAIN})")
    record(f"one child's six WHO scores (goal {GOAL_US} us)", f"{own * 1e6:.1f} us", COMMAND)
    record("the same by pygrowup2's look-ups, against ours", f"{peer / own:.1f} times as long", COMMAND)
    record(f"vectorised scoring at least {LEAST_GAIN} times the loop", f"{gain:.0f} times", COMMAND)
    return 0 if gain >= LEAST_GAIN else 1


if __name__ == "__main__":
    sys.exit(main())
