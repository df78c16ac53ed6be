"""Reading what a kader types: one line, a whole message, or the answer to one question.

`read_line` and `read_session` never raise and never store: they say what was understood, or what to ask.
"""

from posyandu.entry.answers import Unclear, read_head, read_length, read_muac, read_phone, read_weight, read_yes_no
from posyandu.entry.belief import doubts_of
from posyandu.entry.continued import headings_of, read_continued
from posyandu.entry.dates import read_date, read_month
from posyandu.entry.line import read_line
from posyandu.entry.parts import NO_CONTEXT, Context
from posyandu.entry.reading import Extras, Heard, Kind, Reading, Status, Why
from posyandu.entry.session import MOST_LINES, Session, SessionLine, read_session

__all__ = [
    "MOST_LINES",
    "NO_CONTEXT",
    "Context",
    "Extras",
    "Heard",
    "Kind",
    "Reading",
    "Session",
    "SessionLine",
    "Status",
    "Unclear",
    "Why",
    "doubts_of",
    "headings_of",
    "read_continued",
    "read_date",
    "read_head",
    "read_length",
    "read_line",
    "read_month",
    "read_muac",
    "read_phone",
    "read_session",
    "read_weight",
    "read_yes_no",
]
