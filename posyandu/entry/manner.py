"""How a line is said: as a question, a guess, a plan, an example, a correction, a denial. Then nothing is stored."""

import re
from dataclasses import dataclass

from posyandu.entry.item import Item
from posyandu.entry.reading import Why
from posyandu.entry.scope import clause
from posyandu.entry.vocabulary import is_ordinary, word_set

_REASONS = (
    ("doubt.correction", Why.CORRECTION),
    ("doubt.example", Why.EXAMPLE),
    ("doubt.plan", Why.PLAN),
    ("doubt.hedge", Why.HEDGED),
    ("doubt.held", Why.HEDGED),
)
# After "tidak" these say nothing against the measures: "tidak bengkak", "ga naik", "gak rewel", "tanpa baju".
_HARMLESS_LISTS = (
    "doubt.gain", "attendance.ill", "attendance.refused", "attendance.moved", "extra", "not_a_measure", "talk.goods",
)  # fmt: skip
_LOOSE_PAST = word_set("loose_past")
_HARMLESS, _COMING, _LOOSE, _REMARKS = (word_set(n) for n in ("harmless", "coming", "loose_hedge", "remark"))
_ALONG, _ELSEWHERE = word_set("along"), word_set("elsewhere")
_KINDERGARTEN = word_set("kindergarten")
_WILL, _OF_NUMBERS, _NOT_DONE = (word_set(n) for n in ("will", "of_numbers", "not_done"))
_PLANNED = frozenset(
    (
        "imunisasi",
        "vaksin",
        "kontrol",
        "berobat",
        "suntik",
        "sekolah",
        "libur",
        "ultah",
        "ulang tahun",
        "foto",
        "fotonya",
    )
)
_NO_WEIGHING = frozenset(("sekolah", "libur", "ultah", "ulang tahun", "mudik"))
_ABOUT = frozenset(("hampir", "hmpr", "sekitar", "kira kira", "kira", "kurang lebih", "lebih", "lebih dari"))
_AND_OUNCES = frozenset(("lebih", "lbh", "luwih", "leuwih", "langkung", "punjul", "kurang", "krg"))
_FOLLOWS = frozenset(("nyusul", "menyusul", "susulan"))
_HAS = frozenset(("ada", "ono", "ana", "aya", "punya", "duwe", "gaduh", "dikasih", "diberi", "dikasi", "ado", "wonten"))
_NAMES = ("nama", "jeneng", "ngaran", "asma", "nami")
_FORGOT = frozenset(("lupa", "lali", "poho", "klalen", "hilap", "kelupaan"))
_BRING = frozenset(("bawa", "gowo", "nggowo", "mawa", "nyandak", "mbeta", "mbekto", "ngajak", "pake", "pakai"))
_GIVEN = frozenset(("dikasih", "diberi", "dikasi", "dikei", "diwenehi", "dibere", "disuapi", "disuapin", "diimunisasi"))
_MOST, _JUST = frozenset(("paling",)), frozenset(("juga", "jg", "cuma", "cuman", "tidak", "ya", "segitu", "an", "aja"))
_WAITED = frozenset(("nunggu", "antri", "antre", "ngantri", "ngantre", "ngenteni", "nungguan"))
_AT_LAST = word_set("at_last")
_SUBTRACTED = frozenset(("dikurangi", "dikurang", "dipotong", "dikurangin"))
_WEEKDAYS = word_set("weekdays")
_UNTIL = word_set("until")
_GIVES = frozenset(("kasih", "kasi", "kei", "wenehi", "jak", "ajak", "bagi", "gawe", "gae"))
DONE_AGAIN = frozenset(
    ("ditimbang ulang", "diukur ulang", "diulang", "ditimbang lagi", "diukur lagi", "dicek lagi", "timbang ulang")
)
_UNSTEADY = frozenset(("goyang", "gerak", "gerak terus", "gerak gerak"))
_ALREADY, _TO_DO, _REPEATED, _POLITE = (word_set(n) for n in ("already", "to_do", "repeated", "polite"))
_WAITS = frozenset(("nunggu", "lagi nunggu", "masih nunggu"))
_PASSIVE = re.compile(r"(?:di|ke|ter)\w{4,}")  # "ga bisa dipakai", "kebaca": may speak of the numbers


