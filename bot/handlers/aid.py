"""Aid: planned, families invited without a why, received by tap or code, counted; sponsors in totals."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.where import of_child, of_posyandu
from posyandu.access import HEALTH
from posyandu.calendar import next_allowed
from posyandu.commands.aid import (
    SPONSOR_KINDS,
    SPONSORED,
    AddSponsorship,
    ConfirmReceipt,
    CountBack,
    InviteFamilies,
    MakeDistribution,
    ShowDistribution,
    ShowSponsors,
    TakeReceipts,
)
from posyandu.people import Place
from posyandu.queries_aid import SMALLEST_GROUP, Tally, sums_hide
from storage import aid, case_family, case_people, events
from storage.people import place_of_posyandu
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import distribution, distribution_point, puskesmas, puskesmas_desa, sponsorship

PUSKESMAS_OF = Sql(
    select(puskesmas.c.id)
    .outerjoin(puskesmas_desa, puskesmas_desa.c.puskesmas_id == puskesmas.c.id)
    .where((puskesmas.c.area == bindparam("code")) | (puskesmas_desa.c.area == bindparam("code")))
    .order_by(puskesmas.c.id)
    .limit(1)
)


def _of_area(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The area it names, with the puskesmas that serves it."""
    return Place(command.area or "none", None, tx.value(PUSKESMAS_OF, code=command.area)), None


def make_distribution(command: MakeDistribution, desk: Desk) -> Outcome:
    """A plan with its points, all inside the area she serves."""
    for posyandu_id, packages in command.points:
        place = place_of_posyandu(desk.tx, posyandu_id)
        inside = place is not None and f"{place.area}.".startswith(f"{command.area}.")
        if not inside or packages < 0:
            return Outcome((("refused", {}),), failed=True)
    if command.event_id is not None:
        held = events.load(desk.tx, command.event_id)
        if held is None or held.kind != "aksi_sosial" or not events.holds(desk.tx, held, desk.person.scope):
            return Outcome((("refused", {}),), failed=True)
    made = desk.tx.insert(
        distribution, giver=command.giver, goods=command.goods, on=command.on.isoformat(), area=command.area,
        event_id=command.event_id, by_person=desk.person.id, at=desk.now,
    )  # fmt: skip
    for posyandu_id, packages in command.points:
        desk.tx.insert_once(distribution_point, distribution_id=made, posyandu_id=posyandu_id, packages=packages)
    total = sum(packages for _, packages in command.points)
    values = {"goods": command.goods, "on": command.on.isoformat(), "total": total, "points": len(command.points)}
    return Outcome((("aid.planned", values),))


def invite_families(command: InviteFamilies, desk: Desk) -> Outcome:
    """Each family once a distribution; the invitation names the place and never a reason."""
    point = _point(desk, command.point_id, command.posyandu_id)
    if point is None:
        return Outcome((("refused", {}),), failed=True)
    new, lines, told = 0, [], 0
    for child_id in command.children:
        who = case_people.who(desk.tx, child_id)
        if who.posyandu_id != command.posyandu_id:
            return Outcome((("refused", {}),), failed=True)
        home = aid.family(desk.tx, command.posyandu_id, who.name, child_id, desk.now)
        made = aid.invite(desk.tx, point, home, child_id, desk.person.id, desk.now)
        if made is not None:
            new += 1
            reached = _invitation(desk, point, who, made.id, made.code)
            told += reached
            if not reached:
                lines.append({"child": case_people.named(who)["name"], "code": made.code})
    for name in command.names:
        home = aid.family(desk.tx, command.posyandu_id, name, None, desk.now)
        made = aid.invite(desk.tx, point, home, None, desk.person.id, desk.now)
        if made is not None:
            new += 1
            lines.append({"child": name, "code": made.code})
    says: list[Say] = [("aid.invited", {"count": new, "told": told, "posyandu": point.name})]
    if lines:
        says.append(("aid.say_yourself", {"rows": lines}))
    return Outcome(tuple(says))


