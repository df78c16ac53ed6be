"""Which child of a kader's own list is meant by the name that was typed: one, one of a few (asked), or none of them.

A name is right when every typed word fits the same child: written alike, sounding alike (`posyandu.sounds`), one slip
of the thumb away, a short form ("Supri"), an initial beside another word, or the mother's name after "anak bu". When
two children fit nearly as well, when a word fits nobody, or when a slip would turn one known name into another, the
answer is a question with at most four children. Wrong is worse than asked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from posyandu.anthropometry import Sex
from posyandu.sounds import could_be_near, distance, fold, slip_allowed, worth_a_question

MOST_BUTTONS = 4
MARGIN = 0.6  # how much better the best child must fit than the next
SOUND, SHORT, PART, NOWHERE = 0.1, 0.5, 1.5, 9.0  # distances of fits that are not slips
_STRONG = 1.4  # a slip up to this, in a long word, still names the child
_VETO_BESIDE = 0.65  # the same beside a word that surely fits
_VETO_FROM = 0.3  # a slip this big that makes a known given name is another child's name

_TITLES = frozenset("by bayi ny nn tn an sdr sdri alm almh".split())
# Birth-order names of Bali, by order: shared by many, and a second-born may be called by any of hers.
_BALI = {
    word: order
    for order, words in enumerate(("wayan putu gede luh iluh", "made kadek nengah", "nyoman komang", "ketut"))
    for word in words.split()
}
_SHORT = {
    "md": "made", "muh": "muhammad", "moh": "muhammad", "mhd": "muhammad", "muhamad": "muhammad",
    "mohamad": "muhammad", "mohammad": "muhammad", "mochamad": "muhammad", "moch": "muhammad", "much": "muhammad",
    "mohd": "muhammad", "mohammed": "muhammad", "muhammed": "muhammad", "mochammad": "muhammad", "ahm": "ahmad",
    "achmad": "ahmad", "abd": "abdul", "st": "siti", "sti": "siti", "wy": "wayan", "wyn": "wayan", "yan": "wayan",
    "pt": "putu", "gd": "gede", "kd": "kadek", "kdk": "kadek", "dek": "kadek", "nym": "nyoman", "man": "nyoman",
    "km": "komang", "kmg": "komang", "mang": "komang", "kt": "ketut", "tut": "ketut", "ngh": "nengah",
    "dayu": "ayu", "gus": "bagus",
}  # fmt: skip
# Parts that many children carry, or that are said to any child: alone they name nobody.
_WEAK = frozenset(
    "muhammad abdul al el nur putra putri ade adek dede neng nong ujang i ni ida anak agung gusti bin binti dewa desak"
    " sang ayu bagus".split()
)


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


@dataclass(frozen=True, slots=True)
class _Names:
    """A child's words, folded: own, own written together, and the mother's."""

    child: RosterChild
    own: tuple[str, ...]
    spelled: frozenset[str]
    joined: tuple[str, ...]
    mother: tuple[str, ...]
    baby: bool

    @property
    def all_weak(self) -> bool:
        return all(w in _WEAK for w in self.own)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well the typed words fit one child: sum of distances, words that fit nothing, and whether they name her."""

    child: RosterChild
    cost: float
    unmatched: int
    strong: bool
    exact: bool  # every word as it is spelled on the list
    slipped: bool  # some word only by a slip
    far: float  # cost when slips too big to believe are counted too; NOWHERE if even that fits nothing


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Folded given names common in Indonesia."""
    text = (Path(__file__).parent / "given_names.txt").read_text(encoding="utf-8")
    return frozenset(fold(w) for line in text.splitlines() if not line.startswith("#") for w in line.split())


def words_of(name: str) -> tuple[str, ...]:
    """A name's words in small letters, titles and dots gone: "By. Ny. Dewi" -> ("dewi",)."""
    words = re.findall(r"[^\W\d_]+", name.casefold().replace("'", "").replace("’", ""))
    return tuple(w for w in words if w not in _TITLES) or tuple(words)


def full_form(word: str) -> str:
    """Short forms written out: "moh" -> "muhammad", "kdk" -> "kadek"."""
    return _SHORT.get(word, word)


