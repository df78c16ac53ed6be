"""A sheet as it comes: CSV, XLSX, XLS, or an HTML table that calls itself XLS (as e-PPGBM's export does)."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import xlrd


class SheetError(Exception):
    """The file cannot be read as a sheet. `key` and `values` are for the words of `sheets.error`."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells as text, with the number by which a person finds it in the file."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows that are not empty, in order, and the sign between cells where the file was text."""

    rows: tuple[Row, ...]
    delimiter: str = ","


def read_table(path: Path) -> Table:
    """The first sheet of a file, told apart by its content, not its name. Raises SheetError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SheetError("missing", file=path.name) from error
    except OSError as error:
        raise SheetError("unreadable", file=path.name, why=error.strerror or str(error)) from error
    try:
        if content[:2] == b"PK":
            return Table(_filled(_xlsx(content)))
        if content[:4] == b"\xd0\xcf\x11\xe0":
            return Table(_filled(_xls(content)))
    except Exception as error:  # the two packages raise all kinds for a broken file: one plain word for the user
        raise SheetError("broken", file=path.name) from error
    text = _decoded(content)
    if text.lstrip()[:1] == "<":
        return Table(_filled(_html(text)))
    delimiter = _delimiter(text)
    try:
        return Table(_filled(_csv(text, delimiter)), delimiter)
    except csv.Error as error:
        raise SheetError("broken", file=path.name) from error


def _filled(rows: Iterable[tuple[int, list[str]]]) -> tuple[Row, ...]:
    return tuple(Row(line, tuple(c.strip() for c in cells)) for line, cells in rows if any(c.strip() for c in cells))


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """The sign that is most frequent in the first lines that hold any."""
    for line in text.splitlines()[:20]:
        best = max(",;\t", key=line.count)
        if line.count(best) > 1:
            return best
    return ","


def _csv(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, cells  # the line it began on: a quoted cell may run over several
        line = reader.line_num + 1


def _cell(value: object) -> str:
    """A spreadsheet's cell as text: whole numbers without ".0", dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some writers leave a wrong size behind
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_cell(value) for value in cells]
    finally:
        book.close()


def _xls(content: bytes) -> Iterator[tuple[int, list[str]]]:
    book = xlrd.open_workbook(file_contents=content, on_demand=True)
    sheet = book.sheet_by_index(0)
    for number in range(sheet.nrows):
        cells = []
        for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True):
            is_date = kind == xlrd.XL_CELL_DATE
            cells.append(_cell(xlrd.xldate_as_datetime(value, book.datemode) if is_date else value))
        yield number + 1, cells


class _Cells(HTMLParser):
    """Collects the cells of every table row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append((len(self.rows) + 1, []))
        elif tag in ("td", "th") and self.rows:
            cells, said = self.rows[-1][1], dict(attrs).get("colspan") or "1"
            # What stands over a hundred columns and more is a title: it needs no cells beside it.
            span = int(said) if said.isascii() and said.isdigit() and 0 < int(said) < 100 else 1
            self._open, self._at = True, len(cells)
            cells.extend([""] * span)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][1][self._at] += data


def _html(text: str) -> list[tuple[int, list[str]]]:
    parser = _Cells()
    parser.feed(text)
    return parser.rows
