"""A whole message: one line after another, each read in the light of the headings above it.

Also one child over several lines ("Nama: / BB: / TB:"), two children on one line, and names in a row after "Tidak
hadir:". Every line that is not blank gets at least one reading; a line with two children gets two.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from posyandu.entry.headings import Heading, read_heading, row_as_line
from posyandu.entry.lexer import MOST_CHARACTERS
from posyandu.entry.line import asked_about, read_line, tidy
from posyandu.entry.parts import NO_CONTEXT, Context, Parts, take_apart
from posyandu.entry.prefix import leading_number, without_copied
from posyandu.entry.reading import Kind, Reading, Status, Why
from posyandu.entry.several import children_in_line, listed_names
from posyandu.entry.typed import clean
from posyandu.entry.vocabulary import word_set
from posyandu.names import Roster

MOST_LINES = 200  # no posyandu weighs as many; what follows is refused unread
_SURELY_TURNED = 3  # lines with the height first, and none with the weight first: that is how she writes
_LONGEST = 4 * MOST_CHARACTERS  # characters of a line; more is no entry
_FORM = re.compile(
    r"^\W*(?:nama\s+)?(?P<what>ibu|ibunya|bunda|ortu|orang\s?tua|bapak|ayah|alamat|nik|kk|tgl|tanggal|ttl|lahir|jk|jenis"
    r"|kelamin|ket|keterangan|posisi|cara|vit|vita|asi|oedema|edema|rt|rw|usia|umur|bb|tb|pb|lk|lika|lila|lingkar|berat"
    r"|tinggi|panjang|no)\b[^:=]{0,25}[:=]",
    re.IGNORECASE,
)
_NOT_READ, _MOTHER = word_set("form_unread"), word_set("form_mother")


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A line's number (from 1, blank lines counted), its text and what it says."""

    line_no: int
    text: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Session:
    """All lines of a message that are not blank, the day it names, and what its headings say of a next message."""

    lines: tuple[SessionLine, ...]
    day: date | None = None
    context: Context = NO_CONTEXT


def read_session(message: str, roster: Roster, on: date, context: Context = NO_CONTEXT) -> Session:
    """Read a pasted message line by line. Never raises."""
    found = _read(message, roster, on, context)
    turned = sum(x.reading.why is Why.SWAPPED for x in found.lines)
    if turned < _SURELY_TURNED or context.columns or found.context.columns:
        return found
    other = _read(message, roster, on, replace(context, columns=("length", "weight")))
    pairs = list(zip(found.lines, other.lines, strict=False))
    both_ways = any(_stands(a.reading) and a.reading.height_mm and a.reading.weight_g and a != b for a, b in pairs)
    if both_ways or len(other.lines) != len(found.lines):
        return found
    return replace(found, lines=tuple(a if _stands(a.reading) else b for a, b in pairs), context=other.context)


def _stands(reading: Reading) -> bool:
    return reading.kind in (Kind.OK, Kind.STATUS)


def _read(message: str, roster: Roster, on: date, context: Context) -> Session:
    reader = _Session(roster, on, context)
    lines = re.split(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]", message)
    reader.numbered = _numbered([line[:_LONGEST] for line in lines[:MOST_LINES]])
    for number, text in enumerate(lines, 1):
        if not text.strip():
            reader.blank()
        elif len(reader.found) >= MOST_LINES or len(text) > _LONGEST:
            reader.found.append(SessionLine(number, text, Reading(Kind.REJECT, Why.TOO_LONG)))
        else:
            reader.line(number, text)
    return Session(tuple(_checked(reader.found)), reader.context.day, reader.context)


def _numbered(lines: list[str]) -> bool:
    """ "1 azzam ...", "2 humaira ...": the lines begin with their number and nothing after it."""
    found = [n[0] for text in lines if (n := leading_number(clean(without_copied(text)))) is not None]
    steps = [b - a for a, b in pairwise(found)]
    return bool(steps) and min(steps) > 0 and 2 * steps.count(1) > len(steps)


