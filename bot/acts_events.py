"""Events in words, buttons and files: "hadir", the code or the word at the door, photos of QR codes, lists as files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from bot import score_sheet
from bot.dialogue import Said, Session
from bot.dialogue.matching import folded
from bot.files import file_of
from bot.qr_codes import read_codes
from posyandu.commands.events import (
    AddEntry,
    AddPaper,
    AddWalkIns,
    AnswerInvitation,
    CheckIn,
    CheckInSelf,
    ConfirmGoods,
    EventSheet,
    InviteGuests,
    InviteShare,
    ShowEntries,
    ShowEvent,
    ShowFeedback,
    ShowHeadcount,
    ShowPapers,
    ShowTicket,
    ShowWord,
    StoreScores,
    UndoCheckIn,
)
from posyandu.events import EARLY_MS, LATE_MS
from posyandu.hall_word import is_word, looks_like_word
from posyandu.people import Role
from storage import event_after, guests, inbox, uninvited
from storage.people import Known

if TYPE_CHECKING:
    from bot.talk import Talk

FLOW_WORDS = {
    "absen": "event_door",
    "petugas absen": "event_usher",
    "berkas acara": "event_files",
    "setelah acara": "event_after",
    "jumlah hadir": "event_count",
    "kata di aula": "event_word",
    "kata aula": "event_word",
    "kesan acara": "event_voices",
    "baca kesan": "event_voices",
    "acara": "events",
    "undangan acara": "events",
    "acara saya": "events",
    "acara baru": "event",
    "buat acara": "event",
    "keterampilan kader": "skill",
    "kecakapan kader": "skill",
}
MOST_WORDS = 8
AROUND = {
    "saya", "kami", "bisa", "dapat", "akan", "siap", "insya", "insyaallah", "inshaallah", "allah", "ya", "iya", "baik",
    "bu", "ibu", "pak", "bapak", "kak", "mohon", "maaf", "mhn", "mf", "terima", "kasih", "bismillah", "besok", "nanti",
}  # fmt: skip
NOT_COMING = {"tidak", "tdk", "gak", "ga", "nggak", "enggak", "belum", "berhalangan"}
CERTIFICATE = {"sertifikat", "minta sertifikat", "piagam"}
ENOUGH = {"selesai", "sudah", "sudah selesai", "beres", "cukup"}
RSVP = {
    "hadir": "hadir",
    "saya hadir": "hadir",
    "tidak hadir": "tidak",
    "diwakili": "diwakili",
    "diwakilkan": "diwakili",
}
# The ids of the template's buttons: they name no event and mean the latest she was invited to.
TEMPLATE_PICKS = {"acara_hadir": "hadir", "acara_tidak": "tidak", "acara_diwakili": "diwakili"}
TALKS = {
    "ubah": "event_change", "batalkan": "event_cancel", "petugas": "event_usher", "absen": "event_door",
    "masuk": "event_self", "diwakili": "event_stand_in", "sertifikat": "event_certificate", "kesan": "event_feedback",
    "berkas": "event_files", "setelah": "event_after", "janji": "event_promise", "tindak": "event_follow",
    "lomba": "event_entry", "nilai": "event_scores", "catat": "event_note",
    "sertifikatkan": "event_certify", "kabari": "event_thanks",
}  # fmt: skip
# Questions that only open something: left for another button of an event, they do not come back.
OPENED = {"events", "event_usher", "event_files", "event_after", "event_rsvp", "menu"}
OWN_CODE = {"kode saya", "kode qr", "kode qr saya", "qr saya", "kode acara", "kode undangan"}
FEEDBACK = {"kesan", "beri kesan", "kesan saya"}
MATERIALS = {"materi", "lihat materi", "materi acara"}
SCORES = re.compile(r"nilai-\d{4}-\d{2}-\d{2}-(\d{1,12})\b", re.IGNORECASE)  # the sheet as it went out


def rsvp(said: str) -> str | None:
    """hadir, tidak or diwakili, as she says it: "insya allah saya hadir", "mohon maaf tidak bisa hadir bu"."""
    words = said.replace(",", " ").replace(".", " ").split()
    if said in RSVP:
        return RSVP[said]
    if "hadir" not in words or len(words) > MOST_WORDS or not set(words) <= {"hadir"} | AROUND | NOT_COMING:
        return None
    return "tidak" if set(words) & NOT_COMING else "hadir"


def as_action(pick: str) -> str:
    """The action of a template's button, or nothing."""
    return f"!acara:0:{TEMPLATE_PICKS[pick]}" if pick in TEMPLATE_PICKS else ""