def _invitation(desk: Desk, point: Row, who: Row, receipt_id: int, code: str) -> int:
    told = 0
    for person_id in case_family.reachable(desk.tx, who.id):
        values = {"posyandu": point.name, "on": point.on, "code": code}
        told += desk.tell(
            person_id, "parent", ("aid.invitation", values), child_id=who.id, once=f"paket:{receipt_id}:{person_id}",
            not_before=next_allowed(desk.now, who.zone),
            extra={"actions": [[f"!paket:{who.id}:{receipt_id}", "actions.paket"]]},
        ) is not None  # fmt: skip
    return int(told > 0)


def take_receipts(command: TakeReceipts, desk: Desk) -> Outcome:
    """Codes shown at the point: each counts once; what is unknown is named back."""
    done, again, unknown = [], [], []
    for code in dict.fromkeys(c.strip().upper() for c in command.codes):
        row = desk.tx.one(aid.BY_CODE, code_said=code)
        if row is None or row.posyandu_id != command.posyandu_id:
            unknown.append(code)
        elif desk.tx.run(aid.RECEIVED, receipt_id=row.id, by_what="code", by=desk.person.id, now=desk.now):
            done.append(code)
        else:
            again.append(code)
    says: list[Say] = [("aid.taken", {"count": len(done)})]
    says += [("aid.taken_before", {"codes": ", ".join(again)})] if again else []
    says += [("aid.unknown_code", {"codes": ", ".join(unknown)})] if unknown else []
    return Outcome(tuple(says), failed=not done)


def confirm_receipt(command: ConfirmReceipt, desk: Desk) -> Outcome:
    """The mother's tap; a second one does nothing more."""
    row = desk.tx.one(aid.OF_FAMILY, receipt_id=command.receipt_id, child_id=command.child_id)
    if row is None:
        return Outcome((("refused", {}),), failed=True)
    desk.tx.run(aid.RECEIVED, receipt_id=row.id, by_what="tap", by=desk.person.id, now=desk.now)
    return Outcome((("aid.thanks", {}),))


def count_back(command: CountBack, desk: Desk) -> Outcome:
    """What came back from a point; then the point adds up, or says what is missing."""
    point = _point(desk, command.point_id, command.posyandu_id)
    if point is None or not 0 <= command.back <= point.packages:
        return Outcome((("refused", {}),), failed=True)
    desk.tx.run(aid.COUNTED, point_id=command.point_id, count=command.back)
    rows = desk.tx.all(aid.POINTS_OF, distribution_id=point.distribution_id)
    mine = next(aid.tally_of(r) for r in rows if r.id == command.point_id)
    return Outcome((("aid.counted", _numbers(point.name, mine)),))


def show_distribution(command: ShowDistribution, desk: Desk) -> Outcome:
    """Point by point and together: out, received, back, missing. No family is named."""
    giving = desk.tx.one(aid.GIVING, distribution_id=command.distribution_id)
    if giving is None or giving.area != command.area:
        return Outcome((("refused", {}),), failed=True)
    rows = desk.tx.all(aid.POINTS_OF, distribution_id=command.distribution_id)
    tallies = [aid.tally_of(r) for r in rows]
    values: dict[str, Any] = {"goods": giving.goods, "giver": giving.giver, "on": giving.on}
    place, _ = _of_area(desk.tx, command)
    named = place is not None and desk.person.scope.reaches(place, HEALTH)
    values["rows"] = [
        _few(r.name, t) if t.few and not named else _numbers(r.name, t) for r, t in zip(rows, tallies, strict=True)
    ]
    says: list[Say] = [("aid.recap", values), _together(tallies, withheld=not named and not sums_hide(tallies))]
    if named:
        linked = aid.case_links(desk.tx, command.distribution_id)
        received = sum(r.state == "received" for r in linked)
        says += [("aid.linked", {"count": len(linked), "received": received})] if linked else []
    return Outcome(tuple(says))


