"""At an event and after it: lists at the door, the word in the hall, certificates, voices, receipts, promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.dialogue import Ask, Done
from posyandu.access import RULES
from posyandu.commands.events import (
    AddCommitment,
    AddEntry,
    AddNote,
    AddTraining,
    AskCertificate,
    CheckIn,
    CheckInOne,
    CheckInSelf,
    EventSheet,
    GiveFeedback,
    HandOut,
    PlanGoods,
    SetSkill,
    SettleCommitment,
    ShowEntries,
    ShowFeedback,
    ShowHeadcount,
    ShowWord,
    SkillSheet,
    ThankGuests,
)
from posyandu.entry.dates import read_date
from posyandu.events import LEVELS, LONGEST_NAME, SKILL_GROUPS
from posyandu.hall_word import looks_like_word
from posyandu.queries_events import EventQueries, EventView

MOST_TYPED = 20_000  # characters of a pasted list
RUPIAH = re.compile(r"^(?:rp\.?\s*)?(\d[\d.]*)(?:\s*(ribu|rb|k))?$", re.IGNORECASE)
SHEETS = (
    "hadir", "hadir_pdf", "tidak_hadir", "terima_pdf", "terima", "komitmen", "notulen_pdf", "kesan", "nilai",
)  # fmt: skip
AFTER = (
    "event_goods", "event_hand", "event_note", "event_promise", "event_follow", "event_paper", "event_voices",
    "event_entry", "event_entries", "event_scores", "event_packages", "event_thanks",
)  # fmt: skip
OF_CONTESTS = ("event_entry", "event_entries", "event_scores")


def _one(ask: Ask, look: EventQueries, *, mine: bool = False) -> EventView | None:
    """The event that the talk is about."""
    number = ask.given("number")
    if number is None:  # begun with a word: the event that is nearest
        return next((e for e in look.my_events() if e.mine or not mine), None)
    one = look.event(int(number))
    return None if one is None or (mine and not one.mine) else one


def door(ask: Ask, look: EventQueries) -> Done:
    """List after list, until she writes menu."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    text = ask.text("list", longest=MOST_TYPED, event=one)
    return Done(CheckIn(int(one.id), text or ""), then="event_door", seed={"number": int(one.id)})


def count(ask: Ask, look: EventQueries) -> Done:
    """How many came."""
    one = _one(ask, look, mine=True)
    return Done(ShowHeadcount(int(one.id)) if one is not None else None)


def hall_word(ask: Ask, look: EventQueries) -> Done:
    """The word that is good now."""
    one = _one(ask, look, mine=True)
    return Done(ShowWord(int(one.id)) if one is not None else None)


def which(ask: Ask, look: EventQueries) -> Done:
    """Of several guests of one name which one, name after name of the list she sent; then on with the door."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    at, message = int(ask.given("at", 0)), int(ask.given("message", 0))
    unclear = look.unclear(int(one.id), message)
    if at >= len(unclear):
        return Done(None, then="event_door", seed={"number": int(one.id)})
    name, found = unclear[at]
    chosen = ask.maybe_one("guest", found, none="nobody", name=name, at=at)
    command = CheckInOne(int(one.id), int(chosen.id)) if chosen is not None else None
    return Done(command, then="event_which", seed={"number": int(one.id), "message": message, "at": at + 1})


def myself(ask: Ask, look: EventQueries) -> Done:
    """The word that is shown in the hall; whether she is there, where that is asked."""
    one = _one(ask, look)
    if one is None:
        return Done(None)
    word = ask.value("word", read=_hall_word, event=one)
    there = ask.yes("site", event=one) if one.ask_site and look.word_lets_in(int(one.id), str(word)) else None
    return Done(CheckInSelf(int(one.id), str(word), there))


def _hall_word(text: str) -> str | None:
    said = text.casefold().removeprefix("hadir").strip()
    return said if looks_like_word(said) else None


def certificate(ask: Ask, look: EventQueries) -> Done:
    """Her name as it shall stand there; one word takes the name on the books."""
    one = _one(ask, look)
    if one is None:
        return Done(None)
    own = look.name_at(int(one.id))
    name = ask.value("name", read=_name(own), quick=("as_known",), event=one, name=own)
    return Done(AskCertificate(int(one.id), str(name)))


def _name(own: str) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        said = " ".join(text.split())
        if said == "as_known":
            return own
        if not 2 <= len(said) <= LONGEST_NAME or not any(c.isalpha() for c in said):
            return None
        return said

    return read


def certify(ask: Ask, look: EventQueries) -> Done:
    """A certificate for a guest who cannot ask for it herself: by code or name, written as she wants it."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    number = int(one.id)
    said = str(ask.value("guest", read=named_by(lambda text: look.who_came(number, text)), event=one))
    found = look.who_came(number, said)
    chosen = found[0] if len(found) == 1 else ask.one("which", found, said=said)
    own = look.name_of(int(chosen.id))
    name = ask.value("name", read=_name(own), quick=("as_known",), guest=chosen, name=own)
    return Done(AskCertificate(number, str(name), int(chosen.id)))


