"""What stands on the screen: a question, whom it is about, and what may be answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Kind = Literal["one", "many", "text", "value", "yes", "confirm", "doubt", "change"]

NONE = "-"  # the option id of "none of these"
SKIP = "skip"
SKIPPED = {"skip": True}  # the value on file of a question that was skipped
YES, NO = "yes", "no"
SAVE, CHANGE, CANCEL = "save", "change", "cancel"
AGAIN = "again"
MOST_LISTED = 10
QUOTED = 80  # characters of a reply that a note repeats


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen. `label` is empty for fixed options: the catalogue has their words."""

    id: str
    label: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """Why a question is shown (again): a code with words in the catalogue, and their variables."""

    code: str
    vars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question as it was put: `name` ("weighing.weight") finds its words, `of` is its identity."""

    name: str
    key: str
    kind: Kind
    of: str
    subject: Mapping[str, Any]
    options: tuple[Option, ...] = ()
    note: Note | None = None
    narrowed: bool = False  # the options are only those that matched what was typed

    @property
    def listed(self) -> bool:
        """Do the options stand on the screen? A long register does not: she types a name, or asks for the list."""
        return self.narrowed or self.kind != "one" or len(self.options) <= MOST_LISTED


class Words(Protocol):
    """What the kernel must know of the catalogue to read a typed reply."""

    def option_words(self, question: str, option: str) -> tuple[str, ...]:
        """The label of a fixed option first, then other words that mean it."""
        ...


def plain(value: Any) -> Any:
    """A named thing as it goes to the words and to file: objects become their id and name."""
    if hasattr(value, "id") and hasattr(value, "name"):
        short = getattr(value, "short", None)
        return {"id": str(value.id), "name": value.name, **({"short": short} if short else {})}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"a question can name ids, names, numbers and texts, not {type(value).__name__}")


def quoted(text: str) -> str:
    """What she typed, as it is quoted back to her."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


def identity(name: str, kind: Kind, subject: Mapping[str, Any]) -> str:
    """The short digest of a question's name, of how it is answered, and of the things named in it (id *and* name)."""
    text = json.dumps([name, kind, subject], sort_keys=True)
    return hashlib.blake2s(text.encode(), digest_size=5).hexdigest()
