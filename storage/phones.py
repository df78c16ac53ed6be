"""The emulator's phones: its own memory of what was shown on them, as a provider has its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update

from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import phone

TOP = Sql(select(func.coalesce(func.max(phone.c.rev), 0)).where(phone.c.owner == bindparam("owner")))
THREAD = Sql(
    select(
        phone.c.id, phone.c.message_id, phone.c.direction, phone.c.text, phone.c.buttons, phone.c.list_button,
        phone.c.media, phone.c.superseded, phone.c.edited, phone.c.rev, phone.c.at, phone.c.ref,
    )
    .where(phone.c.owner == bindparam("owner"), phone.c.id > bindparam("after"))
    .order_by(phone.c.id)
)  # fmt: skip
CHANGED = Sql(
    select(
        phone.c.id, phone.c.message_id, phone.c.direction, phone.c.text, phone.c.buttons, phone.c.list_button,
        phone.c.media, phone.c.superseded, phone.c.edited, phone.c.rev, phone.c.at, phone.c.ref,
    )
    .where(phone.c.owner == bindparam("owner"), phone.c.rev > bindparam("rev"))
    .order_by(phone.c.id)
)  # fmt: skip
ID_OF = Sql(
    select(phone.c.id).where(phone.c.owner == bindparam("owner"), phone.c.message_id == bindparam("message_id"))
)
GREY = Sql(
    update(phone)
    .where(phone.c.owner == bindparam("who"), phone.c.buttons != "[]", phone.c.superseded == 0)
    .values(superseded=1, rev=bindparam("new_rev"))
)
EDIT = Sql(
    update(phone)
    .where(phone.c.owner == bindparam("who"), phone.c.message_id == bindparam("which"), phone.c.direction == "in")
    .values(text=bindparam("new_text"), edited=1, rev=bindparam("new_rev"))
)
CHANGE = Sql(
    update(phone)
    .where(phone.c.owner == bindparam("who"), phone.c.message_id == bindparam("which"), phone.c.direction == "out")
    .values(
        text=bindparam("new_text"), buttons=bindparam("new_buttons"), list_button=bindparam("new_list_button"),
        edited=1, rev=bindparam("new_rev"),
    )
)  # fmt: skip
MEDIA = Sql(select(phone.c.data, phone.c.mime, phone.c.media).where(phone.c.message_id == bindparam("message_id")))


def show(
    tx: Tx,
    owner: str,
    direction: str,
    text: str,
    now: int,
    *,
    message_id: str,
    buttons: Sequence[tuple[str, str]] = (),
    list_button: str = "",
    media: dict[str, str] | None = None,
    data: bytes | None = None,
    mime: str = "",
    ref: str = "",
) -> bool:
    """Put one message on a phone; False when that message id stands there already."""
    rev = int(tx.value(TOP, owner=owner)) + 1
    made = tx.insert_once(
        phone, owner=owner, direction=direction, message_id=message_id, text=text,
        buttons=_dumped(buttons), list_button=list_button,
        media=json.dumps(media) if media else "", data=data, mime=mime, ref=ref, rev=rev, at=now,
    )  # fmt: skip
    return made is not None


def supersede(tx: Tx, owner: str) -> None:
    """The buttons that stood there are old now."""
    tx.run(GREY, who=owner, new_rev=int(tx.value(TOP, owner=owner)) + 1)


def edit(tx: Tx, owner: str, message_id: str, text: str) -> bool:
    """The person changes a message of hers."""
    return bool(tx.run(EDIT, who=owner, which=message_id, new_text=text, new_rev=int(tx.value(TOP, owner=owner)) + 1))


def change(
    tx: Tx, owner: str, message_id: str, text: str, buttons: Sequence[tuple[str, str]], list_button: str = ""
) -> bool:
    """The bot changes a message of its own; False when it is not there (any more)."""
    return bool(
        tx.run(
            CHANGE, who=owner, which=message_id, new_text=text, new_buttons=_dumped(buttons),
            new_list_button=list_button, new_rev=int(tx.value(TOP, owner=owner)) + 1,
        )
    )  # fmt: skip


def _dumped(buttons: Sequence[tuple[str, str]]) -> str:
    return json.dumps([list(b) for b in buttons], ensure_ascii=False)


def thread(tx: Tx, owner: str, after: str = "", rev: int | None = None) -> list[Row]:
    """The messages of a phone after one of them; with `rev`, those that are new or have changed since."""
    if rev is not None and 0 < rev <= int(tx.value(TOP, owner=owner)):
        return tx.all(CHANGED, owner=owner, rev=rev)
    start = tx.value(ID_OF, owner=owner, message_id=after) if after else 0
    # An id that is not there any more is of a thread before a reset: the whole thread is new.
    return tx.all(THREAD, owner=owner, after=start or 0)


def media(tx: Tx, message_id: str) -> Any:
    """`data`, `mime` and `media` of a message, or None."""
    return tx.one(MEDIA, message_id=message_id)