def _few(name: str, tally: Tally) -> dict[str, Any]:
    """A point as an office reads it: whether packages are missing, not how many of a few families have come."""
    counted = tally.back is not None
    values = {"name": name, "out": tally.out, "field": "few" if counted else "few_open"}
    return {**values, "missing": tally.missing} if counted else values


def _together(tallies: list[Tally], *, withheld: bool = False) -> Say:
    """All points; what is back and missing of those that have counted, and what the others still hold."""
    counted = [t for t in tallies if t.back is not None]
    if withheld:
        out, missing = sum(t.out for t in tallies), sum(t.missing for t in counted)
        return ("aid.total_withheld", {"out": out, "missing": missing})
    left = sum(t.out - t.received for t in tallies if t.back is None)
    values = {
        "out": sum(t.out for t in tallies), "received": sum(t.received for t in tallies),
        "back": sum(t.back or 0 for t in counted), "missing": sum(t.missing for t in counted), "left": left,
    }  # fmt: skip
    return ("aid.total_so_far" if left else "aid.total", values)


def _numbers(name: str, tally: Tally) -> dict[str, Any]:
    counted = tally.back is not None
    return {
        "name": name, "out": tally.out, "received": tally.received, "back": tally.back or 0, "missing": tally.missing,
        "invited": tally.invited, "field": "counted" if counted else "open",
    }  # fmt: skip


def add_sponsorship(command: AddSponsorship, desk: Desk) -> Outcome:
    """Several givers a child are allowed; the weight at the start is kept for the group's mean only."""
    right = command.kind in SPONSOR_KINDS and command.what in SPONSORED
    if not right or command.until_on < command.from_on or command.rp_month < 0:
        return Outcome((("refused", {}),), failed=True)
    who = case_people.who(desk.tx, command.child_id)
    aid.family(desk.tx, who.posyandu_id, who.name, who.id, desk.now)
    giver = aid.sponsor_of(desk.tx, command.sponsor, command.kind, desk.person.id, desk.now)
    made = desk.tx.insert_once(
        sponsorship, sponsor_id=giver, child_id=who.id, area=who.area, what=command.what, goods=command.goods,
        rp_month=command.rp_month, from_on=command.from_on.isoformat(), until_on=command.until_on.isoformat(),
        grams_before=desk.tx.value(aid.GRAMS, child_id=who.id, until=command.from_on.isoformat()),
        by_person=desk.person.id, at=desk.now,
    )  # fmt: skip
    key = "aid.sponsored" if made is not None else "aid.sponsored_before"
    return Outcome(((key, {"child": case_people.named(who), "sponsor": command.sponsor}),))


def show_sponsors(command: ShowSponsors, desk: Desk) -> Outcome:
    """By giver: how many children, how much a month; a mean weight only of five or more. An office hears of 1 to 4 as
    fewer than five."""
    rows = aid.sponsors_in(desk.tx, command.area, desk.today)
    place, _ = _of_area(desk.tx, command)
    named = place is not None and desk.person.scope.reaches(place, HEALTH)
    for row in rows:
        few = not named and 0 < row["children"] < SMALLEST_GROUP
        row["field"] = "few" if few else "gain" if row["gain"] is not None else "plain"
    return Outcome((("aid.sponsors" if rows else "aid.no_sponsors", {"rows": rows}),))


def _point(desk: Desk, point_id: int, posyandu_id: int) -> Row | None:
    row = desk.tx.one(aid.POINT, point_id=point_id)
    return row if row is not None and row.posyandu_id == posyandu_id else None


HANDLERS = {
    MakeDistribution: Handler("make_distribution", _of_area, make_distribution),
    InviteFamilies: Handler("invite_families", of_posyandu, invite_families),
    TakeReceipts: Handler("invite_families", of_posyandu, take_receipts),
    ConfirmReceipt: Handler("own_child", of_child, confirm_receipt),
    CountBack: Handler("invite_families", of_posyandu, count_back),
    ShowDistribution: Handler("see_aid", _of_area, show_distribution),
    AddSponsorship: Handler("add_sponsorship", of_child, add_sponsorship),
    ShowSponsors: Handler("see_aid", _of_area, show_sponsors),
}
