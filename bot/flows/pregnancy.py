"""Ibu hamil: a short talk. A loss is asked twice, and then there is silence; a birth becomes a child."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from bot.dialogue import Ask, Done
from bot.flows.joining import read_name
from posyandu.answers import read_extras, read_weight
from posyandu.commands.pregnancy import (
    EndPregnancy,
    IntroducePregnant,
    InvitePregnant,
    MeasurePregnancy,
    NoteAntenatal,
    PregnancyBirth,
    RegisterPregnancy,
    ShowMothers,
)
from posyandu.entry.dates import read_date
from posyandu.pregnancy import hpht as hpht_of
from posyandu.pregnancy import plausible
from posyandu.queries import Queries
from posyandu.queries_days import MotherView

VISITS = ("K1", "K2", "K3", "K4", "K5", "K6")
MUAC_MM = (120, 500)
BIRTH_G = (500, 7000)


@dataclass(frozen=True)
class Place:
    """A posyandu to choose."""

    id: str
    name: str


class MotherQueries(Queries, Protocol):
    """What these talks look up besides."""

    def posyandu(self) -> list[Any]: ...
    def mothers(self, posyandu_id: int) -> list[MotherView]: ...


def pregnancy(ask: Ask, look: MotherQueries) -> Done:
    """A woman new to the list, or something about one of it."""
    place = _place(ask, look)
    if place is None:
        return Done(None)
    mother: MotherView | None = ask.maybe_one("who", look.mothers(place), none="new")
    if mother is None:
        return _register(ask, look, place)
    chat = [] if mother.linked else ["chat"]
    what = ask.one("what", ["visit", "measure", "born", *chat, "lost", "moved"], mother=mother)
    if what == "chat":
        return Done(InvitePregnant(int(mother.id)))
    if what == "visit":
        which = ask.one("visit", [v for v in VISITS if v not in mother.visits], mother=mother)
        on = date.fromisoformat(ask.value("visit_on", read=_day(look.today), quick=("hari ini",), mother=mother))
        return Done(NoteAntenatal(int(mother.id), which, on))
    if what == "measure":
        muac = ask.value("muac", read=read_muac, between=MUAC_MM, skip=True, mother=mother)
        ttd = ask.value("ttd", read=_number, between=(0, 400), skip=True, mother=mother)
        return Done(MeasurePregnancy(int(mother.id), muac, ttd) if muac is not None or ttd is not None else None)
    if what == "born":
        return _born(ask, look, mother)
    if what == "lost":
        if ask.yes("lost", mother=mother) and ask.yes("lost_again", mother=mother):
            return Done(EndPregnancy(int(mother.id), "lost"))
        return Done(None)
    return Done(EndPregnancy(int(mother.id), "moved") if ask.yes("moved", mother=mother) else None)


def expecting(ask: Ask, look: MotherQueries) -> Done:
    """She has used her code: how is she called?"""
    name: str = ask.value("name", read=read_name)
    return Done(IntroducePregnant(int(ask.given("pregnancy", 0)), name))


def mothers(ask: Ask, look: MotherQueries) -> Done:
    """The list."""
    place = _place(ask, look)
    return Done(ShowMothers(place) if place is not None else None)


def _place(ask: Ask, look: MotherQueries) -> int | None:
    rows = look.posyandu()
    if len(rows) <= 1:
        return int(rows[0].id) if rows else None
    chosen: Place = ask.one("place", [Place(str(r.id), r.name) for r in rows])
    return int(chosen.id)


def _register(ask: Ask, look: MotherQueries, place: int) -> Done:
    name: str = ask.value("name", read=read_name)
    hpht = date.fromisoformat(ask.value("hpht", read=_hpht(look.today), name=name))
    muac = ask.value("muac", read=read_muac, between=MUAC_MM, skip=True, mother=name)
    ttd = ask.value("ttd", read=_number, between=(0, 400), skip=True, mother=name)
    ask.confirm("save", edit=("name", "hpht", "muac", "ttd"), name=name, hpht=hpht, rows=_measured(muac, ttd))
    return Done(RegisterPregnancy(place, name, hpht, muac, ttd))


def _born(ask: Ask, look: MotherQueries, mother: MotherView) -> Done:
    on = date.fromisoformat(ask.value("birth", read=_day(look.today), quick=("hari ini",), mother=mother))
    sex = ask.one("sex", ["L", "P"], mother=mother)
    name = ask.text("child_name", skip=True, longest=60, mother=mother) or ""
    grams = ask.value("grams", read=read_weight, between=BIRTH_G, skip=True, mother=mother)
    ask.confirm("save_birth", edit=("birth", "sex", "child_name", "grams"), mother=mother, birth=on, name=name)
    return Done(PregnancyBirth(int(mother.id), sex, on, name, grams))


def _day(today: date) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if text.casefold().strip() in ("hari ini", "tadi", "sekarang"):
            return today.isoformat()
        found = read_date(text, today)
        if found is not None and found > today:
            raise ValueError("future")
        return found.isoformat() if found else None

    return read


def _hpht(today: date) -> Callable[[str], str | None]:
    """A date, HPHT; after the word "hpl" it is reckoned back."""

    def read(text: str) -> str | None:
        said = text.casefold()
        by_hpl = "hpl" in said
        found = read_date(said.replace("hpht", " ").replace("hpl", " "), today)
        if found is None:
            return None
        hpht = hpht_of(found) if by_hpl else found
        if not plausible(hpht, today):
            raise ValueError("impossible")
        return hpht.isoformat()

    return read


def read_muac(text: str) -> int | None:
    """Millimetres of "23,5", "lila 23,5 cm"."""
    said = text if "lila" in text.casefold() else f"lila {text}"
    found = read_extras(said)
    return found.get("muac") if found else None


def _number(text: str) -> int | None:
    digits = text.casefold().replace("tablet", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else None


def _measured(muac: int | None, ttd: int | None) -> list[dict[str, int | str]]:
    """What was measured or asked, for the summary; what was skipped is not in it."""
    found = (("muac", muac), ("ttd", ttd))
    return [{"field": field, "value": value} for field, value in found if value is not None]
