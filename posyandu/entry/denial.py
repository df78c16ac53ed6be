"""A "tidak" or "belum" beside the measures: does it deny them, or something else that was said?"""

import re

from posyandu.entry.attendance import gave_in
from posyandu.entry.item import Item
from posyandu.entry.scope import clause, may_be_measure
from posyandu.entry.vocabulary import word_set

# After "tidak" these say nothing against the measures: "tidak bengkak", "ga naik", "gak rewel", "tanpa baju".
_HARMLESS_LISTS = (
    "doubt.gain", "attendance.ill", "attendance.refused", "attendance.moved", "extra", "not_a_measure", "talk.goods",
)  # fmt: skip
_LOOSE_PAST = word_set("loose_past")
_KINDERGARTEN = word_set("kindergarten")
_WILL, _OF_NUMBERS, _NOT_DONE = (word_set(n) for n in ("will", "of_numbers", "not_done"))
_HAS = frozenset(("ada", "ono", "ana", "aya", "punya", "duwe", "gaduh", "dikasih", "diberi", "dikasi", "ado", "wonten"))
_NAMES = ("nama", "jeneng", "ngaran", "asma", "nami")
_GIVEN = frozenset(("dikasih", "diberi", "dikasi", "dikei", "diwenehi", "dibere", "disuapi", "disuapin", "diimunisasi"))
_GIVES = frozenset(("kasih", "kasi", "kei", "wenehi", "jak", "ajak", "bagi", "gawe", "gae"))
_PASSIVE = re.compile(r"(?:di|ke|ter)\w{4,}")  # "ga bisa dipakai", "kebaca": may speak of the numbers
_HARMLESS, _ALONG = word_set("harmless"), word_set("along")


def denied(items: list[Item], last_number: int) -> str | None:
    """The first "tidak" or "belum" that may speak of the measures."""
    past = False
    for at, item in enumerate(items):
        past = (past or (item.has("doubt.past") and not item.aside and item.text not in _LOOSE_PAST)) and not (
            item.has("doubt.now") and not item.has("doubt.past")
        )
        if past or item.kind != "word" or not item.has("negation"):
            continue
        if _is_no_denial(items, at, last_number):
            continue
        if item.aside and not _speaks_of_coming(items, at):
            continue
        following = [i for i in items[at + 1 : at + 4] if i.kind == "word"]
        if item.text in ("tk", "tak") and at and _goes_to_kindergarten(items, at):
            continue
        if not following and item.has("negation.yet") and _label_before(items, at):
            continue  # "lila belum"
        if item.text == "g" and not (following and following[0].has("attendance")):
            continue  # grams, or an initial
        if following and _is_doing(following[0]) and _label_before(items, at):
            continue  # "tb nya belum diukur"
        if item.has("negation.yet") and _an_age_follows(items, at):
            continue  # "belum pi 3 bulan"
        behaviour = at > last_number and (_behaves(following) or _of_kin(items, at, following))
        if behaviour or _of_something_else(items, at):
            continue
        if not following or not _harmless(following):
            return item.text
    return None


def _of_one_measure(items: list[Item], at: int) -> bool:
    """ "11,5 kg aja, ga mau diukur tingginya": only that was not taken."""
    place = next(
        (n for n in range(at + 1, min(at + 4, len(items))) if items[n].has("attendance.weighing", "weak")), None
    )
    labelled = place is not None and place + 1 < len(items) and items[place + 1].has("label")
    return labelled and not any(i.kind == "number" for i in items[at:])


def _ends_before_numbers(items: list[Item], at: int) -> bool:
    """The clause ends with a comma or a dot, and the measures come after it."""
    _, last = clause(items, at)
    stop = last < len(items) and items[last].kind == "sign"
    return stop and sum(may_be_measure(items, n) for n in range(last, len(items))) > 1


def _is_no_denial(items: list[Item], at: int, last_number: int) -> bool:
    """ "tak kasih biskuit" (Javanese: I gave), "ga mau naik timbangan, akhirnya mau: 11,5 82"."""
    if _of_one_measure(items, at):
        return True
    first, _ = clause(items, at)
    months = any(items[n].kind == "number" and items[n + 1].has("time") for n in range(first, at))
    if months and not any(may_be_measure(items, n) for n in range(first, at)) and _ends_before_numbers(items, at):
        return True  # "dua bulan ga nimbang, alhamdulillah 14,7 97,1"
    gave = items[at].text == "tak" and following_is(items, at, _GIVES)
    then = any(i.aside and i.has("doubt.past") for i in items[first:at])  # "bulan kemarin ga dateng, sekarang ..."
    come = any(i.has("attendance.come") for i in items[at + 1 : at + 4])
    return gave or then or (at < gave_in(items) < last_number and not come)


