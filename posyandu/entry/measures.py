"""From the numbers of a line to measures in whole grams and millimetres, or to the reason why that needs a question.

Rules for bare numbers: two are weight then height when the smaller comes first; one is a weight only with its decimals
(or in grams from 1,000 to 40,000); beside a labelled weight one is the height, beside a labelled height one is the
weight; anything else is asked. A heading may name the columns instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from posyandu.entry.amounts import Amount, Amounts
from posyandu.entry.numerals import Number
from posyandu.entry.reading import Heard, Why

GRAMS_FROM, GRAMS_TO = 1_000, 40_000  # a bare number is grams only in here
_KG = (1_000, 40_000)  # thousandths of a kg a bare number may be
_CM = (40_000, 130_000)  # thousandths of a cm a bare number may be
# Thousandths of a cm; below 12,5 an arm would raise an alarm, so that it needs its label.
_BY_SIZE = {"muac": (12_500, 19_000), "head": (30_000, 54_000)}
MEASURED = ("weight", "length", "head", "muac")


@dataclass(frozen=True, slots=True)
class Measures:
    """What the numbers say; with a problem they are only what a question may show."""

    heard: Heard
    problem: Why | None = None
    detail: str = ""
    swapped: bool = False
    placed: tuple[str, ...] = ()  # of head and muac: bare numbers after weight and length, told by their size


def grams(number: Number, unit: str | None) -> int | None:
    """Whole grams of a weight as typed; None where number and unit do not make one."""
    milli = number.milli
    if unit == "ons":
        return milli // 10 if milli % 10 == 0 else None
    if unit == "pon":
        return milli // 2
    if unit == "g":
        if number.decimals == 3:  # "9.400 gr"
            return milli
        return milli // 1000 if number.whole else None
    if unit == "kg" or milli < 1_000_000:
        return milli if milli < 1_000_000 else None
    return milli // 1000 if number.whole and GRAMS_FROM <= milli // 1000 <= GRAMS_TO else None


def millimetres(number: Number, unit: str | None) -> int | None:
    """Whole millimetres of a length, head or arm as typed; centimetres unless a unit says otherwise."""
    if unit == "m":
        return number.milli if number.milli < 10_000 else None
    if unit == "mm":
        return number.milli // 1000 if number.whole else None
    return number.milli // 100 if number.milli % 100 == 0 else None


def read_measures(amounts: Amounts, columns: Sequence[str] = ()) -> Measures:
    """The measures of one child in the numbers of her line."""
    by_field: dict[str, list[Amount]] = {}
    bare: list[Amount] = []
    for amount in amounts.now:
        if amount.measure is None:
            bare.append(amount)
        else:
            by_field.setdefault(amount.measure, []).append(amount)
    problem: Why | None = None
    one_column = len([c for c in columns if c in MEASURED]) == 1 and len(bare) > 1  # "BB:", and then both after all
    if bare and columns and not by_field and not one_column:
        placed = by_columns(bare, columns, amounts)
        too_few = Why.ONE_NUMBER if len(bare) == 1 else Why.EXTRA_NUMBER
        problem = _spread(placed, by_field) if placed is not None else too_few
    elif bare:
        problem = _place_bare(bare, by_field)
    values: dict[str, int | None] = {}
    for name, found in by_field.items():
        convert = grams if name == "weight" else millimetres
        distinct = {convert(a.quantity.number, a.unit) for a in found}
        if len(distinct) > 1:
            problem = problem or Why.TWO_VALUES
        values[name] = convert(found[0].quantity.number, found[0].unit)
        if values[name] is None:
            problem = problem or Why.UNIT
        sure = name == "length" and any(a.labelled or a.unit for a in by_field.get("weight", ()))
        if any(a.quantity.number.spelled and not a.labelled for a in found) and not sure:
            problem = problem or Why.NUMBER
    heard = Heard(values.get("weight"), values.get("length"), values.get("head"), values.get("muac"))
    in_columns = bool(bare) and bool(columns) and problem is None
    problems = [p for p in amounts.problems if not (in_columns and ", " in p[1])]  # "65, 7, 41.7" under three columns
    if problems:
        return Measures(heard, *problems[0])
    if problem is None and amounts.at_birth and heard.height_mm and not heard.weight_g:
        return Measures(heard, Why.MISSING_VALUE, "weight")  # "baru lahir 3.800 gram 51,5 cm": then, or today?
    missing = [name for name in amounts.missing if values.get(name) is None]  # "12 kg 90, beratnya tetep"
    if problem is None and missing:
        return Measures(heard, Why.MISSING_VALUE, missing[0])
    by_size = tuple(n for n in ("head", "muac") for a in by_field.get(n, ()) if a in bare and not columns)
    return Measures(heard, problem, swapped=problem is Why.SWAPPED, placed=by_size)


def _spread(placed: list[tuple[str, Amount]], by_field: dict[str, list[Amount]]) -> Why | None:
    for name, amount in placed:
        if name in MEASURED:
            by_field.setdefault(name, []).append(amount)
    return None


def column_of(name: str, amounts: Amounts, columns: Sequence[str]) -> Amount | None:
    """The bare number under the column of this name."""
    bare = [a for a in amounts.now if a.measure is None]
    if name not in columns or len(bare) < len(amounts.now):
        return None
    return next((a for column, a in by_columns(bare, columns, amounts) or () if column == name), None)


def by_columns(bare: list[Amount], columns: Sequence[str], amounts: Amounts) -> list[tuple[str, Amount]] | None:
    """Bare numbers under the columns of a heading; None when they do not fit them."""
    measured = [c for c in columns if c in MEASURED]
    said = amounts.months is not None and not amounts.age_in_column
    without_age = [c for c in columns if not (c == "age" and said)]
    for expected in (without_age, list(columns), measured):
        if len(bare) == len(expected):
            return list(zip(expected, bare, strict=True))
    if len(bare) == 2 and len(measured) > 2 and {*measured[:2]} == {"weight", "length"}:  # the last ones left empty
        fits = [(_is_weight if c == "weight" else _is_cm)(a) for c, a in zip(measured, bare, strict=False)]
        third = _BY_SIZE.get(measured[2], (0, 0))
        if all(fits) or (fits[0] and not third[0] <= bare[1].quantity.number.milli <= third[1]):
            return list(zip(measured, bare, strict=False))
    return None


def _place_bare(bare: list[Amount], by_field: dict[str, list[Amount]]) -> Why | None:
    """Give bare numbers their field; the reason to ask where that is not sure."""
    known = {name for name in ("weight", "length") if name in by_field}
    if len(bare) > 2 and not by_field:
        return _place_two(bare[0], bare[1], by_field) or _place_rest(bare[2:], by_field)
    if len(known) == 2:
        return _place_rest(bare, by_field)
    if len(bare) > 2 or (len(bare) == 2 and known):
        return Why.EXTRA_NUMBER
    if len(bare) == 2:
        return _place_two(bare[0], bare[1], by_field)
    only = bare[0]
    if known:
        name, fits = ("length", _is_cm(only)) if "weight" in known else ("weight", _is_weight(only))
        if not fits:
            return Why.EXTRA_NUMBER
    else:
        after_another = any(a.quantity.at < only.quantity.at for found in by_field.values() for a in found)
        name = "weight"
        if after_another or not _is_sure_weight(only):
            return Why.ONE_NUMBER
    by_field[name] = [only]
    return None


def _place_two(first: Amount, second: Amount, by_field: dict[str, list[Amount]]) -> Why | None:
    """Weight, then length; the other way round is asked."""
    if _is_weight(first) and _is_cm(second):
        by_field["weight"], by_field["length"] = [first], [second]
        return None
    if _is_cm(first) and _is_weight(second):
        by_field["weight"], by_field["length"] = [first], [second]
        return Why.SWAPPED
    if _is_cm(second):  # "153 97,5": asked, with the weight that may have been meant
        by_field["weight"], by_field["length"] = [first], [second]
    return Why.NUMBER


def _place_rest(rest: list[Amount], by_field: dict[str, list[Amount]]) -> Why | None:
    """Bare numbers after weight and length: no arm is as big as a head, so the size tells which it is."""
    said = max(a.quantity.at for name in ("weight", "length") for a in by_field.get(name, ()))
    for amount in rest:
        if amount.quantity.at < said:
            return Why.EXTRA_NUMBER
        milli = amount.quantity.number.milli
        name = next((n for n, (least, most) in _BY_SIZE.items() if least <= milli <= most), None)
        if name is None or name in by_field or amount.quantity.number.decimals > 1:
            return Why.EXTRA_NUMBER
        by_field[name] = [amount]
    return None


def _is_cm(amount: Amount) -> bool:
    return _CM[0] <= amount.quantity.number.milli <= _CM[1] and amount.quantity.number.decimals <= 2


def _is_weight(amount: Amount) -> bool:
    number = amount.quantity.number
    return _KG[0] <= number.milli < _KG[1] or (number.whole and GRAMS_FROM * 1000 <= number.milli <= GRAMS_TO * 1000)


def _is_sure_weight(amount: Amount) -> bool:
    number = amount.quantity.number
    if number.whole:
        return GRAMS_FROM * 1000 <= number.milli <= GRAMS_TO * 1000
    return _KG[0] <= number.milli < _KG[1] and not number.spelled
