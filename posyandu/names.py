"""Which child of a kader's own list is meant by the name that was typed: one, one of a few (asked), or none of them.

A name is right when every typed word fits the same child (`posyandu.likeness`). When two children fit nearly as well,
when a word fits nobody, or when a slip would turn one known name into another, the answer is a question with at most
four children. Wrong is worse than asked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from posyandu.anthropometry import Sex
from posyandu.likeness import (
    BIRTH_ORDER,
    FIRST_NAMES,
    NOWHERE,
    SOUND,
    WEAK,
    ChildWords,
    Likeness,
    Vocabulary,
    full_form,
    given_names,
    likeness,
    words_of,
)
from posyandu.sounds import fold

__all__ = ["MOST_BUTTONS", "Answer", "Found", "Roster", "RosterChild", "full_form", "given_names", "words_of"]

MOST_BUTTONS = 4
MARGIN = 0.6  # how much better the best child must fit than the next ...
MARGIN_AFTER_SLIP = 0.85  # ... and when she fits by a real slip herself: the other is two slips away
_REAL_SLIP = 0.55
_ONE_SLIP = 1.0  # a dropped, doubled, turned or neighbouring letter; not any letter for any other
_SAME_SOUND = 0.25  # a rival this near is asked about even when the name was typed as it is spelled
_NEAREST = 1.5  # an unknown name offers children up to this far
_SHORT_BEGINNING = 3  # letters
_SHORT_CALLED = 4  # letters by which a child may be called, if her measures say so too
_HERS = frozenset(("a", "ah", "na", "es", "i"))  # endings that make another name: Nabila, Yohanes
_FOUND = 1024  # answers kept for a list
_MIXED = re.compile(r"[^\W\d_].*\d|\d.*[^\W\d_]")


@dataclass(frozen=True, slots=True)
class RosterChild:
    """A child on the posyandu's list, with her last round; None where nothing is known."""

    id: str
    name: str
    nickname: str | None
    sex: Sex | None
    birth: date | None
    mother: str
    rt: str
    code: str | None = None
    last_on: date | None = None
    last_grams: int | None = None
    last_mm: int | None = None


class Answer(StrEnum):
    """What the typed name led to."""

    ONE = "one"
    SEVERAL = "several"  # namesakes, twins, or too near to tell apart
    TWO = "two"  # two children were named
    OTHER = "other"  # fits a child in part, another word fits nobody: "Azzam Pratama"
    UNKNOWN = "unknown"  # nobody; candidates are the nearest, if any is near
    NOTHING = "nothing"  # no name was typed


@dataclass(frozen=True, slots=True)
class Found:
    """`child` only with `Answer.ONE`; otherwise whom to ask about, best first (buttons take the first four)."""

    answer: Answer
    child: RosterChild | None = None
    candidates: tuple[RosterChild, ...] = ()
    exact: RosterChild | None = None  # of several, the only one with every typed word as it is spelled


@dataclass(frozen=True, slots=True)
class _Fit:
    child: RosterChild
    like: Likeness


