"""XLSX, row by row in constant memory; the same rows give the same bytes, since no clock is written into the file.

A text is always written as a text, so a cell that begins with = + - @ is no formula; it is marked as quoted too, so
that it stays one when somebody edits it. Past a sheet's last row a new sheet begins with the same header.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from storage.exports.sheet import FORMULA, Column, Sheet, number

MOST_ROWS = 1_048_575  # under one header line: Excel's sheets have 1,048,576
LINE = 15  # points of a line of text
_MADE = datetime(2020, 1, 1)
_FORMATS = {"kg": "0.0##", "cm": "0.0", "z": "0.00", "percent": "0.0", "date": "dd mmm yyyy", "int": "0", "text": "@"}


def write_xlsx(path: Path, sheet: Sheet, most_rows: int = MOST_ROWS) -> int:
    """Write `sheet` (and as many more of its kind as the rows need); how many rows."""
    import xlsxwriter  # heavy, and most starts of the program never need it

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE})
    page = _Page(book, sheet)
    done = 0
    try:
        for row in sheet.rows:
            if page.at > most_rows:
                page = _Page(book, sheet, page.number + 1)
            page.write(row)
            done += 1
        if page.at + len(sheet.notes) > most_rows + 1:
            page = _Page(book, sheet, page.number + 1)
        for note in sheet.notes:
            page.line((note,))
    finally:
        book.close()
    return done


class _Page:
    """One sheet of the workbook, written downwards. `at`: the next line, counted from 0."""

    def __init__(self, book: Any, sheet: Sheet, number: int = 1) -> None:
        self.number = number
        self._columns = sheet.columns
        self.at = 0
        name = sheet.name if number == 1 else f"{sheet.name[:26]} ({number})"
        self._page = book.add_worksheet(name)
        self._formats = _formats(book)
        for at, column in enumerate(sheet.columns):
            self._page.set_column(at, at, column.width)
        for line in sheet.head if number == 1 else ():
            self.line(line, bold=True)
        self._for_print(self.at)
        # A number stands at the right edge of its column: a text beside it is set in.
        self._set_in = [at > 0 and self._columns[at - 1].kind != "text" for at in range(len(self._columns))]
        for at, column in enumerate(sheet.columns):
            head = "head" if column.kind == "text" else "head_number"
            self._page.write_string(self.at, at, column.title, self._formats[self._form(at, head)])
        self.at += 1
        self._page.freeze_panes(self.at, 0)

    def _for_print(self, header: int) -> None:
        """As wide as a sheet of A4 on its side; the header on every page."""
        self._page.set_landscape()
        self._page.set_paper(9)
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(header)

    def line(self, cells: Any, *, bold: bool = False) -> None:
        """A line of text outside the table."""
        for at, cell in enumerate(cells):
            if cell not in (None, ""):
                self._page.write_string(self.at, at, str(cell), self._formats["bold" if bold else "plain"])
        self.at += 1

    def write(self, row: Any) -> None:
        lines = max((_lines(c, v) for c, v in zip(self._columns, row, strict=True)), default=1)
        if lines > 1:  # not every program finds the height by itself
            self._page.set_row(self.at, LINE * lines)
        for at, (column, value) in enumerate(zip(self._columns, row, strict=True)):
            if value is not None and value != "":
                self._cell(at, column, value)
        self.at += 1

    def _form(self, at: int, form: str) -> str:
        """The name of a form, as it is in this column."""
        return f"{form}_in" if self._set_in[at] and f"{form}_in" in self._formats else form

    def _cell(self, at: int, column: Column, value: Any) -> None:
        if column.kind == "date":
            self._page.write_datetime(self.at, at, date.fromisoformat(value), self._formats["date"])
        elif column.kind == "text" or isinstance(value, str):
            text = str(value)
            form = "quoted" if text.startswith(FORMULA) else "wrapped" if "\n" in text else "text"
            self._page.write_string(self.at, at, text, self._formats[self._form(at, form)])
        else:
            self._page.write_number(self.at, at, number(column.kind, value), self._formats[column.kind])


def _lines(column: Column, value: Any) -> int:
    """How many lines a text of several lines takes in its column."""
    if not isinstance(value, str) or "\n" not in value:
        return 1
    return sum(1 + len(line) // column.width for line in value.split("\n"))


def _formats(book: Any) -> dict[str, Any]:
    """The cell formats of a workbook, made once."""
    known: dict[str, Any] | None = getattr(book, "posyandu_formats", None)
    if known is None:
        known = {name: book.add_format({"num_format": f}) for name, f in _FORMATS.items()}
        known["bold"] = book.add_format({"bold": True})
        known["plain"] = book.add_format({})
        head: dict[str, Any] = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        known["head_number"] = book.add_format({**head, "align": "right"})
        texts: dict[str, dict[str, Any]] = {
            "text": {"num_format": "@"}, "quoted": {"num_format": "@", "quote_prefix": True},
            "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"}, "head": head,
        }  # fmt: skip
        for name, form in texts.items():
            known[name] = book.add_format(form)
            known[f"{name}_in"] = book.add_format({**form, "align": "left", "indent": 1})
        book.posyandu_formats = known
    return known
