"""Runs a flow: files what was said under the question on the screen, then runs it from the top."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue import matching
from bot.dialogue.ask import Ask, Cancelled, Done, Flow, Reading, Redo, Stopped
from bot.dialogue.question import NONE, SKIP, Note, Option, Question, Words
from bot.dialogue.session import Answer, Session

MOST_REDOS = 20  # a flow that asks itself in circles is a bug; it ends in a message, not in a loop


@dataclass(frozen=True)
class Said:
    """A reply: typed text, or a pick "<digest>:<option>"."""

    text: str = ""
    pick: str | None = None


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


class Endless(Exception):
    """A flow asked itself in circles."""


def resume(flow: Flow, look: Any, session: Session, said: Said | None, words: Words) -> Showing | Finished:
    """File `said` (None: just show where we are) and run `flow` from the top."""
    here = _run(flow, look, session)
    if said is None or isinstance(here, Finished):
        return _put(here)
    if not session.shown or session.shown.get("of") != here.question.of:
        # What was on the screen is no longer what the flow asks: nothing said then is an answer to this.
        return _show(here, noted(here.question, Note("old_button") if said.pick else None))
    heard = _hear(here.question, here.reading, said, session, words)
    if isinstance(heard, Question):
        return _show(here, heard)
    key, answer = heard
    return _put(_run(flow, look, here.session.filed(key, answer).without(f"{key}?")))


def back(flow: Flow, look: Any, session: Session) -> Showing | Finished:
    """Take the latest answer back and ask it again."""
    here = _run(flow, look, session)
    if isinstance(here, Finished):
        return here
    answers = here.session.answers
    given = [k for k in here.path[:-1] if k in answers and answers[k].of is not None]
    if not given:
        return _show(here, noted(here.question, Note("first")))
    return _put(_run(flow, look, here.session.without(given[-1], f"{given[-1]}?")))


@dataclass
class _Here:
    """Where a run stopped: the open question, how its reply is read, and what was asked on the way."""

    question: Question
    reading: Reading
    session: Session
    path: list[str]


def _run(flow: Flow, look: Any, session: Session) -> _Here | Finished:
    for _ in range(MOST_REDOS):
        ask = Ask(session.flow or flow.__name__, session)
        try:
            return Finished(session, flow(ask, look))
        except Stopped as stop:
            return _Here(stop.question, stop.reading, session, ask.path)
        except Cancelled:
            return Finished(session, Done(None), cancelled=True)
        except Redo as redo:
            session = session.without(*redo.keys)
    raise Endless(session.flow or flow.__name__)


def _put(here: _Here | Finished) -> Showing | Finished:
    return here if isinstance(here, Finished) else _show(here, here.question)


def _show(here: _Here, question: Question) -> Showing:
    listed = question.options if question.listed else ()
    shown = {"key": question.key, "of": question.of, "options": [o.id for o in listed]}
    return Showing(replace(here.session, shown=shown), question)


def noted(question: Question, note: Note | None) -> Question:
    return replace(question, note=note or question.note)


def _hear(
    question: Question, reading: Reading, said: Said, session: Session, words: Words
) -> tuple[str, Answer] | Question:
    """The answer on its way to file, or the question again with a note that says why."""
    if said.pick is not None:
        of, _, option = said.pick.partition(":")
        if of != question.of:
            return noted(question, Note("old_button"))
        if option not in {o.id for o in question.options}:
            return noted(question, Note("gone"))
        return _picked(question, reading, option, said)
    return _typed(question, reading, said, session, words)


def _picked(question: Question, reading: Reading, option: str, said: Said) -> tuple[str, Answer] | Question:
    if option == SKIP and question.kind in ("value", "text"):
        return question.key, Answer(question.of, {"skip": True}, said.text)
    if question.kind == "value":
        return _read(question, reading, option)
    if question.kind == "many":
        return question.key, Answer(question.of, [option], said.text)
    return question.key, Answer(question.of, option, said.text)


def _typed(
    question: Question, reading: Reading, said: Said, session: Session, words: Words
) -> tuple[str, Answer] | Question:
    if question.kind == "many":
        chosen = matching.find_many(said.text, _as_shown(question, session), question.name, words, reading.match)
        if chosen is None:
            return noted(question, Note("not_found", {"text": said.text}))
        return question.key, Answer(question.of, chosen, said.text)
    if question.kind == "one" and not question.listed and matching.folded(said.text) in matching.LIST:
        return replace(question, narrowed=True)
    # On a value question a number is a value, never the row of a quick option.
    valued = question.kind in ("value", "text") and said.text.strip()[:1].isdigit()
    rows = _as_shown(question, session)
    found = [] if valued else matching.find(said.text, question.options, question.name, words, reading.match, rows)
    if len(found) == 1:
        return _picked(question, reading, found[0], said)
    if question.kind == "text":
        return _read_text(question, reading, said.text)
    if question.kind == "value":
        return _read(question, reading, said.text)
    if reading.doubted is not None:
        return _read_again(question, reading.doubted, said.text)
    if len(found) > 1:
        wanted = tuple(o for o in question.options if o.id in found or o.id == NONE)
        return replace(question, options=wanted, narrowed=True, note=Note("which", {"text": said.text}))
    return noted(question, Note("not_found" if question.kind == "one" else "not_understood", {"text": said.text}))


def _as_shown(question: Question, session: Session) -> list[Option]:
    """The options in the order they stood on the screen: "3" is the third row as it was shown."""
    by_id = {o.id: o for o in question.options}
    return [by_id[i] for i in (session.shown or {}).get("options", []) if i in by_id]


def _read(question: Question, reading: Reading, text: str) -> tuple[str, Answer] | Question:
    try:
        value = reading.read(text) if reading.read else None
    except ValueError as slip:
        code = str(slip.args[0]) if slip.args else "not_understood"
        return noted(question, Note(code, {"text": text}))
    if value is None:
        return noted(question, Note("not_understood", {"text": text}))
    if reading.between is not None:
        low, high = reading.between
        if not low <= value <= high:
            return noted(question, Note("between", {"value": value, "low": low, "high": high, "text": text}))
    return question.key, Answer(question.of, value, text)


def _read_text(question: Question, reading: Reading, text: str) -> tuple[str, Answer] | Question:
    said = text.strip()
    low, high = reading.between or (1, 200)
    if not low <= len(said) <= high:
        return noted(question, Note("too_long" if said else "empty", {"high": high}))
    return question.key, Answer(question.of, said, said)


def _read_again(doubt: Question, doubted: tuple[Question, Reading], text: str) -> tuple[str, Answer] | Question:
    """At a doubt she may simply type the right value: it answers the question that the doubt is about."""
    heard = _read(*doubted, text)
    return noted(doubt, heard.note) if isinstance(heard, Question) else heard
