"""How well typed words fit the names of one child: alike, by ear, by one slip, short, an initial, her mother's.

Distances are those of `posyandu.sounds`. A slip that makes a known given name is no slip ("Nabil" is not Nabila), and
beside a word that surely fits, a little more is believed of the others ("Rizky Adtya").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from posyandu.sounds import could_be_near, distance, fold, one_slip_apart, slip_allowed, worth_a_question

SOUND, SHORT, PART, NOWHERE = 0.1, 0.5, 1.5, 9.0  # distances of fits that are not slips
_STRONG = 1.4  # a slip up to this, in a long word, still names the child
_VETO_FROM = 0.25  # a slip this big that makes a known given name is another child's name
_VETO_BESIDE = 0.65  # the same beside a word that surely fits
_MORE_BESIDE, _LEAST_BESIDE = 1.3, 0.65  # how much bigger a slip may be beside a word that surely fits
_LONG_END = 4  # folded letters: the end of a name by which many are called
_KEPT = 4096  # folded words whose distances are kept

_CASTE = re.compile(r"\ba\.\s?a\b\.?|\baa\.(?=\s|\w)")  # "A.A. Istri Mirah"
_CALLED = re.compile(r"\(([^()]+)\)|\b(?:alias|panggilan)\b\W*(.+)$", re.IGNORECASE)  # "Asep Saepudin (Ujang)"
_NAMELESS = re.compile(r"\W*(?:by|bayi)\b", re.IGNORECASE)
_TITLES = frozenset(["by", "bayi", "ny", "nn", "tn", "an", "sdr", "sdri", "alm", "almh"])
_SHORT_FORMS = {
    "md": "made", "muh": "muhammad", "moh": "muhammad", "mhd": "muhammad", "muhamad": "muhammad",
    "mohamad": "muhammad", "mohammad": "muhammad", "mochamad": "muhammad", "moch": "muhammad", "much": "muhammad",
    "mohd": "muhammad", "mohammed": "muhammad", "muhammed": "muhammad", "mochammad": "muhammad", "achmad": "ahmad",
    "abd": "abdul", "st": "siti", "sti": "siti", "wy": "wayan", "wyn": "wayan", "yan": "wayan", "pt": "putu",
    "gd": "gede", "kd": "kadek", "kdk": "kadek", "dek": "kadek", "nym": "nyoman", "man": "nyoman", "km": "komang",
    "kmg": "komang", "mang": "komang", "kt": "ketut", "tut": "ketut", "ngh": "nengah", "dayu": "ayu", "gus": "bagus",
    "gung": "agung", "dsk": "desak", "cok": "cokorda", "tjok": "cokorda", "ngr": "ngurah", "gst": "gusti",
}  # fmt: skip
# Ends and beginnings by which children are called, though they are names as well: "Tasya" for Natasya, "Adit" for
# Aditya.
_CALLED_SO = frozenset(
    fold(w)
    for w in (
        "abel", "adit", "aldi", "bella", "bila", "dika", "gita", "ipul", "mila", "nisa", "radit", "rani", "risa",
        "rizal", "salsa", "sila", "tasya", "tika",
    )
)  # fmt: skip
# Parts that many children carry, or that are said to any child: alone they name nobody.
WEAK = frozenset(
    (
        "muhammad", "abdul", "al", "el", "nur", "putra", "putri", "ade", "adek", "dede", "neng", "nong", "ujang", "i",
        "ni", "ida", "anak", "agung", "cokorda", "gusti", "bin", "binti", "dewa", "desak", "sang", "ayu", "bagus",
    )
)  # fmt: skip
FIRST_NAMES = frozenset(("agung", "ayu", "bagus", "dewa", "nur", "putra", "putri"))  # of WEAK: children go by them too
# Birth-order names of Bali, by order: shared by many, and a second-born may be called by any of hers.
BIRTH_ORDER = {
    word: order
    for order, names in enumerate(("wayan putu gede luh iluh", "made kadek nengah", "nyoman komang", "ketut"))
    for word in names.split()
}


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Folded given names common in Indonesia."""
    text = (Path(__file__).parent / "given_names.txt").read_text(encoding="utf-8")
    return frozenset(fold(w) for line in text.splitlines() if not line.startswith("#") for w in line.split())


