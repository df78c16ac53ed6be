"""Thousands of random talks with deploys, other people's changes and old buttons between the turns.

Whatever happens: what is stored is the weight and the length of the child that the signed summary named, and a
summary shows a wrong figure only after the kader herself has typed one.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.flows.small_talk import ADI, BUDI, CICI, Child, Look, Talk, Weighed
from tests.flows.small_versions import Kader, Truth, any_version, changed_book

CHILDREN = (ADI, BUDI, CICI, Child(4, "Adinda Putri"), Child(5, "Budiman Adi"))
TALKS = 400
LONGEST = 60  # turns; after that nothing else happens any more, and she comes to the end


class Post:
    """One kader at work, and what goes on around her."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.deploys = 0
        self.slipped = False
        self.old_buttons: list[tuple[str, str]] = []
        self.kader = Kader(random.choice(CHILDREN).id)
        self.look = Look(CHILDREN, last={c.id: Truth.of(c.id).grams - 2100 for c in CHILDREN if c.id % 2})
        self.talk = self.begun()

    def begun(self) -> Talk:
        """A fresh talk; sometimes with a child and a weight known from a line before, rightly or not the wanted one."""
        seed = {}
        self.slipped = False
        if self.random.random() < 0.2:
            child = self.random.choice(CHILDREN).id
            seed = {"child": child, "weight": Truth.of(child).grams}
        return Talk(any_version(self.random).flow(), self.look, seed)

    def weighed(self) -> Weighed:
        """Talks on until a weighing is signed."""
        for turn in range(10 * LONGEST):
            if self.talk.done is not None:
                if isinstance(self.talk.command, Weighed):
                    return self.talk.command
                self.talk = self.begun()
            self.turn(calm=turn > LONGEST)
        raise AssertionError(f"the talk goes round in circles at {self.talk.open}")

    def turn(self, *, calm: bool) -> None:
        screen = self.talk.screen
        if screen.key == "save" and not self.slipped:
            assert self.kader.true_figures(screen), screen.subject
        self.old_buttons += [(screen.of, o.id) for o in screen.options]
        said = self.kader.answer(screen)
        if not calm:
            self.world_goes_on()
            if self.random.random() < 0.35:
                self.something_else()
                return
        self.talk.says(said)

    def world_goes_on(self) -> None:
        """Between what she read and what she says, a deploy or another's work."""
        if self.random.random() < 0.3:
            self.talk.flow = any_version(self.random).flow()
            self.deploys += 1
        if self.random.random() < 0.1:
            self.look = self.talk.look = changed_book(self.random, self.look)

    def something_else(self) -> None:
        """A slip, an old button, back, a pause, nonsense. A button that saves is only ever one that was right."""
        what = self.random.randrange(6)
        if what == 0:
            self.talk.goes_back()
        elif what == 1:
            self.talk.comes_again()
        elif what == 2 and self.old_buttons:
            of, option = self.random.choice(self.old_buttons)
            if of != self.talk.screen.of:
                self.talk.taps(option, of=of)
        elif what == 3:
            self.slipped = True
            other = Truth.of(self.random.choice(CHILDREN).id)
            self.talk.says(f"{other.grams / 1000}".replace(".", ","))
        elif what == 4:
            self.talk.says(self.random.choice(["", "🙂", "Adi", "bud", "apa ya", "semua", "x" * 300, "0"]))
        else:
            self.slipped = True
            self.talk.says(self.random.choice(["Budi", "putri", "2", "4", "ubah"]))


@pytest.mark.parametrize("seed", range(5))
def test_every_weight_lands_on_the_right_child(seed: int) -> None:
    random = Random(seed)
    deploys = 0
    for _ in range(TALKS):
        post = Post(random)
        command = post.weighed()
        true = Truth.of(post.kader.wanted)
        assert (command.child, command.grams) == (post.kader.wanted, true.grams)
        assert command.mm == true.mm
        deploys += post.deploys
    assert deploys > TALKS
