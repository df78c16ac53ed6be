"""Coming in: who are you; letting in: ten at once; codes for others, and posts that end."""

from __future__ import annotations

import re

from bot.dialogue import Ask, Done
from bot.flows.pieces import by_name
from posyandu.commands.joining import (
    AnswerJoins,
    AskToJoin,
    EndMembership,
    Introduce,
    InviteGuardian,
    InviteKader,
    InviteStaff,
    SayName,
)
from posyandu.people import Role
from posyandu.queries_people import Named, PeopleQueries

MOST_JOINS = 10
RELATIONS = ("ibu", "ayah", "keluarga")
_OF_THE_CHILD = re.compile(r"\s*[,(]\s*(?:ibu|bapak|ayah|mama|papa|nenek|kakek|bunda)(?:nya)?\b.*$", re.IGNORECASE)
_SELF = re.compile(r"^(?:(?:nama\s+)?(?:saya|aku|ibu|bapak|bu|pak)\s+(?:adalah\s+)?|nama\s*:?\s*)", re.IGNORECASE)


NO_NAMES = frozenset({
    "ya", "iya", "iyaa", "yes", "ok", "oke", "okay", "baik", "siap", "tidak", "bukan", "sudah", "belum", "halo", "hai",
    "selamat", "terima", "kasih", "siapa", "apa", "ini", "itu", "kenapa", "mengapa", "gimana", "bagaimana", "kok",
    "buat", "untuk", "kapan", "berapa", "mana", "anak", "saya", "menu", "ga", "gak", "mau",
})  # fmt: skip


def read_name(text: str) -> str | None:
    """ "nama saya Siti Aminah" -> "Siti Aminah"; nothing without letters, as long as a story, or "iya"."""
    said = _OF_THE_CHILD.sub("", _SELF.sub("", " ".join(text.split()), count=1)).strip(" .,!")
    if not 2 <= len(said) <= 60 or not any(c.isalpha() for c in said) or any(c.isdigit() for c in said):
        return None
    if text.rstrip().endswith("?") or NO_NAMES.issuperset(said.casefold().split()):
        return None
    return said if any(c.isupper() for c in said) else said.title()


def introduce(ask: Ask, look: PeopleQueries) -> Done:
    """A new kader or officer: only her name."""
    name: str = ask.value("name", read=read_name, role=ask.given("role", ""), place=ask.given("place", ""))
    return Done(SayName(name), then="menu")


def guardian(ask: Ask, look: PeopleQueries) -> Done:
    """A parent with a code: her name, and what she is to the child. The child is not named."""
    name: str = ask.value("name", read=read_name)
    relation: str = ask.one("relation", RELATIONS, name=name)
    return Done(Introduce(int(ask.given("child", 0)), name, relation))


def join(ask: Ask, look: PeopleQueries) -> Done:
    """A kader without a code: her posyandu, then her own name on its list."""
    known = ask.given("posyandu")
    place = look.one_posyandu(int(known)) if known else None
    if place is None:
        said: str | None = ask.text("where")
        found = look.posyandu_named(said or "")
        place = ask.maybe_one("posyandu", found, none="other", text=said)
    if place is None:
        return Done(None, then="join")
    people = look.unjoined(int(place.id))
    who = ask.maybe_one("who", people, none="not_me", place=place)
    if who is None:
        ask.one("not_listed", ("again",), place=place)
        return Done(None, then="join")
    return Done(AskToJoin(int(who.id), int(place.id)))


def approve(ask: Ask, look: PeopleQueries) -> Done:
    """Ketua or bidan: those who wait, ten in one answer; whom she does not name goes on waiting."""
    waiting = look.waiting()
    if not waiting:
        return Done(None)
    first = waiting[0]
    here = [w for w in waiting if w.posyandu_id == first.posyandu_id][:MOST_JOINS]
    yes = ask.many("who", here, place=first.posyandu, rows=[{"name": w.name} for w in here])
    return Done(AnswerJoins(first.posyandu_id, tuple(int(w.id) for w in yes)))


def ask_place(ask: Ask, look: PeopleQueries, verb: str) -> Named | None:
    """Which posyandu of hers; not asked where there is only one."""
    places = look.my_places(verb)
    if len(places) <= 1:
        return places[0] if places else None
    chosen: Named = ask.one("place", places)
    return chosen


def invite(ask: Ask, look: PeopleQueries) -> Done:
    """A code for a new kader or ketua."""
    place = ask_place(ask, look, "invite_kader")
    if place is None:
        return Done(None)
    role = ask.one("role", ("kader", "ketua"), place=place)
    return Done(InviteKader(int(place.id), role))


OF_DESA = ("bidan", "tpk", "kpm", "plkb", "tp_pkk", "tp_posyandu")


def invite_staff(ask: Ask, look: PeopleQueries) -> Done:
    """From the puskesmas: a code for a bidan desa, a TPG, or who works in one of its desa."""
    center = next((p.puskesmas_id for p in look.scope.posts if p.role == Role.PUSKESMAS and p.puskesmas_id), None)
    if center is None:
        return Done(None)
    role = ask.one("role", ("bidan", "tpg", "puskesmas", "tpk", "kpm", "plkb", "tp_pkk", "tp_posyandu"))
    if role not in OF_DESA:
        return Done(InviteStaff(role, puskesmas_id=center))
    desa = ask.one("desa", look.desa_of(center), role=role)
    return Done(InviteStaff(role, area=desa.id, puskesmas_id=center))


def invite_guardian(ask: Ask, look: PeopleQueries) -> Done:
    """A code for a parent of a child of the register; for a guardian: of her own child."""
    own = [c for c in (look.child(str(i)) for i in sorted(look.scope.children)) if c is not None]
    place = ask_place(ask, look, "invite_guardian")
    if place is not None:
        children = look.register_of(int(place.id))
        child = ask.one("child", children, match=by_name(children), place=place)
    elif own:
        child = own[0] if len(own) == 1 else ask.one("mine", own)
    else:
        return Done(None)
    return Done(InviteGuardian(int(child.id)))


def team(ask: Ask, look: PeopleQueries) -> Done:
    """Who serves here; and a post that ends."""
    place = ask_place(ask, look, "end_membership")
    if place is None:
        return Done(None)
    crew = look.team(int(place.id))
    rows = [{"name": c.name, "role": c.role} for c in crew]
    who = ask.maybe_one("who", crew, none="nobody", place=place, rows=rows)
    if who is None or not ask.yes("sure", name=who.name, role=who.role, place=place):
        return Done(None, then="menu")
    return Done(EndMembership(int(who.id)))