def words_of(name: str) -> tuple[str, ...]:
    """A name's words in small letters, titles and dots gone: "By. Ny. Dewi" -> ("dewi",)."""
    text = _CASTE.sub(" anak agung ", name.casefold().replace("'", "").replace("’", ""))
    words = re.findall(r"[^\W\d_]+", text)
    return tuple(w for w in words if w not in _TITLES) or tuple(words)


def full_form(word: str) -> str:
    """Short forms written out: "moh" -> "muhammad", "kdk" -> "kadek"."""
    return _SHORT_FORMS.get(word, word)


@dataclass(frozen=True, slots=True)
class ChildWords:
    """A child's words, folded: own (with the nickname), own written together, the mother's; and own as spelled."""

    own: tuple[str, ...]
    joined: tuple[str, ...]
    mother: tuple[str, ...]
    spelled: frozenset[str]
    written: tuple[str, ...] = ()  # in order, short forms written out
    nameless: bool = False  # a newborn who goes by her mother's name: "By. Ny. Dewi"
    called: frozenset[str] = frozenset()  # her nickname, folded: it names her though others are called so as a title

    @classmethod
    def of(cls, name: str, nickname: str | None, mother: str) -> "ChildWords":
        """The words of a child of the list."""
        aside = " ".join(a or b for a, b in _CALLED.findall(name))
        written = words_of(_CALLED.sub(" ", name)) or words_of(name)
        spelled = ["muhammad" if w == "m" else full_form(w) for w in written]
        own = [fold(w) for w in spelled]
        joined = [fold("".join(own[i:j])) for i in range(len(own)) for j in range(i + 2, len(own) + 1)]
        called = tuple(dict.fromkeys((*words_of(nickname or ""), *words_of(aside)))) if nickname or aside else ()
        return cls(
            (*own, *(fold(w) for w in called)), tuple(joined), tuple(fold(w) for w in words_of(mother)),
            frozenset((*written, *spelled, *called)), tuple(spelled), bool(_NAMELESS.match(name)),
            frozenset(fold(w) for w in called),
        )  # fmt: skip

    def begins_with(self, typed: Sequence[str]) -> bool:
        """Are these her first words, in order and as they are spelled, the later ones perhaps by their first letter?"""
        return 0 < len(typed) <= len(self.written) and all(
            t == w or full_form(t) == w or (n > 0 and len(t) == 1 and w.startswith(t))
            for n, (t, w) in enumerate(zip(typed, self.written, strict=False))
        )

    def begun_by(self, typed: Sequence[str]) -> bool:
        """Is each typed word the beginning of a word of hers, as it is spelled?"""
        return all(len(t) > 2 and any(w.startswith(t) for w in self.spelled) for t in typed)

    @property
    def all_own(self) -> tuple[str, ...]:
        """Own words, alone and written together."""
        return (*self.own, *self.joined)


