"""Why a child was not measured, from the words of a line. A reason goes before plain absence."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from posyandu.entry.item import Item
from posyandu.entry.reading import Status
from posyandu.entry.vocabulary import is_ordinary, word_set

_ORDER = (Status.DIED, Status.MOVED, Status.ILL, Status.AWAY, Status.REFUSED, Status.FIVE, Status.ABSENT)
_LINKS, _ALONG, _ELSEWHERE, _HOME_OF = (word_set(name) for name in ("links", "along", "elsewhere", "home_of"))
_TURNED, _RECOVERED, _SOON, _HELD_ON = (word_set(n) for n in ("turned_five", "recovered", "soon", "held_on"))
_OF_NUMBERS, _POLITE = word_set("of_numbers"), word_set("polite")
_BACK, _CHANGED = word_set("back"), word_set("changed")
_FOR_GOOD = frozenset(("seterusnya", "selamanya", "permanen", "selawase", "salilana", "sateruse", "saterusna"))
_UNTIL, _END = (word_set(n) for n in ("until", "end_of_day"))
_FROM = word_set("from") | {"dr"}
_AFTER, _FEVERS = word_set("recovered_after"), word_set("fevers")
_VACCINATED = frozenset(("imunisasi", "vaksin", "suntik"))
_LEFT_WITH = frozenset(("dititip", "dititipkan", "dititipin", "titip nenek", "ditinggal"))
_HERE = frozenset(("sini", "ini", "kita", "kami", "sinih", "iki", "ieu", "kene", "kami"))
_ON_THE_CHART = frozenset(("garis", "zona", "jalur", "pita", "warna", "bawah", "atas", "bgm", "batas"))
_PLACE_HERE = frozenset(("sini", "disini", "di sini", "kene", "dieu", "mriki"))
_LONGER = frozenset(("lagi", "lg", "maneh", "deui", "malih"))
_STOPS = frozenset(",.;()")
_HEARSAY = word_set("hearsay")
_BOTH = 2  # numbers: weight and length
_OTHERS = frozenset(("lain", "laen", "sebelah", "tetangga", "seberang", "liyane", "sanes", "satunya", "lama"))
_POST_NAMES = word_set("post_names")
_AT_LAST, _WOULD = word_set("at_last"), word_set("would")
_LASTING = word_set("lasting")
_BY = frozenset(("sama", "ama", "oleh", "karo", "ku", "kalih", "sm"))
_AT = frozenset(("di", "ke", "ka", "ring", "nang", "ning", "neng", "teng", "nyang", "menyang", "dateng", "ing", "ka"))
_TOLD_OF = frozenset(
    ("bilang", "kata", "katanya", "dia", "anaknya", "anak", "ikut", "sama", "bawa", "dibawa", "diajak")
)
_BROUGHT = frozenset(
    (
        "dibaok",
        "dibao",
        "digawa",
        "digowo",
        "dicandak",
        "dibakta",
        "dibawa",
        "dibawa ke",
        "diajak",
        "diantar",
        "dianter",
    )
)
_RETURNED = frozenset(
    ("pulang", "mudik", "pulkam", "pulang kampung", "liburan", "mulih", "jalan jalan", "nginap", "nginep")
)
_ABLE = word_set("able")
_FIVE_SAID, _FIVE_LIKELY = 59.5, 57.0  # months: said as five years; old enough to be let go

Cue = tuple[Status | None, bool]  # a status (None: not clear which), and whether it excludes having been measured


@dataclass(frozen=True, slots=True)
class Attendance:
    """The status said, if any. unclear: words of attendance that do not settle it ("belum datang"). soft: what is also
    said of children who were measured (ill, cried)."""

    status: Status | None = None
    unclear: bool = False
    soft: bool = True
    not_yet: bool = False  # "belum datang", "belum ditimbang": may still come


def read_attendance(items: list[Item], months: float | None, age: float | None) -> Attendance:
    """The status of a line. `months` is an age it says, `age` the child's own in months, where known."""
    over = gave_in(items)
    said = [(at, item) for at, item in enumerate(items) if item.kind == "word"]
    cues = [c for at, item in said for c in _cues(items, at, item) if not (at < over and c[0] is Status.REFUSED)]
    planned = any(i.has("doubt.plan") for i in items)
    if months is not None and months >= _FIVE_SAID and not planned and any(i.text in _TURNED for i in items):
        cues.append((Status.FIVE, True))
    found = {status for status, _ in cues if status is not None}
    if age is not None and age < _FIVE_LIKELY and Status.FIVE in found:
        found.discard(Status.FIVE)
        cues.append((None, True))
    if Status.AWAY in found and any(i.text in _FOR_GOOD for i in items):
        found.add(Status.MOVED)
    status = next((s for s in _ORDER if s in found), None)
    unclear = status is None and any(s is None for s, _ in cues)
    not_yet = unclear and any(_is_awaited(items, at, item) for at, item in enumerate(items))
    return Attendance(status, unclear, not any(hard for _, hard in cues), not_yet)


