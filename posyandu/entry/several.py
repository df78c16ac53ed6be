"""Several children in one line: "Hasan 10,6/82,5, Husein 10,7/83" and "Tidak hadir: Naufal, Aqila (demam), Arkan"."""

import re
from dataclasses import replace
from datetime import date

from posyandu.entry.item import Item
from posyandu.entry.lexer import items
from posyandu.entry.line import read_line
from posyandu.entry.parts import Context, Parts, take_apart
from posyandu.entry.reading import Kind, Reading, Status, Why
from posyandu.entry.typed import clean
from posyandu.entry.vocabulary import is_ordinary
from posyandu.names import Answer, Found, Roster

_BETWEEN = re.compile(
    r"\s*(?:[,;&+/]|\bdan\b|\bsama\b|\bserta\b|\bjeung\b|\bkaro\b|\d{1,2}\s?[.)])\s*(?![^()]*\))", re.I
)
_MOST = 40  # names in one line
_TRY = (
    Why.TWO_CHILDREN, Why.OTHER_NAME, Why.EXTRA_NUMBER, Why.TWO_VALUES, Why.WHICH_CHILD, Why.NUMBER, Why.SEX,
)  # fmt: skip


def listed_names(text: str, roster: Roster, on: date, context: Context) -> list[Reading]:
    """A reading for each name in a row, below the status in `context`; empty when these are no names."""
    names = [part.strip(" .") for part in _BETWEEN.split(text) if part.strip(" .")][:_MOST]
    readings = [read_line(name, roster, on, context) for name in names]
    known = [r for r in readings if r.kind is not Kind.REJECT]
    return known if known and len(known) == len(readings) else known if len(known) > len(readings) / 2 else []


def children_in_line(text: str, whole: Reading, roster: Roster, on: date, context: Context) -> list[Reading]:
    """One reading a child when a line plainly holds several, each with her own words; else empty."""
    if whole.kind is not Kind.ASK or whole.why not in _TRY:
        return []
    line = clean(text)
    found = items(line, on, names=roster.spelled_words, codes=roster.codes)
    cuts = _cuts(found, roster)
    if cuts:
        pieces = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
        readings = [read_line(piece, roster, on, context) for piece in pieces]
        children = [r.child for r in readings]
        sure = all(
            r.kind in (Kind.OK, Kind.STATUS) or (r.kind is Kind.ASK and r.why is not Why.NO_CHILD) for r in readings
        )
        if sure and len(set(children)) == len(children) and any(children):
            return readings
    parts = take_apart(line, roster, on, context)
    if parts.attendance.status is not None and not parts.amounts.now and whole.why is Why.TWO_CHILDREN:
        return _same_status(line, roster, on, context, parts.attendance.status) or _side_by_side(parts, roster)
    return []


def _cuts(found: list[Item], roster: Roster) -> list[int]:
    """Where the words of a further child begin: name words after a number, before another number."""
    starts: list[int] = []
    counted = int(found[0].text) if found and found[0].kind == "number" and found[0].text.isdigit() else None
    numbers = [n for n, i in enumerate(found) if i.kind == "number"]
    named = measured = False
    for at, item in enumerate(found):
        if item.kind == "number":
            measured = named
        elif item.kind == "word" and _is_name(item, roster):
            if measured and any(n > at for n in numbers):
                first = _with_titles(found, at)
                counted = counted + 1 if counted is not None else None
                starts.append(found[_with_number(found, first, counted)].start)
                measured = False
            named = True
    return starts


def _is_name(item: Item, roster: Roster) -> bool:
    if " " in item.text or item.tags or len(item.text) < 3:
        return roster.is_own_word(item.text, exactly=True) and not item.has("label", "unit")
    return roster.is_own_word(item.text) or (not is_ordinary(item.text) and roster.is_like_own_word(item.text))


def _with_titles(found: list[Item], at: int) -> int:
    """The place where a name begins, its titles and signs before it included."""
    while at > 0 and (found[at - 1].has("subject.child_title") or found[at - 1].text in ("dan", "sama", "-", "(")):
        at -= 1
    return at


def _with_number(found: list[Item], at: int, expected: int | None) -> int:
    """The place of the list number before a name, if it is the next one: "1. Azzam 11,2 83 2. Humaira ..."."""
    dot = at > 1 and found[at - 1].text in ".)" and found[at - 1].kind == "sign"
    return at - 2 if dot and expected is not None and found[at - 2].text == str(expected) else at


def _same_status(line: str, roster: Roster, on: date, context: Context, status: Status) -> list[Reading]:
    """ "Naufal, Aqila dan Arkan tidak hadir": the status is said once for all."""
    below = replace(context, status=status)
    readings = listed_names(line, roster, on, below)
    whole = all(r.kind in (Kind.STATUS, Kind.ASK) and r.status in (None, status) for r in readings)
    return readings if whole and len(readings) > 1 else []


def _twins(found: list[Found]) -> bool:
    """Of one mother and one birthday: nobody's first and second name by chance."""
    return len({(f.child.mother, f.child.birth) for f in found if f.child is not None}) == 1


def _side_by_side(parts: Parts, roster: Roster) -> list[Reading]:
    """ "kembar Hasan Husein tidak hadir": every word of the names is, as spelled, another twin's."""
    status, words = parts.attendance.status, parts.subject.typed.split()
    plain = parts.manner.reason in (None, Why.NEGATED) and parts.day is None and not parts.bad_day
    past = any(i.has("doubt.past", "about") for i in parts.items)
    if status in (None, Status.DIED) or not plain or past or parts.manner.question:
        return []
    found = [roster.find([w]) for w in words if roster.is_own_word(w, exactly=True)]
    children = {f.child.id for f in found if f.answer is Answer.ONE and f.child is not None}
    if len(children) < len(words) or len(words) < 2 or not _twins(found):
        return []
    ordered = [f.child.id for f in found if f.child is not None]
    return [
        Reading(Kind.STATUS, Why.SAID, "", child, status=status, typed=w)
        for child, w in zip(ordered, words, strict=True)
    ]
