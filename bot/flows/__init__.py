"""What is said: one file per subject. A flow asks, looks and decides; it ends in one command."""

from __future__ import annotations

from bot.dialogue import Flow
from bot.flows import cases, days, homes, joining, menu, people_menu, recap, recheck, register, settle, weighing

FLOWS: dict[str, Flow] = {
    "menu": menu.menu,
    "days": days.days,
    "area_days": days.area_days,
    "absent": days.absent,
    "expected": days.expected,
    "silent": days.silent,
    "weighing": weighing.weighing,
    "recheck": recheck.recheck,
    "settle": settle.settle,
    "picture": register.picture,
    "mychild": register.mychild,
    "missing": recap.missing,
    "recap": recap.recap,
    "introduce": joining.introduce,
    "guardian": joining.guardian,
    "join": joining.join,
    "approve": joining.approve,
    "invite": joining.invite,
    "invite_guardian": joining.invite_guardian,
    "team": joining.team,
    "people_menu": people_menu.people_menu,
    "cases": cases.cases,
    "case_pick": cases.case_pick,
    "followup": cases.followup,
    "ruling": cases.ruling,
    "home_visit": homes.home_visit,
    "counselling": homes.counselling,
}
