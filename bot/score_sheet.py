"""The sheet of scores of a contest as it comes back: a row an entry, a column a criterion."""

from __future__ import annotations

import io

MOST_ROWS, MOST_COLUMNS = 500, 40
NOT_CRITERIA = {"jumlah", "bukti", "sum", "total", "evidence"}
Rows = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
Faults = tuple[tuple[int, str, str], ...]  # line of the sheet, criterion, what stands there


def read(data: bytes) -> tuple[Rows, Faults] | None:
    """The scores in hundredths, and the cells that are none; None when it is no such sheet."""
    import openpyxl  # heavy, and most starts of the program never need it

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        page = book.worksheets[0]
        lines = list(page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True))
    except Exception:  # whatever a broken file makes a reader do
        return None
    if len(lines) < 2:
        return None
    criteria = [(at, str(name).strip()) for at, name in enumerate(lines[0]) if at and name not in (None, "")]
    criteria = [(at, name) for at, name in criteria if name.casefold() not in NOT_CRITERIA]
    out, faults = [], []
    for number, line in enumerate(lines[1:], 2):
        if line[0] in (None, ""):
            continue
        marks = tuple((name, mark) for at, name in criteria if (mark := _mark(line[at])) is not None)
        faults += [(number, name, str(line[at])[:20]) for at, name in criteria if _is_fault(line[at])]
        if marks:
            out.append((str(line[0]).strip(), marks))
    return (tuple(out), tuple(faults)) if out or faults else None


def _is_fault(cell: object) -> bool:
    return cell is not None and bool(str(cell).strip()) and _mark(cell) is None


def _mark(cell: object) -> int | None:
    """ "3,5" and 3.5 are 350."""
    try:
        value = float(str(cell).replace(",", ".")) if cell not in (None, "") else None
    except ValueError:
        return None
    return None if value is None or not 0 <= value <= 10_000 else round(value * 100)
