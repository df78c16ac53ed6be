"""Which Telegram chats have which commands menu, and which want another."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select, update

from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import address

# Looked at again after each message of hers: joining, a new post or another language come with one.
DUE = Sql(
    select(address.c.id, address.c.external_id, address.c.person_id, address.c.menu)
    .where(
        address.c.channel == fixed("telegram"),
        address.c.person_id.is_not(None),
        address.c.heard_at.is_not(None),
        or_(address.c.menu_at.is_(None), address.c.heard_at > address.c.menu_at),
    )
    .order_by(address.c.id)
    .limit(50)
)
SET = Sql(
    update(address).where(address.c.id == bindparam("row_id")).values(menu=bindparam("what"), menu_at=bindparam("now"))
)


def due(tx: Tx) -> list[Row]:
    """`id`, `external_id`, `person_id`, `menu` of chats to look at."""
    return tx.all(DUE)


def was_set(tx: Tx, address_id: int, menu: str, now: int) -> None:
    tx.run(SET, row_id=address_id, what=menu, now=now)
