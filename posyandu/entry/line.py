"""One typed line against the posyandu's list: who, what, and whether to believe it. Never a silent wrong value.

The order: clean, take apart, then look for every reason to ask. Only a line with one sure child, measures that fit her
and no word that takes them back is `ok`.
"""

from dataclasses import replace
from datetime import date

from posyandu.doubt import POSSIBLE
from posyandu.entry.belief import doubts_of
from posyandu.entry.dates import MONTHS
from posyandu.entry.denial import not_taken
from posyandu.entry.evidence import called_so, may_be_an_arm, may_be_something_else, may_go_on, spelled_alike
from posyandu.entry.item import Item
from posyandu.entry.lexer import MOST_CHARACTERS
from posyandu.entry.parts import BIRTH_WORDS, NO_CONTEXT, Context, Parts, take_apart
from posyandu.entry.prefix import leading_number, without_copied, without_number
from posyandu.entry.reading import Kind, Reading, Status, Why
from posyandu.entry.scope import is_beside
from posyandu.entry.typed import clean
from posyandu.entry.unmeasured import read_unmeasured
from posyandu.entry.vocabulary import NOTHING, is_ordinary, word_set
from posyandu.names import MOST_BUTTONS, Roster

_LOOSE_PAST = word_set("loose_past")
_ILL_BEFORE, _POINTING = word_set("ill_before"), word_set("pointing")
_FIRST = word_set("doing_first")
_NEW_HERE = frozenset(("anak baru", "baru daftar", "warga baru"))
_FROM = word_set("from") | {"dr", "sejak"}
_FOR_SALE = word_set("for_sale")
_HOME_OF = word_set("home_of")
_HEAVIEST_CHILD = 40_000  # grams
_GROUPS = word_set("adult_groups")
_ABSENCE = ("negation", "attendance.absent", "attendance.moved", "attendance.away", "attendance.come")


def read_line(text: str, roster: Roster, on: date, context: Context = NO_CONTEXT) -> Reading:
    """What one line says. `on` is the measuring day it is judged on. Never raises."""
    line = tidy(text)
    if not any(c.isalnum() for c in line):
        return Reading(Kind.REJECT, Why.EMPTY)
    if len(line) > MOST_CHARACTERS:
        return Reading(Kind.REJECT, Why.TOO_LONG)
    reading = judge(take_apart(line, roster, on, context), on, context)
    numbered = leading_number(line)
    if numbered is None or reading.kind in (Kind.REJECT, Kind.STATUS):
        return reading
    without = judge(take_apart(numbered[1], roster, on, context), on, context)
    if reading.kind is Kind.OK:  # "11 azzam 83,5": a list number or the weight?
        return (
            reading if without.kind is Kind.OK and without.heard == reading.heard else asked_about(reading, Why.NUMBER)
        )
    sure = without.kind is Kind.STATUS or (without.kind is Kind.OK and without.height_mm is not None)
    return without if sure else reading  # "30 galih 16 104": the first number only counts the lines


def tidy(text: str) -> str:
    """A line without what messengers and lists put around it; cut where it is far too long for an entry."""
    line = clean(without_copied(text[: 4 * MOST_CHARACTERS]))
    return without_number(line)[0] or line


def asked_about(reading: Reading, why: Why, detail: str = "") -> Reading:
    """A believed reading turned into a question: nothing of it may be stored."""
    return Reading(
        Kind.ASK, why, detail, reading.child, heard=reading.heard, said_on=reading.said_on, extras=reading.extras,
        candidates=(reading.child,) if reading.child else (), typed=reading.typed,
    )  # fmt: skip


