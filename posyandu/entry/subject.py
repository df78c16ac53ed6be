"""Who a line is about: the child's own words, her mother's, and what else is said of her (RT, age, sex, code)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from posyandu.anthropometry import Sex
from posyandu.child_code import looks_like_code, read_code
from posyandu.entry.amounts import Amounts
from posyandu.entry.lexer import Item
from posyandu.entry.reading import Why
from posyandu.entry.vocabulary import is_ordinary
from posyandu.names import Answer, Found, Roster, RosterChild, full_form, given_names
from posyandu.sounds import fold

_DAYS_PER_MONTH = 30.4375
_SEX_WORDS = {"l": Sex.BOY, "p": Sex.GIRL}
_AND = frozenset(["dan", "sama", "&", "+", "jeung", "karo", "serta", "atau", "lan", "ambek", "sareng", "kaliyan"])


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
    strange: str = ""  # a word elsewhere in the line that may be another person
    adult: bool = False  # only an adult was named


@dataclass(slots=True)
class _Words:
    """The words of a line, sorted."""

    child: list[str] = field(default_factory=list)
    optional: set[int] = field(default_factory=set)  # places in `child` of words that are titles as well
    mother: list[str] = field(default_factory=list)
    mother_marked: bool = False  # "anak bu ...", "bu ..."
    mother_unknown: bool = False
    either: list[str] = field(default_factory=list)  # of the mother's words, those that a child on the list has too
    strange: list[str] = field(default_factory=list)
    sex: Sex | None = None
    child_of: bool = False
    adult: bool = False
    codes: list[str] = field(default_factory=list)
    last_child: int = -9  # place of the last item taken as a child's name
    two: bool = False  # names joined by "dan"
    spot: list[int] = field(default_factory=list)  # place of each child word


def read_subject(items: list[Item], amounts: Amounts, roster: Roster, on: date) -> Subject:
    """The child a line is about."""
    words = _Sorter(items, roster).run()
    typed = " ".join([*words.child, *(f"bu {' '.join(words.mother)}" for _ in [0] if words.mother)])
    subject = Subject(typed=typed.strip(), named=bool(words.child or words.mother), adult=words.adult)
    if words.codes:
        return _by_code(words, roster, subject)
    said = _Said(amounts, words.sex, on, _birth(items, roster, on))
    found = _find(words, roster, said)
    subject.strange = " ".join(words.strange)
    subject.related = _related(items, words.spot)
    subject.by_mother = bool(words.mother) and not words.child and not words.child_of
    return _judge(found, words, said, subject)


class _Sorter:
    """One pass over the items: which words are the child's, the mother's, a place's, nobody's."""

    def __init__(self, items: list[Item], roster: Roster) -> None:
        self.items, self.roster, self.words = items, roster, _Words()
        self.mother = self.place = self.adult = self.mother_taken = False
        self.joined_at = -9  # place of an "and" right after a name
        self.unmatched: list[tuple[int, str]] = []
        self.first_number = next((n for n, i in enumerate(items) if i.kind == "number"), len(items))

    def run(self) -> _Words:
        for at, item in enumerate(self.items):
            if item.text in _AND and at - 1 in self.words.spot:
                self.joined_at = at
            if item.kind == "code":
                self.words.codes.append(item.text)
            elif item.kind == "word":
                self.word(at, item)
            elif item.kind != "sign" or item.text in ":;,/|=":
                self.mother = self.place = self.adult = False
        self.adjacent_strangers()
        return self.words

    def word(self, at: int, item: Item) -> None:
        kind = self.kind(at, item)
        if kind in ("own", "strange") and len(item.text) > 1 and at - self.joined_at <= 2:
            self.words.two = True
        if kind == "own":
            title = item.has("subject.child_title", "subject.child_of", "subject.mother") and self.is_before_name(at)
            self.take(at, item, optional=title or item.text in _SEX_WORDS)
            self.mother = self.adult = self.place = False
        elif kind == "mother":
            if self.roster.is_own_word(item.text) and not self.words.child_of:
                self.words.either.append(item.text)
            self.words.mother.append(item.text)
            self.mother_taken = True
            self.words.mother_marked = self.words.mother_marked or self.mother or self.words.child_of
        elif kind == "marker":
            self.marker(at, item)
        elif kind == "strange":
            self.stranger(at, item)
        else:
            self.mother = self.mother and item.has("subject.adult_title")
            if not item.has("subject.place") and item.text not in ("sama", "dan"):
                self.place = self.adult = False

    def kind(self, at: int, item: Item) -> str:
        """own, mother, marker, strange or plain."""
        text, single = item.text, " " not in item.text
        if not single:
            return "marker" if item.has("subject", "about.kin") else "plain"
        if len(text) == 1:
            return self.letter(at, item)
        tagged = bool(item.tags)
        if self.mother and fold(full_form(text)) in self.roster.mother_words and not item.has("label", "unit"):
            return "mother"
        if self.mother and self.words.child_of and not self.mother_taken and not tagged and not is_ordinary(text):
            return "mother" if self.roster.is_like_mother_word(text) else "strange"
        if self.roster.is_own_word(text, exactly=True) or (
            not tagged and not is_ordinary(text) and self.roster.is_own_word(text)
        ):
            return "plain" if self.is_grammar(at, item) else "own"
        if item.has("subject", "about.kin"):
            return "marker"
        if self.mother and not tagged and not is_ordinary(text) and self.roster.is_like_mother_word(text):
            return "mother"
        if not tagged and not is_ordinary(text, forms=False) and self.roster.is_like_own_word(text):
            return "own"
        if tagged or (is_ordinary(text) and not (text in given_names() and at - self.words.last_child == 1)):
            return "plain"
        if fold(text) in self.roster.mother_words:
            return "mother"
        return "strange" if len(text) > 1 else "plain"

    def is_grammar(self, at: int, item: Item) -> bool:
        """A roster word that works as a label here: "lila 15" where a Lila is on the list too."""
        if not item.has("label", "unit", "not_a_measure"):
            return False
        following = next((i for i in self.items[at + 1 :] if i.kind != "sign"), None)
        return following is not None and following.kind == "number" and bool(self.words.child)

    def letter(self, at: int, item: Item) -> str:
        """A single letter: an initial beside a name, a sex in brackets, else nothing."""
        if item.has("label"):
            return "plain"
        before, after = self.neighbour(at, -1), self.neighbour(at, 1)
        bracketed = any(i is not None and i.text in "()" for i in (before, after)) or (
            before is not None and before.text == "/"
        )
        if item.text in _SEX_WORDS and (
            bracketed and not (before is not None and before.kind == "word" and before.glued)
        ):
            if before is not None and before.text in "(/,-":
                self.words.sex = _SEX_WORDS[item.text]
                return "plain"
        if at - 1 == self.words.last_child or (
            at - 2 == self.words.last_child and before is not None and before.text == "."
        ):
            return "own"
        if item.text == "m" and after is not None and after.kind in ("word", "sign") and at < self.first_number:
            nearby = after if after.kind == "word" else self.neighbour(at + 1, 1)
            if nearby is not None and nearby.kind == "word" and not nearby.tags:
                return "own"
        return "plain"

    def neighbour(self, at: int, step: int) -> Item | None:
        return self.items[at + step] if 0 <= at + step < len(self.items) else None

    def take(self, at: int, item: Item, *, optional: bool = False) -> None:
        if optional:
            self.words.optional.add(len(self.words.child))
        self.words.child.append(item.text)
        self.words.spot.append(at)
        self.words.last_child = at

    def marker(self, at: int, item: Item) -> None:
        if item.text in ("putra", "putranya") or item.has("subject.male"):
            self.words.sex = self.words.sex or (Sex.BOY if item.text not in _SEX_WORDS else None)
        elif item.text in ("putri", "putrinya") or item.has("subject.female"):
            self.words.sex = self.words.sex or (Sex.GIRL if item.text not in _SEX_WORDS else None)
        if item.has("subject.child_of"):
            self.words.child_of = True
        if item.has("subject.mother"):
            self.mother, self.mother_taken = True, False
        if item.has("subject.adult_title"):
            self.adult = True
        if item.has("subject.place"):
            self.place, self.mother = True, False

    def stranger(self, at: int, item: Item) -> None:
        if self.mother and self.words.child_of:
            self.words.mother.append(item.text)
            self.words.mother_unknown = True
        elif self.mother and self.words.child and at < self.first_number:
            self.words.mother.append(item.text)  # "aisyah bu tuti 8,8": a mother nobody here has
            self.words.mother_unknown = True
        elif self.adult and not self.own_follows(at):
            self.words.adult = True
        elif not self.place:
            self.unmatched.append((at, item.text))

    def is_before_name(self, at: int) -> bool:
        """Titles stand before names: "neng Salma", not "Salma dan Neng"."""
        after = next((i for i in self.items[at + 1 :] if i.kind != "sign" or i.text not in ".-"), None)
        return after is not None and after.kind == "word"

    def own_follows(self, at: int) -> bool:
        """A child's word comes right after."""
        after = self.neighbour(at, 1)
        return after is not None and after.kind == "word" and not after.tags and self.roster.is_own_word(after.text)

    def adjacent_strangers(self) -> None:
        """Words that fit nobody: beside a child's name they belong to it, elsewhere they are only noted."""
        for at, text in self.unmatched:
            beside = any(self._joined(at, spot) for spot in self.words.spot)
            if beside or not self.words.spot:
                place = sum(1 for spot in self.words.spot if spot < at)
                self.words.child.insert(place, text)
                self.words.spot.insert(place, at)
                self.words.optional = {p + (p >= place) for p in self.words.optional}
            elif fold(text) in given_names():
                self.words.strange.append(text)

    def _joined(self, at: int, spot: int) -> bool:
        between = self.items[min(at, spot) + 1 : max(at, spot)]
        return all((i.kind == "sign" and i.text in ".,-") or i.has("subject.child_title") for i in between) and len(between) <= 2  # fmt: skip


