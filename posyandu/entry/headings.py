"""Lines that say how to read the lines below them: columns, "Tidak hadir:", a date, a closing."""

import re
from dataclasses import dataclass
from datetime import date

from posyandu.entry.amounts import FIELDS, measure_of_label
from posyandu.entry.dates import MONTHS, said_dates
from posyandu.entry.item import Item
from posyandu.entry.parts import Parts, take_apart
from posyandu.entry.prefix import without_copied, without_number
from posyandu.entry.reading import Status, Why
from posyandu.entry.typed import clean
from posyandu.entry.vocabulary import word_set
from posyandu.names import Roster

_CLOSING, _NAME_WORDS, _IGNORED = (word_set(name) for name in ("closing", "name", "ignored_column"))
_PRESENT = word_set("present")
_HEADING_WORDS = _PRESENT | word_set("heading")
_HEADING_LISTS = (
    "negation", "attendance.come", "attendance.absent", "attendance.ill", "attendance.moved", "attendance.away",
    "attendance.weighing", "attendance.five",
)  # fmt: skip
_MEASURES = frozenset(FIELDS)
_NUMBERS = _MEASURES | {"age", "rt", "other"}  # columns that hold numbers
_NUMERIC_IGNORED = frozenset(("nik", "kk"))
_TWO_VALUES = re.compile(r"\s*\d+[.,]\d+\s*/\s*\d+[.,]\d+\s*")
_WORDS = re.compile(r"[^\W\d_]{3}")
_REPORT = frozenset(
    ("hasil", "data", "daftar", "rekap", "laporan", "penimbangan", "hasil penimbangan", "hasil timbang")
)
_LETTERED = re.compile(r"^[A-H]\s?[.)]\s+(?=[^\W\d_]{4})")  # "D. Absen"
_AGES = re.compile(
    r"\d{1,2}\s*(?:(?:-|–|s/?d|sampai|sampe)\s*\d{1,2}\s*)?(?:bln|bulan|bl|thn|th|tahun)\b(?:\s*ke\s*(?:atas|bawah))?",
    re.I,
)
_LABELS = re.compile(r"\b(?:bb|tb|pb|lk|lila)\b", re.IGNORECASE)
_YEARS = (2020, 2060)
_CLOCK = re.compile(r"\d{1,2}[.:]\d{2}")
_DIGITS = re.compile(r"\d+")
_CELL = re.compile(r"\s*[|\t;]\s*|\s+/\s+|(?<=[^\W\d_])/(?=[^\W\d_])")
_MOST_EMPTY = 5
_DRAWN = re.compile(r"\s*[|\t;]\s*")  # where there are such lines, "PB/TB" is one column
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says. `cells` are the columns of a table row, names and ignored ones too; `names` is what follows
    the colon of "Tidak hadir: Naufal, Aqila"."""

    why: Why = Why.HEADING
    columns: tuple[str, ...] | None = None
    cells: tuple[str, ...] = ()
    status: Status | None = None
    unclear: bool = False
    present: bool = False
    day: date | None = None
    names: str = ""


def read_heading(text: str, roster: Roster, on: date) -> Heading | None:
    """The heading a line is, None for an entry or plain talk."""
    raw = _LETTERED.sub("", without_number(clean_keeping_tabs(without_copied(text)))[0])
    raw = _AGES.sub("", raw) if len(_LABELS.findall(raw)) > 1 else raw  # "A. BAYI 0-11 bln (PB - BB - LK)"
    line = clean(raw)
    if not line or (":" not in line and len(_DIGITS.findall(line)) > 1 and not said_dates(line, on)):
        return None
    head, colon, tail = line.rstrip("*_~ ").partition(":")  # "*Tidak hadir:*"
    if colon and tail.strip() and (listed := _status_heading(take_apart(head, roster, on), roster)) is not None:
        return Heading(status=listed.status, unclear=listed.unclear, present=listed.present, names=tail.strip())
    parts = take_apart(line, roster, on)
    words = [i for i in parts.items if i.kind == "word"]
    if _begins_to_close(words, parts, roster):
        return Heading(Why.CLOSING)
    if any(i.text in _CLOSING for i in words) and not parts.subject.candidates and not parts.amounts.now:
        return Heading(Why.CLOSING)
    if parts.subject.child is not None or parts.subject.candidates:
        return None
    if (columns := _columns(parts.items)) is not None:
        return Heading(columns=columns, cells=_cells(raw, roster, on))
    day = next((i.day for i in parts.items if i.day is not None), None)
    if day is not None and any(i.text in _REPORT for i in words) and not parts.amounts.now:
        return Heading(day=day)  # "Hasil posyandu 12 November yg belum masuk:"
    if any(i.text in _REPORT for i in words) and _is_of_a_month(parts.items) and not parts.subject.typed:
        return Heading()
    if (listed := _status_heading(parts, roster)) is not None:
        return listed
    hours = all(_CLOCK.fullmatch(i.text) for i in parts.items if i.kind == "number")
    dated = any(i.kind == "date" for i in parts.items)
    if dated and (not parts.amounts.now or (hours and not parts.subject.typed)):
        return Heading(day=next((i.day for i in parts.items if i.day is not None), None))
    return None


def _is_of_a_month(found: list[Item]) -> bool:
    """ "Hasil penimbangan November 2026": a month, and no number but its year."""
    numbers = [i.number.milli // 1000 for i in found if i.number is not None]
    return any(i.text in MONTHS for i in found) and all(_YEARS[0] <= n <= _YEARS[1] for n in numbers)


def _begins_to_close(words: list[Item], parts: Parts, roster: Roster) -> bool:
    """ "Sekian, Tuhan memberkati", whatever the words after it are like."""
    if not words or words[0].text not in _CLOSING or roster.is_own_word(words[0].text, exactly=True):
        return False
    return len(words) < _MOST_WORDS and not parts.amounts.now and parts.attendance.status is None


def clean_keeping_tabs(text: str) -> str:
    """The text as typed, its tabs still telling the columns apart."""
    return text.replace("\t", "|").strip() if "\t" in text.strip() else text.strip()


def _column(item: Item) -> str | None:
    """The column a heading's word names."""
    if item.text in _NAME_WORDS:
        return "name"
    if (measure := measure_of_label(item)) is not None:
        return measure
    if item.has("not_a_measure.age"):
        return "age"
    if item.text == "rt":
        return "rt"
    if item.text in _NUMERIC_IGNORED:
        return "other"
    return "ignored" if item.text in _IGNORED else None


