"""One typed line against the posyandu's list: who, what, and whether to believe it. Never a silent wrong value.

The order: clean, split, sort the numbers, find the child, then look for every reason to ask. Only a line with one sure
child, measures that fit her and no word that takes them back is `ok`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from posyandu.anthropometry import Position
from posyandu.doubt import Known, doubts
from posyandu.entry.amounts import Amounts, read_amounts
from posyandu.entry.attendance import Attendance, read_attendance
from posyandu.entry.extras import read_extras
from posyandu.entry.lexer import MOST_CHARACTERS, Item, clean, items
from posyandu.entry.manner import Manner, read_manner
from posyandu.entry.measures import Measures, read_measures
from posyandu.entry.prefix import leading_number, without_copied, without_number
from posyandu.entry.reading import NOTHING_HEARD, Heard, Kind, Reading, Status, Why
from posyandu.entry.subject import Subject, read_subject
from posyandu.names import MOST_BUTTONS, Roster, RosterChild

_DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Context:
    """What the lines above have said: columns of the numbers, a status for the names, the day."""

    columns: tuple[str, ...] = ()
    status: Status | None = None
    day: date | None = None


NO_CONTEXT = Context()


@dataclass(slots=True)
class _Parts:
    """A line taken apart."""

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


def read_line(text: str, roster: Roster, on: date, context: Context = NO_CONTEXT) -> Reading:
    """What one line says. `on` is the measuring day it is judged on. Never raises."""
    line = clean(without_copied(text[: 4 * MOST_CHARACTERS]))
    if not any(c.isalnum() for c in line):
        return Reading(Kind.REJECT, Why.EMPTY)
    if len(line) > MOST_CHARACTERS:
        return Reading(Kind.REJECT, Why.TOO_LONG)
    rest, _ = without_number(line)
    reading = _read(rest or line, roster, on, context)
    if reading.kind is Kind.ASK and (numbered := leading_number(rest)) is not None:
        without = _read(numbered[1], roster, on, context)  # "30 galih 16 104": the first number only counts the lines
        if without.kind in (Kind.OK, Kind.STATUS) and (without.weight_g is None or without.height_mm is not None):
            return without
    return reading


def _read(line: str, roster: Roster, on: date, context: Context) -> Reading:
    codes = frozenset((*roster.by_code, *(c.id for c in roster.children if any(x.isdigit() for x in c.id) and any(x.isalpha() for x in c.id))))
    found = _without_sender(items(line, on, names=roster.spelled_words, codes=codes), roster)
    amounts = read_amounts(found)
    subject = read_subject(found, amounts, roster, on)
    measures = read_measures(amounts, context.columns or None)
    position, unclear = _position(found)
    child = subject.child
    age = None if child is None or child.birth is None else (on - child.birth).days / _DAYS_PER_MONTH
    day, bad_day = _day(found, subject, on)
    parts = _Parts(
        found, amounts, subject, measures, read_manner(found), read_attendance(found, amounts.months, age),
        position, unclear, day or context.day, bad_day,
    )  # fmt: skip
    return _judge(parts, on, context)


def _without_sender(found: list[Item], roster: Roster) -> list[Item]:
    """ "Bu Tuti kader: keisha 12,5": a name with a title and a colon, before a line that names a child."""
    for at, item in enumerate(found[:6]):
        if item.kind not in ("word", "sign") or item.has("subject.child_of", "label"):
            return found
        if item.text == ":" and at and found[0].has("subject.adult_title"):
            rest = found[at + 1 :]
            return rest if any(i.kind == "word" and roster.is_own_word(i.text) and not i.tags for i in rest) else found
    return found


def _position(found: list[Item]) -> tuple[Position | None, bool]:
    """The position said in words, and whether both were said."""
    said = set()
    for at, item in enumerate(found):
        if item.has("position") and not any(i.has("negation") for i in found[max(0, at - 2) : at]):
            said.add(Position.LYING if item.has("position.lying") else Position.STANDING)
    return (said.pop(), False) if len(said) == 1 else (None, len(said) > 1)


def _day(found: list[Item], subject: Subject, on: date) -> tuple[date | None, bool]:
    """The measuring day a line names (birth dates apart); True when it names no possible one."""
    birth = subject.child.birth if subject.child else None
    for at, item in enumerate(found):
        before = [i.text for i in found[max(0, at - 3) : at]]
        if item.kind != "date" or any(w in ("lahir", "lhr", "lahirnya", "ttl", "kelahiran") for w in before):
            continue
        if item.day is None:
            return None, True
        if item.day == birth or (on - item.day).days > 200:
            continue
        return item.day, False
    return None, False


def _judge(parts: _Parts, on: date, context: Context) -> Reading:
    measured = bool(parts.amounts.now) or bool(parts.amounts.past)
    if not measured and not parts.subject.named and parts.subject.why is Why.NO_CHILD:
        return Reading(Kind.REJECT, Why.QUESTION if parts.manner.question else Why.TALK)
    if measured and not (parts.attendance.status and not parts.attendance.soft and not parts.amounts.now):
        return _measured(parts, on)
    return _unmeasured(parts, on, context)


def _asked(parts: _Parts, why: Why, detail: str = "", **more: object) -> Reading:
    subject = parts.subject
    child = subject.child.id if subject.child is not None and why not in (Why.TWO_CHILDREN, Why.VISITOR) else None
    heard = replace(parts.measures.heard, position=parts.position)
    return replace(
        Reading(
            Kind.ASK, why, detail, child, heard=heard, said_on=parts.day, extras=read_extras(parts.items),
            candidates=tuple(c.id for c in subject.candidates[:MOST_BUTTONS]), typed=subject.typed,
        ),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


# -- lines with measures


def _measured(parts: _Parts, on: date) -> Reading:
    subject, manner = parts.subject, parts.manner
    if subject.child is None and not _is_entry(parts):
        return Reading(Kind.REJECT, _talk(parts))
    if subject.child is not None and not parts.measures.heard and not parts.amounts.now and manner.question:
        return Reading(Kind.REJECT, Why.QUESTION)
    if any(i.has("subject.visitor") for i in parts.items):
        return _asked(parts, Why.VISITOR)
    if subject.child is None:
        return _asked(parts, subject.why or Why.NO_CHILD, subject.detail)
    if subject.strange:
        return _asked(parts, Why.TWO_CHILDREN, subject.strange)
    if (why := _reason_to_ask(parts, on)) is not None:
        return _asked(parts, *why)
    heard = replace(parts.measures.heard, position=parts.position)
    found = doubts_of(subject.child, parts.day or on, heard, on)
    if found:
        return _asked(parts, Why.DOUBTFUL, str(found[0].reason), doubts=found)
    return Reading(
        Kind.OK, Why.MEASURED, "", subject.child.id, heard.weight_g, heard.height_mm, heard.head_mm, heard.muac_mm,
        heard.position, said_on=parts.day, extras=read_extras(parts.items), heard=heard, typed=subject.typed,
    )  # fmt: skip


def _reason_to_ask(parts: _Parts, on: date) -> tuple[Why, str] | None:
    """The first reason, apart from the child's name and the values themselves, not to believe a measured line."""
    subject, measures, manner, amounts = parts.subject, parts.measures, parts.manner, parts.amounts
    if subject.why is not None:
        return subject.why, subject.detail
    if parts.bad_day:
        return Why.DATE, ""
    if parts.day is not None and parts.day > on:
        return Why.FUTURE, parts.day.isoformat()
    if parts.day is not None and (parts.day.year, parts.day.month) != (on.year, on.month):
        return Why.PAST, parts.day.isoformat()
    if not amounts.now:
        return Why.PAST, ""
    if any(p.measure and p.measure not in {n.measure for n in amounts.now} for p in amounts.past) and not _known_past(parts):
        return Why.PAST, ""
    if manner.reason is not None:
        return manner.reason, manner.detail
    if manner.question:
        return Why.QUESTION, ""
    if measures.problem is not None:
        return measures.problem, measures.detail
    if not measures.heard:
        return Why.NO_VALUE, ""
    if parts.attendance.status is Status.DIED:
        return Why.DEATH, ""
    if (parts.attendance.status or parts.attendance.unclear) and not parts.attendance.soft and not _said_of_the_past(parts.items):
        return Why.STATUS_UNCLEAR, parts.attendance.status or ""
    if parts.position_unclear:
        return Why.NUMBER, "position"
    return None


