"""At the door: codes, QR pictures and names from any usher at any time, the word in the hall, and who came unasked."""

from __future__ import annotations

from typing import Any

from bot.handlers import event_uninvited
from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.events import actions
from bot.handlers.where import nowhere
from posyandu.calendar import instant, local
from posyandu.commands.events import AddWalkIns, CheckIn, CheckInOne, CheckInSelf, ShowWord, UndoCheckIn
from posyandu.events import COMING, EARLY_MS, LATE_MS, STAND_IN
from posyandu.guest_lists import Guest, GuestList, Line, read_lines
from posyandu.hall_word import is_word, word_at
from posyandu.names import words_of
from storage import book, events, guests
from storage.events import facts
from storage.sql import Row
from storage.tables import event_try

TRIES = 6  # wrong words in an hour; then the usher
TRY_MS = 3600_000
MOST_ASKED = 3  # names that are asked about after one list
MOST_SHOWN = 12
MOST_WORDS = 36  # nine hours of words, which a picture's caption holds


def is_at_door(row: Row | None, desk: Desk) -> bool:
    """Is she an usher of this event, or does she hold it?"""
    if row is None or row.state == "cancelled":
        return False
    return events.is_usher(desk.tx, row.id, desk.person.id) or events.holds(desk.tx, row, desk.person.scope)


def refused(desk: Desk, event_id: int) -> Outcome:
    """Not hers: as any other refusal, and noted."""
    book.note(desk.tx, desk.now, desk.person.id or None, "refused:own_event", f"event:{event_id}")
    return Outcome((("refused", {}),), failed=True)


def check_in(command: CheckIn, desk: Desk) -> Outcome:
    """A list of any length, sent at once or the day after; whoever is on it counts once, whoever else has her, too."""
    row = events.load(desk.tx, command.event_id)
    if not is_at_door(row, desk):
        return refused(desk, command.event_id)
    assert row is not None
    if row.starts_at - 24 * 3600_000 > desk.now:
        return Outcome((("acara.too_early", facts(row)),), failed=True)
    lines = read_lines(command.text)
    if not lines:
        return Outcome((("acara.nothing_read", {}),), failed=True)
    return _Door(row, desk, command.how).take(lines)


