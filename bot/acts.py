"""What is done without a flow: the words that always work, buttons that act by themselves, strangers and events."""

from __future__ import annotations

import json
import re
from datetime import date

from sqlalchemy import bindparam, func, select

from bot import (
    acts_cases,
    acts_channel,
    acts_days,
    acts_events,
    acts_expecting,
    acts_lapor,
    acts_people,
    acts_siaran,
    hints,
    joining,
    sheet_talk,
)
from bot.dialogue.matching import LIST, folded
from bot.picked import number
from bot.plain_words import said_yes
from bot.talk import Talk, waits
from posyandu.access import HEALTH, NAMED, OFFICES, POST
from posyandu.commands import MarkExplained, ShowPicture, UndoEntry
from posyandu.people import Role
from posyandu.queries import call_name
from storage import addresses, book
from storage.people import Known
from storage.sql import Row, Sql, among
from storage.store import Tx
from storage.tables import child, incoming, measurement, outgoing

ASKED = Sql(select(outgoing.c.body).where(outgoing.c.id == bindparam("row_id")))
# What she has written lately, the newest first.
LATEST = (
    select(measurement.c.incoming_id, measurement.c.child_id, measurement.c.field, measurement.c.value, child.c.name)
    .join(child, child.c.id == measurement.c.child_id)
    .where(
        measurement.c.by_person == bindparam("person_id"),
        measurement.c.current.is_not(None),
        measurement.c.incoming_id.is_not(None),
        measurement.c.at >= bindparam("since"),
    )
    .order_by(measurement.c.id.desc())
)
LAST_ENTRY = Sql(LATEST.limit(1))
BEFORE = Sql(
    select(func.max(incoming.c.id)).where(
        incoming.c.address_id == bindparam("address_id"),
        incoming.c.id < bindparam("row_id"),
        incoming.c.event.is_(None),
    )
)
LATELY = Sql(
    select(outgoing.c.body)
    .where(outgoing.c.address_id == bindparam("address_id"), among(outgoing.c.kind, "reply", "alert"))
    .order_by(outgoing.c.id.desc())
    .limit(5)
)
ASKED_OF_LINES = ("weighing", "settle", "recheck")  # talks in which thanks are no answer
MOST_THANKS = 4  # words
LINES = (acts_events.line, acts_siaran.line, acts_lapor.word)  # words that go on with a name or a number
# Buttons under what came unasked whose words she may type; a family's answers to a day have words of their own.
UNASKED = Sql(
    select(outgoing.c.body)
    .where(outgoing.c.address_id == bindparam("address_id"), among(outgoing.c.kind, "reminder", "digest"))
    .order_by(outgoing.c.id.desc())
    .limit(3)
)
SAME_AS = dict.fromkeys(("batalin semua", "hapus semua", "batal semua", "batalin semuanya"), "batalkan semua")
OF_UNASKED = ("actions.record_now", "actions.note_why", "actions.told_in_person", "actions.remind_those")
UNDO_WITHIN_MS = 12 * 3600_000

