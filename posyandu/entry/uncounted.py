"""Numbers that are none of the four measures, by what stands beside them: temperatures, teeth, halves of tablets."""

from posyandu.entry.beside import SMALL, Pieces, number_before, piece_at
from posyandu.entry.item import Item
from posyandu.entry.quantities import Quantity

_FEW = 10_000  # thousandths: so many teeth, days, brothers
_HEAVIEST = 40_000  # thousandths of a kg
_DEGREES = (35_000, 42_000)  # thousandths of a degree
_AT_BIRTH = ("lahir", "lhr", "bbl", "bb lahir", "berat")
_NO_REMARK = ("label", "weak", "unit", "doubt", "negation", "attendance.weighing")
_ARM = ("pita", "ukuran", "tangan", "lengan", "lingkar")
_CLOCK = frozenset(("jam", "pukul", "jm", "pkl"))


def is_degrees(quantity: Quantity) -> bool:
    """ "demam 38,5"."""
    least, most = _DEGREES
    return quantity.unit is None and least <= quantity.number.milli <= most


def is_few(pieces: Pieces, at: int) -> bool:
    """ "tumbuh dua", "udah numbuh gigi 4": a small whole number right after a word that announces no measure."""
    quantity, before = pieces[at], piece_at(pieces, at - 1)
    if not isinstance(quantity, Quantity):
        return False
    few = quantity.number.whole and quantity.number.milli < _FEW and quantity.unit is None
    after = piece_at(pieces, at + 1)
    begins = quantity.number.spoken and isinstance(after, Item) and after.kind == "word" and not after.has(*_NO_REMARK)
    word = isinstance(before, Item) and before.kind == "word" and not before.has(*_NO_REMARK)
    near = [p for p in pieces[max(0, at - 2) : at] if isinstance(p, Item)]
    if any(p.text.startswith(_ARM) for p in near):
        return False  # "pitanya 9" may be her arm
    word = word or (begins and isinstance(before, Item) and before.text == ",")  # "85,5, dua punggung kakinya sembab"
    return few and word and not quantity.text.startswith("0")


def is_part_of_a_thing(pieces: Pieces, at: int) -> bool:
    """ "setengah tablet", "jam setengah 10"."""
    after, before = piece_at(pieces, at + 1), piece_at(pieces, at - 1)
    clock = isinstance(before, Item) and before.text in _CLOCK
    return clock or (isinstance(after, Item) and after.has("counted", "time", "talk.goods"))


def is_weighed_after_all(pieces: Pieces, at: int) -> bool:
    """ "dafa td 9,55 kg": whatever stood before it, kilos are a weight, but for those at birth and of a gain."""
    quantity = pieces[at]
    before = [p for p in pieces[max(0, at - 4) : at] if isinstance(p, Item)]
    if not isinstance(quantity, Quantity) or any(p.text.startswith(_AT_BIRTH) or p.has("doubt.past") for p in before):
        return False
    tadi = bool(before) and before[-1].text == "td" and quantity.number.decimals > 0  # blood pressure has none
    return quantity.unit == "kg" or (tadi and quantity.unit is None)


def new_weight_follows(pieces: Pieces, at: int) -> bool:
    """ "-> 11,2", "jadi 11,2", "jadi bb 11,2"; not "jadi diukur 2x"."""
    place = next((n for n in range(at + 1, len(pieces)) if isinstance(pieces[n], Quantity)), None)
    new = pieces[place] if place is not None else None
    if not isinstance(new, Quantity) or new.counted or new.unit in ("cm", "m", "mm"):
        return False
    return new.number.milli < _HEAVIEST and all(_leads(p) for p in pieces[at + 1 : place])


def _leads(piece: Item | Quantity) -> bool:
    """A label or a small word between "jadi" and its number."""
    return isinstance(piece, Item) and (piece.text in SMALL or piece.has("label", "weak") or piece.text in (":", "="))


def old_weight_before(pieces: Pieces, at: int) -> bool:
    """ "8,7 bulan lalu, sekarang 9": the number before the past word at this place is the old one."""
    rest = pieces[at + 1 :]
    now = next((n for n, p in enumerate(rest) if isinstance(p, Item) and p.has("doubt.now")), None)
    new = now is not None and any(isinstance(p, Quantity) for p in rest[now + 1 : now + 3])
    return new and number_before(pieces, at)