def judge(parts: Parts, on: date, context: Context = NO_CONTEXT) -> Reading:
    """What the parts of a line amount to."""
    numbers = parts.amounts.now or parts.amounts.past
    absent = parts.attendance.status is not None and not parts.attendance.soft
    if not numbers or (absent and not parts.amounts.now):
        return read_unmeasured(parts, on, context)
    if not _is_entry(parts):
        return Reading(Kind.REJECT, _kind_of_talk(parts))
    if not parts.amounts.now and parts.manner.question:
        return Reading(Kind.REJECT, Why.QUESTION)
    if _speaks_of_things(parts):
        return Reading(Kind.REJECT, Why.TALK)
    spelled_alike(parts, on)
    called_so(parts, on)
    why = _reason_to_ask(parts, on)
    child = parts.subject.child
    heard = replace(parts.measures.heard, position=parts.position)
    if why is not None or child is None:
        question = asked(parts, *(why or (Why.NO_CHILD, "")))
        meant = doubts_of(child, parts.day or on, heard, on) if child and question.why is Why.NUMBER and heard else ()
        return replace(question, doubts=meant)
    found = doubts_of(child, parts.day or on, heard, on)
    if not found and _are_last_months(parts):
        return asked(parts, Why.PAST)
    if not found and may_be_an_arm(parts, on):
        return asked(parts, Why.ONE_NUMBER)
    if found:
        return replace(asked(parts, Why.DOUBTFUL, str(found[0].reason)), doubts=found)
    return replace(
        Reading(Kind.OK, Why.MEASURED, "", child.id, heard.weight_g, heard.height_mm, heard.head_mm, heard.muac_mm),
        position=heard.position, said_on=parts.day, extras=parts.extras, heard=heard, typed=parts.subject.typed,
    )  # fmt: skip


def asked(parts: Parts, why: Why, detail: str = "") -> Reading:
    """A question about a line."""
    subject = parts.subject
    child = subject.child if why not in (Why.TWO_CHILDREN, Why.VISITOR) else None
    heard = replace(parts.measures.heard, position=parts.position)
    return Reading(
        Kind.ASK, why, detail, child.id if child else None, heard=heard,
        said_on=parts.day, extras=parts.extras, candidates=tuple(c.id for c in subject.candidates[:MOST_BUTTONS]),
        typed=subject.typed,
    )  # fmt: skip


def _reason_to_ask(parts: Parts, on: date) -> tuple[Why, str] | None:
    """The first reason, apart from the values themselves, not to believe a measured line."""
    subject = parts.subject
    if any(i.has("subject.visitor") and not _is_new_here(parts, i) for i in parts.items):
        return Why.VISITOR, ""
    if subject.child is None:
        return subject.why or Why.NO_CHILD, subject.detail
    if subject.strange or subject.related:
        return Why.TWO_CHILDREN, subject.strange or subject.related
    if subject.why is not None:
        return subject.why, subject.detail
    return _wrong_day(parts, on) or _taken_back(parts) or _unsure_values(parts, on)


def _is_new_here(parts: Parts, said: Item) -> bool:
    """ "anak baru", "baru daftar": she stands on the list and was never weighed here."""
    child = parts.subject.child
    return said.text in _NEW_HERE and child is not None and parts.subject.why is None and child.last_on is None


def _wrong_day(parts: Parts, on: date) -> tuple[Why, str] | None:
    if parts.bad_day:
        return Why.DATE, ""
    if parts.day is not None and parts.day > on:
        return Why.FUTURE, parts.day.isoformat()
    if parts.day is not None and (parts.day.year, parts.day.month) != (on.year, on.month):
        return Why.PAST, parts.day.isoformat()
    now = {a.measure for a in parts.amounts.now}
    if (month := _other_month(parts.items, on)) is not None:
        return Why.PAST, month
    if not parts.amounts.past and _ends_in_the_past(parts.items):
        return Why.PAST, ""
    if not now or (any(a.measure and a.measure not in now for a in parts.amounts.past) and not _is_last(parts)):
        return Why.PAST, ""
    return None


