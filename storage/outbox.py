"""The outbox: what is to be told is a row in the turn's transaction, and every row ends with a state and a reason.

ready -> sending -> sent (-> delivered -> read), or failed, dropped, superseded, or in_doubt: the program died
between sending and noting it. Replies and alerts to staff are then sent again (marked); everything else is not,
and waits as in_doubt for a status callback or a person.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql

from storage import in_person, second_look
from storage.reminders import leaving
from storage.sql import Row, Sql, among, fixed, one_of, under_index
from storage.store import Store, Tx
from storage.tables import address, outgoing, person, session, told

PRIO = {"reply": 0, "alert": 0, "parent": 2, "reminder": 3, "broadcast": 5}
LAST = 9
RESENT = ("reply", "alert")  # in doubt after a crash: a second one does no harm
_encode = json.JSONEncoder(ensure_ascii=False).encode
LEASE_MS = 120_000  # longer than any provider is waited for, with its retries


@dataclass(frozen=True)
class Message:
    """One thing to tell one person.

    `says`: pairs of words key and variables, in order; `question`: what Showing puts on the screen; `media`: what to
    draw or attach, as data. `once`: a key that lets it be put only once, ever.
    """

    kind: str
    says: tuple[tuple[str, dict[str, Any]], ...] = ()
    question: dict[str, Any] | None = None
    media: dict[str, Any] | None = None
    person_id: int | None = None
    address_id: int | None = None
    incoming_id: int | None = None
    child_id: int | None = None
    once: str | None = None
    group: str | None = None
    template: str | None = None
    not_before: int = 0
    expires: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self) -> str:
        parts = {"says": self.says, "question": self.question, "media": self.media, **self.extra}
        return _encode({k: v for k, v in parts.items() if v})


BEST_ADDRESS = Sql(
    select(address.c.id)
    .join(person, person.c.id == address.c.person_id)
    .where(address.c.person_id == bindparam("person_id"), address.c.state == fixed("reachable"))
    .order_by(case((address.c.channel == person.c.prefers, 0), else_=1), address.c.heard_at.desc(), address.c.id)
    .limit(1)
)
_earlier = outgoing.alias("earlier")
_TAKE = (
    select(
        outgoing.c.id, outgoing.c.body, outgoing.c.kind, outgoing.c.template, outgoing.c.of, outgoing.c.address_id,
        outgoing.c.person_id, outgoing.c.child_id, outgoing.c.group_key, outgoing.c.expires, outgoing.c.tries,
        outgoing.c.prio, address.c.person_id.label("owner_id"),
        address.c.channel, address.c.external_id, address.c.state.label("address_state"), address.c.heard_at,
        func.coalesce(person.c.language, "id").label("language"), session.c.asked,
        session.c.updated_at.label("talked_at"),
    )
    .join(address, address.c.id == outgoing.c.address_id)
    .outerjoin(person, person.c.id == address.c.person_id)
    .outerjoin(session, session.c.address_id == outgoing.c.address_id)
    .where(
        outgoing.c.state == fixed("ready"),
        outgoing.c.prio <= bindparam("least"),
        outgoing.c.not_before <= bindparam("now"),
        # not by an index of the addresses: the rows are wanted in the order of ix_outgoing_ready, a few of thousands
        func.coalesce(address.c.channel, "") == bindparam("channel"),
        ~select(1)
        .where(
            _earlier.c.address_id == outgoing.c.address_id,
            under_index("earlier.state in ('ready','claimed','sending')"),
            or_(
                _earlier.c.state == fixed("sending"),
                and_(
                    _earlier.c.state == fixed("ready"),
                    _earlier.c.id < outgoing.c.id,
                    _earlier.c.prio <= outgoing.c.prio,
                    _earlier.c.not_before <= bindparam("now"),
                ),
            ),
        )
        .exists(),
    )
    .order_by(outgoing.c.prio, outgoing.c.not_before, outgoing.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
# Several processes: none sends to a chat that another has just sent to.
_SPACED = _TAKE.outerjoin(told, told.c.address_id == outgoing.c.address_id).where(
    func.coalesce(told.c.at, 0) <= bindparam("spaced")
)
TAKE = Sql(_TAKE)
TAKE_LOCKED = Sql(_TAKE.with_for_update(skip_locked=True, of=outgoing))
TAKE_SPACED = Sql(_SPACED)
TAKE_SPACED_LOCKED = Sql(_SPACED.with_for_update(skip_locked=True, of=outgoing))
SENDING = Sql(
    update(outgoing)
    .where(one_of(outgoing.c.id, "ids"), outgoing.c.state == fixed("ready"))
    .values(
        state="sending", channel=bindparam("by"), lease=bindparam("until"), tries=outgoing.c.tries + 1, provider_id=None
    )
)
# A row that is ready again with a provider's id has failed there in the meantime: that stands.
_SENT = (
    update(outgoing)
    .where(
        outgoing.c.id == bindparam("row_id"),
        or_(
            among(outgoing.c.state, "sending", "in_doubt"),
            and_(outgoing.c.state == fixed("ready"), outgoing.c.provider_id.is_(None)),
        ),
    )
    .values(
        state="sent",
        provider_id=bindparam("theirs"),
        sent_at=bindparam("now"),
        lease=None,
        sent_as=bindparam("charged"),
    )
)
SENT = Sql(_SENT)
# On PostgreSQL both notes in one: the row was sent, and its chat was sent something.
_sent = _SENT.returning(outgoing.c.address_id).cte("just_sent")
_spoke = postgresql.insert(told).from_select(["address_id", "at"], select(_sent.c.address_id, bindparam("now")))
SENT_AND_SPOKE = Sql(_spoke.on_conflict_do_update(index_elements=["address_id"], set_={"at": _spoke.excluded.at}))
# The provider's report was here before this note of ours: what it charges is still to be kept.
CHARGED = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), among(outgoing.c.state, "sent", "delivered", "read"))
    .values(sent_as=bindparam("charged"))
)
HOLD = 4_102_444_800_000  # "until she writes": the year 2100
RELEASE = Sql(
    update(outgoing)
    .where(
        outgoing.c.address_id == bindparam("which"),
        outgoing.c.state == fixed("ready"),
        under_index("state in ('ready','claimed','sending')"),
        outgoing.c.not_before == HOLD,
    )
    .values(not_before=bindparam("now"))
)
HELD_WHY = "menunggu ia menulis"


def held_for(which: str) -> ColumnElement[bool]:
    """Does something wait for the address to write whose id is called so?"""
    return (
        select(1)
        .where(
            outgoing.c.address_id == literal_column(which),
            outgoing.c.state == fixed("ready"),
            under_index("outgoing.state in ('ready','claimed','sending')"),
            outgoing.c.not_before == HOLD,
        )
        .exists()
    )


ENDED = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), among(outgoing.c.state, "sending", "ready", "in_doubt"))
    .values(state=bindparam("new_state"), reason=bindparam("why"), lease=None)
)
LATER = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("sending"))
    .values(
        state="ready", reason=bindparam("why"), not_before=bindparam("at"), lease=None,
        tries=outgoing.c.tries - bindparam("back"),
    )
)  # fmt: skip
ELSEWHERE = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("sending"))
    .values(state="ready", reason=bindparam("why"), address_id=bindparam("other"), lease=None)
)
WAITING = Sql(
    select(func.count())
    .select_from(outgoing)
    .where(
        under_index("state in ('ready','claimed','sending')"),
        or_(
            outgoing.c.state == fixed("sending"),
            and_(outgoing.c.state == fixed("ready"), outgoing.c.not_before <= bindparam("now")),
        ),
    )
)
NEXT_LATER = Sql(
    select(func.min(outgoing.c.not_before)).where(
        outgoing.c.state == fixed("ready"), outgoing.c.not_before > bindparam("now")
    )
)
WITHDRAW_CHILD = Sql(
    update(outgoing)
    .where(outgoing.c.child_id == bindparam("about"), outgoing.c.state == fixed("ready"))
    .values(state="superseded", reason=bindparam("why"))
)
PROVIDER_ID = Sql(select(outgoing.c.provider_id).where(outgoing.c.id == bindparam("row_id")))
BY_ID = Sql(select(outgoing).where(outgoing.c.id == bindparam("row_id")))


def put(tx: Tx, message: Message, now: int) -> int | None:
    """Put a message; None when its `once` key was used before. Without any address it ends as failed: unreachable."""
    to = message.address_id
    if to is None and message.person_id is not None:
        to = tx.value(BEST_ADDRESS, person_id=message.person_id)
    row_id = tx.insert_once(outgoing, **row_of(message, to, now))
    if to is None and row_id is not None:
        in_person.from_failed(tx, row_id)
    return row_id


def row_of(message: Message, to: int | None, now: int) -> dict[str, Any]:
    """The outbox row of a message to an address, for who writes many at once."""
    return {
        "once": message.once,
        "person_id": message.person_id,
        "address_id": to,
        "incoming_id": message.incoming_id,
        "child_id": message.child_id,
        "kind": message.kind,
        "prio": PRIO[message.kind],
        "body": message.body(),
        "template": message.template,
        "of": message.question["of"] if message.question else None,
        "group_key": message.group,
        "not_before": message.not_before,
        "expires": message.expires,
        "state": "ready" if to is not None else "failed",
        "reason": "" if to is not None else "unreachable",
        "at": now,
    }


def take(tx: Tx, channel: str, now: int, most: int, lease_ms: int = LEASE_MS) -> list[Row]:
    """Claim what may leave now on a channel."""
    return claim(tx, channel, due(tx, channel, now, most), now, lease_ms)


def due(tx: Tx, channel: str, now: int, most: int, gap_ms: int | None = None, least: int = LAST) -> list[Row]:
    """What stands first in line. `gap_ms`: other processes send, too; who was sent something in that time must wait.
    `least`: nothing less urgent."""
    lite, alone = tx.dialect == "sqlite", gap_ms is None
    sql = (TAKE if lite else TAKE_LOCKED) if alone else (TAKE_SPACED if lite else TAKE_SPACED_LOCKED)
    more = {} if gap_ms is None else {"spaced": now - gap_ms}
    return tx.all(sql, channel=channel, now=now, most=most, least=least, **more)


def claim(tx: Tx, channel: str, rows: Sequence[Row], now: int, lease_ms: int) -> list[Row]:
    """Of these rows what may leave, at most one per address; committed as `sending` by the caller's commit."""
    taken, seen = [], set()
    for row in rows:
        if row.address_id in seen:
            continue
        if row.expires is not None and row.expires < now:
            ended(tx, row.id, "dropped", "terlambat")
            leaving.in_person_instead(tx, row, now)
            continue
        if second_look.is_over(tx, row):
            ended(tx, row.id, "superseded", "sudah lewat")
            continue
        answers = row.kind == "reply" and row.address_state in ("opted_out", "unverified")
        if (row.address_state != "reachable" and not answers) or not second_look.is_hers(row):
            _send_elsewhere(tx, row, now)
            continue
        until = leaving.wait_until(row, now)
        if until is not None:
            leaving.pause(tx, row, until)
            continue
        seen.add(row.address_id)
        taken.append(row)
    if taken:
        tx.run(SENDING, ids=_encode([row.id for row in taken]), by=channel, until=now + lease_ms)
    return taken


