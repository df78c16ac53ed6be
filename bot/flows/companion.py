"""Families for a TPK: a kader or bidan gives and takes them back; she herself sees whom she accompanies."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from bot.flows.joining import ask_place
from bot.flows.pieces import by_name
from posyandu.access import NAMED
from posyandu.commands.families import GiveFamilies, TakeFamilies
from posyandu.consent import MENOLAK, SHARING
from posyandu.people import Role
from posyandu.queries_people import Named, PeopleQueries


def companion(ask: Ask, look: PeopleQueries) -> Done:
    """Which TPK, and which families of the posyandu."""
    if not look.scope.roles & NAMED:
        return _own(ask, look)
    place = ask_place(ask, look, "assign_family")
    if place is None:
        return Done(None)
    people = look.companions(int(place.id))
    if not people:
        ask.one("nobody", ("menu",), place=place)
        return Done(None, then="menu")
    who: Named = people[0] if len(people) == 1 else ask.one("who", people, place=place)
    hers = look.accompanied(int(place.id), int(who.id))
    what = "give"
    if hers:
        rows = [{"child": c.name, "mother": c.mother} for c in hers]
        what = ask.one("what", ("give", "take", "close"), person=who, place=place, rows=rows)
    if what == "close":
        return Done(None, then="menu")
    if what == "take":
        back = ask.many("take", hers, match=by_name(hers), person=who, place=place)
        return Done(TakeFamilies(int(place.id), int(who.id), tuple(int(c.id) for c in back)) if back else None)
    known = {c.id for c in hers}
    rest = [c for c in look.register_of(int(place.id)) if c.id not in known and look.consent_of(c, SHARING) != MENOLAK]
    chosen = ask.many("give", rest, match=by_name(rest), person=who, place=place)
    return Done(GiveFamilies(int(place.id), int(who.id), tuple(int(c.id) for c in chosen)) if chosen else None)


def _own(ask: Ask, look: PeopleQueries) -> Done:
    """A TPK's own families, as far as they consent: a visit, or what was talked about."""
    if Role.TPK not in look.scope.roles:
        return Done(None)
    own = [c for c in (look.child(str(i)) for i in sorted(look.scope.families)) if c is not None]
    if not own:
        ask.one("none_yet", ("menu",))
        return Done(None, then="menu")
    rows = [{"child": c.name, "mother": c.mother, "rt": c.rt} for c in own]
    child = ask.one("mine", own, match=by_name(own), rows=rows)
    return Done(None, then=ask.one("do", ("home_visit", "counselling"), child=child), seed={"child": child.id})
