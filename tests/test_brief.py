"""On WhatsApp staff read a short name, the child's code and N or T. What more there is stays for *detail* or Telegram.

Held over every word of the catalogue: whatever names somebody and says how she is, is said there in a short form that
does not. Questions are another matter: what she has just typed is read back before it is saved.
"""

from __future__ import annotations

import re
import string
from functools import cache

import pytest

from bot.flows import FLOWS
from bot.locales.catalogue import Catalogue, languages
from tests.test_words import FAMILY, FAMILY_KEYS

words = {language: Catalogue(language) for language in languages()}
KEYS = sorted(words["id"].keys())
# Values that say how somebody is: measures, their change, categories, findings, what was seen or done.
FIGURES = {"kg", "kgn", "gram", "signed", "cm", "cmn", "z"}
TABLES = {
    "category", "index", "kasus_code", "kasus_did", "kasus_step", "status_word", "seen_word", "vita_colour",
    "asi_word", "oedema_word",
}  # fmt: skip
STATUS = re.compile(
    r"BB/|TB/U|PB/U|LiLA|BGM|\b2T\b|garis (merah|oranye)|\bgizi\b|stunting|pendek|\bkurang\b|sakit|\bPMT\b|bengkak|"
    r"membaik|pulih|tidak terbukti|dirujuk|MUAC|underweight|wasted|stunted|red line|orange line|swollen|recover|"
    r"improved|ill\b|below 23|di bawah 23",
    re.IGNORECASE,
)
PARSER = string.Formatter()
PERSON = {"child", "mother", "name", "code"}


@cache
def parsed(key: str, language: str) -> list[tuple[str, str, str]]:
    """(fixed words, variable, form) of each part of a text; nothing for buttons and their synonyms."""
    text = words[language].find(key)
    if not isinstance(text, str):
        return []
    return [(fixed, re.split(r"[.\[]", name or "")[0], form or "") for fixed, name, form, _ in PARSER.parse(text)]


@cache
def rows(prefix: str) -> list[str]:
    """The keys of a row and of its kinds: "kasus.digest_row", "kasus.digest_row_new"."""
    return [key for key in KEYS if key == prefix or key.startswith(f"{prefix}_")]


def parts(key: str, language: str = "id") -> list[tuple[str, str, str]]:
    """The same with the rows that it says."""
    own = parsed(key, language)
    listed = [one for _, _, form in own if form.startswith(("each ", "inline ")) for one in rows(form.split(" ")[1])]
    return own + [part for one in listed for part in parts(one, language)]


def tells(key: str, language: str = "id") -> bool:
    """Does this text say how somebody is?"""
    forms = {form for _, _, form in parts(key, language)}
    tables = {form[4:] for form in forms if form.startswith("say ")}
    said = " ".join(fixed for fixed, _, _ in parts(key, language))
    return bool(forms & FIGURES or tables & TABLES or STATUS.search(said))


def about_somebody(key: str) -> bool:
    return bool({name for _, name, _ in parts(key)} & PERSON)


SAID_BY_OTHERS = {
    row
    for key in KEYS
    for _, _, form in parsed(key, "id")
    if form.startswith(("each ", "inline ", "say "))
    for row in (rows(form.split(" ")[1]) or [k for k in KEYS if k.startswith(f"{form.split(' ')[1]}.")])
}


def said_to_staff() -> list[str]:
    """Keys that stand for themselves in a message to staff: no question, no row of another text, nothing for families,
    nothing that is drawn or printed."""
    return [
        key
        for key in KEYS
        if not key.startswith(ELSEWHERE)
        and not any(key == f or key.startswith(f"{f}.") for f in FAMILY)
        and not FAMILY_KEYS.match(key)
        and not (key.split(".")[0] in FLOWS and key.count(".") > 1)
        and key not in SAID_BY_OTHERS
    ]


# advice: what the mother is told in the kader's words; session.unread: her own lines, given back;
# the rest is no message, or of nobody, or of oneself.
ELSEWHERE = (
    "brief.", "advice.", "options.", "notes.", "doubt.", "commands.", "legend.", "petugas.", "picture.bottom", "cli.",
    "imports.", "sheets.", "help.", "recap.", "quality.", "digest.weighed", "aid.sponsors", "my_data.",
    "session.unread",
)  # fmt: skip


def test_what_says_how_somebody_is_has_a_short_form() -> None:
    found = [key for key in said_to_staff() if tells(key)]
    assert len(found) > 20
    assert {key for key in found if not words["id"].has(f"brief.{key}")} == set()


@pytest.mark.parametrize("language", languages())
def test_the_short_form_does_not_tell(language: str) -> None:
    every = words[language].keys()
    short = [key for key in every if key.startswith("brief.")]
    assert set(short) >= {key for key in KEYS if key.startswith("brief.")}
    assert {key for key in short if tells(key, language)} == set()


def test_the_short_form_is_for_staff_only_and_needs_no_value_that_the_long_one_lacks() -> None:
    for key in (one.removeprefix("brief.") for one in KEYS if one.startswith("brief.") and one != "brief.more"):
        if f"brief.{key}" in SAID_BY_OTHERS:
            continue
        assert words["id"].has(key), f"brief.{key} is short for nothing"
        assert not any(key.startswith(f"{f}.") for f in FAMILY), f"{key} is read by families"
        own = {name for _, name, form in parsed(f"brief.{key}", "id") if name}
        assert own <= {name for _, name, _ in parsed(key, "id")} | {"child", "code", "on"}, key
