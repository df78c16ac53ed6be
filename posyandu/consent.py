"""Consent by child and purpose: the states, and for how long a child may be on the register before anybody was asked.

UU PDP 22, 24 and 25: recorded, one question per purpose, provable, given by a parent or guardian. The words that were
read out or shown carry a version, kept with every answer; a changed text gets a new one.
"""

from __future__ import annotations

from datetime import date

TEXT_VERSION = "2"
NAMES_SATUSEHAT = frozenset({TEXT_VERSION})  # the words about sharing that name it; a yes to earlier ones is none to it
RECORD, MESSAGES, SHARING = "record", "messages", "sharing"
BELUM, LISAN, SENDIRI, MENOLAK = "belum", "lisan", "sendiri", "menolak"
GIVEN = frozenset({LISAN, SENDIRI})


def may_record(state: str, since: date, today: date, days: int) -> bool:
    """May measures of this child be written down? While nobody was asked: for `days` after she came on the register,
    as on the posyandu's paper register."""
    if state == BELUM:
        return (today - since).days <= days
    return state in GIVEN