class Roster:
    """The children a kader may mean, prepared once for many look-ups."""

    def __init__(self, children: Iterable[RosterChild]) -> None:
        self.children = tuple(children)
        self.by_id = {c.id.casefold(): c for c in self.children}
        self.by_code = {c.code: c for c in self.children if c.code}
        self.codes = frozenset(c.casefold() for c in (*self.by_code, *(i for i in self.by_id if _MIXED.search(i))))
        self._words = [ChildWords.of(c.name, c.nickname, c.mother) for c in self.children]
        self.own_words = frozenset(w for words in self._words for w in words.all_own)
        self.mother_words = frozenset(w for words in self._words for w in words.mother)
        self.spelled_words = frozenset(w for words in self._words for w in words.spelled)
        self.vocabulary = Vocabulary(self.own_words | self.mother_words)
        self._found: dict[tuple[tuple[str, ...], tuple[str, ...]], Found] = {}
        self._holders: dict[str, set[int]] = {}
        for place, words in enumerate(self._words):
            for word in (*words.all_own, *words.mother):
                self._holders.setdefault(word, set()).add(place)

    def spoken(self, word: str) -> str:
        """The typed word folded, a short form ("moh", "kdk") written out where that is on the list."""
        folded, long = fold(word), fold(full_form(word))
        return folded if folded in self.own_words or long not in self.own_words else long

    def is_own_word(self, word: str, *, exactly: bool = False) -> bool:
        """Is the typed word some child's, written (or at least sounding) alike?"""
        return word in self.spelled_words if exactly else self.spoken(word) in self.own_words

    def has_whole_name(self, words: Sequence[str]) -> bool:
        """Are these, in order, all the words of some child's name?"""
        return any(len(child.written) == len(words) and child.begins_with(words) for child in self._words)

    def called_so(self, word: str) -> RosterChild | None:
        """The one child of whom a word begins or ends with the typed one: "Angel" for Angelina, "Livia" for Olivia. Not
        what would be a child of the other sex: "Nabil" is not Nabila."""
        typed = fold(word)
        if len(word) < _SHORT_CALLED:
            return None
        found = [
            child
            for child, words in zip(self.children, self._words, strict=True)
            if any(w.startswith(typed) or (w.endswith(typed) and len(typed) < len(w) - 1) for w in words.own)
        ]
        if len(found) != 1 or any(w.startswith(typed) and w[len(typed) :] in _HERS for w in self._own(found[0])):
            return None
        return found[0]

    def _own(self, child: RosterChild) -> tuple[str, ...]:
        return self._words[self.children.index(child)].own

    def only_begun_by(self, word: str) -> bool:
        """Does one child's first word alone begin with this one, as it is spelled?"""
        return sum(words.written[0].startswith(word) for words in self._words) == 1

    def begins(self, word: str) -> bool:
        """Does some child's first word begin with this one, of three letters or more?"""
        return len(word) >= _SHORT_BEGINNING and any(words.own[0].startswith(fold(word)) for words in self._words)

    def of_one_child(self, one: str, other: str) -> bool:
        """Are these two words both, as written, of the same child?"""
        one, other = full_form(one), full_form(other)
        return any(one in words.spelled and other in words.spelled for words in self._words)

    def is_like_own_word(self, word: str) -> bool:
        """Could the typed word be some child's name by a slip or a short form?"""
        typed = self.spoken(word)
        return any(w in self.own_words and self.vocabulary.fit(typed, w) < NOWHERE for w in self.vocabulary.like(typed))

    def is_like_mother_word(self, word: str) -> bool:
        """Could the typed word be some mother's name by a slip?"""
        return any(w in self.mother_words and d <= 0.8 for w, d in self.vocabulary.near(fold(word)).items())

    def find(self, words: Sequence[str], mothers: Sequence[str] = ()) -> Found:
        """The child meant by these words of her own name and her mother's."""
        asked = tuple(words), tuple(mothers)
        if (known := self._found.get(asked)) is None:  # a line is looked at as a heading first, then as an entry
            if len(self._found) > _FOUND:
                self._found.clear()
            known = self._found[asked] = self._find(words, mothers)
        return known

    def _find(self, words: Sequence[str], mothers: Sequence[str]) -> Found:
        if not words and not mothers:
            return Found(Answer.NOTHING)
        if words and not mothers and (called := self._same_order(words)):
            first = [c for c in called if words_of(c.name)[: len(words)] == tuple(words)]
            return Found(Answer.SEVERAL, candidates=called, exact=first[0] if len(first) == 1 else None)
        likely = self._likely(words, mothers)
        full = [f for f in likely if f.like.unmatched == 0]
        named = sorted((f for f in full if f.like.strong), key=lambda f: f.like.cost)
        if not named:
            return self._nobody(words, likely, full)
        best = named[0]
        rivals = [f for f in likely if f is not best and _rivals(best.like, f.like)]
        if rivals:
            several = [best, *rivals]
            if (ordered := self._in_this_order(words, several)) is not None:  # "Nadhifa Zhafira", not "Zhafira Nadhifa"
                return Found(Answer.ONE, ordered, (ordered,))
            return Found(Answer.SEVERAL, candidates=_children(several), exact=self._exact(words, several))
        return Found(Answer.ONE, best.child, (best.child,))

    def _likely(self, words: Sequence[str], mothers: Sequence[str]) -> list[_Fit]:
        """Every child whom the words fit at least in part, best first."""
        folded, parents = [self.spoken(w) for w in words], [fold(m) for m in mothers]
        pairs = [fold(a + b) for a, b in pairwise(folded)]
        near = {w for t in (*folded, *parents, *pairs) for w in self.vocabulary.like(t)}
        places = sorted(set().union(*(self._holders[w] for w in near))) if near else []
        found = []
        for place in places:
            like = likeness(words, folded, parents, self._words[place], self.vocabulary)
            if like.unmatched < len(words) + len(mothers) or like.far < NOWHERE:
                found.append(_Fit(self.children[place], like))
        return sorted(found, key=lambda f: (f.like.unmatched, f.like.cost, f.like.far))

    def _nobody(self, words: Sequence[str], likely: list[_Fit], full: list[_Fit]) -> Found:
        if full:  # only a part that many carry
            alike = [f for f in likely if f in full or f.like.one_slip]
            hers = len(full) == 1 and self._words_of(full[0]).begins_with(words)
            if hers and len(alike) == 1 and words[0] in FIRST_NAMES:  # "Bagus", and no other child here is called so
                return Found(Answer.ONE, full[0].child, (full[0].child,))
            exact = self._exact(words, alike) if hers else None
            return Found(Answer.SEVERAL, candidates=_children([*full, *alike]), exact=exact)
        partly = _children([f for f in likely if f.like.strong])[:MOST_BUTTONS]
        sure = [w for w in words if self.spoken(w) in self.own_words and self.spoken(w) not in WEAK]
        if len(sure) > 1:
            return Found(Answer.TWO, candidates=partly)
        if partly:
            return Found(Answer.OTHER, candidates=partly)
        nearest = sorted((f for f in likely if f.like.far < _NEAREST), key=lambda f: f.like.far)
        begun = self._begun_by(words)
        if begun is not None and all(f.child is begun for f in nearest):
            return Found(Answer.ONE, begun, (begun,))
        return Found(Answer.UNKNOWN, candidates=_children(nearest)[:MOST_BUTTONS])

    def _begun_by(self, words: Sequence[str]) -> RosterChild | None:
        """ "Zul", where one child's name begins so, and it is no name of its own."""
        if len(words) != 1 or len(words[0]) != _SHORT_BEGINNING or fold(words[0]) in given_names() | WEAK:
            return None
        found = [c for c, own in zip(self.children, self._words, strict=True) if own.own[0].startswith(fold(words[0]))]
        return found[0] if len(found) == 1 else None

    def _words_of(self, fit: _Fit) -> ChildWords:
        return self._words[self.children.index(fit.child)]

    def _exact(self, words: Sequence[str], fits: Sequence[_Fit]) -> RosterChild | None:
        """The only one of these whose name begins with the typed words, or at least has them all, spelled so."""
        first = [f.child for f in fits if self._words_of(f).begins_with(words)]
        if len(first) == 1:  # "Farhan" of Farhan Hidayat and Teuku Farhan: namesakes, whatever the order
            return None if any(f.like.exact and f.child is not first[0] for f in fits) else first[0]
        whole = [f for f in fits if f.like.unmatched == 0]
        alike = [f for f in whole if f.like.exact] or [f for f in whole if f.like.cost <= SOUND]
        alike = alike or [f for f in whole if self._words_of(f).begun_by(words)] or whole
        exact = [f.child for f in alike]
        return exact[0] if len(exact) == 1 and not first else None

    def _in_this_order(self, words: Sequence[str], fits: Sequence[_Fit]) -> RosterChild | None:
        """Children with the same words are told apart by their order, when the whole name was typed."""
        if any(sorted(self._words_of(f).written) != sorted(words) for f in fits):
            return None
        ordered = [f.child for f in fits if self._words_of(f).written == tuple(words)]
        return ordered[0] if len(ordered) == 1 else None

    def nameless_of(self, children: Sequence[RosterChild]) -> RosterChild | None:
        """The only one of these who goes by her mother's name: "By. Ny. Dewi"."""
        found = [c for c in children if ChildWords.of(c.name, None, "").nameless]
        return found[0] if len(found) == 1 else None

    def _same_order(self, words: Sequence[str]) -> tuple[RosterChild, ...]:
        """Only a birth-order name was typed: all who may go by it, if they are several ("Kadek" is Made too)."""
        orders = {BIRTH_ORDER.get(self.spoken(w)) for w in words}
        if len(orders) != 1 or None in orders:
            return ()
        called = tuple(c for c in self.children if any(BIRTH_ORDER.get(w) in orders for w in words_of(c.name)))
        return called if len(called) > 1 else ()


def _rivals(best: Likeness, other: Likeness) -> bool:
    """Could the other child have been meant as well?"""
    if other.unmatched and (other.far >= NOWHERE or (best.cost <= SOUND and not other.one_slip)):
        return False
    theirs = other.far if other.unmatched else other.cost
    if other.one_slip and not best.exact and theirs <= _ONE_SLIP:
        return True
    if best.exact and best.cost <= SOUND:
        return theirs <= _SAME_SOUND or (other.unmatched == 0 and not other.slipped)
    return theirs < best.cost + (MARGIN_AFTER_SLIP if best.cost >= _REAL_SLIP else MARGIN)


def _children(fits: Sequence[_Fit]) -> tuple[RosterChild, ...]:
    return tuple(dict.fromkeys(f.child for f in fits))
