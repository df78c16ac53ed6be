"""A typed line as items: words with what they do, numbers, dates, times, codes and signs.

Emoji and control characters go; doubled words ("laki2"), joined ones ("9,2kg73,5cm", "bb11,2", "kgtb") come apart;
spoken numbers become numbers; phrases ("lingkar lengan atas") become one item. Nothing is judged here.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from posyandu.child_code import looks_like_code
from posyandu.entry.dates import said_dates
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
from posyandu.entry.vocabulary import LONGEST_PHRASE, NOTHING, phrase_tags, word_tags

MOST_CHARACTERS = 400  # a line longer than this is no entry


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a line. kind: word, number, sign, date, time, digits (phone, NIK), code."""

    kind: str
    text: str
    start: int
    end: int
    tags: frozenset[str] = NOTHING
    number: Number | None = None
    day: date | None = None
    glued: bool = False  # no space before it

    def has(self, *names: str) -> bool:
        """Is it in one of these lists ("unit.kg"), or in a list of one of these groups ("unit")?"""
        return any(n in self.tags or any(t.startswith(n + ".") for t in self.tags) for n in names)


_BEFORE = (
    (re.compile(r"(\d)\ufe0f?\u20e3"), r"\1. "), (re.compile("½"), " 1/2 "), (re.compile("¼"), " 1/4 "),
    (re.compile("¾"), " 3/4 "), (re.compile("[➡➜➔]"), " -> "), (re.compile("[‐-―−]"), "-"),
    (re.compile("[‘’`´]"), "'"),
)  # fmt: skip
_DOUBLED = re.compile(r"\b(anak|ibu|laki|kira|mudah|sama|jalan|ragu|bapak|rata|gerak|masing|hati|baik|pelan|kadang|temen)2(?=(?:an|nya)?\b)", re.I)  # fmt: skip
_TWICE = frozenset(("laki", "kira", "ragu", "jalan", "rata", "gerak"))
_PAIR = re.compile(r"\bdua[ -]dua(?:nya)?\b", re.I)
_DOTTED = re.compile(r"\b([btp])\.\s?b\b\.?|\b(l)\.\s?k\b\.?", re.I)
_ZERO = re.compile(r"(?<=\d)[oO](?=[\d.,\s]|$)|(?<=\d[.,])[oO](?=\D|$)")
_INNER = re.compile(r"(?<=[^\W\d_])[.\-_](?=[^\W\d_])")
_PIECE = re.compile(
    r"(?P<phone>(?:\+?62|\b0)[\s-]?8\d[\d\s-]{6,13}\d)|(?P<digits>\d{7,})"
    r"|(?P<time>(?<![\d.,])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d]))"
    r"|(?P<fraction>(?<![\d/.,])(?P<fw>\d{1,2})\s+(?P<ft>1/2|1/4|3/4)(?![\d/]|[.,]\d))"
    r"|(?P<number>\d+(?:[.,]{1,2}\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<sign>->|=>|→|[^\w\s])"
)
_GLUED_UNITS = ("kg", "cm", "gr", "gram", "ons", "kilo", "senti")
_GLUED_LABELS = ("bb", "tb", "pb", "lk", "lila")


def clean(text: str) -> str:
    """The text with one kind of space, dash and quote, without emoji and control characters."""
    for pattern, by in _BEFORE:
        text = pattern.sub(by, text)
    text = unicodedata.normalize("NFKC", text)
    kept = [" " if unicodedata.category(c) in ("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zs") and c not in "`" else c for c in text]  # fmt: skip
    text = _DOUBLED.sub(lambda m: f"{m[1]} {m[1]}" if m[1].lower() in _TWICE else m[1], "".join(kept))
    text = _DOTTED.sub(lambda m: f"{m[1]}b" if m[1] else "lk", text)
    text = _PAIR.sub("keduanya", text)
    return re.sub(r"\s+", " ", _INNER.sub(" ", _ZERO.sub("0", text))).strip()


def items(text: str, on: date, *, names: frozenset[str] = NOTHING, codes: frozenset[str] = NOTHING) -> list[Item]:
    """The pieces of a cleaned line. `names`: words of the roster, never swallowed by a phrase; `codes`: its codes."""
    text = text[:MOST_CHARACTERS]
    pieces = _pieces(text, on, names, codes)
    return _letters(_phrases(_spoken(_doubted(pieces)), names))