def _other_month(found: list[Item], on: date) -> str | None:
    """A month named without a day, if it is not this one: "oktober azzam 10,9"."""
    for at, item in enumerate(found):
        other = MONTHS.get(item.text, on.month) != on.month and len(item.text) > 4
        before = found[max(0, at - 3) : at]
        later = next((n for n, i in enumerate(found) if n > at and i.has("doubt.now")), at)
        told = item.has("doubt.past") and any(i.kind == "number" for i in found[at:later])
        told = told or (at > 0 and found[at - 1].text in _FROM and any(i.has("doubt.gain") for i in found[:at]))
        of_another = told or any(i.text in BIRTH_WORDS or i.has("attendance.absent") for i in before)
        if other and not of_another and not is_beside(found, at, NOTHING):
            return item.text
    return None


def _ends_in_the_past(found: list[Item]) -> bool:
    """ "azzam 10,9 bulan kemarin": the values are last month's, unless the words go on to say what was then."""
    told = [n for n, i in enumerate(found) if i.has("doubt.past") and not i.aside]
    last = max((n for n in told if found[n].text not in _FROM), default=None)
    if last is None or any(i.has("doubt.now") for i in found[last:]):
        return False
    before = found[last - 1] if last else None
    if before is not None and before.has("doubt.past", "subject.place") and last > 1:  # "mencret dari kemarin"
        before = found[last - 2]
        if any(i.has("doubt.gain") for i in found[max(0, last - 4) : last]):
            return False  # "11,2 83 bb naik 3 ons dari bulan lalu"
    if before is not None and before.has("attendance.ill") and any(i.kind == "number" for i in found[:last]):
        return False  # "11,5 87,5 turun karena diare kemarin"
    if found[last].text in _FIRST and before is not None and _is_doing_first(before):
        return False  # "11,2 83 minum susu dulu"
    return not _says_what_was(found[last + 1 :])


def _is_doing_first(before: Item) -> bool:
    """What stands before "dulu" when it means "first" and no earlier day."""
    serious = ("label", "weak", "attendance.weighing", "time", "doubt", "unit")
    return before.kind == "word" and not before.has(*serious) and before.text not in _POINTING


def _says_what_was(rest: list[Item]) -> bool:
    """ "(bulan kemarin) tidak hadir", "(kemarin) sakit", "(kemarin) habis sakit"."""
    words = [i for i in rest if i.kind == "word"][:3]
    if not words:
        return False
    absent = any(i.has("attendance.absent", "attendance.away", "attendance.moved") for i in words[:2])
    denied = words[0].has("negation.no") and any(i.has("attendance.come", "attendance.weighing") for i in words[1:])
    ill = words[0].has("attendance.ill")
    recovered = words[0].text in _ILL_BEFORE and len(words) > 1 and _is_no_weighing(words[1])
    return absent or denied or ill or recovered


def _is_no_weighing(item: Item) -> bool:
    """ "habis sakit", "abis imunisasi"; not "baru ditimbang", "baru datang"."""
    if item.has("attendance.ill"):
        return True
    return not item.has("attendance", "label", "weak", "unit", "doubt") and is_ordinary(item.text)


def _are_last_months(parts: Parts) -> bool:
    """Just what the list has of last month, and a word of the past in the line, whatever that speaks of."""
    child, heard = parts.subject.child, parts.measures.heard
    if child is None or child.last_grams is None or not any(i.has("doubt.past") for i in parts.items):
        return False
    same_length = heard.height_mm is None or heard.height_mm == child.last_mm
    return (
        heard.weight_g == child.last_grams
        and same_length
        and not any(i.has("doubt.now", "doubt.gain") for i in parts.items)
    )