class _Door:
    """One list on its way into the book."""

    def __init__(self, row: Row, desk: Desk, how: str) -> None:
        self._row, self._desk, self._how = row, desk, how
        self._guests: GuestList | None = None
        self.new: list[str] = []
        self.again: list[str] = []
        self.for_other: list[str] = []
        self.wrong: list[str] = []
        self.elsewhere: list[str] = []
        self.asked: list[tuple[Line, list[Any]]] = []
        self.unknown: list[Line] = []

    def take(self, lines: list[Line]) -> Outcome:
        for line in lines:
            if line.wrong:
                self.wrong.append(line.said)
            elif line.event_id is not None and line.event_id != self._row.id:
                self.elsewhere.append(line.code or line.said)
            elif line.code is not None:
                self._by_code(line)
            else:
                self._by_name(line)
        return self._says()

    def _by_code(self, line: Line) -> None:
        found = self._desk.tx.one(guests.BY_CODE, event_id=self._row.id, said=line.code)
        if found is None:
            self.wrong.append(line.code or line.said)
        else:
            self.let_in(found, line, self._how)

    def _by_name(self, line: Line) -> None:
        if self._guests is None:
            self._guests = GuestList(guests.guest_names(self._desk.tx, self._row.id))
        found = self._guests.find(line)
        if self._guests.sure(line, found):
            self._beside(line, found[0])
            self.let_in(self._herself(found[0], line), line, "name")
        elif found:
            self.asked.append((line, found))
        else:
            self.unknown.append(line)

    def _beside(self, line: Line, guest: Guest) -> None:
        """ "Iis Sumiati, Nining": what stands beside a name may be another guest."""
        if set(words_of(line.beside)) & set(words_of(guest.where)):
            return  # where she is from
        other = Line(line.said, name=line.beside, minute=line.minute)
        found = self._guests.find(other) if line.beside and self._guests is not None else []
        if found and found[0].id != guest.id and self._guests is not None and self._guests.sure(other, found):
            self.let_in(self._herself(found[0], other), other, "name")

    def _herself(self, guest: Guest, line: Line) -> Row:
        """Her line, after it says who it was that came: she, or the one who comes for her."""
        tx, row = self._desk.tx, self._desk.tx.one(guests.BY_ID, row_id=guest.id)
        assert row is not None
        other = bool(row.stand_in) and words_of(line.name) == words_of(row.stand_in)
        state = STAND_IN if other else COMING if row.state == STAND_IN else row.state
        if state != row.state and not row.came:
            tx.run(guests.CAME_AS, row_id=row.id, new_state=state)
        return row

    def let_in(self, found: Any, line: Line, how: str) -> None:
        before = self._desk.tx.one(guests.BY_ID, row_id=found.id)
        assert before is not None
        guests.came(
            self._desk.tx, self._row, found.id, how, at=when(self._row, self._desk, line.minute), now=self._desk.now,
            by=self._desk.person.id, incoming_id=self._desk.incoming_id,
        )  # fmt: skip
        (self.again if before.came else self.new).append(found.name)
        if before.state == STAND_IN and not before.came:
            self.for_other.append(f"{before.stand_in} untuk {before.name}")

    def _says(self) -> Outcome:
        lines: list[Say] = []
        total = sum(r.n for r in self._desk.tx.all(guests.COUNT, event_id=self._row.id))
        values = {"count": len(self.new), "names": _short(self.new), "total": total}
        lines.append(("acara.taken" if self.new else "acara.taken_none", values))
        for key, names in (
            ("acara.taken_before", self.again), ("acara.taken_for", self.for_other), ("acara.wrong_code", self.wrong),
            ("acara.other_event", self.elsewhere),
        ):  # fmt: skip
            if names:
                lines.append((key, {"count": len(names), "names": _short(names)}))
        if self.unknown:
            names = [line.name for line in self.unknown]
            lines.append(("acara.unknown_guest", {"count": len(names), "names": _short(names)}))
        buttons = list[tuple[str, str]]()
        if self.asked:
            lines.append(
                ("acara.which_guest", {"rows": [_asked(line, found) for line, found in self.asked[:MOST_SHOWN]]})
            )
        if self.new and self._desk.incoming_id is not None:
            buttons += actions(self._row.id, f"urungkan:{self._desk.incoming_id}")
        if self.unknown and self._desk.incoming_id is not None:
            buttons += actions(self._row.id, f"tamu:{self._desk.incoming_id}")
        if self.asked and self._desk.incoming_id is not None:
            buttons += actions(self._row.id, f"yangmana:{self._desk.incoming_id}")
        return Outcome((("lines", {"rows": lines}),), actions=tuple(buttons), failed=False)


def _asked(line: Line, found: list[Any]) -> dict[str, str]:
    return {"name": line.name, "where": "; ".join(g.where or g.name for g in found[:4])}


def _short(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_SHOWN])
    return shown if len(names) <= MOST_SHOWN else f"{shown} … (+{len(names) - MOST_SHOWN})"


def when(row: Row, desk: Desk, minute: int | None) -> int | None:
    """The time that was written down, today or on its last day; else the phone's own while it is on; else unknown."""
    if minute is not None:
        day = local(min(max(desk.now, row.starts_at), row.ends_at - 1), row.zone).date()
        return instant(day, minute, row.zone)
    return desk.now if row.starts_at - EARLY_MS <= desk.now <= row.ends_at + LATE_MS else None


def check_in_one(command: CheckInOne, desk: Desk) -> Outcome:
    """Of several of one name that one."""
    row = events.load(desk.tx, command.event_id)
    if not is_at_door(row, desk):
        return refused(desk, command.event_id)
    assert row is not None
    one = desk.tx.one(guests.BY_ID, row_id=command.invitation_id)
    if one is None or one.event_id != row.id:
        return refused(desk, command.event_id)
    door = _Door(row, desk, "name")
    door.let_in(one, Line(one.name), "name")
    return door._says()