def thanks(ask: Ask, look: EventQueries) -> Done:
    """Those who came are told what is there for them; the plan is shown before anything leaves."""
    one = _one(ask, look, mine=True)
    return Done(ThankGuests(int(one.id)) if one is not None else None)


def feedback(ask: Ask, look: EventQueries) -> Done:
    """One to five, and a word if she likes."""
    one = _one(ask, look)
    if one is None:
        return Done(None)
    stars = ask.one("stars", ("1", "2", "3", "4", "5"), event=one)  # a number typed is both
    text = ask.text("text", skip=True, longest=500, event=one)
    return Done(GiveFeedback(int(one.id), int(stars), text or ""))


def files(ask: Ask, look: EventQueries) -> Done:
    """Which sheet."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    offered = [s for s in SHEETS if s != "nilai" or one.kind == "lomba"]
    chosen = ask.one("which", (*offered, "sertifikat"), event=one)
    if chosen == "sertifikat":
        return Done(None, then="event_certify", seed={"number": int(one.id)})
    return Done(EventSheet(int(one.id), str(chosen)))


def after(ask: Ask, look: EventQueries) -> Done:
    """What is to be done about an event that was held."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    offered = [t for t in AFTER if one.kind == "lomba" or t not in OF_CONTESTS]
    if one.kind != "aksi_sosial" or not look.scope.roles & RULES["make_distribution"]:
        offered.remove("event_packages")
    if not look.open_commitments(int(one.id)):
        offered.remove("event_follow")
    chosen = ask.one("what", offered, event=one)
    if chosen == "event_packages":
        return Done(None, then="aid", seed={"what": "new", "on": one.on.isoformat(), "event": int(one.id)})
    return Done(None, then=str(chosen), seed={"number": int(one.id)})


def goods(ask: Ask, look: EventQueries) -> Done:
    """What everybody who came is given; money in rupiah or none."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    what = ask.text("what", longest=80, event=one)
    rupiah = ask.value("rupiah", read=read_rupiah, between=(1, 10_000_000), skip=True, what=what)
    return Done(PlanGoods(int(one.id), what or "", rupiah))


def read_rupiah(text: str) -> int | None:
    """ "Rp50.000", "50 ribu", "50rb"."""
    said = RUPIAH.match(text.strip())
    return None if said is None else int(said[1].replace(".", "")) * (1000 if said[2] else 1)


def hand(ask: Ask, look: EventQueries) -> Done:
    """To whom: codes, names, or everybody who came."""
    one = _one(ask, look, mine=True)
    found = look.goods_of(int(one.id)) if one is not None else []
    if one is None:
        return Done(None)
    if not found:
        return Done(None, then="event_goods", seed={"number": int(one.id)})
    given = ask.given("goods")
    chosen = next((g for g in found if g.id == str(given)), None)
    if chosen is None:
        chosen = found[0] if len(found) == 1 else ask.one("goods", found, event=one)
    text = ask.text("whom", longest=MOST_TYPED, goods=chosen)
    return Done(HandOut(int(one.id), int(chosen.id), text or ""))


def promise(ask: Ask, look: EventQueries) -> Done:
    """Who, what, by when."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    who = ask.text("who", longest=80, event=one)
    what = ask.text("what", longest=200, who=who)
    due = ask.text("due", skip=True, longest=60, who=who)
    return Done(AddCommitment(int(one.id), who or "", what or "", due or ""))


