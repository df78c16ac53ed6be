"""Reads a reply to the open question: a button, a row, a name or a value; or says why it is no answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.dialogue.ask import Reading
from bot.dialogue.matching import LIST, Screen, Unclear, exactly, find, find_many, folded
from bot.dialogue.question import NONE, SKIP, SKIPPED, Note, Question, Words, plain, quoted
from bot.dialogue.session import Answer, Session

LONGEST_VALUE = 300  # what is longer is no value, and is not worth reading
CODE = re.compile(r"[a-z][a-z0-9_.]*")


@dataclass(frozen=True)
class Said:
    """A reply: typed text, or a pick "<digest>:<option>"."""

    text: str = ""
    pick: str | None = None


def noted(question: Question, note: Note | None) -> Question:
    return replace(question, note=note or question.note)


def meant_for(question: Question, said: Said, session: Session) -> bool:
    """Was it said to this question? A button says so itself; typed words belong to what was on the screen."""
    if said.pick is not None:
        return said.pick.partition(":")[0] == question.of
    return session.shown is not None and session.shown["of"] == question.of


def hear(
    question: Question, reading: Reading, said: Said, session: Session, words: Words
) -> tuple[str, Answer] | Question:
    """The answer on its way to file, or the question again with a note that says why."""
    missed = replace(said, text=str((session.shown or {}).get("missed", "")))
    if said.pick is not None:
        option = said.pick.partition(":")[2]
        return _picked(question, reading, option, missed if option == NONE else said)
    rows = (session.shown or {}).get("options") or []
    screen = Screen(question.name, question.options, rows, words, reading.match)
    if question.kind == "many":
        return _several(question, said, screen)
    if question.kind in ("value", "text"):
        return _written(question, reading, said, screen)
    if not question.listed and folded(said.text) in LIST:
        return replace(question, narrowed=True)
    found = find(said.text, screen)
    if len(found) == 1:
        return _picked(question, reading, found[0], missed if found[0] == NONE else said)
    if reading.doubted is not None:
        return _read_again(question, reading.doubted, said.text)
    if found:
        wanted = tuple(o for o in question.options if o.id in found or o.id == NONE)
        return replace(question, options=wanted, narrowed=True, note=Note("which", {"text": quoted(said.text)}))
    code = "not_found" if question.kind == "one" else "not_understood"
    return noted(question, Note(code, {"text": quoted(said.text)}))


def _picked(question: Question, reading: Reading, option: str, said: Said) -> tuple[str, Answer] | Question:
    if all(o.id != option for o in question.options):
        return noted(question, Note("gone"))
    if option == SKIP and question.kind in ("value", "text"):
        return question.key, Answer(question.of, SKIPPED, said.text)
    if question.kind == "value":
        return _read(question, reading, option)
    return question.key, Answer(question.of, [option] if question.kind == "many" else option, said.text)


def _several(question: Question, said: Said, screen: Screen) -> tuple[str, Answer] | Question:
    try:
        chosen = find_many(said.text, screen)
    except Unclear as unclear:
        return noted(question, Note("not_found", {"text": quoted(unclear.part)}))
    if not {o.id for o in question.options}.issuperset(chosen):
        return noted(question, Note("gone"))
    return question.key, Answer(question.of, chosen, said.text)


def _written(question: Question, reading: Reading, said: Said, screen: Screen) -> tuple[str, Answer] | Question:
    """A value or free text. Only the full words of an option mean the option; "2" is two, never a row."""
    option = exactly(said.text, screen)
    if option:
        return _picked(question, reading, option[0], said)
    return _read(question, reading, said.text) if question.kind == "value" else _read_text(question, reading, said.text)


def _read(question: Question, reading: Reading, text: str) -> tuple[str, Answer] | Question:
    typed = {"text": quoted(text)}
    try:
        value = reading.read(text) if reading.read and len(text) <= LONGEST_VALUE else None
    except ValueError as slip:
        # A code has words; any other message is Python's own (int("x")) and says no more than "not understood".
        code = str(slip)
        return noted(question, Note(code if CODE.fullmatch(code) else "not_understood", typed))
    if value is None:
        return noted(question, Note("not_understood", typed))
    if reading.between is not None and not reading.allows(value):
        low, high = reading.between
        return noted(question, Note("between", {"value": value, "low": low, "high": high, **typed}))
    return question.key, Answer(question.of, plain(value), text)


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
