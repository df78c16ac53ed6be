"""A line taken apart: its items, numbers, child, manner, attendance, position and day. Judged elsewhere."""

from dataclasses import dataclass, replace
from datetime import date

from posyandu.anthropometry import Position
from posyandu.entry.amounts import Amounts, read_amounts
from posyandu.entry.attendance import Attendance, read_attendance
from posyandu.entry.circumstances import trouble
from posyandu.entry.dates import MONTHS
from posyandu.entry.extras import read_extras
from posyandu.entry.item import Item
from posyandu.entry.lexer import items
from posyandu.entry.manner import Manner, read_manner
from posyandu.entry.measures import Measures, column_of, read_measures
from posyandu.entry.reading import Extras, Status, Why
from posyandu.entry.scope import set_aside
from posyandu.entry.subject import Subject, read_subject
from posyandu.entry.vocabulary import word_set
from posyandu.names import Roster

DAYS_PER_MONTH = 30.4375
BIRTH_WORDS = frozenset(("lahir", "lhr", "lahirnya", "ttl", "kelahiran", "bb lahir", "lahire"))
_SAID_OF_ENTRIES = ("doubt", "negation", "attendance", "talk", "extra", "counted")
_CM = 40_000  # thousandths: from here on a bare number is a length
_OOPS, _MEANT, _LATE = word_set("oops"), word_set("meant"), tuple(word_set("late"))
_FEW_WORDS = 5
_SHORT_MONTH = 4  # letters: "mart" and "juli" may be names
_ASLEEP, _STILL = word_set("asleep"), word_set("still_asleep")
_RETURNS = word_set("returns") - {"datang", "hadir", "baru", "masuk", "nyusul"}
_STANDS, _STRAIGHT = frozenset(("diri", "berdiri", "ngadeg", "nangtung")), frozenset(("lurus", "tegak"))
_ABOUT = word_set("about_measuring")
_REPORTED = frozenset(
    ("tadi", "td", "lapor", "nulis", "tulis", "nyatet", "nyatat", "catat", "catet", "ngirim", "kirim", "masuk", "ada")
)
_PREAMBLE = 10  # items
_FEW = 6_000  # thousandths: so many children come late
_VISITS = word_set("visits")
_NO_MEASURING_DAY = 200  # a date this many days back is a birthday or the like


@dataclass(frozen=True, slots=True)
class Context:
    """What was said above a line: the columns of its numbers (`cells`: of a table, all of them), a status for bare
    names, the day."""

    columns: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    status: Status | None = None
    status_unclear: bool = False
    day: date | None = None


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Parts:
    """A line taken apart. `day` is the measuring day it names; `bad_day`: it names one that does not exist."""

    items: list[Item]
    amounts: Amounts
    subject: Subject
    measures: Measures
    manner: Manner
    attendance: Attendance
    position: Position | None
    position_unclear: bool
    day: date | None
    bad_day: bool

    @property
    def extras(self) -> Extras:
        """Oedema, vitamin A, breast milk."""
        return read_extras(self.items)


def take_apart(line: str, roster: Roster, on: date, context: Context = NO_CONTEXT) -> Parts:
    """The parts of a cleaned line without list number."""
    found = items(line, on, names=roster.spelled_words, codes=roster.codes)
    for _ in range(2):  # "telat ya bu, td saya lupa nyatet: ..."
        found = _without_preamble(found, roster)
    found = _self_corrected(_without_sender(found, roster), roster)
    found = _told_of_then(found, on)
    off = trouble(found, roster.spelled_words)
    found = set_aside(_names_first(found, roster), roster.spelled_words)
    amounts = read_amounts(found)
    for name in ("age", "rt"):
        if (said := column_of(name, amounts, context.columns)) is not None:
            amounts.by_column(name, said)
    subject = read_subject(found, amounts, roster, on)
    _this_month_after_all(amounts, subject)
    position, unclear = _position(found)
    birth = subject.child.birth if subject.child else None
    age = None if birth is None else (on - birth).days / DAYS_PER_MONTH
    day, bad_day = _day(found, birth, on)
    return Parts(
        found, amounts, subject, read_measures(amounts, context.columns), _manner(found, off),
        read_attendance(found, amounts.months, age), position, unclear, day or context.day, bad_day,
    )  # fmt: skip


