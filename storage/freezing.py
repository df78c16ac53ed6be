"""A SQLite book that is moved away is frozen by triggers in the file itself: whatever program opens it, of whatever
version, running or started later, it can neither hear nor send nor write again. Nothing can be sent twice."""

from __future__ import annotations

import json
import secrets
from typing import Any

from sqlalchemy import bindparam, column, func, inspect, select, text
from sqlalchemy import table as lightweight

from storage.sql import Sql, fixed
from storage.store import Store, Tx
from storage.tables import metadata, outgoing, setting

NOTE = "moved.to"
ID = "book.id"
WHY = "buku ini sudah dipindahkan"
UNDER_WAY = "moved_under_way"  # lets what is being sent end
SENDING = Sql(
    select(func.count())
    .select_from(outgoing)
    .where(outgoing.c.state == fixed("sending"), outgoing.c.lease > bindparam("now"))
)
KEPT = Sql(select(setting.c.value).where(setting.c.name == fixed(NOTE)))
TOKEN = Sql(select(setting.c.value).where(setting.c.name == fixed(ID)))
_objects = lightweight("sqlite_master", column("name"), column("type"))
TRIGGERS = Sql(select(_objects.c.name).where(_objects.c.type == fixed("trigger"), _objects.c.name.like("moved%")))


def token(tx: Tx) -> str:
    """By which the target knows that it is this book that comes."""
    kept = tx.value(TOKEN)
    if kept is None:
        kept = secrets.token_hex(16)
        tx.upsert(setting, name=ID, value=kept)
    return str(kept)


def freeze(tx: Tx, where: str) -> None:
    """Nothing is heard, taken for sending, or written from here on; what is being sent may still be noted."""
    if moved(tx) is not None:
        return
    tx.upsert(setting, name=NOTE, value=json.dumps({"token": token(tx), "to": where}))
    for table in metadata.sorted_tables:
        for verb in ("insert", "update", "delete"):
            note = table is outgoing and verb == "update"
            name = UNDER_WAY if note else f"moved_{verb}_{table.name}"
            _trigger(tx, name, verb, table.name, " when old.state <> 'sending'" if note else "")


def harden(tx: Tx) -> None:
    """Nothing is being sent any more: the last door is shut, too."""
    tx.run(Sql(text(f"drop trigger if exists {UNDER_WAY}")))
    _trigger(tx, "moved_update_outgoing", "update", "outgoing")


def _trigger(tx: Tx, name: str, verb: str, table: str, when: str = "") -> None:
    tx.run(
        Sql(
            text(
                f'create trigger if not exists "{name}" before {verb} on "{table}"{when} '
                f"begin select raise(abort, '{WHY}'); end"
            )
        )
    )


def thaw(tx: Tx) -> None:
    """The move is given up: the book is as it was."""
    for row in tx.all(TRIGGERS):
        tx.run(Sql(text(f'drop trigger "{row.name}"')))
    tx.run(Sql(setting.delete().where(setting.c.name == NOTE)))


def moved(tx: Tx) -> dict[str, Any] | None:
    """Token and target of the move that was begun from here."""
    kept = tx.value(KEPT)
    return None if kept is None else dict(json.loads(kept))


def sending(tx: Tx, now: int) -> int:
    """How many messages are on their way in a process that lives, or died just now."""
    return int(tx.value(SENDING, now=now))


def is_frozen(store: Store) -> dict[str, Any] | None:
    """Where this book has gone; None when it is here, or new."""
    if store.dialect != "sqlite" or not inspect(store.engine).has_table("setting"):
        return None
    return store.read(moved)
