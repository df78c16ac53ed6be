"""The lines of a message sorted: what is certain, what must be asked, what lacks its numbers, what could not be read.

Nothing is stored or said here. The doubtful ones are plain data for bot.flows.settle: {line, why, child, candidates,
typed, values, suggested, status, on, day}; those still awaited are one item together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.flows.pieces import roster_child, roster_of
from bot.flows.settle import triples
from posyandu.commands import RecordVisit, Value
from posyandu.entry import headings_of, read_continued
from posyandu.entry.later import read_later
from posyandu.entry.reading import Kind, Reading, Why
from posyandu.queries import ChildView, DayView

NUMBERED = re.compile(r"^\d{1,3}\s*[.):-]\s+")
# Doubts about a number: with a name beside it this is an entry, though no value could be read.
OF_NUMBERS = {
    Why.MISSING_VALUE, Why.NUMBER, Why.ONE_NUMBER, Why.EXTRA_NUMBER, Why.TWO_VALUES, Why.UNIT, Why.SWAPPED,
    Why.DOUBTFUL, Why.PAST, Why.DATE, Why.FUTURE, Why.DEATH, Why.STATUS_UNCLEAR, Why.NEGATED, Why.HEDGED,
}  # fmt: skip
# "bu ina 9": whoever she is, it is about somebody's child.
A_MOTHERS = re.compile(
    r"^\W*(?:anak(?:nya)?\s+)?(?:bu|ibu|ny)\b(?!\W*(?:rt|rw|bidan|kader|lurah|desa)\b).*\d", re.IGNORECASE
)
_SHORT = 4  # words: a line this short with a word that may be a name is no chatter


@dataclass
class Sorted:
    """The lines of a message: what is certain by posyandu day, what must be asked, names without a number, and lines
    of a list that could not be read."""

    certain: dict[str, list[RecordVisit]] = field(default_factory=lambda: defaultdict(list))
    doubtful: list[dict[str, Any]] = field(default_factory=list)
    names: list[ChildView] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    named_day: date | None = None  # of the whole message, by its heading
    several: bool = False
    heading: bool = False  # nothing but a heading: "LILA", "Tidak hadir:"

    @property
    def any(self) -> bool:
        """Is there anything to record, to ask or, of a list, to tell?"""
        return bool(self.certain or self.doubtful or (self.several and self.names))

    @property
    def only_a_name(self) -> bool:
        """One child's name and nothing else: the talk about her may begin."""
        return len(self.names) == 1 and not (self.certain or self.doubtful or self.several)


