"""What is said of the weighing itself: the scales were off, she was held, wore a blanket, another day was meant.

Values beside such a remark may fit her last round and still be wrong, so that they are asked.
"""

from itertools import pairwise

from posyandu.entry.attendance import gave_in
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
_FAILS = frozenset(("susah", "angel", "hese", "kangelan", "lupa", "kelupaan", "ketinggalan", "lali", "poho"))
_HERE = word_set("our_place")
_BIRTH_WEIGHT = frozenset(("berat lahir", "bb lahir", "bbl", "berat badan lahir"))
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
    for at, item in enumerate(items):
        if item.kind != "word":
            continue
        first, last = clause(items, at)
        around = [i for n, i in enumerate(items[first:last], first) if n != at and i.kind == "word"]
        dressed = not _is_undressed(items, at) and (_is_wrapped(item, around) or _is_included(items, at))
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
        if held and not _is_undressed(items, at) and _while_weighed(items, at, around):
            return item.text
        measured = any(may_be_measure(items, n) for n in range(first, last))
        if item.text.startswith(_INSTRUMENTS) and not measured and _is_off(items, at, around, names):
            return item.text
    return ""


def _with_a_thing(items: list[Item], at: int) -> bool:
    """ "ditimbang sama mainan truknya"."""
    near = items[at + 1 : at + 4]
    return any(a.text in _ALONG and (b.text in _THINGS or b.has("about.related")) for a, b in pairwise(near))


def _is_denied(items: list[Item], at: int) -> bool:
    """ "ga mau dilepas", "susah dicopot"."""
    return any(i.has("negation") or i.text in _FAILS for i in items[max(0, at - 3) : at])


def _is_elsewhere(items: list[Item], at: int) -> bool:
    """ "ditimbang sendiri di rumah", "nimbang di pasar"; not "ditimbang di sini"."""
    if not items[at].has("attendance.weighing"):
        return False
    near = [i.text for i in items[at + 1 : at + 5]]
    return any(a == "di" and b not in _HERE and len(b) > 1 for a, b in pairwise(near))


def _is_birth_weight(items: list[Item], at: int) -> bool:
    """ "3,5 kg 52 cm itu berat lahir": said after the numbers, with none of its own."""
    after = any(i.kind == "number" for i in items[at + 1 :])
    return items[at].text in _BIRTH_WEIGHT and not after


def _is_undressed(items: list[Item], at: int) -> bool:
    """ "pake jaket, akhirnya mau buka", "sandal masih nempel trus dicopot", "tanpa sepatu": said after the thing,
    but for "tanpa"."""
    if at and items[at - 1].text == "tanpa":
        return True
    opened = any(i.text in ("buka", "lepas") for i in items) and gave_in(items) > at
    return opened or any(
        n > at and i.text in _TAKEN_OFF and i.text != "tanpa" and not _is_denied(items, n) for n, i in enumerate(items)
    )


def _is_wrapped(item: Item, around: list[Item]) -> bool:
    """ "masih dibedong", "isih nganggo jaket kandel"."""
    return item.text in _WRAPPED or (item.text in _COATS and any(i.text in _STILL for i in around))


def _is_another_day(items: list[Item], at: int, around: list[Item]) -> bool:
    """ "hasil nimbang hari minggu", "hari senin di bidan"; not "imunisasi hari senin"."""
    said = at > 0 and items[at - 1].text in _DAY
    weekday = items[at].text in _WEEKDAYS or (items[at].text == "minggu" and said)
    weighed = any(i.has("attendance.weighing") or i.text.startswith("hasil") for i in around)
    planned = any(i.text in _VISITS or i.has("doubt.plan") for i in around)
    return weekday and (weighed or (said and not planned))


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
    thing = after in _THINGS or after in _COATS or after in _WRAPPED
    return (items[at].text in _WITH and (beside or hers or thing)) or (items[at].text == "dengan" and thing)
