"""Choosing: by number as it was shown, by name, by part of a name, several at once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue import Ask, Done, Option
from tests.flows.small_talk import ADI, BUDI, CICI, Child, Look, Talk

SALMA, SALMAN = Child(4, "Neng Salma Alifah"), Child(5, "Salman Alfarizi")
TWINS = (Child(6, "Wayan Gede"), Child(7, "Wayan Ketut"))
EVERYONE = Look((ADI, BUDI, CICI, SALMA, SALMAN, *TWINS))


def one(ask: Ask, look: Look) -> Done:
    return Done(ask.one("child", look.children))


def several(ask: Ask, look: Look) -> Done:
    return Done([c.name.split()[0] for c in ask.many("children", look.children)])


def sure(ask: Ask, look: Look) -> Done:
    return Done(ask.yes("sure"))


# -- one -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "child"),
    [
        ("3", CICI),
        ("3.", CICI),
        ("no 3", CICI),
        ("No. 3", CICI),
        ("nomor 3", CICI),
        ("Cici Paramida", CICI),
        ("cici paramida!", CICI),
        ("CICI", CICI),
        ("cic", CICI),
        ("param", CICI),
        ("ramid", CICI),
        ("Neng", CICI),  # her nickname in full, before the name of another that begins so
        ("neng sal", SALMA),
        ("ketut", TWINS[1]),
        ("way gede", TWINS[0]),
    ],
)
def test_by_number_or_by_any_part_of_a_name(typed: str, child: Child) -> None:
    talk = Talk(one, EVERYONE)
    talk.says(typed)
    assert talk.command == child


@pytest.mark.parametrize("typed", ["8", "0", "99", "Joko", "gede wayan", "", "🙂", "x" * 5000, "1 2"])
def test_what_names_nobody_is_asked_again_with_the_whole_list(typed: str) -> None:
    talk = Talk(one, EVERYONE)
    talk.says(typed)
    assert (talk.open, talk.note) == ("child", "not_found")
    assert len(talk.screen.options) == 7


def test_a_long_reply_is_quoted_short() -> None:
    talk = Talk(one, EVERYONE)
    talk.says("x" * 70_000)
    assert talk.screen.note is not None
    assert len(talk.screen.note.vars["text"]) < 100
    assert len(talk.session.dump()) < 500


def test_part_of_two_names_narrows_the_list() -> None:
    talk = Talk(one, EVERYONE)
    talk.says("salma")
    assert [o.label for o in talk.screen.options] == ["Neng Salma Alifah", "Salman Alfarizi"]
    assert (talk.screen.narrowed, talk.note) == (True, "which")


def test_in_a_narrowed_list_a_number_is_a_row_of_that_list() -> None:
    talk = Talk(one, EVERYONE)
    talk.says("salma", "2")
    assert talk.command == SALMAN


def test_in_a_narrowed_list_a_number_beyond_it_is_nobody() -> None:
    talk = Talk(one, EVERYONE)
    talk.says("salma", "3")
    assert (talk.open, talk.note) == ("child", "not_found")


def test_in_a_narrowed_list_another_name_may_still_be_typed() -> None:
    talk = Talk(one, EVERYONE)
    talk.says("salma", "Budi")
    assert talk.command == BUDI


def test_in_a_narrowed_list_its_own_names_come_first() -> None:
    talk = Talk(one, Look((Child(1, "Adi Putra"), Child(2, "Adi Sanjaya"), Child(3, "Putri Ayu"))))
    talk.says("adi", "put")
    assert talk.command == Child(1, "Adi Putra")


def test_a_button_of_the_whole_list_still_counts_when_it_is_narrowed() -> None:
    talk = Talk(one, EVERYONE)
    of = talk.screen.of
    talk.says("salma")
    talk.taps("2", of=of)
    assert talk.command == BUDI


def test_a_number_is_the_row_she_saw_though_the_list_has_changed() -> None:
    talk = Talk(one, Look((ADI, BUDI, CICI)))
    talk.look = Look((SALMA, ADI, BUDI, CICI))
    talk.says("3")
    assert talk.command == CICI


def test_the_rows_below_one_that_has_gone_do_not_move_up() -> None:
    talk = Talk(one, Look((ADI, BUDI, CICI, SALMA)))
    talk.look = Look((ADI, CICI, SALMA))
    talk.says("3")
    assert talk.command == CICI


def test_the_row_of_one_who_has_gone_says_so() -> None:
    talk = Talk(one, Look((ADI, BUDI, CICI)))
    talk.look = Look((ADI, CICI, SALMA))
    talk.says("2")
    assert (talk.open, talk.note) == ("child", "gone")


def test_a_row_that_was_not_shown_is_nobody() -> None:
    talk = Talk(one, Look((ADI, BUDI)))
    talk.look = Look((ADI, BUDI, CICI))
    talk.says("3")
    assert (talk.open, talk.note) == ("child", "not_found")


def test_a_long_list_is_asked_by_name_and_shown_on_request() -> None:
    register = tuple(Child(n, f"Anak {n:02}") for n in range(30, 60))
    talk = Talk(one, Look(register))
    assert not talk.screen.listed
    talk.says("3")
    assert (talk.open, talk.note) == ("child", "not_found"), "no row was on the screen"
    talk.says("daftar")
    assert (talk.screen.listed, talk.note) == (True, None)
    talk.says("3")
    assert talk.command == register[2]


def test_a_long_list_narrows_to_what_was_typed() -> None:
    register = tuple(Child(n, f"Anak {n:02}") for n in range(30, 60))
    talk = Talk(one, Look(register))
    talk.says("anak 4")
    assert [o.label for o in talk.screen.options] == [f"Anak {n}" for n in range(40, 50)]
    talk.says("2")
    assert talk.command == register[11]


def test_a_matcher_of_the_flow_finds_what_the_kernel_cannot() -> None:
    def slips(text: str, options: Any) -> list[str]:
        assert all(isinstance(o, Option) and o.label for o in options)
        return ["3", "no such child"] if text == "cicci" else []

    talk = Talk(lambda ask, look: Done(ask.maybe_one("child", look.children, none="not_listed", match=slips)))
    talk.says("cicci")
    assert talk.command == CICI


# -- fixed options -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(said, True) for said in ("ya", "YA.", "iya", "👍", "1", "bet")]
    + [(said, False) for said in ("tidak", "2", "tid", "Tidak ada")],
)
def test_yes_and_no(typed: str, answer: bool) -> None:
    talk = Talk(sure)
    talk.says(typed)
    assert talk.command is answer


@pytest.mark.parametrize("typed", ["ada", "ida", "👎", "y a", "3", "", "ya tapi tidak", "b"])
def test_a_word_from_the_middle_of_an_answer_is_no_answer(typed: str) -> None:
    talk = Talk(sure)
    talk.says(typed)
    assert (talk.open, talk.note) == ("sure", "not_understood")


# -- several -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("semua", "Adi Budi Cici Neng Salman"),
        ("Semuanya.", "Adi Budi Cici Neng Salman"),
        ("semua kecuali 2 5", "Adi Cici Neng"),
        ("semua kecuali 2, 5", "Adi Cici Neng"),
        ("Semua, kecuali no 2 dan 5", "Adi Cici Neng"),
        ("SEMUA KECUALI Budi dan Salman", "Adi Cici Neng"),
        ("kecuali 1", "Budi Cici Neng Salman"),
        ("2 5", "Budi Salman"),
        ("2,5", "Budi Salman"),
        ("2 3 dan 5", "Budi Cici Salman"),
        ("5 2 5", "Salman Budi"),
        ("Adi, Cici & Budi", "Adi Cici Budi"),
        ("Adi sama Cici", "Adi Cici"),
        ("Adi\nCici", "Adi Cici"),
        ("3", "Cici"),
        ("tidak ada", ""),
        ("0", ""),
    ],
)
def test_several_at_once(typed: str, chosen: str) -> None:
    talk = Talk(several, Look((ADI, BUDI, CICI, SALMA, SALMAN)))
    talk.says(typed)
    assert talk.command == chosen.split()


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("Adi, Joko, Cici", "Joko"),
        ("1 2 9", "9"),
        ("salma, 1", "salma"),
        ("semua kecuali", "semua kecuali"),
        ("semua kecuali Joko", "Joko"),
        ("Adi kecuali 2", "Adi kecuali 2"),
        ("🙂", "🙂"),
        ("", ""),
    ],
)
def test_the_part_that_names_nobody_is_told(typed: str, part: str) -> None:
    talk = Talk(several, Look((ADI, BUDI, CICI, SALMA, SALMAN)))
    talk.says(typed)
    assert talk.screen.note is not None
    assert (talk.open, talk.note, talk.screen.note.vars["text"]) == ("children", "not_found", part)


def test_several_are_counted_as_they_were_shown() -> None:
    talk = Talk(several, Look((ADI, BUDI, CICI)))
    talk.look = Look((SALMA, ADI, CICI, BUDI))
    talk.says("semua kecuali 2")
    assert talk.command == ["Adi", "Cici"], "Salma was not on the screen: nothing was said of her"


def test_several_with_one_who_has_gone() -> None:
    talk = Talk(several, Look((ADI, BUDI, CICI)))
    talk.look = Look((ADI, CICI))
    talk.says("1 2")
    assert (talk.open, talk.note) == ("children", "gone")
    talk.says("2")
    assert talk.command == ["Cici"]


def test_all_are_those_who_still_exist() -> None:
    talk = Talk(several, Look((ADI, BUDI, CICI)))
    talk.look = Look((ADI, CICI))
    talk.says("semua kecuali 2")
    assert talk.command == ["Adi", "Cici"]


def test_a_tap_among_several_is_that_one() -> None:
    talk = Talk(several)
    talk.taps("2")
    assert talk.command == ["Budi"]
