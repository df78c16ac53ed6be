"""Typed text made plain before it is read: no emoji, one kind of space and dash, doubled and joined words apart."""

import re
import unicodedata

from posyandu.entry.vocabulary import is_ordinary, word_tags

_FIRST = (
    (re.compile(r"(\d)\ufe0f?\u20e3"), r"\1. "),  # keycaps number a list
    (re.compile("½"), " 1/2 "),
    (re.compile("¼"), " 1/4 "),
    (re.compile("¾"), " 3/4 "),
    (re.compile("[➡➜➔]"), " -> "),
    (re.compile("[‐-―−]"), "-"),
    (re.compile("[‘’`´]"), "'"),
)
_PLUS = re.compile(r"(?<=\d[.,]\d)\s*\+\s*(?=(?:[4-9]\d|1[01]\d)(?:[.,]\d)?(?![\d.,]))")  # "12,2+90": weight and height
_ROW = re.compile(r"(?<=\d\.\d),(?=(?:[4-9]\d|1[01]\d)(?:\.\d)?(?![\d.]))")  # "14.5,99" of a file with commas
_SPOKEN_END = re.compile(r"\s(?:koma|titik)\W*$", re.IGNORECASE)  # a voice typer ends her sentence
_AGAIN = re.compile(r"\b([^\W\d_]{4,})2(?:an|nya|in|e|na)?\b")  # "batuk2", "kejar2an"
_VERDICT = re.compile(
    r"\b(?:bb|tb|pb)\s?/\s?u\b|(?<![\d.,])[23]T\b(?!\s*\d)|\b(?:BB|bb)\s?/\s?(?:TB|tb|PB|pb)(?=\s+[a-z]{4})",
    re.IGNORECASE,
)
_GONE = frozenset(("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zs"))  # Unicode categories
_DOUBLED = re.compile(
    r"\b(anak|ibu|apa|siapa|kenapa|laki|kira|mudah|sama|jalan|ragu|bapak|rata|gerak|masing|hati|baik|pelan|kadang|temen)2(?=(?:an|nya)?\b)",
    re.IGNORECASE,
)
_TWICE = frozenset(
    ("laki", "kira", "ragu", "jalan", "rata", "gerak", "apa", "siapa", "kenapa")
)  # these mean something only doubled
_BOTH = re.compile(r"\b(?:dua[ -]dua|dua2)(?:nya|ne|na)?\b", re.IGNORECASE)
_DOTTED = re.compile(r"\b([btp])\.\s?b\b\.?|\b(l)\.\s?k\b\.?", re.IGNORECASE)
_LETTER_LABEL = re.compile(r"\b([btp])\.\s?(?=\d)", re.IGNORECASE)  # "p. 71,1 b. 8,5"
_LETTER_O = re.compile(r"(?<=\d)[oO](?=[\d.,\s]|$)|(?<=\d[.,])[oO](?=\D|$)")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[.\-_](?=[^\W\d_])")
_UNITS = ("kg", "cm", "gr", "gram", "ons", "kilo", "senti")
_LABELS = ("bb", "tb", "pb", "lk", "lila")


def clean(text: str) -> str:
    """The text with one kind of space, dash and quote, without emoji and control characters."""
    for pattern, by in _FIRST:
        text = pattern.sub(by, text)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(c) in _GONE and c != "`" else c for c in text)
    text = _DOUBLED.sub(lambda m: f"{m[1]} {m[1]}" if m[1].lower() in _TWICE else m[1], text)
    text = re.sub(r">{2,}|={2,}>?|-{2,}>", " - ", text)
    text = text.replace(" ~ ", " - ") if text.count(" ~ ") > 1 else text
    text = _VERDICT.sub("gizi", text)
    text = _DOTTED.sub(lambda m: f"{m[1]}b" if m[1] else "lk", text)
    text = _LETTER_LABEL.sub(r"\1 ", text)
    text = _AGAIN.sub(_said_twice, _ROW.sub("; ", _SPOKEN_END.sub("", text)))
    text = _PLUS.sub(" / ", _BOTH.sub("keduanya", text))
    return re.sub(r"\s+", " ", _BETWEEN_LETTERS.sub(" ", _LETTER_O.sub("0", text))).strip()


def _said_twice(found: re.Match[str]) -> str:
    """ "batuk2" is "batuk-batuk"; "polio2" and "azzam2" keep their number."""
    word = found[1].casefold()
    numbered = any(t.startswith(("label", "weak", "unit", "not_a_measure", "time")) for t in word_tags(word))
    return found[1] if is_ordinary(word) and not numbered else found[0]


def apart(word: str, names: frozenset[str]) -> list[str]:
    """Words typed together: "kgtb" -> kg, tb; "azzambb" -> azzam, bb. `names`: the roster's words."""
    if word in names or word_tags(word):
        return [word]
    for unit in _UNITS:
        rest = word.removeprefix(unit)
        if rest != word and (word_tags(rest) or rest in names):
            return [unit, rest]
    for label in _LABELS:
        rest = word.removeprefix(label)
        if rest != word and (rest in names or rest in _LABELS):
            return [label, rest]
        if word.endswith(label) and word[: -len(label)] in names:
            return [word[: -len(label)], label]
    return [word]