def gave_in(items: list[Item]) -> int:
    """The place of "akhirnya mau" before the measures, which takes back that she would not; 0 where it is not said."""
    for at, (item, after) in enumerate(pairwise(items)):
        if item.text in _AT_LAST and after.text in _WOULD and any(i.kind == "number" for i in items[at:]):
            return at
    return 0


def _is_awaited(items: list[Item], at: int, item: Item) -> bool:
    return item.has("attendance.come", "attendance.weighing") and _denied(items, at, "negation.yet")


def _cues(items: list[Item], at: int, item: Item) -> Iterator[Cue]:
    """What one word says of attendance."""
    no, yet = _denied(items, at, "negation.no"), _denied(items, at, "negation.yet")
    yield from _presence(items, at, item, no=no, yet=yet)
    if no:
        return
    if not _about_kin(items, at):
        yield from _of_herself(items, at, item)
    if item.has("attendance.refused") and not _about_kin(items, at):
        yield Status.REFUSED, False
    if item.has("attendance.unwilling"):  # her mother's will counts too
        yield Status.REFUSED, not _of_her_manner(items, at)
    grown = item.text == "sudah besar" and any(i.kind == "number" for i in items[:at])  # "17,6 111 lah sudah besar"
    if item.has("attendance.five") and not _soon(items, at) and not grown:
        yield (None if yet else Status.FIVE), True


def _of_her_manner(items: list[Item], at: int) -> bool:
    """After her numbers, "teu daek cicing" and "emoh maem" say what she would not do, nothing of the weighing."""
    after = next((i for i in items[at + 1 :] if i.kind == "word"), None)
    if after is None or after.has("attendance.weighing", "attendance.come", "doubt", "label", "weak", "negation"):
        return False
    return any(i.kind == "number" for i in items[:at]) and after.text not in _OF_NUMBERS


def _soon(items: list[Item], at: int) -> bool:
    """ "bentar lagi lulus", "mau lulus": not yet."""
    return any(i.text in _SOON for i in items[max(0, at - 2) : at])


def _presence(items: list[Item], at: int, item: Item, *, no: bool, yet: bool) -> Iterator[Cue]:
    """Not here: absent, moved, at another posyandu, not weighed."""
    if item.has("attendance.moved") and not no and not _changed(items, at) and not _moved_in(items, at):
        yield (None if yet else Status.MOVED), True
    elif item.text.split()[0] in ("ikut", "di", "ke") and not no and _other_post(items, at):
        yield Status.MOVED, True
    elif item.has("attendance.come") and (no or yet):
        unable = yet and any(i.text in _ABLE for i in items[max(0, at - 2) : at])  # "belum bisa hadir"
        unable = unable or (yet and _till_the_end(items, at))
        if _kin_denied(items, at):  # after her numbers, "ibunya gak sempat ikut", "kembarannya belum datang" are soft
            yield (Status.ABSENT if no else None), not any(i.kind == "number" for i in items[:at])
        else:
            yield (Status.ABSENT if no or unable else None), True
    if (no or yet) and item.text in _BROUGHT:  # "tidak bisa dibawa ke posyandu", "belum dibawa"
        able = any(i.text in _ABLE for i in items[max(0, at - 2) : at])  # "belum bisa dibawa"
        yield (Status.ABSENT if no or able else None), True
    if item.has("attendance.nothere") and (at + 1 == len(items) or items[at + 1].kind == "sign"):
        yield Status.ABSENT, True  # "teu aya, ibuna ka sawah"
    if no and item.text in _PLACE_HERE and any(i.text in _LONGER for i in items[at + 1 : at + 3]):
        yield Status.MOVED, True  # "ga di sini lagi"
    leave = item.text in ("izin", "ijin") and not any(i.kind == "word" for i in items[at + 1 :])
    if item.has("attendance.absent") or leave:
        yield Status.ABSENT, True
    after = items[at + 1] if at + 1 < len(items) else None
    if no and item.has("attendance.unable") and (after is None or after.text in _HELD_ON):
        yield Status.REFUSED, False
    if item.has("attendance.weighing") and (no or yet) and not _one_measure(items, at):
        unable = any(i.has("attendance.unable") for i in items[max(0, at - 3) : at])
        yield (Status.REFUSED if unable and no else None), True


