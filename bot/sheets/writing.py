"""Writes a table of text as CSV or XLSX. The file appears whole or not at all."""

import csv
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from bot.sheets.table import SheetError

# What a spreadsheet may show as a number: no leading zeros, not so long that a NIK would lose its last digits.
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,10})(\.\d{1,10})?")


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> None:
    """Writes to `path`, by its ending. Raises SheetError for another ending or where it cannot be written."""
    write = {".csv": _csv, ".xlsx": _xlsx}.get(path.suffix.lower())
    if write is None:
        raise SheetError("out_type", file=path.name)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(unfinished, header, rows, delimiter)
        unfinished.replace(path)
    except OSError as error:
        raise SheetError("unwritable", file=path.name, why=error.strerror or str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)


def _xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    try:
        sheet = book.add_worksheet("z-score")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        for number, cells in enumerate(rows, 1):
            for column, text in enumerate(cells):
                if _PLAIN_NUMBER.fullmatch(text):
                    sheet.write_number(number, column, float(text))
                elif text:
                    sheet.write_string(number, column, text)
    finally:
        book.close()