@dataclass(slots=True)
class _Said:
    """What else the line says of the child."""

    amounts: Amounts
    sex: Sex | None
    on: date
    birth: date | None

    def misfit(self, child: RosterChild) -> tuple[Why, str] | None:
        """The first thing said that is not this child's."""
        a = self.amounts
        if a.rt is not None and child.rt.strip().isdigit() and int(child.rt) != int(a.rt):
            return Why.RT, a.rt
        if self.sex is not None and child.sex is not None and child.sex != self.sex:
            return Why.SEX, self.sex.value
        if self.birth is not None and child.birth is not None and self.birth != child.birth:
            return Why.BIRTH, self.birth.isoformat()
        if a.age_sure and a.months is not None and not self.fits_age(child):
            return Why.AGE, f"{a.months:.0f}"
        return None

    def fits_age(self, child: RosterChild) -> bool:
        if child.birth is None or self.amounts.months is None:
            return True
        real, said = (self.on - child.birth).days / _DAYS_PER_MONTH, self.amounts.months
        if self.amounts.age_in_column and said <= 5 and real > 12:
            return said - 0.5 <= real / 12 < said + 1
        if said >= 12 and said % 12 == 0:  # "3 th": said in whole years
            return said - 6 <= real < said + 12
        return abs(real - said) <= 1.5 + 0.03 * real

    def among(self, children: Sequence[RosterChild]) -> list[RosterChild]:
        """Those of several whom everything said fits, an unsure age too."""
        fit = [c for c in children if self.misfit(c) is None]
        if len(fit) > 1 and self.amounts.months is not None:
            aged = [c for c in fit if self.fits_age(c)]
            fit = aged if len(aged) == 1 else fit
        return fit


