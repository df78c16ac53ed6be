"""Who a line is about: the child's own words, her mother's, and what else is said of her (RT, age, sex, code)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from posyandu.anthropometry import Sex
from posyandu.child_code import read_code
from posyandu.entry.amounts import Amounts
from posyandu.entry.item import Item
from posyandu.entry.name_words import NameWords
from posyandu.entry.naming import SEX_LETTERS, name_words
from posyandu.entry.reading import Why
from posyandu.entry.vocabulary import word_set
from posyandu.names import Answer, Found, Roster, RosterChild, words_of
from posyandu.sounds import fold

_DAYS_PER_MONTH = 30.4375
_SHORTEST_BEGINNING = 3  # letters of a mother's name that was not written out
_OWNER, _YOUNGER, _POINTING = (word_set(name) for name in ("owner", "younger", "pointing"))
_BIRTH, _HEARSAY = word_set("birth"), word_set("hearsay")
_WHY = {
    Answer.ONE: None,
    Answer.SEVERAL: Why.WHICH_CHILD,
    Answer.TWO: Why.TWO_CHILDREN,
    Answer.OTHER: Why.OTHER_NAME,
    Answer.UNKNOWN: Why.UNKNOWN_CHILD,
    Answer.NOTHING: Why.NO_CHILD,
}


@dataclass(slots=True)
class Subject:
    """Whom the words name. `why` is the reason to ask when `child` alone does not settle it."""

    child: RosterChild | None = None
    why: Why | None = None
    detail: str = ""
    candidates: tuple[RosterChild, ...] = ()
    typed: str = ""
    named: bool = False  # some word may be a child's name
    related: str = ""  # "kakaknya", "ibunya" beside the name: someone else is measured
    by_mother: bool = False  # nothing but the mother was named, not even as "anak bu ..."
    strange: str = ""  # a name elsewhere in the line that may be another person's
    adult: bool = False  # only an adult was named
    exact: RosterChild | None = None  # of the candidates, the only one whose name is spelled just so
    called: RosterChild | None = None  # the one whose name begins or ends with the only word typed, which is a name too


def read_subject(items: list[Item], amounts: Amounts, roster: Roster, on: date) -> Subject:
    """The child a line is about."""
    words = name_words(items, roster)
    subject = Subject(
        typed=" ".join([*words.child, *(["bu", *words.mother] if words.mother else [])]),
        named=bool(words.child or words.mother or words.codes), related=_related(items, words),
        by_mother=bool(words.mother) and not words.child and not words.child_of, strange=" ".join(words.strange),
        adult=words.adult,
    )  # fmt: skip
    said = _Said(amounts, words.sex, on, _birth(items, roster, on))
    if words.codes:
        _by_code(words, roster, subject)
    else:
        _by_name(words, roster, said, subject)
    if subject.child is not None and subject.why is None and (misfit := said.misfit(subject.child)) is not None:
        subject.why, subject.detail = misfit
    if subject.exact is not None and said.misfit(subject.exact) is not None:
        subject.exact = None
    if subject.called is not None and said.misfit(subject.called) is not None:
        subject.called = None
    return subject


def _by_code(words: NameWords, roster: Roster, subject: Subject) -> None:
    """A code names the child; a name beside it must be hers."""
    found = []
    for code in words.codes:
        child = roster.by_id.get(code.casefold()) or roster.by_code.get(read_code(code) or "")
        if child is None:
            subject.why, subject.detail = Why.BAD_CODE, code
            return
        found.append(child)
    subject.candidates = tuple(dict.fromkeys(found))
    if len(subject.candidates) > 1:
        subject.why = Why.TWO_CHILDREN
    elif words.child and found[0] not in roster.find(words.child, words.mother).candidates:
        subject.why, subject.detail = Why.BAD_CODE, words.codes[0]
    else:
        subject.child = found[0]


def _write_out_mother(words: NameWords, roster: Roster) -> None:
    """ "Aisyah bu rin": beside a child's own name, the beginning of one mother's name stands for it."""
    if not words.child or not words.mother or all(fold(m) in roster.mother_words for m in words.mother):
        return
    parents = {fold(w) for c in roster.find(words.child).candidates for w in words_of(c.mother)}
    whole = [[p for p in parents if p.startswith(fold(m)) and len(m) >= _SHORTEST_BEGINNING] for m in words.mother]
    if all(len(found) == 1 for found in whole):
        words.mother, words.mother_unknown = [found[0] for found in whole], False


def _by_name(words: NameWords, roster: Roster, said: "_Said", subject: Subject) -> None:
    _write_out_mother(words, roster)
    found = _find(words, roster, said)
    if found.child is None and words.child and words.mother:
        alone = roster.find(words.child)
        if alone.child is not None:  # the child is clear, but this is not her mother
            subject.child, subject.candidates = alone.child, alone.candidates
            subject.why, subject.detail = Why.MOTHER, " ".join(words.mother)
            return
    subject.candidates, subject.why, subject.exact = found.candidates, _WHY[found.answer], found.exact
    if found.answer is Answer.SEVERAL and words.newborn:  # "by. ny. Riska", where Riska has an elder child too
        subject.exact = roster.nameless_of(found.candidates) or subject.exact
    if found.answer is Answer.UNKNOWN and len(words.child) == 1 and not words.mother and not words.strange:
        subject.called = roster.called_so(words.child[0])
    if words.two and len(words.child) > 1:
        subject.why = Why.TWO_CHILDREN
    elif found.child is not None and not words.child and not words.mother_marked:
        subject.why = Why.UNKNOWN_CHILD  # only a word that is some mother's name
    elif found.child is not None and words.mother_unknown:
        subject.why, subject.detail = Why.MOTHER, " ".join(words.mother)
    else:
        subject.child = found.child


def _find(words: NameWords, roster: Roster, said: "_Said") -> Found:
    """The child by the words; those that may be names or not are tried both ways, several are narrowed by the rest."""
    found = roster.find(words.child, words.mother)
    fewer = [w for n, w in enumerate(words.child) if n not in words.optional]
    if found.answer is not Answer.ONE and words.optional and (fewer or words.mother):
        without = roster.find(fewer, words.mother)
        if without.answer in (Answer.ONE, Answer.SEVERAL):
            found = without
            said.sex = said.sex or next((SEX_LETTERS[w] for w in words.child if w in SEX_LETTERS), None)
    if found.answer is not Answer.ONE and words.either and words.child:  # "bu Wulan Lestari 9,2": Wulan is the child
        others = [m for m in words.mother if m not in words.either]
        with_them = roster.find([*words.either, *words.child], others)
        found = with_them if with_them.answer is Answer.ONE else found
    if found.answer is Answer.SEVERAL and len(found.candidates) > 1:
        fit = said.among(found.candidates)
        if len(fit) == 1:
            return Found(Answer.ONE, fit[0], (fit[0],))
    return found


@dataclass(slots=True)
class _Said:
    """What else the line says of the child."""

    amounts: Amounts
    sex: Sex | None
    on: date
    birth: date | None

    def misfit(self, child: RosterChild) -> tuple[Why, str] | None:
        """The first thing said that is not this child's."""
        rt, months = self.amounts.rt, self.amounts.months
        if rt is not None and child.rt.strip().isdigit() and int(child.rt) != int(rt):
            return Why.RT, rt
        if self.sex is not None and child.sex is not None and child.sex != self.sex:
            return Why.SEX, self.sex.value
        if self.birth is not None and child.birth is not None and self.birth != child.birth:
            return Why.BIRTH, self.birth.isoformat()
        if self.amounts.age_sure and months is not None and not self.fits_age(child, months):
            return Why.AGE, f"{months:.0f}"
        return None

    def fits_age(self, child: RosterChild, months: float) -> bool:
        """Is the age said hers, as loosely as people say ages?"""
        if child.birth is None:
            return True
        real = (self.on - child.birth).days / _DAYS_PER_MONTH
        if (self.amounts.age_in_column or self.amounts.age_bare) and months <= 5 and real > 12:  # a column of years
            return months - 0.5 <= real / 12 < months + 1
        if months >= 12 and months % 12 == 0:  # "3 th": said in whole years
            return months - 6 <= real < months + 12
        return abs(real - months) <= 1.5 + 0.03 * real

    def among(self, children: Sequence[RosterChild]) -> list[RosterChild]:
        """Those of several whom everything said fits, an unsure age too."""
        fit = [c for c in children if self.misfit(c) is None]
        if len(fit) > 1 and (months := self.amounts.months) is not None:
            aged = [c for c in fit if self.fits_age(c, months)]
            fit = aged if len(aged) == 1 else fit
        return fit


