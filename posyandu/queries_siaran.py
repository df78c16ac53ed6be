"""What talks about siaran and lapor may look up, beside posyandu.queries."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from posyandu.people import Scope
from posyandu.queries import PlaceView
from posyandu.queries_people import Named


class SiaranQueries(Protocol):
    """Nothing outside `scope` is ever found. `now`: epoch ms; `zone`: hers."""

    scope: Scope
    today: date

    @property
    def now(self) -> int: ...
    @property
    def zone(self) -> str: ...
    def siaran_places(self, *, families: bool = False) -> list[PlaceView]: ...
    def several_strata(self) -> bool: ...
    def report_places(self) -> list[PlaceView]: ...
    def officer_places(self) -> list[PlaceView]: ...
    def officers_of(self, area: str) -> list[Named]: ...