class Vocabulary:
    """The folded words of a whole list, and how far a typed word is from those it may stand for."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._near: dict[str, dict[str, float]] = {}
        self._like: dict[str, frozenset[str]] = {}

    def near(self, typed: str) -> dict[str, float]:
        """The list's words a folded word may be a slip of -> distance."""
        if (known := self._near.get(typed)) is None:
            if len(self._near) > _KEPT:
                self._near.clear()
            known = self._near[typed] = {w: d for w in self.words if (d := self._distance(typed, w)) is not None}
        return known

    def _distance(self, typed: str, word: str) -> float | None:
        if typed == word:
            return 0.0
        if not could_be_near(typed, word):
            return None
        limit = worth_a_question(typed, word)
        found = distance(typed, word, limit)
        return found if found < limit else None

    def like(self, typed: str) -> frozenset[str]:
        """The list's words a folded word may stand for in any way: a slip, a short form, a part."""
        if (known := self._like.get(typed)) is None:
            if len(self._like) > _KEPT:
                self._like.clear()
            known = frozenset(self.near(typed))
            if len(typed) >= 3:
                known |= {w for w in self.words if w.startswith(typed) or w.endswith(typed)}
            self._like[typed] = known
        return known

    def fit(self, typed: str, word: str, *, beside: bool = False) -> float:
        """Distance at which a folded word is taken for this one, NOWHERE if it is not; more is believed `beside`
        another word that surely fits."""
        if typed == word:
            return 0.0
        if len(typed) == 1:  # an initial; A also for Aulia, which folds to "olia"
            return SHORT if beside and (word.startswith(typed) or (typed == "a" and word[0] == "o")) else NOWHERE
        slip = self.near(typed).get(word, NOWHERE)
        allowed = slip_allowed(typed, word)
        if slip <= (max(allowed * _MORE_BESIDE, _LEAST_BESIDE) if beside else allowed):
            return max(slip, SOUND + 0.05)
        if word.startswith(typed) and len(typed) >= (2 if beside else 4):
            return SHORT
        if word.endswith(typed) and _LONG_END <= len(typed) < len(word) - 1:  # "Tasya" for Natasya; "adia" is a slip
            return SHORT
        return PART if beside and len(typed) >= 4 and word.endswith(typed) else NOWHERE

    def best_fit(self, typed: str, words: Sequence[str], *, beside: bool = False) -> float:
        """The best fit among some words."""
        return min((self.fit(typed, w, beside=beside) for w in words), default=NOWHERE)

    def slip(self, typed: str, words: Sequence[str]) -> float:
        """The smallest believable slip among some words."""
        near = self.near(typed)
        return min((near[w] for w in words if near.get(w, NOWHERE) <= slip_allowed(typed, w)), default=NOWHERE)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well typed words fit one child."""

    cost: float  # sum of the distances of the words that fit
    unmatched: int  # words that fit nothing of hers
    strong: bool  # some word really names her
    exact: bool  # every own word as it is spelled on the list
    slipped: bool  # some word only by a slip
    one_slip: bool  # one letter away from a word of hers, the others alike
    far: float  # the cost when slips too big to believe count too; NOWHERE if even that does not help


def likeness(
    typed: Sequence[str], folded: Sequence[str], mothers: Sequence[str], child: ChildWords, words: Vocabulary
) -> Likeness:
    """Compare typed words (as typed, and folded) and folded words of the mother with one child."""
    fits = _fits(folded, child, words)
    named = [
        f <= _STRONG and (t not in WEAK or t in child.called or all(w in WEAK for w in child.own))
        for t, f in zip(folded, fits, strict=True)
    ]
    mother_fits = [words.best_fit(m, child.mother) for m in mothers]
    sure = any(f <= SOUND and t not in WEAK for t, f in zip(folded, fits, strict=True))
    sure = sure or any(f <= SOUND for f in mother_fits)  # "denis bu retno", and Danish is Retno's
    for i, fit in enumerate(fits):
        another = folded[i] in given_names() and not _same_to_the_ear(folded[i], child)
        short = folded[i] in _CALLED_SO and any(w.startswith(folded[i]) or w.endswith(folded[i]) for w in child.own)
        another = another and not short
        if another and (_VETO_BESIDE if sure else _VETO_FROM) <= fit < PART:
            fits[i] = PART if sure and any(w.endswith(folded[i]) for w in child.own) else NOWHERE
    begins = len(folded) > 1 and folded[0] == child.own[0] and max(fits) < NOWHERE  # "Putri O"
    by_mother = not folded and bool(mothers) and max(mother_fits) < NOWHERE
    exact = all(w in child.spelled or full_form(w) in child.spelled for w in typed)
    matched = [f for f in (*fits, *mother_fits) if f < NOWHERE]
    return Likeness(
        sum(matched), len(fits) + len(mother_fits) - len(matched),
        bool(matched) and (any(named) or begins or by_mother), exact,
        any(SOUND < f < NOWHERE for f in fits), _one_slip(folded, child), _far(folded, fits, child, words),
    )  # fmt: skip


def _plain_sounds(word: str) -> str:
    """Without the sounds that many say alike: "Lutpi" and "Lutfi", "Nazwa" and "Najwa"."""
    return word.replace("j", "z").replace("v", "p").replace("f", "p")


def _same_to_the_ear(typed: str, child: ChildWords) -> bool:
    """ "Humairah" and "Khumaira" are Humaira, "Najwa" is Nazwa, "Lutfi" Lutpi, "Josua" Yosua."""
    spoken = {fold(w[1:]) for w in child.spelled if w.startswith("kh")}
    for w in child.all_own:
        alike = _plain_sounds(typed) == _plain_sounds(w) and w not in given_names()  # Vina is not Pina
        if (
            alike
            or typed.replace("j", "z") == w.replace("j", "z")
            or ({typed[0], w[0]} == {"i", "j"} and typed[1:] == w[1:])
        ):
            return True
    return typed in spoken or any(typed.rstrip("h") == w.rstrip("h") for w in child.all_own)


def _fits(folded: Sequence[str], child: ChildWords, words: Vocabulary) -> list[float]:
    """The distance of each typed word from the child's word it fits best."""
    own = child.all_own
    fits = [words.best_fit(t, own) for t in folded]
    if any(_names_her(t, f, child) for t, f in zip(folded, fits, strict=True)):
        fits = [f if f < NOWHERE else words.best_fit(t, own, beside=True) for t, f in zip(folded, fits, strict=True)]
    for i, typed in enumerate(folded):  # "Candra Kiandra" is not Candra: his one word was said already
        if SOUND < fits[i] < NOWHERE and _said_already(typed, [*folded[:i], *folded[i + 1 :]], child, words):
            fits[i] = NOWHERE
    for i in range(len(folded) - 1):  # "nur fauzi" for Nurfauzi
        if min(fits[i], fits[i + 1]) > SOUND and min(len(folded[i]), len(folded[i + 1])) > 1:
            together = words.slip(fold(folded[i] + folded[i + 1]), own)
            if together < max(fits[i], fits[i + 1]):
                fits[i] = fits[i + 1] = together / 2
    return fits


