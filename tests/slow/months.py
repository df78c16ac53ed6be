"""A made world for months of reminders: posyandu in three zones, children, families, kader, officers; all seeded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from posyandu.calendar import instant
from storage.store import Store, Tx
from storage.tables import (
    address,
    area,
    child,
    consent,
    guardian,
    membership,
    person,
    posyandu,
    puskesmas,
    setting,
)

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
RULES = ("tanggal 4", "tanggal 12", "Selasa kedua", "Rabu terakhir", "tanggal 31", "Kamis pertama", "tanggal 20")
PER_POSYANDU = 40


@dataclass(frozen=True)
class World:
    """What was made."""

    start: date
    posyandu: tuple[int, ...]
    children: tuple[int, ...]


def make(
    store: Store, children: int, start: date, *, seed: int = 1, channel: str = "emulator", paid: str = ""
) -> World:
    """So many children, forty a posyandu, their days planned by the program itself. Of the families three in four have
    a chat and most of these said yes; one in twenty asked for three days' notice; some have two children or more. Where
    a `paid` channel is named every second family is on that one."""
    rng = random.Random(seed)
    made: list[World] = []

    def work(tx: Tx) -> None:
        tx.insert(setting, name="demo", value="1")
        places = list(_places(tx, children, start))
        kids = [k for place in places for k in _register(tx, rng, place, start, (channel, paid or channel))]
        made.append(World(start, tuple(places), tuple(kids)))

    store.write(work)
    return made[0]


def _places(tx: Tx, children: int, start: date) -> Iterator[int]:
    now = instant(start, 0, ZONES[0])
    tx.insert(area, code="32", name="Jawa Barat", level="provinsi", zone=ZONES[0])
    centers = []
    for number, zone in enumerate(ZONES):
        code = f"32.{number + 1:02d}"
        tx.insert(area, code=code, name=f"Kabupaten {number + 1}", level="kabkota", parent="32", zone=zone)
        centers.append(tx.insert(puskesmas, code=f"P{number}", name=f"Puskesmas {number + 1}", area=code))
        for role, where in (("puskesmas", {"puskesmas_id": centers[-1]}), ("bidan", {"area": code})):
            who = _person(tx, f"{role}-{number}", now, "emulator")
            tx.insert(membership, person_id=who, role=role, from_at=now, **where)
    for number in range(max(1, children // PER_POSYANDU)):
        at = number % len(ZONES)
        place = tx.insert(
            posyandu, code=f"P-{number}", name=f"Posyandu Melati {number + 1}", area=f"32.{at + 1:02d}",
            puskesmas_id=centers[at], place=f"Balai RW {number + 1}", day_rule=RULES[number % len(RULES)],
            opens=480, closes=660 + 30 * (number % 3), zone=ZONES[at], strata="madya", kind_word=number % 2,
        )  # fmt: skip
        for nth in range(2):
            who = _person(tx, f"kader-{number}-{nth}", now, "emulator")
            tx.insert(membership, person_id=who, role="kader", posyandu_id=place, from_at=now)
        yield place


def _person(tx: Tx, key: str, now: int, channel: str | None, early: int = 0) -> int:
    who = tx.insert(person, key=key, name=key, at=now, prefers=channel, early=early)
    if channel is not None:
        tx.insert(address, channel=channel, external_id=key, person_id=who, at=now, heard_at=now)
    return who


def _register(tx: Tx, rng: random.Random, place: int, start: date, channels: tuple[str, str]) -> Iterator[int]:
    now = instant(start, 0, ZONES[0])
    family: int | None = None
    for number in range(PER_POSYANDU):
        # ages from a birth that is still to come to more than five years, so that some turn five or are born meanwhile
        birth = start - timedelta(days=rng.randrange(-120, 1840))
        who = tx.insert(
            child, code=f"{place}-{number}", posyandu_id=place, name=f"Anak {place} {number}", sex=rng.choice("LP"),
            birth=birth.isoformat(), mother_name=f"Ibu {number}", has_kms=1, since=birth.isoformat(), at=now,
        )  # fmt: skip
        if family is None or rng.random() > 0.2:
            family = None
            if rng.random() < 0.75:
                reach = channels[number % 2] if rng.random() < 0.9 else None
                family = _person(tx, f"ibu-{place}-{number}", now, reach, early=int(rng.random() < 0.05))
        if family is not None:
            _consent(tx, rng, who, family, now)
        yield who


def _consent(tx: Tx, rng: random.Random, who: int, family: int, now: int) -> None:
    state = rng.choices(("sendiri", "belum", "menolak"), (90, 7, 3))[0]
    values: dict[str, Any] = {"person_id": family, "child_id": who, "relation": "ibu", "state": "confirmed", "at": now}
    tx.insert(guardian, muted=int(state != "sendiri"), **values)
    tx.insert(consent, child_id=who, purpose="messages", state=state, at=now, current=f"{who}:messages")
