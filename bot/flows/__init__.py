"""What is said: one file per subject. A flow asks, looks and decides; it ends in one command."""

from __future__ import annotations

from bot.dialogue import Flow
from bot.flows import cases, days, homes, menu, people_talks, pregnancy, recap, recheck, register, settle, weighing

FLOWS: dict[str, Flow] = {
    **people_talks.FLOWS,
    "menu": menu.menu,
    "days": days.days,
    "area_days": days.area_days,
    "absent": days.absent,
    "expected": days.expected,
    "silent": days.silent,
    "pregnancy": pregnancy.pregnancy,
    "mothers": pregnancy.mothers,
    "weighing": weighing.weighing,
    "recheck": recheck.recheck,
    "settle": settle.settle,
    "picture": register.picture,
    "mychild": register.mychild,
    "missing": recap.missing,
    "recap": recap.recap,
    "cases": cases.cases,
    "case_pick": cases.case_pick,
    "followup": cases.followup,
    "ruling": cases.ruling,
    "home_visit": homes.home_visit,
    "counselling": homes.counselling,
}