def _manner(found: list[Item], off: str) -> Manner:
    """How it is said; `off` is what makes the weighing itself doubtful."""
    manner = read_manner(found)
    return replace(manner, reason=Why.HEDGED, detail=off) if off and manner.reason is None else manner


def _this_month_after_all(amounts: Amounts, subject: Subject) -> None:
    """ "12,5 bulan lalu 12,3 tb 85,5": last month's weight is on the list, this height is not: it is today's."""
    child, now = subject.child, {a.measure for a in amounts.now}
    only = amounts.now[0] if len(amounts.now) == 1 else None
    weighed = now == {"weight"} or (only is not None and only.measure is None and only.quantity.number.milli < _CM)
    if child is None or not weighed or len(amounts.past) != 2:
        return
    old, length = amounts.past
    on_list = old.quantity.number.milli == child.last_grams
    new = length.measure == "length" and length.labelled and length.quantity.number.milli // 100 != child.last_mm
    if on_list and new:
        amounts.past, amounts.now = [old], [*amounts.now, length]


def _without_preamble(found: list[Item], roster: Roster) -> list[Item]:
    """ "lupa tadi belum kelaporan: yoga 10,4 84,1", "ketinggalan 1 bu, Mutiara ...": late words up to a colon or comma,
    before the part that names a child."""
    at = next((n for n, i in enumerate(found[:_PREAMBLE]) if i.text in (":", ",")), 0)
    before, rest = found[:at], found[at + 1 :]
    late = any(i.text.startswith(_LATE) for i in before)
    plain = all(_is_late_or_plain(i) for i in before)
    named = any(i.text in roster.spelled_words for i in before)
    if not (late and plain and not named and any(i.text in roster.spelled_words for i in rest)):
        return found
    return rest


def _is_late_or_plain(item: Item) -> bool:
    """A word of being late, one that says nothing of the values, or the number of a few children."""
    if item.number is not None:
        return item.number.whole and item.number.milli < _FEW
    if item.text.startswith(_LATE) or item.text in _REPORTED or item.text == "belum":
        return True
    return not item.has("label", "weak", "unit", "doubt", "negation", "attendance") and item.text not in _ABOUT


def _self_corrected(found: list[Item], roster: Roster) -> list[Item]:
    """ "safira eh salah, Zhafira 8,9 75", "lida eh maulida maksudnya, 17,2 100,5": the name said last, before any
    number."""
    first = next((n for n, i in enumerate(found) if i.kind == "number" or i.has("label", "weak")), len(found))
    at = next((n for n, i in enumerate(found[:first]) if i.text in _OOPS), None)
    if at is None or first == len(found):
        return found
    rest = [i for i in found[at + 1 : first] if i.text not in _MEANT and i.kind != "sign"]
    before = [i for i in found[:at] if i.kind == "word"]
    names = all(i.text in roster.spelled_words or i.has("subject") for i in rest) and any(
        i.text in roster.spelled_words for i in rest
    )
    meant = len(rest) < sum(i.kind != "sign" for i in found[at + 1 : first])  # "salah", "maksudnya"
    same = any(i.text in [r.text for r in rest] and i.text in roster.spelled_words for i in before)
    said = (
        (meant or same)
        and 0 < len(before) < _FEW_WORDS
        and not any(i.has("doubt", "attendance", "negation") for i in before)
    )
    return [*rest, *found[first:]] if names and said else found


def _without_sender(found: list[Item], roster: Roster) -> list[Item]:
    """ "Bu Tuti kader: keisha 12,5": a name with a title and a colon, before a line that names a child."""
    if not found or not found[0].has("subject.adult_title", "subject.mother"):
        return found
    for at, item in enumerate(found[:6]):
        if item.kind not in ("word", "sign") or item.has("subject.child_of", "label"):
            return found
        if item.text == ":" and any(i.has("doubt", "negation") for i in found[:at]):
            return found  # "bu tuti kira2: ..."
        if item.text == ":" and at:
            rest = found[at + 1 :]
            return rest if any(i.kind == "word" and not i.tags and roster.is_own_word(i.text) for i in rest) else found
    return found


