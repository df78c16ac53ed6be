"""Days and months as they are written in chats: day before month, always; "12/11", "12 nov", "12 November 2026"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan januwari", "februari pebruari feb peb febuari", "maret mar mrt mart", "april apr",
            "mei may", "juni jun june", "juli jul july", "agustus agu agt ags agst agus agust aug",
            "september sep sept", "oktober okt oct october", "november nopember nov nop",
            "desember des dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
DAYS = frozenset(["senin", "selasa", "rabu", "kamis", "jumat", "jum'at", "jum’at", "jumaat", "sabtu", "minggu", "ahad"])
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(20\d\d|\d\d)(?![\d/-]|[.,]\d)")
_ISO = re.compile(r"(?<![\d.,/-])(20\d\d)[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_YEAR = r"(?:[\s,-]*(20\d\d)(?!\d)|[\s-]+['’]?(2[0-9])(?![\d.,/]|\s*(?:kg|cm|gr|ons|/|[.,]\d)))?"
_WORDS = re.compile(rf"(?<![\d.,/])(\d{{1,2}})[\s-]*({_MONTH})(?![^\W\d_]){_YEAR}", re.IGNORECASE)
_AFTER_TGL = re.compile(
    r"\b(?:tgl|tanggal|tg|tggl|per tgl)\b[\s.:]*(?:(\d{1,2})\s?[/-]\s?(\d{1,2})|(\d{1,2}))(?![\d/-]|[.,]\d)",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:lahir|lhr|lahirnya|lahirna|lahire|ttl)\b[\s.:]*(\d{1,2})\s?[/-]\s?(\d{1,2})(?![\d/-]|[.,]\d|\s*(?:kg|gr|ons|cm))",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(DAYS)})\b[\s,]*(\d{{1,2}})\s?[/-]\s?(\d{{1,2}})(?![\d/-]|[.,]\d)", re.I)
_BARE = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([/-])\s?(\d{1,2})(?![\d/-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date found in a text; `day` is None when the calendar has no such day."""

    start: int
    end: int
    day: date | None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(day: int, month: int, on: date) -> date | None:
    """A day and month without a year: the one nearest to `on`; None where no calendar has it."""
    found = [d for y in (on.year - 1, on.year, on.year + 1) if (d := _day(y, month, day))]
    return min(found, key=lambda d: abs(d - on)) if found else None


def said_dates(text: str, on: date) -> list[SaidDate]:
    """The dates in a text, in order. "12/11" alone counts only when it is `on` itself: else it may be two measures."""
    if not any(c.isdigit() for c in text):
        return []
    found: list[SaidDate] = []
    for start, end, day in _candidates(text, on):
        if not any(f.start < end and start < f.end for f in found):
            found.append(SaidDate(start, end, day))
    return sorted(found, key=lambda f: f.start)


def _candidates(text: str, on: date) -> Iterator[tuple[int, int, date | None]]:
    """Every stretch that may be a date, the surest ways of writing first."""
    for m in _ISO.finditer(text):
        yield m.start(), m.end(), _day(int(m[1]), int(m[2]), int(m[3]))
    for m in _NUMERIC.finditer(text):
        known_year = len(m[4]) == 4 or on.year - 7 <= _year(m[4]) <= on.year + 1
        if int(m[3]) <= 12 and 1 <= int(m[1]) <= 31 and known_year:
            yield m.start(), m.end(), _day(_year(m[4]), int(m[3]), int(m[1]))
    for m in _WORDS.finditer(text):
        month, year = MONTHS[m[2].lower()], m[3] or m[4]
        yield m.start(), m.end(), _day(_year(year), month, int(m[1])) if year else _near(int(m[1]), month, on)
    for m in _BORN.finditer(text):
        if int(m[2]) <= 12:
            years = [d for y in (on.year - 1, on.year) if (d := _day(y, int(m[2]), int(m[1]))) and d <= on]
            yield m.start(1), m.end(), max(years, default=None)
    for m in _WEEKDAY.finditer(text):
        yield m.start(), m.end(), _near(int(m[1]), int(m[2]), on)
    for m in _AFTER_TGL.finditer(text):
        yield m.start(), m.end(), _near(int(m[1] or m[3]), int(m[2]) if m[2] else on.month, on)
    for m in _BARE.finditer(text):
        if (int(m[1]), int(m[3])) == (on.day, on.month):
            yield m.start(), m.end(), on


_RELATIVE = {
    "hari ini": 0, "hr ini": 0, "sekarang": 0, "skrg": 0, "tadi": 0, "tadi pagi": 0, "dinten ieu": 0, "kemarin": -1,
    "kmrn": -1, "kemaren": -1, "kamari": -1, "wingi": -1, "besok": 1, "bsk": 1, "isukan": 1, "sesuk": 1, "lusa": 2,
    "kemarin lusa": -2,
}  # fmt: skip


@lru_cache(maxsize=64)
def _stripped(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold().strip(" .,!"))


def read_date(text: str, today: date) -> date | None:
    """The one day an answer names, day first; a missing year is the nearest one. None: no day, or more than one."""
    plain = _stripped(text)[:60]
    for day in DAYS:
        plain = re.sub(rf"^{day}\b[\s,]*", "", plain)
    if plain in _RELATIVE:
        return today + timedelta(days=_RELATIVE[plain])
    if bare := re.fullmatch(r"(?:tgl|tanggal|tg)?\.?\s*(\d{1,2})", plain):
        return _day(today.year, today.month, int(bare[1]))
    if split := re.fullmatch(
        r"(?:tgl|tanggal)?\.?\s*(\d{1,2})\s*[/. -]\s*(\d{1,2})(?:\s*[/. -]\s*(\d{2}|\d{4}))?", plain
    ):
        nth, of = int(split[1]), int(split[2])
        return _day(_year(split[3]), of, nth) if split[3] else _near(nth, of, today) if of <= 12 else None
    if compact := re.fullmatch(r"(\d{2})(\d{2})(20\d\d)", plain):
        return _day(int(compact[3]), int(compact[2]), int(compact[1]))
    found = said_dates(plain, today)
    return found[0].day if len(found) == 1 else None


def read_month(text: str, today: date) -> tuple[int, int] | None:
    """Year and month of "november 2026", "nov", "11/2026", "2026-11", "bulan lalu"; a missing year is the last one."""
    plain = re.sub(r"^(bulan|bln|bl)\s+(?!ini|lalu|kemarin|kmrn|depan)", "", _stripped(text)[:40])
    if re.fullmatch(r"(bulan|bln|bl) ini", plain):
        return today.year, today.month
    if re.fullmatch(r"(bulan|bln|bl) (lalu|kemarin|kmrn|kemaren)", plain):
        return (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    if m := re.fullmatch(rf"({_MONTH})(?:[\s,/-]*(\d{{4}}|\d{{2}}))?", plain):
        month, year = MONTHS[m[1]], m[2]
    elif m := re.fullmatch(r"(\d{1,2})(?:\s*[/. -]\s*(\d{4}|\d{2}))?", plain):
        month, year = int(m[1]), m[2]
    elif m := re.fullmatch(r"(20\d\d)\s*[/. -]\s*(\d{1,2})", plain):
        month, year = int(m[2]), m[1]
    else:
        return None
    if not 1 <= month <= 12:
        return None
    return (_year(year) if year else today.year - (month > today.month)), month
