"""Kader and posyandu for lomba and telaah kemandirian: levels, trainings, attendance, rounds, kader on duty, D/S.

Only what the book knows (indicators 1 to 3 of the telaah); the strata itself is the puskesmas's to give.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from bot.locales import Catalogue
from posyandu.events import LEVELS
from storage import event_after
from storage.exports.sheet import Column, Sheet
from storage.look_sheets import OF_AREA, OF_PUSKESMAS, POSYANDU
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import invitation, month_summary, visit

MONTHS = Sql(
    select(
        month_summary.c.posyandu_id, func.count().label("rounds"), func.sum(month_summary.c.s).label("s"),
        func.sum(month_summary.c.d).label("d"),
    )
    .where(month_summary.c.month >= bindparam("since"), month_summary.c.d > 0)
    .group_by(month_summary.c.posyandu_id)
)  # fmt: skip
_duty = (
    select(visit.c.posyandu_id, visit.c.on, func.count(func.distinct(visit.c.by_person)).label("kader"))
    .where(visit.c.on >= bindparam("first"))
    .group_by(visit.c.posyandu_id, visit.c.on)
    .subquery()
)
ON_DUTY = Sql(select(_duty.c.posyandu_id, func.avg(_duty.c.kader).label("mean")).group_by(_duty.c.posyandu_id))
CAME = Sql(
    select(invitation.c.person_id, func.count().label("n"))
    .where(invitation.c.came == 1, invitation.c.person_id.is_not(None), invitation.c.state != fixed("diwakili"))
    .group_by(invitation.c.person_id)
)
KEYS = (
    ("posyandu", "text", 26), ("strata", "text", 12), ("name", "text", 28), ("role", "text", 12),
    ("level", "text", 10), ("groups", "text", 30), ("trainings", "text", 40), ("events", "int", 10),
    ("rounds", "int", 12), ("on_duty", "percent", 12), ("ds", "percent", 10),
)  # fmt: skip


def sheet(tx: Tx, args: dict[str, Any], words: Catalogue) -> Sheet:
    """A row a kader, with her posyandu's indicators of the last twelve months beside her."""
    columns = tuple(Column(key, words.say(f"kader_sheet.{key}"), kind, width) for key, kind, width in KEYS)  # type: ignore[arg-type]
    notes = (words.say("kader_sheet.note"),)
    return Sheet(words.say("kader_sheet.title"), columns, _rows(tx, args, words), notes=notes)


def _places(tx: Tx, args: dict[str, Any]) -> set[int]:
    if args["posyandu_id"] is not None:
        return {r.id for r in tx.all(POSYANDU, posyandu_id=args["posyandu_id"])}
    if args["puskesmas_id"] is not None:
        return {r.id for r in tx.all(OF_PUSKESMAS, puskesmas_id=args["puskesmas_id"])}
    code = args["area"] or ""
    below = {"first": f"{code}.", "end": f"{code}/"} if code else {"first": "", "end": "~"}
    return {r.id for r in tx.all(OF_AREA, code=code, **below)}


def _rows(tx: Tx, args: dict[str, Any], words: Catalogue) -> Iterator[list[Any]]:
    wanted = _places(tx, args)
    year = f"{int(args['today'][:4]) - 1}{args['today'][4:]}"
    months = {r.posyandu_id: r for r in tx.all(MONTHS, since=year[:7])}
    duty = {r.posyandu_id: round(float(r.mean), 1) for r in tx.all(ON_DUTY, first=year)}
    skills = {r.person_id: r for r in tx.all(event_after.SKILLS)}  # the latest of each stays
    trained: dict[int, list[str]] = defaultdict(list)
    for row in tx.all(event_after.TRAININGS):
        on = date.fromisoformat(row.on)
        trained[row.person_id].append(f"{row.topic} ({on:%d-%m-%Y})")
    came = Counter({r.person_id: r.n for r in tx.all(CAME)})
    for row in tx.all(event_after.CREW):
        if row.posyandu_id not in wanted or row.role not in ("kader", "ketua"):
            continue
        skill, month = skills.get(row.person_id), months.get(row.posyandu_id)
        yield [
            row.posyandu, row.strata, row.name, words.say(f"role.{row.role}"),
            skill.level if skill is not None and skill.level in LEVELS else "", _groups(skill, words),
            "; ".join(trained[row.person_id]), came[row.person_id], month.rounds if month is not None else 0,
            duty.get(row.posyandu_id), _share(month),
        ]  # fmt: skip


def _groups(skill: Row | None, words: Catalogue) -> str:
    return ", ".join(words.say(f"skill_group.{g}") for g in skill.groups.split()) if skill is not None else ""


def _share(month: Row | None) -> float | None:
    return None if month is None or not month.s else round(100 * month.d / month.s, 1)
