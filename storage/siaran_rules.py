"""The rules of siaran that an operator sets: who must agree, the election season."""

from __future__ import annotations

from storage import book
from storage.store import Tx
from storage.tables import setting


def put(tx: Tx, now: int, second_above: int | None, election: bool | None) -> None:
    """Set what is given; the rest stays (storage.siaran.limits reads it)."""
    new = dict[str, str]()
    if second_above is not None:
        new["siaran.second_above"] = str(max(0, second_above))
    if election is not None:
        new["masa_pemilu"] = str(int(election))
    for name, value in new.items():
        tx.upsert(setting, name=name, value=value)
        book.note(tx, now, None, "siaran:rule", name, value)
