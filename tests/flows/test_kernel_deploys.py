"""Deploys in the middle of a talk: a session written by one version of a flow is read by another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.flows.small_talk import ADI, BUDI, CICI, Look, Talk, Weighed
from tests.flows.small_versions import Kader, Truth, Version

FIRST = Version()
OPEN = ["child", "weight", "weight?", "length", "extras", "save", "save.change"]
LATER = {
    "a question added before": replace(FIRST, day_first=True),
    "a question added after": replace(FIRST, head=True),
    "a question removed": replace(FIRST, extras=""),
    "questions renamed": replace(FIRST, names=("berat", "panjang")),
    "another order": replace(FIRST, order=("extras", "length", "weight")),
    "answered in another way": replace(FIRST, extras="yes"),
    "no doubt any more": replace(FIRST, doubt=False),
    "no skipping any more": replace(FIRST, may_skip_length=False),
    "nothing to change any more": replace(FIRST, may_change=False),
    "the list turned round": replace(FIRST, turned_round=True),
    "another row in the list": replace(FIRST, none_offered=True),
    "narrower bounds": replace(FIRST, heaviest=30_000),
}
LOOK = Look((ADI, BUDI, CICI), last={CICI.id: Truth.of(CICI.id).grams + 2500})  # her weight is doubted once


def opened(at: str, version: Version) -> tuple[Talk, Kader]:
    """A talk that stands at that question."""
    talk, kader = Talk(version.flow(), LOOK), Kader(CICI.id)
    for _ in range(10):
        if talk.screen.key == at:
            return talk, kader
        talk.says("ubah" if talk.screen.key == "save" else kader.answer(talk.screen))
    raise AssertionError(f"{at} was never asked")


def finished(talk: Talk, kader: Kader) -> object:
    """The kader goes on until the talk ends."""
    for _ in range(20):
        if talk.done is not None:
            return talk.command
        talk.says(kader.answer(talk.screen))
    raise AssertionError(f"the talk goes round in circles at {talk.open}")


@pytest.mark.parametrize("at", OPEN)
@pytest.mark.parametrize("later", LATER)
def test_a_deploy_at_every_open_question_leaves_the_right_weighing(at: str, later: str) -> None:
    talk, kader = opened(at, FIRST)
    reply = kader.answer(talk.screen)
    talk.flow = LATER[later].flow()
    talk.says(reply)  # to the question she saw: the one of the old version
    true = Truth.of(CICI.id)
    assert finished(talk, kader) == Weighed(CICI.id, true.grams, true.mm, ())


@pytest.mark.parametrize("at", OPEN)
@pytest.mark.parametrize("later", LATER)
def test_a_rolled_back_deploy_is_one_more(at: str, later: str) -> None:
    talk, kader = opened(at, FIRST)
    talk.flow = LATER[later].flow()
    talk.comes_again()
    talk.flow = FIRST.flow()
    talk.comes_again()
    true = Truth.of(CICI.id)
    assert finished(talk, kader) == Weighed(CICI.id, true.grams, true.mm, ())


def test_answers_that_still_fit_are_not_asked_again() -> None:
    talk, _ = opened("extras", FIRST)
    talk.flow = LATER["another order"].flow()
    talk.comes_again()
    assert talk.open == "extras of Cici Paramida"
    talk.says("tidak")
    assert talk.open == "save of Cici Paramida"


def test_a_renamed_question_is_asked_under_its_new_name_and_not_given_the_old_reply() -> None:
    talk, _ = opened("weight", FIRST)
    talk.flow = LATER["questions renamed"].flow()
    talk.says("9,9")
    assert talk.open == "berat of Cici Paramida"
    assert "berat" not in talk.session.answers


def test_a_question_answered_in_another_way_now_is_another_question() -> None:
    talk, _ = opened("save", FIRST)
    talk.flow = LATER["answered in another way"].flow()
    talk.says("simpan")
    assert talk.open == "extras of Cici Paramida"


def test_a_length_that_was_skipped_is_asked_when_it_may_not_be_any_more() -> None:
    talk, kader = opened("length", FIRST)
    talk.says("lewati", "tidak")
    assert talk.open == "save of Cici Paramida"
    talk.flow = LATER["no skipping any more"].flow()
    talk.comes_again()
    assert talk.open == "length of Cici Paramida"
    true = Truth.of(CICI.id)
    assert finished(talk, kader) == Weighed(CICI.id, true.grams, true.mm, ())


def test_what_to_change_is_forgotten_when_nothing_may_be_changed() -> None:
    talk, _ = opened("save.change", FIRST)
    talk.flow = LATER["nothing to change any more"].flow()
    talk.says("2")
    assert talk.open == "save of Cici Paramida"
    assert [o.id for o in talk.screen.options] == ["save", "cancel"]
