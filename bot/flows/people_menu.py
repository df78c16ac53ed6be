"""The second menu: what is done now and then about children, families and the team."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from posyandu.access import RULES
from posyandu.people import Role
from posyandu.queries import Queries


def choices(look: Queries) -> list[str]:
    """The talks that her roles may begin."""
    roles = look.scope.roles
    staff = (
        ("new_child", "register_child"),
        ("child_data", "change_child"),
        ("consent", "take_consent"),
        ("in_person", "tell_in_person"),
        ("invite_guardian", "invite_guardian"),
        ("approve", "answer_join"),
        ("companion", "assign_family"),
        ("invite", "invite_kader"),
        ("invite_staff", "invite_staff"),
        ("five", "change_child"),
        ("merge", "change_child"),
        ("team", "end_membership"),
        ("skill", "rate_kader"),
    )
    out = [flow for flow, verb in staff if (roles - {Role.GUARDIAN}) & RULES[verb]]
    if Role.GUARDIAN in roles and "invite_guardian" not in out:
        out.append("invite_guardian")
    if Role.GUARDIAN in roles:
        out += ["stop", "resume", "my_data"]
    return out


def people_menu(ask: Ask, look: Queries) -> Done:
    """One choice; it becomes the next flow."""
    offered = choices(look)
    if not offered:
        return Done(None)
    return Done(None, then=ask.one("what", offered))
