"""Which columns of a sheet hold what, and a row's cells as a measurement. The headers are data (columns.toml)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bot.sheets.table import Row, SheetError, Table
from posyandu.anthropometry import DAYS_PER_MONTH, Measurement, Position, Sex, age_days

_DATA = tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8"))
_HEADERS: Mapping[str, list[str]] = _DATA["headers"]
_CELLS = {name: frozenset(words) for name, words in _DATA["cells"].items()}
_NOTHING = frozenset({"", "-", "na", "n/a"})
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?")
_AGE_TEXT = re.compile(r"(\d+)\s*(tahun|bulan|hari|th|bln|hr)\b", re.IGNORECASE)
HEADER_WITHIN = 15  # rows; exports have lines of their own above it


class BadRow(Exception):
    """A row that cannot be scored. `key` and `values` are for the words of `sheets.bad`."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known column stands (by field), the header as written and which row it was."""

    at: Mapping[str, int]
    header: tuple[str, ...]
    index: int
    export: bool  # e-PPGBM: dates instead of ages, weights sometimes in grams


def find_columns(table: Table) -> Columns:
    """The first row that names the sex and a measure. Raises SheetError if there is none."""
    for index, row in enumerate(table.rows[:HEADER_WITHIN]):
        names = [re.sub(r"[\s_]+", " ", cell).lower() for cell in row.cells]
        at = {f: names.index(h) for f, headers in _HEADERS.items() for h in reversed(headers) if h in names}
        if "sex" in at and at.keys() & {"weight", "length", "head", "muac"}:
            return Columns(at, row.cells, index, export="on" in at)
    raise SheetError("no_header")


def measurement(columns: Columns, row: Row) -> Measurement:
    """A row as a measurement; finer decimals than grams and tenths of a millimetre are kept. Raises BadRow."""

    def cell(field: str) -> str:
        at = columns.at.get(field)
        text = row.cells[at] if at is not None and at < len(row.cells) else ""
        return "" if text.lower() in _NOTHING else text

    weight = _number("weight", cell("weight"), 1000)
    if columns.export and weight is not None and weight >= 1_000_000:
        weight /= 1000  # written in grams
    return Measurement(
        sex=_sex(cell("sex")),
        age_days=_age(cell("age_days"), cell("age_months"), cell("birth"), cell("on"), cell("age_text")),
        weight_g=weight,
        length_cmm=_number("length", cell("length"), 100),
        position=_position(cell("position")),
        head_mm=_number("head", cell("head"), 10),
        muac_mm=_number("muac", cell("muac"), 10),
        oedema=_oedema(cell("oedema")),
    )


def _number(field: str, text: str, times: int) -> float | None:
    """A decimal with comma or point, exactly times something; whole where it is whole."""
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise BadRow("number", field=field, text=text)
    exact = Decimal(text.replace(",", ".")) * times
    return int(exact) if exact == exact.to_integral_value() and abs(exact) < 10**15 else float(exact)


def _sex(text: str) -> Sex:
    if text.lower() in _CELLS["boy"]:
        return Sex.BOY
    if text.lower() in _CELLS["girl"]:
        return Sex.GIRL
    raise BadRow("sex", text=text)


def _position(text: str) -> Position | None:
    if not text:
        return None
    if text.lower() in _CELLS["lying"]:
        return Position.LYING
    if text.lower() in _CELLS["standing"]:
        return Position.STANDING
    raise BadRow("position", text=text)


def _oedema(text: str) -> bool:
    if text and text.lower() not in _CELLS["yes"] | _CELLS["no"]:
        raise BadRow("oedema", text=text)
    return text.lower() in _CELLS["yes"]


def _age(days: str, months: str, birth: str, on: str, words: str) -> float | None:
    """Days, from whichever cell says it first; None if none does."""
    if days:
        return _number("age_days", days, 1)
    if months:
        number = _number("age_months", months, 1)
        return None if number is None else number * DAYS_PER_MONTH
    if birth and on:
        return age_days(_date("birth", birth), _date("on", on))
    parts = {unit[0].lower(): int(count) for count, unit in _AGE_TEXT.findall(words)}
    if not parts:
        return None
    return round((parts.get("t", 0) * 12 + parts.get("b", 0)) * DAYS_PER_MONTH + parts.get("h", 0))


def _date(field: str, text: str) -> date:
    """ISO, day first with / - or ., or a spreadsheet's serial day."""
    try:
        if match := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
            return date(*(int(part) for part in match.groups()))
        if match := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text):
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day)
        if re.fullmatch(r"\d{5}(\.\d+)?", text):
            return date(1899, 12, 30) + timedelta(days=int(float(text)))
    except ValueError:
        pass  # no such day: said below
    raise BadRow("date", field=field, text=text)
