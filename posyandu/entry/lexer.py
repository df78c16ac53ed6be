"""A typed line as items: words with what they do, numbers, dates, times, codes and signs.

Joined words come apart, spoken numbers become numbers, phrases ("lingkar lengan atas") become one item. Nothing is
judged here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from posyandu.child_code import looks_like_code
from posyandu.entry.dates import SaidDate, said_dates
from posyandu.entry.item import Item
from posyandu.entry.numerals import (
    COMMA,
    Number,
    fraction_words,
    from_digits,
    half,
    is_any_number_word,
    is_number_word,
    spoken,
)
from posyandu.entry.spaced import spaced_decimals
from posyandu.entry.typed import apart
from posyandu.entry.vocabulary import LONGEST_PHRASE, NOTHING, phrase_tags, word_tags

MOST_CHARACTERS = 400  # a line longer than this is no entry


_PIECE = re.compile(
    r"(?P<phone>(?:\+?62|\b0)[\s-]?8\d[\d\s-]{6,13}\d)|(?P<digits>\d{7,})"
    r"|(?P<time>(?<![\d.,])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d]))"
    r"|(?P<fraction>(?<![\d/.,])(?P<whole>\d{1,2})\s+(?P<part>1/2|1/4|3/4)(?![\d/]|[.,]\d))"
    r"|(?P<cut>\d+(?:,\.+|[.,][_…]+|[.,]{2,}(?=\s*(?:kg|kilo|cm|gr)\b))(?!\d))"
    r"|(?P<number>\d+(?:[.,]{1,2}\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<sign>->|=>|→|[^\w\s])"
)
_CODE = re.compile(
    r"(?<![^\W_])(?=[^\W_.-]*[.-]?[^\W_]*\d)(?:[^\W\d_]|\d+[^\W\d_])[^\W_]*(?:[.-][^\W_]+)*(?![^\W_]|[.,]\d)"
)
_ENGLISH = re.compile(r"\d{1,3}(?:\.\d{1,2})?")  # "11.5,89,15.2": points for decimals, commas between
_TURNED = frozenset(("genap", "umur", "usia", "baru", "pas"))
_ONE = {"semeter": "meter", "samenter": "meter", "sameter": "meter", "sekilo": "kilo", "sakilo": "kilo"}
_NOUGHT = frozenset(("kosong",))
_YESTERDAY = frozenset(("kemarin", "kmrn", "kemaren", "kmren", "kmarin"))
_PARTS = {"1/2": 500, "1/4": 250, "3/4": 750}


def items(text: str, on: date, *, names: frozenset[str] = NOTHING, codes: frozenset[str] = NOTHING) -> list[Item]:
    """The pieces of a cleaned line. `names`: words of the roster, never swallowed by a phrase; `codes`: its codes, in
    small letters."""
    pieces = list(_pieces(text[:MOST_CHARACTERS], on, names, codes))
    return spaced_decimals(_letters(_phrases(_spoken(_doubted(pieces)), names)))


def _pieces(text: str, on: date, names: frozenset[str], codes: frozenset[str]) -> Iterator[Item]:
    whole = {d.start: d for d in said_dates(text, on)} | {m.start(): m for m in _codes(text, codes)}
    at = 0
    while at < len(text):
        glued = at > 0 and text[at - 1] != " "
        found = whole.get(at)
        if found is not None:
            end = found.end if isinstance(found, SaidDate) else found.end()
            day = found.day if isinstance(found, SaidDate) else None
            yield Item("date" if isinstance(found, SaidDate) else "code", text[at:end], at, end, day=day, glued=glued)
            at = end
            continue
        limit = min((place for place in whole if place > at), default=len(text))
        match = _PIECE.match(text, at, limit)
        if match is None:
            at += 1
            continue
        yield from _piece(match, glued, names)
        at = match.end()


def _codes(text: str, codes: frozenset[str]) -> list[re.Match[str]]:
    if not codes:
        return []
    given = _has_short_codes(codes)  # then a code with a slip is noticed too
    return [m for m in _CODE.finditer(text) if m[0].casefold() in codes or (given and looks_like_code(m[0]))]


@lru_cache(maxsize=64)
def _has_short_codes(codes: frozenset[str]) -> bool:
    return any(looks_like_code(c) for c in codes)


def _piece(m: re.Match[str], glued: bool, names: frozenset[str]) -> list[Item]:
    start, end, text = m.start(), m.end(), m.group()
    if m["word"] and (one := _ONE.get(text.lower())):
        return [
            Item("number", text, start, end, number=Number(1000, spoken=True), glued=glued),
            Item("word", one, start, end),
        ]
    if m["word"]:
        parts = apart(text.lower().replace("'", ""), names)
        return [Item("word", word, start, end, glued=glued and n == 0) for n, word in enumerate(parts)]
    if m["fraction"]:
        number = Number(int(m["whole"]) * 1000).plus(_PARTS[m["part"]])
        return [Item("number", text, start, end, number=number, glued=glued)]
    if m["cut"] and (cut := from_digits(re.sub(r"\D", "", text), odd=True)):
        return [Item("number", text, start, end, number=cut, glued=glued)]
    if m["number"] and (numbers := _numbers(text)):
        return [Item("number", text, start, end, number=n, glued=glued) for n in numbers]
    kind = "time" if m["time"] else "sign" if m["sign"] else "digits"
    return [Item(kind, text, start, end, glued=glued)]


def _numbers(text: str) -> list[Number]:
    """One number, or the two that a list like "11,2,83" can only mean; an odd one where the writing leaves a doubt."""
    groups, signs = re.split(r"[.,]+", text), re.findall(r"[.,]+", text)
    if "." in text and all(_ENGLISH.fullmatch(part) for part in text.split(",")) and "," in text:
        return [n for part in text.split(",") if (n := from_digits(*part.split("."))) is not None]
    if len(signs) > 1:
        first = from_digits(groups[0])
        listed = [] if set(signs) == {"."} else _two_measures(groups)  # "7.3.64" may be a date with a slip
        return listed or ([replace(first, odd=True)] if first else [])
    if not signs:
        number = from_digits(text)
        return [number] if number else []
    twice = len(signs[0]) > 1 and not (signs[0] == ",," and len(groups[1]) == 1)
    clock = signs[0] == "." and len(groups[0]) == len(groups[1]) == 2 and groups[0][0] == "0"
    return [from_digits(groups[0], groups[1], odd=twice or clock) or Number(0, odd=True)]


def _two_measures(groups: list[str]) -> list[Number]:
    """ "11,2,83,5" as a weight and a length, when there is one way only to read it so."""
    readings = []
    for cut in range(1, len(groups)):
        parts = groups[:cut], groups[cut:]
        if all(len(p) <= 2 and (len(p) == 1 or len(p[1]) <= 2) for p in parts):
            first, second = (from_digits(p[0], p[1] if len(p) == 2 else "") for p in parts)
            if first and second and 1500 <= first.milli < 40_000 <= second.milli <= 130_000:
                readings.append([first, second])
    return readings[0] if len(readings) == 1 else []


def _doubted(pieces: list[Item]) -> list[Item]:
    """ "8x4", "8l4": a number with something in it that is no unit and no label is odd."""
    found = list(pieces)
    for place, (before, middle) in enumerate(pairwise(pieces)):
        after = pieces[place + 2] if place + 2 < len(pieces) else None
        if after is None or after.number is None or before.number is None or middle.kind != "word":
            continue
        if middle.glued and after.glued and word_tags(middle.text).isdisjoint(("unit", "label", "time")):
            found[place + 2] = replace(after, number=replace(after.number, odd=True))
    return found


def _spoken(pieces: list[Item]) -> list[Item]:
    """Number words become numbers; "11 koma 2" and "9 setengah" too."""
    found: list[Item] = []
    at = 0

    def word(place: int) -> str:
        return pieces[place].text if place < len(pieces) and pieces[place].kind == "word" else ""

    while at < len(pieces):
        piece, number, end = pieces[at], pieces[at].number, at + 1
        beside = at > 0 and pieces[at - 1].number is not None
        nought = word(at) in _NOUGHT and word(at + 1) not in COMMA and not beside  # "kosong bulan ini"
        if (
            not nought
            and is_number_word(word(at), regional=_beside_number(pieces, at))
            and (said := spoken(word, at)) is not None
        ):
            number, end = said
        if number is None:
            found.append(piece)
        else:
            if number.whole:
                number, end = _with_rest(number, end, pieces)
            found.append(Item("number", piece.text, piece.start, pieces[end - 1].end, number=number, glued=piece.glued))
        at = end
    return found


def _with_rest(number: Number, end: int, pieces: list[Item]) -> tuple[Number, int]:
    """ "koma 2", "koma dua lima", "setengah", "tiga perempat" after a whole number, and the place after it."""

    def word(place: int) -> str:
        return pieces[place].text if place < len(pieces) and pieces[place].kind == "word" else ""

    if word(end) in COMMA:
        following = pieces[end + 1] if end + 1 < len(pieces) else None
        typed = following is not None and following.number is not None and following.number.whole
        said = (following.text, end + 2) if following and typed else fraction_words(word, end + 1)
        joined = from_digits(str(number.milli // 1000), said[0]) if said else None
        return (replace(joined, spoken=True), said[1]) if said and joined else (number, end)
    if number.milli >= 130_000:
        return number, end
    if (part := half(word(end))) is not None:
        return number.plus(part), end + 1
    if (word(end), word(end + 1)) == ("tiga", "perempat"):
        return number.plus(750), end + 2
    return number, end


def _beside_number(pieces: list[Item], at: int) -> bool:
    """Regional number words ("tilu", "sanga") count only beside a number word, a label or a unit."""
    beside = [pieces[i].text for i in (at - 1, at + 1) if 0 <= i < len(pieces) and pieces[i].kind == "word"]
    return any(is_any_number_word(w) or not word_tags(w).isdisjoint(("label", "unit", "time")) for w in beside)


def _phrases(pieces: list[Item], names: frozenset[str]) -> list[Item]:
    found: list[Item] = []
    at = 0
    while at < len(pieces):
        piece, length = _phrase(pieces, at, names)
        found.append(piece)
        at += length
    return found


def _phrase(pieces: list[Item], at: int, names: frozenset[str]) -> tuple[Item, int]:
    """The longest phrase that begins here, and how many pieces it takes."""
    piece = pieces[at]
    if piece.kind not in ("word", "sign"):
        return piece, 1
    run = 0
    aged = at > 1 and pieces[at - 1].kind == "number" and pieces[at - 2].text in _TURNED
    counted = aged and not word_tags(piece.text).isdisjoint(("time",))
    yesterday = at + 1 < len(pieces) and pieces[at + 1].text in _YESTERDAY
    if counted and yesterday:
        return replace(piece, tags=word_tags(piece.text)), 1  # "genap 6 bln kemarin"
    while run < LONGEST_PHRASE and at + run < len(pieces) and pieces[at + run].kind == "word":
        run += 1
    for length in range(run, 1, -1):
        words = tuple(p.text for p in pieces[at : at + length])
        if (tags := phrase_tags(words)) and (names.isdisjoint(words) or _is_of_time(tags, names, words)):
            return replace(piece, text=" ".join(words), end=pieces[at + length - 1].end, tags=tags), length
    return replace(piece, tags=word_tags(piece.text)), 1


def _is_of_time(tags: frozenset[str], names: frozenset[str], words: tuple[str, ...]) -> bool:
    """ "bulan ini", where a Sari Bulan is on the list."""
    said = not tags.isdisjoint(("doubt.now", "doubt.past", "doubt.plan"))
    return said and all("time" in word_tags(w) for w in words if w in names)


def _letters(found: list[Item]) -> list[Item]:
    """ "b 11,2 t 83": single letters as labels, when just these two stand before a number."""
    before = {i.text: place for place, (i, after) in enumerate(pairwise(found)) if after.kind == "number"}
    length = next((x for x in ("t", "p") if x in before), None)
    if "b" in before and length is not None and sum(len(text) == 1 for text in before) == 2:
        for letter, tag in (("b", "label.weight"), (length, "label.length")):
            found[before[letter]] = replace(found[before[letter]], tags=frozenset(("label", tag)))
    return found