def _columns(items: list[Item]) -> tuple[str, ...] | None:
    """The number columns that a line without numbers names, in order."""
    if any(i.kind in ("number", "code", "digits") for i in items):
        return None
    words = [i for i in items if i.kind == "word"]
    named = [c for i in words if (c := _column(i)) is not None]
    named = [c for n, c in enumerate(named) if not n or c != named[n - 1] or c == "ignored"]  # "PB/TB" is one
    measured = [c for c in named if c in _MEASURES]
    plain = sum(1 for i in words if _column(i) is None)
    if not measured or len(set(measured)) < len(measured) or plain > 4:
        return None
    if len(named) < 2 and (plain or len(words[0].text.split()) > 2 or words[0].text.startswith(("hasil", "timbang"))):
        return None
    return tuple(c for c in named if c in _NUMBERS)


def _cells(raw: str, roster: Roster, on: date) -> tuple[str, ...]:
    """The columns of a table's heading, cell by cell; empty when it is no table."""
    table = re.sub(r"^[^:]*:\s*", "", raw).strip("| ")
    cells = [c.strip() for c in (_DRAWN if _DRAWN.search(table) else _CELL).split(table)]
    if len(cells) < 3:
        return ()
    named = []
    for cell in cells:
        items = take_apart(clean(cell), roster, on).items
        found = [c for i in items if (c := _column(i)) is not None]
        named.append(next((c for c in found if c != "ignored"), "ignored"))
    return tuple(named) if "name" in named and len({*named} & {"weight", "length"}) else ()


def row_as_line(text: str, cells: tuple[str, ...]) -> str | None:
    """A table's row with its columns' labels written in; None when it has other cells than the heading."""
    found = _row(text, len(cells))
    if found is None:
        return None
    label = {"weight": "bb", "length": "tb", "head": "lk", "muac": "lila", "rt": "rt"}
    line = [found[cells.index("name")]]
    for column, value in zip(cells, found, strict=True):
        if column in label and any(c.isdigit() for c in value):
            if column in _MEASURES and _TWO_VALUES.fullmatch(value):
                value = value.replace("/", " atau ")  # "13,1/13,3" in one cell
            line.append(f"{label[column]} {value}")
        elif column in label and _WORDS.search(value):
            line.append(value)  # "tdk hadir" in the column of the weights
        elif column == "ignored" and value.strip("-") and not value.isdigit():
            line.append(f"({value})")
    measured = [v for c, v in zip(cells, found, strict=True) if c in _MEASURES]
    if "weight" in cells and "-" in found and all(v in ("-", "") for v in measured):
        line.append("tidak hadir")  # a stroke in every cell; a reason beside it goes before
    return ", ".join(line)


def _row(text: str, many: int) -> list[str] | None:
    """The cells of a row; those left empty at the end are there too. None when it has other cells than the heading."""
    drawn = re.sub(r"^\s*\|\s?|\|\s*$", "", text.replace("\t", "|").strip(" \r\n"))
    found = [c.strip() for c in re.split(r"[|;]", drawn)]
    if 2 < len(found) < many and many - len(found) <= _MOST_EMPTY:
        found += [""] * (many - len(found))
    if len(found) != many:
        found = [c.strip() for c in text.split("/")]
    return found if len(found) == many else None


def _may_head(item: Item) -> bool:
    """A word that stands in headings, not in talk about one child."""
    if item.text in _HEADING_WORDS:  # "hari ini"
        return True
    return all(w in _HEADING_WORDS for w in item.text.split()) or item.has(*_HEADING_LISTS)


def _status_heading(parts: Parts, roster: Roster) -> Heading | None:
    """ "Tidak hadir:", "Yang sakit", "Hadir": a status and no child."""
    words = [i for i in parts.items if i.kind == "word"]
    if parts.subject.child or parts.subject.candidates or parts.manner.question or not 0 < len(words) <= _MOST_WORDS:
        return None
    if parts.subject.typed or any(a.labelled or a.unit for a in parts.amounts.now):
        return None
    if not (parts.items[-1].text == ":" or all(_may_head(i) for i in words)):
        return None
    if parts.attendance.status is not None and parts.attendance.status is not Status.DIED:
        return Heading(status=parts.attendance.status)
    if parts.attendance.unclear or any(i.has("negation.yet") for i in words):  # "Belum datang:", "Yang belum:"
        return Heading(unclear=True)
    single = [w for i in words for w in i.text.split()]
    if all(w in _HEADING_WORDS for w in single) and not _PRESENT.isdisjoint(single):
        return Heading(present=True)
    return None
