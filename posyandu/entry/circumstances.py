"""What is said of the weighing itself: the scales were off, she was held, wore a blanket, another day was meant.

Values beside such a remark may fit her last round and still be wrong, so that they are asked.
"""

from itertools import pairwise

from posyandu.entry.item import Item
from posyandu.entry.manner import DONE_AGAIN, was_done_again
from posyandu.entry.scope import clause, may_be_measure
from posyandu.entry.vocabulary import is_ordinary, word_set

_INSTRUMENTS = (
    "timbangan",
    "dacin",
    "alat",
    "angka",
    "jarum",
    "meteran",
    "microto",
    "mikroto",
    "layar",
    "papan",
    "kolom",
)
_FINE, _TOWARDS = word_set("fine_with_scales"), word_set("towards_scales")
_HOLDING, _WHILE, _WRAPPED, _TAKEN_OFF = (word_set(n) for n in ("holding", "while", "wrapped", "taken_off"))
_GRASPING, _COATS, _STILL = (word_set(n) for n in ("grasping", "coats", "still"))
_VISITS, _DAY = word_set("visits"), frozenset(("hari", "hr", "dina", "dino"))
_OTHER_SCALES = word_set("other_scales")
_BIRTH_WEIGHT = frozenset(("berat lahir", "bb lahir", "bbl", "berat badan lahir"))
_AT_LAST = word_set("at_last")
_THINGS, _ALONG = (
    word_set("things_weighed"),
    frozenset(("sama", "karo", "bareng", "jeung", "sareng", "dengan", "plus", "ikut")),
)
_WITH, _WEEKDAYS = word_set("included"), word_set("weekdays")
_NOT_THERE = word_set("not_there")


def trouble(items: list[Item], names: frozenset[str]) -> str:
    """The word that makes the weighing itself doubtful, "" where there is none. `names`: the roster's words."""
    again = any(i.text in DONE_AGAIN and was_done_again(items, at) for at, i in enumerate(items))
    if again or not any(may_be_measure(items, at) for at in range(len(items))):
        return ""
    undressed = any(i.text in _AT_LAST for i in items) or any(
        i.text in _TAKEN_OFF and not _is_denied(items, at) for at, i in enumerate(items)
    )
    for at, item in enumerate(items):
        if item.kind != "word":
            continue
        first, last = clause(items, at)
        around = [i for n, i in enumerate(items[first:last], first) if n != at and i.kind == "word"]
        dressed = not undressed and (_is_wrapped(item, around) or _is_included(items, at))
        if (
            item.text in _GRASPING
            or dressed
            or _is_elsewhere(items, at)
            or _is_birth_weight(items, at)
            or _is_another_day(items, at, around)
        ):
            return item.text
        held = item.text in _HOLDING or item.has("doubt.held")
        if item.has("attendance.weighing") and _with_a_thing(items, at):
            return item.text
        if held and not undressed and _while_weighed(items, at, around):
            return item.text
        measured = any(may_be_measure(items, n) for n in range(first, last))
        if item.text.startswith(_INSTRUMENTS) and not measured and _is_off(items, at, around, names):
            return item.text
    return ""


def _with_a_thing(items: list[Item], at: int) -> bool:
    """ "ditimbang sama mainan truknya"."""
    near = [i.text for i in items[at + 1 : at + 4]]
    return any(a in _ALONG and b in _THINGS for a, b in pairwise(near))


def _is_denied(items: list[Item], at: int) -> bool:
    """ "ga mau dilepas", "susah dicopot"."""
    return any(
        i.has("negation") or i.text in ("susah", "angel", "hese", "kangelan") for i in items[max(0, at - 3) : at]
    )


def _is_elsewhere(items: list[Item], at: int) -> bool:
    """ "ditimbang sendiri di rumah"."""
    if not items[at].has("attendance.weighing"):
        return False
    near = [i.text for i in items[at + 1 : at + 5]]
    return any(a == "di" and b in _OTHER_SCALES for a, b in pairwise(near))


def _is_birth_weight(items: list[Item], at: int) -> bool:
    """ "3,5 kg 52 cm itu berat lahir": said after the numbers, with none of its own."""
    after = any(i.kind == "number" for i in items[at + 1 :])
    return items[at].text in _BIRTH_WEIGHT and not after


def _is_wrapped(item: Item, around: list[Item]) -> bool:
    """ "masih dibedong", "isih nganggo jaket kandel"."""
    return item.text in _WRAPPED or (item.text in _COATS and any(i.text in _STILL for i in around))


def _is_another_day(items: list[Item], at: int, around: list[Item]) -> bool:
    """ "hasil nimbang hari minggu", "hari senin di bidan"; not "imunisasi hari senin"."""
    said = at > 0 and items[at - 1].text in _DAY
    weekday = items[at].text in _WEEKDAYS or (items[at].text == "minggu" and said)
    weighed = any(i.has("attendance.weighing") or i.text.startswith("hasil") for i in around)
    planned = any(i.text in _VISITS or i.has("doubt.plan") for i in around)
    return weekday and (weighed or said) and not planned


def _is_off(items: list[Item], at: int, around: list[Item], names: frozenset[str]) -> bool:
    """ "timbangan dacinnya miring"; not "pinter jalan ke timbangan", "timbangan digital yg baru"."""
    before = items[at - 1] if at else None
    if before is not None and (before.text in _TOWARDS or before.has("position")):
        return False
    known = _FINE | names
    if sum(may_be_measure(items, n) for n in range(len(items))) < 2:  # "bb 9,2 aja, alatnya dipinjam"
        known |= _NOT_THERE
    return any(
        len(i.text) > 1
        and i.text not in known
        and not i.text.startswith(_INSTRUMENTS)
        and not i.has("subject", "doubt.now")
        for i in around
    )


def _while_weighed(items: list[Item], at: int, around: list[Item]) -> bool:
    """ "dipangku ibunya pas nimbang", "bari nyepeng botol"; not "dipangku terus, bb 12,1"."""
    before = [i.text for i in items[max(0, at - 2) : at]]
    weighed = any(i.has("attendance.weighing") or i.text.startswith(_INSTRUMENTS) for i in around)
    return (weighed and not any(i.has("negation") for i in around)) or not _WHILE.isdisjoint(before)


def _is_included(items: list[Item], at: int) -> bool:
    """ "17,2 berikut helm": something was weighed too."""
    before = items[at - 1] if at else None
    after = items[at + 1].text if at + 1 < len(items) else ""
    hers = after.endswith(("nya", "na", "ne", "e")) and not is_ordinary(after, forms=False)
    beside = before is not None and (before.kind == "number" or before.has("unit"))
    return items[at].text in _WITH and (beside or hers)
