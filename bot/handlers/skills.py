"""Kader's levels and trainings as the puskesmas gives them, and the sheet for lomba and telaah kemandirian."""

from __future__ import annotations

from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.event_count import ADDRESS
from bot.handlers.where import of_place
from posyandu.commands.events import AddTraining, SetSkill, SkillSheet
from posyandu.events import LEVELS, SKILL_GROUPS
from posyandu.people import Place
from storage import event_after, events, sheet_jobs
from storage.store import Tx
from storage.tables import kader_skill, kader_training


def _of_member(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The place of the post it names."""
    row = tx.one(event_after.MEMBER, membership_id=command.membership_id)
    return (Place("none") if row is None else events.place_of(tx, row)), None


def set_skill(command: SetSkill, desk: Desk) -> Outcome:
    """What was given before stays on file."""
    row = desk.tx.one(event_after.MEMBER, membership_id=command.membership_id)
    if row is None or command.level not in LEVELS or not set(command.groups) <= set(SKILL_GROUPS):
        return Outcome((("refused", {}),), failed=True)
    desk.tx.insert(
        kader_skill, person_id=row.person_id, level=command.level, groups=" ".join(command.groups),
        on=desk.today.isoformat(), by_person=desk.person.id, at=desk.now,
    )  # fmt: skip
    return Outcome((("skill.set", {"name": row.name, "level": command.level, "count": len(command.groups)}),))


def add_training(command: AddTraining, desk: Desk) -> Outcome:
    """A training once a day and topic."""
    row = desk.tx.one(event_after.MEMBER, membership_id=command.membership_id)
    if row is None or command.on > desk.today:
        return Outcome((("acara.not_possible", {}),), failed=True)
    desk.tx.insert_once(
        kader_training, person_id=row.person_id, topic=command.topic[:120], on=command.on.isoformat(),
        by_person=desk.person.id, at=desk.now,
    )  # fmt: skip
    return Outcome((("skill.trained", {"name": row.name, "topic": command.topic, "on": command.on.isoformat()}),))


def sheet(command: SkillSheet, desk: Desk) -> Outcome:
    """Made by a process of its own."""
    args = {
        "which": "kader", "area": command.area, "puskesmas_id": command.puskesmas_id,
        "posyandu_id": command.posyandu_id, "today": desk.today.isoformat(),
    }  # fmt: skip
    address = desk.tx.value(ADDRESS, incoming_id=desk.incoming_id) if desk.incoming_id is not None else None
    sheet_jobs.put(
        desk.tx, "acara", args, desk.now, person_id=desk.person.id, address_id=address, incoming_id=desk.incoming_id
    )
    return Outcome((("acara.making", {"which": "kader"}),))


HANDLERS = {
    SetSkill: Handler("rate_kader", _of_member, set_skill),
    AddTraining: Handler("rate_kader", _of_member, add_training),
    SkillSheet: Handler("export_names", of_place, sheet),
}
