"""Where a talk stands, as a few hundred bytes of JSON: the answers by name, and what was on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dialogue.question import plain


@dataclass(frozen=True)
class Answer:
    """One reply on file: the digest it was given to, its value and its text.

    `seeded`: not said but known from the flow before. Its `of` is None until a question first uses it; from then on
    it belongs to that question like any other answer (rule 2).
    """

    of: str | None
    value: Any
    text: str = ""
    seeded: bool = False


@dataclass(frozen=True)
class Session:
    """A talk with one person at one address. `shown` is the open question as it was put, or None."""

    flow: str | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    shown: dict[str, Any] | None = None
    parked: Session | None = None  # a talk that waits until this one is over

    def filed(self, key: str, answer: Answer) -> Session:
        before = self.answers.get(key)
        kept = self.without(key)
        if before is not None and before.seeded and isinstance(answer.value, str):
            kept = kept._without_loose_seeds()
        return replace(kept, answers={**kept.answers, key: answer})

    def without(self, *keys: str) -> Session:
        """These answers are taken back."""
        gone = [a for k, a in self.answers.items() if k in keys]
        kept = replace(self, answers={k: a for k, a in self.answers.items() if k not in keys})
        chosen = any(a.seeded and isinstance(a.value, str) for a in gone)
        return kept._without_loose_seeds() if chosen else kept

    def _without_loose_seeds(self) -> Session:
        """Seeds were known together, of one child: when she is not the one, those that no question has used yet go.

        A choice is a text on file; a seeded figure that is taken back is only itself.
        """
        return replace(self, answers={k: a for k, a in self.answers.items() if not (a.seeded and a.of is None)})

    def bound(self, used: Mapping[str, Answer]) -> Session:
        """Seeds that a question has used now belong to it."""
        return replace(self, answers={**self.answers, **used}) if used else self

    @property
    def begun(self) -> bool:
        """Has she answered anything here, or is it about a child that she named?"""
        return "child" in self.answers or any(not a.seeded for a in self.answers.values())

    def first(self, which: Callable[[Session], bool]) -> Session | None:
        """This talk or the first that waits below it, which is such a one."""
        if which(self):
            return self
        return self.parked.first(which) if self.parked is not None else None

    def dump(self) -> str:
        return json.dumps(self._plain(), ensure_ascii=False, separators=(",", ":"))

    def _plain(self) -> dict[str, Any]:
        plain = {
            "flow": self.flow,
            "answers": {k: [a.of, a.value, a.text, int(a.seeded)] for k, a in self.answers.items()},
            "shown": self.shown,
        }
        return plain | {"parked": self.parked._plain()} if self.parked else plain

    @classmethod
    def load(cls, text: str | None) -> Session:
        """Read a session back; one that cannot be read is an empty one, so that a person is never stuck."""
        try:
            return cls._read(json.loads(text or "{}"))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return cls()

    @classmethod
    def _read(cls, raw: dict[str, Any]) -> Session:
        answers = {k: Answer(a[0], a[1], a[2], bool(a[3])) for k, a in raw["answers"].items()}
        shown, parked = raw["shown"], raw.get("parked")
        return cls(
            raw["flow"], answers, {"of": shown["of"], **shown} if shown else None, cls._read(parked) if parked else None
        )

    @classmethod
    def start(cls, flow: str, seed: dict[str, Any] | None = None) -> Session:
        """A fresh talk. What the flow before already knows is on file for the first question that asks it."""
        return cls(flow, {k: Answer(None, plain(v), seeded=True) for k, v in (seed or {}).items()})