def _said_already(typed: str, others: Sequence[str], child: ChildWords, words: Vocabulary) -> bool:
    """Is the only word of hers that this could be a slip of typed beside it, as it is spelled?"""
    meant = [w for w in child.own if words.fit(typed, w, beside=True) < NOWHERE]
    return len(typed) > 2 and bool(meant) and all(w in others for w in meant)


def _names_her(typed: str, fit: float, child: ChildWords) -> bool:
    """Sure enough for more to be believed of the words beside it."""
    if fit <= SOUND:
        return typed not in WEAK or typed == child.own[0]
    return fit < NOWHERE and typed not in WEAK and len(typed) >= 5


def _one_slip(folded: Sequence[str], child: ChildWords) -> bool:
    others = [t for t in folded if t not in child.all_own]
    return len(others) == 1 and any(one_slip_apart(others[0], w) for w in child.all_own)


def _far(folded: Sequence[str], fits: Sequence[float], child: ChildWords, words: Vocabulary) -> float:
    total = 0.0
    for typed, fit in zip(folded, fits, strict=True):
        if fit >= NOWHERE:
            near = words.near(typed)
            fit = min((near[w] for w in child.all_own if w in near and w not in WEAK), default=NOWHERE)
        total += fit
    return min(total, NOWHERE)
