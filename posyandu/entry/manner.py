"""How a line is said: as a question, a guess, a plan, an example, a correction, a denial. Then nothing is stored."""

from dataclasses import dataclass

from posyandu.entry.denial import denied, following_is
from posyandu.entry.item import Item
from posyandu.entry.reading import Why
from posyandu.entry.vocabulary import is_ordinary, word_set

_REASONS = (
    ("doubt.correction", Why.CORRECTION),
    ("doubt.example", Why.EXAMPLE),
    ("doubt.plan", Why.PLAN),
    ("doubt.hedge", Why.HEDGED),
    ("doubt.held", Why.HEDGED),
)
_COMING, _LOOSE, _REMARKS = (word_set(n) for n in ("coming", "loose_hedge", "remark"))
_ELSEWHERE = word_set("elsewhere")
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
_FORGOT = frozenset(("lupa", "lali", "poho", "klalen", "hilap", "kelupaan"))
_BRING = frozenset(("bawa", "gowo", "nggowo", "mawa", "nyandak", "mbeta", "mbekto", "ngajak", "pake", "pakai"))
_MOST, _JUST = frozenset(("paling",)), frozenset(("juga", "jg", "cuma", "cuman", "tidak", "ya", "segitu", "an", "aja"))
_WAITED = frozenset(("nunggu", "antri", "antre", "ngantri", "ngantre", "ngenteni", "nungguan"))
_SUBTRACTED = frozenset(("dikurangi", "dikurang", "dipotong", "dikurangin"))
_WEEKDAYS = word_set("weekdays")
_UNTIL = word_set("until")
_STILL_OFF = frozenset(("beda", "bedanya", "goyang", "error", "eror", "rusak", "geser", "miring", "selisih"))
DONE_AGAIN = frozenset(
    ("ditimbang ulang", "diukur ulang", "diulang", "ditimbang lagi", "diukur lagi", "dicek lagi", "timbang ulang")
)
_UNSTEADY = frozenset(("goyang", "gerak", "gerak terus", "gerak gerak"))
_ALREADY, _TO_DO, _REPEATED, _POLITE = (word_set(n) for n in ("already", "to_do", "repeated", "polite"))
_WAITS = frozenset(("nunggu", "lagi nunggu", "masih nunggu"))


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
    no = denied(items, last_number)
    return Manner(question, Why.NEGATED if no else None, no or "")


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
    off = [n for n in range(at + 1, len(items)) if items[n].text in _STILL_OFF]
    if any(items[n - 1].text not in ("tadi", "td") for n in off):
        return False  # "diulang 2x beda"
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
    if item.text in ("lebih", "kurang", "paling") and after is not None and after.has("label"):
        stop = next((n for n in range(at + 1, len(items)) if items[n].kind != "word"), len(items))
        return stop < len(items) and items[stop].text == ","  # "lebih berat dikit, 10,9 kg"
    number_next = after is not None and after.kind == "number"
    if item.text in _AND_OUNCES and number_next and at and items[at - 1].has("unit.kg"):
        return True
    if item.text in ("kurang", "lebih"):
        return item.has("doubt.gain") and number_next
    return item.text in _ABOUT and at + 2 < len(items) and number_next and items[at + 2].has("time")