def _moved_in(items: list[Item], at: int) -> bool:
    """ "pindahan dari Maros baru ikut di sini, bb 9,2": she came to this posyandu."""
    after = items[at + 1].text if at + 1 < len(items) else ""
    return after in _FROM and any(i.kind == "number" for i in items)


def _till_the_end(items: list[Item], at: int) -> bool:
    """ "belum keliatan sampai tutup", "belum datang sampe jam 11"."""
    rest = [i.text for i in items[at + 1 : at + 5]]
    return any(word in _UNTIL and not _END.isdisjoint(rest[n + 1 : n + 3]) for n, word in enumerate(rest))


def _changed(items: list[Item], at: int) -> bool:
    """ "ngalih makan", "pindah susu": another food, not another home."""
    after = items[at + 1] if at + 1 < len(items) else None
    return after is not None and after.text in _CHANGED


def _kin_denied(items: list[Item], at: int) -> bool:
    """ "ibunya gak sempat ikut": a relative stands right before the denial."""
    denial = next((n for n in range(at - 1, max(-1, at - 4), -1) if items[n].has("negation")), None)
    return bool(denial) and items[(denial or 0) - 1].has("about.kin", "about.related")


def _one_measure(items: list[Item], at: int) -> bool:
    """ "tb nya belum diukur", "11,5 kg aja, ga mau diukur tingginya": only that was not taken."""
    if at + 1 < len(items) and items[at + 1].has("label") and any(i.kind == "number" for i in items[:at]):
        return not any(i.kind == "number" for i in items[at + 1 :])
    before = [i for i in items[max(0, at - 3) : at] if i.kind == "word" and i.text not in ("nya", "ny", "na")]
    return len(before) > 1 and before[-1].has("negation") and before[-2].has("label")


def _of_herself(items: list[Item], at: int, item: Item) -> Iterator[Cue]:
    """What matters only when it is said of the child and not of her family."""
    if item.has("attendance.death") or (item.has("attendance.gone") and _ends(items, at)):
        yield Status.DIED, True
    if item.has("attendance.ill") and not _is_over(items, at):
        yield Status.ILL, False
    left = item.text in _LEFT_WITH and any(i.kind == "number" for i in items[:at])
    if left:
        return  # "4,6 55,6, dititip neneknya": who brought her
    if item.text == "pi" and at + 1 < len(items) and items[at + 1].kind == "number":
        return  # Makassar: "belum pi 3 bulan"
    if item.has("attendance.away") or item.text in _ALONG | _HOME_OF:
        if _came_with(items, at):
            return
        came = any(i.text in _FROM for i in items[max(0, at - 2) : at]) and any(i.kind == "number" for i in items)
        if came:  # "datang telat, habis dari rumah opungnya"
            return
        away = _away(items, at, item) if not (item.text in _BROUGHT and _denied(items, at, "negation.yet")) else False
        back = item.text in _RETURNED and any(i.text in _BACK for i in items[max(0, at - 1) : at])
        if away is not False and not back and not _away_are_kin(items, at):
            yield (Status.AWAY if away else None), True
    elif item.text in ("ke", "ka") and _names_a_place(items, at):
        yield Status.AWAY, True


def _came_with(items: list[Item], at: int) -> bool:
    """Beside her weight and length: "dibawa bapaknya", "pulang2 minta susu" say how she came and went."""
    if sum(i.kind == "number" for i in items) < _BOTH:
        return False
    after = next((i for i in items[at + 1 :] if i.kind == "word" and i.text not in _BY), None)
    if items[at].text in _BROUGHT:
        return after is not None and after.has("about.kin", "about.related")
    return items[at].text in ("pulang", "mulih") and (after is None or not after.has("subject.place", "doubt"))