@dataclass(frozen=True, slots=True)
class Manner:
    """Whether a question was asked, and the first reason not to believe what is said."""

    question: bool = False
    reason: Why | None = None
    detail: str = ""


def read_manner(items: list[Item]) -> Manner:
    """How a line is said."""
    asking = [at for at, i in enumerate(items) if i.has("doubt.question") or i.text == "?"]
    question = any(not _only_stresses(items, at) for at in asking)
    last_number = max((at for at, i in enumerate(items) if i.kind == "number"), default=len(items))
    for tag, why in _REASONS:
        for at, item in enumerate(items):
            if item.aside or not item.has(tag) or _means_something_else(items, at, item):
                continue
            if item.text in _FORGOT and following_is(items, at, _BRING):
                continue  # "lupa bawa buku kia"
            if at > last_number and item.text in _LOOSE and _about_something_else(items[at + 1 :]):
                continue
            if at > last_number and item.text in _LOOSE and items[at - 1].text in _REMARKS:
                continue  # "nafsu makan kurang"
            if at > last_number and why is Why.PLAN and _plans_something_else(items, at):
                continue
            if at > last_number and tag == "doubt.held" and last_number >= 2:
                continue  # after weight and height: they are judged beside her last ones
            return Manner(question, why, item.text)
    denied = _denied(items, last_number)
    return Manner(question, Why.NEGATED if denied else None, denied or "")


def _only_stresses(items: list[Item], at: int) -> bool:
    """ "nangis tapi kena kok bu": at the end of what is said, "kok" asks nothing."""
    before = items[at - 1] if at else None
    said = before is not None and before.kind == "word" and not before.has("label")
    stress = items[at].text in ("kok", "koq") and said
    rest = [i for i in items[at + 1 :] if i.kind == "word"]
    ends = at + 1 < len(items) and items[at + 1].text in (".", ",", ";")
    return stress and (ends or all(i.text in _POLITE for i in rest))


def was_done_again(items: list[Item], at: int) -> bool:
    """ "udah diulang", "ditimbang ulang 2x hasilnya sama": done, and nothing that still has to be."""
    before = [i for i in items[max(0, at - 3) : at] if i.kind == "word"]
    after = [i for i in items[at + 1 : at + 4] if i.kind in ("word", "number")]
    if any(i.has("doubt.plan", "negation") or i.text in _TO_DO for i in (*before, *after)):
        return False
    done = any(i.text in _ALREADY for i in before[-2:]) or (
        bool(before) and before[-1].text in ("habis", "abis", "setelah")
    )
    by = bool(after) and (after[0].kind == "number" or after[0].has("subject.adult_title"))
    return done or by or (bool(after) and after[0].text in _REPEATED)


def _about_something_else(rest: list[Item]) -> bool:
    """After the numbers, "kayaknya mau pilek" and "lupa bawa KMS" doubt no number; "kayaknya deh" does."""
    words = [i for i in rest if i.kind == "word"][:4]
    if any(i.has("doubt", "attendance.weighing", "label", "weak", "unit") for i in words):
        return False
    return any(i.has("attendance.ill") or i.text in _REMARKS for i in words)


def _plans_something_else(items: list[Item], at: int) -> bool:
    """After the numbers, "imunisasi besok sabtu" and "nunggu ibunya" plan no weighing."""
    rest = [i for i in items[at + 1 :] if i.kind == "word"]
    if any(
        i.has("attendance.weighing", "attendance.come", "label", "doubt") for i in rest if i.text not in ("ke", "ka")
    ):
        return False
    waits = items[at].text in _WAITS and bool(rest) and rest[0].has("about.kin")
    goes = len(rest) > 1 and rest[0].text in ("ke", "ka") and rest[1].text in _ELSEWHERE  # "nanti ke puskesmas"
    goes = goes or (bool(rest) and rest[0].text in _NO_WEIGHING)  # "besok sekolah"
    return waits or goes or any(i.text in _PLANNED for i in items[max(0, at - 3) : at])


