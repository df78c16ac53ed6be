"""Every command has a rule, and is refused to a kader of another village and to another child's mother.

The refusal comes first: nothing is written but the note in the audit, and nobody hears of it.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from bot import handlers
from bot.handlers import HANDLERS
from bot.handlers.desk import Desk, Outcome
from posyandu import access
from posyandu.commands import RecordSession, RecordVisit, Value
from storage import people
from storage.sql import Sql
from storage.store import Store, Tx, open_store
from storage.tables import audit, child, guardian, membership, metadata, person, posyandu
from tests.house import POSYANDU_DAY, loaded_book

CHILD = Sql(select(child.c.id).where(child.c.code == bindparam("code")))
PERSON = Sql(select(person.c.id).where(person.c.key == bindparam("key")))
PLACE = Sql(select(posyandu.c.id).where(posyandu.c.code == bindparam("code")))
GUARDIAN = Sql(select(guardian.c.id).where(guardian.c.child_id == bindparam("child_id")))
MEMBERSHIP = Sql(select(membership.c.id).where(membership.c.person_id == bindparam("person_id")))
NOTED = Sql(select(audit.c.did, audit.c.person_id).order_by(audit.c.id.desc()).limit(1))
ANYELIR, MELATI = "32.01.01.1010.001", "32.01.01.1099.001"
NOW = 1_794_448_800_000  # 2026-11-12, nine o'clock
OUTSIDERS = ("kader-lain", "orangtua-an-20")
# One's own affairs: their handlers are given no place, so there is nothing of anybody else's to reach.
OF_ONESELF = [c for c, h in HANDLERS.items() if h.verb in access.ANYONE]
GUARDED = [c for c, h in HANDLERS.items() if h.verb not in access.ANYONE]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(loaded_book(tmp_path))
    yield store
    store.close()


def known(tx: Tx, key: str) -> people.Known:
    who = people.load(tx, tx.value(PERSON, key=key), NOW)
    assert who is not None
    return who


def about_azzam(tx: Tx, command: type) -> Any:
    """A command of this kind about a child, the register, the people or the area of Posyandu Anyelir."""
    azzam = int(tx.value(CHILD, code="AN-01"))
    return made(command, {
        "child_id": azzam,
        "posyandu_id": int(tx.value(PLACE, code=ANYELIR)),
        "guardian_id": tx.value(GUARDIAN, child_id=azzam),
        "membership_id": tx.value(MEMBERSHIP, person_id=tx.value(PERSON, key="kader")),
        "area": "32.01.01.1010",
        "month": "2026-11",
        "values": (Value("weight", 11100),),
        "visits": (RecordVisit(azzam, POSYANDU_DAY, (Value("weight", 11100),)),),
    })  # fmt: skip


def made(what: type, given: dict[str, Any]) -> Any:
    """An instance with these values where it has such fields, and some value in the other fields it needs."""
    kinds, values = typing.get_type_hints(what), dict[str, Any]()
    for field in dataclasses.fields(what):
        needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if field.name in given and (field.name != "area" or "posyandu_id" not in kinds):
            values[field.name] = given[field.name]
        elif dataclasses.is_dataclass(kinds[field.name]):
            values[field.name] = made(kinds[field.name], given)
        elif needed:
            values[field.name] = plain(kinds[field.name])
    return what(**values)


def plain(kind: Any) -> Any:
    """Some value of a kind."""
    outer = typing.get_origin(kind)
    if outer in (tuple, dict):
        kind = outer
    elif outer is not None:
        kind = next(k for k in typing.get_args(kind) if k is not type(None))
    return {int: 1, str: "x", bool: True, date: POSYANDU_DAY, tuple: (), dict: {}}.get(kind, "x")


def everything(tx: Tx) -> dict[str, int]:
    """What every table holds, but for the audit."""
    return {
        table.name: hash(tuple(map(repr, tx.all(Sql(select(table))))))
        for table in metadata.sorted_tables
        if table.name != "audit"
    }


def refuse(tx: Tx, key: str, command: object) -> Outcome:
    who = known(tx, key)
    before = everything(tx)
    outcome = handlers.carry_out(command, Desk(tx, NOW, POSYANDU_DAY, who, None))
    assert everything(tx) == before, "something was written, or somebody was told"
    noted = tx.one(NOTED)
    assert noted is not None
    assert noted.did.startswith("refused:")
    assert noted.person_id == who.id
    return outcome


@pytest.mark.parametrize("command", GUARDED, ids=lambda c: c.__name__)
def test_every_command_has_a_rule(command: type) -> None:
    verb = HANDLERS[command].verb
    assert access.RULES.get(verb), f"{command.__name__} needs {verb}, which nobody may do"


@pytest.mark.parametrize("command", OF_ONESELF, ids=lambda c: c.__name__)
def test_what_anybody_may_do_is_about_no_place(command: type, store: Store) -> None:
    def look(tx: Tx) -> Any:
        return HANDLERS[command].where(tx, about_azzam(tx, command))

    assert store.read(look) == (None, None)


@pytest.mark.parametrize("key", OUTSIDERS)
@pytest.mark.parametrize("command", GUARDED, ids=lambda c: c.__name__)
def test_an_outsider_is_refused(command: type, key: str, store: Store) -> None:
    outcome = store.write(lambda tx: refuse(tx, key, about_azzam(tx, command)))
    assert outcome.failed
    assert [say[0] for say in outcome.says] == ["refused"]
    assert not outcome.actions
    assert outcome.media is None
    assert outcome.follow is None


def test_a_childs_visit_cannot_be_slipped_into_a_session_of_another_posyandu(store: Store) -> None:
    def slip(tx: Tx) -> tuple[dict[str, int], dict[str, int]]:
        azzam = int(tx.value(CHILD, code="AN-01"))
        visits = (RecordVisit(azzam, POSYANDU_DAY, (Value("weight", 9900),)),)
        before = everything(tx)
        desk = Desk(tx, NOW, POSYANDU_DAY, known(tx, "kader-lain"), None)
        handlers.carry_out(RecordSession(int(tx.value(PLACE, code=MELATI)), POSYANDU_DAY, visits), desk)
        return before, everything(tx)

    before, after = store.write(slip)
    assert before == after
