"""Demo data: Posyandu Anyelir RW 14 with its thirty children, six earlier rounds, and the people of the rehearsal.

Everything is invented. All dates move by one number of days, so that ages stay; on 2026-11-12 the register is the
roster as it was written. A round that would land in another calendar month moves to the nearest day of its own.
"""

from __future__ import annotations

import csv
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from posyandu.calendar import add_months, instant, month_of, month_range, months_before
from posyandu.consent import TEXT_VERSION
from storage import codes, demo_rounds
from storage.judging import judge
from storage.look import short_names
from storage.sql import Sql
from storage.store import Store, Tx
from storage.tables import (
    address,
    area,
    code,
    consent,
    guardian,
    measurement,
    membership,
    metadata,
    person,
    posyandu,
    posyandu_day,
    puskesmas,
    puskesmas_desa,
    setting,
    visit,
)  # fmt: skip
from storage.tables import child as child_table

ROSTER = Path(__file__).with_name("demo_roster.csv")
BASE = date(2026, 11, 12)
ZONE = "Asia/Jakarta"
AREAS = (
    ("32", "Jawa Barat", "provinsi", None),
    ("32.01", "Kabupaten Bogor", "kabkota", "32"),
    ("32.01.01", "Cibinong", "kecamatan", "32.01"),
    ("32.01.01.1010", "Ciriung", "desa", "32.01.01"),
    ("32.01.01.1010.014", "RW 14", "rw", "32.01.01.1010"),
    ("32.01.01.1099", "Kelurahan Contoh", "desa", "32.01.01"),
    ("32.01.01.1099.003", "RW 03", "rw", "32.01.01.1099"),
)
# Whose families have said yes to sharing, so that there is a bundle to look at; the others are yet to be asked.
SHARED = frozenset({"AN-09", "AN-18", "AN-23", "AN-26"})
DEMO = Sql(select(setting.c.value).where(setting.c.name == "demo"))
ANYBODY = Sql(select(person.c.id).limit(1))
MADE = Sql(select(setting.c.value).where(setting.c.name == "demo.made"))
SETTINGS = Sql(select(setting.c.value).where(setting.c.name == bindparam("name")))


@dataclass(frozen=True)
class Shift:
    """How the demo's dates lie on the calendar: today is the posyandu day of November 2026."""

    today: date

    @property
    def days(self) -> timedelta:
        return self.today - BASE

    def move(self, on: date) -> date:
        return on + self.days

    def round(self, on: date) -> date:
        """A past round: moved, but kept in the calendar month it must lie in before today's."""
        back = (BASE.year - on.year) * 12 + BASE.month - on.month
        first, last = month_range(months_before(month_of(self.today), back))
        return min(max(self.move(on), first), last)


def is_demo(store: Store) -> bool:
    """Was this database marked demo when it was made?"""
    return bool(store.read(lambda tx: tx.value(DEMO)) == "1")


def undecided(store: Store) -> bool:
    """Neither marked demo nor real, and nobody is in it: a database at its beginning."""
    return bool(store.read(lambda tx: tx.value(DEMO) is None and tx.value(ANYBODY) is None))


def mark_real(store: Store) -> None:
    """From now on this database is no demo, whatever the settings say."""
    store.write(lambda tx: tx.upsert(setting, name="demo", value="0"))


def load(store: Store, today: date) -> None:
    """Fill an empty database, or empty a demo one and fill it again, with today as the posyandu day."""
    store.write(lambda tx: _load(tx, Shift(today)))


def _load(tx: Tx, shift: Shift) -> None:
    kept = tx.value(SETTINGS, name="clock.offset_ms")
    for table in reversed(metadata.sorted_tables):
        tx.run(Sql(table.delete()))
    tx.insert(setting, name="demo", value="1")
    tx.insert(setting, name="demo.made", value=secrets.token_hex(4))
    if kept is not None:
        tx.insert(setting, name="clock.offset_ms", value=kept)
    for row in AREAS:
        tx.insert(area, code=row[0], name=row[1], level=row[2], parent=row[3], zone=ZONE)
    center = tx.insert(puskesmas, code="P3201010101", name="Puskesmas Ciriung", area="32.01.01", phone="021-5550101")
    for desa in ("32.01.01.1010", "32.01.01.1099"):
        tx.insert(puskesmas_desa, puskesmas_id=center, area=desa)
    anyelir = _posyandu(
        tx, shift, "32.01.01.1010.001", "Posyandu Anyelir RW 14", "32.01.01.1010.014", center, "Balai RW 14"
    )
    melati = _posyandu(
        tx, shift, "32.01.01.1099.001", "Posyandu Melati RW 03", "32.01.01.1099.003", center, "Balai RW 03"
    )
    now = instant(shift.today, 0, ZONE)
    people = _staff(tx, anyelir, melati, center, now)
    children = _children(tx, shift, anyelir, people["kader"], now)
    _other_children(tx, shift, melati, now)
    for child_id, birth in children.values():
        judge(tx, child_id, birth, now)
    _codes(tx, anyelir, children["AN-29"][0], people["bidan"], now)


def _posyandu(tx: Tx, shift: Shift, number: str, name: str, where: str, center: int, place: str) -> int:
    made = tx.insert(
        posyandu, code=number, name=name, area=where, puskesmas_id=center, place=place, zone=ZONE,
        day_rule=f"tanggal {shift.today.day}", opens=480, closes=660, strata="madya",
    )  # fmt: skip
    days = [shift.round(on) for on in demo_rounds.ROUNDS] + [shift.today]
    days += [add_months(shift.today, n) for n in range(1, 7)]
    for on in days:
        tx.insert(
            posyandu_day, posyandu_id=made, on=on.isoformat(), month=month_of(on), opens=480, closes=660, place=place,
            state="planned",
        )  # fmt: skip
    return made