def _is_over(items: list[Item], at: int) -> bool:
    """ "habis sakit", "sudah sembuh demamnya"; in "habis imunisasi badannya panas" she is ill."""
    near = items[max(0, at - 3) : at + 4]
    if items[at].text == "campak":  # "sudah campak", "campak rubella": the vaccine
        vaccine = any(i.text in _TURNED | {"rubella", "mr"} for i in near)
        if vaccine:
            return True
    if any(i.text in _RECOVERED and i.text not in _AFTER for i in near):
        return any(i.text in _RECOVERED - _VACCINATED - _AFTER for i in near) or items[at].text not in _FEVERS
    before = next((i for i in reversed(items[:at]) if i.kind == "word" and i.text not in _LINKS), None)
    return before is not None and before.text in _AFTER and items[at].text not in _LASTING


def _ends(items: list[Item], at: int) -> bool:
    """ "sudah tidak ada bu", but not "sudah tidak ada keluhan"."""
    return all(i.kind != "word" or i.text in _POLITE for i in items[at + 1 :])


def _names_a_place(items: list[Item], at: int) -> bool:
    """ "ke Bandung": a word that is nothing else follows."""
    after = items[at + 1] if at + 1 < len(items) else None
    return after is not None and after.kind == "word" and not after.tags and not is_ordinary(after.text)


def in_a_place(items: list[Item]) -> bool:
    """ "(di Cianjur)": beside a name that stands in a list of absent children."""
    return any(at > 0 and i.text in _AT and _names_a_place(items, at) for at, i in enumerate(items))


def _words_before(items: list[Item], at: int, most: int) -> list[Item]:
    """The words right before a place, nearest first, up to a stop."""
    found: list[Item] = []
    for item in reversed(items[:at]):
        if len(found) == most or (item.kind == "sign" and item.text in ",.;()/-:"):
            break
        if item.kind == "word":
            found.append(item)
    return found


def _denied(items: list[Item], at: int, tag: str) -> bool:
    """A "tidak" (or "belum") stands right before, over "bisa", "mau", "lagi"."""
    for item in _words_before(items, at, 3):
        if item.has(tag):
            return True
        if item.text not in _LINKS and not item.has("attendance.unable"):
            return False
    return False


def _about_kin(items: list[Item], at: int) -> bool:
    """Said of the mother, a grandmother, a neighbour: "neneknya meninggal", "ibunya sakit"."""
    for n, item in enumerate(_words_before(items, at, 2)):
        if item.has("about.kin"):
            told = items[at - n - 2].text if at > n + 1 else ""
            return told not in _HEARSAY  # "kata ibunya demam": she is ill
        if item.text not in _LINKS:
            return False
    return False


def _away_are_kin(items: list[Item], at: int) -> bool:
    """ "11,2 83 bapaknya kerja di luar kota": after her numbers, unless somebody says it of her."""
    before = _words_before(items, at, 3)
    told = any(i.text in _TOLD_OF for i in before)
    return any(i.kind == "number" for i in items[:at]) and any(i.has("about.kin") for i in before) and not told


def _other_post(items: list[Item], at: int) -> bool:
    """ "ikut posyandu mawar": another posyandu is named."""
    words = [i for i in items[at : at + 4] if i.kind == "word"]
    for item, after in pairwise(words):
        if item.text.endswith("posyandu") and after.start - item.end <= 1:
            named = not after.tags and after.text not in _HERE
            named = named and (after.text in _POST_NAMES or not is_ordinary(after.text))
            return after.text in _OTHERS or named
    return False


def _away(items: list[Item], at: int, item: Item) -> bool | None:
    """Away for a time: True; None where that is not sure; False where the word means something else."""
    stop = next((n for n in range(at + 1, min(at + 4, len(items))) if items[n].text in _STOPS), at + 4)
    following = [i for i in items[at + 1 : stop] if i.kind == "word"]
    after = following[0] if following else None
    if item.text in _ALONG | _HOME_OF:
        return after is not None and after.has("about.kin")
    if item.text in ("pulang", "mulih"):
        return True if after is not None and after.has("subject.place") else None
    if not item.has("attendance.somewhere"):
        return True
    where = [i for i in following if not i.has("subject.place")]
    if not where and item.text in _BROUGHT and any(i.kind == "number" for i in items):
        return False  # "sakit tapi tetep dibawa, 9,4 kg"
    if not where:
        return True if item.text in ("di kampung", "dibawa") else None
    if where[0].text in _ON_THE_CHART:
        return False  # "masih di garis merah"
    return True if where[0].text not in _ELSEWHERE or any(i.has("about.kin") for i in where) else None