def _told_of_then(found: list[Item], on: date) -> list[Item]:
    """ "bln oktober 16,3, nopember ini 16,5": the month before a "now" is the past, as "bulan lalu" would be."""
    now = max((n for n, i in enumerate(found) if i.has("doubt.now")), default=-1)
    then = [n for n, i in enumerate(found[: max(0, now)]) if _is_other_month(i, on)]
    return [replace(i, tags=i.tags | {"doubt", "doubt.past"}) if n in then else i for n, i in enumerate(found)]


def _is_other_month(item: Item, on: date) -> bool:
    plain = item.kind == "word" and not item.tags and len(item.text) > _SHORT_MONTH
    return plain and MONTHS.get(item.text, on.month) != on.month


def _names_first(found: list[Item], roster: Roster) -> list[Item]:
    """ "Dwi Antara 7,3": beside another word of the same child, a word that hedges or denies elsewhere is her name."""
    out = list(found)
    for at, item in enumerate(found):
        if item.kind != "word" or not item.has(*_SAID_OF_ENTRIES):
            continue
        if (
            item.text in roster.spelled_words
            and _opens(found, at)
            and not item.has("attendance", "talk", "extra", "subject")
        ):
            out[at] = replace(item, tags=frozenset())  # "Hana 7,3", "Ajeng 14,3": a denial or a plan, and a child here
            continue
        if at and found[at - 1].kind == "word" and found[at - 1].text + item.text in roster.spelled_words:
            out[at] = replace(item, tags=frozenset())  # "salsa bila", a Salsabila
            continue
        beside = [found[n].text for n in (at - 1, at + 1) if 0 <= n < len(found) and found[n].kind == "word"]
        if any(roster.of_one_child(item.text, other) for other in beside):
            out[at] = replace(item, tags=frozenset())
    return out


def _plans_a_visit(before: list[Item]) -> bool:
    """ "DPT 3 tgl 25", "kontrol tgl 20": the day of something else."""
    at = next((n for n, i in enumerate(before) if i.text.removesuffix("nya") in _VISITS or i.text in _RETURNS), None)
    return at is not None and not any(i.has("label", "attendance.weighing") for i in before[at:])


def _opens(found: list[Item], at: int) -> bool:
    """Nothing but titles and signs stands before."""
    return all(i.kind != "word" or i.has("subject") for i in found[:at])


def _position(found: list[Item]) -> tuple[Position | None, bool]:
    """The position said in words, and whether both were said."""
    said = set()
    for at, item in enumerate(found):
        after = found[at + 1].text if at + 1 < len(found) else ""
        measured = (
            after in ("pas", "waktu", "saat")
            and at + 2 < len(found)
            and found[at + 2].has("weak", "attendance.weighing")
        )
        straight = item.text == "tegak" and at > 0 and found[at - 1].text in _STANDS
        if (
            straight
            or (measured and item.has("position.standing"))
            or (item.has("position.standing") and after in _STRAIGHT)
        ):
            said.add(Position.STANDING)  # "mau berdiri lurus", "pinter diri tegak"
        elif (
            item.has("position")
            and not (item.text in _ASLEEP and after in _STILL)
            and not any(i.has("negation", "subject.ready") for i in found[max(0, at - 2) : at])
        ):
            said.add(Position.LYING if item.has("position.lying") else Position.STANDING)
    return (said.pop(), False) if len(said) == 1 else (None, len(said) > 1)


def _day(found: list[Item], birth: date | None, on: date) -> tuple[date | None, bool]:
    """The measuring day a line names (birthdays apart); True when no such day exists."""
    for at, item in enumerate(found):
        before = found[max(0, at - 4) : at]
        to_come = item.day is not None and item.day > on
        if (
            item.kind != "date"
            or any(i.text in BIRTH_WORDS for i in before[-3:])
            or (to_come and _plans_a_visit(before))
        ):
            continue
        if item.day is None:
            return None, True
        if item.day != birth and (on - item.day).days <= _NO_MEASURING_DAY:
            return item.day, False
        if birth is not None and item.day not in (birth, on):
            return None, True  # "8,7 72, 12-11-2025": no birthday of hers, and no day of late
    return None, False
