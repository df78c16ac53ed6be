"""What other systems call things here: a TOML file that the operator fills, because no such code may be guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

EXAMPLE = "ISI-"  # the values of the example files begin so: they stand for nothing
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")  # what FHIR allows as an id


class MissingCodes(Exception):
    """Codes that must be in the file and are not, by their place in it."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class Codes:
    """The tables of the file. `need` notes what is missing, so that one run names all of it."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.tables = tables
        self.missing: dict[str, None] = {}

    def find(self, *keys: str) -> str:
        """The code at this place; empty when there is none, or only what the example has."""
        found: Any = self.tables
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) and not found.startswith(EXAMPLE) else ""

    def need(self, *keys: str, shape: re.Pattern[str] | None = None) -> str:
        found = self.find(*keys)
        if not found or (shape is not None and not shape.fullmatch(found)):
            self.lack(*keys)
        return found

    def lack(self, *keys: str) -> None:
        self.missing[".".join(key if key.isidentifier() else f'"{key}"' for key in keys)] = None

    def check(self) -> None:
        """Raises MissingCodes when anything that was needed is not there."""
        if self.missing:
            raise MissingCodes(list(self.missing))