def _pieces(text: str, on: date, names: frozenset[str], codes: frozenset[str]) -> list[Item]:
    dates = {d.start: d for d in said_dates(text, on)}
    ids = {m.start(): m.end() for m in _codes(text, codes)}
    found: list[Item] = []
    at = 0
    while at < len(text):
        glued = at > 0 and text[at - 1] != " "
        if text[at] == " ":
            at += 1
        elif at in dates:
            end = dates[at].end
            found.append(Item("date", text[at:end], at, end, day=dates[at].day, glued=glued))
            at = end
        elif at in ids:
            found.append(Item("code", text[at : ids[at]], at, ids[at], glued=glued))
            at = ids[at]
        elif (m := _PIECE.match(text, at)) is not None:
            limit = min((d for d in dates if at < d < m.end()), default=m.end())
            if limit < m.end() and (cut := _PIECE.match(text[:limit], at)) is not None:
                m = cut
            found.extend(_piece(m, glued, names))
            at = m.end()
        else:
            at += 1
    return found


def _letters(found: list[Item]) -> list[Item]:
    """ "b 11,2 t 83": single letters as labels, when both stand before a number."""
    before = {i.text: n for n, (i, after) in enumerate(zip(found, found[1:], strict=False)) if after.kind == "number"}
    length = next((x for x in ("t", "p") if x in before), None)
    if "b" in before and length is not None and sum(len(text) == 1 for text in before) == 2:
        for letter, tag in (("b", "label.weight"), (length, "label.length")):
            found[before[letter]] = replace(found[before[letter]], tags=frozenset((tag,)))
    return found


def _doubted(pieces: list[Item]) -> list[Item]:
    """ "8x4", "8l4": a number with something in it that is no unit and no label is odd."""
    found = list(pieces)
    for before, middle, after in zip(range(len(pieces)), pieces[1:], pieces[2:], strict=False):
        joined = middle.kind == "word" and middle.glued and after.glued and pieces[before].number and after.number
        if joined and after.number and not any(t.startswith(("unit.", "label.", "time.")) for t in word_tags(middle.text)):
            found[before + 2] = replace(after, number=replace(after.number, odd=True))
    return found


def _codes(text: str, codes: frozenset[str]) -> list[re.Match[str]]:
    if not codes:
        return []
    listed = "|".join(re.escape(c) for c in sorted(codes, key=len, reverse=True))
    found = list(re.finditer(rf"(?<![^\W_])(?:{listed})(?![^\W_])(?![.,]\d)", text, re.I))
    if any(looks_like_code(c) for c in codes):  # a code with a slip is noticed too
        found += re.finditer(r"(?<![^\W_])[A-Za-z][.-]?\d[.-]?\d[.-]?\d(?![^\W_]|[.,]\d)", text)
    return found


def _piece(m: re.Match[str], glued: bool, names: frozenset[str]) -> list[Item]:
    start, end, text = m.start(), m.end(), m.group()
    if m["phone"] or m["digits"]:
        return [Item("digits", text, start, end, glued=glued)]
    if m["time"]:
        return [Item("time", text, start, end, glued=glued)]
    if m["fraction"]:
        part = {"1/2": 500, "1/4": 250, "3/4": 750}[m["ft"]]
        return [Item("number", text, start, end, number=Number(int(m["fw"]) * 1000).plus(part), glued=glued)]
    if m["number"]:
        return [Item("number", text, start, end, number=n, glued=glued) for n in _numbers(text)] or [Item("digits", text, start, end, glued=glued)]  # fmt: skip
    if m["word"]:
        word = text.lower().replace("'", "")
        return [replace(Item("word", w, start, end), glued=glued and i == 0) for i, w in enumerate(_apart(word, names))]
    return [Item("sign", text, start, end, glued=glued)]


def _numbers(text: str) -> list[Number]:
    """One number, or the two a list like "11,2,83" can only mean; an `odd` one where the writing leaves a doubt."""
    groups, signs = re.split(r"[.,]+", text), re.findall(r"[.,]+", text)
    if not signs:
        number = from_digits(text)
        return [number] if number else []
    if len(signs) == 1:
        odd = len(signs[0]) > 1 and not (signs[0] == ",," and len(groups[1]) == 1)
        odd = odd or (signs[0] == "." and len(groups[0]) == 2 and groups[0][0] == "0" and len(groups[1]) == 2)
        number = from_digits(groups[0], groups[1], odd=odd)
        return [number] if number else [Number(0, odd=True)]
    whole = from_digits(groups[0])
    return _two_measures(groups) or ([replace(whole, odd=True)] if whole else [])


