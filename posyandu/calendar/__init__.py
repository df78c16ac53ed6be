"""The posyandu's calendar: zones and quiet hours, months, the rule for its day, what falls in a month, dates in words.

Dates are local `datetime.date`, months "YYYY-MM", times of day minutes after local midnight, instants UTC epoch
milliseconds. Nothing here asks a clock.
"""

from posyandu.calendar.care_months import (
    deworming_due,
    full_measure_month,
    length_due,
    vitamin_a_due,
    vitamin_a_month,
)
from posyandu.calendar.day_rule import DayRule, NotADayRule, next_days
from posyandu.calendar.holidays import Holiday, holiday, holidays_known
from posyandu.calendar.hours import DIGEST, HOURS, ZONES, allowed, instant, local, next_allowed, zone_name
from posyandu.calendar.months import add_months, month_closes, month_of, month_range, months_before
from posyandu.calendar.words import say_age, say_date, say_month, say_time, short_date

__all__ = [
    "DIGEST",
    "HOURS",
    "ZONES",
    "DayRule",
    "Holiday",
    "NotADayRule",
    "add_months",
    "allowed",
    "deworming_due",
    "full_measure_month",
    "holiday",
    "holidays_known",
    "instant",
    "length_due",
    "local",
    "month_closes",
    "month_of",
    "month_range",
    "months_before",
    "next_allowed",
    "next_days",
    "say_age",
    "say_date",
    "say_month",
    "say_time",
    "short_date",
    "vitamin_a_due",
    "vitamin_a_month",
    "zone_name",
]
