"""A siaran as a short talk: for whom, where, what. What a line has said already is not asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.dialogue import Ask, Done
from posyandu.calendar import HOURS, instant, local
from posyandu.commands.siaran import AnswerBroadcast, DraftBroadcast, LeaveOut, SendBroadcast
from posyandu.people import Role
from posyandu.queries import PlaceView
from posyandu.queries_siaran import SiaranQueries
from posyandu.siaran import (
    CREW,
    FAMILIES,
    LONGEST,
    OFFICERS,
    SENDERS,
    SERVICES,
    STRATA,
    TO_FAMILIES,
    Audience,
    left_out,
)

ROLES = {
    "kader": CREW, "ketua": ("ketua",), "petugas": OFFICERS, "semua": (*CREW, *OFFICERS), "silent": CREW,
    "guests": (*CREW, *OFFICERS), "keluarga": FAMILIES,
}  # fmt: skip
MOST_GUESTS = 20_000  # characters of a pasted list
CLOCK = re.compile(r"(?:(besok|lusa)\s*)?(?:jam|pukul|pkl)?\s*(\d{1,2})(?:[.:](\d{2}))?\s*(pagi|siang|sore)?", re.I)


def kinds(look: SiaranQueries) -> list[str]:
    """Whom she may write to at all."""
    roles = look.scope.roles
    out = []
    if roles & SENDERS:
        out += ["kader", "silent", "ketua", "petugas", "semua", "guests"]
    if roles == {Role.KETUA} or not roles & (SENDERS - {Role.KETUA}):
        out = [k for k in out if k in ("kader", "silent")]
    if roles & TO_FAMILIES:
        out.append("keluarga")
    return out


def siaran(ask: Ask, look: SiaranQueries) -> Done:
    """Ends in a draft; the plan with its buttons follows."""
    offered = kinds(look)
    if not offered:
        return Done(None)
    who: str = offered[0] if len(offered) == 1 else ask.one("who", offered)
    families = who == "keluarga"
    places = look.siaran_places(families=families)
    if not places:
        return Done(None)
    place: PlaceView = places[0] if len(places) == 1 else ask.one("where", places, who=who)
    guests: tuple[str, ...] = ()
    service, strata = None, _strata(ask, look, who)
    if families:
        service = ask.one("service", SERVICES, place=place)
        text = ask.text("detail", longest=120, service=service)
    else:
        if who == "guests":
            listed = ask.text("list", longest=MOST_GUESTS)
            guests = tuple(line.strip() for line in (listed or "").splitlines() if line.strip())
        text = ask.text("text", longest=LONGEST, who=who, place=place)
    # A line may name some of a kind: "bidan" of the officers.
    said = tuple(r for r in ask.given("roles", ()) if r in ROLES[who])
    audience = Audience(
        said or ROLES[who], place.area, place.puskesmas_id, place.posyandu_id, strata, who == "silent",
        except_areas=tuple(ask.given("except_areas", ())), except_posyandu=tuple(ask.given("except_posyandu", ())),
        except_roles=tuple(ask.given("except_roles", ())),
    ).without(ask.given("except", ()))  # fmt: skip
    command = DraftBroadcast(audience, place.name, text or "", service, guests, ask.given("file"))
    return Done(command)


def _strata(ask: Ask, look: SiaranQueries, who: str) -> str:
    """Only where the posyandu below differ, and only of kader; a line that has its text already is complete."""
    said: str = ask.given("strata", "")
    if said or ask.given("text") or who not in ("kader", "ketua") or not look.several_strata():
        return said
    chosen: str | None = ask.maybe_one("strata", STRATA, none="all", who=who)
    return chosen or ""


def which(ask: Ask, look: SiaranQueries) -> Done:
    """Of several of one name on a guest list which one, name after name; then it is drafted."""
    at, unclear = int(ask.given("at", 0)), list(ask.given("unclear", ()))
    people: list[int] = list(ask.given("people", ()))
    kept = {key: ask.given(key) for key in ("audience", "label", "text", "file")}
    if at < len(unclear):
        said, ids = unclear[at]
        chosen = ask.maybe_one("guest", look.people_called(ids), none="nobody", said=said, at=at)
        people += [int(chosen.id)] if chosen is not None else []
        seed = {**kept, "people": people, "unclear": unclear, "at": at + 1}
        return Done(None, then="siaran_which", seed=seed)
    if not people:  # an audience without a list would be everybody
        return Done(None)
    one = replace(Audience.load(str(kept["audience"])), people=tuple(dict.fromkeys(people)))
    return Done(DraftBroadcast(one, str(kept["label"]), str(kept["text"]), incoming_id=kept["file"]))


def leave_out(ask: Ask, look: SiaranQueries) -> Done:
    """Who shall not get it: places, roles, people. Of what can mean several it is asked which, name after name."""
    number, at = int(ask.given("number", 0)), int(ask.given("at", 0))
    chosen: list[str] = list(ask.given("chosen", ()))

    def read(text: str) -> str | None:
        named = left_out(text)
        if not all(look.to_leave_out(number, one) for one in named):
            raise ValueError("nobody")
        return ", ".join(named) or None

    for said in left_out(str(ask.value("who", read=read, number=number)))[at:]:
        at, found = at + 1, look.to_leave_out(number, said)
        if len(found) == 1:
            chosen.append(found[0].id)
        elif found:
            one = ask.maybe_one("which", found, none="nobody", said=said, at=at)
            chosen += [one.id] if one is not None else []
            seed = {"number": number, "who": ask.value("who", read=read, number=number), "at": at, "chosen": chosen}
            return Done(None, then="siaran_except", seed=seed)
    return Done(LeaveOut(number, tuple(chosen)) if chosen else None)


def later(ask: Ask, look: SiaranQueries) -> Done:
    """When: "besok 8.00", "jam 13"."""
    number = int(ask.given("number", 0))
    zone = look.zone

    def when(text: str) -> int | None:
        said = CLOCK.fullmatch(text.strip())
        if said is None:
            return None
        hour, minute = int(said[2]), int(said[3] or 0)
        if said[4] and said[4].lower() in ("sore", "siang") and hour < 11:
            hour += 12
        if hour > 23 or minute > 59:
            return None
        if not HOURS[0] <= hour * 60 + minute < HOURS[1]:
            raise ValueError("night")
        days = {"besok": 1, "lusa": 2}.get((said[1] or "").lower(), 0)
        at = instant(look.today + timedelta(days=days), hour * 60 + minute, zone)
        return at if at > look.now else instant(local(at, zone).date() + timedelta(days=1), hour * 60 + minute, zone)

    at: int = ask.value("when", read=when)
    return Done(SendBroadcast(number, at))


def answer(ask: Ask, look: SiaranQueries) -> Done:
    """What she who received it wants to say."""
    said = ask.text("text", longest=500, sender=ask.given("sender", ""))
    return Done(AnswerBroadcast(int(ask.given("number", 0)), said or ""))