class Sorter:
    """Sorts a message by the children whom this person may record."""

    def __init__(
        self,
        children: Mapping[str, ChildView],
        day_of: Mapping[str, DayView],
        days: Sequence[DayView],
        today: date,
        *,
        talking: bool,
    ) -> None:
        self.children, self.day_of, self.days, self.today, self.talking = children, day_of, days, today, talking
        self.day_meant: Callable[[ChildView], date] = lambda child: self.day_of[child.id].on  # where none is named

    def sort(self, text: str, earlier: Sequence[str], *, replaces: bool) -> Sorted:
        """The lines of a message; `earlier` are those she sent in the minutes before, whose headings still hold."""
        roster = roster_of(tuple(roster_child(c) for c in self.children.values()))
        on = self.days[0].on
        session = read_continued(text, roster, on, headings_of(earlier, roster, on))
        if session.day is not None and on < session.day <= self.today:  # "Kunjungan rumah tgl 20": that day's list
            on = session.day
            session = read_continued(text, roster, on, headings_of(earlier, roster, on))
        out = Sorted(named_day=session.day if session.day is None or session.day <= self.today else None)
        out.several = len(session.lines) > 1
        says = session.context.columns or session.context.status
        out.heading = bool(says) and all(x.reading.why is Why.HEADING for x in session.lines)
        awaited: list[str] = []
        for one in session.lines:
            shared = sum(x.line_no == one.line_no for x in session.lines) > 1
            reading = one.reading
            if not shared and not session.context.cells:
                reading = read_later(one.text, reading, roster, on, self.today, session.context)
            child = self.children.get(reading.child or "")
            text = f"{child.short}: {one.text}" if child is not None and shared else one.text
            if reading.why is Why.NOT_YET and child is not None:
                awaited.append(child.id)
            else:
                self._place(text, reading, out, replaces=replaces)
        if awaited:
            out.doubtful.append(self._awaited(awaited, out))
        return out

    def _place(self, line: str, reading: Reading, out: Sorted, *, replaces: bool) -> None:
        child = self.children.get(reading.child or "")
        if reading.kind in (Kind.OK, Kind.STATUS) and child is not None:
            day = self.day_of[child.id]
            on = reading.said_on or out.named_day or self.day_meant(child)
            values = tuple(Value(*v) for v in triples(reading)) if reading.kind is Kind.OK else ()
            status = reading.status.value if reading.status is not None and reading.kind is Kind.STATUS else None
            out.certain[day.id].append(RecordVisit(int(child.id), on, values, status, replaces=replaces))
        elif reading.kind is Kind.ASK and self._is_entry(reading, several=out.several):
            out.doubtful.append(self._item(line, reading, out) | ({"corrects": True} if replaces else {}))
        elif child is not None and reading.why is Why.NO_VALUE:
            out.names.append(child)
        elif out.several and _may_be_an_entry(line, reading):
            out.unread.append(_plain(line))

    def _is_entry(self, reading: Reading, *, several: bool) -> bool:
        """Does a doubtful line name somebody and carry a measure or a status? Without an open question the measure
        alone is enough."""
        named = bool(reading.child or reading.candidates or reading.typed)
        carries = bool(reading.heard) or reading.why in OF_NUMBERS or reading.status is not None
        return carries and (named or several or not self.talking)

    def _item(self, line: str, reading: Reading, out: Sorted) -> dict[str, Any]:
        day = self.day_of.get(reading.child or "", self.days[0])
        child = self.children.get(reading.child or "")
        on = reading.said_on or out.named_day or (self.day_meant(child) if child is not None else day.on)
        values = triples(reading)
        return {
            "line": _plain(line),
            "why": reading.why.value,
            "child": reading.child,
            "candidates": list(reading.candidates)[:4],
            "typed": reading.typed[:40],
            "values": values,
            "suggested": _suggested(reading, values),
            "status": reading.status.value if reading.status else None,
            "on": on.isoformat(),
            "day": day.id,
        }

    def _awaited(self, children: list[str], out: Sorted) -> dict[str, Any]:
        """All who have not come yet, as one question."""
        day = self.day_of[children[0]]
        return {
            "line": ", ".join(dict.fromkeys(self.children[c].short for c in children)),
            "why": Why.NOT_YET.value,
            "child": None,
            "candidates": [],
            "typed": "",
            "values": [],
            "suggested": [],
            "status": None,
            "on": (out.named_day or day.on).isoformat(),
            "day": day.id,
            "children": list(dict.fromkeys(children)),
        }


def _plain(line: str) -> str:
    return NUMBERED.sub("", line.strip())[:120]


def _may_be_an_entry(line: str, reading: Reading) -> bool:
    """A line of a list that names somebody, unknown here, or a measure: she is told that it was not taken."""
    if reading.kind is Kind.ASK:
        return True
    if A_MOTHERS.match(line):
        return True
    short = len(re.findall(r"[^\W\d_]+", line)) <= _SHORT
    return reading.why is Why.TALK and short and bool(reading.typed)


def _suggested(reading: Reading, values: list[list[Any]]) -> list[list[Any]]:
    """What was probably meant: the slips undone, or weight and height the other way round."""
    heard = reading.heard
    if reading.why is Why.SWAPPED and heard.weight_g and heard.height_mm:
        fixes: dict[str, int] = {"weight": heard.height_mm * 100, "length": heard.weight_g // 100}
    else:
        fixes = {d.field: d.suggests for d in reading.doubts if d.suggests is not None}
    return [[f, fixes.get(f, v), p] for f, v, p in values] if fixes else []
