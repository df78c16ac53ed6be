"""An event as short talks: which one, a new one, what is changed, why it is called off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.dialogue import Ask, Done
from bot.flows.event_day import named_by
from posyandu.commands.events import AddUsher, AnswerInvitation, CancelEvent, ChangeEvent, CreateEvent, ShowEvent
from posyandu.events import OFFICE_KINDS, STAND_IN, kinds_for, read_pin, read_shares, read_when, span, who_for
from posyandu.queries import PlaceView
from posyandu.queries_events import EventQueries

LONGEST_THEME = 120


def events(ask: Ask, look: EventQueries) -> Done:
    """What she holds or is invited to; who may hold one can begin another."""
    mine, kinds = look.my_events(), kinds_for(look.scope)
    may_hold = bool(kinds)
    if not mine:
        wants = may_hold and (bool(set(kinds) & set(OFFICE_KINDS)) or ask.yes("nothing"))
        return Done(None, then="event" if wants else None)
    chosen = ask.maybe_one("which", mine, none="new") if may_hold else ask.one("which", mine)
    return Done(None, then="event") if chosen is None else Done(ShowEvent(int(chosen.id)))


def event(ask: Ask, look: EventQueries) -> Done:
    """Ends in a draft: nobody hears of it before its invitation."""
    offered = kinds_for(look.scope)
    if not offered:
        return Done(None)
    kind = offered[0] if len(offered) == 1 else ask.one("kind", offered)
    theme = ask.text("theme", longest=LONGEST_THEME, kind=kind)
    places = look.event_places(kind)
    if not places:
        return Done(None)
    place: PlaceView = places[0] if len(places) == 1 else ask.one("where", places, kind=kind)
    groups = who_for(kind)
    who = groups[0] if len(groups) == 1 else ask.one("who", groups, place=place)
    when = ask.value("when", read=_when(look.today), place=place)
    venue = ask.text("venue", longest=100)
    pin = ask.value("pin", read=_pin, skip=True, venue=venue)
    areas = look.areas_in(place)
    shares = ask.value("shares", read=_shares(areas), quick=("free",), place=place)
    below = any(s[3] for s in shares) and ask.yes("below", place=place)
    site = ask.yes("site")
    on, opens, closes, until = _moment(when)
    seats = [{"name": s[0], "seats": s[1], "field": "some" if s[0] else "whole"} for s in shares] or [{"field": "free"}]
    ask.confirm(
        "save", edit=("theme", "when", "venue", "pin", "shares"), kind=kind, theme=theme, venue=venue, place=place,
        who=who, on=span(on, until), opens=opens, closes=closes, rows=seats,
    )  # fmt: skip
    return Done(
        CreateEvent(
            kind, theme or "", who, venue or "", on, opens, closes, place.area, place.puskesmas_id,
            place.posyandu_id, place.name, _point(pin), tuple((s[0], s[1], tuple(s[2]), s[3]) for s in shares),
            below, site, until,
        )
    )  # fmt: skip


def _when(today: date) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        said = read_when(text, today)
        return None if said is None else f"{said[0].isoformat()} {said[1]} {said[2]} {said[3].isoformat()}"

    return read


def _moment(when: str) -> tuple[date, int, int, date]:
    on, opens, closes, *until = str(when).split()  # a talk begun before there were several days has no fourth part
    return date.fromisoformat(on), int(opens), int(closes), date.fromisoformat(until[0] if until else on)


def _pin(text: str) -> str | None:
    found = read_pin(text)
    return None if found is None else f"{found[0]} {found[1]}"


def _point(pin: Any) -> tuple[int, int] | None:
    lat, lon = str(pin).split() if pin else (None, None)
    return (int(lat), int(lon)) if lat is not None and lon is not None else None


def _shares(areas: list[tuple[str, str]]) -> Callable[[str], list[Any] | None]:
    def read(text: str) -> list[Any] | None:
        if text in ("free", "bebas"):
            return []
        found = read_shares(text, areas)
        return None if found is None else [[s.label, s.seats, list(s.roles), s.area] for s in found]

    return read


def change(ask: Ask, look: EventQueries) -> Done:
    """One thing at a time; who was told hears of it."""
    one = look.event(int(ask.given("number", 0)))
    if one is None or not one.mine:
        return Done(None)
    what = ask.one("what", ("when", "venue", "theme"), event=one)
    number = int(one.id)
    if what == "when":
        return Done(ChangeEvent(number, when=_moment(ask.value("when", read=_when(look.today), event=one))))
    if what == "theme":
        return Done(ChangeEvent(number, theme=ask.text("theme", longest=LONGEST_THEME, event=one) or ""))
    venue = ask.text("venue", longest=100, event=one)
    return Done(ChangeEvent(number, venue=venue or "", pin=_point(ask.value("pin", read=_pin, skip=True, venue=venue))))


def cancel(ask: Ask, look: EventQueries) -> Done:
    """Why, in words that the guests read."""
    one = look.event(int(ask.given("number", 0)))
    if one is None or not one.mine:
        return Done(None)
    reason = ask.text("reason", longest=200, event=one)
    return Done(CancelEvent(int(one.id), reason or "")) if ask.yes("sure", event=one, reason=reason) else Done(None)


def rsvp(ask: Ask, look: EventQueries) -> Done:
    """An answer that names no event: typed, or a template's button. With several invitations she is asked to which."""
    found, answer = look.open_invitations(), str(ask.given("answer"))
    if not found:
        return Done(None)
    number = int((found[0] if len(found) == 1 else ask.one("which", found, answer=answer)).id)
    if answer == STAND_IN:
        return Done(None, then="event_stand_in", seed={"number": number})
    return Done(AnswerInvitation(answer, number))


def stand_in(ask: Ask, look: EventQueries) -> Done:
    """Who comes for her."""
    one = look.event(int(ask.given("number", 0)))
    if one is None:
        return Done(None)
    name = ask.text("name", longest=60, event=one)
    return Done(AnswerInvitation(STAND_IN, int(one.id), name or ""))


def usher(ask: Ask, look: EventQueries) -> Done:
    """Who else may check guests in: found by part of a name."""
    one = look.event(int(ask.given("number", 0))) or next((e for e in look.my_events() if e.mine), None)
    if one is None or not one.mine:
        return Done(None)
    number = int(one.id)
    said = str(ask.value("name", read=named_by(lambda text: look.people_of_event(number, text)), event=one))
    chosen = ask.maybe_one("who", look.people_of_event(number, said), none="nobody", said=said, event=one)
    if chosen is None:
        return Done(None, then="event_usher", seed={"number": number})
    return Done(AddUsher(number, int(chosen.id)))
