"""A small weighing talk for the kernel's tests: children, words, a flow, and a person who talks to it.

Every turn goes to JSON and back and is run twice: a flow that is not pure fails wherever it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.dialogue import Ask, Done, Finished, Flow, Question, Said, Session, Showing, back, resume


@dataclass(frozen=True)
class Child:
    id: int
    name: str
    aka: tuple[str, ...] = ()


ADI, BUDI, CICI = Child(1, "Adi Nugraha"), Child(2, "Budi Santoso"), Child(3, "Cici Paramida", ("Neng",))


@dataclass(frozen=True)
class Weighed:
    child: int
    grams: int
    mm: int | None = None
    extras: tuple[str, ...] = ()


SAID = {
    "yes": ("Ya", "iya", "betul", "👍"),
    "no": ("Tidak", "bukan", "tidak ada"),
    "save": ("Simpan", "ya, simpan"),
    "change": ("Ubah", "ganti"),
    "cancel": ("Batal",),
    "again": ("Ketik ulang", "salah"),
    "skip": ("Lewati", "tidak diukur"),
    "-": ("Tidak ada di daftar", "bukan mereka"),
    "child": ("Anak",),
    "weight": ("Berat",),
    "length": ("Panjang",),
    "vit_a": ("Vitamin A",),
    "oedema": ("Bengkak kedua kaki",),
}


class Words:
    """The fixed options' words, as a catalogue gives them."""

    def option_words(self, question: str, option: str) -> tuple[str, ...]:
        return SAID.get(option, (option,))


def kilos(text: str) -> int | None:
    """ "8,4" is 8400 grams."""
    try:
        return round(float(text.replace(",", ".")) * 1000)
    except (ValueError, OverflowError):
        return None


def centimetres(text: str) -> int | None:
    try:
        return round(float(text.replace(",", ".")) * 10)
    except (ValueError, OverflowError):
        return None


def weighing(ask: Ask, look: Look) -> Done:
    """Which child, how heavy, how long, extras; save."""
    child = ask.one("child", look.children)
    grams = ask.value("weight", read=kilos, between=(500, 40_000), doubt=far_from(look, child), child=child)
    mm = ask.value("length", read=centimetres, between=(300, 1300), skip=True, child=child)
    extras = ask.many("extras", ["vit_a", "oedema"], child=child)
    ask.confirm("save", edit=("child", "weight", "length"), child=child, grams=grams, mm=mm, extras=extras)
    return Done(Weighed(child.id, grams, mm, tuple(extras)), then="weighing")


def far_from(look: Look, child: Child) -> Any:
    """A doubt: more than two kilograms from the last weighing."""
    last = look.last.get(child.id)
    return lambda grams: "far" if last is not None and abs(grams - last) > 2000 else None


@dataclass(frozen=True)
class Look:
    """What the flow may look up."""

    children: tuple[Child, ...] = (ADI, BUDI, CICI)
    last: dict[int, int] = field(default_factory=dict)


class Talk:
    """One person talking. `flow` and `look` may be changed between turns: that is a deploy, or others at work."""

    def __init__(self, flow: Flow = weighing, look: Any = None, seed: dict[str, Any] | None = None) -> None:
        self.flow = flow
        self.look = Look() if look is None else look
        self.words = Words()
        self.session = Session.start("weighing", seed)
        self.done: Finished | None = None
        self.screen: Question
        self._turn(lambda session: resume(self.flow, self.look, session, None, self.words))

    def says(self, *texts: str) -> Question:
        """Types each text in turn; gives the last question."""
        for text in texts:
            self._turn(lambda session, text=text: resume(self.flow, self.look, session, Said(text), self.words))
        return self.screen

    def taps(self, option: str, of: str | None = None) -> Question:
        """A button of the question on the screen, or of an older one."""
        pick = f"{of or self.screen.of}:{option}"
        return self._turn(lambda session: resume(self.flow, self.look, session, Said(pick=pick), self.words))

    def goes_back(self) -> Question:
        return self._turn(lambda session: back(self.flow, self.look, session))

    def comes_again(self) -> Question:
        """After days: the open question is shown again."""
        return self._turn(lambda session: resume(self.flow, self.look, session, None, self.words))

    @property
    def open(self) -> str:
        """The question on the screen and whom it is about ("weight of Adi Nugraha"), or how the talk ended."""
        if self.done is not None:
            return "cancelled" if self.done.cancelled else "done"
        child = self.screen.subject.get("child")
        return self.screen.key + (f" of {child['name']}" if child else "")

    @property
    def note(self) -> str | None:
        return self.screen.note.code if self.screen.note else None

    @property
    def command(self) -> Any:
        assert self.done is not None, f"still asking: {self.open}"
        return self.done.done.command

    def _turn(self, turn: Any) -> Question:
        assert self.done is None, "the talk has ended"
        stored = self.session.dump()
        result = turn(Session.load(stored))
        assert turn(Session.load(stored)) == result, "the same turn gave something else the second time"
        assert Session.load(result.session.dump()) == result.session, "the session does not survive its file"
        self.session = result.session
        if isinstance(result, Finished):
            self.done = result
        else:
            assert isinstance(result, Showing)
            self.screen = result.question
        return self.screen
