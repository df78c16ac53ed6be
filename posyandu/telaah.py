"""Telaah kemandirian: the three of its eight indicators that the book can know, and what each asks for.

KIA, KB, immunisation, additional programmes and dana sehat are not in the book, and the strata is the puskesmas's to
give. Source: Pedoman Umum Pengelolaan Posyandu (Kementerian Kesehatan), table of strata.
"""

from __future__ import annotations

from dataclasses import dataclass

MONTHS = 12
HELD, KADER, DS = 8, 5, 50  # weighings a year and kader from madya on, mean D/S in per cent from purnama on


@dataclass(frozen=True)
class Indicators:
    """Twelve months of a posyandu. `ds`: the mean of the months' D/S in per cent; None where nobody was weighed."""

    held: int
    kader: int
    ds: float | None

    @property
    def often(self) -> bool:
        return self.held >= HELD

    @property
    def staffed(self) -> bool:
        return self.kader >= KADER

    @property
    def attended(self) -> bool:
        return self.ds is not None and self.ds >= DS
