"""Lapor: field, what, where, a word more. And the officer's side: why it is turned down; who deals with a field."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from posyandu.commands.lapor import MakeReport, MoveReport, NameOfficer
from posyandu.queries_siaran import SiaranQueries
from posyandu.reports import FIELDS


def lapor(ask: Ask, look: SiaranQueries) -> Done:
    """Ends in a report with a number; a photo may follow."""
    places = look.report_places()
    if not places:
        return Done(None)
    place = places[0] if len(places) == 1 else ask.one("area", places)
    field: str = ask.one("field", FIELDS, place=place)
    kind = ask.text("kind", longest=120, field=field)
    where = ask.text("place", longest=160, kind=kind)
    note = ask.text("note", skip=True, longest=600, kind=kind)
    ask.confirm("save", edit=("kind", "place", "note"), field=field, kind=kind, where=where, note=note or "", to=place)
    return Done(MakeReport(place.area or "", field, kind or "", where or "", note or ""))


def refuse(ask: Ask, look: SiaranQueries) -> Done:
    """A report is turned down with a reason, or not at all."""
    reason = ask.text("reason", longest=300, number=ask.given("number", ""))
    return Done(MoveReport(int(ask.given("report", 0)), "ditolak", reason or ""))


def officer(ask: Ask, look: SiaranQueries) -> Done:
    """Who deals with a field here."""
    places = look.officer_places()
    if not places:
        return Done(None)
    place = places[0] if len(places) == 1 else ask.one("area", places)
    field: str = ask.one("field", FIELDS, place=place)
    people = look.officers_of(place.area or "")
    if not people:
        return Done(None)
    who = ask.one("who", people, place=place, field=field)
    return Done(NameOfficer(int(who.id), place.area or "", field))
