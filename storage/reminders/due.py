"""What is due of posyandu days: found, bounded by budgets, written; and what waits in the outbox kept right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Text, and_, bindparam, cast, func, literal, or_, select, update

from posyandu.calendar import instant, local, month_range
from posyandu.reminders import BUDGETS, Budgets, Due, Kind, due_between, owed, spend
from storage import outbox
from storage.reminders import facts, reading, writing
from storage.reminders.closing import missing_names
from storage.reminders.facts import DayBook
from storage.reminders.words import DayMore, closing_month, more_of, of_due
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import outgoing, posyandu_day, tell_in_person

FEW = 3  # so many are asked about one by one
NEEDS_TOLD = (Kind.H3, Kind.H1, Kind.EVE, Kind.CHANGE)
WAITING = Sql(
    select(
        posyandu_day.c.id.label("day_id"), outgoing.c.id, outgoing.c.once, outgoing.c.body, outgoing.c.not_before
    )
    .join(outgoing, outgoing.c.group_key == literal("day:") + cast(posyandu_day.c.id, Text))
    .where(
        and_(posyandu_day.c.posyandu_id == bindparam("posyandu_id"), posyandu_day.c.on >= bindparam("since_on")),
        outgoing.c.state == fixed("ready"),
    )
    .order_by(posyandu_day.c.id, outgoing.c.id)
)  # fmt: skip
REWRITE = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("ready"))
    .values(body=bindparam("new_body"), child_id=bindparam("new_child"))
)
_OPEN_LINE = and_(
    tell_in_person.c.posyandu_id == bindparam("where"),
    tell_in_person.c.state == fixed("open"),
    among(tell_in_person.c.why, "h1", "change"),
)
DROP_LINES_OF_CHILD = Sql(
    update(tell_in_person)
    .where(_OPEN_LINE, tell_in_person.c.child_id == bindparam("whose"))
    .values(state="dropped", done_at=bindparam("now"))
)
DROP_LINES_OF_DAY = Sql(
    update(tell_in_person)
    .where(
        _OPEN_LINE,
        or_(tell_in_person.c.once.like(bindparam("reminded")), tell_in_person.c.once.like(bindparam("changed"))),
    )
    .values(state="dropped", done_at=bindparam("now"))
)
DROP_OLD_LINES = Sql(
    update(tell_in_person)
    .where(tell_in_person.c.state == fixed("open"), among(tell_in_person.c.why, "h1", "change"))
    .where(tell_in_person.c.at < bindparam("before"))
    .values(state="dropped", done_at=bindparam("now"))
)

# Who was waited for has not written: what waited is over.
DROP_HELD = Sql(
    update(outgoing)
    .where(
        outgoing.c.state == fixed("ready"),
        outgoing.c.not_before == outbox.HOLD,
        outgoing.c.expires < bindparam("now"),
    )
    .values(state="dropped", reason=func.substr(outgoing.c.reason + "; ia tidak menulis", 1, 300))
)


def group(day_id: int) -> str:
    return f"day:{day_id}"


def of_days(
    tx: Tx, rows: Sequence[Row], kinds: Sequence[Kind], since: int, now: int, budgets: Budgets = BUDGETS
) -> int:
    """Write what fell due of these days (of one date) later than `since`; how many rows."""
    told = any(k in NEEDS_TOLD for k in kinds)
    # Who changes a day tells of it in the same transaction; a tick has nothing to add.
    fallen = (
        (book, [d for d in due_between(book.facts, since, now, budgets) if d.kind is not Kind.CHANGE])
        for book in facts.of_days(tx, list(rows), now, told=told)
    )
    return put(tx, list(fallen), now)


def put(tx: Tx, dues: Sequence[tuple[DayBook, Sequence[Due]]], now: int) -> int:
    """Write dues of days of one date, those on file already left as they are."""
    books = {book.day.id: book for book, some in dues if some}
    fresh = [due for book, some in dues for due in some if due.once not in book.told.keys]
    if not fresh:
        return 0
    kept = spend(fresh, spent(tx, list(books.values()), fresh))
    reached: dict[int, facts.Reached] = {}
    for known in {id(book.reached): book.reached for book in books.values()}.values():
        reached |= known
    return writing.write(tx, _written(tx, books, kept, now), reached, now)


def _written(tx: Tx, books: Mapping[int, DayBook], dues: Iterable[Due], now: int) -> Iterator[writing.Said]:
    more: dict[tuple[int, Kind], DayMore] = {}
    groups = {day: group(day) for day in books}
    for due in dues:
        assert due.day is not None
        book, key = books[due.day], (due.day, due.kind)
        if key not in more:
            more[key] = _more(tx, book, due.kind, now)
        words, who = of_due(due, book, more[key])
        yield writing.Said(due, words, groups[due.day], who)


def _more(tx: Tx, book: DayBook, kind: Kind, now: int) -> DayMore:
    """What only some kinds need, read once a day."""
    target, next_on = None, ""
    closing: tuple[str, tuple[str, ...]] = ("", ())
    if kind is Kind.CHANGE and book.day.moved_to is not None:
        target = tx.one(writing.TARGET, posyandu_id=book.day.posyandu_id, target_on=book.day.moved_to.isoformat())
    if kind in (Kind.CHANGE, Kind.MISSED):
        following = tx.one(writing.NEXT, posyandu_id=book.day.posyandu_id, after=book.row.on)
        next_on = following.on if following else ""
    if kind is Kind.EVE and (month := closing_month(book.day.on)):
        closing = (month, missing_names(tx, book.day.posyandu_id, month))
    return more_of(book, now, target=target, next_on=next_on, closing=closing)


def spent(tx: Tx, books: Sequence[DayBook], dues: Sequence[Due]) -> dict[tuple[int, str], int]:
    """What these people were told unasked already, by the periods of the dues' purses. The books are of one date and
    zone."""
    asked = {
        (due.to, due.purse.period) for due in dues if due.to is not None and due.purse and due.purse.limit is not None
    }
    ids = [book.day.id for book in books]
    span = {"anchor": books[0].row.on, "first": min(ids), "last": max(ids)}
    found: dict[tuple[int, str], int] = {}
    for period in {p for _, p in asked}:
        whole_month = len(period) == 7
        start = month_range(period)[0] if whole_month else date.fromisoformat(period)
        since = instant(start, 0, books[0].day.zone)
        people = [who for who, p in asked if p == period and who is not None]
        if len(people) > FEW:
            together = reading.SPENT_BY_FAMILIES if whole_month else reading.SPENT_BY_KADER
            for r in tx.all(together, **span, since=since):
                found[(r.person_id, period)] = r.spent
        else:
            for who in people:
                found[(who, period)] = int(tx.value(reading.SPENT_BY_ONE, whose=who, since=since))
    return found


def reconsider(tx: Tx, posyandu_id: int, now: int, why: str) -> int:
    """After something changed at a posyandu (a child weighed, moved, died, a day changed): what still waits in the
    outbox is taken back or said anew. In the caller's transaction; how many rows changed."""
    since_on = (local(now, "Asia/Jakarta").date() - timedelta(days=4)).isoformat()
    waiting = tx.all(WAITING, posyandu_id=posyandu_id, since_on=since_on)
    changed = 0
    for day_id in dict.fromkeys(r.day_id for r in waiting):
        book = facts.of_day(tx, day_id, now, waiting=False)
        if book is None:
            continue
        known = facts.with_told(book, _before_the_change(book, [r.once for r in waiting if r.day_id == day_id]))
        right = {due.once: due for due in owed(book.facts, now) if due.kind is not Kind.CHANGE}
        right |= {due.once: due for due in owed(known.facts, now) if due.kind is Kind.CHANGE}
        for row in (r for r in waiting if r.day_id == day_id):
            changed += _keep_right(tx, book, row, right.get(row.once), now, why)
    return changed


