"""Takes made children through a year of rounds by the real rules, and counts what a posyandu would have seen."""

import random
from dataclasses import dataclass, field, replace

from posyandu.anthropometry import completed_months, scores
from posyandu.doubt import Known, doubts
from posyandu.kms import Verdict, Weighing, fall_in_three_months, verdicts
from posyandu.risk import Drawer, Facts, Risk, assess
from tests.slow.growth_simulation import Child, Instruments, Reading, child, readings


@dataclass
class Tally:
    """What the rules made of a group of children, in child-rounds unless said otherwise."""

    seen: int = 0
    marks: dict[str, int] = field(default_factory=dict)
    two_t: int = 0
    opened: int = 0  # a case opened: one message to the parent
    first: int = 0  # children's first rounds, when what was there before the bot comes to light
    opened_first: int = 0
    still_open: int = 0  # with an open case after the round
    doubted: int = 0  # the bot would ask again before storing
    struck: int = 0  # children measured in the round in which their trouble began
    caught_at_once: int = 0  # of those, with a case in that very round
    caught_in_three: int = 0  # of those, with a case or a note on the list within three rounds

    def share(self, count: int) -> float:
        """A count as a share of all child-rounds."""
        return count / self.seen if self.seen else 0.0


def tally_of(seed: int, kind: str, children: int, instruments: tuple[Instruments, ...]) -> Tally:
    """A group of children of one kind, measured with each of the instruments in turn."""
    rng, tally = random.Random(seed), Tally()
    for number in range(children):
        follow(rng, child(rng, kind, instruments[number % len(instruments)]), tally)
    return tally


def follow(rng: random.Random, made: Child, tally: Tally) -> None:
    """One child's rounds. A value that would open a case is measured again, and the second value counts. A case closes
    in the first round in which no trigger of a case fires any more."""
    weighings: list[Weighing] = []
    was_open = caught = False
    last: Reading | None = None
    for number, (first, again) in enumerate(readings(rng, made)):
        used = first
        risk, verdict = judged(made, weighings, first)
        if risk.drawer is Drawer.CASE:
            used = again
            risk, verdict = judged(made, weighings, again)
        tally.doubted += doubted(made, last, first)
        weighings.append(Weighing(used.on, used.grams))
        last, is_open = used, risk.drawer is Drawer.CASE
        tally.seen += 1
        tally.marks[verdict.mark] = tally.marks.get(verdict.mark, 0) + 1
        tally.two_t += verdict.two_t
        tally.opened += is_open and not was_open
        tally.first += number == 0
        tally.opened_first += number == 0 and is_open
        tally.still_open += is_open
        was_open = is_open
        if made.struck is not None and made.struck <= number < made.struck + 3:
            noticed = risk.drawer in (Drawer.CASE, Drawer.NOTE)
            tally.caught_in_three += noticed and not caught
            caught = caught or noticed
            tally.struck += number == made.struck
            tally.caught_at_once += number == made.struck and is_open


def judged(made: Child, before: list[Weighing], reading: Reading) -> tuple[Risk, Verdict]:
    """What the rules say of a reading after these weighings."""
    history = verdicts(made.sex, made.birth, [*before[-6:], Weighing(reading.on, reading.grams)])
    facts = Facts.of(
        verdict=history[-1],
        scores=scores(reading.measurement(made)),
        age_months=completed_months(made.birth, reading.on),
        muac_mm=reading.muac_mm,
        fall_z=fall_in_three_months(history),
    )
    return assess(facts), history[-1]


def doubted(made: Child, last: Reading | None, reading: Reading) -> bool:
    """Whether the bot would ask again before it stores this honest reading."""
    known = Known(made.sex, made.birth, scale_step_g=made.instruments.scale_step)
    if last is not None:
        known = replace(known, last_on=last.on, last_grams=last.grams, last_mm=last.mm, last_muac_mm=last.muac_mm)
    found = doubts(known, reading.on, weight_g=reading.grams, length_mm=reading.mm, muac_mm=reading.muac_mm)
    return bool(found)
