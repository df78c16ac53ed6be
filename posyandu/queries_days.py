"""What talks about posyandu days and pregnant women look up besides (posyandu.queries)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MotherView:
    """A pregnant woman of a posyandu's list; `visits` are those of K1 to K6 that were noted."""

    id: str
    name: str
    visits: tuple[str, ...] = ()
    linked: bool = False  # she has a chat of her own
