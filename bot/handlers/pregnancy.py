"""Ibu hamil: the list, LiLA and tablets, K1 to K6, and its end: a child, a move, or silence."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.expecting import ask_about_child, of_mother
from bot.handlers.where import of_place
from posyandu.commands.pregnancy import (
    EndPregnancy,
    MeasurePregnancy,
    NoteAntenatal,
    PregnancyBirth,
    RegisterPregnancy,
    ShowMothers,
)
from posyandu.consent import SENDIRI
from posyandu.pregnancy import antenatal_visit_due, birth_to_ask, gestation, hpl, plausible
from storage import pregnancies
from storage.sql import Row
from storage.tables import pregnancy_visit

LOW_MUAC_MM = 235  # LiLA below 23,5 cm: on the bidan's list


def register(command: RegisterPregnancy, desk: Desk) -> Outcome:
    """On the list; what her dates mean."""
    if not plausible(command.hpht, desk.today):
        return Outcome((("pregnancy.impossible", {}),), failed=True)
    made = pregnancies.add(
        desk.tx, command.posyandu_id, command.name, command.hpht, command.muac_mm, command.ttd, desk.person.id, desk.now
    )
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=made)
    assert row is not None
    return Outcome((("pregnancy.saved", _stands(row, desk.today)), *_low(row)))


def _stands(row: Row, on: date) -> dict[str, Any]:
    hpht = date.fromisoformat(row.hpht)
    visit = antenatal_visit_due(hpht, on)
    return {
        "mother": row.name,
        "weeks": max(0, gestation(hpht, on)[0]),
        "hpl": hpl(hpht).isoformat(),
        "visit": visit.name if visit else "",
    }


def _low(row: Row) -> tuple[Say, ...]:
    if row.muac_mm is None or row.muac_mm >= LOW_MUAC_MM:
        return ()
    return (("pregnancy.low_muac", {"mother": row.name, "mm": row.muac_mm}),)


def measure(command: MeasurePregnancy, desk: Desk) -> Outcome:
    """LiLA or tablets."""
    desk.tx.run(
        pregnancies.MEASURE,
        row_id=command.pregnancy_id,
        new_muac=command.muac_mm,
        new_ttd=command.ttd,
        now=desk.now,
    )
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    assert row is not None
    return Outcome((("pregnancy.measured", {"mother": row.name}), *_low(row)))


def antenatal(command: NoteAntenatal, desk: Desk) -> Outcome:
    """One visit, once."""
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    assert row is not None
    if command.on > desk.today or command.on.isoformat() < row.hpht:
        return Outcome((("pregnancy.impossible", {}),), failed=True)
    desk.tx.insert_once(
        pregnancy_visit,
        pregnancy_id=row.id,
        name=command.visit,
        on=command.on.isoformat(),
        by_person=desk.person.id,
        at=desk.now,
    )
    values = {"mother": row.name, "visit": command.visit, "on": command.on.isoformat()}
    return Outcome((("pregnancy.visited", values),))


def end(command: EndPregnancy, desk: Desk) -> Outcome:
    """Off the list; what waits about it is withdrawn. After a loss one quiet sentence, and never a word again."""
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    assert row is not None
    if not pregnancies.end(desk.tx, row, command.how, desk.now):
        return Outcome((("pregnancy.over", {"mother": row.name}),), failed=True)
    return Outcome(((f"pregnancy.ended.{command.how}", {"mother": row.name}),))


def birth(command: PregnancyBirth, desk: Desk) -> Outcome:
    """The child is on the register from its birthday on."""
    row = desk.tx.one(pregnancies.ONE, pregnancy_id=command.pregnancy_id)
    assert row is not None
    if command.birth > desk.today or command.birth.isoformat() < row.hpht:
        return Outcome((("pregnancy.impossible", {}),), failed=True)
    made = None
    if row.state == "active":
        made = pregnancies.birth(
            desk.tx, row, command.sex, command.birth, command.name, command.grams, desk.person.id, desk.now
        )
    if made is None:
        return Outcome((("pregnancy.over", {"mother": row.name}),), failed=True)
    name = command.name or f"By. Ny. {row.name}"
    if row.messages == SENDIRI:
        ask_about_child(desk, row.person_id, made)
    return Outcome((("pregnancy.born", {"mother": row.name, "child": name, "on": command.birth.isoformat()}),))


def show(command: ShowMothers, desk: Desk) -> Outcome:
    """Who is pregnant, how far, and who the bidan should see."""
    rows = []
    for row in pregnancies.active(desk.tx, command.posyandu_id):
        values = _stands(row, desk.today)
        low = row.muac_mm is not None and row.muac_mm < LOW_MUAC_MM
        late = birth_to_ask(date.fromisoformat(row.hpht), desk.today)
        rows.append({**values, "field": "late" if late else "low" if low else "fine", "mm": row.muac_mm or 0})
    if not rows:
        return Outcome((("pregnancy.none", {}),))
    return Outcome((("pregnancy.list", {"count": len(rows), "rows": rows}),))


HANDLERS = {
    RegisterPregnancy: Handler("keep_pregnancy", of_place, register),
    MeasurePregnancy: Handler("keep_pregnancy", of_mother, measure),
    NoteAntenatal: Handler("keep_pregnancy", of_mother, antenatal),
    EndPregnancy: Handler("keep_pregnancy", of_mother, end),
    PregnancyBirth: Handler("keep_pregnancy", of_mother, birth),
    ShowMothers: Handler("keep_pregnancy", of_place, show),
}
