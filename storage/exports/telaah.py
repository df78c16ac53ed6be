"""Telaah kemandirian posyandu: the three of its eight indicators that the book can know, over twelve months.

The strata themselves are decided by the puskesmas; what it has decided stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator

from posyandu.calendar import instant, month_range
from storage import telaah as book
from storage.exports.layout import columns, sheet_name, usual_style, word
from storage.exports.request import Making
from storage.exports.sheet import Row, Sheet


def telaah(making: Making) -> Sheet:
    """A line a posyandu, for the twelve months that end with the month asked for. Who sees no names is told of D/S only
    whether it is enough."""
    until, hide = making.request.one_month(), making.request.hide

    def rows() -> Iterator[Row]:
        for done, place in enumerate(making.places, 1):
            now = instant(month_range(until)[1], 24 * 60 - 1, place.zone)
            for line in book.lines(making.tx, until, now, posyandu_id=place.id):
                ds = line.of.ds
                share = ds if ds is None or not hide else word("enough" if line.of.attended else "not_enough")
                yield (place.code, place.name, line.strata, line.of.held, line.of.kader, share)
            making.progress(done, len(making.places))

    notes = (word("telaah_hidden"),) if hide else ()
    style = making.request.style or usual_style("telaah")
    return Sheet(sheet_name("telaah"), columns("telaah"), rows(), notes=notes, style=style)
