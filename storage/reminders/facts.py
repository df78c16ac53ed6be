"""The facts of posyandu days, as the rules want them (posyandu.reminders), and what the words about them need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from posyandu.calendar import month_of, month_range
from posyandu.queries import call_name
from posyandu.reminders import Child, Day, DayFacts, Family, Kader
from storage.reminders import reading
from storage.sql import Row
from storage.store import Tx

AT_ONCE = 40  # posyandu days read together: some 1,600 children
NOT_TOLD = ("dropped", "superseded", "failed")
DAY_MS = 24 * 3600_000


class Reached(NamedTuple):
    """Where a person is written to."""

    address_id: int
    channel: str
    heard_at: int
    language: str


def who_key(who: str) -> int | str:
    """The end of a once-key: a person's id, or "c<child>", "p<pregnancy>" for who is told in person."""
    return int(who) if who.isdigit() else who


@dataclass
class Told:
    """Which version of a day each was last told: persons by id, those told in person by "c<child>" or "p<pregnancy>".
    `keys`: the once-keys on file."""

    version: dict[int | str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def of(self, person: int | None, children: Iterable[Child], pregnancies: Iterable[int]) -> int | None:
        """The latest version that a family was told, herself or about one of hers."""
        if not self.version:
            return None
        keys: list[int | str] = [*(f"c{c.id}" for c in children), *(f"p{p}" for p in pregnancies)]
        keys += [] if person is None else [person]
        return max((self.version[k] for k in keys if k in self.version), default=None)

    def note(self, once: str, told: bool) -> None:
        self.keys.add(once)
        kind, _, version, who = once.split(":")
        if told and kind in ("h3", "h1", "eve", "change"):
            key = who_key(who)
            self.version[key] = max(self.version.get(key, 0), int(version[1:]))


@dataclass
class DayBook:
    """One posyandu day: the facts for the rules, and names, places and answers for the words."""

    row: Row
    day: Day
    facts: DayFacts
    children: dict[int, Row]
    mothers: dict[int, Row]
    reached: Mapping[int, Reached]
    answers: Mapping[int, str]
    told: Told

    def child_name(self, child_id: int) -> str:
        row = self.children[child_id]
        return str(row.nickname or call_name(row.name))

    @property
    def place(self) -> str:
        return str(self.row.place or self.row.home)


def of_days(tx: Tx, rows: list[Row], now: int, *, waiting: bool = True, told: bool = True) -> Iterator[DayBook]:
    """The books of days of one date, in batches.

    waiting: messages still in the outbox count as told (False: to see whether they are still right)."""
    for start in range(0, len(rows), AT_ONCE):
        yield from _Batch(tx, rows[start : start + AT_ONCE], now, waiting=waiting, told=told).books()


def of_day(tx: Tx, day_id: int, now: int, *, waiting: bool = True) -> DayBook | None:
    """The book of one day in whatever state; None when there is no such day."""
    row = tx.one(reading.DAY, day_id=day_id)
    return None if row is None else next(of_days(tx, [row], now, waiting=waiting))


def day_of(row: Row) -> Day:
    """A day as the rules know it."""
    return Day(
        row.id,
        row.posyandu_id,
        date.fromisoformat(row.on),
        row.opens,
        row.closes,
        row.zone,
        row.state,
        row.version,
        row.changed_at,
        date.fromisoformat(row.moved_to) if row.moved_to else None,
    )


class _Batch:
    """What was read about some days of one date."""

    def __init__(self, tx: Tx, rows: list[Row], now: int, *, waiting: bool, told: bool) -> None:
        self.tx, self.now, self.waiting = tx, now, waiting
        self.rows = rows
        self.on = date.fromisoformat(rows[0].on)
        wanted = {r.id for r in rows}
        span = {"anchor": rows[0].on, "first": rows[0].id, "last": rows[-1].id}
        first, last = month_range(month_of(self.on))
        near = {
            "near_first": (self.on - timedelta(days=8)).isoformat(),
            "near_last": (self.on + timedelta(days=8)).isoformat(),
        }

        def read(sql: Any, **more: Any) -> dict[int, list[Row]]:
            found: dict[int, list[Row]] = defaultdict(list)
            for r in tx.all(sql, **span, **more):
                if r.day_id in wanted:
                    found[r.day_id].append(r)
            return found

        self.children = read(reading.CHILDREN)
        self.visits = read(reading.VISITS, month_first=first.isoformat(), month_last=last.isoformat())
        self.pregnancies = read(reading.PREGNANCIES)
        self.kader = read(reading.KADER, now=now, **near)
        self.answers = read(reading.ANSWERS)
        self.written = read(reading.WRITTEN) if told else {}
        self.in_person = read(reading.IN_PERSON, since=now - 60 * DAY_MS) if told else {}
        addresses = tx.all(reading.ADDRESSES, **span)
        if self.pregnancies:
            addresses += tx.all(reading.ADDRESSES_OF_MOTHERS, **span)
        self.reached = best_addresses(addresses)

    def books(self) -> Iterator[DayBook]:
        for row in self.rows:
            told = self._told(row.id)
            day = day_of(row)
            yield DayBook(
                row,
                day,
                self._facts(row, day, told),
                {r.id: r for r in self.children.get(row.id, ())},
                {r.id: r for r in self.pregnancies.get(row.id, ())},
                self.reached,
                {r.person_id: r.answer for r in self.answers.get(row.id, ())},
                told,
            )

    def _told(self, day_id: int) -> Told:
        told = Told()
        for r in self.written.get(day_id, ()):
            if r.once is not None and r.once.count(":") == 3:
                told.note(r.once, r.state not in NOT_TOLD and (self.waiting or r.state != "ready"))
        for r in self.in_person.get(day_id, ()):
            if r.once.count(":") == 3 and r.once.split(":")[1] == str(day_id):
                told.note(r.once, r.state == "told" or (self.waiting and r.state == "open"))
        return told

    def _facts(self, row: Row, day: Day, told: Told) -> DayFacts:
        visits: dict[int, list[Row]] = defaultdict(list)
        for v in self.visits.get(row.id, ()):
            visits[v.id].append(v)
        entries = sum(
            v.on == row.on and (v.visit_id is not None or v.status is not None)
            for some in visits.values()
            for v in some
        )
        answers = {r.person_id: r.answer for r in self.answers.get(row.id, ())}
        families = _Families(day, told, answers, self.reached)
        for child_id, rows in _by_child(self.children.get(row.id, ())):
            seen = visits.get(child_id, ())
            weighed = bool(seen) and any(v.grams is not None for v in seen)
            excused = bool(seen) and any(v.status is not None for v in seen)
            families.add(Child(child_id, date.fromisoformat(rows[0].birth), "active", weighed, excused), rows)
        for p in self.pregnancies.get(row.id, ()):
            families.expect(p)
        return DayFacts(day, families.all(), self._kader(row, told), entries, bool(row.kind_word))

    def _kader(self, row: Row, told: Told) -> tuple[Kader, ...]:
        days: dict[int, set[date]] = defaultdict(set)
        for r in self.kader.get(row.id, ()):
            days[r.person_id] |= {date.fromisoformat(r.near)} if r.near else set()
        return tuple(Kader(who, row.zone, frozenset(on), told.version.get(who)) for who, on in days.items())


def _by_child(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for r in rows:
        found[r.id].append(r)
    yield from found.items()


class _Families:
    """Children of a register gathered by who may be told: each guardian with her own yes, and who else is left."""

    def __init__(self, day: Day, told: Told, answers: Mapping[int, str], reached: Mapping[int, Reached]) -> None:
        self._day, self._told, self._answers, self._reached = day, told, answers, reached
        self._by_chat: dict[int, list[Child]] = {}
        self._early: set[int] = set()
        self._left: dict[tuple[str, int | str], list[Child]] = {}
        self._expecting: dict[int, list[int]] = defaultdict(list)
        self._alone: list[int] = []

    def add(self, child: Child, rows: list[Row]) -> None:
        """A child with its guardians: one row each, or one with none."""
        state = rows[0].consent or "belum"
        hearing = [r for r in rows if r.person_id is not None and not r.muted and state == "sendiri"]
        for r in hearing:
            self._by_chat.setdefault(r.person_id, []).append(child)
            if r.early:
                self._early.add(r.person_id)
        if not hearing:
            word = "no" if state == "menolak" else "not_yet"
            whose = next((r.person_id for r in rows if r.person_id is not None), f"c{child.id}")
            self._left.setdefault((word, whose), []).append(child)

    def expect(self, row: Row) -> None:
        """A pregnancy: told in her own chat once she has said yes herself; who said no is told nothing."""
        if row.messages == "menolak":
            return
        if row.person_id is None or row.messages != "sendiri":
            self._alone.append(row.id)
            return
        self._expecting[row.person_id].append(row.id)
        if row.early:
            self._early.add(row.person_id)

    def all(self) -> tuple[Family, ...]:
        found = []
        for person in {**self._by_chat, **self._expecting}:
            children = tuple(self._by_chat.get(person, ()))
            found.append(
                self._family(
                    person,
                    children,
                    tuple(self._expecting.get(person, ())),
                    reachable=person in self._reached,
                    early=person in self._early,
                    answer=self._answers.get(person, ""),
                )
            )
        for (word, _), left in self._left.items():
            found.append(self._family(None, tuple(left), (), consent=word))
        found += [self._family(None, (), (one,), consent="not_yet") for one in self._alone]
        return tuple(found)

    def _family(
        self, person: int | None, children: tuple[Child, ...], pregnancies: tuple[int, ...], **more: Any
    ) -> Family:
        told = self._told.of(person, children, pregnancies)
        return Family(person, children, self._day.zone, told=told, pregnancies=pregnancies, **more)


def best_addresses(rows: Iterable[Row]) -> dict[int, Reached]:
    """One address a person: on the channel she prefers, else where she was heard last."""

    def rank(r: Row) -> tuple[bool, int, int]:
        return (r.channel == r.prefers, r.heard_at or 0, -r.id)

    best: dict[int, Row] = {}
    for r in rows:
        if r.person_id not in best or rank(r) > rank(best[r.person_id]):
            best[r.person_id] = r
    return {p: Reached(r.id, r.channel, r.heard_at or 0, r.language or "id") for p, r in best.items()}


def told_before(tx: Tx, book: DayBook, now: int) -> Told:
    """Who knows of this day by now: told of it, or of another day that was moved to it."""
    known = Told(dict(book.told.version), set(book.told.keys))
    for r in tx.all(reading.MOVED_HERE, day_id=book.day.id):
        source = of_day(tx, r.id, now)
        if source is None:
            continue
        since_then = (book.day.changed_at or 0) > (r.changed_at or 0)
        version = book.day.version - (1 if since_then else 0)
        for once in source.told.keys:
            kind, _, v, who = once.split(":")
            key = who_key(who)
            if kind == "change" and v == f"v{r.version}" and source.told.version.get(key) == r.version:
                known.version[key] = max(known.version.get(key, version), version)
    return known


def with_told(book: DayBook, told: Told) -> DayBook:
    """The same book where more people know of the day."""
    families = tuple(replace(f, told=told.of(f.person, f.children, f.pregnancies)) for f in book.facts.families)
    kader = tuple(replace(k, told=told.version.get(k.person)) for k in book.facts.kader)
    return replace(book, told=told, facts=replace(book.facts, families=families, kader=kader))
