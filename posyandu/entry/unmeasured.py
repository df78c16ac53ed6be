"""Lines without a measure: a status, a bare name, or talk."""

from dataclasses import replace
from datetime import date

from posyandu.entry.attendance import in_a_place, read_attendance
from posyandu.entry.parts import Context, Parts
from posyandu.entry.reading import Kind, Reading, Status, Why
from posyandu.entry.vocabulary import phrase_tags, word_set
from posyandu.names import MOST_BUTTONS

_FORM_WORDS, _SINCE, _OLD_TIMES = (word_set(name) for name in ("form", "since", "old_times"))
_HELD = frozenset(("doubt.held",))  # "ikut sama ibunya": only of a weighing does it matter
_NEXT_MONTH = frozenset(("bulan depan", "bln depan"))
_STATUS_WORDS = {
    Status.ILL: ("attendance.ill",),
    Status.AWAY: ("attendance.away", "attendance.somewhere"),
    Status.REFUSED: ("attendance.refused", "attendance.unwilling", "attendance.unable"),
    Status.ABSENT: ("attendance.absent", "attendance.come"),
    Status.FIVE: ("attendance.five",),
    Status.MOVED: ("attendance.moved",),
}
_ALL_STATUS_WORDS = ("attendance.ill", "attendance.away", "attendance.moved", "attendance.five", "attendance.absent")
_TODAY = (Status.ILL, Status.AWAY, Status.REFUSED, Status.ABSENT)
_GIVEN_UP, _DO_NOT = frozenset(("batal", "gagal")), frozenset(("jangan", "jgn", "ojo"))
_HEARSAY = word_set("hearsay")
_LET_GO = frozenset(("lulus", "lulus posyandu", "tamat", "lulusan"))
_RETURNS, _ABOUT = word_set("returns"), word_set("about_measuring")
_STRIKE = frozenset(("coret", "dicoret", "hapus", "dihapus"))
_FOR_SALE, _YESTERDAY = word_set("for_sale"), word_set("yesterday")
_LONG_TALK = 8  # words: more, with a name nobody has, is talk


def read_unmeasured(parts: Parts, on: date, context: Context) -> Reading:
    """What a line without a measure of today says."""
    subject, attendance = parts.subject, parts.attendance
    status = attendance.status or context.status
    if status is Status.ABSENT and context.status is not None and attendance.status is None and in_a_place(parts.items):
        status = Status.AWAY  # "Arshaka (di Cianjur)" below "Tidak hadir:"
    if parts.manner.question:
        return Reading(Kind.REJECT, Why.QUESTION)
    twins = any(i.has("subject.anonymous") and "kembar" in i.text for i in parts.items)
    if status is not None and subject.why is Why.NO_CHILD and twins:
        return _question(parts, Why.NO_CHILD)
    if subject.why is Why.NO_CHILD and not subject.candidates:
        return Reading(Kind.REJECT, Why.TALK)
    if status is not None and not subject.candidates and any(i.text in _FOR_SALE for i in parts.items):
        return Reading(Kind.REJECT, Why.TALK)
    if status is not None:
        return _status(parts, status, on, said=attendance.status is not None)
    if (attendance.unclear or context.status_unclear) and subject.child is not None:
        return _question(parts, Why.NOT_YET if attendance.not_yet or not attendance.unclear else Why.STATUS_UNCLEAR)
    return _only_a_name(parts)


def _status(parts: Parts, status: Status, on: date, *, said: bool) -> Reading:
    subject = parts.subject
    if subject.child is None:
        return _status_of_nobody(parts, status)
    if status is Status.DIED:
        return replace(_question(parts, Why.DEATH), status=Status.DIED)
    if subject.why is not None:
        return _question(parts, subject.why, subject.detail)
    day = parts.day
    turns_five = status is Status.FIVE and day is not None and day > on and (day.year, day.month) == (on.year, on.month)
    if parts.bad_day or (
        day is not None and not turns_five and (day > on or (day.year, day.month) != (on.year, on.month))
    ):
        return _question(parts, Why.FUTURE if day and day > on else Why.DATE)
    if (
        parts.manner.reason not in (None, Why.NEGATED)
        and not _comes_later(parts)
        and not _leaves_it_so(parts, status)
        and not phrase_tags(tuple(parts.manner.detail.split())) & _HELD
    ):
        return _question(parts, parts.manner.reason or Why.PAST, parts.manner.detail)
    if status is not Status.MOVED and _of_the_past(parts):
        return _question(parts, Why.PAST)
    return Reading(
        Kind.STATUS, Why.SAID if said else Why.LISTED, "", subject.child.id, status=status, said_on=day,
        extras=parts.extras, typed=subject.typed,
    )  # fmt: skip


