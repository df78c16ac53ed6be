"""Entry lines, any time, without a menu: "Supriadi 13,5 99", a pasted list, a correction by editing or "ralat".

What is certain is recorded at once; what is doubtful is asked, one after the other, and nothing of it is stored before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot import taking_back
from bot.danger_words import dangerous
from bot.dialogue import Session
from bot.line_sorting import Sorted, Sorter
from bot.talk import Talk
from posyandu.access import NAMED
from posyandu.calendar import local
from posyandu.commands import RecordSession, RecordVisit, UndoEntry
from posyandu.entry.reading import Status
from posyandu.queries import ChildView, DayView
from storage import book, inbox
from storage.look import Look
from storage.sql import Row, Sql, fixed
from storage.tables import measurement, visit

CORRECTION = re.compile(
    r"^\s*(?:(?:maaf|eh)[\s,]+)?"
    r"(?:ralat|koreksi|revisi|perbaiki|salah|(?:yang|yg) benar|(?:se)?harusnya|ganti|ubah)\b[\s:,-]*(?=.*\d)",
    re.IGNORECASE | re.DOTALL,
)
INSTEAD = re.compile(r"^(.*\d(?:\s*(?:kg|cm))?)[\s,]+(?:bukan|bkn)\s+\d+(?:[.,]\d+)?\s*(?:kg|cm)?\s*$", re.IGNORECASE)
TOGETHER_MS = 10 * 60_000  # messages this close belong together
NOT_BUT = re.compile(
    r"^(.*?)[\s,]*(?:\bsalah\b[\s,]*)?\b(?:bukan|bkn)\s+\d+(?:[.,]\d+)?\s*(?:kg|cm)?[\s,]*"
    r"\b(?:tapi|tp|tetapi|melainkan|(?:se)?harusnya)\b\s*(\d.*)$",
    re.IGNORECASE,
)
NO_FIGURE = re.compile(r"^\s*(?:ralat|koreksi|revisi|edit|ubah|ganti)\s+(\D{2,60})$", re.IGNORECASE)
SAID_RIGHT = re.compile(r"\b(?:(?:se)?harusnya|(?:yang|yg)\s+be?ne?r|be?ne?rnya)\b[\s:,]*", re.IGNORECASE)
CORRECTED_DAYS = 62  # what is older is of a closed month, or the year before's
LAST_CHILD = Sql(
    select(measurement.c.child_id, measurement.c.at)
    .where(measurement.c.by_person == bindparam("person_id"), measurement.c.incoming_id.is_not(None))
    .order_by(measurement.c.id.desc())
    .limit(1)
)
# The day of her latest entry of a child, or else of anybody's.
LAST_DAY = Sql(
    select(visit.c.on)
    .join(measurement, measurement.c.visit_id == visit.c.id)
    .where(
        measurement.c.child_id == bindparam("child_id"),
        measurement.c.current.is_not(None),
        measurement.c.field != fixed("status"),
        visit.c.on >= bindparam("since"),
    )
    .order_by((measurement.c.by_person == bindparam("person_id")).desc(), measurement.c.id.desc())
    .limit(1)
)


class Lines:
    """Reads a message as entry lines of the children whom this person may record."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        person = talk.person
        assert person is not None
        self.named_day: date | None = None  # of the whole message, by its heading
        self.edited_days: dict[str, date] = {}  # what an edited message was about, by child; "": any other child
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
        if (meant := taking_back.words_of(text)) is not None and self._taken_back(*meant):
            return True
        if "\n" not in text and (but := NOT_BUT.match(text)) is not None:  # "Azzam bukan 11,1 tapi 11,3"
            return self._corrected(f"{CORRECTION.sub('', but[1], count=1)} {but[2]}".strip())
        corrected = CORRECTION.sub("", text, count=1)
        if (instead := INSTEAD.match(corrected)) is not None and "\n" not in text:  # "Azzam 11,3 bukan 11,1"
            return self._corrected(instead[1])
        if corrected != text:
            return self._corrected(SAID_RIGHT.sub("", corrected, count=1))
        if (named := NO_FIGURE.match(text)) is not None and (seen := self._sort(named[1], replaces=False)).only_a_name:
            self.talk.says.append(("correction.of", {"child": seen.names[0].short}))
            return True
        found = self._sort(text, replaces=replaces)
        if found.only_a_name and self.talk.session.flow in (None, "menu"):
            child = found.names[0]
            self.talk.start("weighing", {"day": self.day_of[child.id].id, "child": child.id})
            return True
        if found.heading and self.talk.session.flow is None:
            self.talk.says.append(("session.heading", {}))
            return True
        if not found.any:
            return False
        self._deal(found)
        return True

    def _sort(self, text: str, *, replaces: bool, of_message: int | None = None) -> Sorted:
        sorter = Sorter(self.children, self.day_of, self.days, self.today, talking=self.talk.session.flow is not None)
        if replaces:
            sorter.day_meant = self._day_corrected
        found = sorter.sort(text, self._just_before(of_message or self.talk.row.id), replaces=replaces)
        self.named_day = found.named_day
        return found

    def _just_before(self, message: int) -> list[str]:
        """What she sent in the minutes before: a session may come in several messages under one heading."""
        row = self.talk.row
        since = (row.sent_at or self.talk.now) - TOGETHER_MS
        rows = self.talk.tx.all(inbox.JUST_BEFORE, address_id=row.address_id, before_id=message, since=since)
        return [r.text for r in reversed(rows)]

    # -- dealing with it -----------------------------------------------------------------------------------------

    def _deal(self, found: Sorted) -> None:
        talk = self.talk
        queue, follow = found.doubtful, None
        visits = [(day, v) for day, some in found.certain.items() for v in some]
        recorded = [v for _, v in visits if not self._differs(v)]
        if len(visits) == 1 and not queue:
            queue, follow = self._one(visits[0][1])
            follow = follow or self._sign_asked(visits[0][1])
        else:
            for day_id, some in found.certain.items():
                differing = [v for v in some if self._differs(v)]
                queue = queue + [self._differing(v) for v in differing]
                kept = tuple(v for v in some if v not in differing)
                if kept:
                    day = next(d for d in self.days if d.id == day_id)
                    outcome = talk.do(RecordSession(day.posyandu_id, day.on, kept))
                    follow = outcome.follow or follow
        self._answered([v for _, v in visits], recorded)
        if found.names:
            talk.says.append(("session.names", {"rows": [{"child": c.short} for c in found.names]}))
        if found.unread:
            talk.says.append(("session.unread", {"rows": [{"line": line} for line in found.unread]}))
        queue = self._behind_those_that_wait(queue)
        if len(queue) > 1:
            talk.says.append(("session.doubtful", {"count": len(queue), "rows": queue}))
        if queue:
            died = queue[0]["status"] == Status.DIED.value and "died" in talk.where.flows and len(queue) == 1
            seed = {"child": queue[0]["child"]} if died else {"queue": queue}
            talk.start("died" if died else "settle", seed, park=True)
        if follow is not None:
            talk.start(*follow, park=True)

    def _behind_those_that_wait(self, queue: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """New doubtful lines are asked after those of her earlier messages: one row of questions, the oldest first."""
        session = self.talk.session
        if not queue or session.flow != "settle" or "queue" not in session.answers:
            return queue
        self.talk.session = session.parked or type(session)()
        return [*session.answers["queue"].value, *queue]

    def _one(self, visit: RecordVisit) -> tuple[list[dict[str, Any]], tuple[str, dict[str, Any]] | None]:
        if self._differs(visit):
            return [self._differing(visit)], None
        return [], self.talk.do(visit).follow

    def _sign_asked(self, visit: RecordVisit) -> tuple[str, dict[str, Any]] | None:
        """A danger sign typed beside a weight: is it so? Then the midwife hears of it."""
        if not any(v.field == "weight" for v in visit.values) or not dangerous(self.talk.row.text):
            return None
        item = {"child": str(visit.child_id), "on": visit.on.isoformat(), "field": "danger", "value": 0}
        return "recheck", {"queue": [item]}

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

    def _answered(self, said: list[RecordVisit], recorded: list[RecordVisit]) -> None:
        """Corrected lines answer the questions that still wait: doubtful lines, and a value to be measured again."""
        self.talk.session = self._left_of(self.talk.session, said, recorded) or Session()

    def _left_of(self, session: Session, said: list[RecordVisit], recorded: list[RecordVisit]) -> Session | None:
        """What is left of a talk and of those that wait below it."""
        parked = self._left_of(session.parked, said, recorded) if session.parked is not None else None
        if session.flow in ("settle", "recheck"):
            waiting = session.answers["queue"].value if "queue" in session.answers else []
            if session.flow == "settle":
                found = [self._still_doubtful(one, said) for one in waiting]
            else:
                found = [self._still_to_measure(one, recorded) for one in waiting]
            left = [item for item in found if item is not None]
            if not left:
                return parked
            if left != waiting:
                return replace(Session.start(session.flow, {"queue": left}), parked=parked)
        return session if parked is session.parked else replace(session, parked=parked)

    def _still_doubtful(self, item: dict[str, Any], visits: list[RecordVisit]) -> dict[str, Any] | None:
        children = {v.child_id for v in visits}
        said = [[[v.field, v.value] for v in visit.values] for visit in visits]
        answered = item["child"] and int(item["child"]) in children
        if answered or [[f, v] for f, v, _ in item["values"]] in [one for one in said if one]:
            return None
        return self._still_awaited(item, children)

    def _still_to_measure(self, item: dict[str, Any], visits: list[RecordVisit]) -> dict[str, Any] | None:
        """A value that was replaced need not be measured again; the new one is judged by itself."""
        values = {
            (v.child_id, v.on.isoformat(), value.field): value.value for v in visits for value in v.values
        }  # fmt: skip
        new = values.get((int(item["child"]), item["on"], item["field"]), item.get("value"))
        return item if new == item.get("value") else None

    def _still_awaited(self, item: dict[str, Any], children: set[int]) -> dict[str, Any] | None:
        """Who had not come and has been recorded since is no longer asked about."""
        awaited = item.get("children")
        if awaited is None:
            return item
        left = [c for c in awaited if int(c) not in children and c in self.children]
        return {**item, "children": left, "line": ", ".join(self.children[c].short for c in left)} if left else None

    # -- corrections ---------------------------------------------------------------------------------------------

    def _day_corrected(self, child: ChildView) -> date:
        """A correction that names no day is of the child's entry on this posyandu day, else of her latest one: after
        it, or where there is no day that may be reported on."""
        if (edited := self.edited_days.get(child.id) or self.edited_days.get("")) is not None:
            return edited
        day = self.day_of[child.id]
        on, since = day.on, day.on.isoformat()
        filed = self.look.visit_of(child, on)
        if filed is not None and filed.values:
            return on
        if not day.planned:
            since = (self.today - timedelta(days=CORRECTED_DAYS)).isoformat()
        person = self.talk.person.id  # type: ignore[union-attr]
        last = self.talk.tx.value(LAST_DAY, child_id=int(child.id), person_id=person, since=since)
        return date.fromisoformat(last) if last else on

    def _taken_back(self, name: str, status: str | None) -> bool:
        """ "hapus Azzam", "ga jadi pindah"."""
        found = self._sort(name, replaces=False) if name else Sorted()
        child = found.names[0] if found.only_a_name else None
        filed = self.look.visit_of(child, self.day_of[child.id].on) if child is not None else None
        return taking_back.take_back(self.talk, name, status, child, filed)

    def _corrected(self, text: str) -> bool:
        """ "ralat Azzam 9,1", or "ralat 9,1" about the last child she wrote of."""
        found = self._sort(text, replaces=True)
        if found.certain or any(item["child"] for item in found.doubtful):
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
        old = self._written(before.id, original)
        days = {str(r.child_id): date.fromisoformat(r.on) for _, r in old}
        self.edited_days = {**days, **({"": max(days.values())} if days else {})}
        found = self._sort(text, replaces=True, of_message=before.id)
        if not old and not found.certain and not found.doubtful:
            return False
        if found.certain or found.doubtful:
            self._deal(found)
        if found.doubtful and not found.certain:
            return True  # nothing changes before the question is answered
        said = {v.child_id for some in found.certain.values() for v in some}
        for message, child_id in sorted({(m, r.child_id) for m, r in self._written(before.id, original)}, reverse=True):
            if child_id not in said:
                self.talk.do(UndoEntry(message, child_id))
        return True

    def _written(self, first: int, original: str) -> list[tuple[int, Row]]:
        """What a message and the changes of it before this one have written, each with the message."""
        row, tx = self.talk.row, self.talk.tx
        changes = tx.all(inbox.CHANGES, address_id=row.address_id, after_id=first, before_id=row.id, original=original)
        messages = [first, *(r.id for r in changes)]
        return [(m, r) for m in messages for r in tx.all(book.WRITTEN_BY, of_message=m)]