def _is_last(parts: Parts) -> bool:
    """Last month's height in the line is the one on the list."""
    child = parts.subject.child
    past = parts.amounts.past
    lengths = [a.quantity.number.milli // 100 for a in past if a.measure == "length"]
    weights = [a.quantity.number.milli for a in past if a.measure == "weight"]
    if child is None or any(v != child.last_mm for v in lengths):
        return False
    return all(v == child.last_grams for v in weights) or bool(parts.measures.heard.weight_g)


def _taken_back(parts: Parts) -> tuple[Why, str] | None:
    """Words that say the values are no entry, or that the child was not measured."""
    if parts.manner.reason is not None:
        return parts.manner.reason, parts.manner.detail
    if parts.manner.question:
        return Why.QUESTION, ""
    attendance = parts.attendance
    if attendance.status is Status.DIED:
        return Why.DEATH, ""
    if (attendance.status or attendance.unclear) and not attendance.soft and not said_of_the_past(parts.items):
        return Why.STATUS_UNCLEAR, attendance.status or ""
    return None


def _unsure_values(parts: Parts, on: date) -> tuple[Why, str] | None:
    if parts.measures.problem is not None:
        return parts.measures.problem, parts.measures.detail
    if not parts.measures.heard:
        return Why.NO_VALUE, ""
    heard = parts.measures.heard
    given = {"weight": heard.weight_g, "length": heard.height_mm, "head": heard.head_mm, "muac": heard.muac_mm}
    if any(given[name] is not None for name in not_taken(parts.items)):  # "11,2 83 tb belum diukur"
        return Why.NEGATED, ""
    if any(may_be_something_else(parts, name, on) for name in parts.measures.placed):
        return Why.EXTRA_NUMBER, ""
    if part := may_go_on(parts):
        return Why.NUMBER, part
    return (Why.NUMBER, "position") if parts.position_unclear else None


def said_of_the_past(found: list[Item]) -> bool:
    """ "... bulan kemarin tidak hadir": the absence was last month's."""
    past = False
    for item in found:
        past = (past or (item.has("doubt.past") and item.text not in _LOOSE_PAST)) and not item.has("doubt.now")
        if item.has(*_ABSENCE) or item.text in _HOME_OF:
            return past
    return False


def _is_entry(parts: Parts) -> bool:
    """Do the numbers of a line look like a child's measures, not like shopping or a recap?"""
    heard, now = parts.measures.heard, parts.amounts.now
    labelled = any(a.labelled for a in now)
    goods = any(i.has("talk.goods") for i in parts.items)
    pair = bool(heard.weight_g and heard.height_mm)
    if parts.subject.child is not None or (parts.subject.candidates and parts.subject.named):
        adult = parts.subject.by_mother and (heard.weight_g or 0) > _HEAVIEST_CHILD
        return not adult and not (goods and now and not labelled and not pair)
    if any(i.text in _GROUPS for i in parts.items) or _no_childs_weight(heard.weight_g):
        return False
    recap = any(i.has("talk.recap") and not i.has("label", "subject") for i in parts.items)
    if goods and not labelled and not pair:
        return False
    if labelled or any(a.unit for a in now):
        return bool(heard.weight_g) or not recap
    return not recap and (pair or (len(now) <= 4 and any(not a.quantity.number.whole for a in now)))


def _speaks_of_things(parts: Parts) -> bool:
    """ "besok bawa timbangan 2 ya", "timbangan digitalnya error, ganti batre 2": nobody of the list, and no measure."""
    if parts.manner.reason is Why.PLAN and not parts.subject.named:
        return True
    if not parts.subject.candidates and any(i.text in _FOR_SALE for i in parts.items):
        return True
    now = parts.amounts.now
    few = len(now) == 1 and now[0].quantity.number.whole and now[0].unit is None
    return few and parts.manner.reason is not None and not parts.subject.candidates and not _right_before(parts.items)


def _right_before(found: list[Item]) -> bool:
    """A label stands right before the number."""
    at = next((n for n, i in enumerate(found) if i.kind == "number"), 0)
    return any(i.has("label") for i in found[max(0, at - 2) : at])


def _no_childs_weight(grams: int | None) -> bool:
    """A weight that no child can have: "timbangan geser 2 ons"."""
    least, most = POSSIBLE["weight"]
    return grams is not None and not least <= grams <= most


def _kind_of_talk(parts: Parts) -> Why:
    if parts.manner.question:
        return Why.QUESTION
    return Why.RECAP if any(i.has("talk.recap") for i in parts.items) else Why.TALK
