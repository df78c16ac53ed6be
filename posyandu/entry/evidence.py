"""What the child's own values say of a line: whom it is about, and what a bare number may be besides a measure."""

from datetime import date

from posyandu.anthropometry import Measurement, age_days, scores
from posyandu.entry.belief import doubts_of
from posyandu.entry.item import Item
from posyandu.entry.numerals import half
from posyandu.entry.parts import DAYS_PER_MONTH, Parts
from posyandu.entry.reading import Heard, Why
from posyandu.entry.vocabulary import is_ordinary
from posyandu.names import given_names
from posyandu.sounds import fold

_GREW, _GAINED = (0, 25), (-300, 800)  # millimetres and grams since the last round: no stranger's measures by chance
_COMMON_Z, _RARE_ARM_Z = 2.0, 2.5  # a weight that most children of her age have; an arm that one in a hundred has


def spelled_alike(parts: Parts, on: date) -> None:
    """ "Rizki 12,8" beside a Rizky: the one so spelled, if the values fit her and nobody else who may be meant."""
    subject = parts.subject
    if subject.why is not Why.WHICH_CHILD or subject.exact is None or parts.measures.problem is not None:
        return
    heard, day = parts.measures.heard, parts.day or on
    others = [c for c in subject.candidates if c is not subject.exact]
    fits = bool(heard.weight_g or heard.height_mm) and not doubts_of(subject.exact, day, heard, on)
    if fits and all(doubts_of(c, day, heard, on) for c in others):
        subject.child, subject.why, subject.candidates = subject.exact, None, (subject.exact,)


def called_so(parts: Parts, on: date) -> None:
    """ "Angel 10,2 80,5", where only Angelina is called so and her last round was just below: she is meant."""
    subject, child, heard = parts.subject, parts.subject.called, parts.measures.heard
    if subject.why is not Why.UNKNOWN_CHILD or child is None or parts.measures.problem is not None:
        return
    if not heard.weight_g or not heard.height_mm or not child.last_grams or not child.last_mm:
        return
    grew, gained = heard.height_mm - child.last_mm, heard.weight_g - child.last_grams
    near = _GREW[0] <= grew <= _GREW[1] and _GAINED[0] <= gained <= _GAINED[1]
    if near and not doubts_of(child, parts.day or on, heard, on):
        subject.child, subject.why, subject.candidates = child, None, (child,)


def may_be_an_arm(parts: Parts, on: date) -> bool:
    """One bare number of a child never weighed here, as fit for the arm as for the weight. An arm few children have
    ("11,1" of a two-year-old) is taken for one only where the weight were rare as well."""
    child, now = parts.subject.child, parts.amounts.now
    if child is None or child.last_grams is not None or len(now) != 1 or now[0].labelled or now[0].unit:
        return False
    grams, day = parts.measures.heard.weight_g or 0, parts.day or on
    if doubts_of(child, day, Heard(muac_mm=grams // 100), on):
        return False
    if child.sex is None or child.birth is None:
        return True
    measured = Measurement.from_mm(child.sex, age_days(child.birth, day), weight_g=grams, muac_mm=grams // 100)
    found = scores(measured)
    common, rare_arm = _COMMON_Z, found.muac is not None and abs(found.muac) > _RARE_ARM_Z
    return not (rare_arm and found.wfa is not None and abs(found.wfa) <= common)


def may_be_something_else(parts: Parts, name: str, on: date) -> bool:
    """A third bare number that is also her age in months, or her weight or length of last month."""
    child, heard = parts.subject.child, parts.measures.heard
    value = (heard.muac_mm if name == "muac" else heard.head_mm) or 0
    if child is None or (child.last_grams is not None and abs(child.last_grams - value * 100) < 100):
        return True
    age = None if child.birth is None else (on - child.birth).days / DAYS_PER_MONTH
    said = parts.amounts.months is None and age is not None and value % 10 == 0 and abs(age - value / 10) < 2
    return said or (child.last_mm is not None and abs(child.last_mm - value) < 10)


def may_go_on(parts: Parts) -> str:
    """ "14 kg seprapat": an unknown word right after whole kilograms may be a part of them; "" where there is none."""
    for number, unit, after in zip(parts.items, parts.items[1:], parts.items[2:], strict=False):
        kilos = number.number is not None and number.number.whole and unit.has("unit.kg")
        if kilos and _is_unknown(after) and after.text not in parts.subject.typed.split():
            return after.text
    return ""


def _is_unknown(item: Item) -> bool:
    if item.kind != "word" or item.tags or half(item.text) is not None:
        return False
    return not is_ordinary(item.text) and fold(item.text) not in given_names()
