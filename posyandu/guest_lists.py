"""Lists taken at the door: what an usher types, pastes or photographs, and how lists that overlap become one.

Pure. Whoever stands on any list was there, once; the earliest time that is known counts. The order in which lists
arrive makes no difference, so three ushers without signal may send theirs whenever they have it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from posyandu.event_code import looks_like_code, read_code, read_qr
from posyandu.names import Answer, Roster, RosterChild, full_form, words_of
from posyandu.sounds import could_be_near, fold

MOST_LINES = 2000
_TIME = re.compile(r"\b(?:jam|pukul|pkl)?\.?\s*([01]?\d|2[0-3])[.:]([0-5]\d)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\d{1,5}\s*[.)]\s+|[-•*]\s*)")
_HINT = re.compile(r"\s*(?:,|;|\t|\(|\s[-–]\s)\s*")
_SEVERAL = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Line:
    """One guest of a list: a code, or a name with what was written beside it; `minute` of the local day if it was
    written down. `wrong`: it has the shape of a code and is none."""

    said: str
    code: str | None = None
    name: str = ""
    beside: str = ""
    minute: int | None = None
    wrong: bool = False
    event_id: int | None = None  # of a QR code: the event it was made for


def read_lines(text: str) -> list[Line]:
    """Every guest that a message names, in order; at most MOST_LINES."""
    found: list[Line] = []
    for raw in text.splitlines():
        found += _line(raw)
        if len(found) >= MOST_LINES:
            break
    return found[:MOST_LINES]


def _line(raw: str) -> list[Line]:
    said = _NUMBERED.sub("", raw).strip()
    timed = _TIME.search(said)
    minute = int(timed[1]) * 60 + int(timed[2]) if timed else None
    rest = (said[: timed.start()] + said[timed.end() :]).strip(" ,;-–") if timed else said
    if not rest:
        return []
    if qr := read_qr(rest):
        return [Line(said, qr[1], minute=minute, event_id=qr[0])]
    if looks_like_code(rest):
        return [_coded(said, rest, minute)]
    parts = [p for p in _SEVERAL.split(rest) if p]
    if len(parts) > 1 and all(looks_like_code(p) for p in parts):
        return [_coded(p, p, minute) for p in parts]
    parts = [p.strip() for p in rest.split(",")]
    if len(parts) > 2 and all(p and len(p.split()) <= 4 and not any(c.isdigit() for c in p) for p in parts):
        return [Line(p, name=p, minute=minute) for p in parts]  # names in a row, and no place beside one
    name, *beside = _HINT.split(rest, maxsplit=1)
    if not any(c.isalpha() for c in name):
        return []
    return [Line(said, name=name.strip(" .)"), beside=" ".join(beside).strip(" .)"), minute=minute)]


def _coded(said: str, text: str, minute: int | None) -> Line:
    code = read_code(text)
    return Line(said, code, minute=minute, wrong=code is None)


# -- whom a name means ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Guest:
    """Somebody on the guest list: `where` is her posyandu and area in words, `stand_in` who comes for her."""

    id: int
    name: str
    where: str = ""
    stand_in: str = ""


class GuestList:
    """The guests of one event, prepared for many look-ups by name."""

    def __init__(self, guests: Iterable[Guest]) -> None:
        self._guests: dict[int, Guest] = {}
        self._exact: dict[tuple[str, ...], list[int]] = {}
        self._names: list[tuple[int, str]] = []  # a guest's own name, and of who comes for her
        self._by_word: dict[str, list[int]] = {}  # their places in that list, by each word
        self._folded: list[tuple[str, ...]] = []
        for guest in guests:
            self.add(guest)

    def add(self, guest: Guest) -> None:
        """One more guest."""
        self._guests[guest.id] = guest
        for name in filter(None, (guest.name, guest.stand_in)):
            self._exact.setdefault(words_of(name), []).append(guest.id)
            folded = tuple(fold(full_form(w)) for w in words_of(name))
            for word in set(folded):
                self._by_word.setdefault(word, []).append(len(self._names))
            self._names.append((guest.id, name))
            self._folded.append(folded)

    def find(self, line: Line) -> list[Guest]:
        """One guest; several when the name alone does not tell; none."""
        ids = list(dict.fromkeys(self._exact.get(words_of(line.name), ())))
        found = [self._guests[i] for i in ids] or self._alike(line.name)
        if len(found) > 1 and line.beside:
            wanted = set(words_of(line.beside)) | set(re.findall(r"\d+", line.beside))
            near = [g for g in found if wanted & (set(words_of(g.where)) | set(re.findall(r"\d+", g.where)))]
            found = near or found
        return found

    def sure(self, line: Line, found: Sequence[Guest]) -> bool:
        """Is it she, without a question? One word of a longer name may be somebody else's."""
        if len(found) != 1:
            return False
        typed, own, stand_in = (words_of(name) for name in (line.name, found[0].name, found[0].stand_in))
        return len(typed) >= min(2, len(own)) or typed == stand_in

    def _alike(self, name: str) -> list[Guest]:
        """As a kader spells it: the rules for children's names do for grown-ups, too. Part of a name is not enough.

        One word at least must be as it is on the list: twelve thousand names are not gone through for every guess.
        """
        words = words_of(name)
        folded = [fold(full_form(w)) for w in words]
        sharing = {i for f in folded for i in self._by_word.get(f, ())}
        likely = [i for i in sharing if _may_be(folded, self._folded[i])]
        if not words or not likely:
            return []
        found = Roster(_as_child(i, self._names[i][1]) for i in sorted(likely)).find(words)
        if found.answer not in (Answer.ONE, Answer.SEVERAL):
            return []
        named = [self._names[int(c.id)] for c in found.candidates]
        ids = dict.fromkeys(guest for guest, name in named if len(words_of(name)) <= len(words) + 1)
        return [self._guests[i] for i in ids]


def _may_be(typed: Sequence[str], known: Sequence[str]) -> bool:
    """Is every typed word, but for a slip, one of these?"""
    return all(any(t == k or (len(t) > 2 and could_be_near(t, k)) for k in known) for t in typed)


def _as_child(number: int, name: str) -> RosterChild:
    return RosterChild(str(number), name, None, None, date.min, "", "")


# -- lists that overlap -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tap:
    """One guest on one usher's list. `at`: epoch ms, or None where no time is known."""

    guest: int
    at: int | None = None
    by: int = 0


def merged(lists: Iterable[Sequence[Tap]]) -> Mapping[int, int | None]:
    """Who was there, each once, with the earliest time that any list knows."""
    out: dict[int, int | None] = {}
    for tap in (tap for taps in lists for tap in taps):
        known = out.get(tap.guest)
        out[tap.guest] = tap.at if known is None else known if tap.at is None else min(known, tap.at)
    return out
