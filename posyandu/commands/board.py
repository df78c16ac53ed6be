"""The board of joining."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowBoard:
    """How many kader of a place have joined; `sheet`: an invitation for each posyandu as a document; `qr`: as pages to
    print, with their QR codes."""

    area: str | None = None
    puskesmas_id: int | None = None
    posyandu_id: int | None = None
    sheet: bool = False
    qr: bool = False