def _means_something_else(items: list[Item], at: int, item: Item) -> bool:
    """ "an. Azzam" (not "11 an"), "9 kg lebih 4 ons", "kalau tingginya 76" (as for the height)."""
    after = items[at + 1] if at + 1 < len(items) else None
    if _follows_later(items, at, item, after):
        return True
    if item.text == "atas nama":  # "11,0 kg 83 cm atas nama azzam"
        return all(i.kind != "word" or i.has("label", "weak", "unit") for i in items[:at])
    if item.text in _SUBTRACTED:
        return _is_net(items, at)
    if item.text in DONE_AGAIN:
        return was_done_again(items, at)
    if item.text in _UNSTEADY:
        return any(i.text in DONE_AGAIN and was_done_again(items, n) for n, i in enumerate(items))
    if item.text == "an":  # "an. Azzam", not "11 an", "11-an"
        before = items[at - 2] if at > 1 and items[at - 1].text == "-" else items[at - 1] if at else None
        return before is None or before.kind != "number"
    if item.text in ("kalau", "kalo", "klo", "kl"):
        return after is not None and after.has("label", "weak")
    return _says_how_much(items, at, item, after)


def _follows_later(items: list[Item], at: int, item: Item, after: Item | None) -> bool:
    """A word of a plan that plans no weighing: "bb nyusul", "sampe akhir bulan", "jalan depan rumah", "udah nunggu"."""
    before = items[at - 1] if at else None
    if item.text in _FOLLOWS and after is not None and after.text in ("jam", "jm", "pukul", "pkl"):
        return True  # "nyusul jam 10.30, bb 13,8": she came later
    if item.text in ("bulan depan", "bln depan") and after is not None and after.text in _COMING:
        return True  # "bulan depan ultah"
    if before is None:
        return False
    if before.has("label") and after is not None and after.text in _FOLLOWS:
        return _follows_later(items, at + 1, after, None) or sum(i.kind == "number" for i in items) == 1
    if item.text in _WAITS and before.text in _FOLLOWS:
        return _follows_later(items, at - 1, before, item)  # "bb nyusul nunggu timbangan"
    if item.text in _FOLLOWS and (before.has("label") or (at > 1 and items[at - 2].has("label"))):
        return sum(i.kind == "number" for i in items) == 1  # "tb 96,5, bb nyusul"
    if item.text == "depan":  # "minggu depan" is one phrase
        return not before.has("time") and before.text not in _WEEKDAYS
    return before.text in _UNTIL or (item.text in _WAITED and before.text in _ALREADY)


def _is_net(items: list[Item], at: int) -> bool:
    """ "jaketnya sudah dikurangi", "dikurangi dah": the weight said is without it."""
    beside = [items[n].text for n in (at - 1, at - 2, at + 1) if 0 <= n < len(items)]
    number = any(i.kind == "number" for i in items[at + 1 : at + 3])
    return not number and any(text in _ALREADY for text in beside)


def _says_how_much(items: list[Item], at: int, item: Item, after: Item | None) -> bool:
    """ "11 kg lebih 1 ons", "tiga bulan kurang", "hampir 2 tahun", "dateng paling akhir": of no measure in doubt."""
    if item.text in _MOST and after is not None and after.kind == "word" and not after.has("doubt", "label", "weak"):
        return is_ordinary(after.text) and after.text not in _JUST
    if item.text in _AND_OUNCES and at and items[at - 1].has("time"):
        return True
    if item.text in ("lebih", "kurang") and after is not None and after.has("label"):
        stop = next((n for n in range(at + 1, len(items)) if items[n].kind != "word"), len(items))
        return stop < len(items) and items[stop].text == ","  # "lebih berat dikit, 10,9 kg"
    number_next = after is not None and after.kind == "number"
    if item.text in _AND_OUNCES and number_next and at and items[at - 1].has("unit.kg"):
        return True
    if item.text in ("kurang", "lebih"):
        return item.has("doubt.gain") and number_next
    return item.text in _ABOUT and at + 2 < len(items) and number_next and items[at + 2].has("time")


def _denied(items: list[Item], last_number: int) -> str | None:
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


def _is_no_denial(items: list[Item], at: int, last_number: int) -> bool:
    """ "tak kasih biskuit" (Javanese: I gave), "ga mau naik timbangan, akhirnya mau: 11,5 82"."""
    if _of_one_measure(items, at):
        return True
    gave = items[at].text == "tak" and following_is(items, at, _GIVES)
    first, _ = clause(items, at)
    then = any(i.aside and i.has("doubt.past") for i in items[first:at])  # "bulan kemarin ga dateng, sekarang ..."
    return gave or then or any(i.text in _AT_LAST for i in items[at + 1 : last_number])


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