def _person(tx: Tx, key: str, name: str, now: int, *, joined: bool = True) -> int | None:
    """A person with an emulator address; one who has not joined has the address alone."""
    made = tx.insert(person, key=key, name=name, at=now, prefers="emulator") if joined else None
    tx.insert(address, channel="emulator", external_id=key, person_id=made, at=now, heard_at=now)
    return made


def _staff(tx: Tx, anyelir: int, melati: int, center: int, now: int) -> dict[str, int]:
    posts: dict[str, tuple[str, dict[str, Any]]] = {
        "kader": ("Iis Sumiati", {"role": "kader", "posyandu_id": anyelir}),
        "bidan": ("Bidan Ratna", {"role": "bidan", "area": "32.01.01.1010"}),
        "koordinator": ("Dewi Kartika", {"role": "puskesmas", "puskesmas_id": center}),
        "kader-lain": ("Nining", {"role": "kader", "posyandu_id": melati}),
    }
    made: dict[str, int] = {}
    for key, (name, post) in posts.items():
        who = _person(tx, key, name, now)
        assert who is not None
        made[key] = who
        tx.insert(membership, person_id=who, from_at=now, **post)
    for key, name in (("kader-baru", "Kader baru"), ("orangtua-baru", "Orang tua baru")):
        _person(tx, key, name, now, joined=False)
    return made


def roster() -> list[dict[str, str]]:
    with ROSTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Called(NamedTuple):
    """What `short_names` looks at."""

    id: str
    name: str
    nickname: str = ""


def _children(tx: Tx, shift: Shift, anyelir: int, kader: int, now: int) -> dict[str, tuple[int, date]]:
    made: dict[str, tuple[int, date]] = {}
    shorts = short_names([Called(r["child_id"], r["name"]) for r in roster()])
    for row in roster():
        birth = shift.move(date.fromisoformat(row["birth_date"]))
        who = _child(
            tx,
            row["child_id"],
            row["name"],
            row["sex"],
            birth,
            row["mother_name"],
            row["rt"],
            anyelir,
            now,
            shorts[row["child_id"]],
        )
        made[row["child_id"]] = (who, birth)
        for done in demo_rounds.rounds(row):
            _visit(tx, who, anyelir, shift.round(done.on), done, kader)
        parent = _person(tx, f"orangtua-{row['child_id'].lower()}", f"Ibu {row['mother_name']}", now)
        assert parent is not None
        tx.insert(guardian, person_id=parent, child_id=who, relation="ibu", state="confirmed", by_person=kader, at=now)
        for purpose in ("record", "messages", *(("sharing",) if row["child_id"] in SHARED else ())):
            tx.insert(
                consent, child_id=who, purpose=purpose, state="sendiri", person_id=parent, at=now,
                text_version=TEXT_VERSION if purpose == "sharing" else "1", current=f"{who}:{purpose}",
            )  # fmt: skip
    return made


def _child(
    tx: Tx, number: str, name: str, sex: str, birth: date, mother: str, rt: str, where: int, now: int, short: str = ""
) -> int:
    return tx.insert(
        child_table, code=number, posyandu_id=where, name=name, nickname=short, sex=sex, birth=birth.isoformat(),
        mother_name=mother, rt=rt, rw="14", has_kms=1, since=birth.isoformat(), at=now,
    )  # fmt: skip


def _visit(tx: Tx, who: int, where: int, on: date, done: demo_rounds.Round, kader: int) -> None:
    at = instant(on, 540, ZONE)
    made = tx.insert(
        visit, child_id=who, posyandu_id=where, on=on.isoformat(), month=month_of(on), by_person=kader, at=at,
        explained_at=at,
    )  # fmt: skip
    for name, value, position in (("weight", done.grams, None), ("length", done.mm, done.position)):
        if value is not None:
            tx.insert(
                measurement, visit_id=made, child_id=who, field=name, value=value, position=position, by_person=kader,
                at=at, current=f"{made}:{name}",
            )  # fmt: skip


def _other_children(tx: Tx, shift: Shift, melati: int, now: int) -> None:
    for number, name, sex, birth, mother in (
        ("ME-01", "Bagas Pratama", "L", "2025-03-04", "Yayah"),
        ("ME-02", "Intan Permata", "P", "2024-08-21", "Imas"),
        ("ME-03", "Kirana", "P", "2026-02-10", "Wiwin"),
    ):
        _child(tx, number, name, sex, shift.move(date.fromisoformat(birth)), mother, "02", melati, now)


def _codes(tx: Tx, anyelir: int, child_id: int, by: int, now: int) -> None:
    """A valid and an expired code for each of the two who have not joined, shown on the emulator page."""
    day = 24 * 3600_000
    for kind, role, shown, until in (
        ("staff", "kader", "KADER234", now + 3650 * day),
        ("staff", "kader", "KADERTUA", now - day),
        ("guardian", "wali", "BUNDA234", now + 3650 * day),
        ("guardian", "wali", "BUNDATUA", now - day),
    ):
        tx.insert(
            code, hash=codes.digest(shown), kind=kind, role=role, posyandu_id=anyelir,
            child_id=child_id if kind == "guardian" else None, by_person=by, expires_at=until, shown=shown,
        )  # fmt: skip
