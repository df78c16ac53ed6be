"""Consent read out to thirty at once; a parent's own answers; stopping messages; what is told in person."""

from __future__ import annotations

from bot.dialogue import Ask, Done
from bot.flows.joining import ask_place
from posyandu.commands.consent import Agree, ResumeMessages, StopMessages, TakeConsents, ToldInPerson
from posyandu.consent import BELUM, RECORD, SHARING
from posyandu.queries_people import PeopleQueries

MOST_AT_ONCE = 30


def consent(ask: Ask, look: PeopleQueries) -> Done:
    """ "Sudah saya bacakan kepada: semua kecuali 4 9"; then whether any of the others refuses."""
    return _take(ask, look, RECORD)


def consent_sharing(ask: Ask, look: PeopleQueries) -> Done:
    """The same for sharing with those who accompany or help the family."""
    return _take(ask, look, SHARING)


def _take(ask: Ask, look: PeopleQueries, purpose: str) -> Done:
    place = ask_place(ask, look, "take_consent")
    if place is None:
        return Done(None)
    unasked = [c for c in look.register_of(int(place.id)) if look.consent_of(c, purpose) == BELUM][:MOST_AT_ONCE]
    if not unasked:
        ask.one("none_left", ("menu",), place=place)
        return Done(None, then="menu")
    rows = [{"child": c.name, "mother": c.mother} for c in unasked]
    yes = ask.many("read_to", unasked, place=place, rows=rows)
    agreed = {c.id for c in yes}
    rest = [c for c in unasked if c.id not in agreed]
    no = []
    if rest:
        others = [{"child": c.name, "mother": c.mother} for c in rest]
        no = ask.many("refused", rest, place=place, rows=others, count=len(yes))
    if no:
        names = [c.short for c in no]
        ask.confirm("sure", edit=("refused",), place=place, rows=names)
    return Done(TakeConsents(int(place.id), purpose, tuple(int(c.id) for c in yes), tuple(int(c.id) for c in no)))


def agree(ask: Ask, look: PeopleQueries) -> Done:
    """A parent's own yes or no, one question a purpose; a no to the record is asked once more."""
    pending = look.agreements()
    if not pending:
        return Done(None)
    first = pending[0]
    yes = ask.one(first.purpose, ("yes", "no"), child=first.child) == "yes"
    if first.purpose == RECORD and not yes and not ask.yes("sure", child=first.child):
        return Done(None, then="menu")
    return Done(Agree(int(first.child.id), first.purpose, yes))


def stop(ask: Ask, look: PeopleQueries) -> Done:
    """Berhenti: at once when there is one child; else which one, or all."""
    heard = look.heard_children()
    if not heard:
        return Done(StopMessages(()))
    if len(heard) == 1 and not ask.given("named"):
        return Done(StopMessages((int(heard[0].id),)))
    which = ask.one("which", [*heard, "all"])
    chosen = heard if which == "all" else [which]
    return Done(StopMessages(tuple(int(c.id) for c in chosen)))


def resume(ask: Ask, look: PeopleQueries) -> Done:
    """Messages again."""
    silent = look.silent_children()
    if not silent:
        return Done(ResumeMessages(()))
    which = silent[0] if len(silent) == 1 else ask.one("which", [*silent, "all"])
    chosen = silent if which == "all" else [which]
    return Done(ResumeMessages(tuple(int(c.id) for c in chosen)))


def in_person(ask: Ask, look: PeopleQueries) -> Done:
    """Sampaikan langsung: one line after the other, one tap each."""
    passed = [str(i) for i in ask.given("passed", [])]
    lines = look.unsaid()
    left = [x for x in lines if x.id not in passed]
    if not left:
        ask.one("none" if not lines else "later", ("menu",), count=len(lines))
        return Done(None, then="menu")
    line = left[0]
    answer = ask.one(
        "line", ("done", "later", "stop"), child=line.child, mother=line.mother, says=[list(s) for s in line.says],
        line=line.id, left=len(left),
    )  # fmt: skip
    if answer == "stop":
        return Done(None, then="menu")
    if answer == "later":
        return Done(None, then="in_person", seed={"passed": [*passed, line.id]})
    then = "in_person" if len(left) > 1 else None
    return Done(ToldInPerson(int(line.id)), then=then, seed={"passed": passed})
