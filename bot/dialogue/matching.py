"""Which of the options a typed reply means: by number, by name, by part of a name, "semua kecuali 2 5"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.question import Option, Words

Match = Callable[[str, Sequence[Option]], Sequence[str]]

ALL = {"semua", "semuanya", "all", "lengkap"}
LIST = {
    "daftar", "list", "semua", "siapa saja", "lihat daftar", "daftar anak", "daftar nama", "nama anak", "lihat semua",
    "semua anak", "lihat nama",
}  # fmt: skip
NOBODY = {"tidak ada", "tdk ada", "ga ada", "gak ada", "nihil", "kosong", "tidak", "0"}
EXCEPT = re.compile(r"\b(?:kecuali|selain|except)\b", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r"[,;\n/&+]|\bdan\b|\bsama\b", re.IGNORECASE)
STRAY = re.compile(r"[^\w\s'’-]")
ROW = re.compile(r"(?:no |nomor )?(\d{1,3})")
LONGEST_NAME = 120  # what is longer names nothing, and is not worth comparing
SHORTEST_PART = 3  # letters of a word's middle, or of a fixed option's beginning, that are enough


class Unclear(Exception):
    """A part of a reply that names several: it means nothing, or could mean two."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part.strip()


@dataclass(frozen=True)
class Screen:
    """What a reply is read against: the options as they are now, and the ids of the rows as they were shown."""

    question: str
    options: Sequence[Option]
    rows: Sequence[str]
    words: Words
    match: Match | None = None


def folded(text: str) -> str:
    """Lower case, one space, no dots or stray marks."""
    return " ".join(STRAY.sub(" ", text.casefold()).split())


def find(text: str, screen: Screen) -> list[str]:
    """The ids that `text` can mean, best kind of match only.

    A number is a row as it was shown, even if its option has gone since; or a whole name, never part of one. A name
    may be any option's; of several, those that stood on the screen come first.
    """
    if len(text) > LONGEST_NAME:
        return []
    number = ROW.fullmatch(folded(text))
    if number:
        on_screen = 1 <= int(number[1]) <= len(screen.rows)
        return [screen.rows[int(number[1]) - 1]] if on_screen else exactly(text, screen)
    found = by_name(text, screen)
    return [i for i in found if i in screen.rows] or found


def by_name(text: str, screen: Screen) -> list[str]:
    """The whole name; else what `match` finds; else words that begin its words, in order; else letters inside it."""
    names = {o.id: spoken(o, screen) for o in screen.options}
    exact = named(text, names)
    said = folded(text)
    if exact or not said:
        return exact
    listed = [o for o in screen.options if o.label]
    if screen.match is not None:
        matched = set(screen.match(text, listed))
        if found := [o.id for o in listed if o.id in matched]:
            return found
    fixed = [o.id for o in screen.options if not o.label and opens(said, names[o.id])]
    if found := fixed + [o.id for o in listed if any(begins(said, n) for n in names[o.id])]:
        return found
    if len(said) < SHORTEST_PART:
        return []
    return [o.id for o in listed if any(said in n for n in names[o.id])]


def exactly(text: str, screen: Screen) -> list[str]:
    """The options that have just this name."""
    return named(text, {o.id: spoken(o, screen) for o in screen.options})


def named(text: str, names: Mapping[str, set[str]]) -> list[str]:
    """Whose name is this? A sign like 👍 counts as it is written."""
    said = {folded(text), text.strip().casefold()} - {""}
    return [i for i, known in names.items() if said & known]


def spoken(option: Option, screen: Screen) -> set[str]:
    """Every name of an option. A fixed option has those of the catalogue."""
    own = [option.label] if option.label else screen.words.option_words(screen.question, option.id)
    every = [*own, *option.keywords]
    return {f for n in every for f in (folded(n), n.strip().casefold()) if f}


def begins(said: str, name: str) -> bool:
    """Every typed word begins a word of the name, in order ("neng sal" is Neng Salma)."""
    rest = name.split()
    for word in said.split():
        hit = next((k for k, n in enumerate(rest) if n.startswith(word)), None)
        if hit is None:
            return False
        rest = rest[hit + 1 :]
    return True


def opens(said: str, names: Iterable[str]) -> bool:
    """Is it how a fixed option begins? Never a word from its middle: "ada" is not "tidak ada"."""
    return any(f"{n} ".startswith(f"{said} ") or (len(said) >= SHORTEST_PART and n.startswith(said)) for n in names)


def find_many(text: str, screen: Screen) -> list[str]:
    """Several at once, in the order of the screen where all are meant. Raises Unclear."""
    said = folded(text)
    if said in NOBODY:
        return []
    if said in ALL:
        return every(screen)
    head, *tail = EXCEPT.split(text, maxsplit=1)
    if not tail:
        return each(text, screen)
    if not tail[0].strip() or (folded(head) and folded(head) not in ALL):
        raise Unclear(text)
    left_out = each(tail[0], screen)
    return [i for i in every(screen) if i not in left_out]


def every(screen: Screen) -> list[str]:
    """All that stood on the screen and still exist."""
    existing = {o.id for o in screen.options}
    return [i for i in screen.rows if i in existing]


def each(text: str, screen: Screen) -> list[str]:
    """One after the other: "2 5", "Adi, Cici dan Budi"."""
    parts: list[str] = []
    for part in BETWEEN_NAMES.split(text):
        parts += part.split() if re.fullmatch(r"[\s\d]+", part) else [part]
    out: list[str] = []
    for part in parts:
        if part.strip():
            found = find(part, screen)
            if len(found) != 1:
                raise Unclear(part)
            out += found
    if not out:
        raise Unclear(text)
    return list(dict.fromkeys(out))
