"""Which words of a line are the child's own name, which her mother's, which a place's or an adult's."""

from posyandu.anthropometry import Sex
from posyandu.entry.item import Item
from posyandu.entry.name_words import FAR, NameWords
from posyandu.entry.vocabulary import is_ordinary, is_seldom, word_set
from posyandu.names import Roster, full_form, given_names
from posyandu.sounds import fold

SEX_LETTERS = {"l": Sex.BOY, "p": Sex.GIRL}
_AND, _OWNER = word_set("and"), word_set("owner")
_CALLED = frozenset(("alias", "panggilan", "panggilannya", "dipanggil", "aka", "biasa dipanggil"))
_CHILD_OF, _INSTITUTIONS = word_set("child_of"), word_set("institutions")
_PROFESSIONS = frozenset(("bidan", "bides", "bu bidan", "dokter", "perawat", "suster", "bdn", "nakes", "mantri"))
_SEX_LABELS = frozenset(("jk", "kelamin", "sex", "gender", "lp"))
_CALLINGS = word_set("callings")
_ELDERS = frozenset(("cucu", "cucunya", "cucune", "putune", "incu", "incuna", "cucunyo", "cicitnya"))
_OF_HER = frozenset(("yg", "yang", "sing", "nu", "ibunya", "mamanya", "si"))
_JOINED = 2  # places after "dan" in which the second name stands
_NEWBORN = frozenset(("by", "bayi", "bayinya", "bayik", "byi", "bayine"))
_STOPS = ":;,/|="
_BEGINNING = 4  # letters of an everyday word that may begin a name


def name_words(items: list[Item], roster: Roster) -> NameWords:
    """Sort the words of a line."""
    return _Sorter(items, roster).run()


