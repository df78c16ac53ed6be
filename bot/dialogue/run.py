"""Runs a flow: files what was said under the question on the screen, then runs it from the top."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue.ask import Ask, Cancelled, Done, Flow, Reading, Redo, Stopped
from bot.dialogue.hear import Said, hear, meant_for, noted
from bot.dialogue.question import Note, Question, Words
from bot.dialogue.session import Session

MOST_REDOS = 20  # a flow that asks itself in circles is a bug; it ends in a message, not in a loop


@dataclass(frozen=True)
class Showing:
    """A question goes on the screen."""

    session: Session
    question: Question


@dataclass(frozen=True)
class Finished:
    """The flow has ended; `session` holds what its end was decided on. `cancelled`: she said no at the summary."""

    session: Session
    done: Done
    cancelled: bool = False
    path: tuple[str, ...] = ()


class Endless(Exception):
    """A flow asked itself in circles."""


def resume(flow: Flow, look: Any, session: Session, said: Said | None, words: Words) -> Showing | Finished:
    """File `said` (None: just show where we are) and run `flow` from the top."""
    here = _run(flow, look, session)
    if said is None or isinstance(here, Finished):
        return _put(here)
    if not meant_for(here.question, said, session):
        # What was on the screen is no longer what the flow asks: nothing said then is an answer to this.
        return _show(here, noted(here.question, Note("old_button") if said.pick else None))
    heard = hear(here.question, here.reading, said, session, words)
    if isinstance(heard, Question):
        return _show(here, heard)
    key, answer = heard
    return _put(_run(flow, look, here.session.filed(key, answer).without(f"{key}?")))


def back(flow: Flow, look: Any, session: Session) -> Showing | Finished:
    """Take the latest answer back and ask it again. What the flow before knew was not said here, and stays."""
    here = _run(flow, look, session)
    before = here.path if isinstance(here, Finished) else here.path[:-1]
    given = [k for k in before if not here.session.answers[k].seeded]
    if given:
        return _put(_run(flow, look, here.session.without(given[-1], f"{given[-1]}?")))
    return here if isinstance(here, Finished) else _show(here, noted(here.question, Note("first")))


@dataclass
class _Here:
    """Where a run stopped: the open question, how its reply is read, and what was asked on the way."""

    question: Question
    reading: Reading
    session: Session
    path: tuple[str, ...]


def _run(flow: Flow, look: Any, session: Session) -> _Here | Finished:
    above: tuple[str, Note] | None = None
    for _ in range(MOST_REDOS):
        ask = Ask(session.flow or flow.__name__, session)
        try:
            done = flow(ask, look)
            return Finished(session.bound(ask.used), done, path=tuple(ask.asked))
        except Stopped as stop:
            again = above[1] if above is not None and above[0] == stop.question.key else None
            question = noted(stop.question, again)
            return _Here(question, stop.reading, session.bound(ask.used), tuple(ask.asked))
        except Cancelled:
            return Finished(session.bound(ask.used), Done(None), cancelled=True, path=tuple(ask.asked))
        except Redo as redo:
            session = session.bound(ask.used).without(*redo.keys)
            above = redo.note
    raise Endless(session.flow or flow.__name__)


def _put(here: _Here | Finished) -> Showing | Finished:
    return here if isinstance(here, Finished) else _show(here, here.question)


def _show(here: _Here, question: Question) -> Showing:
    listed = question.options if question.listed else ()
    shown: dict[str, Any] = {"key": question.key, "of": question.of, "options": [o.id for o in listed]}
    before = here.session.shown or {}
    missed = before.get("missed") if before.get("of") == question.of else None
    if question.note is not None and question.note.code == "not_found":
        missed = question.note.vars.get("text")
    if missed:
        shown["missed"] = missed  # if she says next that it is none of these, this is what she was looking for
    return Showing(replace(here.session, shown=shown), question)
