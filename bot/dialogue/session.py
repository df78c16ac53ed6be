"""Where a talk stands, as a few hundred bytes of JSON: the answers by name, and what was on the screen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One reply on file: the digest it was given to (None: put there by the flow before), its value and its text."""

    of: str | None
    value: Any
    text: str = ""


@dataclass(frozen=True)
class Session:
    """A talk with one person at one address. `shown` is the open question as it was put, or None."""

    flow: str | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    shown: dict[str, Any] | None = None

    def filed(self, key: str, answer: Answer) -> Session:
        answers = {k: a for k, a in self.answers.items() if k != key}
        answers[key] = answer
        return replace(self, answers=answers)

    def without(self, *keys: str) -> Session:
        return replace(self, answers={k: a for k, a in self.answers.items() if k not in keys})

    def dump(self) -> str:
        return json.dumps(
            {
                "flow": self.flow,
                "answers": {k: [a.of, a.value, a.text] for k, a in self.answers.items()},
                "shown": self.shown,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def load(cls, text: str | None) -> Session:
        """Read a session back; one that cannot be read is an empty one, so that a person is never stuck."""
        try:
            raw = json.loads(text or "{}")
            answers = {str(k): Answer(a[0], a[1], a[2]) for k, a in (raw.get("answers") or {}).items()}
            return cls(raw.get("flow"), answers, raw.get("shown"))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return cls()

    @classmethod
    def start(cls, flow: str, seed: dict[str, Any] | None = None) -> Session:
        """A fresh talk. What the flow before already knows is put on file for any wording of the question."""
        return cls(flow, {k: Answer(None, v) for k, v in (seed or {}).items()})
