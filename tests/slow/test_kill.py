"""Killed at every named moment and at random: every weighing right, none lost, none doubled, and nobody told twice.

A kader weighs one child after another by chat. Now and then the program is killed (SIGKILL), and 15 % of her
messages are delivered twice. She is a patient machine: she answers the question that stands on her screen.
"""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from storage.sql import Sql
from storage.store import open_store
from storage.tables import child, incoming, measurement, outgoing, person, visit
from tests.slow.measured import record
from tests.slow.program import MOMENTS, Program

WRITTEN = Sql(
    select(child.c.name, visit.c.on, measurement.c.field, measurement.c.value, measurement.c.current)
    .join(visit, visit.c.id == measurement.c.visit_id)
    .join(child, child.c.id == measurement.c.child_id)
    .where(measurement.c.incoming_id.is_not(None))
)
TOLD = Sql(
    select(person.c.key, outgoing.c.state, outgoing.c.id)
    .join(person, person.c.id == outgoing.c.person_id)
    .where(outgoing.c.kind == "parent")
)
UNFINISHED = Sql(select(incoming.c.id, incoming.c.state, incoming.c.note).where(incoming.c.state != "done"))
# Children whose usual next weight neither opens a case nor raises a doubt: name -> grams, millimetres.
CHILDREN = {
    "Muhammad Azzam Ramadhan": (11100, 835), "Aisyah Humaira": (11700, 868), "Aisyah Kamila": (13900, 961),
    "Rizki Maulana": (12900, 878), "Kenzie Arsya": (15500, 975), "Naufal Hakim": (9300, 739),
    "Hasan Alfarisi": (10800, 829), "Husein Alfarisi": (11000, 838), "Fathir Rahman": (9800, 763),
    "Raisa Andini": (12300, 891), "Gibran Al Fatih": (8800, 711), "Elisabeth Hutapea": (11700, 863),
    "Dafa Saputra": (9600, 749), "Keisha Amelia": (12500, 858), "Ade Irma Safitri": (14200, 961),
}  # fmt: skip


def comma(value: int, unit: int) -> str:
    return f"{value / unit:g}".replace(".", ",")


class Kader:
    """Answers what stands on her screen until every child is weighed."""

    def __init__(self, program: Program, chance: random.Random) -> None:
        self.program, self.chance = program, chance
        self.said = self.doubled = 0

    def say(self, **body: Any) -> None:
        self.said += 1
        twice = self.chance.random() < 0.15
        self.doubled += twice
        self.program.say("kader", f"m{self.said}", times=1 + twice, **body)

    def screen(self) -> dict[str, Any]:
        """The last message she was shown, once all is quiet."""
        shown = [m for m in self.program.thread("kader") if m["direction"] == "out"]
        return shown[-1] if shown else {"text": "", "buttons": []}

    def weigh(self, name: str, grams: int, mm: int) -> None:
        saved = False
        for _ in range(40):
            shown = self.screen()
            text, buttons = shown["text"], {b["title"]: b["id"] for b in shown["buttons"]}
            if saved and "✅" in text:
                return
            if "Siapa yang ditimbang" in text:
                self.say(text=name)
            elif "Simpan" in buttons:
                assert name in text, f"{name} is to be weighed, but: {text}"
                assert f"BB {comma(grams, 1000)} kg" in text, text
                assert f"PB/TB {comma(mm, 10)} cm" in text, text
                self.say(pick=buttons["Simpan"])
                saved = True
            elif "berapa kilo?" in text:
                self.say(text=comma(grams, 1000))
            elif "berapa cm?" in text:
                self.say(text=comma(mm, 10))
            elif "Ada tambahan" in text:
                self.say(pick=buttons["Lewati"])
            else:
                self.say(text="timbang")
        raise AssertionError(f"{name} cannot be weighed; on the screen: {text}")


def named_moments(chance: random.Random, most: int, farthest: int) -> Iterator[str]:
    """Every named moment in turn, each at one of its next few passings; then nothing more."""
    for number in range(most):
        yield f"{MOMENTS[number % len(MOMENTS)]}:{chance.randint(1, farthest)}"


