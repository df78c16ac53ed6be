"""The inbox: what was heard is a row before anyone is told "received", and leaves only as done or set aside."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import bindparam, case, func, literal_column, select, update

from storage import outbox
from storage.sql import Row, Sql, among, fixed, under_index
from storage.store import Tx
from storage.tables import address, incoming


class HeardFile(Protocol):
    """What the inbox keeps of a file (bot.channels.port.HeardFile)."""

    @property
    def kind(self) -> str: ...
    @property
    def ref(self) -> str: ...
    @property
    def filename(self) -> str: ...
    @property
    def mime(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def data(self) -> bytes | None: ...


class Heard(Protocol):
    """What the inbox keeps of a message (bot.channels.port.Heard)."""

    @property
    def channel(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def sent_at(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def pick(self) -> str | None: ...
    @property
    def file(self) -> HeardFile | None: ...
    @property
    def edits(self) -> str | None: ...
    @property
    def event(self) -> str | None: ...
    @property
    def private(self) -> bool: ...
    @property
    def raw(self) -> str: ...
    @property
    def profile(self) -> dict[str, str]: ...


LONGEST_TEXT = 70_000
MASKED = "************"
# Sixteen digits in a row, or as they stand on the card (6 6 4): a NIK or KK is never kept from a chat.
NIK = re.compile(r"(?<![\d.])(?:\d{12}(\d{4})|\d{6}[ .-]\d{6}[ .-](\d{4}))(?![\d.]*\d)")
SILENT_MS = 90 * 24 * 3600_000  # after so long a number may be somebody else's
_SEEN = case(
    (
        func.coalesce(address.c.verified_at, 0) > func.coalesce(address.c.heard_at, address.c.at, 0),
        address.c.verified_at,
    ),
    else_=func.coalesce(address.c.heard_at, address.c.at, 0),
)
# Who writes something new is there again; but who has asked for quiet stays so until she takes it back, and a number
# that nobody had any more, or that blocked us for long, may be somebody else's now: she says a name first. `held`:
# something waits for her to write. One walk to the database, since every message begins with it.
TOUCH = Sql(
    update(address)
    .where(
        address.c.channel == bindparam("on_channel"),
        address.c.external_id == bindparam("whose"),
        ~select(1).where(incoming.c.message_id == bindparam("heard_before")).exists(),
    )
    .values(
        heard_at=bindparam("now"),
        state=case(
            (among(address.c.state, "opted_out", "unverified"), address.c.state),
            (address.c.state == fixed("gone"), fixed("unverified")),
            (
                (address.c.state == fixed("blocked")) & (bindparam("silent_since") > _SEEN),
                fixed("unverified"),
            ),
            else_=fixed("reachable"),
        ),
        phone=func.coalesce(address.c.phone, bindparam("told_phone")),
    )
    .returning(address.c.id, outbox.held_for("address.id").label("held"))
)
ADDRESS = Sql(
    select(address).where(address.c.channel == bindparam("channel"), address.c.external_id == bindparam("external_id"))
)
_waiting = incoming.alias("waiting")
_earlier = incoming.alias("earlier")
_fetching = incoming.alias("fetching")
_another = incoming.alias("another")
_OLDEST = (
    select(_waiting.c.id)
    .join(address, address.c.id == _waiting.c.address_id)
    .where(
        _waiting.c.state == fixed("open"),
        under_index("waiting.state <> 'done'"),
        ~select(1)
        .where(
            _earlier.c.address_id == _waiting.c.address_id,
            _earlier.c.state == fixed("open"),
            _earlier.c.id < _waiting.c.id,
        )
        .exists(),
        ~select(1).where(_fetching.c.state == fixed("fetch"), _fetching.c.address_id == _waiting.c.address_id).exists(),
    )
    .order_by(_waiting.c.id)
    .limit(1)
)


def _of_address(column: Any, name: str) -> Any:
    """A column of the message's address. (What an update gives back can be of its own table only; in there SQLAlchemy
    leaves SQLite's columns without their tables, so the outer ones are written out.)"""
    return select(column).where(address.c.id == literal_column("incoming.address_id")).scalar_subquery().label(name)


