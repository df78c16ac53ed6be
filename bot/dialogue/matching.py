"""Which of the options a typed reply means: by number, by name, by part of a name, "semua kecuali 2 5"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.dialogue.question import Option, Words

Match = Callable[[str, Sequence[Option]], Sequence[str]]

ALL = {"semua", "semuanya", "all", "lengkap"}
LIST = {"daftar", "list", "semua", "siapa saja", "lihat daftar"}
NOBODY = {"tidak ada", "tdk ada", "ga ada", "gak ada", "nihil", "kosong", "tidak", "0"}
EXCEPT = re.compile(r"\b(?:kecuali|selain|except)\b")


def folded(text: str) -> str:
    """Lower case, one space, no dots or stray marks at the ends."""
    return " ".join(re.sub(r"[^\w\s'’-]", " ", text.casefold()).split())


def names(option: Option, question: str, words: Words) -> tuple[str, ...]:
    said = (option.label, *option.keywords) if option.label else (*words.option_words(question, option.id),)
    return tuple(folded(s) for s in (*said, *option.keywords) if s)


def find(
    text: str,
    options: Sequence[Option],
    question: str,
    words: Words,
    match: Match | None,
    rows: Sequence[Option] | None = None,
) -> list[str]:
    """The ids that `text` can mean, best kind of match only. `rows`: the options as numbered on the screen."""
    said = folded(text)
    number = re.fullmatch(r"(?:no\.? ?|nomor )?(\d{1,3})", said)
    if number:
        row, listed = int(number[1]), options if rows is None else rows
        return [listed[row - 1].id] if 1 <= row <= len(listed) else []
    known = [(o.id, names(o, question, words)) for o in options]
    exact = [i for i, all_names in known if said in all_names]
    if exact or not said:
        return exact
    if match is not None:
        listed = [o for o in options if o.label]
        found = list(match(text, listed))
        if found:
            return found
    part = [i for i, all_names in known if any(begins(said, n) for n in all_names)]
    return part or [i for i, all_names in known if len(said) > 2 and any(said in n for n in all_names)]


def begins(said: str, name: str) -> bool:
    """Every typed word begins a word of the name ("neng sal" is Neng Salma)."""
    rest = name.split()
    for word in said.split():
        hit = next((k for k, n in enumerate(rest) if n.startswith(word)), None)
        if hit is None:
            return False
        rest = rest[hit + 1 :]
    return True


def find_many(
    text: str, options: Sequence[Option], question: str, words: Words, match: Match | None
) -> list[str] | None:
    """Several at once; None when some part of the text means nothing or could mean two."""
    said = folded(text)
    every = [o.id for o in options]
    if said in NOBODY:
        return []
    if said in ALL:
        return every
    head, *tail = EXCEPT.split(said, maxsplit=1)
    if tail:
        if head.strip() and head.strip() not in ALL:
            return None
        left_out = each(text[EXCEPT.search(text.casefold()).end() :], options, question, words, match)  # type: ignore[union-attr]
        return None if left_out is None else [i for i in every if i not in left_out]
    return each(text, options, question, words, match)


def each(text: str, options: Sequence[Option], question: str, words: Words, match: Match | None) -> list[str] | None:
    parts = [p for p in re.split(r"[,;\n/&+]|\bdan\b|\bsama\b", text) if p.strip()]
    if len(parts) == 1 and re.fullmatch(r"[\s\d]+", parts[0]):
        parts = parts[0].split()
    out: list[str] = []
    for part in parts:
        found = find(part, options, question, words, match)
        if len(found) != 1:
            return None
        out += found
    return list(dict.fromkeys(out))
