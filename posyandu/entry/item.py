"""What a line is made of: its words, numbers, signs, dates, times and codes, one after the other."""

from dataclasses import dataclass
from datetime import date

from posyandu.entry.numerals import Number
from posyandu.entry.vocabulary import NOTHING


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a line. kind: word, number, sign, date, time, digits (phone, NIK), code."""

    kind: str
    text: str
    start: int
    end: int
    tags: frozenset[str] = NOTHING
    number: Number | None = None
    day: date | None = None
    glued: bool = False  # no space before it
    aside: bool = False  # a doubt, a denial or another day, but of something else than the measures (entry/scope.py)

    def has(self, *names: str) -> bool:
        """Is it in one of these lists ("unit.kg"), or in a list of one of these groups ("unit")?"""
        return not self.tags.isdisjoint(names)