def _claim(oldest: Any) -> Sql:
    """Done at once: the turn is one transaction, and a turn that is undone opens its message again."""
    return Sql(
        update(incoming)
        .where(incoming.c.id == oldest.scalar_subquery())
        .values(state="done", note="", done_at=bindparam("now"))
        .returning(
            incoming.c.id, incoming.c.address_id, incoming.c.text, incoming.c.pick, incoming.c.event,
            incoming.c.edits, incoming.c.file, incoming.c.private, incoming.c.sent_at, incoming.c.arrived_at,
            incoming.c.message_id, _of_address(address.c.channel, "channel"),
            _of_address(address.c.external_id, "external_id"), _of_address(address.c.person_id, "person_id"),
            _of_address(address.c.state, "address_state"), _of_address(address.c.menu, "menu"),
            select(1)
            .where(_another.c.state == fixed("open"), _another.c.id != literal_column("incoming.id"))
            .exists()
            .label("more"),
        )
    )  # fmt: skip


CLAIM = _claim(_OLDEST)
# Both rows are locked: a row that another worker has just finished is looked at anew and falls out. No more than that
# is held: another turn may put a message to this address meanwhile.
CLAIM_LOCKED = _claim(_OLDEST.with_for_update(skip_locked=True, key_share=True, of=(_waiting, address)))
NOTE = Sql(update(incoming).where(incoming.c.id == bindparam("row_id")).values(note=bindparam("new_note")))
SET_ASIDE = Sql(
    update(incoming)
    .where(incoming.c.id == bindparam("row_id"), incoming.c.state == fixed("open"))
    .values(state="set_aside", note=bindparam("why"), done_at=bindparam("now"))
)
# Where somebody was is not kept when nobody needs it.
FORGET_PLACE = Sql(
    update(incoming).where(incoming.c.id == bindparam("row_id")).values(file='{"kind": "location"}', raw="")
)
OPEN = Sql(select(func.count()).select_from(incoming).where(incoming.c.state == fixed("open")))
# A turn that needs a file gives its message back; the file is fetched outside of any transaction, then the turn runs.
NEEDS_FILE = Sql(
    update(incoming)
    .where(incoming.c.id == bindparam("row_id"), incoming.c.state == fixed("open"))
    .values(state="fetch", tries=incoming.c.tries + 1)
)
ONCE_MORE = Sql(
    update(incoming)
    .where(
        incoming.c.id == bindparam("row_id"), incoming.c.state == fixed("open"), incoming.c.tries < bindparam("most")
    )
    .values(tries=incoming.c.tries + 1)
)
TO_FETCH = Sql(
    select(incoming.c.id, incoming.c.file, incoming.c.tries, address.c.channel)
    .join(address, address.c.id == incoming.c.address_id)
    .where(incoming.c.state == fixed("fetch"), under_index("incoming.state <> 'done'"))
    .order_by(incoming.c.id)
    .limit(20)
)
FETCHED = Sql(
    update(incoming)
    .where(incoming.c.id == bindparam("row_id"), incoming.c.state == fixed("fetch"))
    .values(state="open", data=bindparam("bytes"), note=bindparam("why"))
)
ASIDE = Sql(
    select(incoming.c.id, incoming.c.arrived_at, incoming.c.note, address.c.channel)
    .join(address, address.c.id == incoming.c.address_id)
    .where(incoming.c.state == fixed("set_aside"), under_index("incoming.state <> 'done'"))
    .order_by(incoming.c.id)
)
REPLAY = Sql(
    update(incoming)
    .where(incoming.c.id == bindparam("row_id"), incoming.c.state == fixed("set_aside"))
    .values(state="open", note="")
)
OF_MESSAGE = Sql(
    select(incoming.c.id, incoming.c.text, incoming.c.sent_at).where(incoming.c.message_id == bindparam("message_id"))
)
# The changes of one message before this one: what they wrote is the message's.
CHANGES = Sql(
    select(incoming.c.id)
    .where(
        incoming.c.address_id == bindparam("address_id"),
        incoming.c.id > bindparam("after_id"),
        incoming.c.id < bindparam("before_id"),
        incoming.c.edits == bindparam("original"),
    )
    .order_by(incoming.c.id)
)
# What one address sent in the minutes before, newest first: a pasted session may be several messages.
JUST_BEFORE = Sql(
    select(incoming.c.text)
    .where(
        incoming.c.address_id == bindparam("address_id"),
        incoming.c.id < bindparam("before_id"),
        incoming.c.sent_at >= bindparam("since"),
        incoming.c.pick.is_(None),
        incoming.c.edits.is_(None),
        incoming.c.event.is_(None),
    )
    .order_by(incoming.c.id.desc())
    .limit(3)
)
DATA = Sql(select(incoming.c.data).where(incoming.c.id == bindparam("row_id")))


