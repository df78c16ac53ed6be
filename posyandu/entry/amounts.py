"""What each number of a line is: a measure, last month's, a gain, an age, an RT, or none of our business."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from posyandu.entry.beside import (
    FIELDS,
    SMALL,
    Pieces,
    alone_in_brackets,
    bound,
    is_rt_before_rw,
    is_sign,
    is_the_scale,
    measure_of_label,
    minus,
    not_taken,
    number_before,
    number_follows,
    old_value_follows,
    piece_at,
    says_how,
    split_decimal,
    stands_as_age,
)
from posyandu.entry.item import Item
from posyandu.entry.numerals import COMMA, half
from posyandu.entry.quantities import Quantity, unit_of, units_come_first, with_units
from posyandu.entry.reading import Why
from posyandu.entry.uncounted import (
    is_degrees,
    is_few,
    is_part_of_a_thing,
    is_weighed_after_all,
    new_weight_follows,
    old_weight_before,
)
from posyandu.entry.vocabulary import word_set

__all__ = ["FIELDS", "Amount", "Amounts", "measure_of_label", "read_amounts"]

_FIELD_OF_UNIT = {unit: "weight" for unit in ("kg", "g", "ons", "pon")} | {unit: "length" for unit in ("cm", "m", "mm")}
_GRAMS = {"ons": 100, "g": 1, "kg": 1000, None: 1000}  # in one of a gain's unit
_GAIN_BELOW = 1500  # grams: more, after "naik", is no monthly gain
_GREW_BELOW = 5000  # thousandths of a centimetre
_HEAVIEST = 40_000  # thousandths of a kg
_ARROWS, _FROM, _TO, _FEVER = (word_set(name) for name in ("arrows", "from", "to", "fever"))
_TOWARDS = word_set("towards_scales")
_POST_NAMES, _POSTS = word_set("post_names"), 20_000  # thousandths
_PARTICLES = frozenset(("ji", "mi", "pi", "ya", "aja", "saja", "itu", "ae", "wae"))
_BEFORE_GAIN = SMALL | {"bb", "berat", "kg"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be a measure; `measure` is None for a bare one. labelled: by a real label."""

    quantity: Quantity
    measure: str | None = None
    labelled: bool = False

    @property
    def unit(self) -> str | None:
        """Its unit, if it was typed."""
        return self.quantity.unit


