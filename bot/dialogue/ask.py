"""`Ask`: each call returns the answer on file, or stops the flow there with the question to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dialogue.matching import Match
from bot.dialogue.question import (
    AGAIN,
    CANCEL,
    CHANGE,
    NO,
    NONE,
    SAVE,
    SKIP,
    SKIPPED,
    YES,
    Kind,
    Note,
    Option,
    Question,
    identity,
    plain,
    quoted,
)  # fmt: skip
from bot.dialogue.session import Answer, Session


@dataclass(frozen=True)
class Done:
    """How a flow ends: one command (or none), and perhaps the flow that follows with what it already knows."""

    command: object | None
    then: str | None = None
    seed: Mapping[str, Any] = field(default_factory=dict)


Flow = Callable[["Ask", Any], Done]


class Stopped(Exception):
    """The flow has come to a question without an answer."""

    def __init__(self, question: Question, reading: Reading) -> None:
        super().__init__(question.name)
        self.question = question
        self.reading = reading


class Cancelled(Exception):
    """She said no to the summary: nothing is done."""


class AskedTwice(Exception):
    """A flow used one key for two different questions: each answer would push the other off the file, for ever."""


class Redo(Exception):
    """Answers that must be asked again: the flow runs once more without them."""

    def __init__(self, *keys: str, note: tuple[str, Note] | None = None) -> None:
        """`note`: the question asked again, and what stands above it."""
        super().__init__(*keys)
        self.keys, self.note = keys, note


@dataclass(frozen=True)
class Reading:
    """How a typed reply to the open question is to be read."""

    read: Callable[[str], Any] | None = None
    between: tuple[int, int] | None = None
    match: Match | None = None
    doubted: tuple[Question, Reading] | None = None  # a doubt: the question whose value it is about

    def allows(self, value: Any) -> bool:
        """Is it inside the hard bounds?"""
        return self.between is None or (isinstance(value, int | float) and self.between[0] <= value <= self.between[1])


class Ask:
    """Handed to a flow. `asked`: the questions so far in their order, {key: digest}; `used`: the seeds among them."""

    def __init__(self, flow: str, session: Session) -> None:
        self._flow = flow
        self._session = session
        self.asked: dict[str, str] = {}
        self.used: dict[str, Answer] = {}

    # -- what a flow may ask -------------------------------------------------------------------------------------

    def one(self, key: str, options: Sequence[Any], *, match: Match | None = None, **subject: Any) -> Any:
        """One of the options; ids of fixed options as texts, or things with `id` and `name`."""
        return self._choose(key, options, None, match, subject)

    def maybe_one(
        self, key: str, options: Sequence[Any], *, none: str, match: Match | None = None, **subject: Any
    ) -> Any:
        """One of the options or None; `none` is the fixed option whose words say "none of these"."""
        return self._choose(key, options, none, match, subject)

    def many(self, key: str, options: Sequence[Any], *, match: Match | None = None, **subject: Any) -> list[Any]:
        """Any number of the options, none and all included."""
        question = self._question(key, "many", subject, [_option(o) for o in options])
        value = self._answer(question, Reading(match=match))
        by_id = {_id(o): o for o in options}
        return [by_id[str(i)] for i in value if str(i) in by_id]

    def text(self, key: str, *, skip: bool = False, longest: int = 200, **subject: Any) -> str | None:
        """Free text, at most `longest` characters; None when skipped."""
        question = self._question(key, "text", subject, [Option(SKIP)] if skip else [])
        value = self._answer(question, Reading(between=(1, longest)))
        return None if value == SKIPPED else str(value)

    def value(
        self,
        key: str,
        *,
        read: Callable[[str], Any],
        between: tuple[int, int] | None = None,
        doubt: Callable[[Any], str | None] | None = None,
        skip: bool = False,
        quick: Sequence[str] = (),
        **subject: Any,
    ) -> Any:
        """A value read from what was typed.

        `read` returns the value, None when it means nothing, or raises ValueError(code) with a reason that has words.
        The value goes to file as JSON: a date comes back as its ISO text. Outside `between` it is refused; what
        `doubt` gives a reason for is asked a second time. `quick` are fixed options whose id is what `read` is given.
        """
        options = [Option(q) for q in quick] + ([Option(SKIP)] if skip else [])
        question = self._question(key, "value", subject, options)
        reading = Reading(read=read, between=between)
        value = self._answer(question, reading)
        if value == SKIPPED:
            return None
        reason = doubt(value) if doubt is not None else None
        if reason is not None:
            self._settle_doubt(question, reading, value, reason)
        return value

    def yes(self, key: str, **subject: Any) -> bool:
        """Yes or no."""
        question = self._question(key, "yes", subject, [Option(YES), Option(NO)])
        return bool(self._answer(question, Reading()) == YES)

    def confirm(self, key: str, *, edit: Iterable[str] = (), **subject: Any) -> bool:
        """The summary. True signs exactly what it names; one thing may be changed; cancelling ends the flow.

        `edit` are the keys that may be changed; those that were not asked in this talk are not offered.
        """
        edit = [k for k in edit if k in self.asked]
        options = [Option(SAVE), *([Option(CHANGE)] if edit else []), Option(CANCEL)]
        question = self._question(key, "confirm", subject, options)
        value = self._answer(question, Reading())
        if value == CANCEL:
            raise Cancelled
        if value == CHANGE:
            which = self._question(f"{key}.change", "change", subject, [Option(k) for k in edit])
            chosen = self._answer(which, Reading())
            raise Redo(key, f"{key}.change", str(chosen), f"{chosen}?", note=self._typed(str(chosen)))
        return True

    def given(self, key: str, default: Any = None) -> Any:
        """What the flow before handed on under this name, without a question."""
        answer = self._session.answers.get(key)
        return answer.value if answer is not None and answer.seeded else default

    def missed(self, key: str) -> str:
        """What she typed at this choice and nothing matched, before she said that it is none of these."""
        answer = self._session.answers.get(key)
        return answer.text if answer is not None and not answer.seeded and answer.value == NONE else ""

    # -- how -----------------------------------------------------------------------------------------------------

    def _choose(
        self, key: str, options: Sequence[Any], none: str | None, match: Match | None, subject: dict[str, Any]
    ) -> Any:
        rows = [_option(o) for o in options]
        if none is not None:
            rows.append(Option(NONE))
        question = self._question(key, "one", subject, rows)
        by_id: dict[str, Any] = {_id(o): o for o in options}
        return by_id.get(str(self._answer(question, Reading(match=match))))

    def _question(self, key: str, kind: Kind, subject: Mapping[str, Any], options: Sequence[Option]) -> Question:
        """`show` among the subject: what stands beside the question and may change without making it another one."""
        named = {k: plain(v) for k, v in subject.items() if k != "show"}
        beside = {k: plain(v) for k, v in subject.get("show", {}).items()}
        name = f"{self._flow}.{key}"
        return Question(name, key, kind, identity(name, kind, named), {**named, **beside}, tuple(options))

    def _answer(self, question: Question, reading: Reading) -> Any:
        if self.asked.setdefault(question.key, question.of) != question.of:
            raise AskedTwice(question.name)
        answer = self._session.answers.get(question.key)
        # Rule 2: an answer counts only for the question as it was read.
        if answer is None or answer.of not in (None, question.of) or not _fits(answer.value, question, reading):
            raise Stopped(question, reading)
        if answer.of is None:
            chosen = question.kind not in ("value", "text", "many")
            self.used[question.key] = replace(
                answer, of=question.of, value=str(answer.value) if chosen else answer.value
            )
        return answer.value

    def _settle_doubt(self, asked: Question, reading: Reading, value: Any, reason: str) -> None:
        subject = {**asked.subject, "value": plain(value), "reason": reason}
        name = f"{asked.name}?"
        question = Question(
            name,
            f"{asked.key}?",
            "doubt",
            identity(name, "doubt", subject),
            subject,
            (Option(YES), Option(AGAIN)),
            Note(reason, subject),
        )
        if self._answer(question, Reading(doubted=(asked, reading))) == AGAIN:
            raise Redo(asked.key, f"{asked.key}?", note=self._typed(asked.key))

    def _typed(self, key: str) -> tuple[str, Note] | None:
        """What she typed there before, so that she sees what is to be replaced."""
        answer = self._session.answers.get(key)
        return (key, Note("again", {"text": quoted(answer.text)})) if answer is not None and answer.text else None


def _fits(value: Any, question: Question, reading: Reading) -> bool:
    """Could what is on file still be given to this question today? Options and bounds change; so does the program."""
    if question.kind in ("value", "text"):
        if value == SKIPPED:
            return any(o.id == SKIP for o in question.options)
        return isinstance(value, str) if question.kind == "text" else reading.allows(value)
    if question.kind == "many":
        return isinstance(value, list)
    return any(o.id == str(value) for o in question.options)


def _id(option: Any) -> str:
    return option if isinstance(option, str) else str(option.id)


def _option(option: Any) -> Option:
    if isinstance(option, str):
        return Option(option)
    return Option(str(option.id), option.name, tuple(getattr(option, "aka", ())))
