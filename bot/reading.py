"""Reads one message in the order that is the house's law, and answers it.

1 the words batal, kembali, menu, bantuan, ... 2 a button 3 a whole entry line 4 an answer to the open question
5 a hint with an example. A typed reply that was heard before its question was sent belongs to no question.
"""

from __future__ import annotations

from bot import (
    acts,
    acts_channel,
    acts_days,
    acts_events,
    acts_family,
    acts_lapor,
    acts_people,
    danger_words,
    hints,
    joining,
    sheet_talk,
)
from bot.dialogue import Said
from bot.lines import Lines
from bot.talk import Talk
from storage.people import Known


def answer(talk: Talk) -> str:
    """Answer the message; a note for the inbox row."""
    row = talk.row
    if row.event is not None:
        return acts.event(talk.tx, row, talk.now)
    if not row.private:
        talk.says.append(("group", {}))
    elif row.edits and row.file and not row.text:
        # A picture put in another's place, or a place that moves on every few seconds: answered when it first came.
        acts_events.forget_place(talk)
        return "changed file"
    elif row.pick is None and (acts_channel.stopped(talk, row.text) or acts_channel.told_who(talk, row.text)):
        pass
    elif talk.person is None:
        joining.stranger(talk)
    elif joining.verified(talk) or (row.file and not row.edits and row.pick is None and _file(talk)):
        pass
    elif row.file and not row.text and row.pick is None:
        acts_events.forget_place(talk)
        talk.says.append((f"files.{hints.file_kind(row.file, talk.person)}", {}))
        talk.show_again()
    else:
        _read(talk, talk.person)
    if not (talk.says or talk.question or talk.media):
        _never_silent(talk)
    return talk.reply()


def _file(talk: Talk) -> bool:
    """What was sent belongs to the talk under way, is a sheet, or a photo for the report just made."""
    return acts_events.file(talk) or sheet_talk.file(talk) or (not talk.row.text and acts_lapor.file(talk))


def _never_silent(talk: Talk) -> None:
    """Whatever a part of the house has left unsaid: the open question again, or how one can go on."""
    talk.show_again()
    if not (talk.says or talk.question):
        talk.says.append((f"hints.{hints.role_word(talk.person)}" if talk.person else "welcome.stranger", {}))


def _read(talk: Talk, person: Known) -> None:
    row, text = talk.row, talk.row.text.strip()
    if row.edits:
        # What was said before and is changed now is a correction or nothing; never an answer to the open question.
        if not Lines(talk).edited(text, row.edits):
            talk.says.append(("hints.edited", {}))
        talk.show_again()
    elif row.pick is None and not text:
        talk.says.append(("empty", {}))
        talk.show_again()
    elif _about_her(talk, text) or (row.pick is None and acts.command_word(talk, text)):
        return
    elif row.pick is not None and (act := acts_events.as_action(row.pick) or acts_days.as_action(row.pick)):
        acts.action(talk, act)
    elif row.pick is None and not acts_events.takes_lists(talk) and Lines(talk).read(text):
        talk.show_again()
        danger_words.beside(talk, text)
    elif row.pick is None and danger_words.alone(talk, text):
        return
    elif talk.session.flow in talk.where.flows and talk.in_time():
        talk.go(Said(text, row.pick))
        if not acts.changed_her_mind(talk, text, person) and acts_family.astray(talk):
            talk.says.append((hints.hint(person, text), {}))
    elif talk.session.flow in talk.where.flows:
        talk.says.append(("hints.too_early", {}))
        talk.show_again()
    else:
        talk.says.append(("hints.old_button" if row.pick else hints.hint(person, text), {}))


def _about_her(talk: Talk, text: str) -> bool:
    """Somebody who is not let in yet, or has not answered for her child: that comes first."""
    return joining.outsider(talk, text) or acts_people.own_answer(talk, text)
