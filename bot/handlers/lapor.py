"""Lapor: a report gets a number and goes to the desa's officer; every step is told to whoever reported it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.where import nowhere
from posyandu.commands.lapor import AddPhoto, MakeReport, MoveReport, NameOfficer, ShowReports
from posyandu.people import Place
from posyandu.reports import FIELDS, SECRET, STATES, may_become
from storage import inbox, joining, reports
from storage.look_siaran import LookSiaran
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import incoming

PHOTO_MS = 30 * 60_000
MOST_PHOTO = 5 * 1024 * 1024
FILE = Sql(select(incoming.c.file).where(incoming.c.id == bindparam("row_id")))


def of_area(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    return Place(command.area), None


def make(command: MakeReport, desk: Desk) -> Outcome:
    """A number for her, and the officers are told; the operators where a desa has none."""
    tx, now = desk.tx, desk.now
    here = LookSiaran(tx, desk.person.scope, desk.today, now).report_places()
    if command.field not in FIELDS or command.area not in {p.area for p in here}:
        return Outcome((("lapor.gone", {}),), failed=True)
    made, number = reports.add(
        tx, now, desk.person.id, area=command.area, field=command.field, kind=command.kind, place=command.place,
        note=command.note,
    )  # fmt: skip
    row = reports.load(tx, made)
    assert row is not None
    told = reports.officers(tx, command.area, command.field, now)
    for who in told:
        _tell_officer(row, who, desk)
    if not told:
        for who in joining.operators(tx, now):
            values = {"number": number, "field": command.field, "desa": row.desa}
            desk.tell(who, "alert", ("lapor.no_officer", values), once=f"lapor:{made}:{who}")
    key = "lapor.made_secret" if command.field in SECRET else "lapor.made"
    return Outcome(((key, {"number": number, "desa": row.desa, "field": command.field}),))


def _values(row: Row) -> dict[str, Any]:
    return {
        "number": row.number, "field": row.field, "kind": row.kind, "where": row.place, "note": row.note,
        "desa": row.desa, "state": row.state, "reason": row.reason,
    }  # fmt: skip


def _tell_officer(row: Row, who: int, desk: Desk, photo: bool = False) -> None:
    """What, where; who has reported it stands in none that is secret."""
    says: list[tuple[str, dict[str, Any]]] = [("lapor.new_photo" if photo else "lapor.new", _values(row))]
    if row.note and not photo:
        says.append(("lapor.new_note", _values(row)))
    if row.field not in SECRET and not photo:
        says.append(("lapor.new_by", {"name": desk.tx.value(reports.REPORTER, person_id=row.by_person) or "-"}))
    actions = [(f"!lapor:{row.id}:{state}", f"actions.lapor_{state}") for state in ("diproses", "selesai", "ditolak")]
    media = {"kind": "report_photo", "report": row.id} if photo else None
    desk.tell(who, "alert", ("lines", {"rows": says}), media=media, extra={"actions": actions})


def add_photo(command: AddPhoto, desk: Desk) -> Outcome:
    """Her own report, its first picture."""
    row = reports.load(desk.tx, command.report_id)
    data = desk.tx.value(inbox.DATA, row_id=command.incoming_id)
    if row is None or row.by_person != desk.person.id or not data or len(data) > MOST_PHOTO:
        return Outcome((("lapor.gone", {}),), failed=True)
    file = json.loads(desk.tx.value(FILE, row_id=command.incoming_id) or "{}")
    if desk.tx.run(reports.PUT_PHOTO, which=row.id, data=bytes(data), kind_of=file.get("mime") or "image/jpeg"):
        for who in reports.officers(desk.tx, row.area, row.field, desk.now):
            _tell_officer(row, who, desk, photo=True)
    return Outcome((("lapor.photo_added", {"number": row.number}),))


def move(command: MoveReport, desk: Desk) -> Outcome:
    """Only who deals with it; the reporter hears of every step, and of a refusal with its reason."""
    tx, row = desk.tx, reports.load(desk.tx, command.report_id)
    if row is None or not reports.deals_with(tx, desk.person.id, row.area, row.field, desk.now):
        return Outcome((("refused", {}),), failed=True)
    if command.state == "ditolak" and not command.reason:
        return Outcome(follow=("lapor_refuse", {"report": row.id, "number": row.number}))
    if not may_become(row.state, command.state) or not tx.run(
        reports.MOVE, which=row.id, before=row.state, after=command.state, why=command.reason, who=desk.person.id,
        now=desk.now,
    ):  # fmt: skip
        return Outcome((("lapor.already", _values(row)),), failed=True)
    values = {**_values(row), "state": command.state, "reason": command.reason}
    desk.tell(row.by_person, "alert", (f"lapor.told_{command.state}", values))
    return Outcome((("lapor.moved", values),))


def show(command: ShowReports, desk: Desk) -> Outcome:
    """Counts by field and by desa; secret fields only for those who deal with them."""
    rows = reports.seen(desk.tx, reports.COUNTS, command.area, desk.person.scope, desk.now)
    if command.sheet:
        media = {"kind": "report_sheet", "area": command.area, "person": desk.person.id, "now": desk.now}
        return Outcome((("lapor.sheet", {}),), media=media)
    if not rows:
        return Outcome((("lapor.none", {}),))
    by_field = [
        {"field_name": f, "count": sum(r.n for r in rows if r.field == f),
         "open": sum(r.n for r in rows if r.field == f and r.state in STATES[:2])}
        for f in FIELDS if any(r.field == f for r in rows)
    ]  # fmt: skip
    desa = list(dict.fromkeys(r.desa for r in rows))
    by_area = [{"desa": d, "count": sum(r.n for r in rows if r.desa == d)} for d in desa]
    says = ("lapor.counts", {"fields": by_field, "areas": by_area, "count": sum(r.n for r in rows)})
    return Outcome((says,), actions=((f"!lapor:sheet:{command.area}", "actions.lapor_sheet"),))


def name_officer(command: NameOfficer, desk: Desk) -> Outcome:
    """Named one by one, and told so."""
    if command.person_id not in {int(n.id) for n in reports.serving(desk.tx, command.area, desk.now)}:
        return Outcome((("refused", {}),), failed=True)
    reports.name_officer(desk.tx, command.person_id, command.area, command.field, desk.now)
    values = {"field": command.field}
    if command.person_id != desk.person.id:
        desk.tell(command.person_id, "alert", ("lapor.you_are_named", values))
    for row in reports.open_ones(desk.tx, command.area, command.field):  # those that came before there was an officer
        _tell_officer(row, command.person_id, desk)
        if row.has_photo:
            _tell_officer(row, command.person_id, desk, photo=True)
    return Outcome((("lapor.named", values),))


HANDLERS = {
    MakeReport: Handler("own_data", nowhere, make),
    AddPhoto: Handler("own_data", nowhere, add_photo),
    MoveReport: Handler("own_data", nowhere, move),
    ShowReports: Handler("see_reports", of_area, show),
    NameOfficer: Handler("name_officer", of_area, name_officer),
}
