"""The talks about people, by the name they are started with."""

from __future__ import annotations

from bot.dialogue import Flow
from bot.flows import children, companion, consents, joining, people_menu, requests

FLOWS: dict[str, Flow] = {
    "people_menu": people_menu.people_menu,
    "introduce": joining.introduce,
    "guardian": joining.guardian,
    "join": joining.join,
    "approve": joining.approve,
    "invite": joining.invite,
    "invite_staff": joining.invite_staff,
    "invite_guardian": joining.invite_guardian,
    "team": joining.team,
    "consent": consents.consent,
    "consent_sharing": consents.consent_sharing,
    "agree": consents.agree,
    "stop": consents.stop,
    "resume": consents.resume,
    "companion": companion.companion,
    "in_person": consents.in_person,
    "my_data": requests.my_data,
    "correct": requests.correct,
    "erase": requests.erase,
    "new_child": children.new_child,
    "unlisted": children.unlisted,
    "child_data": children.child_data,
    "contact": children.contact,
    "moved": children.moved,
    "left": children.left,
    "five": children.five,
    "died": children.died,
    "merge": children.merge,
}
