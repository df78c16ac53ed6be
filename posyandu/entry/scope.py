"""What a word of doubt, of another day or of denial speaks of: the measures, or something else said beside them.

A line falls into clauses: at commas and dots, at "tapi" and "soalnya", and right after its last measure. A clause
without a measure, without a word about measuring, and with some everyday content ("imunisasi besok", "kata mamahnya
masih asi") says nothing against the measures in the others.
"""

from dataclasses import replace

from posyandu.entry.dates import MONTHS
from posyandu.entry.item import Item
from posyandu.entry.vocabulary import is_ordinary, word_set

_STOPS = frozenset(",.;()[]|!/")
_LINKS = word_set("clause_links")
_FUNCTION = word_set("function")
_ABOUT_NUMBERS = word_set("of_numbers") | word_set("about_measuring")
_SOFT_HEDGES, _SOFT_CORRECTIONS, _HARD_PLANS = (word_set(n) for n in ("soft_hedge", "soft_correction", "hard_plan"))
_SERIOUS = ("label", "weak", "unit", "attendance.weighing", "doubt.example")
_CONTENT = (
    "attendance.ill", "attendance.refused", "attendance.away", "attendance.five", "extra", "talk.goods",
    "position", "subject.birthday",
)  # fmt: skip
_FIRST = word_set("doing_first")
_BEFORE = frozenset(("sebelum", "sblm", "sebelumna"))
_LIKE = word_set("as_in")
_VISITS = word_set("visits") - {"periksa", "kontrol", "berobat", "jadwal"}
_BOOK = frozenset(("buku", "bukunya", "kia", "kms", "kmsnya", "bukune", "bukuna"))
_ENTERS = frozenset(("masuk", "mlebu", "asup", "lebet", "mlebet"))
_SCHOOLS = frozenset(("paud", "tk", "sekolah", "sd", "kelas", "angin", "ra", "kober"))
_TOWARDS = word_set("towards_scales")
_WRITTEN = word_set("copied_over")
_AGES = frozenset(("setahun", "genap", "ultah", "ulang tahun", "setaun"))  # "kmrn pas setahun"
_YESTERDAY, _SINCE = word_set("yesterday"), word_set("since")
_POST_NAMES, _FEW = word_set("post_names"), 20_000  # thousandths: so many posyandu of a name
_CHANGEABLE = word_set("changeable")
_LATE = tuple(word_set("late"))
_FORGOT, _A_YEAR = frozenset(("lupa", "lali", "poho", "klalen", "hilap")), frozenset(("setahun", "sebulan"))
_EXAMINED = frozenset(("periksa", "diperiksa", "kontrol", "berobat", "dokter", "cek", "dicek"))
_DRESS = frozenset(("jaket", "jaketnya", "sepatu", "sepatunya", "dilepas", "dibuka", "dicopot", "sandal"))
_TEETH = ("gigi", "huntu", "untu")
_BORN = frozenset(("lahir", "lhr", "lahirnya", "lahire", "lairan"))
_FOLLOWS = word_set("follows_later")
_CHANGED = frozenset(("ganti", "diganti"))  # "susunya ganti merek"
_THEN = frozenset(("pas", "waktu", "saat", "puskesmas", "posyandu", "bidan", "rumah", "klinik", "rs"))
_NOT_MEASURED = ("time", "counted")


def set_aside(items: list[Item], names: frozenset[str]) -> list[Item]:
    """The items, those marked that doubt or deny something else than the measures. `names`: the roster's words."""
    measures = sum(may_be_measure(items, at) for at in range(len(items)))
    if not measures or (measures < 2 and not any(i.has("label", "unit") for i in items)):
        return items
    beside = [at for at, item in enumerate(items) if _may_be_aside(item) and is_beside(items, at, names)]
    return [replace(item, aside=True) if at in beside else item for at, item in enumerate(items)]


def _may_be_aside(item: Item) -> bool:
    if item.has("doubt.hedge"):
        return item.text in _SOFT_HEDGES
    if item.has("doubt.correction"):
        return item.text in _SOFT_CORRECTIONS
    if item.has("doubt.plan"):
        return item.text not in _HARD_PLANS
    return item.has("doubt.past", "doubt.held", "negation")


def last_measure(items: list[Item]) -> int:
    """The place of the last number that may be a measure; the number of items where there is none."""
    return max((at for at in range(len(items)) if may_be_measure(items, at)), default=len(items))