def address_id(tx: Tx, channel: str, external_id: str, now: int) -> int:
    """The address row of a channel's opaque id; made when it is new."""
    made = tx.insert_once(address, channel=channel, external_id=external_id, at=now)
    return made if made is not None else int(tx.one(ADDRESS, channel=channel, external_id=external_id).id)  # type: ignore[union-attr]


def hear(tx: Tx, heard: Sequence[Heard], now: int) -> list[int]:
    """Store messages; gives the ids of those not heard before. The same message twice is one row."""
    new = []
    for h in heard:
        message_id = clean(f"{h.channel}:{h.message_id}")
        known = _touch(tx, h, now, message_id) if h.event is None else None
        file = h.file
        row_id = tx.insert_once(
            incoming,
            address_id=known.id if known is not None else address_id(tx, h.channel, clean(h.external_id), now),
            message_id=message_id,
            sent_at=max(0, min(h.sent_at, now)),  # nothing was sent after it has arrived, whatever a clock says
            arrived_at=now,
            text=clean(h.text),
            pick=None if h.pick is None else clean(h.pick),
            event=None if h.event is None else clean(h.event),
            edits=clean(f"{h.channel}:{h.edits}") if h.edits else None,
            file=_file_json(file) if file is not None else None,
            data=file.data if file is not None else None,
            private=int(h.private),
            raw=clean(h.raw),
        )
        if row_id is None:
            continue
        new.append(row_id)
        if h.event is None and known is None:
            known = _touch(tx, h, now)
        if known is not None and known.held:
            outbox.release(tx, known.id, now)
    return new


def _touch(tx: Tx, h: Heard, now: int, unless_heard: str = "") -> Row | None:
    """The address of who writes, where it is known already and the message is not."""
    return tx.one(
        TOUCH, on_channel=h.channel, whose=clean(h.external_id), heard_before=unless_heard, now=now,
        silent_since=now - SILENT_MS, told_phone=h.profile.get("phone"),
    )  # fmt: skip


def _file_json(file: HeardFile) -> str:
    fields: dict[str, Any] = {k: getattr(file, k) for k in ("kind", "ref", "filename", "mime", "size")}
    return json.dumps(fields)


def clean(text: str) -> str:
    """No NUL and no half surrogate (no database keeps them), an end somewhere, and of a NIK the last four digits."""
    plain = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:LONGEST_TEXT]
    return NIK.sub(lambda found: MASKED + (found[1] or found[2]), plain)


def wait_for_file(tx: Tx, row_id: int) -> None:
    """The turn needs the file: the message steps back until it has been fetched. Later ones of its talk wait."""
    tx.run(NEEDS_FILE, row_id=row_id)


def once_more(tx: Tx, row_id: int, most: int) -> bool:
    """The turn is taken again as it is; False when that has been done often enough."""
    return bool(tx.run(ONCE_MORE, row_id=row_id, most=most))


def fetched(tx: Tx, row_id: int, data: bytes, why: str = "") -> None:
    """The file is here, or (empty, with the reason) cannot be had: the turn may run."""
    tx.run(FETCHED, row_id=row_id, bytes=data, why=why[:300])


def claim(tx: Tx, now: int) -> Row | None:
    """The oldest open message of an address nobody works on, marked done: whoever undoes the transaction (a kill, too)
    opens it again. `more`: others are open, here or elsewhere."""
    return tx.one(CLAIM if tx.dialect == "sqlite" else CLAIM_LOCKED, now=now)


def note(tx: Tx, row_id: int, words: str) -> None:
    tx.run(NOTE, row_id=row_id, new_note=words)


def set_aside(tx: Tx, row_id: int, now: int, why: str) -> bool:
    """Out of the way of the next message, kept for the operator, replayable. False: somebody has dealt with it."""
    return bool(tx.run(SET_ASIDE, row_id=row_id, why=clean(why)[:500], now=now))