def check_in_self(command: CheckInSelf, desk: Desk) -> Outcome:
    """The word that hangs in the hall now, and never where she is."""
    tx, row = desk.tx, events.load(desk.tx, command.event_id)
    mine = tx.one(guests.OF_PERSON, event_id=command.event_id, person_id=desk.person.id) if row is not None else None
    if row is None or row.state != "open":
        return Outcome((("acara.not_invited", {}),), failed=True)
    if not row.starts_at - EARLY_MS <= desk.now <= row.ends_at + LATE_MS:
        return Outcome((("acara.not_now", facts(row)),), failed=True)
    if mine is None:
        return event_uninvited.by_word(row, command.word, desk)
    if waiting := event_uninvited.waits(row, mine, desk):
        return waiting
    if tx.value(guests.TRIES, event_id=row.id, person_id=desk.person.id, since=desk.now - TRY_MS) >= TRIES:
        return Outcome((("acara.ask_usher", {"code": mine.code}),), failed=True)
    if not is_word(row.secret, command.word, desk.now):
        tx.insert(event_try, event_id=row.id, person_id=desk.person.id, at=desk.now)
        return Outcome((("acara.wrong_word", {}),), failed=True)
    new = not mine.came
    guests.came(
        tx, row, mine.id, "word", at=desk.now, now=desk.now, by=desk.person.id, incoming_id=desk.incoming_id,
        on_site=command.on_site,
    )  # fmt: skip
    key = "acara.you_are_in" if new else "acara.you_were_in"
    return Outcome(((key, {**facts(row), "name": mine.name}),), actions=actions(row.id, "materi", "sertifikat"))


def undo(command: UndoCheckIn, desk: Desk) -> Outcome:
    """The list she has just sent is taken back; who stands on another list stays."""
    row = events.load(desk.tx, command.event_id)
    if not is_at_door(row, desk):
        return refused(desk, command.event_id)
    assert row is not None
    gone = guests.take_back(desk.tx, row, command.incoming_id, desk.person.id)
    return Outcome((("acara.taken_back" if gone else "acara.nothing_to_take_back", {"count": gone}),))


def walk_ins(command: AddWalkIns, desk: Desk) -> Outcome:
    """Registered on the spot; the same name from the same place is the same person, whichever usher wrote it."""
    row = events.load(desk.tx, command.event_id)
    if not is_at_door(row, desk):
        return refused(desk, command.event_id)
    assert row is not None
    known, door = GuestList(guests.guest_names(desk.tx, row.id)), _Door(row, desk, "tamu")
    added: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for line in read_lines(command.text):
        if line.code is not None or line.wrong or known.find(line) or _twice(line, added):
            continue  # on the list already: the list above has dealt with her
        made = guests.walk_in(desk.tx, row, line.name, line.beside, desk.now)
        one = desk.tx.one(guests.BY_ID, row_id=made)
        door.let_in(one, line, "tamu")
    total = sum(r.n for r in desk.tx.all(guests.COUNT, event_id=row.id))
    values = {"count": len(door.new), "names": _short(door.new), "total": total}
    return Outcome((("acara.walk_ins" if door.new else "acara.no_walk_ins", values),))


def _twice(line: Line, added: dict[tuple[str, ...], list[tuple[str, ...]]]) -> bool:
    """Is she on this list a second time? The same name, unless two places stand beside it; a like name is another."""
    places, where = added.setdefault(words_of(line.name), []), words_of(line.beside)
    twice = any(where == other or not where or not other for other in places)
    places.append(where)
    return twice


def show_word(command: ShowWord, desk: Desk) -> Outcome:
    """The word as a picture to hold up, and those of the whole event by their time: one list to keep."""
    row = events.load(desk.tx, command.event_id)
    if not is_at_door(row, desk):
        return refused(desk, command.event_id)
    assert row is not None
    start = max(desk.now, row.starts_at - 3600_000)
    rows, at = list[dict[str, str]](), start
    while (at < row.ends_at and len(rows) <= MOST_WORDS) or not rows:
        word, until = word_at(row.secret, at)
        rows.append({"word": word, "from": _clock(row, at), "until": _clock(row, until)})
        at = until
    media = {"kind": "acara_kata", "event": row.id, "at": start}
    key = "acara.word" if start == desk.now else "acara.word_first"
    if len(rows) == 1:
        key = "acara.word_last"
    return Outcome(((key, {**rows[0], "rows": rows[1:]}),), media=media, actions=actions(row.id, "kata"))


def _clock(row: Row, at: int) -> str:
    return f"{local(at, row.zone):%H.%M}"


HANDLERS = {
    CheckIn: Handler("own_event", nowhere, check_in),
    CheckInOne: Handler("own_event", nowhere, check_in_one),
    CheckInSelf: Handler("own_event", nowhere, check_in_self),
    UndoCheckIn: Handler("own_event", nowhere, undo),
    AddWalkIns: Handler("own_event", nowhere, walk_ins),
    ShowWord: Handler("own_event", nowhere, show_word),
}
