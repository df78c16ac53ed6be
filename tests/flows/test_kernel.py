"""The kernel's promises: three rules, and what every flow gets for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import Ask, Done, Session
from bot.dialogue.ask import AskedTwice
from tests.flows.small_talk import ADI, BUDI, CICI, Child, Look, Talk, Weighed, kilos, weighing

SUMMARY = ("3", "7,4", "65", "tidak")


def at_summary() -> Talk:
    talk = Talk()
    talk.says(*SUMMARY)
    assert talk.open == "save of Cici Paramida"
    return talk


def test_a_whole_talk_ends_in_one_command() -> None:
    talk = at_summary()
    talk.says("simpan")
    assert talk.command == Weighed(CICI.id, 7400, 650)


def test_a_summary_names_everything_that_is_signed() -> None:
    assert at_summary().screen.subject == {
        "child": {"id": "3", "name": "Cici Paramida"},
        "grams": 7400,
        "mm": 650,
        "extras": [],
    }


# -- rule 1: a reply is filed under the question that was on the screen --------------------------------------------


def test_nothing_typed_before_a_question_was_shown_is_an_answer_to_it() -> None:
    talk = Talk()
    talk.session = replace(talk.session, shown=None)
    talk.says("3")
    assert talk.open == "child"


def test_what_is_typed_when_the_open_question_has_changed_is_no_answer() -> None:
    talk = Talk()
    talk.says("Cici")
    talk.look = Look((ADI, BUDI))  # Cici has moved away meanwhile
    talk.says("2")
    assert talk.open == "child"
    assert talk.note is None


# -- rule 2: an answer belongs to the question as it was read ------------------------------------------------------


def test_a_weight_said_of_cici_is_no_answer_for_adi() -> None:
    talk = at_summary()
    talk.says("ubah", "anak", "Adi")
    assert talk.open == "weight of Adi Nugraha"
    talk.says("9,1", "71", "tidak", "simpan")
    assert talk.command == Weighed(ADI.id, 9100, 710)


def test_changing_the_child_and_back_keeps_what_was_said_of_her() -> None:
    talk = at_summary()
    talk.says("ubah", "anak", "Adi")
    talk.goes_back()
    talk.says("Cici")
    assert talk.open == "save of Cici Paramida"


def test_a_changed_name_is_asked_again() -> None:
    talk = Talk()
    talk.says("3", "7,4")
    talk.look = Look((ADI, BUDI, Child(3, "Cici Paramita")))
    talk.says("65")
    assert talk.open == "weight of Cici Paramita"


def test_yes_save_signs_exactly_the_summary_that_was_read() -> None:
    talk = at_summary()
    talk.look = Look((ADI, BUDI, Child(3, "Cici Paramita")))
    talk.says("simpan")
    assert talk.open == "weight of Cici Paramita"


def test_a_button_of_an_older_summary_signs_nothing() -> None:
    talk = at_summary()
    old = talk.screen.of
    talk.says("ubah", "berat", "7,9")
    talk.taps("save", of=old)
    assert talk.open == "save of Cici Paramida"
    assert talk.note == "old_button"
    assert talk.screen.subject["grams"] == 7900


def test_a_value_outside_bounds_that_have_narrowed_is_asked_again() -> None:
    talk = Talk()
    talk.says("3", "7,4")

    def stricter(ask: Ask, look: Look) -> Done:
        child = ask.one("child", look.children)
        grams = ask.value("weight", read=kilos, between=(500, 7000), child=child)
        return Done(Weighed(child.id, grams))

    talk.flow = stricter
    talk.comes_again()
    assert talk.open == "weight of Cici Paramida"


@pytest.mark.parametrize("cici", [3, "3"])
def test_what_the_flow_before_knew_belongs_to_the_first_question_that_uses_it(cici: int | str) -> None:
    talk = Talk(seed={"child": cici, "weight": 7400})
    assert talk.open == "length of Cici Paramida"
    talk.says("65", "tidak", "ubah", "anak", "Adi")
    assert talk.open == "weight of Adi Nugraha", "a seeded weight of Cici must not become Adi's"


def test_a_seed_that_names_nobody_is_asked() -> None:
    assert Talk(seed={"child": "99"}).open == "child"


@pytest.mark.parametrize("nobody", [99, "99"])
def test_what_was_known_of_a_child_who_is_not_there_is_not_given_to_another(nobody: int | str) -> None:
    talk = Talk(seed={"child": nobody, "weight": 7400})
    talk.says("Adi")
    assert talk.open == "weight of Adi Nugraha"


@pytest.mark.parametrize("cici", [3, "3"])
def test_what_was_known_but_not_used_yet_goes_with_the_child_it_was_known_of(cici: int | str) -> None:
    def only_the_child(ask: Ask, look: Look) -> Done:
        child = ask.one("child", look.children)
        return Done(ask.confirm("save", edit=("child",), child=child))

    talk = Talk(only_the_child, seed={"child": cici, "weight": 7400})
    talk.says("ubah", "anak", "Adi")
    talk.flow = weighing
    talk.comes_again()
    assert talk.open == "weight of Adi Nugraha"


def test_what_was_known_of_nobody_yet_belongs_to_the_child_she_names() -> None:
    talk = Talk(seed={"weight": 7400, "length": 650})
    talk.says("Adi")
    assert talk.open == "extras of Adi Nugraha"


def test_a_seeded_weight_that_is_doubted_does_not_take_the_length_along() -> None:
    talk = Talk(look=Look(last={CICI.id: 7300}), seed={"child": "3", "weight": 14_700, "length": 650})
    assert talk.open == "weight? of Cici Paramida"
    talk.says("7,4")
    assert talk.open == "extras of Cici Paramida"


def test_one_key_for_two_questions_is_a_bug_that_shows_itself() -> None:
    def loop(ask: Ask, look: Look) -> Done:
        return Done([ask.value("weight", read=kilos, child=child) for child in look.children])

    talk = Talk(loop)
    with pytest.raises(AskedTwice):
        talk.says("8,1")


# -- buttons -------------------------------------------------------------------------------------------------------


def test_a_tap_answers() -> None:
    talk = Talk()
    talk.taps("3")
    assert talk.open == "weight of Cici Paramida"


def test_an_old_button_changes_nothing_and_says_so() -> None:
    talk = Talk()
    first = talk.screen.of
    talk.taps("3")
    talk.taps("1", of=first)
    assert (talk.open, talk.note) == ("weight of Cici Paramida", "old_button")


def test_a_double_tap_is_one_answer() -> None:
    talk = Talk()
    first = talk.screen.of
    talk.taps("3")
    talk.taps("3", of=first)
    assert talk.open == "weight of Cici Paramida"


def test_a_button_of_the_open_question_counts_though_another_was_shown_last() -> None:
    talk = Talk()
    of = talk.screen.of
    talk.session = replace(talk.session, shown={"key": "day", "of": "0000000000", "options": []})
    talk.taps("3", of=of)
    assert talk.open == "weight of Cici Paramida"


def test_a_button_whose_option_has_gone_says_so() -> None:
    talk = Talk()
    talk.look = Look((ADI, BUDI))
    talk.taps("3")
    assert (talk.open, talk.note) == ("child", "gone")


@pytest.mark.parametrize("pick", ["", ":", "nonsense", ":3", "🙂:3"])
def test_a_button_that_is_none_is_an_old_one(pick: str) -> None:
    talk = Talk()
    talk.taps("", of=pick or " ")
    assert (talk.open, talk.note) == ("child", "old_button")


# -- back, change, cancel, resume ----------------------------------------------------------------------------------


def test_back_takes_the_latest_answer_back() -> None:
    talk = Talk()
    talk.says("3", "7,4")
    talk.goes_back()
    assert talk.open == "weight of Cici Paramida"
    talk.goes_back()
    assert talk.open == "child"
    talk.goes_back()
    assert (talk.open, talk.note) == ("child", "first")


def test_back_stops_at_what_the_flow_before_knew() -> None:
    talk = Talk(seed={"child": "3"})
    talk.goes_back()
    assert (talk.open, talk.note) == ("weight of Cici Paramida", "first")


def test_back_never_ends_a_talk() -> None:
    talk = Talk()
    talk.says("3", "7,4")

    def shorter(ask: Ask, look: Look) -> Done:
        child = ask.one("child", look.children)
        return Done(Weighed(child.id, ask.value("weight", read=kilos, between=(500, 40_000), child=child)))

    talk.flow = shorter
    talk.goes_back()
    assert talk.open == "weight of Cici Paramida"


def test_one_thing_is_changed_at_the_summary() -> None:
    talk = at_summary()
    talk.says("ubah")
    assert [o.id for o in talk.screen.options] == ["child", "weight", "length"]
    talk.says("2", "7,9")
    assert talk.open == "save of Cici Paramida"
    talk.says("simpan")
    assert talk.command == Weighed(CICI.id, 7900, 650)


def test_back_from_what_to_change_is_the_summary() -> None:
    talk = at_summary()
    talk.says("ubah")
    talk.goes_back()
    assert talk.open == "save of Cici Paramida"


def test_only_what_was_asked_can_be_changed() -> None:
    def short(ask: Ask, look: Look) -> Done:
        child = ask.one("child", look.children)
        ask.confirm("save", edit=("child", "head"), child=child)
        return Done(child.id)

    talk = Talk(short)
    talk.says("Adi", "ubah")
    assert [o.id for o in talk.screen.options] == ["child"]


def test_no_at_the_summary_does_nothing() -> None:
    talk = at_summary()
    talk.says("batal")
    assert talk.open == "cancelled"
    assert talk.command is None


def test_after_days_the_open_question_is_shown_again() -> None:
    talk = Talk()
    talk.says("3", "7,4")
    talk.comes_again()
    assert talk.open == "length of Cici Paramida"


@pytest.mark.parametrize("stored", ["", "{", "[]", "null", '{"answers": 3}', '{"flow": 1, "answers": {"a": 1}}', '"x"'])
def test_a_session_that_cannot_be_read_starts_anew(stored: str) -> None:
    assert Session.load(stored) == Session()


def test_a_parked_talk_waits_unchanged_while_another_goes_on() -> None:
    waiting = at_summary().session
    talk = Talk()
    talk.session = replace(talk.session, parked=waiting)
    talk.says("Adi", "9,1", "71", "tidak")
    talk.goes_back()
    assert talk.session.parked == waiting


# -- flows ---------------------------------------------------------------------------------------------------------


def test_a_flow_that_asks_in_circles_ends_in_an_error_and_not_in_a_loop() -> None:
    from bot.dialogue.ask import Redo
    from bot.dialogue.run import Endless

    def circles(ask: Ask, look: Look) -> Done:
        raise Redo("child")

    with pytest.raises(Endless):
        Talk(circles)


def test_a_question_can_only_name_what_can_be_written_down() -> None:
    with pytest.raises(TypeError):
        Talk(lambda ask, look: Done(ask.yes("sure", who=object())))


def test_the_session_of_a_talk_is_small() -> None:
    talk = at_summary()
    assert len(talk.session.dump()) < 500


def test_none_of_these_is_an_answer() -> None:
    def flow(ask: Ask, look: Look) -> Done:
        return Done(("chosen", ask.maybe_one("child", look.children, none="not_listed")))

    talk = Talk(flow)
    talk.says("tidak ada di daftar")
    assert talk.command == ("chosen", None)
