"""Why a child was not measured, from the words of a line. A reason goes before plain absence."""

from collections.abc import Iterator
from dataclasses import dataclass

from posyandu.entry.lexer import Item
from posyandu.entry.reading import Status

_ORDER = (Status.DIED, Status.MOVED, Status.ILL, Status.AWAY, Status.REFUSED, Status.FIVE, Status.ABSENT)
_LINKS = frozenset("lagi lg sedang sdg juga jg nya dulu pada masih msh sudah sdh udah udh yg yang sih mah terus trus bisa bs mau mw jadi jd sempat sempet kersa daek gelem isa iso tiasa berkenan purun keur nuju".split())  # fmt: skip
_ALONG = frozenset(("ikut", "ikutan", "ngiring", "milu", "melu", "tumut", "nderek", "miluan"))
_ELSEWHERE = frozenset("puskesmas klinik dokter bidan pustu rumah jalan sekolah paud".split())


@dataclass(frozen=True, slots=True)
class Attendance:
    """The status said, if any. unclear: words of attendance that do not settle it ("belum datang"). soft: what is said
    of children who were measured all the same (ill, cried); past: said of an earlier month."""

    status: Status | None = None
    unclear: bool = False
    soft: bool = True


def read_attendance(items: list[Item], months: float | None, birth_months: float | None) -> Attendance:
    """The status of a line; `months` is an age it says, `birth_months` the child's real age where known."""
    found: set[Status] = set()
    unclear = hard = False
    for at, item in enumerate(items):
        for status, is_hard in _cues(items, at, item):
            if status is None:
                unclear = True
            else:
                found.add(status)
            hard = hard or is_hard
    if months is not None and months >= 59.5 and any(i.text in ("sudah", "sdh", "udah", "udh", "genap", "lewat", "umur", "usia", "dah") for i in items):  # fmt: skip
        found.add(Status.FIVE)
        hard = True
    if Status.FIVE in found and birth_months is not None and birth_months < 57:
        found.discard(Status.FIVE)
        unclear = True
    status = next((s for s in _ORDER if s in found), None)
    return Attendance(status, unclear and status is None, soft=not hard)


def _cues(items: list[Item], at: int, item: Item) -> Iterator[tuple[Status | None, bool]]:
    """What one word says of attendance: a status (None: unclear), and whether it excludes having been measured."""
    if item.kind != "word":
        return
    no, yet, kin = _negated(items, at), _negated(items, at, "negation.yet"), _about_kin(items, at)
    if item.has("attendance.death") and not no and not kin:
        yield Status.DIED, True
    if item.has("attendance.moved") and not no:
        yield (None if yet else Status.MOVED), True
    elif item.text in ("ikut", "di", "ke", "ikut posyandu", "di posyandu", "ke posyandu") and _other_post(items, at) and not no:
        yield Status.MOVED, True
    elif item.has("attendance.come") and (no or yet):
        yield (Status.ABSENT if no else None), True
    if item.has("attendance.absent") or (item.text in ("izin", "ijin") and not any(i.kind == "word" for i in items[at + 1 :])):
        yield Status.ABSENT, True
    if item.has("attendance.ill") and not no and not kin and not _recovered(items, at):
        yield Status.ILL, False
    if (item.has("attendance.away") or item.text in (*_ALONG, "rumah", "tempat", "rmh")) and not no and not kin and (away := _away(items, at, item)) is not False:
        yield (Status.AWAY if away else None), True
    if item.has("attendance.refused") and not no and not (kin and not item.text.endswith("nolak")):
        yield Status.REFUSED, False
    if item.has("attendance.weighing") and (no or yet):
        unable = any(i.has("attendance.unable") for i in items[max(0, at - 3) : at])
        yield (Status.REFUSED if unable and no else None), True
    if item.has("attendance.five") and not no:
        yield (None if yet else Status.FIVE), True


def _words_before(items: list[Item], at: int, most: int) -> list[Item]:
    found: list[Item] = []
    for item in reversed(items[:at]):
        if item.kind == "sign" and item.text in ",.;()/-:":
            break
        if item.kind != "word":
            continue
        found.append(item)
        if len(found) == most:
            break
    return found


def _negated(items: list[Item], at: int, tag: str = "negation.no") -> bool:
    """A "tidak" (or "belum") stands right before, over "bisa", "mau", "lagi"."""
    for item in _words_before(items, at, 3):
        if item.has(tag):
            return True
        if item.text not in _LINKS and not item.has("attendance.unable"):
            return False
    return False


def _about_kin(items: list[Item], at: int) -> bool:
    """Said of the mother, a grandmother, a neighbour: "neneknya meninggal", "ibunya sakit"."""
    for item in _words_before(items, at, 2):
        if item.has("about.kin"):
            return True
        if item.text not in _LINKS:
            return False
    return False


def _recovered(items: list[Item], at: int) -> bool:
    near = items[max(0, at - 3) : at + 4]
    return any(i.text in ("sembuh", "sembuhan", "baikan", "mendingan", "pulih", "imunisasi", "vaksin", "abis", "bekas") for i in near)  # fmt: skip


def _other_post(items: list[Item], at: int) -> bool:
    """ "ikut posyandu mawar": another posyandu is named."""
    rest = [i for i in items[at : at + 4] if i.kind == "word"]
    for n, item in enumerate(rest):
        if item.text.endswith("posyandu"):
            return n + 1 < len(rest) and (not rest[n + 1].tags or rest[n + 1].text == "lain") and not rest[n + 1].text.startswith("bulan")  # fmt: skip
    return False


def _away(items: list[Item], at: int, item: Item) -> bool | None:
    """Away for a time: True, None where that is not sure, False where the word means something else."""
    following = [i for i in items[at + 1 : at + 4] if i.kind == "word"]
    after = following[0] if following else None
    if item.text in _ALONG:
        return True if after is not None and after.has("about.kin") else False
    if item.text in ("rumah", "tempat", "rmh"):
        return bool(after is not None and after.has("about.kin"))
    if item.text in ("pulang", "mulih"):
        return True if after is not None and after.has("subject.place") else None
    if item.text in ("lagi di", "lg di", "sedang di", "sdg di", "keur di", "di desa", "dibawa", "dibawa ke", "ke rumah", "di kampung"):
        where = [i.text for i in following if not i.has("subject.place")]
        if not where and item.text not in ("di kampung", "dibawa"):
            return None
        kin = any(i.has("about.kin") for i in following[:3])
        return True if kin or not where or where[0] not in _ELSEWHERE else None
    return True
