"""A danger sign in what a kader types: go now, and whom to call, above whatever else is said.

What is recorded beside it is recorded as ever; the sign counts for the case only once it is asked and said yes to.
"""

from __future__ import annotations

import re

from bot.handlers.sessions import PHONES
from bot.talk import Talk
from posyandu import family_asks
from posyandu.access import NAMED

# Swollen feet have a rule of their own; what she did not want to swallow is no sign.
_NO_SIGN = re.compile(r"\b(?:bengkak|kaki)\w*|\bminum\s+(?:obat|vit\w*|kapsul|oralit)", re.IGNORECASE)
# Where what she types is no answer in free words.
_TALKS = (None, "menu", "weighing", "settle", "unlisted", "missing")


def dangerous(text: str) -> bool:
    """Does a line speak of what cannot wait?"""
    return any(family_asks.urgent(_NO_SIGN.sub(" ", line)) for line in text.splitlines())


def beside(talk: Talk, text: str) -> None:
    """Above what was said of the lines in which it stood."""
    if dangerous(text):
        talk.says.insert(0, _word(talk))


def alone(talk: Talk, text: str) -> bool:
    """ "anak bu wati kejang, gimana ini": no entry at all."""
    asks = talk.person is not None and talk.person.scope.roles & NAMED and talk.session.flow in _TALKS
    if not asks or not dangerous(text):
        return False
    talk.says.append(_word(talk))
    talk.show_again()
    return True


def _word(talk: Talk) -> tuple[str, dict[str, object]]:
    places = {p.posyandu_id for p in talk.person.scope.posts if p.posyandu_id is not None} if talk.person else set()
    found = talk.tx.all(PHONES, posyandu_id=places.pop()) if len(places) == 1 else []
    rows = [{"name": r.name, "phone": r.phone} for r in found]
    return ("recheck.sign" if rows else "recheck.sign_plain", {"rows": rows})
