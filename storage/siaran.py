"""A siaran in the book: how it goes from draft to done, and one outbox row for every person it is for.

Rows are put, paused, resumed and stopped some at a time, in transactions of their own, so that talks and alerts never
wait long and memory stays flat however many people there are. Nothing here is ever deleted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, exists, func, literal, or_, select, text, update

from posyandu.calendar import HOURS, local, next_allowed
from posyandu.prices import ASSUMED, Prices
from posyandu.siaran import DAY_MS, SECOND_ABOVE, TEMPLATE, Audience, Limits, day_of, filled, flat
from storage import audience, guests, jobs, outbox, people
from storage.sql import Row, Sql, among, fixed, under_index
from storage.store import Tx
from storage.tables import broadcast, event, event_broadcast, outgoing, setting

HELD = outbox.HOLD - 1  # "until she resumes it"
MOVED_AT_ONCE = 2000
UNSENT = ("draft", "planned", "waiting")  # nobody has been told yet, and nothing is on its way
STUCK_MS = 30 * 60_000
ASKING = ("invite", "change", "reminder")  # words about an event that ask for an answer
RSVP = ("hadir", "tidak", "diwakili")
_OPEN = text("state not in ('planned','waiting','stopped','done','dropped')")
_COLUMNS = [c for c in broadcast.c if c.name != "data"]

_BY_ID = (
    select(
        *_COLUMNS, broadcast.c.data.is_not(None).label("has_file"), event_broadcast.c.event_id,
        event_broadcast.c.purpose, (event.c.starts_at - event.c.opens * 60_000).label("event_day"),
    )
    .outerjoin(event_broadcast, event_broadcast.c.broadcast_id == broadcast.c.id)
    .outerjoin(event, event.c.id == event_broadcast.c.event_id)
    .where(broadcast.c.id == bindparam("which"))
)  # fmt: skip
BY_ID = Sql(_BY_ID)
BY_ID_HELD = Sql(_BY_ID.with_for_update(key_share=True, of=broadcast))
WORK = Sql(select(broadcast.c.id).where(_OPEN).order_by(broadcast.c.id))
_leaving = exists().where(
    outgoing.c.group_key == literal("broadcast:") + cast(broadcast.c.id, Text),
    or_(
        among(outgoing.c.state, "claimed", "sending"),
        and_(outgoing.c.state == fixed("ready"), outgoing.c.not_before < HELD),
    ),
)
# What a house that is asked to come to rest still has to do (a running one waits only for its messages to leave).
BUSY = Sql(
    select(func.count())
    .select_from(broadcast)
    .where(
        _OPEN,
        or_(
            among(broadcast.c.state, "draft", "putting", "stopping"),
            broadcast.c.moving != "",
            and_(broadcast.c.state == fixed("running"), ~_leaving),
        ),
    )
)
FILE = Sql(select(broadcast.c.data, broadcast.c.filename, broadcast.c.mime).where(broadcast.c.id == bindparam("which")))
LATEST = Sql(
    select(broadcast.c.id)
    .where(broadcast.c.by_person == bindparam("person_id"))
    .order_by(broadcast.c.id.desc())
    .limit(bindparam("most"))
)
FIGURES = Sql(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == fixed("draft"))
    .values(figures=bindparam("new_figures"), state="planned")
)
TURN = Sql(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == bindparam("before"))
    .values(state=bindparam("after"), moving=bindparam("moves"))
)
STARTS = Sql(update(broadcast).where(broadcast.c.id == bindparam("which")).values(start_at=bindparam("at_instant")))
YES = Sql(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == fixed("waiting"))
    .values(approved_by=bindparam("who"), approved_at=bindparam("now"))
)
FAR = Sql(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(cursor=bindparam("last"), templates=bindparam("so_many"), all_put=bindparam("whole"))
)
MOVED = Sql(update(broadcast).where(broadcast.c.id == bindparam("which")).values(moving=""))
SAID = Sql(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"))
    .values(progress=bindparam("new_progress"), checked_at=bindparam("now"))
)
DONE = Sql(
    update(broadcast)
    .where(broadcast.c.id == bindparam("which"), broadcast.c.state == bindparam("before"))
    .values(state=bindparam("after"), done_at=bindparam("now"))
)
_ready = (
    select(outgoing.c.id)
    .where(outgoing.c.group_key == bindparam("its"), outgoing.c.state == fixed("ready"))
    .order_by(outgoing.c.id)
    .limit(bindparam("most"))
)
_HOLD = (
    update(outgoing)
    .where(outgoing.c.id.in_(_ready.where(outgoing.c.not_before < HELD).scalar_subquery()))
    .values(not_before=HELD, reason="dijeda")
)
PAUSE = Sql(_HOLD)
RESUME = Sql(
    update(outgoing)
    .where(outgoing.c.id.in_(_ready.where(outgoing.c.not_before == HELD).scalar_subquery()))
    .values(not_before=bindparam("start"), reason="")
)
STOP = Sql(
    update(outgoing)
    .where(outgoing.c.id.in_(_ready.scalar_subquery()))
    .values(state="dropped", reason="dihentikan pengirim")
)
FATES = Sql(
    select(outgoing.c.state, outgoing.c.reason, outgoing.c.channel, func.count().label("n"))
    .where(outgoing.c.group_key == bindparam("its"))
    .group_by(outgoing.c.state, outgoing.c.reason, outgoing.c.channel)
)
# Rows that may still leave by themselves; what waits until a person writes is not waited for.
LEFT = Sql(
    select(func.count())
    .select_from(outgoing)
    .where(
        outgoing.c.group_key == bindparam("its"),
        or_(
            among(outgoing.c.state, "claimed", "sending"),
            and_(outgoing.c.state == fixed("ready"), outgoing.c.not_before < HELD),
        ),
    )
)
FAILED = Sql(
    select(outgoing.c.id, outgoing.c.person_id, outgoing.c.address_id, outgoing.c.reason)
    .where(
        outgoing.c.group_key == bindparam("its"),
        outgoing.c.state == fixed("failed"),
        outgoing.c.id > bindparam("after"),
    )
    .order_by(outgoing.c.id)
    .limit(bindparam("most"))
)
AGAIN = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("failed"))
    .values(
        state="ready", reason="dikirim ulang", tries=0, not_before=bindparam("start"), address_id=bindparam("other"),
        provider_id=None, lease=None,
    )
)  # fmt: skip
# Rows that should have gone and have not: due for long, or taken by a process that is no more.
STUCK = Sql(
    select(outgoing.c.id, outgoing.c.person_id, outgoing.c.state, outgoing.c.not_before, outgoing.c.group_key)
    .where(
        outgoing.c.kind == fixed("broadcast"),
        under_index("state in ('ready','claimed','sending')"),
        or_(
            and_(
                outgoing.c.state == fixed("ready"),
                outgoing.c.not_before < bindparam("before"),
                outgoing.c.at < bindparam("before"),
            ),
            and_(among(outgoing.c.state, "claimed", "sending"), outgoing.c.lease < bindparam("before")),
        ),
    )
    .order_by(outgoing.c.address_id, outgoing.c.id)
    .limit(bindparam("most"))
)
THERE = Sql(
    select(outgoing.c.person_id).where(
        outgoing.c.group_key == bindparam("its"),
        outgoing.c.person_id > bindparam("after"),
        outgoing.c.person_id <= bindparam("last"),
    )
)
SETTINGS = Sql(
    select(setting.c.name, setting.c.value).where(setting.c.name.like("siaran.%") | (setting.c.name == "masa_pemilu"))
)
ROW_OF = Sql(
    select(outgoing.c.id).where(
        outgoing.c.group_key == bindparam("its"), outgoing.c.person_id == bindparam("person_id")
    )
)


def group(number: int) -> str:
    return f"broadcast:{number}"


def load(tx: Tx, number: int, *, held: bool = False) -> Row | None:
    """`held`: no other process works on it before this transaction ends."""
    return tx.one(BY_ID_HELD if held and tx.dialect != "sqlite" else BY_ID, which=number)


def limits(tx: Tx, rates: dict[str, float] | None = None, tier: int = 0, prices: Prices = ASSUMED) -> Limits:
    """The channels' limits with what the book's settings say: siaran.second_above, masa_pemilu."""
    kept = {r.name: r.value for r in tx.all(SETTINGS)}
    above = int(kept.get("siaran.second_above", SECOND_ABOVE))
    return Limits(rates or {}, tier, prices, above, kept.get("masa_pemilu") == "1")


def people_of(tx: Tx, row: Row) -> audience.People:
    """The people of a siaran, as they were when it was written: whoever joins later is not of it."""
    sender = people.load(tx, row.by_person, row.at) or people.NOBODY
    today = local(row.at, sender.zone).date().isoformat()
    return audience.People(Audience.load(row.audience), sender.scope, row.at, today)


def turn(tx: Tx, row: Row, before: str, after: str, moves: str | None = None) -> bool:
    """From one state to the next; False when somebody was quicker."""
    moves = row.moving if moves is None else moves
    turned = bool(tx.run(TURN, which=row.id, before=before, after=after, moves=moves))
    if turned:
        jobs.ask(tx, jobs.SIARAN, row.id)
    return turned


# -- one row a person -------------------------------------------------------------------------------------------------


def put_some(tx: Tx, row: Row, people: audience.People, tier: int, now: int, most: int = audience.CHUNK) -> int:
    """The rows of the next people; how many. 0: everybody has one."""
    found = people.some(tx, row.cursor, most)
    templates = put_rows(tx, row, found, row.templates, tier, now)
    last = found[-1].id if found else row.cursor
    tx.run(FAR, which=row.id, last=last, so_many=templates, whole=0 if len(found) == most else 1)
    return len(found)


def put_rows(tx: Tx, row: Row, people: Sequence[Row], templates: int, tier: int, now: int) -> int:
    """A row for each of these people, unless there is one; how many templates are used by then."""
    rows = []
    start = max(row.start_at or now, now)
    if row.purpose == "invite":
        guests.invite(tx, row, people, now)
    for one in people:
        closed = audience.is_closed(one, start)
        day = day_of(templates, tier) if closed else 0
        templates += closed
        made = outbox.row_of(
            _message(row, one, closed, next_allowed(start + day * DAY_MS, one.zone)), one.address_id, now
        )
        if one.address_id is None:
            made["reason"] = audience.why_not(one)
        elif row.state in ("stopping", "stopped"):
            made |= {"state": "dropped", "reason": "dihentikan pengirim"}
        rows.append(made)
    tx.insert_many_once(outgoing, rows)
    return templates


def _message(row: Row, one: Row, closed: bool, at: int) -> outbox.Message:
    words = filled(row.text, one.name)
    more: dict[str, Any] = {"actions": buttons(row), "hours": [one.zone, *HOURS]}
    if closed:
        more["template"] = {"sender": row.sender, "text": flat(words)}
    return outbox.Message(
        "broadcast",
        (("siaran.message", {"sender": row.sender, "text": words}),),
        media={"kind": "siaran", "broadcast": row.id} if row.has_file else None,
        person_id=one.id,
        once=f"broadcast:{row.id}:{one.id}",
        group=group(row.id),
        template=("event_notice" if row.purpose in ASKING else TEMPLATE) if closed else None,
        not_before=at,
        expires=row.event_day if row.purpose == "reminder" else None,  # "besok" is true until midnight
        extra=more,
    )


def buttons(row: Row) -> list[tuple[str, str]]:
    """What hangs under a siaran: its answers, or those that fit what it says of an event."""
    if row.event_id is None:
        verbs = [(f"!siaran:{row.id}:{verb}", f"actions.siaran_{verb}") for verb in ("answer", "report")]
    elif row.purpose in ASKING:
        verbs = [(f"!acara:{row.event_id}:{verb}", f"actions.acara_{verb}") for verb in RSVP]
    elif row.purpose == "after":
        verbs = [(f"!acara:{row.event_id}:{verb}", f"actions.acara_{verb}") for verb in ("sertifikat", "kesan")]
    else:
        verbs = []
    return verbs


def move_some(tx: Tx, row: Row, now: int, most: int = MOVED_AT_ONCE) -> int:
    """Carry a pause, a resume or a stop to some more of the rows; 0 when all have been reached."""
    its = group(row.id)
    if row.moving == "pause":
        return tx.run(PAUSE, its=its, most=most)
    if row.moving == "resume":
        return tx.run(RESUME, its=its, most=most, start=max(row.start_at or now, now))
    return tx.run(STOP, its=its, most=most)


def resend(tx: Tx, row: Row, now: int, after: int = 0, most: int = MOVED_AT_ONCE) -> tuple[int, int]:
    """The failed once more, where there is a way by now; nobody else. How many, and the last row that was looked at."""
    done = last = 0
    for failed in tx.all(FAILED, its=group(row.id), after=after, most=most):
        last = failed.id
        other = tx.value(outbox.BEST_ADDRESS, person_id=failed.person_id)
        if other is not None:
            done += tx.run(AGAIN, row_id=failed.id, other=other, start=now)
    return done, last


def fates(tx: Tx, number: int) -> list[Row]:
    """How many rows there are by state, reason and channel."""
    return tx.all(FATES, its=group(number))


def left(tx: Tx, number: int) -> int:
    """Rows that may still leave by themselves."""
    return int(tx.value(LEFT, its=group(number)))


def missing(tx: Tx, row: Row, people: Sequence[Row]) -> list[Row]:
    """Those of some people (in the order of their ids) who ought to have a row and have none."""
    if not people:
        return []
    there = {r.person_id for r in tx.all(THERE, its=group(row.id), after=people[0].id - 1, last=people[-1].id)}
    return [p for p in people if p.id not in there]


def stuck(tx: Tx, now: int, most: int = 100) -> list[Row]:
    """Rows of any siaran that should have gone half an hour ago and have not, though nothing holds them."""
    return tx.all(STUCK, before=now - STUCK_MS, most=most)


def progress(row: Row) -> dict[str, Any]:
    """What was last said of how it goes: `row` (the outbox row that is edited), `said` (sent by then), `at`."""
    kept: dict[str, Any] = json.loads(row.progress) if row.progress else {}
    return kept


def say_progress(tx: Tx, row: Row, kept: dict[str, Any], now: int) -> None:
    tx.run(SAID, which=row.id, new_progress=json.dumps(kept), now=now)
