"""The families that a TPK accompanies: given to her, and taken back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GiveFamilies:
    """These families of a posyandu are this TPK's to accompany."""

    posyandu_id: int
    person_id: int
    child_ids: tuple[int, ...]


@dataclass(frozen=True)
class TakeFamilies:
    """They are hers no longer: from this minute she sees nothing of them."""

    posyandu_id: int
    person_id: int
    child_ids: tuple[int, ...]
