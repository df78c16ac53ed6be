"""Seals every NIK with the newest key, a batch a transaction, while talks go on.

Each row names its key, so a rotation that was stopped goes on where it was, and a row that somebody has sealed in the
meantime is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from storage.nik import NikKey, Sealed
from storage.sql import Row, Sql
from storage.store import Store, Tx
from storage.tables import child

BATCH = 250
_OLD = (child.c.nik_cipher.is_not(None), child.c.nik_key != bindparam("newest"))
NEXT = Sql(
    select(child.c.id, child.c.nik_cipher, child.c.nik_key)
    .where(*_OLD, child.c.id > bindparam("after"))
    .order_by(child.c.id)
    .limit(bindparam("most"))
)
LEFT = Sql(select(func.count()).select_from(child).where(*_OLD))
SEAL = Sql(
    update(child)
    .where(
        child.c.id == bindparam("row_id"), child.c.nik_key == bindparam("was"), child.c.nik_cipher == bindparam("read")
    )
    .values(nik_cipher=bindparam("cipher"), nik_hash=bindparam("hash"), nik_key=bindparam("number"))
)


@dataclass(frozen=True)
class Rotated:
    """How many rows were sealed anew, and how many no key of ours opens."""

    sealed: int
    unreadable: int


def rotate(store: Store, key: NikKey, told: Callable[[int], None] = lambda done: None) -> Rotated:
    """All batches; `told` hears how many rows are done after each. Reading and sealing are done outside the write."""
    done = unreadable = after = 0
    while True:
        start = after
        rows = store.read(lambda tx, start=start: tx.all(NEXT, newest=key.number, after=start, most=BATCH))  # type: ignore[misc]
        if not rows:
            return Rotated(done, unreadable)
        after = rows[-1].id
        opened = [(row, key.open(row.nik_cipher, row.nik_key)) for row in rows]
        unreadable += sum(not nik for _, nik in opened)
        sealed = [(row, key.seal(nik)) for row, nik in opened if nik]
        done += store.write(lambda tx, sealed=sealed: _write(tx, sealed))  # type: ignore[misc]
        told(done)


def _write(tx: Tx, sealed: list[tuple[Row, Sealed]]) -> int:
    return sum(
        tx.run(
            SEAL,
            row_id=row.id,
            was=row.nik_key,
            read=row.nik_cipher,
            cipher=s.nik_cipher,
            hash=s.nik_hash,
            number=s.nik_key,
        )
        for row, s in sealed
    )
