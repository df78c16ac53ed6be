"""What the reminder rules are told, as plain frozen facts, and what they answer.

One posyandu day is asked about at a time, with the families and kader of that day only: so the cost follows what is
due. Instants are UTC epoch milliseconds, times of day minutes after local midnight, months "YYYY-MM".
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from posyandu.anthropometry import completed_months

FIVE_YEARS = 60  # completed months: from here on a child is no longer reminded of


class Kind(StrEnum):
    """What a reminder is; its value begins the once-key."""

    H3 = "h3"  # family, three days before, where she asked for it
    H1 = "h1"  # family, the afternoon before
    EVE = "eve"  # kader, the evening before: who is expected, who must be told in person
    NUDGE = "nudge"  # kader, two hours after closing, when nothing has come in
    EVENING = "evening"  # kader, that evening: who was not weighed
    MISSED = "missed"  # family, the evening after: a kind word, when the kader want it
    CHANGE = "change"  # whoever was told before: the day is moved, cancelled or has other hours
    CLOSING = "closing"  # kader: who is missing in the month that closes
    WEEKLY = "weekly"  # coordinator, Monday
    DAILY = "daily"  # bidan


class Dropped(StrEnum):
    """Why something that was due is not sent; kept with its row."""

    STALE = "stale"  # the program was down until it made no sense any more
    HOURS = "hours"  # the next allowed hour is too late for it
    UNREACHABLE = "unreachable"  # no chat, and this kind is not told in person
    BUDGET = "budget"  # the person has had enough this month or day
    IN_EVE_LIST = "in_eve_list"  # the kader's list of the same day says it


@dataclass(frozen=True, slots=True)
class Day:
    """A posyandu day as planned, moved away from (`moved_to` says where) or cancelled. `version` grows with every
    change that people must hear of; `changed_at` is when it last did."""

    id: int
    posyandu_id: int
    on: date
    opens: int
    closes: int
    zone: str
    state: Literal["planned", "moved", "cancelled"] = "planned"
    version: int = 0
    changed_at: int | None = None
    moved_to: date | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the day's register. `weighed` and `excused` (a reason was noted) refer to the day's month."""

    id: int
    birth: date
    state: str = "active"
    weighed: bool = False
    excused: bool = False

    def open_on(self, on: date) -> bool:
        """Whether the register still has this child then: active, born, under five."""
        return self.state == "active" and 0 <= completed_months(self.birth, on) < FIVE_YEARS

    def missing_on(self, on: date) -> bool:
        """Whether nobody knows yet how this child did: neither weighed nor excused."""
        return self.open_on(on) and not self.weighed and not self.excused


@dataclass(frozen=True, slots=True)
class Family:
    """One guardian with her children (those she does not mute) and her pregnancies; `person` None: no chat is known.

    consent: her own word on messages. told: the version of the day she was last told. early: she asked for three days'
    notice. answer: what she said to the reminder ("datang", "tidak_bisa", "pindah")."""

    person: int | None
    children: tuple[Child, ...]
    zone: str
    consent: Literal["yes", "not_yet", "no"] = "yes"
    reachable: bool = True
    told: int | None = None
    early: bool = False
    answer: str = ""
    pregnancies: tuple[int, ...] = ()

    @property
    def by_chat(self) -> bool:
        """Whether the bot itself may and can write to her."""
        return self.person is not None and self.consent == "yes" and self.reachable


@dataclass(frozen=True, slots=True)
class Kader:
    """A kader of the posyandu. `days` are posyandu days of hers around the day in question, in any of her posyandu;
    told: as for a family."""

    person: int
    zone: str
    days: frozenset[date] = frozenset()
    told: int | None = None


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One posyandu day. `entries`: measures and reasons that came in for it; `kind_word`: its kader want the families
    of the absent to hear a kind word."""

    day: Day
    families: tuple[Family, ...] = ()
    kader: tuple[Kader, ...] = ()
    entries: int = 0
    kind_word: bool = False


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One posyandu's month before it closes: the children still missing in it."""

    posyandu_id: int
    month: str
    zone: str
    kader: tuple[Kader, ...] = ()
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Officer:
    """A coordinator or bidan: `items` is how many lines her digest would have."""

    person: int
    zone: str
    role: Literal["coordinator", "bidan"]
    items: int = 0


class Purse(NamedTuple):
    """What an unasked message is counted in: a month "2026-11" or a day "2026-11-12" of its recipient, and how many
    that may hold (None: it passes in any case)."""

    period: str
    limit: int | None


class Due(NamedTuple):
    """One thing to be told. (A tuple: a tick makes thousands.)

    once: the key under which it is told at most once. moment: when it fell due. at: not before this, inside the
    recipient's hours. expires: not after this. to: the person; None for a line of the posyandu's "sampaikan langsung"
    list. zone: the recipient's. about: "child:12", "pregnancy:3". urgent: goes out beside the usual hours. dropped: is
    written down, but not sent. purse: None when it is not counted."""

    kind: Kind
    once: str
    moment: int
    at: int
    expires: int
    to: int | None
    zone: str
    about: tuple[str, ...]
    posyandu: int | None = None
    day: int | None = None
    urgent: bool = False
    dropped: Dropped | None = None
    purse: Purse | None = None
