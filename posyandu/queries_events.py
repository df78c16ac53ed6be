"""What talks about events may look up, beside posyandu.queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posyandu.people import Scope
from posyandu.queries import PlaceView
from posyandu.queries_people import Crew, Named

LONGEST_CALLED = 48


@dataclass(frozen=True)
class EventView:
    """An event as a row of a list: its theme and day. `mine`: she holds it, or stands at its door."""

    id: str
    name: str
    kind: str
    theme: str
    on: date
    mine: bool
    ask_site: bool = False
    venue: str = ""

    @property
    def short(self) -> str:
        """As it is called in a question: a long theme is cut between words."""
        if len(self.theme) <= LONGEST_CALLED:
            return self.theme
        return f"{self.theme[:LONGEST_CALLED].rsplit(' ', 1)[0].rstrip(' ,.:;-')}…"


class EventQueries(Protocol):
    """Nothing outside `scope` is ever found."""

    scope: Scope
    today: date

    def event_places(self, kind: str) -> list[PlaceView]: ...
    def areas_in(self, place: PlaceView) -> list[tuple[str, str]]: ...
    def my_events(self) -> list[EventView]: ...
    def event(self, event_id: int) -> EventView | None: ...
    def open_invitations(self) -> list[EventView]: ...
    def word_lets_in(self, event_id: int, word: str) -> bool: ...
    def name_at(self, event_id: int) -> str: ...
    def who_came(self, event_id: int, said: str) -> list[Named]: ...
    def name_of(self, invitation_id: int) -> str: ...
    def people_of_event(self, event_id: int, said: str) -> list[Named]: ...
    def unclear(self, event_id: int, message: int) -> list[tuple[str, list[Named]]]: ...
    def goods_of(self, event_id: int) -> list[Named]: ...
    def open_commitments(self, event_id: int) -> list[Named]: ...
    def siaran_places(self, *, families: bool = False) -> list[PlaceView]: ...
    def kader_of(self, said: str) -> list[Crew]: ...
