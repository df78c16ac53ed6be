"""Lapor: what people report to their desa, by the six fields of minimum service that posyandu serves since 2024.

Permendagri 13/2024 names the six fields (SPM): education, health, public works, housing, peace and order with
protection of the public (trantibumlinmas), and social affairs.
"""

from __future__ import annotations

FIELDS = ("pendidikan", "kesehatan", "pekerjaan_umum", "perumahan", "trantibumlinmas", "sosial")
SECRET = frozenset({"trantibumlinmas"})  # shown to named officers only, and never who reported it
STATES = ("diterima", "diproses", "selesai", "ditolak")
# From which state an officer may go to which.
NEXT = {"diterima": ("diproses", "selesai", "ditolak"), "diproses": ("selesai", "ditolak")}


def may_become(state: str, after: str) -> bool:
    return after in NEXT.get(state, ())


def visible(field: str, *, named: bool) -> bool:
    """May somebody see reports of this field, or that there are any? `named`: she is a named officer of it there."""
    return named or field not in SECRET
