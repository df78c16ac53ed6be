"""What stands beside a number or a word in a line whose numbers already carry their units."""

from collections.abc import Sequence

from posyandu.entry.dates import MONTHS
from posyandu.entry.item import Item
from posyandu.entry.numerals import half
from posyandu.entry.quantities import Quantity
from posyandu.entry.vocabulary import word_set

Piece = Item | Quantity
Pieces = Sequence[Piece]

FIELDS = ("weight", "length", "head", "muac")
SMALL = word_set("before_number")  # words that may stand between "umur" and its number
_GROWS, _GOES = word_set("grows"), word_set("goes")
_NOT_DONE = word_set("not_done")
_LATER = word_set("follows_later")
_MANNER = frozenset(("sambil", "posisi", "sbil", "smbil", "bari", "karo"))  # "ukur tinggi sambil berdiri"
_HIGHEST_RW = 40_000  # thousandths


def measure_of_label(item: Piece | None) -> str | None:
    """The field a label announces."""
    if not isinstance(item, Item):
        return None
    return next((n for group in ("label", "weak") for n in FIELDS if f"{group}.{n}" in item.tags), None)


def piece_at(pieces: Pieces, at: int) -> Piece | None:
    """The piece at a place, None outside the line."""
    return pieces[at] if 0 <= at < len(pieces) else None


def is_sign(piece: Piece | None, *signs: str) -> bool:
    """Is it one of these signs?"""
    return isinstance(piece, Item) and piece.text in signs


def number_follows(pieces: Pieces, at: int) -> bool:
    """A number comes next, over signs and small words."""
    for piece in pieces[at + 1 : at + 5]:
        if isinstance(piece, Quantity):
            return True
        if piece.kind != "sign" and piece.text not in SMALL and piece.text not in MONTHS and half(piece.text) is None:
            return False
    return False


def not_taken(pieces: Pieces, at: int) -> bool:
    """ "tb nya belum diukur": the label at this place announces that there is no number."""
    signs = [p for p in pieces[at + 1 : at + 4] if not is_sign(p, ":", "=")]
    if signs and is_sign(signs[0], "-") and (len(signs) == 1 or isinstance(signs[1], Item)):
        return True  # "lk: -"
    words = [p for p in pieces[at + 1 : at + 4] if isinstance(p, Item) and p.kind == "word" and p.text not in SMALL]
    before = [p for p in pieces[max(0, at - 4) : at] if isinstance(p, Item)]
    if before and before[-1].has("attendance.weighing", "weak") and any(p.has("negation") for p in before):
        return True  # "ga mau diukur tingginya"
    later = [p for p in signs[:2] if isinstance(p, Item) and p.text in _LATER]
    if later and isinstance(signs[0], Item) and (signs[0] in later or signs[0].has("doubt.plan")):
        return True  # "bb nyusul"
    if len(words) == 1 and words[0].has("negation.yet") and pieces[-1] is words[0]:
        return True  # "lila belum"
    if len(words) < 2 or not words[0].has("negation"):
        return False
    return words[1].has("attendance.weighing") or words[1].text in _NOT_DONE


def is_the_scale(pieces: Pieces, at: int) -> bool:
    """ "tb 97 saja dulu, timbangan habis baterai": the scales are meant, and no number follows."""
    label = pieces[at]
    named = isinstance(label, Item) and label.text.startswith("timbangan")
    before = any(isinstance(p, Quantity) for p in pieces[:at])
    return named and before and not any(isinstance(p, Quantity) for p in pieces[at + 1 :])


def says_how(pieces: Pieces, at: int) -> bool:
    """ "13,4 96 makin tinggi aja", "rambutnya panjang", "bb seret": the label says how she is, no number."""
    before = piece_at(pieces, at - 1)
    after, label = piece_at(pieces, at + 1), pieces[at]
    if isinstance(after, Item) and after.has("negation"):  # "beratnya ga naik"
        after = piece_at(pieces, at + 2)
    grows = isinstance(before, Item) and (
        before.text in _GROWS
        or (before.text.endswith("nya") and not before.tags and isinstance(label, Item) and len(label.text) > 4)
    )
    grows = grows or (
        isinstance(before, Item) and before.has("attendance.ill", "attendance.refused")
    )  # "ngantuk berat"
    grows = grows or (isinstance(after, Item) and (after.has("position") or after.text in _MANNER))
    scale = isinstance(label, Item) and label.text.startswith("timbangan")
    grows = grows or scale or (isinstance(after, Item) and after.text in _GOES)
    return grows and not any(isinstance(p, Quantity) for p in pieces[at + 1 :])


def number_before(pieces: Pieces, at: int) -> bool:
    """A number stands right before."""
    return isinstance(piece_at(pieces, at - 1), Quantity)


def old_value_follows(pieces: Pieces, at: int) -> bool:
    """ "dari 10,9", "dari bb 10,9"."""
    labelled = measure_of_label(piece_at(pieces, at + 1)) is not None
    return isinstance(piece_at(pieces, at + (2 if labelled else 1)), Quantity)


def alone_in_brackets(pieces: Pieces, at: int) -> bool:
    """ "(lk)"."""
    return is_sign(piece_at(pieces, at - 1), "(") and is_sign(piece_at(pieces, at + 1), ")")


def is_rt_before_rw(pieces: Pieces, at: int) -> bool:
    """ "rt 03/14": the RW follows the RT at this place."""
    sign, second = piece_at(pieces, at + 1), piece_at(pieces, at + 2)
    if not isinstance(sign, Item) or sign.text != "/" or not isinstance(second, Quantity):
        return False
    plain = second.number.whole and second.unit is None and second.months is None
    return plain and second.number.milli <= _HIGHEST_RW and second.start == sign.end


def split_decimal(pieces: Pieces, at: int, quantity: Quantity) -> str | None:
    """ "11, 2": 11,2 or two numbers? The text in doubt, None where there is none."""
    sign, second = piece_at(pieces, at + 1), piece_at(pieces, at + 2)
    if quantity.unit or not quantity.number.whole or not is_sign(sign, ",", ".") or not isinstance(second, Quantity):
        return None
    one_digit = second.number.whole and len(second.text) == 1
    return f"{quantity.text}, {second.text}" if one_digit and second.months is None and not second.counted else None


def minus(pieces: Pieces, at: int, quantity: Quantity) -> str | None:
    """ "bb -8,4"; in "azzam -11,2 -83" and "bb-11,2" the dash only separates."""
    sign, label = piece_at(pieces, at - 1), piece_at(pieces, at - 2)
    if not isinstance(sign, Item) or sign.text != "-" or sign.glued or sign.end != quantity.start:
        return None
    return f"-{quantity.text}" if measure_of_label(label) or is_sign(label, ":", "=") else None


def bound(pieces: Pieces, at: int, *, first: bool) -> str | None:
    """ "<11,2", ">11,2": at most, at least; ">" after another number is an arrow."""
    sign = piece_at(pieces, at - 1)
    if isinstance(sign, Item) and (sign.text == "<" or (sign.text == ">" and first)):
        return f"{sign.text}{getattr(pieces[at], 'text', '')}"
    return None


def stands_as_age(pieces: Pieces, at: int) -> bool:
    """ "azzam 2 tahun 11,2", "(20 bln)", not "2 bulan tidak ..." or "3 hari demam"."""
    after = piece_at(pieces, at + 1)
    if is_sign(piece_at(pieces, at - 1), "(", "["):
        return True
    return isinstance(after, Quantity) or (isinstance(after, Item) and (after.kind == "sign" or after.has("label")))
