"""What is said: one file per subject. A flow asks, looks and decides; it ends in one command."""

from __future__ import annotations

from bot.dialogue import Flow
from bot.flows import menu, recap, recheck, register, settle, weighing

FLOWS: dict[str, Flow] = {
    "menu": menu.menu,
    "weighing": weighing.weighing,
    "recheck": recheck.recheck,
    "settle": settle.settle,
    "picture": register.picture,
    "mychild": register.mychild,
    "missing": recap.missing,
    "recap": recap.recap,
}
