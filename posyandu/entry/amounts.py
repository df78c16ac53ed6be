"""What each number of a line is: a measure, last month's, a gain, an age, an RT, or none of our business."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from posyandu.entry.dates import MONTHS
from posyandu.entry.lexer import Item
from posyandu.entry.numerals import COMMA, half
from posyandu.entry.quantities import Quantity, unit_of, units_come_first, with_units
from posyandu.entry.reading import Why

FIELDS = ("weight", "length", "head", "muac")
_FIELD_OF_UNIT = {"kg": "weight", "g": "weight", "ons": "weight", "pon": "weight", "cm": "length", "m": "length", "mm": "length"}  # fmt: skip
_GAIN_BELOW = 1500  # grams: more, after "naik", is no monthly gain
_ARROWS = frozenset(("->", "=>", "→", ">"))
_FEVER = frozenset(("demam", "panas", "meriang", "suhunya", "panasnya"))
_FROM = frozenset(("dari", "saking", "tina", "ti"))
_TO = frozenset(("jadi", "jd", "menjadi", "mnjadi", "ke", "ka", "dadi", "dados"))
_SMALL = frozenset(["nya", "ny", "na", "ke", "no", "nomor", "sdh", "sudah", "itu", "masih", "rw", "urut", "anak", "sebesar", "sebanyak"])
_BEFORE_GAIN = _SMALL | {"bb", "berat", "kg"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be a measure; `measure` is None for a bare one. `at` is its place among the items."""

    quantity: Quantity
    measure: str | None = None
    labelled: bool = False

    @property
    def unit(self) -> str | None:
        return self.quantity.unit


