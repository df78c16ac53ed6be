"""What the words around names and numbers do: labels, units, endings, statuses, doubts (data: words.toml, txt)."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from posyandu.likeness import given_names
from posyandu.sounds import fold, one_slip_apart

_HERE = Path(__file__).parent
LONGEST_PHRASE = 4
_LABELS = ("berat", "tinggi", "panjang")
_ENDINGS = ("nyah", "nya", "nyo", "nye", "ny", "na", "ne", "e", "lah", "kah", "pun", "x")
_TAKEN_WITH_ENDING = ("label", "weak", "not_a_measure", "time", "unit", "about")
_TAKEN_WITH_REGIONAL_ENDING = ("label", "weak", "about")
_TAKEN_WITH_BEGINNING = ("attendance.weighing", "attendance.refused", "attendance.moved")
_BEGINNINGS = (
    "di", "ber", "ter", "be", "me", "men", "mem", "meng", "meny", "nge", "ng", "ny", "se", "ke", "pe", "peng", "pem",
    "per",
)  # fmt: skip
_NASAL = (("meny", "s"), ("mem", "p"), ("men", "t"), ("meng", "k"), ("ny", "s"), ("ng", "k"), ("m", "p"), ("n", "t"))
_SHORTENED = 3  # letters
_LATER_ENDINGS = (*_ENDINGS, "kan", "an", "i", "in", "ku", "mu", "keun", "ake", "a")
_BUILT = re.compile(r"\w{4,}nya|(?:ke|pe[rnm]|peng|meng|meny)\w{3,}an|meng\w{2,}(?:kan|i)")  # no name is built so
NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=1)
def _lexicon() -> dict[tuple[str, ...], frozenset[str]]:
    """Phrase -> the lists it is in, as "group.list", and their groups."""
    tags: dict[tuple[str, ...], set[str]] = {}
    for group, lists in tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8")).items():
        for name, phrases in lists.items():
            for phrase in phrases.split(","):
                tags.setdefault(tuple(phrase.lower().split()), set()).update((group, f"{group}.{name}"))
    return {phrase: frozenset(found) for phrase, found in tags.items()}


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    return frozenset().union(*(_listed(file) for file in _HERE.glob("ordinary_*.txt")))


@lru_cache(maxsize=8)
def _listed(file: Path) -> frozenset[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(w for line in lines if not line.startswith("#") for w in line.split())


def is_seldom(word: str) -> bool:
    """Is it an everyday word of one region or a rare one, so that it may be a short name after all?"""
    return word in _ordinary() and word not in _listed(_HERE / "ordinary_words.txt")


@lru_cache(maxsize=1)
def _sets() -> dict[str, frozenset[str]]:
    found = tomllib.loads((_HERE / "word_sets.toml").read_text(encoding="utf-8"))
    return {name: frozenset(w.replace("_", " ") for w in words.split()) for name, words in found.items()}


def word_set(name: str) -> frozenset[str]:
    """A set of words by its name in word_sets.toml; KeyError for one that is not there."""
    return _sets()[name]


def phrase_tags(words: tuple[str, ...]) -> frozenset[str]:
    """The lists a phrase is in, exactly as written."""
    return _lexicon().get(words, NOTHING)


@lru_cache(maxsize=8192)
def word_tags(word: str) -> frozenset[str]:
    """The lists a word is in; "bbnya" and "tinggine" count as their stem, "iyaaa" as "iya"."""
    if found := _lexicon().get((word,)):
        return found
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = phrase_tags((word[: -len(ending)],))
            taken = _TAKEN_WITH_ENDING if ending.startswith("ny") else _TAKEN_WITH_REGIONAL_ENDING
            if kept := frozenset(t for t in stem if t.startswith(taken)):
                return kept
    if (regional := _with_beginning(word)) is not NOTHING:
        return regional
    plain = re.sub(r"(.)\1{2,}", r"\1", word)
    if len(word) > _SHORTENED:  # "sdh" is no "sd"
        plain = plain.replace("dh", "d").replace("th", "t")
    if plain != word:
        return word_tags(plain)
    return _label_by_slip(word)


def _with_beginning(word: str) -> frozenset[str]:
    """ "manangis" (Manado, Ambon), "batimbang" (Banjar), "bapindah"."""
    if not word.startswith(("ma", "ba")):
        return NOTHING
    return frozenset(t for t in phrase_tags((word[2:],)) if t.startswith(_TAKEN_WITH_BEGINNING)) or NOTHING


def _label_by_slip(word: str) -> frozenset[str]:
    """ "brat 10,4 tnggi 83": one letter off a label, and neither an everyday word nor a given name."""
    stem = next((label for label in _LABELS if word[0] == label[0] and one_slip_apart(word, label)), None)
    if stem is None or len(word) < 4 or word in _ordinary() or fold(word) in given_names():
        return NOTHING
    return phrase_tags((stem,))


@lru_cache(maxsize=8192)
def is_ordinary(word: str, *, forms: bool = True) -> bool:
    """Is this an everyday word, so surely no name? With `forms` also "dicatatkan" and the like."""
    if word in _ordinary() or word_tags(word) or not re.search("[aeiouy]", word):
        return True
    if not forms or fold(word) in given_names():
        return False
    if _BUILT.fullmatch(word):
        return True
    short = re.sub(r"(.)\1+", r"\1", word)
    if short in _ordinary() or (len(set(word)) <= 2 and len(word) > 3):
        return True
    return any(stem in _ordinary() or word_tags(stem) for stem in _stems(short))


def _stems(word: str) -> list[str]:
    """The word without one beginning, one ending or both; at least four letters are left."""
    cut = [word[: -len(e)] for e in _LATER_ENDINGS if word.endswith(e)]
    whole = [word, *cut]
    cut += [w[len(b) :] for w in whole for b in _BEGINNINGS if w.startswith(b)]
    cut += [first + w[len(b) :] for w in whole for b, first in _NASAL if w.startswith(b)]
    possessed = [word[:-3]] if word.endswith("nya") and len(word) == 6 else []  # "doanya"
    return [stem for stem in cut if len(stem) >= 4] + possessed


def all_phrases() -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """Every phrase with the lists it is in."""
    return list(_lexicon().items())
