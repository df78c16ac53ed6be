"""Codes that are given out, and posts that end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, or_, select, update

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.families import named
from bot.handlers.weighing import CHILD
from bot.handlers.where import of_child, of_place, of_posyandu
from posyandu.access import may
from posyandu.commands.joining import EndMembership, InviteGuardian, InviteKader, InviteStaff
from posyandu.people import Place, Role
from storage import joining, people
from storage.people import place_of_child, place_of_posyandu
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import area, membership, outgoing, person, puskesmas, puskesmas_desa

MEMBERSHIP = Sql(
    select(membership, person.c.name)
    .join(person, person.c.id == membership.c.person_id)
    .where(membership.c.id == bindparam("membership_id"))
)
PUSKESMAS = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))
AREA_NAME = Sql(select(area.c.name).where(area.c.code == bindparam("code")))
SERVES = Sql(
    select(puskesmas_desa.c.area).where(
        puskesmas_desa.c.puskesmas_id == bindparam("puskesmas_id"), puskesmas_desa.c.area == bindparam("area")
    )
)
END = Sql(
    update(membership)
    .where(
        membership.c.id == bindparam("row_id"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
    .values(until_at=bindparam("at"))
)
WAITING = Sql(
    select(outgoing.c.id, outgoing.c.child_id, outgoing.c.kind).where(
        outgoing.c.person_id == bindparam("person_id"), outgoing.c.state == fixed("ready")
    )
)
WITHDRAW = Sql(
    update(outgoing)
    .where(outgoing.c.id == bindparam("row_id"), outgoing.c.state == fixed("ready"))
    .values(state="superseded", reason="tugas berakhir")
)
# Who may end whose post: nobody her own superior's.
ENDS: dict[Role, frozenset[str]] = {
    Role.KETUA: frozenset({"kader"}),
    Role.BIDAN: frozenset({"kader", "ketua", "tpk", "kpm"}),
    Role.TPG: frozenset({"kader", "ketua"}),
    Role.PUSKESMAS: frozenset(
        {"kader", "ketua", "bidan", "tpg", "tpk", "kpm", "plkb", "tp_pkk", "tp_posyandu", "puskesmas"}
    ),
    Role.OPERATOR: frozenset(r.value for r in Role),
}
STAFF = frozenset(r.value for r in Role) - {"wali", "operator", "kader", "ketua"}


def invite_kader(command: InviteKader, desk: Desk) -> Outcome:
    """A code for a kader or ketua of this posyandu: once, within 72 hours."""
    if command.role not in ("kader", "ketua"):
        return Outcome((("refused", {}),), failed=True)
    made = joining.make_code(
        desk.tx, kind="staff", now=desk.now, by=desk.person.id, shown=desk.demo, role=command.role,
        posyandu_id=command.posyandu_id,
    )  # fmt: skip
    place = desk.tx.value(joining.POSYANDU_NAME, posyandu_id=command.posyandu_id)
    values = {"role": command.role, "place": place or "", "until": desk.now + joining.STAFF_HOURS * joining.HOUR}
    return Outcome((("invite.staff", values), ("invite.code", {"code": made})))


def invite_staff(command: InviteStaff, desk: Desk) -> Outcome:
    """A code for a bidan, a TPG, an office ... of this place."""
    if command.role not in STAFF:
        return Outcome((("refused", {}),), failed=True)
    center = command.puskesmas_id
    if center is not None and command.area is not None:  # a desa that this puskesmas serves
        if desk.tx.value(SERVES, puskesmas_id=center, area=command.area) is None:
            return Outcome((("refused", {}),), failed=True)
        center = None
    made = joining.make_code(
        desk.tx, kind="staff", now=desk.now, by=desk.person.id or None, shown=desk.demo, role=command.role,
        area=command.area, puskesmas_id=center, posyandu_id=command.posyandu_id,
    )  # fmt: skip
    place = desk.tx.value(AREA_NAME, code=command.area) if command.area is not None else ""
    until = desk.now + joining.STAFF_HOURS * joining.HOUR
    values = {"role": command.role, "place": place or "", "until": until}
    return Outcome((("invite.staff", values), ("invite.code", {"code": made})))


def invite_guardian(command: InviteGuardian, desk: Desk) -> Outcome:
    """A code for a parent. The kader will be asked who came; a parent already there is told that one is invited."""
    child = desk.tx.one(CHILD, child_id=command.child_id)
    assert child is not None
    made = joining.make_code(
        desk.tx, kind="guardian", now=desk.now, by=desk.person.id, shown=desk.demo, role="wali",
        child_id=command.child_id, posyandu_id=child.posyandu_id,
    )  # fmt: skip
    values = {"child": named(child), "mother": child.mother_name, "posyandu": child.posyandu}
    for one in people.guardians(desk.tx, command.child_id):
        if one.person_id != desk.person.id and not child_closed(desk.tx, command.child_id):
            desk.tell(one.person_id, "parent", ("guardian.invited", values), child_id=command.child_id)
    return Outcome((("invite.guardian", values), ("invite.code", {"code": made})))


def child_closed(tx: Tx, child_id: int) -> bool:
    """Is "jangan bagikan" set for this child?"""
    return bool(tx.value(joining.CLOSED, child_id=child_id))


def _of_membership(tx: Tx, command: EndMembership) -> tuple[Place | None, int | None]:
    row = tx.one(MEMBERSHIP, membership_id=command.membership_id)
    if row is None:
        return None, None
    if row.posyandu_id is not None:
        return place_of_posyandu(tx, row.posyandu_id), None
    if row.puskesmas_id is not None:
        return Place(tx.value(PUSKESMAS, puskesmas_id=row.puskesmas_id) or "none", None, row.puskesmas_id), None
    return Place(row.area or "none"), None


def end_membership(command: EndMembership, desk: Desk) -> Outcome:
    """From this moment she reaches nothing there, and what was still on its way to her is withdrawn."""
    row = desk.tx.one(MEMBERSHIP, membership_id=command.membership_id)
    assert row is not None
    place, _ = _of_membership(desk.tx, command)
    hers = [p.role for p in desk.person.scope.posts if p.covers(place or Place("none"))]
    if not any(row.role in ENDS.get(role, ()) for role in hers):
        return Outcome((("refused", {}),), failed=True)
    values: dict[str, Any] = {"name": row.name, "role": row.role}
    if not desk.tx.run(END, row_id=row.id, at=desk.now, now=desk.now):
        return Outcome((("team.ended_before", values),), failed=True)
    _withdraw(desk, row.person_id)
    desk.tell(row.person_id, "alert", ("team.your_post_ended", {"role": row.role}))
    return Outcome((("team.ended", values),))


def _withdraw(desk: Desk, person_id: int) -> None:
    """What she may no longer read."""
    left = people.load(desk.tx, person_id, desk.now)
    for row in desk.tx.all(WAITING, person_id=person_id):
        if row.child_id is not None:
            place = place_of_child(desk.tx, row.child_id)
            if left is not None and place is not None and may(left.scope, "see_child", place, row.child_id):
                continue
        elif row.kind == "broadcast" or (left is not None and left.scope.posts):
            continue
        desk.tx.run(WITHDRAW, row_id=row.id)


HANDLERS = {
    InviteKader: Handler("invite_kader", of_posyandu, invite_kader),
    InviteStaff: Handler("invite_staff", of_place, invite_staff),
    InviteGuardian: Handler("invite_guardian", of_child, invite_guardian),
    EndMembership: Handler("end_membership", _of_membership, end_membership),
}
