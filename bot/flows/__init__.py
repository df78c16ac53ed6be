"""What is said: one file per subject. A flow asks, looks and decides; it ends in one command."""

from __future__ import annotations

from bot.dialogue import Flow
from bot.flows import (
    cases,
    days,
    homes,
    lapor,
    menu,
    people_talks,
    pregnancy,
    recap,
    recheck,
    register,
    settle,
    sheets,
    siaran,
    weighing,
)

FLOWS: dict[str, Flow] = {
    **people_talks.FLOWS,
    "menu": menu.menu,
    "weighing": weighing.weighing,
    "recheck": recheck.recheck,
    "settle": settle.settle,
    "picture": register.picture,
    "mychild": register.mychild,
    "missing": recap.missing,
    "recap": recap.recap,
    "sheets": sheets.sheets,
    "columns": sheets.columns,
    "cases": cases.cases,
    "case_pick": cases.case_pick,
    "followup": cases.followup,
    "ruling": cases.ruling,
    "home_visit": homes.home_visit,
    "counselling": homes.counselling,
    "days": days.days,
    "area_days": days.area_days,
    "absent": days.absent,
    "expected": days.expected,
    "silent": days.silent,
    "pregnancy": pregnancy.pregnancy,
    "mothers": pregnancy.mothers,
    "siaran": siaran.siaran,
    "siaran_later": siaran.later,
    "siaran_answer": siaran.answer,
    "lapor": lapor.lapor,
    "lapor_refuse": lapor.refuse,
    "lapor_officer": lapor.officer,
}
