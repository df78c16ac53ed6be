"""Cells as people write them: dates of every kind, kilograms or grams, a NIK that Excel has spoilt, words for numbers.

Each reader gives None for an empty cell and raises BadCell where a person must look.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from posyandu.entry.dates import read_date
from storage.exports.sheet import FORMULA
from storage.imports.columns import CELLS, DATA, folded

FIRST_SERIAL = date(1899, 12, 30)  # what an Excel serial counts from
GRAMS_FROM = 400  # a weight from here on is written in grams
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)


class BadCell(Exception):
    """A cell that a person must look at: `key` and `values` for the words."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def text(cell: str) -> str:
    """A plain text; the apostrophe that keeps a text from being a formula is not part of it."""
    said = cell.strip()
    if said.startswith("'") and said[1:].startswith(FORMULA):
        said = said[1:]
    return "" if said in ("-", "--") else " ".join(said.split())


def is_nothing(cell: str) -> bool:
    return folded(cell) in CELLS["nothing"] and not re.search(r"[1-9]", cell)


def day(cell: str, today: date) -> date | None:
    """ISO, day first, an Excel serial, or "12 Maret 2024"."""
    said = cell.strip()
    if is_nothing(said):
        return None
    found = _day(said, today)
    if found is None or not 1990 <= found.year <= today.year + 1:
        raise BadCell("date", text=said)
    if found > today:
        raise BadCell("future", text=said)
    return found


def _day(said: str, today: date) -> date | None:
    try:
        if m := _ISO.match(said):
            return date(int(m[1]), int(m[2]), int(m[3]))
        if m := _DAY_FIRST.match(said):
            return date(int(m[3]) if len(m[3]) == 4 else 2000 + int(m[3]), int(m[2]), int(m[1]))
        if m := _SERIAL.fullmatch(said):
            return FIRST_SERIAL + timedelta(days=int(m[1]))
    except ValueError:
        return None
    return read_date(said, today) if re.search(r"[A-Za-z]", said) and re.search(r"\d{4}", said) else None


def sex(cell: str) -> str | None:
    said = folded(cell)
    if said in CELLS["boy"]:
        return "L"
    if said in CELLS["girl"]:
        return "P"
    if is_nothing(cell):
        return None
    raise BadCell("sex", text=cell.strip())


def grams(cell: str) -> int | None:
    """Kilograms with comma or point, or grams."""
    value = _number(cell, ("kg", "kilo", "gr", "gram", "g"))
    if value is None:
        return None
    return int(value) if value >= GRAMS_FROM else int((value * 1000).to_integral_value())


def millimetres(cell: str) -> int | None:
    """Centimetres, or millimetres from 300 on, or metres below 2."""
    value = _number(cell, ("cm", "mm", "m"))
    if value is None:
        return None
    times = 1 if value >= 300 else 1000 if value < 2 else 10
    return int((value * times).to_integral_value())


def _number(cell: str, units: tuple[str, ...]) -> Decimal | None:
    said = cell.strip().casefold()
    for unit in units:
        said = said.removesuffix(unit).strip()
    if is_nothing(said):
        return None
    if not _NUMBER.fullmatch(said):
        raise BadCell("number", text=cell.strip())
    value = Decimal(said.replace(",", "."))
    return value if value else None


def whole(cell: str) -> int | None:
    said = cell.strip()
    if is_nothing(said):
        return None
    if not said.isdigit() or len(said) > 4:
        raise BadCell("number", text=said)
    return int(said)


def position(cell: str) -> str | None:
    said = folded(cell)
    return "terlentang" if said in CELLS["lying"] else "berdiri" if said in CELLS["standing"] else None


def yes(cell: str) -> int | None:
    said = folded(cell)
    return 1 if said in CELLS["yes"] else 0 if said in CELLS["no"] else None


def capsule(cell: str) -> int | None:
    said = folded(cell)
    return 1 if said in CELLS["blue"] else 2 if said in CELLS["red"] else None


def status(cell: str) -> str | None:
    """ "PINDAH RUMAH" in the place of a number, or among the remarks."""
    said = cell.casefold()
    return next((code for code, words in DATA["status"].items() if any(w in said for w in words)), None)


def nik(cell: str) -> tuple[str, str]:
    """The 16 digits, or none and why they cannot be used (a key of the words)."""
    said = cell.strip().lstrip("'").replace(" ", "")
    if is_nothing(said) or set(said) == {"0"}:
        return "", ""
    if "*" in said:
        return "", ""  # e-PPGBM masks them: nothing is wrong
    if _SCIENTIFIC.fullmatch(said):
        return "", "nik_float"
    digits = said.removesuffix(".0")
    if not digits.isdigit():
        return "", "nik_wrong"
    return (digits, "") if len(digits) == 16 else ("", "nik_short" if len(digits) < 16 else "nik_wrong")


def parents(cell: str) -> tuple[str, str]:
    """Father and mother of "AYAH - IBU" or "Ayah / Ibu"; one name alone is the mother's."""
    parts = [text(part) for part in re.split(r"\s+-\s+|\s*/\s*", cell.strip()) if text(part)]
    return (parts[0], parts[1]) if len(parts) == 2 else ("", text(cell))


def phone(cell: str) -> str | None:
    """E.164 of an Indonesian mobile number; a leading 0 that Excel has eaten is put back."""
    digits = re.sub(r"\D", "", cell.removesuffix(".0"))
    if not digits:
        return None
    national = digits.removeprefix("62").lstrip("0")
    if not national.startswith("8") or not 9 <= len(national) <= 12:
        raise BadCell("phone", text=cell.strip())
    return f"+62{national}"
