"""What the proof of months of reminders knows by itself: who lives in its world, who comes, and who must be told."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, select, update

from posyandu.anthropometry import completed_months
from posyandu.calendar import instant, month_of, next_allowed
from storage import life, outbox
from storage.reminders import due
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import address, child, consent, guardian, verdict, visit
from tests.slow import months

FAMILIES = Sql(
    select(
        child.c.id, child.c.posyandu_id, child.c.birth, guardian.c.person_id, address.c.id.label("address_id"),
        consent.c.state,
    )
    .outerjoin(guardian, (guardian.c.child_id == child.c.id) & (guardian.c.muted == 0))
    .outerjoin(address, address.c.person_id == guardian.c.person_id)
    .outerjoin(consent, consent.c.child_id == child.c.id)
)  # fmt: skip
WRITES = Sql(
    update(address)
    .where(address.c.person_id == bindparam("whose"))
    .values(heard_at=bindparam("now"), verified_at=bindparam("now"), state="reachable")
)


@dataclass
class Child:
    """What this file knows of a child."""

    id: int
    posyandu: int
    birth: date
    family: int | None
    closed_at: int | None = None
    weighed: set[str] = field(default_factory=set)


@dataclass
class Model:
    """The world beside the program."""

    store: Store
    rng: random.Random
    children: dict[int, list[Child]]
    size: dict[int, int]  # how many children a family has on the register
    expected: dict[tuple[int, int], int] = field(default_factory=dict)
    closed: dict[int, int] = field(default_factory=dict)
    wrote: dict[int, list[int]] = field(default_factory=dict)

    def eve(self, day: int, place: int, on: date, now: int) -> None:
        """The afternoon before: each family with a chat, her own yes and an open child is to be told."""
        for one in self.children[place]:
            open_then = one.closed_at is None and 0 <= completed_months(one.birth, on) < 60
            if one.family is not None and open_then and month_of(on) not in one.weighed:
                self.expected[(day, one.family)] = now

    def posyandu_day(self, place: int, on: date, zone: str) -> None:
        """Seven of ten come; one of a hundred has left the register, or died."""
        now = instant(on, 9 * 60, zone)

        def work(tx: Tx) -> None:
            for one in self.children[place]:
                if one.closed_at is not None or one.birth > on or month_of(on) in one.weighed:
                    continue
                if one.family is not None and self.rng.random() < 0.4:
                    tx.run(WRITES, whose=one.family, now=now)  # she asks something: she is there, and the window opens
                    self.wrote.setdefault(one.family, []).append(now)
                if self.rng.random() < 0.7:
                    one.weighed.add(month_of(on))
                    self._weigh(tx, one, on, zone, now)
                elif self.rng.random() < 0.03:
                    one.closed_at = self.closed[one.id] = now
                    how = self.rng.choice(("moved", "died", "left"))
                    life.leave(tx, one.id, how, on, now, "tidak lagi di daftar")

        self.store.write(work)

    def _weigh(self, tx: Tx, one: Child, on: date, zone: str, now: int) -> None:
        made = tx.insert(
            visit, child_id=one.id, posyandu_id=one.posyandu, on=on.isoformat(), month=month_of(on), at=now
        )
        tx.insert(
            verdict, visit_id=made, child_id=one.id, posyandu_id=one.posyandu, on=on.isoformat(), month=month_of(on),
            grams=9000, nt="N", at=now, counts=f"{one.id}:{month_of(on)}",
        )  # fmt: skip
        due.seen(tx, one.id, one.posyandu, now, "sudah tercatat")
        if one.family is not None:
            values = {"child": {"id": str(one.id), "name": "Anak"}, "kg": 9000, "on": on.isoformat(), "posyandu": "P"}
            told = outbox.Message(
                "parent", (("parent.weighed", values),), person_id=one.family, child_id=one.id,
                template="hasil_timbang", expires=now + 3 * 24 * 3600_000,
                extra={"template": {"child": "Anak", "day": "hari ini", "kg": "9,0 kg", "posyandu": "P"}},
            )  # fmt: skip
            outbox.put(tx, told, next_allowed(now, zone))


def world_of(store: Store, children: int, start: date) -> Model:
    """A new world, and what is known of it."""
    months.make(store, children, start, paid="whatsapp")
    rows = store.read(lambda tx: tx.all(FAMILIES))
    by_place: dict[int, list[Child]] = defaultdict(list)
    for r in rows:
        hears = r.person_id is not None and r.address_id is not None and r.state == "sendiri"
        by_place[r.posyandu_id].append(
            Child(r.id, r.posyandu_id, date.fromisoformat(r.birth), r.person_id if hears else None)
        )
    size = Counter(one.family for some in by_place.values() for one in some if one.family is not None)
    return Model(store, random.Random(7), by_place, size)