@contextmanager
def killed_at_random(program: Program, chance: random.Random, kills: int) -> Iterator[None]:
    """Somebody pulls the plug again and again while we talk."""
    over = threading.Event()

    def pull() -> None:
        for _ in range(kills):
            if over.wait(chance.uniform(0.02, 0.9)):
                return
            program.kill()

    puller = threading.Thread(target=pull)
    puller.start()
    yield
    over.set()
    puller.join()


def weigh_all(program: Program, chance: random.Random, children: int) -> Kader:
    kader = Kader(program, chance)
    for name, (grams, mm) in list(CHILDREN.items())[:children]:
        kader.weigh(name, grams, mm)
    return kader


def check(url: str, program: Program, children: int) -> None:
    """Every weighing right, none lost, none doubled; every parent told once, or known to be uncertain."""
    expected = Counter[tuple[str, str, int]]()
    for name, (grams, mm) in list(CHILDREN.items())[:children]:
        expected.update([(name, "weight", grams), (name, "length", mm)])
    phones = {p["key"]: p["name"] for p in program.insist("/emulator/api/people")}
    shown = {key: len(program.thread(key)) for key in phones if key.startswith("orangtua-an")}
    store = open_store(url)
    try:
        rows = store.read(lambda tx: tx.all(WRITTEN))
        assert Counter((r.name, r.field, r.value) for r in rows) == expected
        assert all(r.current is not None for r in rows), "something was written twice"
        told = store.read(lambda tx: tx.all(TOLD))
        assert len(told) == len({r.key for r in told}) == children
        for row in told:
            assert row.state in ("sent", "in_doubt"), row
            assert shown[row.key] <= 1, f"{row.key} was told twice"
            assert shown[row.key] == 1 or row.state == "in_doubt", f"{row.key} was not told, and nobody knows"
        assert store.read(lambda tx: tx.all(UNFINISHED)) == []
    finally:
        store.close()


def rehearse(url: str, folder: Path, seed: int, *, kills: int, farthest: int, children: int, pulls: int) -> Program:
    """One posyandu day with deaths at named moments and at random."""
    chance = random.Random(seed)
    program = Program(folder, url, named_moments(chance, kills, farthest))
    program.start()
    try:
        with killed_at_random(program, chance, pulls):
            kader = weigh_all(program, chance, children)
        assert program.deaths, "nothing was killed"
        assert kader.doubled or children < 3
        check(url, program, children)
        program.start()
        assert program.stop() in (0, -signal.SIGTERM), program.log()
    finally:
        program.kill()
    return program


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind: the program makes its demo there."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/book.db"
    return str(request.getfixturevalue("postgres_url"))


def test_killed_at_every_named_moment(url: str, tmp_path: Path) -> None:
    program = rehearse(url, tmp_path, 7, kills=len(MOMENTS), farthest=2, children=4, pulls=0)
    assert program.deaths >= len(MOMENTS)


def test_killed_at_random(url: str, tmp_path: Path) -> None:
    rehearse(url, tmp_path, 11, kills=0, farthest=1, children=3, pulls=3)


@pytest.mark.proof
def test_killed_hundreds_of_times(url: str, tmp_path: Path) -> None:
    deaths = weighed = 0
    for number in range(8):
        folder = tmp_path / str(number)
        folder.mkdir()
        own = fresh(url, number, folder)
        program = rehearse(own, folder, number, kills=30, farthest=9, children=len(CHILDREN), pulls=12)
        deaths += program.deaths
        weighed += len(CHILDREN)
    kind = url.partition(":")[0]
    record(
        f"killed at named moments and at random on {kind}: every weighing right, none lost, none doubled",
        f"{weighed} of {weighed} weighings right after {deaths} kills",
        "pytest -m proof tests/slow/test_kill.py",
    )


def fresh(url: str, number: int, folder: Path) -> str:
    """An empty database beside the given one."""
    if url.startswith("sqlite"):
        return f"sqlite:///{folder}/book.db"
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}_{number}")
    return f"{url}_{number}"