@dataclass(slots=True)
class Amounts:
    """All numbers of a line by what they are."""

    now: list[Amount] = field(default_factory=list)
    past: list[Amount] = field(default_factory=list)
    months: float | None = None  # the age said
    age_sure: bool = False  # said as an age ("umur", brackets), not merely "2 hari"
    age_bare: bool = False  # "umur 5": months, or years
    age_in_column: bool = False  # a bare number under "umur": months, or years
    rt: str | None = None
    missing: list[str] = field(default_factory=list)  # labels without a number
    problems: list[tuple[Why, str]] = field(default_factory=list)
    at_birth: bool = False  # a weight was said of the birth
    other: int = 0  # numbers that are not measures

    def by_column(self, name: str, amount: Amount) -> None:
        """A bare number under a heading's column for the age or the RT."""
        if name == "rt":
            self.rt = str(amount.quantity.number.milli // 1000)
        else:
            self.months, self.age_sure, self.age_in_column = amount.quantity.number.milli / 1000, True, True


@dataclass(frozen=True, slots=True)
class _Announced:
    """A label that waits for its number."""

    measure: str
    at: int
    weak: bool


def read_amounts(items: list[Item]) -> Amounts:
    """Sort the numbers of a line."""
    reader = _Reader(with_units(items), labels_last=_labels_come_last(items), units_first=units_come_first(items))
    return reader.read()


def _labels(items: list[Item]) -> list[int]:
    return [at for at, i in enumerate(items) if i.has("label")]


def _labels_come_last(items: list[Item]) -> bool:
    """ "11,2 bb 83 tb": every label stands after its number."""
    pieces = [i for i in items if i.kind == "number" or i.has("label") or i.has("unit.kg", "unit.cm")]
    for unit, label in pairwise(pieces):  # "9,3 kg tb 74,2 beratnya ga naik"
        if (unit.has("unit.kg") and label.has("label.length")) or (unit.has("unit.cm") and label.has("label.weight")):
            return False
    beside = all(at and (items[at - 1].kind == "number" or items[at - 1].has("unit")) for at in _labels(items))
    if not beside:
        return False  # "12,4 tb 85,8 pakai timbangan baru"
    order = [i.kind == "number" for i in items if i.kind == "number" or i.has("label")]
    return len(order) >= 2 and order == [n % 2 == 0 for n in range(len(order))] and len(order) % 2 == 0


def _says_what(piece: Item | Quantity) -> bool:
    """A label, or a number with its unit."""
    return piece.has("label") if isinstance(piece, Item) else piece.unit is not None


def _may_be(measure: str, quantity: Quantity) -> bool:
    """ "sudah diukur 15,1 99,5": the first number is no length, whatever the word before it."""
    return (quantity.number.milli < _HEAVIEST) == (measure == "weight") or quantity.number.milli >= 130_000


def _kind_of_number(item: Item) -> str:
    """What the next number is, after "umur", "rt", "polio", "suhu"."""
    if item.has("not_a_measure.age"):
        return "age"
    if item.text in ("rt", "rtrw"):
        return "rt"
    return "whole" if item.has("not_a_measure.whole") else "other"


class _Reader:
    """One pass from left to right, remembering what the last words announced."""

    def __init__(self, pieces: Pieces, *, labels_last: bool, units_first: bool) -> None:
        self.pieces, self.labels_last, self.units_first = pieces, labels_last, units_first
        self.found = Amounts()
        self.pending: list[_Announced] = []
        self.skip: str | None = None  # the next number is an age, an RT or something else
        self.past = self.gain = self.fever = False
        self.past_depth = self.depth = 0

    def read(self) -> Amounts:
        for at, piece in enumerate(self.pieces):
            if isinstance(piece, Quantity):
                self.quantity(at, piece)
            elif piece.kind == "sign":
                self.sign(at, piece)
            elif piece.kind == "word":
                self.word(at, piece)
        self.label_at_the_end()
        self.found.missing = [label.measure for label in self.pending if not label.weak]
        return self.found

    def label_at_the_end(self) -> None:
        """ "8,6 | 70,5 | 44 lk": the last label stands after its number."""
        now, last = self.found.now, self.pieces[-1] if self.pieces else None
        late = len(self.pending) == 1 and not self.pending[0].weak and self.pieces[self.pending[0].at] is last
        if late and len(now) > 2 and all(a.measure is None for a in now):
            now[-1] = replace(now[-1], measure=self.pending.pop().measure, labelled=True)

    # -- words and signs

    def sign(self, at: int, item: Item) -> None:
        self.gain = self.gain and item.text not in ",;."  # "tiga bulan kurang, 5,55 kg"
        if item.text in "([":
            self.depth += 1
        elif item.text in ")]":
            self.depth -= 1
            self.past = self.past and self.depth >= self.past_depth
        elif item.text in _ARROWS:
            self.old_then_new(at)

    def word(self, at: int, item: Item) -> None:
        new_value = item.text in _TO and number_before(self.pieces, at)  # "10,9 ke 11,2"
        if item.has("not_a_measure") and not item.has("label") and not new_value and number_follows(self.pieces, at):
            self.skip = _kind_of_number(item)
            return
        self.fever = self.fever or item.text in _FEVER
        self.time(at, item)
        self.gain = item.has("doubt.gain") or (self.gain and item.text in _BEFORE_GAIN)
        self.label(at, item)
        if item.text in COMMA or (half(item.text) is not None and not is_part_of_a_thing(self.pieces, at)):
            # nothing took it: "bb 11 koma tb 83"
            self.found.problems.append((Why.NUMBER, item.text))

    def time(self, at: int, item: Item) -> None:
        """ "bulan lalu", "dari 10,9" and "sekarang", "jadi"."""
        if item.has("doubt.past") and not item.aside and (item.text not in _FROM or old_value_follows(self.pieces, at)):
            if old_weight_before(self.pieces, at) and len(self.found.now) == 1:
                self.found.past.append(replace(self.found.now.pop(), measure="weight"))
            self.past, self.past_depth = True, self.depth
        elif item.has("doubt.now") and (item.text not in ("ke", "ka") or number_follows(self.pieces, at)):
            if item.text in _TO and not self.past:
                self.old_then_new(at)
            self.past = False

    def old_then_new(self, at: int) -> None:
        """ "10,9 -> 11,2", "10,9 jadi 11,2": a weight alone before it is the old one."""
        if not new_weight_follows(self.pieces, at) or len(self.found.now) != 1:
            return
        old = self.found.now[0]
        if old.measure in (None, "weight") and old.quantity.number.milli < _HEAVIEST:
            self.found.past.append(replace(self.found.now.pop(), measure="weight"))
            others = [label for label in self.pending if label.measure != "weight"]
            self.pending = [_Announced("weight", 0, weak=True), *others]

    def label(self, at: int, item: Item) -> None:
        measure, weak = measure_of_label(item), not item.has("label")
        if self.units_first and (unit := unit_of(item)) is not None:
            measure, weak = _FIELD_OF_UNIT[unit], False
        if measure is None or (item.text == "lk" and alone_in_brackets(self.pieces, at)) or not_taken(self.pieces, at):
            return
        before = piece_at(self.pieces, at - 1)
        if item.text.startswith("timbangan") and isinstance(before, Item) and before.text in _TOWARDS:
            return  # "13,4 kg pake timbangan injak, tb 96"
        if (len(self.found.now) > 1 and says_how(self.pieces, at)) or is_the_scale(self.pieces, at):
            return
        if not weak and self.is_said_after(at):
            self.found.now[-1] = replace(self.found.now[-1], measure=measure, labelled=True)
            return
        if self.labels_last and not weak:
            self.found.now[-1:] = [replace(a, measure=measure, labelled=True) for a in self.found.now[-1:]]
        elif not weak or all(label.weak for label in self.pending):
            kept = [p for p in self.pending if p.measure != measure and (weak or not p.weak)]
            self.pending = [*kept, _Announced(measure, at, weak)]

    def is_said_after(self, at: int) -> bool:
        """ "13,2 timbangannya, tb 93,5": the label stands right after its number, and none follows it."""
        now, after = self.found.now, piece_at(self.pieces, at + 1)
        label = measure_of_label(self.pieces[at]) if isinstance(self.pieces[at], Item) else None
        small = label in ("muac", "head") and bool(now) and not now[-1].labelled and now[-1].unit == "cm"
        free = bool(now) and (now[-1].measure is None or small)  # "15 cm lila"
        if not free or self.labels_last or number_follows(self.pieces, at):
            return False
        over_particle = is_sign(piece_at(self.pieces, at - 1), *_PARTICLES) and number_before(self.pieces, at - 1)
        beside = number_before(self.pieces, at) or over_particle
        return beside and (after is None or is_sign(after, ",", ";", ".", ")"))

    # -- numbers

    def quantity(self, at: int, quantity: Quantity) -> None:
        skip, self.skip = self.skip, None
        if skip == "other" and is_weighed_after_all(self.pieces, at):
            skip = None
        self.found.at_birth = self.found.at_birth or (skip == "other" and quantity.unit in ("kg", "g", "ons"))
        fever, self.fever = self.fever, False
        if skip == "rt" or (skip is None and self.is_rt_column(quantity)):
            self.found.rt = str(quantity.number.milli // 1000)
            self.skip = "other" if is_rt_before_rw(self.pieces, at) else None
        elif quantity.months is not None or skip == "age":
            self.age(at, quantity, said=skip == "age")
        elif not (
            skip == "other" or (skip == "whole" and quantity.number.whole) or quantity.counted
            or self.is_of_a_post(at, quantity) or (fever and not self.pending and is_degrees(quantity))
            or self.is_gain(at, quantity) or self.is_told(at)
        ):  # fmt: skip
            self.measure(at, quantity)
            self.found.other -= 1
        self.found.other += 1
        self.gain = False

    def age(self, at: int, quantity: Quantity, *, said: bool) -> None:
        months = quantity.months if quantity.months is not None else quantity.number.milli / 1000
        first = not self.found.now and not self.found.past
        in_brackets = is_sign(piece_at(self.pieces, at - 1), "(", "[")
        self.found.age_bare = said and quantity.months is None
        said = said or in_brackets or (first and months >= 1 and stands_as_age(self.pieces, at))
        if said or self.found.months is None:
            self.found.months, self.found.age_sure = months, said or self.found.age_sure

    def is_of_a_post(self, at: int, quantity: Quantity) -> bool:
        """ "pindah ke Mawar 2"."""
        before = piece_at(self.pieces, at - 1)
        few = quantity.number.whole and quantity.unit is None and quantity.number.milli < _POSTS
        return few and isinstance(before, Item) and before.text in _POST_NAMES

    def is_rt_column(self, quantity: Quantity) -> bool:
        """ "Sutan<tab>04<tab>10,7<tab>83,5": the first of three or more numbers, written with a leading nought."""
        bare = len(quantity.text) == 2 and quantity.text.isdigit() and quantity.text[0] == "0" and not quantity.unit
        first = not self.found.now and not self.found.past and not self.pending
        return bare and first and sum(isinstance(p, Quantity) for p in self.pieces) > 2

    def is_told(self, at: int) -> bool:
        """A few of something, said after the measures."""
        free = not self.past and not any(not p.weak for p in self.pending)
        later = sum(_says_what(p) for p in self.pieces[at + 1 :])  # "nugget habis 2, bb 8,5 pb 71,5"
        both = len(self.found.now) > 1 or (
            not self.found.now and later > 1 and is_sign(piece_at(self.pieces, at + 1), ",", ".")
        )
        weighed = not self.found.now or any(a.measure in (None, "weight") for a in self.found.now)
        return free and both and weighed and is_few(self.pieces, at)

    def is_gain(self, at: int, quantity: Quantity) -> bool:
        """ "naik 3 ons", "(+0,3)": what was gained, not what was weighed."""
        before = piece_at(self.pieces, at - 1)
        if self.gain and quantity.unit == "cm" and quantity.number.milli <= _GREW_BELOW:
            return True  # "tb nya naik 1 cm"
        if not (self.gain or is_sign(before, "+")) or quantity.unit not in _GRAMS:
            return False
        if quantity.number.milli * _GRAMS[quantity.unit] // 1000 < _GAIN_BELOW:
            return True
        weighed = any(p.measure == "weight" and not p.weak for p in self.pending)  # "berat naik 13,5"
        if measure_of_label(before) is None and not weighed:  # "naik 11,2": by, or to?
            self.found.problems.append((Why.NUMBER, quantity.text))
        return False

    def measure(self, at: int, quantity: Quantity) -> None:
        doubtful = split_decimal(self.pieces, at, quantity) or minus(self.pieces, at, quantity)
        doubtful = doubtful or bound(self.pieces, at, first=not (self.found.now or self.found.past))
        if doubtful is not None or quantity.number.odd:
            self.found.problems.append((Why.NUMBER, doubtful or quantity.text))
        (self.found.past if self.past else self.found.now).append(self.announced(at, quantity))

    def announced(self, at: int, quantity: Quantity) -> Amount:
        """The number with the field its label or unit gives it."""
        by_unit = _FIELD_OF_UNIT[quantity.unit] if quantity.unit else None
        fits = [p for p in self.pending if by_unit is None or (p.measure == "weight") == (by_unit == "weight")]
        fits = [p for p in fits if not p.weak or by_unit or _may_be(p.measure, quantity)]
        if fits and not self.labels_last:
            self.pending.remove(fits[0])
            return Amount(quantity, fits[0].measure, labelled=not fits[0].weak)
        if self.pending and self.belongs(self.pending[-1], at):
            self.found.problems.append((Why.UNIT, quantity.text))
            self.pending.pop()
        return Amount(quantity, by_unit)

    def belongs(self, label: _Announced, at: int) -> bool:
        """A real label right before the number: its unit should have fitted."""
        between = self.pieces[label.at + 1 : at]
        return not label.weak and all(isinstance(p, Item) and (p.kind == "sign" or p.text in SMALL) for p in between)