# Words that mean the same wherever she is; flows by the word that starts them.
CANCEL = {"batal", "cancel", "urungkan", "undo"}
NOT_AFTER_ALL = {"tidak jadi", "tdk jadi", "ga jadi", "gak jadi", "nggak jadi", "ngga jadi", "enggak jadi"}
# Half a line: how it goes on.
HOW_TO = dict.fromkeys(("ralat", "koreksi", "revisi", "salah ketik", "edit"), "correction.how")
HOW_TO |= dict.fromkeys(("hapus", "hapuskan", "hapus data"), "undo.how")
BACK = {"kembali", "back", "mundur"}
GO_ON = "lanjut"
FINISHED = {
    "selesai", "sudah", "udah", "udh", "sdh", "cukup", "beres", "sekian", "keluar", "sudah selesai", "udah selesai",
    "sudah semua", "udah semua", "selesai semua", "sudah beres", "udah beres", "itu saja", "itu aja", "segitu",
    "udah gitu", "sudah gitu", "udah itu", "sudah itu",
}  # fmt: skip
TO_WHOM = re.compile(r"\s+(?:ya|yaa|bu|bu bidan|kak|mbak|min|pak|dulu|deh|dah|aja|saja)$")  # "selesai bu"
MENU = {"menu", "mulai", "start", "/start", "/menu", "halo", "hai", "assalamualaikum"}
HELP = {"bantuan", "help", "/help", "/bantuan", "tolong", "?"}
FLOW_WORDS = {
    "timbang": "weighing",
    "penimbangan": "weighing",
    "belum": "missing",
    "siapa belum": "missing",
    "siapa yang belum": "missing",
    "siapa yg belum": "missing",
    "siapa saja yang belum": "missing",
    "siapa saja yg belum": "missing",
    "siapa aja yg belum": "missing",
    "yang belum": "missing",
    "yg belum": "missing",
    "belum siapa": "missing",
    "belum siapa saja": "missing",
    "siapa belum ditimbang": "missing",
    "siapa yang belum ditimbang": "missing",
    "belum ditimbang": "missing",
    "grafik": "picture",
    "gambar": "picture",
    "rekap": "recap",
    "skdn": "recap",
    "telaah": "telaah",
    "strata": "telaah",
    "unduh": "sheets",
    "berkas": "sheets",
    "ekspor": "sheets",
    "anak saya": "mychild",
    "buka bulan": "reopen",
    "terlambat": "late",
    **acts_people.FLOW_WORDS,
    **acts_cases.FLOW_WORDS,
    **acts_days.FLOW_WORDS,
    **acts_lapor.FLOW_WORDS,
    **acts_siaran.FLOW_WORDS,
    **acts_events.FLOW_WORDS,
}


# Talks about single children and mothers.
OF_CHILDREN = {"weighing", "missing", "picture", "cases", "pregnancy", "mothers", "expected", "absent", "child_data"}


def command_word(talk: Talk, text: str) -> bool:
    """Is this one of the words that always work? Then it is done."""
    word = folded(text) or text.strip()
    person = talk.person
    assert person is not None
    if code := joining.code_in(text, known=True):
        joining.use(talk, code)
    elif acts_channel.resumed(talk, text):
        return True
    elif word in MENU or text.strip().casefold() in MENU:
        talk.start("menu") if person.scope.roles or talk.session.flow not in joining.OWN_FLOWS else talk.show_again()
    elif word in HELP or text.strip() in HELP:
        talk.says.append((f"help.{hints.help_word(person)}", {}))
        talk.show_again()
    elif word in CANCEL:
        cancel(talk, person)
    elif moved(talk, word, person) or any(line(talk, text) for line in LINES):
        return True
    elif pick := typed_action(talk, word):
        action(talk, pick)
    elif unclear_yes(talk, text) or acts_days.typed(talk, word):
        talk.show_again()
    elif flow := FLOW_WORDS.get(word) or FLOW_WORDS.get(word.removesuffix(" bulan ini")):
        if answers_what_is_asked(talk, word):
            return False
        _begin(talk, person, flow)
    elif talk.session.flow in ASKED_OF_LINES and (
        hints.THANKS.match(text.casefold()) and len(word.split()) <= MOST_THANKS
    ):
        talk.says.append(("hints.thanks", {}))
        talk.show_again()
    else:
        return acts_channel.word(talk, word) or sheet_talk.place_words(talk, text)
    return True


