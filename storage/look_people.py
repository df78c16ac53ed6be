"""What flows look up about people: whom a list names, who waits for a yes, whose consent is missing."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import bindparam, func, or_, select

from posyandu.access import may
from posyandu.consent import BELUM, MESSAGES, RECORD
from posyandu.duplicates import likely_doubles
from posyandu.people import Scope
from posyandu.queries import ChildView, call_name
from posyandu.queries_people import Crew, Named, PendingConsent, PosyanduView, Unsaid, Waiting
from storage import companions, consents, in_person, joining, pregnancies
from storage.look import Look
from storage.people import place_of_child, place_of_posyandu
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import area, child, membership, person, posyandu, puskesmas_desa, visit

MOST_FOUND = 9
_PLACE = select(posyandu.c.id, posyandu.c.name, area.c.name.label("area")).join(area, area.c.code == posyandu.c.area)
BY_CODE = Sql(_PLACE.where(posyandu.c.code == bindparam("code")))
BY_ID = Sql(_PLACE.where(posyandu.c.id == bindparam("posyandu_id")))
BY_NAME = Sql(
    _PLACE.where(func.lower(posyandu.c.name).like(bindparam("like"))).order_by(posyandu.c.name, posyandu.c.id).limit(40)
)
PHONE = Sql(select(child.c.phone).where(child.c.id == bindparam("child_id")))
VISITS = Sql(select(func.count()).select_from(visit).where(visit.c.child_id == bindparam("child_id")))
DESA = Sql(
    select(area.c.code, area.c.name)
    .join(puskesmas_desa, puskesmas_desa.c.area == area.c.code)
    .where(puskesmas_desa.c.puskesmas_id == bindparam("puskesmas_id"))
    .order_by(area.c.name)
)
TEAM = Sql(
    select(membership.c.id, membership.c.role, person.c.name)
    .join(person, person.c.id == membership.c.person_id)
    .where(
        membership.c.posyandu_id == bindparam("posyandu_id"),
        person.c.state == fixed("active"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
    .order_by(person.c.name, membership.c.id)
)


class LookPeople(Look):
    """The book as one person may read it, with what is about people."""

    def __init__(self, tx: Tx, scope: Scope, today: date, now: int) -> None:
        super().__init__(tx, scope, today)
        self._now = now

    # -- for a stranger: nothing but the names of posyandu, and of kader who have not come in yet ------------------

    def posyandu_named(self, text: str) -> list[PosyanduView]:
        """The posyandu whose names hold these words; at most nine."""
        words = [w for w in text.casefold().split() if w != "posyandu"]
        if not words:
            return []
        like = "%" + "%".join(w.replace("%", "").replace("_", "") for w in words) + "%"
        return [_place(r) for r in self._tx.all(BY_NAME, like=like)[:MOST_FOUND]]

    def one_posyandu(self, posyandu_id: int) -> PosyanduView | None:
        row = self._tx.one(BY_ID, posyandu_id=posyandu_id)
        return None if row is None else _place(row)

    def unjoined(self, posyandu_id: int) -> list[Named]:
        """Kader and ketua on the imported list of a posyandu who have no way to write to us yet."""
        rows = self._tx.all(joining.UNJOINED, posyandu_id=posyandu_id, now=self._now)
        return [Named(str(r.id), r.name) for r in rows]

    # -- for those who say yes -----------------------------------------------------------------------------------

    def waiting(self) -> list[Waiting]:
        """Requests to be let in that she may answer, oldest first."""
        out: list[Waiting] = []
        for place in self.places("answer_join"):
            for r in self._tx.all(joining.JOINS, posyandu_id=place.id):
                out.append(Waiting(str(r.id), r.name, place.id, place.name))
        return out

    def desa_of(self, puskesmas_id: int) -> list[Named]:
        """The desa that a puskesmas of hers serves."""
        if all(p.puskesmas_id != puskesmas_id for p in self.scope.posts):
            return []
        return [Named(r.code, r.name) for r in self._tx.all(DESA, puskesmas_id=puskesmas_id)]

    def team(self, posyandu_id: int) -> list[Crew]:
        """Who serves at a posyandu of hers."""
        place = place_of_posyandu(self._tx, posyandu_id)
        if place is None or not may(self.scope, "end_membership", place):
            return []
        return [
            Crew(str(r.id), r.name or "?", r.role) for r in self._tx.all(TEAM, posyandu_id=posyandu_id, now=self._now)
        ]

    # -- consent, messages, what is told in person -----------------------------------------------------------------

    def consent_of(self, one: ChildView, purpose: str) -> str:
        """belum (or to be asked again), lisan, sendiri or menolak."""
        key = ("consents", one.posyandu_id, purpose)
        found = self._once(key, lambda: consents.to_ask(self._tx, one.posyandu_id, purpose))
        return found.get(int(one.id), BELUM)

    def agreements(self) -> list[PendingConsent]:
        """What this guardian has not been asked, or has not answered: messages first, then the record."""
        out: list[PendingConsent] = []
        me = self.scope.person_id
        for row in consents.mine(self._tx, me or 0):
            view = self.child(str(row.child_id))
            if view is None:
                continue
            who = Named(view.id, view.short)
            asked = {"child_id": row.child_id, "purpose": MESSAGES, "person_id": me}
            if row.muted and self._tx.one(consents.OWN_ANSWER, **asked) is None:
                out.append(PendingConsent(who, MESSAGES))
            if consents.state_of(self._tx, row.child_id, RECORD) == BELUM:
                out.append(PendingConsent(who, RECORD))
        return sorted(out, key=lambda p: p.purpose != MESSAGES)

    def heard_children(self) -> list[Named]:
        """Her children about whom she gets messages."""
        return self._own_children(muted=False)

    def silent_children(self) -> list[Named]:
        """Her children about whom she gets none."""
        return self._own_children(muted=True)

    def _own_children(self, *, muted: bool) -> list[Named]:
        rows = [r for r in consents.mine(self._tx, self.scope.person_id or 0) if bool(r.muted) is muted]
        views = [self.child(str(r.child_id)) for r in rows]
        return [Named(v.id, v.short) for v in views if v is not None]

    def closed(self, one: ChildView) -> bool:
        """Is "jangan bagikan" set?"""
        return bool(self._tx.value(joining.CLOSED, child_id=int(one.id)))

    def phone_of(self, one: ChildView) -> str | None:
        """The family's number, for those who may see it."""
        place = place_of_child(self._tx, int(one.id))
        if place is None or not may(self.scope, "see_phone", place):
            return None
        found: str | None = self._tx.value(PHONE, child_id=int(one.id))
        return found

    def doubles(self, posyandu_id: int) -> list[tuple[ChildView, ChildView, tuple[int, int]]]:
        """Pairs of a register that may be one child, the likeliest first, each with how often it was weighed."""
        out = []
        for one, other in likely_doubles(self.register_of(posyandu_id)):
            seen = [int(self._tx.value(VISITS, child_id=int(c.id))) for c in (one, other)]
            out.append((one, other, (seen[0], seen[1])))
        return out

    def companions(self, posyandu_id: int) -> list[Named]:
        """The TPK whose posts cover a posyandu where she may give them families."""
        place = place_of_posyandu(self._tx, posyandu_id)
        if place is None or not may(self.scope, "assign_family", place):
            return []
        return [Named(str(r.id), r.name or "?") for r in companions.serving(self._tx, posyandu_id, place, self._now)]

    def accompanied(self, posyandu_id: int, person_id: int) -> list[ChildView]:
        """The children of a register of hers whose families are this TPK's."""
        hers = companions.of(self._tx, person_id, posyandu_id)
        return [c for c in self.register_of(posyandu_id) if int(c.id) in hers]

    def unsaid(self) -> list[Unsaid]:
        """The open lines of "sampaikan langsung" of her posyandu, oldest first."""
        out: list[Unsaid] = []
        for place in self.places("tell_in_person"):
            for r in in_person.lines(self._tx, place.id):
                says = tuple((str(k), dict(v)) for k, v in json.loads(r.body)["says"])
                who = Named(str(r.child_id or ""), r.nickname or call_name(r.name or ""))
                out.append(Unsaid(str(r.id), who, r.mother_name or self._expecting(r.once), says))
        return out

    def _expecting(self, once: str) -> str:
        """The name of the pregnant woman whom a line is about; "" when it is about none."""
        _, _, which = once.rpartition(":p")
        row = self._tx.one(pregnancies.ONE, pregnancy_id=int(which)) if which.isdigit() else None
        return row.name if row is not None else ""

    def my_places(self, verb: str) -> list[Named]:
        """Her posyandu where she may do this, by name."""
        return [Named(str(p.id), p.name) for p in self.places(verb)]

    def register_of(self, posyandu_id: int) -> list[ChildView]:
        """Every active child of a posyandu of hers, as of today."""
        return self.register(posyandu_id, self.today)

    def places(self, verb: str) -> list[Row]:
        """Her posyandu (id, name, zone) where she may do this."""
        found = [(p, place_of_posyandu(self._tx, p.id)) for p in self.posyandu()]
        return [p for p, place in found if place is not None and may(self.scope, verb, place)]


def _place(row: Row) -> PosyanduView:
    return PosyanduView(str(row.id), f"{row.name} ({row.area})")