@dataclass(slots=True)
class Amounts:
    """All numbers of a line by what they are."""

    now: list[Amount] = field(default_factory=list)
    past: list[Amount] = field(default_factory=list)
    months: float | None = None  # the age said
    age_sure: bool = False  # said as an age ("umur", brackets), not merely "2 hari"
    age_in_column: bool = False  # a bare number under "umur": months, or years
    rt: str | None = None
    missing: list[str] = field(default_factory=list)  # labels without a number
    problems: list[tuple[Why, str]] = field(default_factory=list)
    other: int = 0  # numbers that are not measures

    def by_column(self, name: str, amount: Amount) -> None:
        """A bare number under a heading's column for the age or the RT."""
        if name == "rt":
            self.rt = str(amount.quantity.number.milli // 1000)
        else:
            self.months, self.age_sure, self.age_in_column = amount.quantity.number.milli / 1000, True, True


def measure_of_label(item: Item) -> str | None:
    """The field a label announces."""
    return next((n for group in ("label", "weak") for n in FIELDS if f"{group}.{n}" in item.tags), None)


def read_amounts(items: list[Item]) -> Amounts:
    """Sort the numbers of a line."""
    reader = _Reader(with_units(items), labels_last=_labels_come_last(items), units_first=units_come_first(items))
    return reader.read()


def _kind_of_number(item: Item) -> str:
    """What the next number is, after "umur", "rt", "polio", "suhu"."""
    if item.has("not_a_measure.age"):
        return "age"
    if item.text in ("rt", "rtrw"):
        return "rt"
    return "whole" if item.has("not_a_measure.whole") else "other"


def _labels_come_last(items: list[Item]) -> bool:
    """ "11,2 bb 83 tb": every label stands after its number."""
    order = [i.kind == "number" for i in items if i.kind == "number" or i.has("label")]
    return len(order) >= 2 and order == [n % 2 == 0 for n in range(len(order))] and len(order) % 2 == 0


class _Reader:
    """One pass from left to right, remembering what the last words announced."""

    def __init__(self, pieces: Sequence[Item | Quantity], *, labels_last: bool, units_first: bool) -> None:
        self.pieces, self.labels_last, self.units_first = pieces, labels_last, units_first
        self.found = Amounts()
        self.pending: list[tuple[str, int, bool]] = []  # field, place, only a weak label
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
        self.found.missing = [name for name, _, weak in self.pending if not weak]
        return self.found

    # -- words and signs

    def sign(self, at: int, item: Item) -> None:
        if item.text in "([":
            self.depth += 1
        elif item.text in ")]":
            self.depth -= 1
            self.past = self.past and self.depth >= self.past_depth
        elif item.text in _ARROWS:
            self.old_then_new(at)

    def word(self, at: int, item: Item) -> None:
        if item.has("not_a_measure") and self._number_follows(at) and not item.has("label"):
            self.skip = _kind_of_number(item)
            if item.text not in _TO or not self._number_just_before(at):
                return
            self.skip = None
        if item.text in _FEVER:
            self.fever = True
        if item.has("doubt.past") and (item.text not in _FROM or self._old_follows(at)):
            self.past, self.past_depth = True, self.depth
        elif item.has("doubt.now"):
            self.now_word(at, item)
        if item.has("doubt.gain"):
            self.gain = True
        elif item.text not in _BEFORE_GAIN:
            self.gain = False
        self.label(at, item)
        if item.text in COMMA or half(item.text) is not None:  # nothing took it: "bb 11 koma tb 83"
            self.found.problems.append((Why.NUMBER, item.text))

    def now_word(self, at: int, item: Item) -> None:
        if item.text in ("ke", "ka") and not self._number_follows(at):
            return
        if item.text in _TO and not self.past:
            self.old_then_new(at)
        self.past = False

    def label(self, at: int, item: Item) -> None:
        measure, weak = measure_of_label(item), not item.has("label")
        if self.units_first and (unit := unit_of(item)) is not None:
            measure, weak = _FIELD_OF_UNIT[unit], False
        if measure is None or (item.text == "lk" and self._alone_in_brackets(at)):
            return
        if self.labels_last and not weak:
            self.found.now[-1:] = [replace(a, measure=measure, labelled=True) for a in self.found.now[-1:]]
            return
        if weak and any(not w for _, _, w in self.pending):
            return
        self.pending = [p for p in self.pending if p[0] != measure and (weak or not p[2])]
        self.pending.append((measure, at, weak))

    def _alone_in_brackets(self, at: int) -> bool:
        around = [self.pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(self.pieces)]
        return len(around) == 2 and all(isinstance(p, Item) and p.text in "()" for p in around)

    def _number_follows(self, at: int) -> bool:
        """A number comes next, over signs and small words."""
        for piece in self.pieces[at + 1 : at + 5]:
            if isinstance(piece, Quantity):
                return True
            if piece.kind != "sign" and piece.text not in _SMALL and piece.text not in MONTHS:
                return False
        return False

    def _old_follows(self, at: int) -> bool:
        """ "dari 10,9", "dari bb 10,9"."""
        after = self.pieces[at + 1 : at + 3]
        labelled = len(after) == 2 and isinstance(after[0], Item) and measure_of_label(after[0]) is not None
        return bool(after) and isinstance(after[1 if labelled else 0], Quantity)

    def _number_just_before(self, at: int) -> bool:
        return at > 0 and isinstance(self.pieces[at - 1], Quantity)

    def old_then_new(self, at: int) -> None:
        """ "10,9 -> 11,2", "10,9 jadi 11,2": a weight alone before it is the old one."""
        new = next((p for p in self.pieces[at + 1 :] if isinstance(p, Quantity)), None)
        if new is None or new.number.milli >= 40_000 or new.unit in ("cm", "m", "mm"):
            return
        if len(self.found.now) == 1 and self.found.now[0].measure in (None, "weight"):
            if self.found.now[0].quantity.number.milli < 40_000:
                self.found.past.append(replace(self.found.now.pop(), measure="weight"))
                self.pending = [("weight", 0, True), *(p for p in self.pending if p[0] != "weight")]

    # -- numbers

    def quantity(self, at: int, quantity: Quantity) -> None:
        skip, self.skip = self.skip, None
        if skip == "rt":
            self.found.rt = str(quantity.number.milli // 1000)
            self.found.other += 1
            if self._is_rw(at):
                self.skip = "other"
        elif quantity.months is not None or skip == "age":
            self.age(at, quantity, said=skip == "age")
        elif (
            self.is_fever(quantity)
            or skip == "other"
            or (skip == "whole" and quantity.number.whole)
            or quantity.counted
        ):
            self.found.other += 1
        elif not self.is_gain(at, quantity):
            self.measure(at, quantity)
        self.gain = False

    def _is_rw(self, at: int) -> bool:
        """ "rt 03/14": the RW follows."""
        sign, second = self.pieces[at + 1 : at + 2], self.pieces[at + 2 : at + 3]
        return bool(
            sign and second and isinstance(sign[0], Item) and sign[0].text == "/" and isinstance(second[0], Quantity)
            and second[0].number.whole and second[0].number.milli <= 40_000 and second[0].unit is None
            and second[0].months is None and second[0].start_char == sign[0].end
        )  # fmt: skip

    def age(self, at: int, quantity: Quantity, *, said: bool) -> None:
        months = quantity.months if quantity.months is not None else quantity.number.milli / 1000
        before = self.pieces[at - 1] if at else None
        said = said or (isinstance(before, Item) and before.text in ("(", "[")) or self._as_age(at, months)
        if said or self.found.months is None:
            self.found.months, self.found.age_sure = months, said or self.found.age_sure
        self.found.other += 1

    def _as_age(self, at: int, months: float) -> bool:
        """ "azzam 2 tahun 11,2": months or years before any measure, and not "2 bulan tidak ...", "3 hari demam"."""
        after = self.pieces[at + 1] if at + 1 < len(self.pieces) else None
        if self.found.now or self.found.past or after is None or self.pieces[at].text == "" or months < 1:  # type: ignore[union-attr]
            return False
        return isinstance(after, Quantity) or after.kind == "sign" or after.has("label")

    def is_fever(self, quantity: Quantity) -> bool:
        """ "demam 38,5": degrees, not a measure."""
        fever, self.fever = self.fever, False
        return fever and quantity.unit is None and 35_000 <= quantity.number.milli <= 42_000 and not self.pending

    def is_gain(self, at: int, quantity: Quantity) -> bool:
        """ "naik 3 ons", "(+0,3)": what was gained, not what was weighed."""
        before = self.pieces[at - 1] if at else None
        signed = isinstance(before, Item) and before.text == "+" and quantity.unit in (None, "kg", "g", "ons")
        if not (self.gain or signed):
            return False
        factor = {"ons": 100, "g": 1, "kg": 1000, None: 1000}.get(quantity.unit)
        if factor is None:
            return False
        grams = quantity.number.milli * factor // 1000
        if grams >= _GAIN_BELOW:
            if not self.labelled_before(at):
                self.found.problems.append((Why.NUMBER, quantity.text))
            return False
        self.found.other += 1
        return True

    def labelled_before(self, at: int) -> bool:
        before = self.pieces[at - 1] if at else None
        return isinstance(before, Item) and measure_of_label(before) is not None

    def measure(self, at: int, quantity: Quantity) -> None:
        if quantity.number.odd:
            self.found.problems.append((Why.NUMBER, quantity.text))
        if (doubtful := self.split_decimal(at, quantity) or self.minus(at, quantity)) is not None:
            self.found.problems.append((Why.NUMBER, doubtful))
        amount = self.announced(at, quantity)
        (self.found.past if self.past else self.found.now).append(amount)

    def split_decimal(self, at: int, quantity: Quantity) -> str | None:
        """ "11, 2" may be 11,2 or two numbers."""
        after = self.pieces[at + 1 : at + 3]
        if quantity.unit or not quantity.number.whole or len(after) < 2:
            return None
        sign, second = after
        if isinstance(sign, Item) and sign.text in (",", ".") and isinstance(second, Quantity):
            if second.number.whole and len(second.text) == 1 and second.months is None and not second.counted:
                return f"{quantity.text}{sign.text} {second.text}"
        return None

    def minus(self, at: int, quantity: Quantity) -> str | None:
        """ "bb -8,4"; "azzam -11,2 -83" and "bb-11,2" only separate."""
        sign, label = (self.pieces[at - 1], self.pieces[at - 2]) if at > 1 else (None, None)
        if isinstance(sign, Item) and sign.text == "-" and not sign.glued and isinstance(label, Item):
            glued = sign.end == self._start(at)
            if glued and (measure_of_label(label) is not None or label.text in ":="):
                return f"-{quantity.text}"
        return None

    def _start(self, at: int) -> int:
        piece = self.pieces[at]
        return piece.start if isinstance(piece, Item) else piece.start_char

    def announced(self, at: int, quantity: Quantity) -> Amount:
        """The number with the field its label or unit gives it."""
        by_unit = _FIELD_OF_UNIT[quantity.unit] if quantity.unit else None
        fits = [p for p in self.pending if by_unit is None or (p[0] == "weight") == (by_unit == "weight")]
        if fits and not self.labels_last:
            self.pending.remove(fits[0])
            return Amount(quantity, fits[0][0], labelled=not fits[0][2])
        if self.pending and self._beside(self.pending[-1], at):
            self.found.problems.append((Why.UNIT, quantity.text))
            self.pending.pop()
        return Amount(quantity, by_unit)

    def _beside(self, label: tuple[str, int, bool], at: int) -> bool:
        between = self.pieces[label[1] + 1 : at]
        return not label[2] and all(isinstance(p, Item) and (p.kind == "sign" or p.text in _SMALL) for p in between)
