"""A line that names a day after the posyandu day, but not after today: a home visit, or one who came late.

Lines are read as of the posyandu day, so "azzam 11,3 83 tgl 20" looks like a day to come, and the numbers of "20/11"
like measures. Read again as of the named day it is an entry of that day, or stays the question it was.
"""

import contextlib
import re
from datetime import date, timedelta

from posyandu.entry.dates import said_dates
from posyandu.entry.line import read_line
from posyandu.entry.parts import Context
from posyandu.entry.reading import Kind, Reading, Why
from posyandu.names import Roster

_BARE = re.compile(r"(?<![\d.,/-])(\d{1,2})[/-](\d{1,2})(?![\d/-]|[.,]\d)")
_TODAY = re.compile(r"\b(?:hari|hr) ini\b", re.IGNORECASE)
_TGL = re.compile(r"\b(?:tgl|tanggal|tg|tggl)\b", re.IGNORECASE)
_SURE = (Kind.OK, Kind.STATUS)
_NEXT_DAY = timedelta(days=1)  # after midnight "hari ini" may still be the posyandu day


def read_later(line: str, reading: Reading, roster: Roster, on: date, today: date, context: Context) -> Reading:
    """The reading of a line as of the one later day that it names; the one given where it names none, or still leaves
    a doubt. Never raises."""
    if today <= on:
        return reading
    named = _written(line, today) | _bare(line, today)
    only_today = not named and reading.said_on is None and today - on > _NEXT_DAY and bool(_TODAY.search(line))
    later = {today} if only_today else {d for d in named if on < d <= today}
    if len(later) != 1:
        return reading
    (day,) = later
    again = read_line(line, roster, day, Context(context.columns, day=day if only_today else None))
    if again.said_on != day or again.child is None:
        return reading
    both = again.heard.weight_g is not None and again.heard.height_mm is not None
    if not both and day in _bare(line, today) and not _TGL.search(line):
        return reading  # "13/11 83": a day and a length, or two measures and another?
    same = reading.why is Why.FUTURE and again.heard == reading.heard
    return again if again.kind in _SURE or same else reading


def _written(line: str, today: date) -> set[date]:
    return {s.day for s in said_dates(line, today) if s.day is not None}


def _bare(line: str, today: date) -> set[date]:
    """ "20/11" without "tgl": the year is the one in which it is not to come."""
    found = set()
    for day, month in (map(int, m.groups()) for m in _BARE.finditer(line)):
        found |= {max(near)} if (near := _years(day, month, today)) else set()
    return found


def _years(day: int, month: int, today: date) -> list[date]:
    found = []
    for year in (today.year, today.year - 1):
        with contextlib.suppress(ValueError):
            found.append(date(year, month, day))
    return [d for d in found if d <= today]