def _known_past(parts: _Parts) -> bool:
    """Last month's height in the line is really last month's."""
    child = parts.subject.child
    lengths = [a.quantity.number.milli // 100 for a in parts.amounts.past if a.measure == "length"]
    return child is not None and all(v == child.last_mm for v in lengths)


def _said_of_the_past(found: list[Item]) -> bool:
    """ "... bulan kemarin tidak hadir": the absence was last month's."""
    past = False
    for item in found:
        past = (past or item.has("doubt.past")) and not item.has("doubt.now")
        if item.has("negation", "attendance.absent", "attendance.moved", "attendance.away", "attendance.come"):
            return past
    return False


def doubts_of(child: RosterChild, day: date, heard: Heard, today: date) -> tuple:
    """What is hard to believe of the measures, beside the child's age and last round."""
    known = Known(child.sex, child.birth, child.last_on, child.last_grams, child.last_mm)
    return doubts(
        known, day, weight_g=heard.weight_g, length_mm=heard.height_mm, head_mm=heard.head_mm,
        muac_mm=heard.muac_mm, position=heard.position, today=today,
    )  # fmt: skip


def _is_entry(parts: _Parts) -> bool:
    """Do the numbers of a line without a sure child look like a child's measures, not like shopping or a recap?"""
    heard, now = parts.measures.heard, parts.amounts.now
    if parts.subject.candidates and parts.subject.named:
        return bool(now)
    goods = any(i.has("talk.goods") for i in parts.items)
    recap = any(i.has("talk.recap") and not i.has("label", "subject") for i in parts.items)
    labelled = any(a.labelled for a in now)
    if goods and not labelled:
        return False
    if labelled or (any(a.unit for a in now) and not goods):
        return not (recap and not heard.weight_g)
    if recap:
        return False
    if heard.weight_g and heard.height_mm:
        return True
    decimals = any(not a.quantity.number.whole for a in now)
    return decimals and len(now) <= 4


def _talk(parts: _Parts) -> Why:
    if parts.manner.question:
        return Why.QUESTION
    return Why.RECAP if any(i.has("talk.recap") for i in parts.items) else Why.TALK


# -- lines without measures


def _unmeasured(parts: _Parts, on: date, context: Context) -> Reading:
    subject, manner, attendance = parts.subject, parts.manner, parts.attendance
    status = attendance.status or context.status
    if manner.question or (subject.child is None and not subject.candidates and subject.why is Why.NO_CHILD):
        return Reading(Kind.REJECT, Why.QUESTION if manner.question else Why.TALK)
    if status is None:
        if attendance.unclear and subject.child is not None:
            return _asked(parts, Why.STATUS_UNCLEAR)
        return _only_a_name(parts)
    if subject.child is None:
        return _status_of_nobody(parts, status)
    if attendance.status is Status.DIED:
        return _asked(parts, Why.DEATH, status=Status.DIED)
    if subject.why is not None:
        return _asked(parts, subject.why, subject.detail)
    if parts.bad_day or (parts.day is not None and (parts.day > on or (parts.day.year, parts.day.month) != (on.year, on.month))):
        return _asked(parts, Why.FUTURE if parts.day and parts.day > on else Why.DATE)
    if manner.reason not in (None, Why.NEGATED) or _said_of_the_past(parts.items):
        return _asked(parts, manner.reason or Why.PAST, manner.detail)
    return Reading(
        Kind.STATUS, Why.SAID if attendance.status else Why.LISTED, "", subject.child.id, status=status,
        said_on=parts.day, typed=subject.typed, extras=read_extras(parts.items),
    )  # fmt: skip


def _status_of_nobody(parts: _Parts, status: Status) -> Reading:
    subject = parts.subject
    if subject.adult and not subject.candidates:
        return Reading(Kind.REJECT, Why.TALK)
    words = [i for i in parts.items if i.kind == "word"]
    if subject.why is Why.UNKNOWN_CHILD and not subject.candidates and len(words) > 8:
        return Reading(Kind.REJECT, Why.TALK)
    more = {"status": status} if status is Status.DIED else {}
    return _asked(parts, subject.why or Why.UNKNOWN_CHILD, subject.detail, **more)


def _only_a_name(parts: _Parts) -> Reading:
    """A child's name and nothing to store: alone it asks for the measures, in a sentence it is talk."""
    subject = parts.subject
    named = len(subject.typed.split())
    words = [i for i in parts.items if i.kind == "word" and not i.has("subject.child_title", "label")]
    if subject.child is not None and len(words) <= named + 1 and subject.why is None:
        return _asked(parts, Why.NO_VALUE)
    if subject.candidates and len(words) <= named and subject.why in (Why.WHICH_CHILD, Why.TWO_CHILDREN):
        return _asked(parts, subject.why)
    return Reading(Kind.REJECT, Why.TALK, typed=subject.typed)


__all__ = ["NO_CONTEXT", "NOTHING_HEARD", "Context", "Sequence", "doubts_of", "read_line"]
