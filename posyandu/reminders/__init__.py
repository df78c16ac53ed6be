"""Posyandu day is never forgotten: what is due, for whom and when, computed from plain facts.

How a clock uses it: for the time since its last tick `lookups(since, now)` names the kinds, zones and dates that fell
due (mostly none); for each posyandu day found there `due_between(facts, since, now)`, for each month `due_of_month`,
for each officer `digest`; `spend` applies the budgets; every Due becomes one row under its once-key, waiting until
`at`. Who changes a day asks `owed` in the same transaction. `next_due` says when to wake up.
"""

from posyandu.reminders.budgets import BUDGETS, Budgets, spend
from posyandu.reminders.facts import (
    Child,
    Day,
    DayFacts,
    Dropped,
    Due,
    Family,
    Kader,
    Kind,
    MonthFacts,
    Officer,
    Purse,
)
from posyandu.reminders.moments import RULES, Lookup, Moment, Rule, lookups, moments_of, next_due
from posyandu.reminders.rules import URGENT_HOURS, digest, due_between, due_of_month, owed

__all__ = [
    "BUDGETS",
    "RULES",
    "URGENT_HOURS",
    "Budgets",
    "Child",
    "Day",
    "DayFacts",
    "Dropped",
    "Due",
    "Family",
    "Kader",
    "Kind",
    "Lookup",
    "Moment",
    "MonthFacts",
    "Officer",
    "Purse",
    "Rule",
    "digest",
    "due_between",
    "due_of_month",
    "lookups",
    "moments_of",
    "next_due",
    "owed",
    "spend",
]
