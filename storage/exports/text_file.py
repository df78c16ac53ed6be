"""CSV: for people with semicolons and a BOM, as an Indonesian Excel opens it; for machines with commas."""

from __future__ import annotations

import csv
from pathlib import Path

from storage.exports.sheet import Sheet, as_text


def write_csv(path: Path, sheet: Sheet) -> int:
    """Write `sheet`; how many rows. One row of the book is one line of the file."""
    people = sheet.style == "orang"
    kinds = [c.kind for c in sheet.columns]
    done = 0
    with path.open("w", encoding="utf-8-sig" if people else "utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";" if people else ",", lineterminator="\r\n" if people else "\n")
        for line in sheet.head:
            out.writerow([as_text("text", cell, sheet.style) for cell in line])
        out.writerow([c.title for c in sheet.columns])
        for row in sheet.rows:
            out.writerow([as_text(kind, value, sheet.style) for kind, value in zip(kinds, row, strict=True)])
            done += 1
        for note in sheet.notes:
            out.writerow([as_text("text", note, sheet.style)])
    return done
