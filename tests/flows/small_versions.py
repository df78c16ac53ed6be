"""Versions of the small weighing flow, as deploys would bring them, and a kader who answers what is on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bot.dialogue import Ask, Done, Flow, Question
from tests.flows.small_talk import Child, Look, Weighed, centimetres, far_from, kilos


@dataclass(frozen=True)
class Version:
    """What a deploy may change: questions added, removed, renamed, put in another order, answered in another way."""

    day_first: bool = False
    order: tuple[str, ...] = ("weight", "length", "extras")
    names: tuple[str, str] = ("weight", "length")
    extras: str = "many"  # "yes": the same key, now a yes or no; "": gone
    head: bool = False
    doubt: bool = True
    may_skip_length: bool = True
    may_change: bool = True
    turned_round: bool = False
    none_offered: bool = False
    heaviest: int = 40_000

    def flow(self) -> Flow:
        def weighing(ask: Ask, look: Look) -> Done:
            day = ask.one("day", ["today", "yesterday"]) if self.day_first else None
            listed = look.children[::-1] if self.turned_round else look.children
            if self.none_offered:
                child = ask.maybe_one("child", listed, none="not_listed")
                if child is None:
                    return Done(None, then="new_child")
            else:
                child = ask.one("child", listed)
            said: dict[str, Any] = {}
            for key in self.order:
                said[key] = self._asked(ask, look, key, child)
            if self.head:
                ask.value("head", read=centimetres, between=(250, 600), skip=True, child=child)
            edit = ("day", "child", *self.names, "extras") if self.may_change else ()
            ask.confirm("save", edit=edit, child=child, day=day, **said)
            return Done(Weighed(child.id, said["weight"], said["length"], tuple(said["extras"])))

        return weighing

    def _asked(self, ask: Ask, look: Look, key: str, child: Child) -> Any:
        if key == "weight":
            doubt = far_from(look, child) if self.doubt else None
            return ask.value(self.names[0], read=kilos, between=(500, self.heaviest), doubt=doubt, child=child)
        if key == "length":
            return ask.value(
                self.names[1], read=centimetres, between=(300, 1300), skip=self.may_skip_length, child=child
            )
        if self.extras == "many":
            return [str(x) for x in ask.many("extras", ["vit_a", "oedema"], child=child)]
        return ["vit_a"] if self.extras == "yes" and ask.yes("extras", child=child) else []


def any_version(random: Random) -> Version:
    """A version at random: a few things differ from the first."""
    order = list(Version.order)
    random.shuffle(order)
    return Version(
        day_first=random.random() < 0.3,
        order=tuple(order),
        names=(random.choice(["weight", "weight", "berat"]), random.choice(["length", "length", "panjang"])),
        extras=random.choice(["many", "many", "yes", ""]),
        head=random.random() < 0.3,
        doubt=random.random() < 0.7,
        may_skip_length=random.random() < 0.7,
        may_change=random.random() < 0.8,
        turned_round=random.random() < 0.3,
        none_offered=random.random() < 0.3,
        heaviest=random.choice([40_000, 30_000]),
    )


@dataclass(frozen=True)
class Truth:
    """What the scale and the board showed for one child. No two children have the same."""

    grams: int
    mm: int

    @classmethod
    def of(cls, child_id: int) -> Truth:
        return cls(6000 + 100 * child_id, 600 + 10 * child_id)


class Kader:
    """Answers what she reads, for the child she reads it of; signs only a summary that is right."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.to_change: str | None = None

    def answer(self, screen: Question) -> str:
        """What she types to this question."""
        if screen.kind == "doubt":
            return "ya" if screen.subject["value"] == self._true(screen).grams else "ketik ulang"
        answers = {
            "day": "today",
            "weight": self._kilos,
            "berat": self._kilos,
            "length": self._centimetres,
            "panjang": self._centimetres,
            "head": "lewati",
            "extras": "tidak",
            "child": self._row,
            "save": self._verdict,
            "save.change": self._what_to_change,
        }
        said = answers[screen.key]
        return said if isinstance(said, str) else said(screen)

    def right(self, screen: Question) -> bool:
        """Is this summary what she wants to sign?"""
        return int(screen.subject["child"]["id"]) == self.wanted and self.true_figures(screen)

    def true_figures(self, screen: Question) -> bool:
        """Does the summary show what was measured of the child that it names?"""
        return Truth(screen.subject["weight"], screen.subject["length"]) == self._true(screen)

    def _true(self, screen: Question) -> Truth:
        return Truth.of(int(screen.subject["child"]["id"]))

    def _kilos(self, screen: Question) -> str:
        return f"{self._true(screen).grams / 1000:.1f}".replace(".", ",")

    def _centimetres(self, screen: Question) -> str:
        return f"{self._true(screen).mm // 10}"

    def _row(self, screen: Question) -> str:
        ids = [o.id for o in screen.options]
        return str(ids.index(str(self.wanted)) + 1) if str(self.wanted) in ids else "yang lain"

    def _verdict(self, screen: Question) -> str:
        if self.right(screen):
            return "simpan"
        true, said = self._true(screen), screen.subject
        self.to_change = "length" if said["weight"] == true.grams else "weight"
        if int(said["child"]["id"]) != self.wanted:
            self.to_change = "child"
        return "ubah" if any(o.id == "change" for o in screen.options) else "batal"

    def _what_to_change(self, screen: Question) -> str:
        ids = [o.id for o in screen.options]
        local = {"weight": "berat", "length": "panjang"}
        for key in (self.to_change or "child", local.get(self.to_change or "", "")):
            if key in ids:
                return str(ids.index(key) + 1)
        return "1"


def changed_book(random: Random, look: Look) -> Look:
    """Others are at work: a child is new, renamed, or stands elsewhere in the list."""
    children = list(look.children)
    happening = random.choice(["new", "renamed", "shuffled"])
    if happening == "new" and len(children) < 9:
        children.insert(random.randrange(len(children) + 1), Child(100 + len(children), f"Anak Baru {len(children)}"))
    elif happening == "renamed":
        at = random.randrange(len(children))
        children[at] = replace(children[at], name=f"{children[at].name.split()[0]} {random.choice('ABCDEF')}ahya")
    else:
        random.shuffle(children)
    return replace(look, children=tuple(children))
