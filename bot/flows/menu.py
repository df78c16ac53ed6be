"""Menu: what a person of her roles can do here."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from posyandu.access import HEALTH, NAMED, OFFICES, POST
from posyandu.people import Role
from posyandu.queries import Queries

VISITING = ((Role.TPK, "companion"), (Role.KPM, "home_visit"))


def choices(look: Queries) -> list[str]:
    """The flows on the menu, by role; the most used first."""
    roles = look.scope.roles
    out: list[str] = []
    if roles & POST:
        out += ["weighing", "missing", "picture"]
    elif roles & NAMED:
        out += ["missing", "picture"]
    if roles & (NAMED | OFFICES | {Role.TPK}):
        out.append("recap")
    if roles & HEALTH:
        out.insert(0, "cases")
    if roles & POST:
        out.append("cases")
    if not roles & NAMED:
        out = [flow for role, flow in VISITING if role in roles] + out
    if Role.GUARDIAN in roles:
        out.append("mychild")
    if roles & NAMED:
        out += ["days", "pregnancy"]
    if roles & (HEALTH | OFFICES):
        out += ["silent", "siaran"]
    elif Role.OPERATOR in roles:
        out.append("siaran")
    return out + _last(roles)


def _last(roles: frozenset[Role]) -> list[str]:
    """What stands at the end: events, and whatever is about people."""
    if not roles:
        return []
    if roles <= {Role.GUARDIAN}:
        return ["stop", "my_data", "invite_guardian"]  # a mother has nothing to do with codes and teams
    return ["events", "people_menu"]


def menu(ask: Ask, look: Queries) -> Done:
    """One choice; it becomes the next flow."""
    offered = choices(look)
    if not offered:
        return Done(None)
    return Done(None, then=ask.one("what", offered))