def line(talk: Talk, text: str) -> bool:
    """Words that are about an event, before anything else is tried."""
    if talk.person is None:
        return False
    said = folded(text) or text.strip().casefold()
    at_door = talk.session.flow == "event_door"
    if at_door and said in ENOUGH:
        talk.session = talk.dropped()
        talk.show_again()
        return True
    answer = rsvp(said)
    if answer and not at_door and talk.session.flow != "event_files":
        return _typed_answer(talk, talk.person, answer)
    if said in CERTIFICATE and talk.session.flow not in OPENED:
        number = talk.tx.value(guests.LAST_CAME, person_id=talk.person.id)
        if number is None:
            talk.says.append(("acara.no_certificate", {}))
            talk.show_again()
        else:
            talk.start("event_certificate", {"number": int(number)})
        return True
    if said == "paket" and talk.session.flow == "event_after":
        if "event_packages" in (talk.session.shown or {}).get("options", ()):
            talk.go(Said(text))  # those of this event
            return True
        talk.says.append(("acara.packages_elsewhere", {}))
        return False
    if (talk.session.flow or "").startswith("event"):
        return _hall(talk, text)  # "materi" and "kesan" are answers there
    if said in OWN_CODE and (found := talk.look.open_invitations()):
        talk.do(ShowTicket(int(found[0].id)))
        talk.show_again()
        return True
    if said in FEEDBACK and (last := talk.tx.value(guests.LAST_CAME, person_id=talk.person.id)):
        talk.start("event_feedback", {"number": int(last)}, park=_goes_on(talk))
        return True
    if said in MATERIALS and (last := talk.tx.value(guests.LAST_CAME, person_id=talk.person.id)):
        talk.do(ShowPapers(int(last)))
        talk.show_again()
        return True
    return _hall(talk, text)


def _hall(talk: Talk, text: str) -> bool:
    """The word of the hall, whatever else is asked."""
    if looks_like_word(text.removeprefix("hadir ")) and talk.session.flow != "event_self":
        return _word(talk, text.removeprefix("hadir "))
    return False


def _typed_answer(talk: Talk, person: Known, answer: str) -> bool:
    """ "hadir" without a button: to the one invitation she has, or she is asked to which."""
    found = talk.look.open_invitations()
    if not found and (talk.session.flow is not None or Role.GUARDIAN in person.scope.roles):
        return False  # said of something else: a mother answers for the day of her posyandu
    if not found:
        talk.says.append(("acara.not_invited", {}))
    elif len(found) == 1:
        _answer(talk, int(found[0].id), answer)
    else:
        talk.start("event_rsvp", {"answer": answer}, park=_goes_on(talk))
        return True
    talk.show_again()
    return True


def _word(talk: Talk, word: str) -> bool:
    """The word of the hall typed right away, by who is invited to what is on now."""
    assert talk.person is not None
    found = talk.tx.all(guests.INVITED, person_id=talk.person.id, since=talk.now - LATE_MS)
    on = [r for r in found if r.starts_at - EARLY_MS <= talk.now]
    one = next((r for r in on if is_word(r.secret, word, talk.now)), None)
    one = one or uninvited.hall_of(talk.tx, talk.person.scope, word, talk.now) or (on or found or [None])[0]
    if one is None:
        return False
    if one.ask_site and talk.look.word_lets_in(one.id, word):
        talk.start("event_self", {"number": one.id, "word": word.strip()}, park=True)
        return True
    talk.do(CheckInSelf(one.id, word.strip()))
    talk.show_again()
    return True


def _goes_on(talk: Talk) -> bool:
    """Does the talk under way go on after the one that begins? A question that only opened something does not."""
    return talk.session.flow is not None and talk.session.flow not in OPENED | set(TALKS.values())


def _let_go(talk: Talk) -> None:
    """She has tapped something else about an event: a list or a name that was still asked for is asked no more."""
    if talk.session.flow in OPENED:
        talk.session = talk.session.parked or Session()


def takes_lists(talk: Talk) -> bool:
    """Is she at the door? Then a line with a name is a guest, and no weighing."""
    return talk.session.flow in ("event_door", "event_hand") and talk.row.pick is None