def _birth(items: list[Item], roster: Roster, on: date) -> date | None:
    """A date after "lahir", or one that is some child's birthday."""
    births = {c.birth for c in roster.children}
    for at, item in enumerate(items):
        if item.day is None:
            continue
        words = [i.text for i in items[max(0, at - 3) : at]]
        if any(w in ("lahir", "lhr", "lahirnya", "ttl", "kelahiran") for w in words) or (
            item.day in births and item.day < on
        ):
            return item.day
    return None


def _by_code(words: _Words, roster: Roster, subject: Subject) -> Subject:
    """A code names the child; a name beside it must be hers."""
    subject.named = True
    found = []
    for code in words.codes:
        child = (
            roster.by_id.get(code.casefold()) or roster.by_code.get(read_code(code) or "")
            if looks_like_code(code)
            else roster.by_id.get(code.casefold())
        )
        if child is None:
            subject.why, subject.detail = Why.BAD_CODE, code
            return subject
        found.append(child)
    if len({c.id for c in found}) > 1:
        subject.why, subject.candidates = Why.TWO_CHILDREN, tuple(found[:4])
        return subject
    if words.child and found[0].id not in [c.id for c in roster.find(words.child, words.mother).candidates]:
        subject.why, subject.detail = Why.BAD_CODE, words.codes[0]
        return subject
    subject.child, subject.candidates = found[0], (found[0],)
    return subject


