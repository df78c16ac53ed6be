"""What is asked for: a kind of sheet, a month, a place, and how it is to be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from posyandu.calendar import month_range
from posyandu.skdn import Bands
from storage.exports.sheet import Progress, Sheet, Style
from storage.nik import NikKey
from storage.sql import Row as Place
from storage.store import Tx

FIRST, LAST = "0000-00", "9999-99"
T = TypeVar("T")


class NeedsMonth(Exception):
    """This kind is of one month."""


@dataclass(frozen=True)
class Template:
    """A puskesmas' own blank template: the lines above its header, the header, the sheet's name."""

    sheet: str
    head: tuple[tuple[str, ...], ...]
    header: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """`month` "YYYY-MM", empty for every month; `hide`: counts below five are not shown; `variant` of a kind with
    several layouts; `codes`: what the receiver calls things (storage.exports.codes)."""

    kind: str
    month: str = ""
    area: str = ""
    hide: bool = False
    style: Style | None = None
    bands: Bands = field(default_factory=Bands.of)
    variant: str = ""
    template: Template | None = None
    nik_key: NikKey = field(default_factory=lambda: NikKey(""))
    codes: Mapping[str, Any] = field(default_factory=dict)

    def months(self) -> dict[str, str]:
        """The span of months, for a query."""
        return {"since_month": self.month or FIRST, "until_month": self.month or LAST}

    def one_month(self) -> str:
        """The month; raises NeedsMonth."""
        if not self.month:
            raise NeedsMonth(self.kind)
        month_range(self.month)
        return self.month


Maker = Callable[["Making"], Sheet]


@dataclass(frozen=True)
class Making:
    """An export under way: the book, the request, its posyandu, whom to tell how far it is, and a count of what could
    not go out as it is, by reason."""

    tx: Tx
    request: Request
    name: str
    places: Sequence[Place]
    progress: Progress
    left: Counter[str] = field(default_factory=Counter)

    def each(self, rows_of: Callable[[Place], Iterator[T]]) -> Iterator[T]:
        """The rows of every posyandu in turn, so that no more than one is in memory."""
        for done, place in enumerate(self.places, 1):
            yield from rows_of(place)
            self.progress(done, len(self.places))