def answers_what_is_asked(talk: Talk, word: str) -> bool:
    """Is it the word of a choice on her screen? "Kasus" under "Lembar apa yang diminta?" is that sheet, "daftar" under
    a question about a child all from whom she may choose."""
    key = (talk.session.shown or {}).get("key")
    if word in LIST and key == "child":
        return True
    choices = talk.words.find(f"{talk.session.flow}.{key}.options") if talk.session.flow != "menu" else None
    if not isinstance(choices, dict) or not talk.in_time():
        return False
    meant = [i for i, own in choices.items() if word in map(folded, [own] if isinstance(own, str) else own)]
    if not meant:
        return False
    body = json.loads(talk.tx.value(ASKED, row_id=talk.asked) or "{}")
    return any(option in meant for option, _ in (body.get("question") or {}).get("options", ()))


def moved(talk: Talk, word: str, person: Known) -> bool:
    """One question back, on with what waits, an end of weighing, or how half a line goes on."""
    if word in BACK and talk.session.flow in talk.where.flows:
        talk.step_back()
    elif word == GO_ON and talk.session.parked is not None and not (talk.session.begun or waits(talk.session)):
        talk.session = talk.session.parked
        talk.show_again()
    elif TO_WHOM.sub("", TO_WHOM.sub("", word)) in FINISHED and finished(talk, person):
        talk.show_again()
    elif word in HOW_TO and person.scope.roles & NAMED:
        talk.says.append((HOW_TO[word], {}))
        talk.show_again()
    else:
        return False
    return True


def _begin(talk: Talk, person: Known, flow: str) -> None:
    """The talk of this word; an office that asks for children hears who may see them, and what is hers."""
    if flow in OF_CHILDREN and person.scope.roles & OFFICES and not person.scope.roles & NAMED:
        talk.says.append(("hints.numbers_only", {}))
        talk.show_again()
    elif flow == "reopen" and not person.scope.roles & HEALTH:
        talk.says.append(("months.who_reopens", {}))
        talk.show_again()
    else:
        talk.look_aside("mychild" if flow == "picture" and person.scope.roles == {Role.GUARDIAN} else flow)


def typed_action(talk: Talk, word: str) -> str | None:
    """The button that acts by itself whose words she typed, of the latest messages that had one."""
    word = SAME_AS.get(word, word)
    labels = {folded(talk.words.say(key)): key for key in talk.words.below("actions")}
    key = labels.get(word)
    if key is None:
        return None
    rows = list(talk.tx.all(LATELY, address_id=talk.row.address_id))
    if key in OF_UNASKED:
        rows += talk.tx.all(UNASKED, address_id=talk.row.address_id)
    for row in rows:
        for pick, its_key in json.loads(row.body).get("actions", ()):
            if its_key == key:
                return str(pick)
    return None


def unclear_yes(talk: Talk, text: str) -> bool:
    """A bare "ya" under "betul ini ibunya?": who somebody is is answered by its own words, so that no yes that was
    meant for something else lets anybody in. It is put before her once more."""
    assert talk.person is not None
    if talk.session.flow not in (None, "menu") or not talk.person.scope.posts or said_yes(text) is None:
        return False
    latest = next(iter(talk.tx.all(LATELY, address_id=talk.row.address_id)), None)
    body = json.loads(latest.body) if latest is not None else {}
    picks = [(pick, key) for pick, key in body.get("actions", ()) if pick.startswith(("!guardian:", "!join:"))]
    if picks:
        talk.says += [
            ("join.tap_it", {}),
            *((key, values) for key, values in body.get("says", ()) if key != "join.tap_it"),
        ]
        talk.actions += picks
    return bool(picks)


def finished(talk: Talk, person: Known) -> bool:
    """She has weighed all who came: how far the day is, and how to see who is left. Only where nothing is under way."""
    days = talk.look.open_days() if person.scope.roles & POST else []
    if not days or talk.session.flow not in (None, "weighing", "menu") or talk.session.begun:
        return False
    of_day = talk.session.answers.get("of_day") or talk.session.answers.get("day")
    day = (talk.look.day(str(of_day.value)) if of_day is not None else None) or days[0]
    far = talk.look.progress(day)
    values = {"on": day.on.isoformat(), "done": far.done, "total": far.total, "left": far.left}
    talk.says.append(("weighing.finished", values))
    talk.session = talk.session.parked or type(talk.session)()
    return True