def _leaves_it_so(parts: Parts, status: Status) -> bool:
    """Words of a plan, of hearsay or of giving up that do not touch what is said of today: "diajak ke Metro, pulang
    minggu depan", "gibran tidur pules, kata ibunya jgn dibangunin", "gak mau turun, batal nimbang"."""
    manner, found = parts.manner, parts.items
    at = next((n for n, i in enumerate(found) if i.text == manner.detail), None)
    said = [n for n, i in enumerate(found) if i.has(*_STATUS_WORDS.get(status, ()))]
    if at is None or not said:
        return False
    word = found[at - 1] if at else None
    after = next((i for i in found[at + 1 :] if i.kind == "word"), None)
    if manner.reason is Why.PLAN:
        return _plan_leaves(parts, status, at, said)
    weighed_again = manner.detail.startswith(("ditimbang", "timbang", "nimbang"))
    if weighed_again and word is not None and word.has("negation") and status in (Status.FIVE, Status.MOVED):
        return True  # "udh lulus balita jd ga ditimbang lg"
    if manner.detail in _STRIKE and (after is None or not after.text.startswith(("yg", "yang", "sing", "nu"))):
        return status in (Status.MOVED, Status.FIVE)  # "sudah pindah, coret saja"
    if manner.detail in _HEARSAY and (status is Status.ABSENT or (status in _TODAY and min(said) < at)):
        return True  # "ga dateng, lupa jadwal katanya"
    if after is None:
        return manner.detail in _GIVEN_UP and status in _TODAY
    if manner.detail in _GIVEN_UP | _DO_NOT:
        denied = (word is not None and word.has("negation")) or (manner.detail in _DO_NOT and after.text in _ABOUT)
        return status in _TODAY and not after.has(*_ALL_STATUS_WORDS) and not denied
    return manner.detail in _HEARSAY and after.has("about.kin", "about.related") and status in _TODAY


def _plan_leaves(parts: Parts, status: Status, at: int, said: list[int]) -> bool:
    """What is planned is the return, a visit to the bidan, a birthday; today's status was said before it."""
    found = parts.items
    if status is Status.FIVE:
        directly = [n for n in said if abs(n - at) <= 1 and found[n].text in _LET_GO]
        return any(found[n].text in _LET_GO for n in said) and not directly
    if status not in (Status.ILL, Status.AWAY, Status.REFUSED):
        return False
    if status is not Status.AWAY:
        return min(said) < at
    away = read_attendance(found[: max(0, at - 1)], None, None).status is Status.AWAY
    near = [i for i in found[max(0, at - 3) : at + 4] if i.kind == "word"]
    return away and any(i.text in _RETURNS for i in near)


def _comes_later(parts: Parts) -> bool:
    """ "lagi di Bandung, bulan depan hadir": next month's coming leaves today's status as it is."""
    if parts.manner.reason is not Why.PLAN or parts.manner.detail not in _NEXT_MONTH:
        return False
    at = next(n for n, i in enumerate(parts.items) if i.text == parts.manner.detail)
    after = [i for i in parts.items[at + 1 : at + 5] if i.kind == "word"]
    before = any(i.has("attendance.away", "attendance.absent", "attendance.ill", "negation") for i in parts.items[:at])
    return before and any(i.has("attendance.come", "attendance.weighing") for i in after)


def _of_the_past(parts: Parts) -> bool:
    """Said of last month; "dari kemarin sakit" is still so."""
    for at, item in enumerate(parts.items):
        if item.has("doubt.past") and item.text not in _OLD_TIMES:
            before = parts.items[at - 1].text if at else ""
            absent = any(i.has("negation") for i in parts.items)
            ill = parts.attendance.status is Status.ILL and item.text in _YESTERDAY and absent
            if before not in _SINCE and not (ill and at > 1):
                return True
    return False


def _status_of_nobody(parts: Parts, status: Status) -> Reading:
    subject = parts.subject
    words = sum(1 for i in parts.items if i.kind == "word")
    if subject.by_mother or (not subject.candidates and (subject.adult or words > _LONG_TALK)):
        return Reading(Kind.REJECT, Why.TALK)
    question = _question(parts, subject.why or Why.UNKNOWN_CHILD, subject.detail)
    return replace(question, status=Status.DIED) if status is Status.DIED else question


def _only_a_name(parts: Parts) -> Reading:
    """A child's name and nothing to store: alone it asks for the measures, in a sentence it is talk."""
    subject, named = parts.subject, len(parts.subject.typed.split())
    plain = [i for i in parts.items if i.kind == "word" and not i.has("subject.child_title", "label")]
    words = [i for i in plain if i.text not in _FORM_WORDS]
    if subject.child is not None and len(words) <= named and subject.why is None:
        return _question(parts, Why.NO_VALUE)
    if subject.candidates and len(words) <= named and subject.why in (Why.WHICH_CHILD, Why.TWO_CHILDREN):
        return _question(parts, subject.why)
    return Reading(Kind.REJECT, Why.TALK, typed=subject.typed)


def _question(parts: Parts, why: Why, detail: str = "") -> Reading:
    subject = parts.subject
    return Reading(
        Kind.ASK, why, detail, subject.child.id if subject.child else None, said_on=parts.day, extras=parts.extras,
        candidates=tuple(c.id for c in subject.candidates[:MOST_BUTTONS]), typed=subject.typed,
    )  # fmt: skip