class Roster:
    """The children a kader may mean, prepared once for many look-ups."""

    def __init__(self, children: Iterable[RosterChild]) -> None:
        self.children = tuple(children)
        self.by_id = {c.id.casefold(): c for c in self.children}
        self.by_code = {c.code: c for c in self.children if c.code}
        self.codes = frozenset((*self.by_code, *(c.id for c in self.children if re.search(r"[^\W\d_].*\d|\d.*[^\W\d_]", c.id))))
        self._names = tuple(_names(c) for c in self.children)
        self.own_words = frozenset(w for n in self._names for w in (*n.own, *n.joined))
        self.spelled_words = frozenset(w for n in self._names for w in n.spelled)
        self.mother_words = frozenset(w for n in self._names for w in n.mother)
        self._distances: dict[str, dict[str, float]] = {}

    def spoken(self, word: str) -> str:
        """The typed word folded, a short form ("moh", "kdk") written out where that is on the list."""
        folded, long = fold(word), fold(full_form(word))
        return folded if folded in self.own_words or long not in self.own_words else long

    def near(self, word: str) -> dict[str, float]:
        """The list's words (children's and mothers') a folded word may stand for -> distance."""
        if (known := self._distances.get(word)) is None:
            known = {}
            for own in self.own_words | self.mother_words:
                if own == word:
                    known[own] = 0.0
                elif could_be_near(word, own):
                    limit = worth_a_question(max(len(word), len(own)))
                    if (d := distance(word, own, limit)) < limit:
                        known[own] = d
            if len(self._distances) > 4096:
                self._distances.clear()
            self._distances[word] = known
        return known

    def slip(self, typed: str, own: Sequence[str]) -> float:
        """The smallest distance of a folded word from these words of the list that is still a slip."""
        near = self.near(typed)
        return min((near[o] for o in own if near.get(o, NOWHERE) <= slip_allowed(max(len(typed), len(o)))), default=NOWHERE)

    def is_own_word(self, word: str, *, exactly: bool = False) -> bool:
        """Is the typed word some child's, written (or at least sounding) alike?"""
        return word in self.spelled_words if exactly else self.spoken(word) in self.own_words

    def is_like_own_word(self, word: str) -> bool:
        """Could the typed word be some child's name by a slip or a short form?"""
        typed = self.spoken(word)
        return any(_fit(typed, own, self) < NOWHERE for own in self.own_words)

    def likenesses(self, words: Sequence[str], mothers: Sequence[str] = ()) -> list[Likeness]:
        """Every child whom the words fit at least in part, best first."""
        found = [self._likeness(n, tuple(words), tuple(mothers)) for n in self._names]
        kept = [f for f in found if f.unmatched < len(words) + len(mothers) or f.far < NOWHERE]
        return sorted(kept, key=lambda f: (f.unmatched, f.cost, f.far))

    def _likeness(self, names: _Names, words: tuple[str, ...], mothers: tuple[str, ...]) -> Likeness:
        typed = tuple(self.spoken(w) for w in words)
        fits = _assign(typed, names, self)
        strong = any(f <= _STRONG and (t not in _WEAK or names.all_weak) for t, f in zip(typed, fits, strict=True))
        sure = any(f <= SOUND and t not in _WEAK for t, f in zip(typed, fits, strict=True))
        for i, fit in enumerate(fits):
            if (_VETO_BESIDE if sure else _VETO_FROM) <= fit < PART and typed[i] in given_names():
                fits[i] = PART if sure and any(o.endswith(typed[i]) for o in names.own) else NOWHERE
        strong = strong or (len(typed) > 1 and names.own[0] == typed[0] and max(fits) < NOWHERE)  # "Putri O"
        mother_fits = [_mother_fit(self.spoken(m), names, self) for m in mothers]
        if not words and mothers and max(mother_fits) < NOWHERE:
            strong = True
        matched = [f for f in (*fits, *mother_fits) if f < NOWHERE]
        unmatched = len(fits) + len(mother_fits) - len(matched)
        far = sum(min((self.near(t).get(o, NOWHERE) for o in (*names.own, *names.joined) if o not in _WEAK), default=NOWHERE)
                  if f >= NOWHERE else f for t, f in zip(typed, fits, strict=True))  # fmt: skip
        return Likeness(
            names.child, sum(matched), unmatched, strong and any(f < NOWHERE for f in (*fits, *mother_fits)),
            exact=all(w in names.spelled or full_form(w) in names.spelled for w in words),
            slipped=any(SOUND < f < NOWHERE for f in fits), far=min(far, NOWHERE),
        )  # fmt: skip

    def find(self, words: Sequence[str], mothers: Sequence[str] = ()) -> Found:
        """The child meant by these words of her own name and her mother's."""
        if not words and not mothers:
            return Found(Answer.NOTHING)
        likely = self.likenesses(words, mothers)
        full = [f for f in likely if f.unmatched == 0 and f.cost < NOWHERE]
        named = sorted((f for f in full if f.strong), key=lambda f: f.cost)
        if not named:
            return self._nobody(words, likely, full)
        rivals = [f for f in likely if f is not named[0] and (_rivals(named[0], f) or _same_order(words, f, self))]
        if rivals:
            return Found(Answer.SEVERAL, candidates=_all([named[0], *rivals]))
        return Found(Answer.ONE, named[0].child, (named[0].child,))

    def _nobody(self, words: Sequence[str], likely: list[Likeness], full: list[Likeness]) -> Found:
        if full:  # only a part that many carry
            return Found(Answer.SEVERAL, candidates=_all(full))
        partly = [f for f in likely if f.strong]
        if len(words) > 1 and _two_children(words, self):
            return Found(Answer.TWO, candidates=_all(partly)[:MOST_BUTTONS])
        if partly:
            return Found(Answer.OTHER, candidates=_all(partly)[:MOST_BUTTONS])
        return Found(Answer.UNKNOWN, candidates=_all([f for f in sorted(likely, key=lambda f: f.far) if f.far < 2])[:MOST_BUTTONS])