def _two_measures(groups: list[str]) -> list[Number]:
    if not 2 <= len(groups) <= 4:
        return []
    readings = []
    for cut, *_ in product(range(1, len(groups))):
        parts = groups[:cut], groups[cut:]
        if all(len(p) <= 2 and (len(p) == 1 or len(p[1]) <= 2) for p in parts):
            pair = [from_digits(p[0], p[1] if len(p) == 2 else "") for p in parts]
            first, second = pair
            if first and second and 1500 <= first.milli < 40_000 <= second.milli <= 130_000:
                readings.append([first, second])
    return readings[0] if len(readings) == 1 else []


def _apart(word: str, names: frozenset[str]) -> list[str]:
    """Words typed together: "kgtb" -> kg, tb; "azzambb" -> azzam, bb."""
    if word in names or word_tags(word):
        return [word]
    for unit in _GLUED_UNITS:
        if word.startswith(unit) and (word_tags(word[len(unit) :]) or word[len(unit) :] in names):
            return [unit, word[len(unit) :]]
    for label in _GLUED_LABELS:
        if word.startswith(label) and word[len(label) :] in _GLUED_LABELS:
            return [label, word[len(label) :]]
        if word.endswith(label) and word[: -len(label)] in names:
            return [word[: -len(label)], label]
        if word.startswith(label) and word[len(label) :] in names:
            return [label, word[len(label) :]]
    return [word]


def _spoken(pieces: list[Item]) -> list[Item]:
    """Number words become numbers; "11 koma 2" and "9 setengah" too."""
    found: list[Item] = []
    at = 0

    def word(i: int) -> str:
        return pieces[i].text if i < len(pieces) and pieces[i].kind == "word" else ""

    while at < len(pieces):
        piece = pieces[at]
        number, end = piece.number, at + 1
        if piece.kind == "word" and is_number_word(piece.text, regional=_beside_number(pieces, at)):
            said = spoken(word, at)
            if said is not None:
                number, end = said
        if number is not None:
            number, end = _with_rest(number, end, pieces, word)
            last = pieces[end - 1]
            found.append(Item("number", piece.text, piece.start, last.end, number=number, glued=piece.glued))
        else:
            found.append(piece)
        at = end
    return found


def _with_rest(number: Number, end: int, pieces: list[Item], word: "object") -> tuple[Number, int]:
    """"koma 2" and "setengah" after a number that has no decimals yet."""
    get = word if callable(word) else lambda i: ""
    if not number.whole:
        return number, end
    if get(end) in COMMA:
        following = pieces[end + 1] if end + 1 < len(pieces) else None
        if following is not None and following.number is not None and following.number.whole:
            whole = from_digits(str(number.milli // 1000), following.text)
            return (replace(whole, spoken=True), end + 2) if whole else (number, end)
        if (said := fraction_words(get, end + 1)) is not None:
            whole = from_digits(str(number.milli // 1000), said[0])
            return (replace(whole, spoken=True), said[1]) if whole else (number, end)
    part = half(get(end))
    if part is not None and number.milli < 130_000:
        return number.plus(part), end + 1
    if get(end) == "tiga" and get(end + 1) == "perempat" and number.milli < 40_000:
        return number.plus(750), end + 2
    return number, end


def _beside_number(pieces: list[Item], at: int) -> bool:
    """Regional number words ("tilu", "sanga") count only beside a number word, a label or a unit."""
    for i in (at - 1, at + 1):
        if 0 <= i < len(pieces) and pieces[i].kind == "word":
            text = pieces[i].text
            if is_any_number_word(text) or any(t.startswith(("label.", "unit.")) for t in word_tags(text)):
                return True
    return False


def _phrases(pieces: list[Item], names: frozenset[str]) -> list[Item]:
    found: list[Item] = []
    at = 0
    while at < len(pieces):
        run = 0
        while run < LONGEST_PHRASE and at + run < len(pieces) and pieces[at + run].kind == "word":
            run += 1
        for length in range(run, 1, -1):
            part = pieces[at : at + length]
            tags = phrase_tags(tuple(p.text for p in part))
            if tags and not any(p.text in names for p in part):
                found.append(replace(part[0], text=" ".join(p.text for p in part), end=part[-1].end, tags=tags))
                at += length
                break
        else:
            piece = pieces[at]
            found.append(replace(piece, tags=word_tags(piece.text)) if piece.kind in ("word", "sign") else piece)
            at += 1
    return found
