"""What a pregnant woman may say in her own chat, and the buttons about it: yes or no, datang, when is it."""

from __future__ import annotations

from bot import acts_channel, acts_days, acts_family
from bot.dialogue.matching import folded
from bot.picked import number, yes
from bot.plain_words import said_yes
from bot.talk import Talk
from posyandu.commands.days import AnswerDay, AskEarly
from posyandu.commands.pregnancy import ConfirmPregnant, HearPregnant
from posyandu.consent import BELUM
from storage import days, expecting
from storage.sql import Row

AGAIN = {"terima lagi", "berhenti pesan"}  # her mind may change at any time
EARLY = {"ingatkan 3 hari": True, "ingatkan sehari": False}


def said(talk: Talk, text: str) -> bool | None:
    """Somebody without post or child: does she expect one here? Then her word is answered (False: it is a button, and
    goes on); None: she is not known by a pregnancy."""
    assert talk.person is not None
    row = expecting.of_person(talk.tx, talk.person.id)
    if row is None:
        return None
    if talk.row.pick is not None:
        return False
    word = folded(text) or text.strip().casefold()
    if row.person_id != talk.person.id:
        if row.state == "active" and not talk.person.name:
            talk.start("expecting", {"pregnancy": row.id})
        else:
            talk.says.append(("join.still_waiting", {}))
    elif row.state != "active":
        talk.says.append(("expecting.quiet", {}))  # whatever became of it: nothing is asked, nothing is named
    elif word in AGAIN or (row.messages == BELUM and said_yes(text) is not None):
        acts_channel.heard_again(talk, text)
        talk.do(HearPregnant(row.id, word != "berhenti pesan" and said_yes(text) is not False))
    elif acts_channel.heard_again(talk, text):
        talk.says.append(("channel.resumed", {}))
        _when(talk, row)
    elif word in EARLY:
        talk.do(AskEarly(EARLY[word]))
    elif answer := acts_days.answer_in(talk, word):
        talk.do(AnswerDay(answer))
    elif acts_family.in_words(talk, text):
        pass
    else:
        _when(talk, row)
    return True


def _when(talk: Talk, row: Row) -> None:
    """What she is asked, or whom to turn to; and the next day with its hours."""
    key = "expecting.asked" if row.messages == BELUM else "expecting.here"
    talk.says.append((key, {"posyandu": row.posyandu}))
    for day in days.coming(talk.tx, row.posyandu_id, talk.today)[:1]:
        where = ", ".join(name for name in (day.place, row.posyandu) if name)
        talk.says.append(("expecting.where", {"on": day.on, "opens": day.opens, "closes": day.closes, "where": where}))


def typed_answer(talk: Talk, answer: bool) -> bool:
    """A mother of another child who expects one, and types her yes or no instead of tapping it."""
    assert talk.person is not None
    for row in talk.tx.all(expecting.ACTIVE_OF, person_id=talk.person.id):
        if row.messages == BELUM:
            talk.session = type(talk.session)()
            talk.do(HearPregnant(row.id, answer))
            return True
    return False


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """Do what a button says; False when it is none of these. ValueError, IndexError: a button that nobody made."""
    if name == "pregnant":
        talk.do(ConfirmPregnant(number(parts[0]), number(parts[1]), yes(parts[2])))
    elif name == "hear":
        talk.do(HearPregnant(number(parts[0]), yes(parts[1])))
    else:
        return False
    return True