def cancel(talk: Talk, person: Known) -> None:
    """In the middle of an entry: drop it. Right after saving: take the saved entry back."""
    flow, begun = talk.session.flow, any(not a.seeded for a in talk.session.answers.values())
    last = talk.tx.one(LAST_ENTRY, person_id=person.id, since=talk.now - UNDO_WITHIN_MS)
    just_now = last is not None and last.incoming_id == talk.tx.value(
        BEFORE, address_id=talk.row.address_id, row_id=talk.row.id
    )
    after_saving = flow in (None, "weighing", "menu") or (flow == "recheck" and just_now)
    if begun or not after_saving:
        talk.session = talk.dropped()
    elif last is None:
        talk.says.append(("undo.nothing", {}))
        talk.session = talk.session.parked or type(talk.session)()
    elif len(of_it := {r.child_id for r in talk.tx.all(book.WRITTEN_BY, of_message=last.incoming_id)}) > 1:
        # A whole list: one of it, or all?
        talk.says.append(("undo.several", {"count": len(of_it), "child": _named(last)}))
        talk.actions.append((f"!undo_all:{last.incoming_id}", "actions.undo_all"))
    elif just_now:
        talk.do(UndoEntry(last.incoming_id, last.child_id))
    else:
        # Something was said since, perhaps a first "batal": which entry she means is hers to say.
        talk.says.append(("undo.which", {"child": _named(last)}))
        talk.actions.append((f"!undo:{last.incoming_id}:{last.child_id}", "actions.undo"))
    talk.show_again()


def _named(entry: Row) -> dict[str, str]:
    return {"id": str(entry.child_id), "name": call_name(entry.name)}


def changed_her_mind(talk: Talk, text: str, person: Known) -> bool:
    """ "Tidak jadi" where no button says so: the talk is dropped, as with batal."""
    note = talk.question["note"] if talk.question else None
    if talk.row.pick is not None or not note or folded(text) not in NOT_AFTER_ALL:
        return False
    talk.question = None
    cancel(talk, person)
    return True


def action(talk: Talk, pick: str) -> None:
    """A button that acts by itself: "!explained:12:2026-11-12". It is checked like any other command."""
    name, *parts = pick[1:].split(":")
    if acts_cases.action(talk, name, parts):
        talk.show_again()
        return
    try:
        if name == "explained":
            talk.do(MarkExplained(number(parts[0]), date.fromisoformat(parts[1])))
        elif acts_days.action(talk, name, parts):
            pass
        elif name == "picture":
            talk.do(ShowPicture(number(parts[0])))
        elif name == "undo":
            talk.do(UndoEntry(number(parts[0]), number(parts[1])))
        elif name == "undo_all":
            message = number(parts[0])
            for child_id in {r.child_id for r in talk.tx.all(book.WRITTEN_BY, of_message=message)}:
                talk.do(UndoEntry(message, child_id))
        elif any(s.action(talk, name, parts) for s in (acts_expecting, acts_siaran, acts_lapor, acts_events)):
            pass
        elif not acts_people.action(talk, name, parts) and not sheet_talk.action(talk, name, parts):
            talk.says.append(("hints.old_button", {}))
    except (ValueError, IndexError):
        talk.says.append(("hints.old_button", {}))
    talk.show_again()


def event(tx: Tx, row: Row, now: int) -> str:
    """What is no message: blocked, unblocked, or something the channel could not read."""
    if row.event == "blocked":
        addresses.set_state(tx, row.address_id, "blocked")
    elif row.event == "unblocked":
        addresses.set_state(tx, row.address_id, "reachable")
    elif row.event == "unreadable":
        raise ValueError("the channel could not read this update")
    book.note(tx, now, row.person_id, f"event:{row.event}", f"address:{row.address_id}")
    return str(row.event)
