"""Entry lines, any time, without a menu: "Supriadi 13,5 99", a pasted list, a correction by editing or "ralat".

What is certain is recorded at once; what is doubtful is asked, one after the other, and nothing of it is stored before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from bot.flows.pieces import roster_child, roster_of
from bot.flows.settle import triples
from bot.talk import Talk
from posyandu.access import NAMED
from posyandu.calendar import local
from posyandu.commands import RecordSession, RecordVisit, UndoEntry, Value
from posyandu.entry.reading import Kind, Reading, Status, Why
from posyandu.entry.session import read_session
from posyandu.queries import ChildView, DayView
from storage import book, inbox
from storage.look import Look
from storage.sql import Sql
from storage.tables import measurement

CORRECTION = re.compile(r"^\s*(?:ralat|koreksi|revisi|perbaiki|maaf ralat)\b[\s:,-]*", re.IGNORECASE)
NUMBERED = re.compile(r"^\d{1,3}\s*[.):-]\s+")
LAST_CHILD = Sql(
    select(measurement.c.child_id, measurement.c.at)
    .where(measurement.c.by_person == bindparam("person_id"), measurement.c.incoming_id.is_not(None))
    .order_by(measurement.c.id.desc())
    .limit(1)
)
# Doubts about a number: with a name beside it this is an entry, though no value could be read.
OF_NUMBERS = {
    Why.MISSING_VALUE, Why.NUMBER, Why.ONE_NUMBER, Why.EXTRA_NUMBER, Why.TWO_VALUES, Why.UNIT, Why.SWAPPED,
    Why.DOUBTFUL, Why.PAST, Why.DATE, Why.FUTURE, Why.DEATH, Why.STATUS_UNCLEAR, Why.NEGATED, Why.HEDGED,
}  # fmt: skip


@dataclass
class Sorted:
    """The lines of a message: what is certain by posyandu day, what must be asked, and what is no entry."""

    certain: dict[str, list[RecordVisit]] = field(default_factory=lambda: defaultdict(list))
    doubtful: list[dict[str, Any]] = field(default_factory=list)
    named_only: ChildView | None = None


class Lines:
    """Reads a message as entry lines of the children whom this person may record."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        person = talk.person
        assert person is not None
        self.named_day: date | None = None  # of the whole message, by its heading
        self.days: list[DayView] = []
        self.children: dict[str, ChildView] = {}
        self.day_of: dict[str, DayView] = {}
        if not person.scope.roles & NAMED:
            return
        # The day is that of sending: a backlog at 00:20 on the 1st is of the 31st.
        self.today = local(talk.row.sent_at or talk.now, person.zone).date()
        self.look = talk.look if self.today == talk.today else Look(talk.tx, person.scope, self.today)
        self.days = self.look.open_days()
        for day in self.days:
            for child in self.look.children_of(day):
                self.children[child.id] = child
                self.day_of[child.id] = day

    def read(self, text: str, *, replaces: bool = False) -> bool:
        """True when the message was one or more entry lines and has been dealt with."""
        if not self.days or len(text) > 20_000:
            return False
        corrected = CORRECTION.sub("", text, count=1)
        if corrected != text:
            return self._corrected(corrected)
        found = self._sort(text, replaces=replaces)
        if found.named_only is not None and self.talk.session.flow is None:
            day = self.day_of[found.named_only.id]
            self.talk.start("weighing", {"day": day.id, "child": found.named_only.id})
            return True
        if not found.certain and not found.doubtful:
            return False
        self._deal(found)
        return True

    # -- reading -------------------------------------------------------------------------------------------------

    def _sort(self, text: str, *, replaces: bool) -> Sorted:
        roster = roster_of(tuple(roster_child(c) for c in self.children.values()))
        on = self.days[0].on
        session = read_session(text, roster, on)
        self.named_day = session.day if session.day is None or session.day <= self.today else None
        pairs = [(one.text, one.reading) for one in session.lines]
        several = len(pairs) > 1
        out = Sorted()
        for line, reading in pairs:
            self._place(line, reading, out, replaces=replaces, several=several)
        return out

    def _place(self, line: str, reading: Reading, out: Sorted, *, replaces: bool, several: bool) -> None:
        if reading.kind in (Kind.OK, Kind.STATUS) and reading.child in self.children:
            day = self.day_of[reading.child]
            on = reading.said_on or self.named_day or day.on
            values = tuple(Value(*v) for v in triples(reading)) if reading.kind is Kind.OK else ()
            status = reading.status.value if reading.status is not None and reading.kind is Kind.STATUS else None
            out.certain[day.id].append(RecordVisit(int(reading.child), on, values, status, replaces=replaces))
        elif reading.kind is Kind.ASK and self._is_entry(reading, several=several):
            out.doubtful.append(self._item(line, reading))
        elif reading.kind is Kind.ASK and reading.child in self.children and reading.why is Why.NO_VALUE:
            out.named_only = self.children[reading.child]

    def _is_entry(self, reading: Reading, *, several: bool) -> bool:
        """Does a doubtful line name somebody and carry a measure or a status? Without an open question the measure
        alone is enough."""
        named = bool(reading.child or reading.candidates or reading.typed)
        carries = bool(reading.heard) or reading.why in OF_NUMBERS or reading.status is not None
        return carries and (named or several or self.talk.session.flow is None)

    def _item(self, line: str, reading: Reading, why: str | None = None) -> dict[str, Any]:
        day = self.day_of.get(reading.child or "", self.days[0])
        values = triples(reading)
        fixes = {d.field: d.suggests for d in reading.doubts if d.suggests is not None}
        suggested = [[f, fixes.get(f, v), p] for f, v, p in values] if fixes else []
        return {
            "line": NUMBERED.sub("", line.strip())[:120],
            "why": why or reading.why.value,
            "child": reading.child,
            "candidates": list(reading.candidates)[:4],
            "typed": reading.typed[:40],
            "values": values,
            "suggested": suggested,
            "status": reading.status.value if reading.status else None,
            "on": (reading.said_on or self.named_day or day.on).isoformat(),
            "day": day.id,
        }

    # -- dealing with it -----------------------------------------------------------------------------------------

    def _deal(self, found: Sorted) -> None:
        talk = self.talk
        queue, follow = found.doubtful, None
        visits = [(day, v) for day, some in found.certain.items() for v in some]
        if len(visits) == 1 and not queue:
            queue, follow = self._one(visits[0][1])
        else:
            for day_id, some in found.certain.items():
                differing = [v for v in some if self._differs(v)]
                queue = queue + [self._differing(v) for v in differing]
                kept = tuple(v for v in some if v not in differing)
                if kept:
                    day = next(d for d in self.days if d.id == day_id)
                    outcome = talk.do(RecordSession(day.posyandu_id, day.on, kept))
                    follow = outcome.follow or follow
        self._answered({v.child_id for _, v in visits}, [list(v.values) for _, v in visits])
        if len(queue) > 1:
            talk.says.append(("session.doubtful", {"count": len(queue), "rows": queue}))
        if queue:
            died = queue[0]["status"] == Status.DIED.value and "died" in talk.where.flows and len(queue) == 1
            seed = {"child": queue[0]["child"]} if died else {"queue": queue}
            talk.start("died" if died else "settle", seed, park=True)
        if follow is not None:
            talk.start(*follow, park=True)

    def _one(self, visit: RecordVisit) -> tuple[list[dict[str, Any]], tuple[str, dict[str, Any]] | None]:
        if self._differs(visit):
            return [self._differing(visit)], None
        return [], self.talk.do(visit).follow

    def _differs(self, visit: RecordVisit) -> bool:
        """Does another value stand there for this day already?"""
        if visit.replaces or not visit.values:
            return False
        filed = self.look.visit_of(self.children[str(visit.child_id)], visit.on)
        return filed is not None and any(filed.values.get(v.field, v.value) != v.value for v in visit.values)

    def _differing(self, visit: RecordVisit) -> dict[str, Any]:
        child = self.children[str(visit.child_id)]
        filed = self.look.visit_of(child, visit.on)
        rows = [
            {"field": v.field, "said": v.value, "filed": filed.values[v.field]}
            for v in visit.values
            if filed is not None and filed.values.get(v.field, v.value) != v.value
        ]
        return {
            "line": child.short,
            "why": "differs",
            "child": child.id,
            "candidates": [],
            "typed": "",
            "values": [[v.field, v.value, v.position] for v in visit.values],
            "suggested": [],
            "status": None,
            "on": visit.on.isoformat(),
            "day": self.day_of[child.id].id,
            "rows": rows,
        }

    def _answered(self, children: set[int], values: list[list[Value]]) -> None:
        """Corrected lines answer the doubtful ones that still wait."""
        session = self.talk.session
        if session.flow != "settle":
            return
        waiting = session.answers["queue"].value if "queue" in session.answers else []
        said = [[[v.field, v.value] for v in some] for some in values]
        left = [
            item
            for item in waiting
            if not (item["child"] and int(item["child"]) in children)
            and [[f, v] for f, v, _ in item["values"]] not in said
        ]
        if len(left) == len(waiting):
            return
        self.talk.session = session.parked or type(session)()
        if left:
            self.talk.start("settle", {"queue": left}, park=True)
            self.talk.question = None

    # -- corrections ---------------------------------------------------------------------------------------------

    def _corrected(self, text: str) -> bool:
        """ "ralat Azzam 9,1", or "ralat 9,1" about the last child she wrote of."""
        found = self._sort(text, replaces=True)
        if found.certain:
            self._deal(found)
            return True
        last = self.talk.tx.one(LAST_CHILD, person_id=self.talk.person.id)  # type: ignore[union-attr]
        child = self.children.get(str(last.child_id)) if last is not None else None
        if child is not None:
            found = self._sort(f"{child.name} {text}", replaces=True)
        if found.certain or found.doubtful:
            self._deal(found)
        else:
            self.talk.says.append(("correction.how", {}))
        return True

    def edited(self, text: str, original: str) -> bool:
        """The sent message was changed: the new text counts, what it no longer says is taken back."""
        before = self.talk.tx.one(inbox.OF_MESSAGE, message_id=original)
        if before is None or not self.days:
            return False
        found = self._sort(text, replaces=True)
        old = self.talk.tx.all(book.WRITTEN_BY, of_message=before.id)
        if not old and not found.certain and not found.doubtful:
            return False
        if found.certain or found.doubtful:
            self._deal(found)
        if found.doubtful and not found.certain:
            return True  # nothing changes before the question is answered
        for child_id in {r.child_id for r in self.talk.tx.all(book.WRITTEN_BY, of_message=before.id)}:
            if not found.certain or child_id not in {v.child_id for some in found.certain.values() for v in some}:
                self.talk.do(UndoEntry(before.id, child_id))
        return True
