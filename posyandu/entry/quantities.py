"""Numbers together with their units: "9 kg 4 ons", "9 kilo 4", "1 m 3 cm", "3 th 4 bln", "2 butir", "50 %"."""

from dataclasses import dataclass, replace

from posyandu.entry.item import Item
from posyandu.entry.numerals import Number, half
from posyandu.entry.vocabulary import word_tags

_MONTHS = {"day": 1 / 30.4375, "week": 7 / 30.4375, "month": 1.0, "year": 12.0}


_THIS_MONTH = frozenset(("bulan ini", "bln ini"))
_ONS = 100_000  # thousandths of a gram
_FEW_MONTHS = 6_000  # thousandths
_SHORTEST, _LONGEST = 40_000, 125_000  # thousandths of a centimetre-number
_LINKED = frozenset(("lebih", "lbh", "luwih", "leuwih", "langkung", "punjul", "dan", ",", "+", "koma"))
_LESS = frozenset(("kurang", "krg", "kirang"))
_MONEY = frozenset(("rb", "ribu", "rban", "juta", "jt", "rupiah", "persen", "c", "derajat"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, at items[at:end]. months: an age or a time; counted: things that are not measured."""

    number: Number
    text: str
    at: int
    end: int
    unit: str | None = None
    months: float | None = None
    counted: bool = False
    start: int = 0  # where it begins in the text


def unit_of(item: Item | None) -> str | None:
    """kg, ons, pon, g, cm, m or mm, when the item is a unit."""
    return _tag(item, "unit.")


def time_unit_of(item: Item | None) -> str | None:
    """day, week, month or year, when the item is one."""
    return _tag(item, "time.")


def _tag(item: Item | None, group: str) -> str | None:
    if item is None or item.kind != "word":
        return None
    return next((t[len(group) :] for t in sorted(item.tags) if t.startswith(group)), None)


def units_come_first(items: list[Item]) -> bool:
    """ "kg 12,5 cm 85,5": every unit stands before its number."""
    order = [i.kind == "number" for i in items if i.kind == "number" or unit_of(i) in ("kg", "cm")]
    labels = any(t.startswith("label.") for i in items for t in i.tags)
    return not labels and len(order) >= 2 and order == [n % 2 == 1 for n in range(len(order))]


def with_units(items: list[Item]) -> list[Item | Quantity]:
    """The items, each number joined with the unit (and the rest) that belongs to it."""
    found: list[Item | Quantity] = []
    at, units_first = 0, units_come_first(items)
    while at < len(items):
        item = items[at]
        if item.number is None:
            found.append(item)
            at += 1
            continue
        quantity = _quantity(items, at, item.number, units_first)
        found.append(quantity)
        at = quantity.end
    return found


def _quantity(items: list[Item], at: int, number: Number, units_first: bool) -> Quantity:
    def item(i: int) -> Item | None:
        return items[i] if i < len(items) else None

    text, after = items[at].text, item(at + 1)
    plain = Quantity(number, text, at, at + 1, start=items[at].start)
    if after is None or units_first:
        return plain
    if (time := time_unit_of(after)) is not None:
        return _age(items, plain, time)
    ago = (
        after.has("doubt.past")
        and bool(word_tags(after.text.split()[0]) & {"time"})
        and number.milli <= 2 * _FEW_MONTHS
    )
    if ago and number.whole and not (at and items[at - 1].has("label", "weak")):
        return replace(plain, counted=True)  # "dua bulan lalu 14,3"
    if after.text in _THIS_MONTH and number.whole and number.milli <= _FEW_MONTHS and _is_span(items, at):
        return replace(plain, counted=True, end=at + 2)  # "2 bulan ini baru ketemu"
    if (unit := unit_of(after)) is not None:
        return _measured(items, replace(plain, unit=unit, end=at + 2))
    names = (
        after.has("not_a_measure") and (nxt := item(at + 2)) is not None and nxt.kind in ("number", "time")
    )  # "jam 9"
    if after.text == "x" and (label := item(at + 2)) is not None and label.has("label"):
        return plain  # "bb 11 x tb 86,9"
    counts = after.kind == "word" and after.has("counted") and not names
    if after.text == "%" or (counts and not _is_her_length(items, at, number)):
        return replace(plain, counted=True, end=at + 2)
    return plain


def _is_span(items: list[Item], at: int) -> bool:
    """No label and no day of the past announces the number, and more numbers follow."""
    before = items[at - 1] if at else None
    announced = before is not None and before.has("label", "weak", "doubt")
    others = max(sum(i.kind == "number" for i in part) for part in (items[at + 1 :], items[:at]))
    return not announced and others > 1


def _is_her_length(items: list[Item], at: int, number: Number) -> bool:
    """ "uthman 6,2 60 bayi montok": right after another number, what could be her length counts no babies."""
    before = items[at - 1] if at else None
    if before is not None and before.text in ("/", "-", ",", ";") and at > 1:
        before = items[at - 2]
    beside = before is not None and (before.kind == "number" or before.has("unit.kg", "label.length"))
    return beside and _SHORTEST <= number.milli <= _LONGEST and items[at + 1].text not in _MONEY


def _age(items: list[Item], quantity: Quantity, unit: str) -> Quantity:
    months = quantity.number.milli / 1000 * _MONTHS[unit]
    end = quantity.end + 1
    if unit in ("year", "month"):
        skip = 1 if end < len(items) and items[end].text in ("lebih", "dan", "lbh", ",") else 0
        number = items[end + skip].number if end + skip < len(items) else None
        smaller = time_unit_of(items[end + skip + 1]) if end + skip + 1 < len(items) else None
        if number is not None and smaller in ("month", "week", "day") and smaller != unit:
            months += number.milli / 1000 * _MONTHS[smaller]
            end += skip + 2
        elif end < len(items) and (part := half(items[end].text)) is not None and unit == "year":
            months += 12 * part / 1000
            end += 1
    return replace(quantity, months=months, end=end)


def _measured(items: list[Item], quantity: Quantity) -> Quantity:
    """A number with a unit, and what is still said of the same measure."""
    number, end = quantity.number, quantity.end
    if not number.whole or quantity.unit not in ("kg", "m") or end >= len(items):
        return quantity
    kilo = quantity.unit == "kg"
    if kilo and (part := half(items[end].text)) is not None:
        return replace(quantity, number=number.plus(part), end=end + 1)
    less = items[end].text in _LESS
    linked = less or items[end].text in _LINKED
    place = end + linked
    if place >= len(items) or (rest_number := items[place].number) is None or not rest_number.whole:
        return quantity
    rest = rest_number.milli // 1000
    unit = unit_of(items[place + 1]) if place + 1 < len(items) else None
    timed = place + 1 < len(items) and (time_unit_of(items[place + 1]) or items[place + 1].has("counted"))
    if kilo and less:  # "14 kg kurang 1 ons"
        grams = rest * {"ons": 100, "g": 1}.get(unit or "", 0)
        return replace(quantity, number=number.plus(-grams), end=place + 2) if 0 < grams < 1000 else quantity
    if kilo and unit == "ons" and rest < 10:
        grams, end = _and_grams(items, place + 2)
        return replace(quantity, number=number.plus(rest * 100 + grams), end=end)
    if kilo and unit == "g" and 10 <= rest < 1000:
        return replace(quantity, number=number.plus(rest), end=place + 2)
    if not kilo and unit == "cm" and rest < 100:
        return replace(quantity, number=number.plus(rest * 10), end=place + 2)
    length = any(i.has("label.length", "unit.cm") for i in items[place + 1 :])
    if kilo and unit is None and not linked and not timed and (step := _unnamed_rest(rest, items[place], length)):
        return replace(quantity, number=number.plus(step), end=place + 1)
    return quantity


def _and_grams(items: list[Item], at: int) -> tuple[int, int]:
    """The grams of "9 kg 3 ons 50 gram" and the place after them; 0 where none follow."""
    number = items[at].number if at < len(items) else None
    small = number is not None and number.whole and 0 < number.milli < _ONS
    if number is None or not small or at + 1 >= len(items) or unit_of(items[at + 1]) != "g":
        return 0, at
    return number.milli // 1000, at + 2


def _unnamed_rest(rest: int, item: Item, length_follows: bool) -> int:
    """Grams of "9 kilo 4", "9 kilo 250", "sembilan kilo lima ratus"; 0 where the number may be something else, like the
    height in "17 kg 105"."""
    spoken = item.number is not None and item.number.spoken
    if 1 <= rest <= 9 and (len(item.text) == 1 or spoken):
        return rest * 100
    sure = 200 <= rest < 400 or length_follows or (spoken and rest >= 200)
    return rest if sure and 100 <= rest < 1000 and rest % 50 == 0 else 0