class _Sorter:
    """One pass over the items."""

    def __init__(self, items: list[Item], roster: Roster) -> None:
        self.items, self.roster, self.words = items, roster, NameWords()
        self.mother = self.place = self.adult = self.mother_taken = False  # what the last words announced
        self.elder = False  # "cucunya bu Sukaesih": she is nobody's mother here
        self.professional = False  # "bidan Rina"
        self.institution = False  # "RS", "SD": names that follow are theirs
        self.joined_at = FAR  # place of an "and" right after a name
        self.unmatched: list[tuple[int, str]] = []
        self.first_number = next((n for n, i in enumerate(items) if i.kind == "number"), len(items))

    def run(self) -> NameWords:
        for at, item in enumerate(self.items):
            self.words.newborn = self.words.newborn or item.text in _NEWBORN
            if item.text in _AND and at - 1 in self.words.places:
                self.joined_at = at
            if item.kind == "code":
                self.words.codes.append(item.text)
            elif item.kind == "word":
                self.word(at, item)
            elif item.kind != "sign" or item.text in _STOPS:
                self.elder = self.institution = self.professional = self.mother = self.place = self.adult = False
        self.settle_strangers()
        if not (self.words.child or self.words.mother or self.words.codes):
            self.begun()
        return self.words

    def begun(self) -> None:
        """ "keren 9,7 80,8" of a Kerenhapukh, "ais bb 9" of an Aisyah: an everyday word right before the measures
        that nothing but titles precede."""
        at = self.first_said - 1
        while at > 0 and self.items[at].kind == "sign":
            at -= 1
        item = self.items[at] if 0 <= at < len(self.items) - 1 else None
        alone = item is not None and all(i.has("subject") or i.kind == "sign" for i in self.items[:at])
        if item is None or not alone or item.kind != "word" or item.tags:
            return
        long = len(item.text) >= _BEGINNING and self.roster.only_begun_by(item.text)
        if long or (
            is_seldom(item.text) and (self.roster.is_like_own_word(item.text) or self.roster.begins(item.text))
        ):
            self.take(at, item)

    @property
    def first_said(self) -> int:
        """The place of the first number or label."""
        return next((n for n, i in enumerate(self.items[: self.first_number]) if i.has("label")), self.first_number)

    # -- one word

    def word(self, at: int, item: Item) -> None:
        kind = self.kind(at, item)
        self.elder = item.text in _ELDERS or (self.elder and item.text not in _OF_HER)
        self.professional = item.text in _PROFESSIONS or (self.professional and item.has("subject.adult_title"))
        self.institution = item.text in _INSTITUTIONS or (self.institution and kind == "plain")
        if kind in ("own", "strange") and len(item.text) > 1 and at - self.joined_at <= 2:
            self.words.two = True
        another = item.has("about.related") or (kind == "plain" and not item.tags)
        if another and at - self.joined_at == 1 and self.measured_next(at):
            self.words.strange.append(item.text)  # "kezia deng keren 9,8": whatever it means, it stands for somebody
        if kind == "own":
            self.take(at, item)
        elif kind == "mother":
            self.take_mother(at, item)
        elif kind == "marker":
            self.marker(item)
            self.mother = self.mother and not self.weighed_by(at)
        elif kind == "strange":
            self.stranger(at, item)
        else:
            self.mother = self.mother and item.has("subject.adult_title")
            if not item.has("subject.place") and item.text not in ("sama", "dan"):
                self.place = self.adult = False

    def weighed_by(self, at: int) -> bool:
        """ "diukur bu Tuti", "kader bu Tuti": she is nobody's mother here."""
        before = self.neighbour(at, -1)
        earlier = self.items[max(0, at - 3) : at]
        measurer = any(i.has("attendance.weighing", "weak") for i in earlier) and not any(
            i.has("label") for i in earlier
        )
        if measurer and self.items[at].has("subject.adult_title"):
            self.adult = self.professional = True  # "yg ngukur bidan Rina"
            return True
        if before is None or not before.has("attendance.weighing", "subject.adult_title") or before.has("label"):
            return False
        self.adult = before.has("attendance.weighing") or before.text in ("kader", "bidan", "bides", "bd")
        return self.adult

    def measured_next(self, at: int) -> bool:
        after = self.neighbour(at, 1)
        return after is not None and (after.kind == "number" or after.has("label", "weak"))

    def kind(self, at: int, item: Item) -> str:
        """own, mother, marker, strange or plain."""
        text = item.text
        if " " in text:
            return "marker" if item.has("subject", "about.kin") else "plain"
        if len(text) == 1:
            return self.letter(at, item)
        unlisted = not item.tags and not is_ordinary(text)
        if self.is_an_office(at, item, unlisted=unlisted):
            return "plain"
        if self.mother and self.words.child_of and self.is_calling(at, item):
            return "strange"  # "anak bu guru": whoever that is
        if self.mother and (kind := self.announced_mother(item, unlisted=unlisted)):
            return kind
        short = not item.tags and full_form(text) != text  # "kd" for Kadek
        if self.is_her_mothers(at, item):
            return "mother"
        if self.roster.is_own_word(text, exactly=True) or ((unlisted or short) and self.roster.is_own_word(text)):
            return "plain" if self.is_grammar(at, item) else "own"
        if item.has("subject", "about.kin"):
            return "marker"
        if self.mother and unlisted and self.roster.is_like_mother_word(text):
            return "mother"
        if not item.tags and not is_ordinary(text, forms=False) and self.roster.is_like_own_word(text):
            return "own"
        # "Raisa Ayu 11,2": Ayu means pretty as well; in "azka bagus pertumbuhannya" bagus only means good
        name_too = text in given_names() and at - self.words.last == 1 and not self.goes_on(at)
        if not unlisted and (item.tags or not name_too):
            return "plain"
        return "mother" if fold(text) in self.roster.mother_words else "strange"

    def is_an_office(self, at: int, item: Item, *, unlisted: bool) -> bool:
        """Part of another name: "RS Abdul Aziz", "di Tanjung Morawa", "bidan Rina", "Posyandu Mawar"."""
        before = self.neighbour(at, -1)
        earlier = self.neighbour(at, -2)
        second = (
            earlier is not None and earlier.text.endswith("posyandu") and before is not None and before.kind == "word"
        )
        if (before is not None and before.text.endswith("posyandu")) or (second and unlisted):
            return not item.has("subject", "attendance")
        if self.elder and not item.has("subject", "about.kin"):
            return not self.roster.is_own_word(item.text, exactly=True)
        if self.professional and unlisted:
            return not self.roster.is_own_word(item.text, exactly=True)
        placed = self.place and before is not None and before.has("subject.place")
        return bool(self.words.child) and (self.institution or placed)

    def is_calling(self, at: int, item: Item) -> bool:
        """What somebody does, with no name after it."""
        after = self.neighbour(at, 1)
        return item.text in _CALLINGS and (after is None or after.kind != "word" or after.has("label", "weak"))

    def goes_on(self, at: int) -> bool:
        """An everyday word follows."""
        after = self.neighbour(at, 1)
        good = self.items[at].text in ("bagus", "ayu", "cantik", "manis")
        return good and after is not None and after.kind == "word" and not after.tags and is_ordinary(after.text)

    def announced_mother(self, item: Item, *, unlisted: bool) -> str:
        """ "mother" or "strange" after "bu", "anak bu"; "" where the word may be anything."""
        if fold(full_form(item.text)) in self.roster.mother_words and not item.has("label", "unit"):
            return "mother"
        if self.words.child_of and not self.mother_taken and unlisted:
            return "mother" if self.roster.is_like_mother_word(item.text) else "strange"
        return ""

    def is_her_mothers(self, at: int, item: Item) -> bool:
        """ "rizki anak Elis": after her name and "anak", a word that is some mother's as it is written."""
        before = self.neighbour(at, -1)
        in_brackets = before is not None and before.text == "(" and at - 2 == self.words.last  # "Rizki (Elis)"
        if in_brackets and fold(item.text) in self.roster.mother_words:
            return not self.roster.is_own_word(item.text, exactly=True)
        titled = before is not None and before.has("subject.adult_title") and before.text not in _CHILD_OF
        before = self.neighbour(at, -2) if titled else before
        beside = at - 2 - titled - self.words.last in (0, 1)  # a dot may stand between
        if before is None or before.text not in _CHILD_OF or not beside or item.has("label", "unit"):
            return False
        hers = fold(item.text) in self.roster.mother_words and not self.roster.is_own_word(item.text, exactly=True)
        self.mother = self.mother or hers  # "anak teh Neneng Hasanah"
        self.words.child_of = self.words.child_of or hers
        return hers

    def is_grammar(self, at: int, item: Item) -> bool:
        """A roster word that works as a label here: "lila 15" where a Lila is on the list too; or as an everyday word
        far from the name: "... TK pagi" beside an Embun Pagi, "2 bulan" beside an Elvira Bulan."""
        before = self.neighbour(at, -1)
        if item.has("time", "counted") and before is not None and before.kind == "number":
            return True
        owned = before is not None and (before.has("subject") or before.text in _OWNER)
        everyday = bool(item.tags) or is_ordinary(item.text)
        far = bool(self.words.child) and at - self.words.last > 1 and at - self.joined_at > _JOINED
        if everyday and far and not self.measured_next(at) and not owned:
            return True
        if not item.has("label", "unit", "not_a_measure"):
            return False
        following = next((i for i in self.items[at + 1 :] if i.kind != "sign"), None)
        return following is not None and following.kind == "number" and bool(self.words.child)

    def letter(self, at: int, item: Item) -> str:
        """A single letter: a sex in brackets or after a stroke, an initial beside a name, else nothing."""
        before, after = self.neighbour(at, -1), self.neighbour(at, 1)
        if item.has("label") or before is None:
            return "own" if before is None and item.text == "m" and self.name_follows(at) else "plain"
        if (
            before.text == "/"
            and before.glued
            and item.glued
            and item.text not in SEX_LETTERS
            and at - 2 == self.words.last
        ):
            self.words.strange.append(item.text)  # "rizki/y"
            return "plain"
        said = at > 1 and before.text in ":=" and self.items[at - 2].text in _SEX_LABELS
        closed = said or before.text in "(/" or (before.text in ",-" and after is not None and after.text == ")")
        if item.text in SEX_LETTERS and closed:
            self.words.sex = SEX_LETTERS[item.text]
            return "plain"
        if item.text == "g" and after is not None and after.has("attendance"):
            return "plain"  # "g hadir"
        if item.text == "b" and after is not None and self.words.child and fold(after.text) in self.roster.mother_words:
            self.mother, self.mother_taken = True, False  # "aisyah b rina": short for "bu"
            return "marker"
        if at - 1 == self.words.last or (before.text == "." and at - 2 == self.words.last):
            return "own"
        return "own" if item.text == "m" and self.name_follows(at) else "plain"

    def name_follows(self, at: int) -> bool:
        """ "m arkan", "m. arkan": a word that is no grammar comes next, before any number."""
        following = next((i for i in self.items[at + 1 :] if i.text != "."), None)
        return at < self.first_number and following is not None and following.kind == "word" and not following.tags

    def neighbour(self, at: int, step: int) -> Item | None:
        return self.items[at + step] if 0 <= at + step < len(self.items) else None

    # -- what becomes of it

    def take(self, at: int, item: Item) -> None:
        title = item.has("subject.child_title", "subject.child_of", "subject.mother") and self.is_before_name(at)
        if title or item.text in SEX_LETTERS:
            self.words.optional.add(len(self.words.child))
        self.words.child.append(item.text)
        self.words.places.append(at)
        self.mother = self.adult = self.place = False

    def is_before_name(self, at: int) -> bool:
        """Titles stand before names: "neng Salma", not "Salma dan Neng"."""
        after = next((i for i in self.items[at + 1 :] if i.text not in ".-"), None)
        return after is not None and after.kind == "word"

    def take_mother(self, at: int, item: Item) -> None:
        if self.roster.is_own_word(item.text) and not self.words.child_of:
            self.words.either.append(item.text)
        self.words.mother.append(item.text)
        self.words.mother_places.append(at)
        self.words.mother_marked = self.words.mother_marked or self.mother or self.words.child_of
        self.mother_taken = True

    def marker(self, item: Item) -> None:
        male = item.text in ("putra", "putranya") or item.has("subject.male")
        female = item.text in ("putri", "putrinya") or item.has("subject.female")
        if male != female:
            self.words.sex = self.words.sex or (Sex.BOY if male else Sex.GIRL)
        self.words.child_of = self.words.child_of or item.has("subject.child_of")
        self.adult = self.adult or item.has("subject.adult_title")
        if item.has("subject.mother"):
            self.mother, self.mother_taken = True, False
        if item.has("subject.place"):
            self.place, self.mother = True, False

    def stranger(self, at: int, item: Item) -> None:
        """A name that nobody here has."""
        before, after = self.neighbour(at, -1), self.neighbour(at, 1)
        if after is not None and after.text in _CALLED:
            return  # "beni alias Benediktus"
        if self.words.child and before is not None and before.text in _CALLED:
            return  # "Raisa Andini alias Ica"
        beside_child = bool(self.words.child) and at < self.first_number  # "aisyah bu tuti 8,8"
        if self.mother and (self.words.child_of or beside_child):
            self.words.mother.append(item.text)
            self.words.mother_unknown = True
        elif self.adult and not self.own_follows(at):
            self.words.adult = True
        elif not self.place:
            self.unmatched.append((at, item.text))

    def own_follows(self, at: int) -> bool:
        """A child's word comes right after."""
        after = self.neighbour(at, 1)
        if after is None or after.kind != "word":
            return False
        return self.roster.is_own_word(after.text, exactly=True) or (
            not after.tags and self.roster.is_own_word(after.text)
        )

    def settle_strangers(self) -> None:
        """Words that fit nobody: beside a child's name they belong to it, elsewhere they are only noted."""
        words = self.words
        whole = len(words.child) > 1 and self.roster.has_whole_name(words.child)
        for at, text in self.unmatched:
            if whole and at > words.places[0] and fold(text) not in given_names():
                continue  # "Siti Khotijah sedino iki 14,9": her whole name was said, this is some other word
            named = [*words.places, *words.mother_places]
            if not named or any(self.touches(at, place) for place in named):
                index = sum(1 for place in words.places if place < at)
                words.child.insert(index, text)
                words.places.insert(index, at)
                words.optional = {n + (n >= index) for n in words.optional}
            elif fold(text) in given_names():
                words.strange.append(text)

    def touches(self, at: int, place: int) -> bool:
        """Nothing but a dot, a dash or a title stands between."""
        between = self.items[min(at, place) + 1 : max(at, place)]
        return len(between) <= 2 and all(i.text in ".,-" or i.has("subject.child_title") for i in between)