def _names(child: RosterChild) -> _Names:
    baby = bool(re.match(r"\s*(by|bayi)\b", child.name.casefold()))
    spelled = ["muhammad" if w == "m" else full_form(w) for w in words_of(child.name)]
    own = [fold(w) for w in spelled]
    joined = ["".join(own[i:j]) for i in range(len(own)) for j in range(i + 2, len(own) + 1)]
    nick = words_of(child.nickname or "")
    return _Names(
        child, tuple(own + [fold(w) for w in nick]), frozenset((*words_of(child.name), *spelled, *nick)), tuple(joined),
        tuple(fold(w) for w in words_of(child.mother)), baby,
    )  # fmt: skip


def _fit(typed: str, own: str, roster: Roster, *, beside: bool = False) -> float:
    """Distance at which a folded typed word is taken for a word of the list, NOWHERE if it is not. `beside` another
    word that surely fits, short forms and bigger slips are believed too."""
    if typed == own:
        return 0.0
    if len(typed) == 1:
        return SHORT if beside and (own.startswith(typed) or (typed == "a" and own[0] == "o")) else NOWHERE  # A for Aulia
    if beside and len(typed) >= 4 and own.endswith(typed):
        return PART
    slip = roster.near(typed).get(own, NOWHERE)
    allowed = slip_allowed(max(len(typed), len(own)))
    if slip <= (allowed * 1.3 if beside else allowed):
        return max(slip, SOUND + 0.05)
    if own.startswith(typed) and len(typed) >= (3 if beside else 4):
        return SHORT
    return NOWHERE


def _assign(typed: tuple[str, ...], names: _Names, roster: Roster) -> list[float]:
    """The distance of each typed word from the child's word it fits best."""
    own = (*names.own, *names.joined)
    fits = [min((_fit(t, o, roster) for o in own), default=NOWHERE) for t in typed]
    first = names.own[0] if names.own else ""
    if any(f <= SOUND and (t not in _WEAK or t == first) for t, f in zip(typed, fits, strict=True)) or _enough(fits, typed):
        fits = [f if f < NOWHERE else min(_fit(t, o, roster, beside=True) for o in own)
                for t, f in zip(typed, fits, strict=True)]  # fmt: skip
    for i in range(len(typed) - 1):  # "nur fauzi" for Nurfauzi
        if min(fits[i], fits[i + 1]) > SOUND and min(len(typed[i]), len(typed[i + 1])) > 1:
            together = roster.slip(fold(typed[i] + typed[i + 1]), own)
            if together < max(fits[i], fits[i + 1]):
                fits[i] = fits[i + 1] = together / 2
    return fits


def _enough(fits: list[float], typed: tuple[str, ...]) -> bool:
    return any(f < NOWHERE and t not in _WEAK and len(t) >= 5 for t, f in zip(typed, fits, strict=True))


def _mother_fit(typed: str, names: _Names, roster: Roster) -> float:
    return min((_fit(typed, m, roster) for m in names.mother), default=NOWHERE)


def _rivals(best: Likeness, other: Likeness) -> bool:
    """Could the other child have been meant as well?"""
    if other.unmatched and (other.far >= NOWHERE or best.cost <= SOUND):
        return False
    theirs = other.cost if not other.unmatched else other.far
    if best.exact and best.cost <= SOUND:
        return theirs <= 0.25 or (other.unmatched == 0 and not other.slipped)
    return theirs < best.cost + MARGIN


def _two_children(words: Sequence[str], roster: Roster) -> bool:
    """Two of the words surely name children, and no child has both."""
    sure = [w for w in words if roster.spoken(w) not in _WEAK and roster.is_own_word(w)]
    return len(sure) > 1


def _same_order(words: Sequence[str], other: Likeness, roster: Roster) -> bool:
    """Only a birth-order name was typed, and another child may go by that order too ("Kadek", "Made")."""
    orders = {_BALI.get(roster.spoken(w)) for w in words}
    if len(orders) != 1 or None in orders:
        return False
    return any(_BALI.get(w) in orders for w in words_of(other.child.name))


def _all(found: Sequence[Likeness]) -> tuple[RosterChild, ...]:
    return tuple(dict.fromkeys(f.child for f in found))