def may_be_measure(items: list[Item], at: int) -> bool:
    """A number, but no age, no count of things and nothing that "dpt" or "rt" announces."""
    number = items[at].number
    if items[at].kind != "number" or number is None or not number.milli:  # "kolomnya kosong": that is nought, too
        return False
    if before_gain(items, at) or any(i.text.startswith(_TEETH) for i in items[max(0, at - 3) : at]):
        return False
    after, before = items[at + 1] if at + 1 < len(items) else None, items[at - 1] if at else None
    labelled = before is not None and before.has("label", "weak")
    if before is not None and before.text in _POST_NAMES and number.milli < _FEW:
        return False  # "pindah ke Mawar 2"
    if after is not None and after.has(*_NOT_MEASURED) and not after.has("unit") and not labelled:
        return False
    if before is not None and before.text == "-" and at > 1:
        before = items[at - 2]  # "DPT-3"
    return before is None or not before.has("not_a_measure") or before.has("label")


def before_gain(items: list[Item], at: int) -> bool:
    """ "naik 100 gram": what was gained."""
    return at > 0 and items[at - 1].has("doubt.gain") and items[at - 1].text not in ("kurang", "beda", "bedanya")


def clause(items: list[Item], at: int) -> tuple[int, int]:
    """From where to where the clause around a place goes."""
    end_of_measures = _end_of_measures(items)
    first = last = at
    while first > 0 and first != end_of_measures and not _parts(items, first - 1):
        first -= 1
    while last + 1 < len(items) and last + 1 != end_of_measures and not _parts(items, last + 1):
        last += 1
    return first, last + 1


def _parts(items: list[Item], at: int) -> bool:
    """A stop, a linking word, or a colon that stands after no label."""
    item = items[at]
    if item.text == ":":
        return at > 0 and not items[at - 1].has("label", "weak")
    return (item.kind == "sign" and item.text in _STOPS) or item.text in _LINKS


def _end_of_measures(items: list[Item]) -> int:
    """The place after the last measure and its unit."""
    at = last_measure(items) + 1
    while at < len(items) and items[at].has("unit"):
        at += 1
    return at


def is_beside(items: list[Item], at: int, names: frozenset[str]) -> bool:
    """Does the word at this place speak of something else than the measures?"""
    first, last = clause(items, at)
    if _is_another_past(items, at) or (items[at].text in _FIRST and any(i.text in _FOLLOWS for i in items[at:])):
        return True  # "9,3 kg dulu ya, tingginya nyusul"
    if any(may_be_measure(items, n) for n in range(first, last)) or not _changes(items[at], items[first:last]):
        return False
    if items[at].has("doubt.held"):  # "dipangku ayahnya terus, bb 12,1 tb 88,6"
        others = [i for n, i in enumerate(items[first:last], first) if n != at]
        both = sum(may_be_measure(items, n) for n in range(len(items))) > 1
        return both and not any(i.has(*_SERIOUS) for i in others)
    before = items[at - 1] if at > first else None
    if items[at].text in _FIRST:  # "pake sepatu dulu td udah dilepas, 15,1 104"
        plain = before is not None and before.kind == "word" and before.text not in names | _FUNCTION
        return plain and before is not None and is_ordinary(before.text)
    words = [i for n, i in enumerate(items[first:last], first) if n != at and i.kind == "word"]
    words = [i for n, i in enumerate(words) if not _is_toward_scales(items, i) and not _enters(words, n)]
    missed = any(i.has("attendance.come", "attendance.weighing") for i in words)
    if items[at].has("doubt.past") and missed and any(i.has("negation") for i in words):
        return True  # "bulan lalu ga datang: bb 16,1", "sasi wingi ora nimbang, bb 14,4"
    if _of_the_measures(items[at], words):
        return False
    if items[at].has("doubt.past") or items[at].text in MONTHS:
        return _was_something_else(items, at, words, names)
    return _says_something(items, at, words, names)


def _of_the_measures(item: Item, words: list[Item]) -> bool:
    """A label, a weighing or a word of writing down stands in the clause."""
    book = item.text in _CHANGED or item.has("doubt.hedge")  # "minta buku KIA diganti", "lupa buku"
    if any(i.has("doubt.correction") and i.text not in _CHANGED for i in words):
        return True
    forgotten = item.text in _FORGOT and any(i.text.startswith(("nama", "orang")) for i in words)
    if item.has("doubt.hedge") and any(i.text in _DRESS for i in words):
        return True  # "jaket lupa dilepas"
    about = any(i.text in _ABOUT_NUMBERS and not (book and i.text in _BOOK) for i in words)
    return forgotten or about or any(i.has(*_SERIOUS) for i in words)


