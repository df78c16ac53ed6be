"""Rulings of health workers on a visit: kept with reason and author, the older ones as history."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import bindparam, select, update

from storage.sql import Sql
from storage.store import Tx
from storage.tables import ruling

OF_CHILD = Sql(
    select(ruling.c.visit_id, ruling.c.field, ruling.c.value).where(
        ruling.c.child_id == bindparam("child_id"), ruling.c.current.is_not(None)
    )
)
SUPERSEDE = Sql(update(ruling).where(ruling.c.current == bindparam("which")).values(current=None))


def in_force(tx: Tx, child_id: int) -> dict[int, dict[str, str]]:
    """A child's rulings: visit -> field -> value."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in tx.all(OF_CHILD, child_id=child_id):
        found[row.visit_id][row.field] = row.value
    return found


def rule(
    tx: Tx, *, visit_id: int, child_id: int, field: str, value: str, reason: str, by_person: int | None, now: int
) -> None:
    """A new ruling over the one before; value "" ends it: what is computed counts again."""
    which = f"{visit_id}:{field}"
    tx.run(SUPERSEDE, which=which)
    tx.insert(
        ruling, visit_id=visit_id, child_id=child_id, field=field, value=value, reason=reason, by_person=by_person,
        at=now, current=which if value else None,
    )  # fmt: skip
