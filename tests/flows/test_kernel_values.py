"""Values: read, refused outside the hard bounds, doubted and then taken, skipped."""

from __future__ import annotations

from datetime import date

import pytest

from bot.dialogue import Ask, Done
from tests.flows.small_talk import CICI, Look, Talk, Weighed, kilos

# -- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["0,2", "84", "-8", "1e99"])
def test_a_hard_bound_refuses_with_its_reason(typed: str) -> None:
    talk = Talk()
    talk.says("3", typed)
    assert (talk.open, talk.note) == ("weight of Cici Paramida", "between")
    assert talk.screen.note is not None
    assert (talk.screen.note.vars["low"], talk.screen.note.vars["high"]) == (500, 40_000)


@pytest.mark.parametrize("typed", ["", "berat", "8 kilo", "🙂", "\n", "nan"])
def test_what_means_nothing_is_asked_again(typed: str) -> None:
    talk = Talk()
    talk.says("3", typed)
    assert (talk.open, talk.note) == ("weight of Cici Paramida", "not_understood")


def test_a_reader_says_in_its_own_code_why_not() -> None:
    def refuses(text: str) -> int:
        raise ValueError("two_numbers")

    talk = Talk(lambda ask, look: Done(ask.value("weight", read=refuses)))
    talk.says("8 9")
    assert talk.note == "two_numbers"


def test_python_s_own_complaint_is_no_code() -> None:
    talk = Talk(lambda ask, look: Done(ask.value("count", read=int)))
    talk.says("banyak")
    assert talk.note == "not_understood"


def test_a_number_is_a_value_and_never_a_row() -> None:
    talk = Talk()
    talk.says("3", "1")
    assert talk.session.answers["weight"].value == 1000


def test_a_value_can_be_skipped_where_the_flow_allows_it() -> None:
    talk = Talk()
    talk.says("3", "7,4", "lewati", "tidak", "simpan")
    assert talk.command == Weighed(CICI.id, 7400, None)


def test_a_word_that_only_begins_like_skip_is_not_skip() -> None:
    talk = Talk(lambda ask, look: Done(ask.text("mother", skip=True)))
    talk.says("Le")
    assert talk.command == "Le"


@pytest.mark.parametrize(("typed", "note"), [("", "empty"), ("  ", "empty"), ("a" * 201, "too_long")])
def test_text_has_a_length(typed: str, note: str) -> None:
    talk = Talk(lambda ask, look: Done(ask.text("mother")))
    talk.says(typed)
    assert talk.note == note


def test_a_date_goes_through_the_session_as_its_text() -> None:
    talk = Talk(lambda ask, look: Done((ask.value("born", read=date.fromisoformat), ask.yes("sure"))))
    talk.says("2025-03-05", "ya")
    assert talk.command == ("2025-03-05", True)


def test_quick_answers_are_read_like_typed_ones() -> None:
    def flow(ask: Ask, look: Look) -> Done:
        return Done((ask.value("weight", read=kilos, quick=["8.4"]), ask.yes("sure")))

    talk = Talk(flow)
    talk.taps("8.4")
    talk.taps("yes")
    assert talk.command == (8400, True)


# -- doubt ---------------------------------------------------------------------------------------------------------


def doubted() -> Talk:
    talk = Talk(look=Look(last={CICI.id: 7300}))
    talk.says("3", "14,7")
    assert talk.open == "weight? of Cici Paramida"
    assert talk.note == "far"
    return talk


def test_a_doubtful_value_is_asked_a_second_time_and_then_taken() -> None:
    talk = doubted()
    talk.says("ya")
    assert talk.open == "length of Cici Paramida"


def test_again_takes_the_doubtful_value_away() -> None:
    talk = doubted()
    talk.taps("again")
    assert talk.open == "weight of Cici Paramida"
    talk.says("7,4", "65", "tidak", "simpan")
    assert talk.command == Weighed(CICI.id, 7400, 650)


def test_the_right_value_may_simply_be_typed_at_the_doubt() -> None:
    talk = doubted()
    talk.says("7,4")
    assert talk.open == "length of Cici Paramida"
    assert talk.session.answers["weight"].value == 7400


def test_another_doubtful_value_is_doubted_again() -> None:
    talk = doubted()
    talk.says("17,4")
    assert talk.open == "weight? of Cici Paramida"
    assert talk.screen.subject["value"] == 17_400


def test_the_same_value_said_again_after_a_change_is_doubted_again() -> None:
    talk = doubted()
    talk.says("ya", "65", "tidak", "ubah", "berat", "14,7")
    assert talk.open == "weight? of Cici Paramida"


def test_nonsense_at_a_doubt_leaves_the_doubt_open() -> None:
    talk = doubted()
    talk.says("apa ya")
    assert (talk.open, talk.note) == ("weight? of Cici Paramida", "not_understood")
    talk.says("99")
    assert (talk.open, talk.note) == ("weight? of Cici Paramida", "between")


def test_back_at_a_doubt_asks_the_value() -> None:
    talk = doubted()
    talk.goes_back()
    assert talk.open == "weight of Cici Paramida"


def test_a_yes_to_another_reason_is_no_yes_to_this_one() -> None:
    talk = doubted()
    talk.says("ya")

    def other_reason(ask: Ask, look: Look) -> Done:
        child = ask.one("child", look.children)
        grams = ask.value("weight", read=kilos, between=(500, 40_000), doubt=lambda g: "swapped", child=child)
        return Done(Weighed(child.id, grams))

    talk.flow = other_reason
    talk.comes_again()
    assert (talk.open, talk.note) == ("weight? of Cici Paramida", "swapped")
