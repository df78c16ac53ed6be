"""The rules of siaran that an operator sets: who must agree, the election season, what a message costs."""

from __future__ import annotations

from collections.abc import Mapping

from storage import book
from storage.store import Tx
from storage.tables import setting


def put(tx: Tx, now: int, second_above: int | None, election: bool | None, prices: Mapping[str, int]) -> None:
    """Set what is given; the rest stays (storage.siaran.limits reads it)."""
    new = {f"siaran.rp.{kind}": str(rupiah) for kind, rupiah in prices.items()}
    if second_above is not None:
        new["siaran.second_above"] = str(max(0, second_above))
    if election is not None:
        new["masa_pemilu"] = str(int(election))
    for name, value in new.items():
        tx.upsert(setting, name=name, value=value)
        book.note(tx, now, None, "siaran:rule", name, value)
