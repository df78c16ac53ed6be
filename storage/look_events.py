"""What flows look up for events."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, func, or_, select

from posyandu.access import RULES, may
from posyandu.events import FAMILY_KINDS, STAND_IN
from posyandu.guest_lists import GuestList, read_lines
from posyandu.hall_word import is_word
from posyandu.people import Place
from posyandu.queries import PlaceView
from posyandu.queries_events import EventView
from posyandu.queries_people import Crew, Named
from storage import event_after, events, guests, people
from storage.look_siaran import LookSiaran
from storage.sql import Row, Sql, among, fixed
from storage.tables import area, event, event_usher, invitation, membership, person, posyandu, puskesmas

MOST = 8
AREAS = Sql(
    select(area.c.code, area.c.name)
    .where(area.c.code >= bindparam("first"), area.c.code < bindparam("end"), area.c.level != fixed("rw"))
    .order_by(area.c.code)
)
PUSKESMAS_AREA = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))
_guest = select(invitation.c.event_id).where(invitation.c.person_id == bindparam("who"))
_usher = select(event_usher.c.event_id).where(event_usher.c.person_id == bindparam("who"))
# Of hers, or of a place she may hold events for: the scope is asked row by row.
LATELY = Sql(
    select(event)
    .where(event.c.state != fixed("cancelled"), event.c.ends_at > bindparam("since"))
    .order_by(event.c.starts_at.desc(), event.c.id.desc())
    .limit(200)
)
HERS = Sql(
    select(event)
    .where(
        event.c.state == fixed("open"), event.c.ends_at > bindparam("since"),
        or_(event.c.id.in_(_guest), event.c.id.in_(_usher)),
    )
    .order_by(event.c.starts_at.desc())
    .limit(20)
)  # fmt: skip
GUEST_IDS = Sql(_guest)
FOUND_GUESTS = Sql(
    select(person.c.id, person.c.name, invitation.c.origin)
    .join(person, person.c.id == invitation.c.person_id)
    .where(
        invitation.c.event_id == bindparam("event_id"), func.lower(person.c.name).like(bindparam("like"))
    )
    .order_by(person.c.name)
    .limit(10)
)  # fmt: skip
FOUND_STAFF = Sql(
    select(
        person.c.id, person.c.name, membership.c.area, membership.c.posyandu_id, membership.c.puskesmas_id,
        posyandu.c.name.label("posyandu"),
    )
    .join(person, person.c.id == membership.c.person_id)
    .outerjoin(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .where(
        membership.c.until_at.is_(None), person.c.state == fixed("active"),
        func.lower(person.c.name).like(bindparam("like")),
    )
    .order_by(person.c.name)
    .limit(100)
)  # fmt: skip
FOUND_CREW = Sql(
    select(
        membership.c.id, person.c.name, membership.c.role, posyandu.c.id.label("posyandu_id"),
        posyandu.c.name.label("posyandu"), posyandu.c.area, posyandu.c.puskesmas_id,
    )
    .join(person, person.c.id == membership.c.person_id)
    .join(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .where(
        membership.c.until_at.is_(None), person.c.state == fixed("active"), among(membership.c.role, "kader", "ketua"),
        func.lower(person.c.name).like(bindparam("like")),
    )
    .order_by(person.c.name)
    .limit(200)
)  # fmt: skip
KEEP_MS = 60 * 24 * 3600_000  # so long after its end an event is offered


class LookEvents(LookSiaran):
    """The book as one person may read it, with the events that are hers."""

    def event_places(self, kind: str) -> list[PlaceView]:
        """Where she may hold such an event: her own places first."""
        families = kind in FAMILY_KINDS
        return self.siaran_places(families=families)

    def areas_in(self, place: PlaceView) -> list[tuple[str, str]]:
        """Areas that a share may be for."""
        code = place.area
        if place.puskesmas_id is not None:
            code = self._tx.value(PUSKESMAS_AREA, puskesmas_id=place.puskesmas_id)
        if code is None:
            return []
        first, end = (f"{code}.", f"{code}/") if code else ("", "~")
        return [(r.code, r.name) for r in self._tx.all(AREAS, first=first, end=end)]

    def my_events(self) -> list[EventView]:
        """What she holds or is invited to: those to come first, then the latest."""
        who = self.scope.person_id
        since = self._now - KEEP_MS
        rows = {r.id: r for r in self._tx.all(HERS, who=who, since=since)}
        mine = {i for i in rows if events.is_usher(self._tx, i, who or 0)}
        if self.scope.roles & RULES["hold_event"]:
            for row in self._tx.all(LATELY, since=since):
                if events.holds(self._tx, row, self.scope):
                    rows[row.id] = row
                    mine.add(row.id)
        ordered = sorted(rows.values(), key=lambda r: (r.ends_at < self._now, abs(r.starts_at - self._now)))
        return [_view(r, r.id in mine) for r in ordered[:MOST]]

    def event(self, event_id: int) -> EventView | None:
        """One that she holds, serves or is invited to."""
        row = events.load(self._tx, event_id)
        if row is None:
            return None
        who = self.scope.person_id or 0
        mine = events.holds(self._tx, row, self.scope) or events.is_usher(self._tx, event_id, who)
        guest = any(r.event_id == event_id for r in self._tx.all(GUEST_IDS, who=who))
        return _view(row, mine) if mine or guest else None

    def open_invitations(self) -> list[EventView]:
        """To which she is invited and which are not over, the nearest first."""
        rows = self._tx.all(guests.INVITED, person_id=self.scope.person_id, since=self._now)
        return [_view(r, False) for r in rows]

    def word_lets_in(self, event_id: int, word: str) -> bool:
        """Is it the word of the hall, and is she not in yet?"""
        row = events.load(self._tx, event_id)
        mine = self._tx.one(guests.OF_PERSON, event_id=event_id, person_id=self.scope.person_id)
        return row is not None and mine is not None and not mine.came and is_word(row.secret, word, self._now)

    def name_at(self, event_id: int) -> str:
        """Her own name; where somebody came for her, that one's: it is she who is certified."""
        mine = self._tx.one(guests.OF_PERSON, event_id=event_id, person_id=self.scope.person_id)
        if mine is not None and (mine.written_name or mine.state == STAND_IN):
            return str(mine.written_name or mine.stand_in)
        known = people.load(self._tx, self.scope.person_id, self._now)
        return known.name if known else ""

    def who_came(self, event_id: int, said: str) -> list[Named]:
        """Guests of hers who were there, by code or by name."""
        line = next(iter(read_lines(said)), None)
        if line is None or (one := self.event(event_id)) is None or not one.mine:
            return []
        if line.code is not None:
            row = self._tx.one(guests.BY_CODE, event_id=event_id, said=line.code)
            ids = [row.id] if row is not None else []
        else:
            ids = [g.id for g in GuestList(guests.guest_names(self._tx, event_id)).find(line)]
        rows = [r for i in ids if (r := self._tx.one(guests.BY_ID, row_id=i)) is not None and r.came]
        return [Named(str(r.id), f"{r.name}, {r.origin}".removesuffix(", ").replace("Posyandu ", "")) for r in rows]

    def name_of(self, invitation_id: int) -> str:
        """As it is to stand on her certificate."""
        row = self._tx.one(guests.BY_ID, row_id=invitation_id)
        if row is None or (one := self.event(row.event_id)) is None or not one.mine:
            return ""
        return str(row.written_name or (row.stand_in if row.state == STAND_IN else "") or row.name)

    def people_of_event(self, event_id: int, said: str) -> list[Named]:
        """Guests of hers, and people of her own places, by part of a name."""
        if (one := self.event(event_id)) is None or not one.mine or len(said.strip()) < 3:
            return []
        like = f"%{said.strip().lower()}%"
        found = {r.id: f"{r.name}, {r.origin}" for r in self._tx.all(FOUND_GUESTS, event_id=event_id, like=like)}
        for row in self._tx.all(FOUND_STAFF, like=like):
            if row.id != self.scope.person_id and events.holds(self._tx, row, self.scope):
                found.setdefault(row.id, f"{row.name}, {row.posyandu}" if row.posyandu else row.name)
        return [Named(str(i), name.removesuffix(", ").replace("Posyandu ", "")[:24]) for i, name in found.items()][:8]

    def unclear(self, event_id: int, message: int) -> list[tuple[str, list[Named]]]:
        """The names of a list of hers that several guests bear, each with those guests."""
        if (one := self.event(event_id)) is None or not one.mine:
            return []
        sent = self._tx.one(event_after.OWN_TEXT, row_id=message, person_id=self.scope.person_id)
        known = GuestList(guests.guest_names(self._tx, event_id)) if sent is not None else None
        out = []
        for line in read_lines(sent.text) if sent is not None else ():
            found = known.find(line) if line.name and known is not None else []
            if found and known is not None and not known.sure(line, found):
                out.append((line.name, [Named(str(g.id), (g.where or g.name)[:24]) for g in found[:8]]))
        return out

    def goods_of(self, event_id: int) -> list[Named]:
        return [Named(str(r.id), r.what) for r in self._tx.all(event_after.GOODS, event_id=event_id)]

    def open_commitments(self, event_id: int) -> list[Named]:
        """Of earlier meetings of the same place."""
        if (one := self.event(event_id)) is None or not one.mine:
            return []
        rows = self._tx.all(event_after.EARLIER, event_id=event_id)
        return [Named(str(r.id), f"{r.who}: {r.what}"[:60]) for r in rows[:10]]

    def kader_of(self, said: str) -> list[Crew]:
        """Kader of posyandu whose skills she may note, by part of a name."""
        if len(said.strip()) < 3:
            return []
        rows = self._tx.all(FOUND_CREW, like=f"%{said.strip().lower()}%")
        allowed = [r for r in rows if may(self.scope, "rate_kader", _place(r))]
        return [Crew(str(r.id), f"{r.name}, {r.posyandu.removeprefix('Posyandu ')}", r.role) for r in allowed[:10]]


def _place(row: Row) -> Place:
    return Place(row.area, row.posyandu_id, row.puskesmas_id)


def _view(row: Row, mine: bool) -> EventView:
    on = date.fromisoformat(row.on)
    theme = row.theme if len(row.theme) <= 15 else f"{row.theme[:14].rstrip()}…"
    return EventView(
        str(row.id), f"{theme} {on.day}/{on.month}", row.kind, row.theme, on, mine, bool(row.ask_site), row.venue
    )
