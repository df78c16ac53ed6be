"""When each kind of reminder falls due: one table, and the questions "what falls due until now?" and "when next?".

Every kind hangs on an anchor date: the posyandu day, the first of the month to be closed, or just the date. So what
falls due in a stretch of time can be looked up by date, zone and closing hour without reading all posyandu.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from posyandu.calendar import DIGEST, ZONES, instant, local, month_of, months_before
from posyandu.reminders.facts import Day, Kind

_MINUTE = 60_000
_instant = lru_cache(maxsize=4096)(instant)  # asked for the same days again and again
_ANY_CLOSING = (-1, 24 * 60)


@dataclass(frozen=True, slots=True)
class Time:
    """A time near an anchor date: days after it, then minutes after midnight or after closing time."""

    days: int
    minutes: int
    after_closing: bool = False

    def on(self, anchor: date, zone: str, closes: int = 0) -> int:
        """The instant, given the anchor's zone and closing time."""
        return _instant(anchor + timedelta(days=self.days), self.minutes + closes * self.after_closing, zone)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind: what it hangs on, when it falls due and until when it makes sense."""

    kind: Kind
    anchor: Literal["day", "month", "monday", "date"]
    due: Time
    until: Time


CLOSING_TIME = Time(0, 0, after_closing=True)

RULES = (
    Rule(Kind.H3, "day", Time(-3, 16 * 60), Time(-1, 16 * 60)),
    Rule(Kind.H1, "day", Time(-1, 16 * 60), CLOSING_TIME),
    Rule(Kind.EVE, "day", Time(-1, 18 * 60 + 30), CLOSING_TIME),
    Rule(Kind.NUDGE, "day", Time(0, 120, after_closing=True), Time(1, 12 * 60)),
    Rule(Kind.EVENING, "day", Time(0, 18 * 60), Time(1, 18 * 60)),
    Rule(Kind.MISSED, "day", Time(1, 17 * 60), Time(2, 19 * 60)),
    # last month closes on the 5th at 23:59; anchored to the first of this one
    Rule(Kind.CLOSING, "month", Time(2, 16 * 60), Time(4, 23 * 60 + 59)),
    Rule(Kind.WEEKLY, "monday", Time(0, 9 * 60), Time(1, 19 * 60)),
    Rule(Kind.DAILY, "date", Time(0, DIGEST), Time(0, 19 * 60)),
)
_OF_A_DAY = tuple(rule for rule in RULES if rule.anchor == "day")
_OF_THE_CLOCK = tuple(rule for rule in RULES if rule.anchor != "day")


@dataclass(frozen=True, slots=True)
class Moment:
    """A kind falling due: at this instant, and sensible until `expires`."""

    kind: Kind
    anchor: date
    at: int
    expires: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """What to look up: everything of this zone anchored at this date; of posyandu days those whose closing time is more
    than `closes[0]` and at most `closes[1]`. For Kind.CLOSING the posyandu with children missing in `month`."""

    kind: Kind
    zone: str
    anchor: date
    closes: tuple[int, int] = _ANY_CLOSING

    @property
    def month(self) -> str:
        """The month that closes, when that is what falls due."""
        return months_before(month_of(self.anchor), 1)


def moments_of(day: Day) -> tuple[Moment, ...]:
    """Everything that falls due around a posyandu day, in time order. A day that was moved or cancelled has only the
    telling of it."""
    found = []
    if day.state == "planned":
        found = [
            Moment(
                rule.kind,
                day.on,
                rule.due.on(day.on, day.zone, day.closes),
                rule.until.on(day.on, day.zone, day.closes),
            )
            for rule in _OF_A_DAY
        ]
    if day.version and day.changed_at is not None:
        last = max(day.on, day.moved_to or day.on)
        found.append(Moment(Kind.CHANGE, day.on, day.changed_at, instant(last, day.closes, day.zone)))
    return tuple(sorted(found, key=lambda m: (m.at, m.kind)))


def clock_moment(kind: Kind, anchor: date, zone: str) -> Moment:
    """When the closing of a month (anchor: the first of the next one), a weekly digest (anchor: its Monday) or a daily
    one falls due."""
    rule = next(rule for rule in RULES if rule.kind is kind)
    return Moment(kind, anchor, rule.due.on(anchor, zone), rule.until.on(anchor, zone))


def _anchors(rule: Rule, since: int, until: int, zone: str) -> Iterator[date]:
    """Dates a rule may hang on so that it falls due between two instants, a little too many."""
    on = local(since, zone).date() - timedelta(days=rule.due.days + 1)
    last = local(until, zone).date() - timedelta(days=rule.due.days)
    while on <= last:
        if (rule.anchor != "month" or on.day == 1) and (rule.anchor != "monday" or on.weekday() == 0):
            yield on
        on += timedelta(days=1)


def lookups(since: int, until: int, zones: Iterable[str] = tuple(ZONES.values())) -> tuple[Lookup, ...]:
    """What falls due later than `since` and not later than `until`, as questions to the database; mostly none.

    Changes of a day are not among them: who changes a day asks for its dues in the same transaction."""
    found = []
    for zone in zones:
        for rule in RULES:
            for anchor in _anchors(rule, since, until, zone):
                if rule.due.after_closing:
                    opened = instant(anchor, rule.due.minutes, zone)
                    bounds = ((since - opened) // _MINUTE, (until - opened) // _MINUTE)
                    if bounds[0] < bounds[1] and bounds[1] >= 0 and bounds[0] < _ANY_CLOSING[1]:
                        found.append(Lookup(rule.kind, zone, anchor, bounds))
                elif since < rule.due.on(anchor, zone) <= until:
                    found.append(Lookup(rule.kind, zone, anchor))
    return tuple(found)


def next_due(days: Iterable[Day], after: int, zones: Iterable[str] = ()) -> int | None:
    """The next instant later than `after` at which something falls due: for these posyandu days, and for the month's
    closing and the digests in these zones; None when there is nothing."""
    moments = [moment.at for day in days for moment in moments_of(day)]
    month_ahead = after + 32 * 24 * 60 * _MINUTE
    for zone in zones:
        for rule in _OF_THE_CLOCK:
            moments += [rule.due.on(anchor, zone) for anchor in _anchors(rule, after, month_ahead, zone)]
    return min((at for at in moments if at > after), default=None)
