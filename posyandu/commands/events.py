"""Events: made, invited to, answered, checked in at, proved, followed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CreateEvent:
    """An event of the place that is named (one of the three). `who`: whom it is for, a key of `posyandu.events.WHO`.

    `shares`: (label, seats or None, roles, area). `below`: each area's own office invites its share. `opens` and
    `closes`: minutes after midnight where it is held. `pin`: millionths of a degree.
    """

    kind: str
    theme: str
    who: str
    venue: str
    on: date
    opens: int
    closes: int
    area: str | None = None
    puskesmas_id: int | None = None
    posyandu_id: int | None = None
    label: str = ""
    pin: tuple[int, int] | None = None
    shares: tuple[tuple[str, int | None, tuple[str, ...], str | None], ...] = ()
    below: bool = False
    ask_site: bool = False
    until: date | None = None  # its last day; opens and closes are the hours of each


@dataclass(frozen=True)
class ChangeEvent:
    """Another hall, another time or another theme; who was told of it hears of the change. Empty: as it was."""

    event_id: int
    theme: str = ""
    venue: str = ""
    pin: tuple[int, int] | None = None
    when: tuple[date, int, int, date] | None = None  # first day, hours, last day


@dataclass(frozen=True)
class CancelEvent:
    """It will not be held; who was told of it hears so, and why."""

    event_id: int
    reason: str


@dataclass(frozen=True)
class InviteGuests:
    """Invite all whom it is for, or let each area's office invite its share."""

    event_id: int


@dataclass(frozen=True)
class InviteShare:
    """An office below invites the guests of its own area."""

    event_id: int
    share_id: int


@dataclass(frozen=True)
class AnswerInvitation:
    """hadir, tidak, diwakili (with the name of who comes for her). No number: the nearest she is invited to."""

    answer: str
    event_id: int | None = None
    stand_in: str = ""


@dataclass(frozen=True)
class ShowEvent:
    """How it stands, for who holds it, for its ushers, and for its guests, each as far as it is hers."""

    event_id: int


@dataclass(frozen=True)
class ShowTicket:
    """Her code and its QR picture."""

    event_id: int


@dataclass(frozen=True)
class AddUsher:
    """Somebody (a line of the list of people) may check guests in at this event."""

    event_id: int
    person_id: int


@dataclass(frozen=True)
class CheckIn:
    """A list taken at the door: codes, names, what stood in QR codes. `how`: code or qr."""

    event_id: int
    text: str
    how: str = "code"


@dataclass(frozen=True)
class CheckInOne:
    """That one of several of one name."""

    event_id: int
    invitation_id: int


@dataclass(frozen=True)
class CheckInSelf:
    """A guest with the word that is shown in the hall. `on_site` None: she was not asked."""

    event_id: int
    word: str
    on_site: bool | None = None


@dataclass(frozen=True)
class UndoCheckIn:
    """A whole list is taken back by who sent it."""

    event_id: int
    incoming_id: int


@dataclass(frozen=True)
class AddWalkIns:
    """People who came unasked: lines of a name and where from."""

    event_id: int
    text: str


@dataclass(frozen=True)
class ShowHeadcount:
    """How many came: by area, by role, by hour; who did not, who came for whom."""

    event_id: int


@dataclass(frozen=True)
class ShowWord:
    """The word in the hall, as a picture to show."""

    event_id: int


@dataclass(frozen=True)
class EventSheet:
    """hadir, hadir_pdf, tidak_hadir, terima, terima_pdf, komitmen, notulen_pdf, kesan, nilai."""

    event_id: int
    which: str


@dataclass(frozen=True)
class AskCertificate:
    """Her certificate, with her name as she wants it written. `invitation_id`: an usher asks, for that guest."""

    event_id: int
    name: str
    invitation_id: int | None = None


@dataclass(frozen=True)
class ThankGuests:
    """A siaran to those who came: certificate, materials and feedback are there."""

    event_id: int


@dataclass(frozen=True)
class AddPaper:
    """A file of hers is kept with the event: materi, notulen, bukti."""

    event_id: int
    incoming_id: int
    kind: str = "materi"


@dataclass(frozen=True)
class ShowPapers:
    """What was handed out, for who was there."""

    event_id: int


@dataclass(frozen=True)
class GiveFeedback:
    """One to five, and what she would say."""

    event_id: int
    stars: int
    text: str = ""


@dataclass(frozen=True)
class ShowFeedback:
    """What the guests gave: how many of each, and their sentences without names."""

    event_id: int


@dataclass(frozen=True)
class AddNote:
    """What was talked about, for the minutes."""

    event_id: int
    text: str


@dataclass(frozen=True)
class PlanGoods:
    """What everybody who came is given: goods, or transport money in rupiah."""

    event_id: int
    what: str
    rupiah: int | None = None


@dataclass(frozen=True)
class HandOut:
    """Given to these guests, each with a receipt of her own: codes or names, or everybody who came ("semua")."""

    event_id: int
    goods_id: int
    text: str


@dataclass(frozen=True)
class ConfirmGoods:
    """She has received it."""

    event_id: int
    goods_id: int


@dataclass(frozen=True)
class AddCommitment:
    """Who promised what by when."""

    event_id: int
    who: str
    what: str
    due: str = ""


@dataclass(frozen=True)
class SettleCommitment:
    """At the next meeting: done, or dropped."""

    event_id: int
    commitment_id: int
    state: str


@dataclass(frozen=True)
class AddEntry:
    """Who takes part in a contest, and what speaks for it: words, or a photo she has sent. Again: more evidence."""

    event_id: int
    name: str
    evidence: str = ""
    incoming_id: int | None = None


@dataclass(frozen=True)
class ShowEntries:
    """Who takes part, with the evidence and the scores so far."""

    event_id: int


@dataclass(frozen=True)
class StoreScores:
    """The scores of a sheet: a row an entry, a column a criterion. `rows`: (entry, ((criterion, hundredths), ...)).

    `faults`: (line of the sheet, criterion, what stood there) of cells that are no score.
    """

    event_id: int
    rows: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    faults: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True)
class SetSkill:
    """A kader's level as the puskesmas has given it, and the groups of skills it saw."""

    membership_id: int
    level: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddTraining:
    """What a kader was trained on."""

    membership_id: int
    topic: str
    on: date


@dataclass(frozen=True)
class SkillSheet:
    """Kader by level and training, rounds and attendance, a row a posyandu: for lomba and telaah kemandirian."""

    area: str | None = None
    puskesmas_id: int | None = None
    posyandu_id: int | None = None
