"""Reads the catalogue files of a language and says their texts."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.locales.forms import Speaker

HERE = Path(__file__).parent


class NoWords(KeyError):
    """A key without words: our bug, found by the test that reads every key of every flow."""


class Catalogue:
    """All words of one language. Texts are strings, or tables with `text` and what belongs to a question."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words: dict[str, Any] = {}
        for file in sorted((HERE / language).glob("*.toml")):
            _merge(self._words, tomllib.loads(file.read_text(encoding="utf-8")))
        self._speaker = Speaker(language, self.say, self.has)

    def find(self, key: str) -> Any:
        """What the files hold under a dotted key, or None. A doubt's key ends in "?"."""
        here: Any = self._words
        for part in key.split("."):
            if not isinstance(here, dict) or part not in here:
                return None
            here = here[part]
        return here

    def has(self, key: str) -> bool:
        return self._text(key) is not None

    def _text(self, key: str) -> str | None:
        found = self.find(key)
        if isinstance(found, dict):
            found = found.get("text")
        if isinstance(found, list):
            found = found[0]
        return found if isinstance(found, str) else None

    def say(self, key: str, **values: Any) -> str:
        text = self._text(key)
        if text is None:
            raise NoWords(f"no words for {key} in {self.language}")
        return self._speaker.vformat(text.strip("\n"), (), values)

    def first(self, *keys: str, **values: Any) -> str:
        """The first of the keys that has words."""
        for key in keys:
            if self.has(key):
                return self.say(key, **values)
        raise NoWords(f"no words for any of {', '.join(keys)} in {self.language}")

    def option_words(self, question: str, option: str) -> tuple[str, ...]:
        """The label of a fixed option of a question, then other words that mean it."""
        for key in (f"{question}.options.{option}", f"options.{option}"):
            found = self.find(key)
            if found is not None:
                return tuple(found) if isinstance(found, list) else (str(found),)
        return ()

    def below(self, table: str) -> tuple[str, ...]:
        """The dotted keys of the texts that stand in a table."""
        found = self.find(table)
        return tuple(f"{table}.{name}" for name in found) if isinstance(found, dict) else ()

    def keys(self) -> set[str]:
        """Every dotted key that has a text."""
        out: set[str] = set()

        def walk(table: dict[str, Any], path: str) -> None:
            for name, value in table.items():
                if isinstance(value, dict):
                    walk(value, f"{path}{name}.")
                else:
                    out.add(f"{path}{name}")

        walk(self._words, "")
        return out


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; Indonesian when there is none."""
    return Catalogue(language if language in languages() else "id")


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(p.name for p in HERE.iterdir() if p.is_dir() and any(p.glob("*.toml"))))
