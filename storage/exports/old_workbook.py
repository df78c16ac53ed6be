"""Excel 97-2003 (.xls), as e-PPGBM takes it: texts and numbers on plain sheets, written as MS-XLS describes BIFF8.

Written here because no writer of this format is maintained any more. A NIK is a text cell with the text format.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from storage.exports.compound import compound
from storage.exports.sheet import FORMULA, Column, Sheet, as_text, number

MOST_ROWS = 65_535  # under one header line
LONGEST_TEXT = 4_000  # characters; a text then always fits one record
_RECORD = 8_224  # bytes in one record; the string table goes on in further ones
_GENERAL, _TEXT, _BOLD, _DECIMAL, _QUOTED = 15, 16, 17, 18, 19  # cell formats, after the fifteen fixed ones


def write_xls(path: Path, sheet: Sheet, most_rows: int = MOST_ROWS) -> int:
    """Write `sheet`, in as many sheets as it needs; how many rows."""
    texts = _Texts()
    pages = [_Page(sheet, texts)]
    done = 0
    for row in sheet.rows:
        if pages[-1].at > most_rows:
            pages.append(_Page(sheet, texts, len(pages) + 1))
        pages[-1].write(row)
        done += 1
    if pages[-1].at + len(sheet.notes) > most_rows + 1:
        pages.append(_Page(sheet, texts, len(pages) + 1))
    for note in sheet.notes:
        pages[-1].line((note,))
    path.write_bytes(compound("Workbook", _book(pages, texts)))
    return done


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


class _Texts:
    """The table of all texts; cells name them by number."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self.uses = 0

    def number(self, text: str) -> int:
        self.uses += 1
        return self._at.setdefault(text[:LONGEST_TEXT], len(self._at))

    def records(self) -> bytes:
        """SST and its CONTINUE records; a text never runs over the edge of one."""
        parts, part = [], struct.pack("<II", self.uses, len(self._at))
        for text in self._at:
            coded = _string(text, "<HB")
            if len(part) + len(coded) > _RECORD:
                parts.append(part)
                part = b""
            part += coded
        parts.append(part)
        return b"".join(_record(0x003C if n else 0x00FC, p) for n, p in enumerate(parts))


def _string(text: str, head: str) -> bytes:
    """Length, a byte that says "two bytes a character", the characters."""
    coded = text.encode("utf-16-le")
    return struct.pack(head, len(coded) // 2, 1) + coded


class _Page:
    """One sheet, written downwards. `at`: the next line, counted from 0."""

    def __init__(self, sheet: Sheet, texts: _Texts, number: int = 1) -> None:
        self.name = sheet.name if number == 1 else f"{sheet.name[:26]} ({number})"
        self._columns = sheet.columns
        self._style = sheet.style
        self._texts = texts
        self._cells: list[bytes] = []
        self.at = 0
        for line in sheet.head if number == 1 else ():
            self.line(line, _BOLD)
        self.line([c.title for c in sheet.columns], _BOLD)

    def line(self, cells: Any, form: int = _GENERAL) -> None:
        for at, cell in enumerate(cells):
            if cell not in (None, ""):
                self._text(at, str(cell), form)
        self.at += 1

    def write(self, row: Any) -> None:
        for at, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            if value is not None and value != "":
                self._cell(at, column, value)
        self.at += 1

    def _cell(self, at: int, column: Column, value: Any) -> None:
        if column.kind == "date":
            self._text(at, as_text("date", value, self._style), _TEXT)
        elif column.kind == "text" or isinstance(value, str):
            self._text(at, str(value), _QUOTED if str(value).startswith(FORMULA) else _TEXT)
        else:
            form = _GENERAL if column.kind in ("int", "kg", "cm") else _DECIMAL
            put = struct.pack("<HHHd", self.at, at, form, number(column.kind, value))
            self._cells.append(_record(0x0203, put))

    def _text(self, at: int, text: str, form: int) -> None:
        self._cells.append(_record(0x00FD, struct.pack("<HHHI", self.at, at, form, self._texts.number(text))))

    def records(self) -> bytes:
        widths = [
            _record(0x007D, struct.pack("<HHHHHH", at, at, column.width * 256, _GENERAL, 0, 0))
            for at, column in enumerate(self._columns)
        ]
        size = _record(0x0200, struct.pack("<IIHHH", 0, self.at, 0, max(1, len(self._columns)), 0))
        window = _record(0x023E, struct.pack("<HHHHHHHI", 0x06B6, 0, 0, 0x40, 0, 0, 0, 0))
        return b"".join((_begin(0x0010), *widths, size, *self._cells, window, _record(0x000A)))


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _font(*, bold: bool = False) -> bytes:
    weight = 700 if bold else 400
    return _record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, weight, 0, 0, 0, 0, 0) + _string("Arial", "<BB"))


def _format(font: int, number_format: int, *, style: bool = False, quoted: bool = False) -> bytes:
    flags = 0xFFF5 if style else 0x0009 if quoted else 0x0001
    used = 0xF4 if style else 0xF8
    return _record(0x00E0, struct.pack("<HHHBBBBIIH", font, number_format, flags, 0x20, 0, 0, used, 0, 0, 0x20C0))


def _book(pages: list[_Page], texts: _Texts) -> bytes:
    """The whole stream: what holds for all sheets, then the sheets, each where the first part says it is."""
    general, two_places, as_text_format = 0, 2, 49  # number formats that every Excel knows
    head = b"".join(
        (
            _begin(0x0005),
            _record(0x0042, struct.pack("<H", 1200)),
            _record(0x003D, struct.pack("<9H", 0, 0, 0x4000, 0x2000, 0x38, 0, 0, 1, 600)),
            _record(0x0022, struct.pack("<H", 0)),
            *[_font() for _ in range(4)],
            _font(bold=True),  # number 5: there is no number 4
            *[_format(0, general, style=True) for _ in range(15)],
            _format(0, general),
            _format(0, as_text_format),
            _format(5, general),
            _format(0, two_places),
            _format(0, as_text_format, quoted=True),
            _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF)),
        )
    )
    sheets = [page.records() for page in pages]
    tail = texts.records() + _record(0x000A)
    names = [_string(page.name[:31], "<BB") for page in pages]
    at = len(head) + sum(10 + len(name) for name in names) + len(tail)
    bounds = []
    for name, records in zip(names, sheets, strict=True):
        bounds.append(_record(0x0085, struct.pack("<IH", at, 0) + name))
        at += len(records)
    return b"".join((head, *bounds, tail, *sheets))
