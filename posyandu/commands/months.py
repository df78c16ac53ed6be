"""A closed month, seen and opened again by the puskesmas."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReopenMonth:
    """Open a closed month of one posyandu for a week. `month` "YYYY-MM"."""

    posyandu_id: int
    month: str
    reason: str


@dataclass(frozen=True)
class ShowLate:
    """What came after a month of one posyandu was closed."""

    posyandu_id: int
    month: str
