"""The words drawn in pictures, from `bot/locales/<language>/pictures.toml`, and numbers and dates in their form.

A picture takes `words`, a function from key ("keluarga.next_day") to text: the caller may bring its own catalogue.
"""

import tomllib
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib import resources

Words = Callable[[str], str]


@lru_cache(maxsize=4)
def _texts(language: str) -> dict[str, str]:
    file = resources.files("bot.locales").joinpath(language, "pictures.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, texts in tables.items() for key, text in texts.items()}


def words_of(language: str) -> Words:
    """The catalogue of a language ("id", "en"). A missing language or key is our bug: FileNotFoundError, KeyError."""
    return _texts(language).__getitem__


def indonesian(key: str) -> str:
    """The default words."""
    return _texts("id")[key]


def kilograms(grams: int, words: Words) -> str:
    """8400 -> "8,4"; 8450 -> "8,45": a scale of 50 g steps keeps its second decimal, tenths are always shown."""
    whole, rest = divmod(grams, 1000)
    decimals = f"{rest:03d}".rstrip("0") or "0"
    return f"{whole}{words('form.decimal')}{decimals}"


def centimetres(millimetres: int, words: Words) -> str:
    """702 -> "70,2"."""
    return f"{millimetres // 10}{words('form.decimal')}{millimetres % 10}"


def day(moment: date, words: Words) -> str:
    """date(2026, 11, 12) -> "12 Nov 2026"."""
    return f"{moment.day} {words('form.months').split()[moment.month - 1]} {moment.year}"
