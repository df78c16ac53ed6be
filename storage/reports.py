"""Reports to the desa (lapor), and who deals with them."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, or_, select, update

from posyandu.people import Scope
from posyandu.queries_people import Named
from posyandu.reports import SECRET, visible
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import area, membership, person, report, report_officer

_COLUMNS = [c for c in report.c if c.name not in ("photo",)]
BY_ID = Sql(
    select(*_COLUMNS, area.c.name.label("desa"))
    .join(area, area.c.code == report.c.area)
    .where(report.c.id == bindparam("which"))
)
PHOTO = Sql(select(report.c.photo, report.c.mime, report.c.number).where(report.c.id == bindparam("which")))
NUMBER = Sql(update(report).where(report.c.id == bindparam("which")).values(number=bindparam("new_number")))
PUT_PHOTO = Sql(
    update(report)
    .where(report.c.id == bindparam("which"), report.c.photo.is_(None))
    .values(photo=bindparam("data"), mime=bindparam("kind_of"))
)
MOVE = Sql(
    update(report)
    .where(report.c.id == bindparam("which"), report.c.state == bindparam("before"))
    .values(state=bindparam("after"), reason=bindparam("why"), officer=bindparam("who"), changed_at=bindparam("now"))
)
WANTS_PHOTO = Sql(
    select(report.c.id)
    .where(report.c.by_person == bindparam("person_id"), report.c.photo.is_(None), report.c.at > bindparam("since"))
    .order_by(report.c.id.desc())
    .limit(1)
)
_ACTIVE = or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now"))
_THERE = or_(
    membership.c.area == bindparam("code"),
    and_(membership.c.area >= bindparam("first"), membership.c.area < bindparam("end")),
)
# As long as she serves there: who was named is no officer any more when her post has ended.
NAMED = Sql(
    select(report_officer.c.person_id)
    .join(person, person.c.id == report_officer.c.person_id)
    .where(
        report_officer.c.area == bindparam("code"), report_officer.c.field == bindparam("its_field"),
        person.c.state == fixed("active"),
        select(1).where(membership.c.person_id == person.c.id, _THERE, _ACTIVE).exists(),
    )
    .order_by(report_officer.c.person_id)
)  # fmt: skip
# Where nobody is named: the desa's own posyandu team and its human development cadre.
TEAM = Sql(
    select(person.c.id)
    .join(membership, membership.c.person_id == person.c.id)
    .where(
        membership.c.area == bindparam("code"), among(membership.c.role, "tp_posyandu", "kpm"), _ACTIVE,
        person.c.state == fixed("active"),
    )
    .order_by(person.c.id)
)  # fmt: skip
SERVING = Sql(
    select(person.c.id, person.c.name)
    .join(membership, membership.c.person_id == person.c.id)
    .where(
        _THERE, _ACTIVE, person.c.state == fixed("active"), person.c.name != "",
    )
    .distinct()
    .order_by(person.c.name, person.c.id)
    .limit(40)
)  # fmt: skip
OPEN = Sql(
    select(*_COLUMNS, area.c.name.label("desa"), report.c.photo.is_not(None).label("has_photo"))
    .join(area, area.c.code == report.c.area)
    .where(
        report.c.area == bindparam("code"),
        report.c.field == bindparam("its_field"),
        among(report.c.state, "diterima", "diproses"),
    )
    .order_by(report.c.id)
    .limit(20)
)
REPORTER = Sql(select(person.c.name).where(person.c.id == bindparam("person_id")))
_below = or_(
    report.c.area == bindparam("code"), and_(report.c.area >= bindparam("first"), report.c.area < bindparam("end"))
)
COUNTS = Sql(
    select(area.c.name.label("desa"), report.c.area, report.c.field, report.c.state, func.count().label("n"))
    .join(area, area.c.code == report.c.area)
    .where(_below)
    .group_by(area.c.name, report.c.area, report.c.field, report.c.state)
    .order_by(report.c.area, report.c.field, report.c.state)
)
ROWS = Sql(
    select(
        report.c.number, report.c.at, area.c.name.label("desa"), report.c.area, report.c.field, report.c.kind,
        report.c.place, report.c.note, report.c.state, report.c.reason, report.c.changed_at,
    )
    .join(area, area.c.code == report.c.area)
    .where(_below)
    .order_by(report.c.id)
)  # fmt: skip


def add(tx: Tx, now: int, by: int, **what: str) -> tuple[int, str]:
    """A new report; its id and number."""
    made = tx.insert(report, number=f"new:{by}:{now}", by_person=by, at=now, changed_at=now, **what)
    number = f"L-{made:05d}"
    tx.run(NUMBER, which=made, new_number=number)
    return made, number


def load(tx: Tx, report_id: int) -> Row | None:
    return tx.one(BY_ID, which=report_id)


def officers(tx: Tx, code: str, field: str, now: int) -> list[int]:
    """Who is told of a new one: those named for the field; else the desa's team, but never of what is secret."""
    below = {"first": f"{code}.", "end": f"{code}/"}
    named = [r.person_id for r in tx.all(NAMED, code=code, its_field=field, now=now, **below)]
    if named or field in SECRET:
        return named
    return [r.id for r in tx.all(TEAM, code=code, now=now)]


def open_ones(tx: Tx, code: str, field: str) -> list[Row]:
    """Reports of a field of a desa that wait for an officer."""
    return tx.all(OPEN, code=code, its_field=field)


def deals_with(tx: Tx, person_id: int, code: str, field: str, now: int) -> bool:
    """Is she one of those who are told of such reports?"""
    return person_id in officers(tx, code, field, now)


def name_officer(tx: Tx, person_id: int, code: str, field: str, now: int) -> None:
    tx.insert_once(report_officer, person_id=person_id, area=code, field=field, at=now)


def serving(tx: Tx, code: str, now: int) -> list[Named]:
    """People who serve in a desa, from whom its officers are named."""
    rows = tx.all(SERVING, code=code, first=f"{code}.", end=f"{code}/", now=now)
    return [Named(str(r.id), r.name) for r in rows]


def seen(tx: Tx, sql: Sql, code: str, scope: Scope, now: int) -> list[Row]:
    """Rows of COUNTS or ROWS below a place, without those that are not hers to see."""
    who = scope.person_id or 0
    rows = tx.all(sql, code=code, first=f"{code}.", end=f"{code}/")
    named = {(r.area, r.field): deals_with(tx, who, r.area, r.field, now) for r in rows if r.field in SECRET}
    return [r for r in rows if visible(r.field, named=named.get((r.area, r.field), False))]