def _was_something_else(items: list[Item], at: int, words: list[Item], names: frozenset[str]) -> bool:
    """A word of the past that speaks of an illness, a vaccination, an absence then; not of a weighing then."""
    _, last = clause(items, at)
    if _is_told_of(items, last) or at == _end_of_measures(items) or (at and items[at - 1].text in _A_YEAR):
        return False  # "kemarin kontrol: bb 11,2 tb 83", "9 kg 72,5 minggu lalu vit A", "setahun lalu"
    if items[at].text in _YESTERDAY and at and items[at - 1].text in _SINCE:
        return any(i.has("attendance.ill") for i in words)  # "dari kemarin mencret, 9,7 78"
    if any(i.text in _EXAMINED for i in words):
        return False  # "kemarin kontrol, 11,2 83"
    visited = any(i.text in _VISITS | _AGES or i.has("attendance.away", "extra.vita") for i in words)
    if not visited and any(i.has("subject.place", "attendance.come") or i.text in _THEN for i in words):
        return False  # "kemarin di puskesmas, 11,2 83"
    return any(_is_content(i, names, kin=False) for i in words)


def _says_something(items: list[Item], at: int, words: list[Item], names: frozenset[str]) -> bool:
    """Everyday content for a doubt, a plan or a denial to speak of."""
    plan = items[at].has("doubt.plan")
    before = items[at - 1] if at else None
    kin = before is not None and before.has("about.kin", "about.related") and items[at].has("doubt.plan", "negation")
    words = [i for i in words if _is_content(i, names, kin=kin) or (plan and i.has("time"))]
    if plan and at == _end_of_measures(items):  # "13,2 100 besok rewel": today or tomorrow?
        words = [i for i in words if not i.has("extra", "attendance.ill", "attendance.refused", "position")]
    return bool(words)


def _is_another_past(items: list[Item], at: int) -> bool:
    """A word of the past that is no earlier weighing: "baru lahir tgl 31 kemarin", "lahir 2 minggu lalu", "sebelum lima
    tahun", "masih sama kayak bulan lalu"."""
    if not items[at].has("doubt.past") or not at:
        return False
    if items[at - 1].text in _LIKE:  # "masih sama kayak bulan lalu"; not "tulis aja sama kaya bulan lalu"
        return not any(i.text in _WRITTEN or i.has("doubt.hedge") for i in items)
    if items[at].text in _BEFORE:
        return _is_before_something(items, at)
    dated = items[at - 1].kind in ("date", "number") or items[at - 1].has("time")
    return dated and any(i.text in _BORN for i in items[max(0, at - 4) : at])


def _is_before_something(items: list[Item], at: int) -> bool:
    """ "sebelum lima tahun", "sebelum sekolah"; not "sebelum ini", "sebelum ditimbang"."""
    after = items[at + 1] if at + 1 < len(items) else None
    if after is not None and after.kind == "number":
        return at + 2 < len(items) and items[at + 2].has("time")
    return after is not None and (after.text in _SCHOOLS or after.has("attendance.five"))


def _enters(words: list[Item], at: int) -> bool:
    """ "udah masuk PAUD", "bulan depan masuk 5 th"."""
    after = words[at + 1] if at + 1 < len(words) else None
    return words[at].text in _ENTERS and after is not None and (after.text in _SCHOOLS or after.has("time"))


def _is_toward_scales(items: list[Item], item: Item) -> bool:
    """ "takut sama timbangan"."""
    at = items.index(item)
    return item.text.startswith("timbangan") and at > 0 and items[at - 1].text in _TOWARDS


def _is_told_of(items: list[Item], last: int) -> bool:
    """The clause ends with a colon: what follows is what it speaks of."""
    return last < len(items) and items[last].text == ":" and not any(i.has("negation") for i in items[:last])


def _changes(item: Item, words: list[Item]) -> bool:
    """ "ganti popok", "batal imunisasi" say what it is of; "ganti orang", "gagal terus" do not. Other words: True."""
    if item.text in _CHANGED:
        return any(i.text in _CHANGEABLE for i in words)
    return item.text not in ("batal", "gagal") or any(i.text in _VISITS for i in words)


def _is_content(item: Item, names: frozenset[str], *, kin: bool) -> bool:
    if (
        item.text in names
        or item.text in _FUNCTION
        or item.text.startswith(_LATE)
        or (len(item.text) < 3 and item.text not in _SCHOOLS)
    ):
        return False
    if item.has("attendance.come", "attendance.weighing"):
        return False
    if item.has("about.kin", "about.related"):
        return kin  # "kata ibunya" says only who said so; "kembarannya belum" whom it is said of
    return (
        item.text in _SCHOOLS
        or item.has(*_CONTENT)
        or (not item.has("doubt", "negation", "subject", "time") and is_ordinary(item.text))
    )
