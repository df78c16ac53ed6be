"""Months of one bidan in a made book: seven posyandu, honest scales, few chats; only the clock and the people are
made up, everything else is the house's own."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, select, update

from bot.handlers.cases import report_case
from bot.handlers.desk import Desk
from posyandu import cases
from posyandu.calendar import instant, local
from posyandu.commands import Value
from posyandu.commands.cases import ReportCase
from posyandu.reminders import BUDGETS, Kind, Lookup
from storage import book, cases_due, people
from storage.reminders import digests
from storage.sql import Row, Sql, among, fixed
from storage.store import Store, Tx
from storage.tables import (
    address,
    area,
    case_event,
    child,
    guardian,
    measurement,
    membership,
    outgoing,
    person,
    posyandu,
    puskesmas,
    risk_case,
    tell_in_person,
    verdict,
)
from tests.slow.growth_simulation import DACIN, Child, readings, rounds
from tests.slow.growth_simulation import child as made_child

ZONE, DESA = "Asia/Jakarta", "32.01.01.1010"
WARM_UP = 2  # rounds before the three months begin, so that O, B and first findings are behind us
HOUR = 3600_000
OPEN = Sql(select(risk_case).where(risk_case.c.state == fixed("open")))
ALL = Sql(select(risk_case))
EVENTS = Sql(select(case_event).order_by(case_event.c.id))
LATEST = Sql(
    select(verdict.c.drawer, verdict.c.priority)
    .where(verdict.c.child_id == bindparam("child_id"), verdict.c.on == bindparam("on_day"))
)  # fmt: skip
MESSAGES = Sql(select(outgoing.c.person_id, outgoing.c.kind, outgoing.c.group_key, outgoing.c.body, outgoing.c.at))
DELIVER = Sql(
    update(outgoing)
    .where(outgoing.c.state == fixed("ready"), outgoing.c.not_before <= bindparam("now"))
    .values(state="sent", sent_at=bindparam("now"))
)
LINES = Sql(select(tell_in_person.c.id).where(tell_in_person.c.state == fixed("open")))
TOLD = Sql(update(tell_in_person).where(tell_in_person.c.id == bindparam("line_id")).values(state=bindparam("how")))
SEVERE = Sql(
    select(verdict.c.child_id, verdict.c.on, verdict.c.visit_id)
    .join(measurement, measurement.c.visit_id == verdict.c.visit_id)
    .where(
        verdict.c.priority == fixed("segera"),
        measurement.c.current.is_not(None),
        among(measurement.c.field, "rechecked"),
    )
)


@dataclass
class Months:
    """What came of it."""

    children: int
    most_open: int = 0  # of healthy children, at the end of a posyandu day, when it is highest
    open_at_end: list[int] = field(default_factory=list)  # open cases of healthy children after each month
    digests: Counter[tuple[int, str]] = field(default_factory=Counter)  # (person, day) -> digests, questions
    alarms: int = 0
    severe: int = 0
    severe_acted_on: int = 0
    episodes: int = 0
    reached: int = 0
    listed: int = 0
    left_over: int = 0  # confirmed more than 48 hours ago, neither reached nor listed
    calls: Counter[tuple[int, str]] = field(default_factory=Counter)  # (person, month) -> calls about a case


class Village:
    """A book with one bidan, one puskesmas and so many children at seven posyandu."""

    def __init__(self, store: Store, seed: int, children: int, wasted: int) -> None:
        self.store, self.rng = store, random.Random(seed)
        self.made: dict[int, Child] = {}
        self.now = instant(rounds(1)[0], 0, ZONE)
        self.told_until = self.now
        self.bidan = store.write(lambda tx: self._people(tx, children, wasted))

    def _people(self, tx: Tx, children: int, wasted: int) -> int:
        for code, level, parent in (("32.01.01", "kecamatan", None), (DESA, "desa", "32.01.01")):
            tx.insert(area, code=code, name=code, level=level, parent=parent, zone=ZONE)
        center = tx.insert(puskesmas, code="P1", name="Puskesmas", area="32.01.01")
        bidan = self._person(tx, "bidan", area=DESA)
        self.coordinator = self._person(tx, "puskesmas", puskesmas_id=center)
        posts = [
            tx.insert(posyandu, code=f"{DESA}.{n}", name=f"Posyandu {n}", area=DESA, puskesmas_id=center, zone=ZONE)
            for n in range(7)
        ]
        kinds = ["wasted"] * wasted + ["healthy"] * (children - wasted)
        for number, kind in enumerate(kinds):
            made = made_child(self.rng, kind, DACIN, 12)
            who = tx.insert(
                child, code=f"S-{number:04d}", posyandu_id=posts[number % 7], name=f"Anak{number}", sex=made.sex.value,
                birth=made.birth.isoformat(), since=made.birth.isoformat(), has_kms=1, at=self.now,
            )  # fmt: skip
            self.made[who] = made
            if number % 5 < 2:  # 60 % have no chat
                parent = self._person(tx, None)
                tx.insert(guardian, person_id=parent, child_id=who, relation="ibu", state="confirmed", at=self.now)
        return bidan

    def _person(self, tx: Tx, role: str | None, **post: object) -> int:
        who = tx.insert(person, name=role or "Ibu", at=self.now)
        tx.insert(address, channel="emulator", external_id=f"p{who}", person_id=who, at=self.now, heard_at=self.now)
        if role is not None:
            tx.insert(membership, person_id=who, role=role, from_at=self.now - 1, **post)
        return who

    # -- time ----------------------------------------------------------------------------------------------------

    def run(self, months: int) -> Months:
        result = Months(len(self.made))
        readers = {who: dict(_by_day(self.rng, made)) for who, made in self.made.items()}
        days = rounds(WARM_UP + months)
        for number, on in enumerate(days):
            self._pass_time(instant(on, 9 * 60, ZONE))
            for who, by_day in readers.items():
                if on in by_day:
                    self.now += 1000
                    self.store.write(lambda tx, who=who, on=on, pair=by_day[on]: self._weigh(tx, who, on, pair))  # type: ignore[misc]
            if number >= WARM_UP:
                result.most_open = max(result.most_open, self._open_healthy())
            end = days[number + 1] if number + 1 < len(days) else date(on.year, on.month, 28)
            self._pass_time(instant(end, 8 * 60, ZONE))
            if number >= WARM_UP:
                result.open_at_end.append(self._open_healthy())
        self._count(result)
        return result

    def _open_healthy(self) -> int:
        return sum(self.made[c.child_id].kind == "healthy" for c in self.store.read(lambda tx: tx.all(OPEN)))

    def _weigh(self, tx: Tx, who: int, on: date, pair: tuple[tuple[int, int, int | None], ...]) -> None:
        """As the kader does: what would open a case is measured again, and the second value counts."""
        first, again = pair
        self._record(tx, who, on, first, False)
        row = tx.one(LATEST, child_id=who, on_day=on.isoformat())
        if row is not None and row.drawer == "kasus":
            self.now += 60_000
            self._record(tx, who, on, again, True)

    def _record(self, tx: Tx, who: int, on: date, read: tuple[int, int, int | None], sure: bool) -> None:
        grams, mm, arm = read
        position = "terlentang" if (on - self.made[who].birth).days < 731 else "berdiri"
        values = [Value("weight", grams), Value("length", mm, position)]
        values += [Value("muac", arm)] if arm is not None else []
        values += [Value("rechecked", 1)] if sure else []
        place = tx.value(Sql(select(child.c.posyandu_id).where(child.c.id == bindparam("child_id"))), child_id=who)
        book.record(
            tx, child_id=who, posyandu_id=place, on=on, values=values, status=None, place="posyandu", replaces=True,
            by_person=None, incoming_id=None, now=self.now,
        )  # fmt: skip

    def _pass_time(self, to: int) -> None:
        while True:
            due = self.store.read(lambda tx: cases_due.next_due(tx, self.now))
            digest = self._next_digest()
            due = digest if due is None else min(due, digest)
            if due > to:
                break
            self.now = max(due, self.now)
            self.store.write(lambda tx: cases_due.due(tx, self.now))
            if due == digest:
                ask = Lookup(Kind.DAILY, ZONE, local(digest, ZONE).date())
                self.store.write(lambda tx, ask=ask: digests.write(tx, ask, self.now, BUDGETS))  # type: ignore[misc]
                self.told_until = digest
            self.store.write(lambda tx: tx.run(DELIVER, now=self.now))
            self._people_act()
        self.now = to
        self.store.write(lambda tx: tx.run(DELIVER, now=self.now))

    def _next_digest(self) -> int:
        """The first half past three that has not been worked yet."""
        after = max(self.told_until, self.now - HOUR)
        return cases.next_digest(after, ZONE, 0)

    def _people_act(self) -> None:
        """The kader goes to nine families in ten; the bidan answers two questions in three the same day."""
        for line in self.store.read(lambda tx: tx.all(LINES)):
            how = "told" if self.rng.random() < 0.9 else "dropped"
            self.store.write(lambda tx, line=line, how=how: tx.run(TOLD, line_id=line.id, how=how))  # type: ignore[misc]
        for case in self.store.read(lambda tx: tx.all(OPEN)):
            if case.asked_at is not None and self.rng.random() < 0.65:
                self.now += 60_000
                step, days = self._answer(case)
                self.store.write(lambda tx, case=case, step=step, days=days: self._say(tx, case, step, days))  # type: ignore[misc]

    def _answer(self, case: Row) -> tuple[str, int | None]:
        """She sees a thin child is thin, and a healthy one that it is not."""
        if self.made[case.child_id].kind == "healthy":
            return self.rng.choice(("tidak_terbukti", "ditangani", "datang")), None
        return {"": ("datang", None), "datang": ("dikonfirmasi", None), "dikonfirmasi": ("pmt", 28)}.get(
            case.step, ("nanti", None)
        )

    def _say(self, tx: Tx, case: Row, step: str, days: int | None) -> None:
        known = people.load(tx, self.bidan, self.now)
        assert known is not None
        done = report_case(
            ReportCase(case.child_id, step, days), Desk(tx, self.now, local(self.now, ZONE).date(), known, None)
        )
        assert not done.failed

    # -- counting ------------------------------------------------------------------------------------------------

    def _count(self, result: Months) -> None:
        for row in self.store.read(lambda tx: tx.all(MESSAGES)):
            day = local(row.at, ZONE).date().isoformat()
            if row.group_key == "kasus" or (row.group_key or "").startswith("digest:"):
                result.digests[row.person_id, day] += 1
            elif row.kind == "alert" and "kasus.alert" in row.body:
                result.alarms += 1
            elif row.kind == "parent":
                result.calls[row.person_id, day[:7]] += 1
        events = self.store.read(lambda tx: tx.all(EVENTS))
        found = {c.id: c for c in self.store.read(lambda tx: tx.all(ALL))}
        by_child: dict[int, list[Row]] = {}
        for e in events:
            by_child.setdefault(found[e.case_id].child_id, []).append(e)
            result.episodes += e.did.startswith("dibuka")
            result.reached += e.did == "terjangkau"
            result.listed += e.did == "belum_terjangkau"
        for case in found.values():
            late = case.state == "open" and case.confirmed_at is not None and self.now - case.confirmed_at > 49 * HOUR
            result.left_over += late and case.reached_at is None and case.lost_at is None
        for row in {r.child_id: r for r in self.store.read(lambda tx: tx.all(SEVERE))}.values():
            result.severe += 1
            told = [json.loads(e.detail).get("codes", []) for e in by_child.get(row.child_id, []) if e.did == "dibuka"]
            acted = [e.did for e in by_child.get(row.child_id, [])]
            result.severe_acted_on += bool(told) and bool(ACTED & set(acted))


ACTED = {
    "datang",
    "dikonfirmasi",
    "dirujuk",
    "pmt",
    "perlu_bantuan",
    "tutup_tidak_terbukti",
    "tutup_ditangani",
    "tutup_pulih",
}


def _by_day(rng: random.Random, made: Child) -> list[tuple[date, tuple[tuple[int, int, int | None], ...]]]:
    return [
        (first.on, ((first.grams, first.mm, first.muac_mm), (again.grams, again.mm, again.muac_mm)))
        for first, again in readings(rng, made)
    ]
