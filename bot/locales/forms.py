"""How a value is said: 8400 as "8,4 kg", an ISO date as "Kamis, 12 November 2026"."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


def decimal(value: float, places: int, language: str, *, least: int = 0) -> str:
    """ "8,4" in Indonesian; no needless zeros, but at least `least` places."""
    text = f"{value:.{places}f}"
    if "." in text:
        whole, part = text.split(".")
        part = part.rstrip("0").ljust(least, "0")
        text = f"{whole}.{part}" if part else whole
    return text.replace(".", ",") if language == "id" else text


def grouped(value: int, language: str) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if language == "id" else text


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _age(birth_and_on: Any, language: str) -> str:
    birth, on = (_day(v) for v in str(birth_and_on).split("/"))
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    if months < 1:
        return f"{(on - birth).days} {'hari' if language == 'id' else 'days'}"
    years, rest = divmod(months, 12)
    year, month = ("tahun", "bulan") if language == "id" else ("y", "months")
    if months < 24:
        return f"{months} {month}"
    return f"{years} {year} {rest} {month}" if rest else f"{years} {year}"


FORMS: dict[str, Callable[[Any, str], str]] = {
    "kg": lambda v, lang: f"{decimal(int(v) / 1000, 2, lang)} kg",
    "kgn": lambda v, lang: decimal(int(v) / 1000, 2, lang),
    "gram": lambda v, lang: f"{grouped(int(v), lang)} gram",
    "signed": lambda v, lang: f"{'+' if int(v) > 0 else '-' if int(v) < 0 else ''}{grouped(abs(int(v)), lang)}",
    "cm": lambda v, lang: f"{decimal(int(v) / 10, 1, lang)} cm",
    "cmn": lambda v, lang: decimal(int(v) / 10, 1, lang),
    "int": lambda v, lang: grouped(int(v), lang),
    "percent": lambda v, lang: f"{decimal(float(v), 1, lang)} %",
    "date": lambda v, lang: _long_date(v, lang),
    "day": lambda v, lang: _days(*_span(v), lang),
    "short": lambda v, lang: f"{_day(v).day} {MONTHS[lang][_day(v).month - 1][:3]} {_day(v).year}",
    "month": lambda v, lang: f"{MONTHS[lang][int(str(v)[5:7]) - 1]} {str(v)[:4]}",
    "clock": lambda v, lang: _clock(int(v)),
    "moment": lambda v, lang: _moment(int(v), lang),
    "time": lambda v, lang: f"{int(v) // 60:02d}.{int(v) % 60:02d}",
    "rp": lambda v, lang: f"Rp{grouped(int(v), 'id')}",
    "age": _age,
    "z": lambda v, lang: decimal(int(v) / 100, 2, lang, least=2).replace("-", "−"),
    "lower": lambda v, lang: str(v)[:1].lower() + str(v)[1:],
    "upper": lambda v, lang: str(v).upper(),
}


def _clock(at: int, zone: str = "Asia/Jakarta") -> str:
    return f"{datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%H.%M}"


def _moment(at: int, language: str, zone: str = "Asia/Jakarta") -> str:
    on = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return f"{on.day} {MONTHS[language][on.month - 1]} {on:%H.%M}"


def _span(value: Any) -> tuple[date, date]:
    """First and last day of a date, or of an ISO interval: "2026-11-25/2026-11-27"."""
    last = str(value).partition("/")[2]
    return _day(value), _day(last or value)


def _days(first: date, last: date, language: str) -> str:
    """ "25 November", "25-27 November", "28 November - 2 Desember"."""
    ends = f"{last.day} {MONTHS[language][last.month - 1]}"
    if first == last:
        return ends
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}-{ends}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {MONTHS[language][first.month - 1]}{year} - {ends}"


def _long_date(value: Any, language: str) -> str:
    first, last = _span(value)
    names = DAYS[language][first.weekday()]
    if first != last:
        names += f"-{DAYS[language][last.weekday()]}"
    return f"{names}, {_days(first, last, language)} {last.year}"


class Speaker(string.Formatter):
    """`str.format` with the forms above and with `each` and `inline`, which say a row for every item of a list."""

    def __init__(self, language: str, say: Callable[..., str], has: Callable[[str], bool]) -> None:
        self._language = language
        self._say = say
        self._has = has

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("each "):
            return "\n".join(self._each(value, format_spec[5:]))
        if format_spec.startswith("inline "):
            return " · ".join(self._each(value, format_spec[7:]))
        if format_spec.startswith("say "):
            return self._say(f"{format_spec[4:]}.{value}")
        if format_spec == "said":
            return "\n".join(self._said(value))
        form = FORMS.get(format_spec)
        if form is not None:
            return form(value, self._language)
        if isinstance(value, Mapping):
            return str(value.get("short") or value.get("name", ""))
        if isinstance(value, bool) or value is None:
            return ""
        return str(super().format_field(value, format_spec))

    def _said(self, says: Sequence[Any]) -> Iterator[str]:
        """Says as they were put into a message: "lines" holds several."""
        for key, values in says:
            if key == "lines":
                yield from self._said(values["rows"])
            else:
                yield self._say(key, **values)

    def _each(self, rows: Sequence[Any], key: str) -> list[str]:
        """One text a row: `key`, or where the row names a `field` and there is one, `key`_`field`."""
        said = []
        for number, row in enumerate(rows, 1):
            values = row if isinstance(row, Mapping) else {"it": row}
            own = f"{key}_{values['field']}" if "field" in values else key
            said.append(self._say(own if self._has(own) else key, **{"no": number, **values}))
        return said