class _Session:
    """What the lines so far have said."""

    def __init__(self, roster: Roster, on: date, context: Context) -> None:
        self.roster, self.on, self.context = roster, on, context
        self.found: list[SessionLine] = []
        self.form: tuple[int, str] | None = None  # place of a line with only a name, and what was said since
        self.numbered = False
        self.after_blank = False

    def blank(self) -> None:
        self.after_blank = True

    def add(self, number: int, text: str, reading: Reading) -> None:
        self.found.append(SessionLine(number, text, reading))

    def line(self, number: int, text: str) -> None:
        after_blank, self.after_blank = self.after_blank, False
        if self.form is not None and self.continues(text):
            self.attach(number, text)
            return
        heading = read_heading(text, self.roster, self.on)
        if heading is not None:
            self.heading(number, text, heading)
            return
        self.form = None
        self.entry(number, text, after_blank)

    # -- headings

    def heading(self, number: int, text: str, heading: Heading) -> None:
        self.form = None
        if heading.names:
            below = replace(self.context, status=heading.status, status_unclear=heading.unclear)
            listed = listed_names(heading.names, self.roster, self.on, below) if not heading.present else []
            for reading in listed or [read_line(text, self.roster, self.on, self.context)]:
                self.add(number, text, reading)
            return
        if heading.columns:
            self.context = Context(heading.columns, heading.cells, day=self.context.day)
        elif heading.day is not None:
            self.context = replace(self.context, day=heading.day)
        else:
            ended = heading.unclear and any(
                x.reading.kind is Kind.OK for x in self.found
            )  # "Belum datang:" ends a list
            status = Status.ABSENT if ended else heading.status
            self.context = replace(self.context, status=status, status_unclear=heading.unclear and not ended)
        self.add(number, text, Reading(Kind.REJECT, heading.why))

    # -- entries

    def entry(self, number: int, text: str, after_blank: bool) -> None:
        cells = self.context.cells
        line = (row_as_line(without_copied(text), cells) if cells else None) or text
        if self.numbered and (counted := leading_number(clean(without_copied(line)))) is not None:
            line = counted[1]
        reading = read_line(line, self.roster, self.on, self.context)
        readings = children_in_line(line, reading, self.roster, self.on, self.context) or [reading]
        for each in readings:
            self.add(number, text, self.under_status(each, after_blank))
        if len(readings) == 1 and self.may_continue(line, reading):
            self.form = (len(self.found) - 1, tidy(line))

    def under_status(self, reading: Reading, after_blank: bool) -> Reading:
        """A measured child below "Tidak hadir:" closes that list, or is asked when it stands right among the names."""
        listed = self.context.status is not None or self.context.status_unclear
        if not listed or reading.kind is not Kind.OK:
            return reading
        if after_blank:
            self.context = replace(self.context, status=None, status_unclear=False)
            return reading
        return asked_about(reading, Why.STATUS_UNCLEAR, self.context.status or "")

    # -- one child over several lines

    def parts(self, text: str) -> Parts:
        return take_apart(tidy(text), self.roster, self.on, self.context)

    def may_continue(self, line: str, reading: Reading) -> bool:
        """Only a name was said: the measures may follow below."""
        if self.context.status is not None or self.context.status_unclear or reading.kind in (Kind.OK, Kind.STATUS):
            return False
        parts = self.parts(line)
        words = [i for i in parts.items if i.kind == "word"]
        form = bool(words) and words[0].text in ("nama", "nm")
        short = len(words) <= len(parts.subject.typed.split()) + 2
        if not parts.subject.named or parts.amounts.now or not short:
            return False
        return form or reading.kind is Kind.ASK or len(words) <= 3

    def continues(self, text: str) -> bool:
        """A line without a child of its own that carries a measure or a field of a form."""
        if _FORM.match(without_copied(text)):
            return True
        parts = self.parts(text)
        recap = any(i.has("talk.recap") and not i.has("label") for i in parts.items)
        if parts.subject.named or parts.subject.candidates or recap:
            return False
        return bool(parts.amounts.now) or parts.amounts.months is not None

    def attach(self, number: int, text: str) -> None:
        place, said = self.form or (0, "")
        field = _FORM.match(without_copied(text))
        what = field["what"].lower() if field else ""
        if what in _MOTHER and field is not None:
            said = f"{said}, anak bu {clean(without_copied(text)[field.end() :])}"
        elif what not in _NOT_READ:
            said = f"{said} ; {tidy(text)}"
        self.form = (place, said)
        known = self.found[place]
        self.found[place] = replace(known, reading=read_line(said, self.roster, self.on, self.context))
        self.add(number, text, Reading(Kind.REJECT, Why.CONTINUED))


def _checked(lines: list[SessionLine]) -> list[SessionLine]:
    """The same child twice: the same again is fine, other values or a status beside measures are asked."""
    said: dict[str, dict[str, object]] = {}
    checked = []
    for line in lines:
        reading = line.reading
        if reading.kind in (Kind.OK, Kind.STATUS) and reading.child is not None:
            known = said.setdefault(reading.child, {})
            new = _values(reading)
            other_value = any(known.get(name, value) != value for name, value in new.items())
            if other_value or (known and ("status" in new) != ("status" in known)):
                why = Why.TWO_VALUES if reading.kind is Kind.OK else Why.STATUS_UNCLEAR
                line = replace(line, reading=asked_about(reading, why))
            else:
                known.update(new)
        checked.append(line)
    return checked


def _values(reading: Reading) -> dict[str, object]:
    if reading.kind is Kind.STATUS:
        return {"status": reading.status}
    values = {"weight": reading.weight_g, "height": reading.height_mm, "head": reading.head_mm, "muac": reading.muac_mm}
    return {name: value for name, value in values.items() if value is not None}
