"""Telaah kemandirian."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowTelaah:
    """Tell what the book knows of the telaah of a posyandu, or of all of a place: twelve months until `month`."""

    month: str
    posyandu_id: int | None = None
    puskesmas_id: int | None = None
    area: str | None = None
