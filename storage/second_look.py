"""A second look at a row of the outbox that leaves later than it was put: what has been said and done since counts.

What waits is withdrawn where something changes (a death, "berhenti", a corrected value). What was on its way then, and
comes back because the provider did not deliver it after all, was not there to be withdrawn: it is looked at here.
"""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select

from posyandu.consent import MENOLAK, MESSAGES
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import child, consent, guardian, outgoing

_later = outgoing.alias("later")
_OF_CHILD = outgoing.c.child_id == child.c.id
# She is no guardian any more, or has asked for quiet since.
_TOLD_NO_MORE = (
    select(1)
    .where(
        guardian.c.person_id == outgoing.c.person_id,
        guardian.c.child_id == outgoing.c.child_id,
        or_(
            guardian.c.state != fixed("confirmed"),
            and_(
                guardian.c.muted == 1,
                select(1)
                .where(
                    consent.c.child_id == outgoing.c.child_id,
                    consent.c.purpose == fixed(MESSAGES),
                    consent.c.state == fixed(MENOLAK),
                    or_(consent.c.person_id.is_(None), consent.c.person_id == outgoing.c.person_id),
                    consent.c.at >= outgoing.c.at,
                )
                .exists(),
            ),
        ),
    )
    .exists()
)
# The result of a weighing was told anew.
_TOLD_ANEW = (
    select(1)
    .where(
        _later.c.group_key == outgoing.c.group_key,
        _later.c.person_id == outgoing.c.person_id,
        _later.c.id > outgoing.c.id,
    )
    .exists()
)
OVER = Sql(
    select(outgoing.c.id)
    .join(child, _OF_CHILD)
    .where(
        outgoing.c.id == bindparam("row_id"),
        or_(
            among(child.c.state, "died", "merged", "erased", "counted"),
            and_(among(outgoing.c.kind, "parent", "reminder", "broadcast"), _TOLD_NO_MORE),
            and_(outgoing.c.kind == fixed("parent"), outgoing.c.group_key.like("weighed:%"), _TOLD_ANEW),
        ),
    )
)


def is_over(tx: Tx, row: Row) -> bool:
    """Was it tried before, and is no longer to be told? `row`: id, kind, tries and child_id of the outbox."""
    if not row.tries or row.child_id is None or row.kind == "reply":
        return False
    return tx.value(OVER, row_id=row.id) is not None


def is_hers(row: Row) -> bool:
    """Is the person whom it is for still at that address? `owner_id`: who is there now."""
    return row.person_id is None or row.person_id == row.owner_id
