"""Where a command belongs, for the access check."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from posyandu.people import Place
from storage.people import place_of_child, place_of_posyandu
from storage.sql import Sql
from storage.store import Tx
from storage.tables import puskesmas

PUSKESMAS = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))


def nowhere(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """It is about no place: joining, and what is one's own."""
    return None, None


def of_posyandu(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The posyandu it names."""
    return place_of_posyandu(tx, command.posyandu_id), None


def of_child(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The posyandu of the child it is about."""
    return place_of_child(tx, command.child_id), command.child_id


def of_place(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The posyandu, puskesmas or area it names."""
    if command.posyandu_id is not None:
        return place_of_posyandu(tx, command.posyandu_id), None
    if getattr(command, "puskesmas_id", None) is not None:
        code = tx.value(PUSKESMAS, puskesmas_id=command.puskesmas_id)
        return Place(code or "none", None, command.puskesmas_id), None
    return Place(command.area or "none"), None