def file(talk: Talk) -> bool:
    """A photo of QR codes or a list as a file at the door; the hall on the map; papers of an event; a score sheet."""
    heard, flow = json.loads(talk.row.file or "{}"), talk.session.flow
    kind, at = heard.get("kind"), _event_of(talk)
    if flow == "event" and kind == "location" and (talk.session.shown or {}).get("key") == "pin":
        talk.go(Said(str(heard.get("ref", ""))))
        return True
    if flow == "event_self" and kind == "location":
        forget_place(talk)
        talk.says.append(("acara.no_place_kept", {}))
        talk.show_again()
        return True
    if kind == "document" and (named := SCORES.match(str(heard.get("filename", "")))):
        at, flow = int(named[1]), "event_scores"
    if at is None or kind not in ("image", "document"):
        return False
    data = file_of(talk.tx, talk.row)
    if data is None:
        talk.says.append(("files.lost", {}))
    elif flow == "event_door":
        _door(talk, at, kind, heard, data)
    elif flow == "event_scores":
        _scores(talk, at, data)
    elif flow == "event_entry" and "name" in talk.session.answers:
        talk.do(AddEntry(at, str(talk.session.answers["name"].value), "", talk.row.id))
    elif flow == "event_paper" and "kind" in talk.session.answers:
        talk.do(AddPaper(at, talk.row.id, str(talk.session.answers["kind"].value)))
    else:
        return False
    talk.show_again()
    return True


def forget_place(talk: Talk) -> None:
    """Where she is, is never kept: a location that no question has asked for is no more than that one was sent."""
    if json.loads(talk.row.file or "{}").get("kind") == "location":
        talk.tx.run(inbox.FORGET_PLACE, row_id=talk.row.id)


def _event_of(talk: Talk) -> int | None:
    given = talk.session.answers.get("number")
    return int(given.value) if given is not None else None


def _door(talk: Talk, at: int, kind: str, heard: dict[str, object], data: bytes) -> None:
    if kind == "image" or str(heard.get("mime", "")).startswith("image/"):
        codes = read_codes(data)
        if not codes:
            talk.says.append(("acara.no_codes_seen", {}))
            return
        talk.do(CheckIn(at, "\n".join(codes), "qr"))
    elif str(heard.get("filename", "")).lower().endswith((".txt", ".csv")):
        talk.do(CheckIn(at, data.decode("utf-8", "replace")))
    else:
        talk.says.append(("acara.which_files", {}))


def _scores(talk: Talk, at: int, data: bytes) -> None:
    found = score_sheet.read(data)
    if found is None:
        talk.says.append(("acara.no_scores", {}))
    else:
        talk.do(StoreScores(at, *found))


def action(talk: Talk, name: str, parts: list[str]) -> bool:
    """ "!acara:7:hadir"; False when it is no such button. ValueError, IndexError: a button that nobody made."""
    if name != "acara" or talk.person is None:
        return False
    number, verb = int(parts[0][:12]), parts[1]
    if number == 0:
        if not talk.look.open_invitations():
            talk.says.append(("acara.over", {}))
        else:
            _typed_answer(talk, talk.person, verb)
        return True
    _let_go(talk)
    third = int(parts[2][:12]) if len(parts) > 2 else None
    if verb in ("hadir", "tidak", "diwakili"):
        _answer(talk, number, verb)
    elif verb in TALKS:
        talk.start(TALKS[verb], {"number": number}, park=_goes_on(talk))
    elif verb in ("tamu", "yangmana") and third is not None:
        _again(talk, number, verb, third)
    elif verb == "beri" and third is not None:
        talk.start("event_hand", {"number": number, "goods": str(third)})
    else:
        talk.do(_command(number, verb, third))
    return True


def _answer(talk: Talk, number: int, verb: str) -> None:
    if verb == "diwakili":
        talk.start("event_stand_in", {"number": number}, park=True)
    else:
        talk.do(AnswerInvitation(verb, number))


def _command(number: int, verb: str, third: int | None) -> object:
    plain = {
        "buka": ShowEvent, "undang": InviteGuests, "kode": ShowTicket, "jumlah": ShowHeadcount, "kata": ShowWord,
        "materi": ShowPapers, "bacakesan": ShowFeedback, "peserta": ShowEntries,
    }  # fmt: skip
    if verb in plain:
        return plain[verb](number)
    if verb == "notulen":
        return EventSheet(number, "notulen_pdf")
    if third is None:
        raise ValueError(verb)
    with_third = {"jatah": InviteShare, "urungkan": UndoCheckIn, "terima": ConfirmGoods}
    if verb not in with_third:
        raise ValueError(verb)
    return with_third[verb](number, third)


def _again(talk: Talk, number: int, verb: str, message: int) -> None:
    """What was left open of a list of hers: names that are on no list, or that several guests bear."""
    assert talk.person is not None
    sent = talk.tx.one(event_after.OWN_TEXT, row_id=message, person_id=talk.person.id)
    if sent is None:
        raise ValueError(verb)
    if verb == "tamu":
        talk.do(AddWalkIns(number, sent.text))
    else:
        talk.start("event_which", {"number": number, "message": message})