def note(ask: Ask, look: EventQueries) -> Done:
    """What was talked about: a paragraph of the minutes."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    return Done(AddNote(int(one.id), ask.text("text", longest=2000, event=one) or ""))


def voices(ask: Ask, look: EventQueries) -> Done:
    """What the guests said of it."""
    one = _one(ask, look, mine=True)
    return Done(ShowFeedback(int(one.id)) if one is not None else None)


def entries(ask: Ask, look: EventQueries) -> Done:
    """Who takes part in the contest."""
    one = _one(ask, look, mine=True)
    return Done(ShowEntries(int(one.id)) if one is not None else None)


def follow(ask: Ask, look: EventQueries) -> Done:
    """What was promised before, and what has become of it."""
    one = _one(ask, look, mine=True)
    found = look.open_commitments(int(one.id)) if one is not None else []
    if one is None or not found:
        return Done(None)
    chosen = found[0] if len(found) == 1 else ask.one("which", found, event=one)
    state = ask.one("state", ("done", "dropped", "still"), promise=chosen)
    return Done(None) if state == "still" else Done(SettleCommitment(int(one.id), int(chosen.id), state))


def paper(ask: Ask, look: EventQueries) -> Done:
    """What kind it is; the file itself is the next message."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    kind = ask.one("kind", ("materi", "notulen", "bukti"), event=one)
    ask.text("file", skip=True, event=one, kind=kind)
    return Done(None)


def scores(ask: Ask, look: EventQueries) -> Done:
    """The sheet of scores: asked for, filled in, sent back here."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    said = ask.one("sheet", ("blank", "later"), event=one)
    return Done(EventSheet(int(one.id), "nilai")) if said == "blank" else Done(None)


def entry(ask: Ask, look: EventQueries) -> Done:
    """Who takes part, and what speaks for it."""
    one = _one(ask, look, mine=True)
    if one is None:
        return Done(None)
    name = ask.text("name", longest=80, event=one)
    evidence = ask.text("evidence", skip=True, longest=500, name=name)
    return Done(AddEntry(int(one.id), name or "", evidence or ""))


def skill(ask: Ask, look: EventQueries) -> Done:
    """A kader's level or training, or the sheet of all."""
    what = ask.one("what", ("level", "training", "sheet"))
    if what == "sheet":
        places = look.siaran_places()
        if not places:
            return Done(None)
        place = places[0] if len(places) == 1 else ask.one("where", places)
        return Done(SkillSheet(place.area, place.puskesmas_id, place.posyandu_id))
    said = str(ask.value("name", read=named_by(look.kader_of)))
    who = ask.maybe_one("who", look.kader_of(said), none="nobody", said=said)
    if who is None:
        return Done(None, then="skill", seed={"what": what})
    if what == "training":
        topic = ask.text("topic", longest=120, who=who)
        today = look.today
        on = ask.value("on", read=lambda text: _past(text, today), who=who)
        return Done(AddTraining(int(who.id), topic or "", date.fromisoformat(str(on))))
    level = ask.one("level", LEVELS, who=who)
    groups = ask.many("groups", SKILL_GROUPS, who=who)
    return Done(SetSkill(int(who.id), level, tuple(groups)))


def named_by(find: Callable[[str], Sequence[object]]) -> Callable[[str], str]:
    """Reads part of a name that somebody bears; ValueError("nobody") for what is nobody's."""

    def read(text: str) -> str:
        if not find(text):
            raise ValueError("nobody")
        return text.strip()

    return read


def _past(text: str, today: date) -> str | None:
    on = read_date(text, today)
    if on is not None and on > today:
        raise ValueError("future")
    return None if on is None else on.isoformat()
