"""What a parent or a pregnant woman says in her own words (posyandu.family_asks), answered at once and calmly."""

from __future__ import annotations

from bot.handlers.sessions import PHONES
from bot.talk import Talk
from posyandu import family_asks
from posyandu.family_asks import Asked
from storage import expecting
from storage.people import place_of_child

# What is a talk of its own; the rest is answered in words.
TALKS = {Asked.WHEN: "mychild", Asked.WEIGHT: "mychild", Asked.DATA: "my_data"}
WORDS = {Asked.BLAME: "hints.worried", Asked.FEAR: "hints.worried", Asked.MEANING: "hints.what_is"}
WORDS |= {Asked.SEEN_BY: "consent.text"}


def urgent(talk: Talk, text: str) -> bool:
    """A danger sign in her words: go now, and whom to call. It comes before whatever was being asked."""
    if not family_asks.urgent(text):
        return False
    rows = [{"name": r.name, "phone": r.phone} for r in talk.tx.all(PHONES, posyandu_id=_posyandu(talk))]
    talk.says.append(("family.now" if rows else "family.now_plain", {"rows": rows}))
    talk.show_again()
    return True


def own_words(talk: Talk, text: str, *, pending: bool = False) -> bool:
    """Anything else that is understood. `pending`: she has yet to answer what was asked of her, and her very first word
    brings that back."""
    kind = family_asks.asked(text)
    if kind is None or (pending and kind in TALKS and talk.session.flow is None):
        return False
    talk.session = type(talk.session)() if talk.session.flow == "menu" else talk.session
    if kind in TALKS:
        talk.look_aside(TALKS[kind])
    else:
        talk.says.append((WORDS.get(kind, f"family.{kind}"), {}))
        talk.show_again()
    return True


def astray(talk: Talk) -> bool:
    """What a parent said at the menu is none of its choices: the menu is taken away again, she is no clerk."""
    note = talk.question["note"] if talk.question else None
    if talk.person is None or talk.person.scope.posts or talk.session.flow != "menu" or not note or talk.row.pick:
        return False
    talk.question, talk.session = None, type(talk.session)()
    return True


def in_words(talk: Talk, text: str) -> bool:
    """What has an answer in words; no talk begins. For a pregnant woman, whose talks are few."""
    kind = family_asks.asked(text)
    if kind is None or kind in TALKS or kind in (Asked.BLAME, Asked.MEANING):
        return False
    own = {Asked.SICK: "expecting.sick"}
    talk.says.append((own.get(kind) or WORDS.get(kind, f"family.{kind}"), {}))
    return True


def _posyandu(talk: Talk) -> int:
    """Where she belongs: by her child, or by the child she expects; 0 when by neither."""
    if talk.person is None:
        return 0
    for child_id in sorted(talk.person.scope.children):
        place = place_of_child(talk.tx, child_id)
        if place is not None and place.posyandu_id is not None:
            return place.posyandu_id
    row = expecting.of_person(talk.tx, talk.person.id)
    return row.posyandu_id if row is not None and row.person_id == talk.person.id else 0
