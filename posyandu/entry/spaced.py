"""Decimals typed with a space after the comma, as many thumbs and keyboards do: "12, 6 kg 90, 5 cm".

"12, 6" is 12,6 where nothing else can be meant: a single digit is no measure of its own. After a length it may be the
weight ("83, 9"), so there the joining needs a unit, a label or a weight before it; otherwise the reader asks.
"""

from dataclasses import replace
from itertools import pairwise

from posyandu.entry.item import Item
from posyandu.entry.numerals import from_digits

_LEAST_LENGTH = 40  # centimetres; below it a whole number is no length
_MOST = 130


def spaced_decimals(found: list[Item]) -> list[Item]:
    """The items with such numbers joined."""
    out: list[Item] = []
    at = 0
    while at < len(found):
        joined = _joined(found, at, out)
        out.append(joined or found[at])
        at += 3 if joined is not None else 1
    return out


def _joined(found: list[Item], at: int, before: list[Item]) -> Item | None:
    """The number that begins at this place, joined with its decimal; None where it has none, or none for certain."""
    first, sign, second, after = (found[at + i] if at + i < len(found) else None for i in range(4))
    if first is None or sign is None or second is None or sign.text not in (",", ".") or not sign.glued:
        return None
    typed = first.text.isdigit() and second.text.isdigit() and not second.glued
    if not typed or not 0 < int(first.text) <= _MOST or _listed(found, at, before):
        return None
    kilos = after is not None and after.has("unit.kg")
    length = int(first.text) >= _LEAST_LENGTH
    if len(second.text) > (2 if kilos and not length else 1) or (after is not None and after.has("time", "counted")):
        return None
    if length and not (_is_cm(after) or _after_label(before) or _after_weight(before)):
        return None
    number = from_digits(first.text, second.text)
    return replace(first, text=f"{first.text},{second.text}", end=second.end, number=number) if number else None


def _listed(found: list[Item], at: int, before: list[Item]) -> bool:
    """ "polio 1, 2, 3", "8, 4, 5": numbers in a row, of something else or of too many."""
    behind = [i.text for i in found[at + 3 : at + 5]]
    row = len(behind) == 2 and behind[0] in ",." and len(behind[1]) == 1 and behind[1].isdigit()
    return row or (bool(before) and before[-1].has("not_a_measure")) or _continues_row(found, at)


def _continues_row(found: list[Item], at: int) -> bool:
    return at > 1 and found[at - 1].text in (",", ".") and found[at - 2].number is not None and len(found[at].text) == 1


def _is_cm(item: Item | None) -> bool:
    return item is not None and item.has("unit.cm")


def _after_label(before: list[Item]) -> bool:
    words = [i for i in before[-3:] if i.text not in (":", "=", "nya", "-")]
    return bool(words) and words[-1].has("label.length", "label.head")


def _after_weight(before: list[Item]) -> bool:
    """Some number that is no length, and no age, stands before."""
    return any(
        i.number is not None and i.number.milli < _LEAST_LENGTH * 1000 and not nxt.has("time")
        for i, nxt in pairwise([*before, before[-1]] if before else [])
    )