def _birth(items: list[Item], roster: Roster, on: date) -> date | None:
    """A date after "lahir", or one that is some child's birthday."""
    for at, item in enumerate(items):
        if item.day is None:
            continue
        said = any(i.text in _BIRTH for i in items[max(0, at - 3) : at])
        if said or (item.day < on and any(c.birth == item.day for c in roster.children)):
            return item.day
    return None


def _related(items: list[Item], words: NameWords) -> str:
    """A word like "kakaknya" right before or after the child's name; anywhere "punya tetangga" and "itu adiknya"; alone
    after the numbers. In "Keisha mamanya Yanti" it only tells whose child she is."""
    places = words.places
    beside = [at for place in places for at in (place - 1, place + 1) if 0 <= at < len(items)]
    said_by = [at for at in beside if at and items[at - 1].text in _HEARSAY]  # "kata mamanya galih susah makan, 15,7"
    mothers = said_by + [at for at in beside if items[at].has("subject.mother") and at + 1 in words.mother_places]
    near = next((items[at].text for at in beside if items[at].has("about.related") and at not in mothers), "")
    near = near or next((items[at - 1].text for at in places if at and items[at - 1].text in _YOUNGER), "")
    theirs = next(
        (
            b.text
            for a, b in pairwise(items)
            if (a.text in _OWNER or a.has("label")) and b.has("about.kin", "about.related")
        ),
        "",
    )
    far = next((c.text for a, b, c in zip(items, items[1:], items[2:], strict=False) if _anothers(a, b, c)), "")
    return near or theirs or far or _alone_after_numbers(items)


def _anothers(owner: Item, child: Item, whose: Item) -> bool:
    """ "punya anak tetangganya"."""
    return owner.text in _OWNER and child.text.startswith("anak") and whose.has("about.kin", "about.related")


def _alone_after_numbers(items: list[Item]) -> str:
    """ "azzam 11,2 83 kembarannya", "... tapi itu adiknya"; in "adiknya ikut" something is said of that child."""
    last = max((n for n, i in enumerate(items) if i.kind == "number"), default=None)
    rest = (
        [i for i in items[last + 1 :] if i.kind == "word" and not i.has("unit", "subject.child_title")] if last else []
    )
    child = ("anak", "budak", "barudak", "arek", "bocah", "anake", "anakna")
    before = [i for i in rest[:-1] if i.text not in child]
    said = bool(rest) and rest[-1].has("about.related") and all(i.text in _POINTING for i in before)
    return rest[-1].text if said else ""