def _find(words: _Words, roster: Roster, said: _Said) -> Found:
    """The child by the words; titles that might be names are tried both ways."""
    found = roster.find(words.child, words.mother)
    if found.answer is not Answer.ONE and words.optional:
        fewer = [w for n, w in enumerate(words.child) if n not in words.optional]
        if fewer or words.mother:
            other = roster.find(fewer, words.mother)
            if other.answer in (Answer.ONE, Answer.SEVERAL):
                found = other
                said.sex = said.sex or next((_SEX_WORDS[w] for w in words.child if w in _SEX_WORDS), None)
    if found.answer is not Answer.ONE and words.either and words.child:  # "bu Wulan Lestari 9,2": Wulan is the child
        other = roster.find([*words.either, *words.child], [m for m in words.mother if m not in words.either])
        found = other if other.answer is Answer.ONE else found
    if found.answer is Answer.SEVERAL:
        everyone = found.candidates
        fit = said.among(everyone)
        if len(fit) == 1 and len(everyone) > 1:
            return Found(Answer.ONE, fit[0], (fit[0],))
    return found


def _related(items: list[Item], spots: list[int]) -> str:
    """A word like "kakaknya" right before or after the child's name."""
    for spot in spots:
        for at in (spot - 1, spot + 1):
            if 0 <= at < len(items) and items[at].has("about.related"):
                return items[at].text
    return ""


_WHY = {
    Answer.SEVERAL: Why.WHICH_CHILD, Answer.TWO: Why.TWO_CHILDREN, Answer.OTHER: Why.OTHER_NAME,
    Answer.UNKNOWN: Why.UNKNOWN_CHILD, Answer.NOTHING: Why.NO_CHILD,
}  # fmt: skip


def _judge(found: Found, words: _Words, said: _Said, subject: Subject) -> Subject:
    subject.candidates = found.candidates
    if words.two and len(words.child) > 1:
        subject.why = Why.TWO_CHILDREN
        return subject
    if found.child is None:
        subject.why = _WHY[found.answer]
        return subject
    if not words.child and not words.mother_marked:
        subject.why = Why.UNKNOWN_CHILD  # only a word that is some mother's name
        return subject
    if words.mother_unknown:
        subject.why, subject.detail = Why.MOTHER, " ".join(words.mother)
        return subject
    subject.child = found.child
    if (misfit := said.misfit(found.child)) is not None:
        subject.why, subject.detail = misfit
    return subject
