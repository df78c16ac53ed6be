"""Buttons and words about posyandu days: "datang", "catat alasannya", "sudah disampaikan", "ingatkan mereka"."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import bindparam, select

from bot.picked import number
from bot.talk import Talk
from posyandu.access import HEALTH, NAMED, OFFICES
from posyandu.commands.days import AnswerDay, AskEarly, RemindSilent, ToldInPerson
from posyandu.people import Role
from storage.reminders import reading
from storage.sql import Sql
from storage.tables import outgoing

# The talk that each of these words begins.
FLOW_WORDS = {
    "hari posyandu": "days",
    "ubah hari": "days",
    "pindah hari": "days",
    "batal hari": "days",
    "jadwal": "schedule",
    "jadwal posyandu": "schedule",
    "ubah jadwal": "schedule",
    "ganti jadwal": "schedule",
    "pindah wilayah": "area_days",
    "alasan": "absent",
    **dict.fromkeys(
        (
            "belum lapor",
            "belum melapor",
            "siapa belum lapor",
            "siapa yang belum lapor",
            "siapa saja yang belum lapor",
            "yang belum lapor",
            "ingatkan yang belum lapor",
            "ingatkan yang belum",
            "posyandu belum lapor",
        ),
        "silent",
    ),
    "harapan": "expected",
    "hamil": "pregnancy",
    "ibu hamil": "pregnancy",
    "daftar hamil": "mothers",
}
# A typed answer to a reminder; also the ids of the buttons of the WhatsApp template, which know no day.
ANSWERS = {
    "datang": "datang",
    "hadir": "datang",
    "tidak_bisa": "tidak_bisa",
    "tidak bisa": "tidak_bisa",
    "tidak datang": "tidak_bisa",
    "pindah": "pindah",
    "sudah pindah": "pindah",
}
# The same in more words; taken so only right below the reminder.
COMES_NOT = re.compile(r"^(?:\w+ ){0,3}(?:tidak|tdk|ga|gak|nggak|ngga|enggak|belum) (?:bisa|sempat|dapat)\b")
COMES = re.compile(
    r"^(?:(?:iya|ya|siap|insya ?allah|insyaallah|inshaallah|ok|oke|kami|saya) )+(?:akan )?(?:datang|hadir)\b"
)
NEARLY = re.compile(
    r"^(?:iya|ya|ok|oke|siap|baik|sip|tidak|tdk|ga|gak|nggak)(?: (?:bu|pak|kak|bidan|kader|siap|ya|iya|ok|baik))*$"
)
ON_SCREEN = Sql(
    select(outgoing.c.group_key, outgoing.c.body)
    .where(outgoing.c.address_id == bindparam("address_id"), outgoing.c.sent_at.is_not(None))
    .order_by(outgoing.c.sent_at.desc(), outgoing.c.id.desc())
    .limit(1)
)
FLOWS_BY_BUTTON = ("weighing", "silent", "absent")


def as_action(pick: str) -> str:
    """A button that acts by itself; the WhatsApp template's know no day and mean the last one she was told of."""
    if pick in ANSWERS:
        return f"!hadir::{ANSWERS[pick]}"
    return pick if pick.startswith("!") else ""


def typed(talk: Talk, word: str) -> bool:
    """Words that mean something only when no question is open, or below a reminder that came after it."""
    answer = answer_in(talk, word)
    if talk.person is None or (talk.session.flow is not None and not (answer and _just_told(talk))):
        return False
    roles = talk.person.scope.roles
    if Role.GUARDIAN in roles and answer:
        talk.do(AnswerDay(answer))
    elif Role.GUARDIAN in roles and word in ("ingatkan 3 hari", "ingatkan sehari"):
        talk.do(AskEarly(word == "ingatkan 3 hari"))
    elif word == "daftar" and roles & NAMED:
        talk.start("expected")
    else:
        return False
    return True


def answer_in(talk: Talk, word: str) -> str:
    """The answer to an invitation in these words, or nothing."""
    if word in ANSWERS:
        return ANSWERS[word]
    found = "tidak_bisa" if COMES_NOT.match(word) else "datang" if COMES.match(word) else ""
    return found if found and _just_told(talk) else ""


def _just_told(talk: Talk) -> bool:
    """Is the last thing on her screen the word about a posyandu day, or the thanks for her answer to it? Then "datang"
    is said to it, whatever question stood there before."""
    row = talk.tx.one(ON_SCREEN, address_id=talk.row.address_id)
    return row is not None and ((row.group_key or "").startswith("day:") or '"days.answered.' in row.body)


def in_her_words(talk: Talk, word: str) -> bool:
    """ "Maaf bu ga bisa, anak sakit", "iya bu" right below an invitation: an answer, or nearly one."""
    answer = "" if word in ANSWERS else answer_in(talk, word)
    if answer:
        talk.do(AnswerDay(answer))
    elif NEARLY.match(word) and (talk.session.flow is None and _just_told(talk)):
        talk.says.append(("days.answer_which", {}))
    return bool(talk.says)


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """Do what a button says; False when it is none of these. ValueError, IndexError: a button that nobody made."""
    if name == "hadir":
        if parts[1] not in ("datang", "tidak_bisa", "pindah"):
            raise ValueError(parts[1])
        talk.do(AnswerDay(parts[1], number(parts[0]) if parts[0] else None))
    elif name == "start" and parts[0] in FLOWS_BY_BUTTON:
        if len(parts) > 1:
            date.fromisoformat(parts[1].partition("@")[2])  # ValueError: a button that nobody made
        talk.start(parts[0], {"of_day": parts[1]} if len(parts) > 1 else {})
    elif name == "alasan":
        day = talk.tx.one(reading.DAY, day_id=number(parts[0]))
        if day is None:
            raise ValueError(parts[0])
        talk.start("absent", {"day": f"{day.posyandu_id}@{day.on}"})
    elif name == "sampaikan":
        day = talk.tx.one(reading.DAY, day_id=number(parts[0]))
        if day is None:
            raise ValueError(parts[0])
        talk.do(ToldInPerson(day.posyandu_id, day.id))
    elif name == "ingatkan" and talk.person is not None:
        for post in talk.person.scope.posts:
            if post.role in HEALTH | OFFICES:
                talk.do(RemindSilent(post.puskesmas_id, post.area, post.posyandu_id))
                break
        else:
            raise ValueError(name)
    else:
        return False
    return True