def _before_the_change(book: DayBook, waiting: Sequence[str]) -> facts.Told:
    """Whom a waiting word of the day's latest change is for: they know of what was before it."""
    told = facts.Told(dict(book.told.version), set(book.told.keys))
    for once in waiting:
        kind, _, version, who = once.split(":")
        if kind == "change" and version == f"v{book.day.version}":
            told.version[facts.who_key(who)] = book.day.version - 1
    return told


def _keep_right(tx: Tx, book: DayBook, row: Row, due: Due | None, now: int, why: str) -> int:
    if due is None or due.dropped is not None:
        outbox.ended(tx, row.id, "superseded", why)
        return 1
    body = json.loads(row.body)
    if body.get("about") == list(due.about):
        return 0
    due = due._replace(at=row.not_before)
    words, who = of_due(due, book, _more(tx, book, due.kind, now))
    new = writing.body(writing.Said(due, words, group(book.day.id), who))
    tx.run(REWRITE, row_id=row.id, new_body=new, new_child=writing.child_of(due))
    return 1


def withdraw_day(tx: Tx, day_id: int, now: int) -> None:
    """A day was changed: what waits about it is taken back or said anew, also what a kader was to carry."""
    row = tx.one(reading.DAY, day_id=day_id)
    assert row is not None
    tx.run(DROP_LINES_OF_DAY, where=row.posyandu_id, reminded=f"h1:{day_id}:%", changed=f"change:{day_id}:%", now=now)
    reconsider(tx, row.posyandu_id, now, "hari posyandu berubah")


def seen(tx: Tx, child_id: int, posyandu_id: int, now: int, why: str) -> None:
    """A child was weighed, excused or has left the register: nothing that waits speaks of it as expected any more."""
    tx.run(DROP_LINES_OF_CHILD, where=posyandu_id, whose=child_id, now=now)
    reconsider(tx, posyandu_id, now, why)