def _speaks_of_coming(items: list[Item], at: int) -> bool:
    """What is denied may be the measuring or the coming, of her and not of her family; or is said in the passive."""
    words = [i for i in items[at + 1 : at + 4] if i.kind == "word"]
    kin = at > 0 and items[at - 1].has("about.kin", "about.related")
    coming = any(i.has("attendance.come", "attendance.absent", "attendance.weighing") for i in words)
    told_of = at > 0 and any(i.has("extra", "talk.goods", "not_a_measure") for i in items[max(0, at - 2) : at])
    passive = not told_of and any(_PASSIVE.fullmatch(i.text) and i.text not in _GIVEN for i in words[:2])
    return (coming and not kin) or passive


def _an_age_follows(items: list[Item], at: int) -> bool:
    """ "belum genap 3 bulan", "belum 40 hari"."""
    place = next((n for n in range(at + 1, min(at + 4, len(items))) if items[n].kind == "number"), None)
    return place is not None and place + 1 < len(items) and items[place + 1].has("time")


def following_is(items: list[Item], at: int, words: frozenset[str]) -> bool:
    """Is the next piece one of these words?"""
    return at + 1 < len(items) and items[at + 1].text in words


def _goes_to_kindergarten(items: list[Item], at: int) -> bool:
    """ "sudah TK", "kakaknya TK"."""
    kin = items[at - 1].has("about.kin", "about.related") and not any(i.kind == "word" for i in items[at + 1 :])
    return items[at - 1].text in _KINDERGARTEN or kin


def not_taken(items: list[Item]) -> frozenset[str]:
    """The measures that "tb nya belum diukur" says were not taken."""
    found = set()
    for at, item in enumerate(items):
        after = next((i for i in items[at + 1 : at + 4] if i.kind == "word"), None)
        ends = after is None and item.has("negation.yet")
        place = next(
            (n for n in range(at + 1, min(at + 4, len(items))) if items[n].has("attendance.weighing", "weak")), None
        )
        if item.has("negation") and place is not None and place + 1 < len(items):  # "ga mau diukur tingginya"
            found |= {tag.removeprefix("label.") for tag in items[place + 1].tags if "label." in tag}
        if ends or (item.has("negation") and after is not None and _is_doing(after)):
            before = [i for i in items[max(0, at - 2) : at] if i.text not in ("nya", "ny", "na")]
            found |= {tag.removeprefix("label.") for tag in (before[-1].tags if before else ()) if "label." in tag}
    return frozenset(found)


def _is_doing(item: Item) -> bool:
    """ "(belum) diukur", "(belum) sempat"."""
    return item.has("attendance.weighing") or item.text in _NOT_DONE


def _behaves(following: list[Item]) -> bool:
    """After the numbers, "ga mau diem" and "belum bisa ngomong" say what she would not do; nothing of measuring, and
    no passive, which may speak of the numbers ("ga bisa dipakai")."""
    if len(following) < 2 or following[0].text not in _WILL:
        return False
    done = following[1]
    serious = ("attendance.weighing", "attendance.come", "doubt", "label", "weak", "unit", "position", "negation")
    return not done.has(*serious) and done.text not in _OF_NUMBERS | _WILL and not _PASSIVE.fullmatch(done.text)


def _of_kin(items: list[Item], at: int, following: list[Item]) -> bool:
    """After the numbers: "ibunya gak sempat ikut"."""
    if not items[at - 1].has("about.kin") or not following:
        return False
    if any(i.has("attendance.come") and i.text not in _ALONG for i in following):
        return False  # "abangnya tidak hadir": who was not there?
    return not any(i.has("attendance.weighing", "doubt", "label", "weak") for i in following)


def _of_something_else(items: list[Item], at: int) -> bool:
    """ "asi tidak", "vit A belum, ...": the denial ends what stands before it, which is no measure."""
    before, after = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
    return before is not None and before.has("extra", "not_a_measure.whole") and (after is None or after.kind == "sign")


def _label_before(items: list[Item], at: int) -> bool:
    before = [i for i in items[max(0, at - 2) : at] if i.text not in ("nya", "ny", "na")]
    return bool(before) and before[-1].has("label")


def _harmless(following: list[Item]) -> bool:
    first = following[0]
    if len(following) > 1 and first.text in _HAS and following[1].text.startswith(_NAMES):
        return True  # "sing durung ono jenenge": a newborn without a name
    if first.text in ("bisa", "bs", "mau", "mw") and len(following) > 1:
        return following[1].text in _HARMLESS and not following[1].has("attendance.weighing")
    if first.has("attendance.weighing", "attendance.come") and not first.has("doubt.gain"):
        return False
    return first.text in _HARMLESS or first.has(*_HARMLESS_LISTS)
