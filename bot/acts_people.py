"""Buttons and words about people: "ya, ini ibunya", "ya, boleh", "sudah", "berhenti"."""

from __future__ import annotations

import re

from bot import acts_days, acts_expecting, acts_family
from bot.dialogue import Said
from bot.dialogue.matching import folded
from bot.picked import number, yes
from bot.plain_words import said_yes
from bot.talk import Talk
from posyandu import family_asks
from posyandu.commands.consent import PURPOSES, Agree, StopMessages, TakeConsents, ToldInPerson
from posyandu.commands.joining import AnswerJoins, ConfirmGuardian
from posyandu.commands.requests import AnswerRequest
from posyandu.consent import MESSAGES, RECORD
from posyandu.family_asks import Asked
from storage import data_requests
from storage.inbox import MASKED
from storage.people import place_of_child

# The talk that each of these words begins.
FLOW_WORDS = {
    "orang": "people_menu",
    "keluarga": "people_menu",
    "kode ibu": "invite_guardian",
    "undang keluarga": "invite_guardian",
    "kode kader": "invite",
    "kode petugas": "invite_staff",
    "persetujuan": "approve",
    "tim": "team",
    "tpk": "companion",
    "dampingan": "companion",
    "keluarga dampingan": "companion",
    "izin": "consent",
    "izin berbagi": "consent_sharing",
    "langsung": "in_person",
    "sampaikan langsung": "in_person",
    "berhenti": "stop",
    "berhenti pesan": "stop",
    "mulai lagi": "resume",
    "stop": "stop",
    "terima lagi": "resume",
    "izin saya": "agree",
    "data saya": "my_data",
    "perbaiki": "correct",
    "hapus data saya": "erase",
    "data anak": "child_data",
    "nomor ibu": "contact",
    "anak pindah": "moved",
    "anak keluar": "left",
    "genap 5 tahun": "five",
    "anak meninggal": "died",
    "data ganda": "merge",
    "daftar anak": "new_child",
}


# In her own words: send no more, and what is this?
STOPS = re.compile(
    r"^\W*(?:(?:tolong|mohon|saya|mau|ingin|minta)\s+)*(?:(?:di)?(?:berhenti|henti|stop)(?:kan|in)?\b"
    r"|(?:jangan|(?:ga|gak|nggak|tidak|tdk)\s+usah)\s+(?:di)?(?:kirim|kabar|wa|sms|chat)\w*)"
)
ABOUT = {
    "pesan", "pesannya", "kabar", "kabarnya", "kirim", "dulu", "ya", "yg", "yang", "bu", "si", "untuk", "tentang",
    "dong", "lagi", "semua", "semuanya", "anak", "saya", "ini", "ke", "sini", "kesini", "aja", "saja", "wa", "sms",
    "kirimnya", "kirimin", "kiriman", "infonya", "info", "deh", "pesan2", "mau",
    "terima", "kasih", "makasih", "tolong", "berhenti",
}  # fmt: skip
WHICH = {"berhenti", "stop"}


def which_child(talk: Talk, text: str) -> bool:
    """ "Berhenti" from a parent who gets messages about a child: about which one is asked where there are several."""
    if talk.person is None or text.strip().casefold() not in WHICH or not talk.person.scope.children:
        return False
    return bool(talk.look.heard_children())


def stops(talk: Talk, text: str) -> bool:
    """ "Tolong stop pesan si sulung": what she wants no more of, in her own words."""
    said = STOPS.match(text.casefold())
    heard = talk.look.heard_children() if said else []
    if not said or not heard:
        return False
    about = set(folded(text.casefold()[said.end() :]).split()) - ABOUT
    named = [c for c in heard if about & set(folded(c.name).split())]
    if len(named) == 1:
        talk.session = type(talk.session)()
        talk.do(StopMessages((int(named[0].id),)))
    else:  # somebody else's name, or "si sulung": which child is asked, even where there is one
        talk.start("stop", {"named": True} if about else {})
    return True


def own_answer(talk: Talk, text: str) -> bool:
    """A parent says yes or no, or anything, while she has not answered what was asked of her: then that is dealt with.

    Her very first word brings the question back; it never stands in the way of a talk that is under way.
    """
    if MASKED in text:
        talk.says.append(("nik.never", {}))
        talk.show_again()
        return True
    if talk.row.pick is None and folded(text) == "izin data":
        talk.says.append(("consent.text", {}))
        talk.show_again()
        return True
    if talk.person is None or not talk.person.scope.children or talk.person.scope.posts or talk.row.pick is not None:
        return False
    if acts_family.urgent(talk, text):
        return True
    if _at_a_question(talk, said_yes(text)):
        return True
    return talk.session.flow in (None, "menu", "agree") and _unasked(talk, text)


def _at_a_question(talk: Talk, answer: bool | None) -> bool:
    """A yes or no in other words than those on the buttons."""
    if answer is None or not talk.in_time():
        return False
    if talk.session.flow == "agree":
        talk.go(Said("ya" if answer else "tidak"))
    elif talk.session.flow in LEFT_BY_NO and not answer:
        talk.session = talk.dropped()
        talk.show_again()
    else:
        return False
    return True


def _unasked(talk: Talk, text: str) -> bool:
    """What she says of herself, or to what waits for her answer."""
    answer, said, pending = said_yes(text), folded(text), talk.look.agreements()
    if said in FLOW_WORDS or said in OTHER_WORDS:
        return False
    if not pending and acts_days.in_her_words(talk, said):
        if family_asks.asked(text) is Asked.SICK:
            talk.says.append(("family.sick", {}))
        return True
    if answer is None:
        understood = stops(talk, text) or acts_family.own_words(talk, text, pending=bool(pending))
        if understood or not pending or talk.session.flow is not None:
            return understood
    elif not pending:
        return acts_expecting.typed_answer(talk, answer)
    elif pending[0].purpose == MESSAGES:
        talk.session = type(talk.session)()
        talk.do(Agree(int(pending[0].child.id), MESSAGES, answer))
        if talk.look.agreements():
            talk.start("agree")
        return True
    talk.start("agree")
    return True


LEFT_BY_NO = ("erase", "correct", "stop")  # a plain no at these means: not after all
OTHER_WORDS = {"anak saya", "bantuan", "help", "batal", "kembali", "data saya", "izin data", "hapus data saya"}


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """Do what a button says; False when it is none of these. ValueError, IndexError: a button that nobody made."""
    if name == "guardian":
        command: object = ConfirmGuardian(number(parts[0]), yes(parts[1]))
    elif name == "join":
        which = (number(parts[0]),)
        agreed = yes(parts[2])
        command = AnswerJoins(number(parts[1]), which if agreed else (), () if agreed else which)
    elif name == "agree":
        command = Agree(number(parts[0]), parts[1], yes(parts[2]))
        if parts[1] not in PURPOSES:
            raise ValueError(parts[1])
    elif name == "consent":
        child_id = number(parts[0])
        place = place_of_child(talk.tx, child_id)
        command = TakeConsents(place.posyandu_id if place and place.posyandu_id else 0, RECORD, (child_id,))
    elif name == "request" and talk.person and data_requests.closed_for(talk.tx, number(parts[0]), talk.person.id):
        talk.says.append(("requests.answered", {}))
        return True
    elif name == "request":
        command = AnswerRequest(number(parts[0]), yes(parts[1]))
    elif name == "told":
        command = ToldInPerson(number(parts[0]))
    else:
        return False
    outcome = talk.do(command)
    if outcome.follow is not None:
        talk.start(*outcome.follow, park=True)
    return True