def _send_elsewhere(tx: Tx, row: Row, now: int) -> None:
    """The address has gone quiet, or is another's: the person's other channel, or the end with a reason."""
    other = tx.value(BEST_ADDRESS, person_id=row.person_id) if row.person_id is not None else None
    if other is None or (row.address_state == "opted_out" and second_look.is_hers(row)):
        gone = "tidak terjangkau: alamat orang lain"
        ended(tx, row.id, "failed", row.address_state if second_look.is_hers(row) else gone)
        leaving.in_person_instead(tx, row, now)
        return
    tx.run(SENDING, ids=_encode([row.id]), by="", until=0)
    tx.run(ELSEWHERE, row_id=row.id, why="pindah kanal", other=other)


def sent(tx: Tx, row_id: int, provider_id: str, now: int, sent_as: str | None = None) -> None:
    """The provider took it; `sent_as` is what it charges for, where it does."""
    if not tx.run(SENT, row_id=row_id, theirs=provider_id, now=now, charged=sent_as) and sent_as:
        tx.run(CHARGED, row_id=row_id, charged=sent_as)


def sent_at_once(store: Store, row: Row, provider_id: str, now: int, *, spaced: bool) -> None:
    """A reply or an alert was taken: noted by a statement that commits itself. `spaced`: its chat must have a pause."""
    values = {"row_id": row.id, "theirs": provider_id, "now": now, "charged": None}
    if not spaced:
        store.run(SENT, **values)
    elif store.dialect == "postgresql":
        store.run(SENT_AND_SPOKE, **values)
    else:
        store.write(lambda tx: spoke(tx, row.address_id, now) if tx.run(SENT, **values) else None)


def spoke(tx: Tx, address_id: int, now: int) -> None:
    """This chat was sent something just now."""
    tx.upsert(told, address_id=address_id, at=now)


def hold(tx: Tx, row: Row, words: Message | None, now: int) -> None:
    """Nothing free may be sent and no template fits: it waits until she writes. `words` tell her that it does."""
    if words is not None:
        put(tx, words, now)
    later(tx, row.id, HOLD, HELD_WHY, counts=False)


def release(tx: Tx, address_id: int, now: int) -> None:
    """She has written: what waited for that may go."""
    tx.run(RELEASE, which=address_id, now=now)


def ended(tx: Tx, row_id: int, state: str, why: str) -> None:
    """failed, dropped, superseded or in_doubt, with the reason in words."""
    tx.run(ENDED, row_id=row_id, new_state=state, why=why[:300])
    if state == "failed":
        in_person.from_failed(tx, row_id)


def later(tx: Tx, row_id: int, at: int, why: str, *, counts: bool = True) -> None:
    """Certainly not sent: ready again, not before `at`. `counts`: it was a try of this message's own."""
    tx.run(LATER, row_id=row_id, at=at, why=why[:300], back=0 if counts else 1)
