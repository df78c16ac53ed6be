"""What is asked of a case's owner: once a day, in the message that also tells of the posyandu (the digest). Only an
urgent case that came late in the day does not wait for it: it is asked about the next morning, and whatever else the
owner would be asked that day is asked with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from posyandu import cases as rules
from posyandu.calendar import DIGEST, HOURS, instant, local
from storage import case_people, cases, outbox
from storage.case_claims import claimed
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import person

NAME = Sql(select(person.c.name).where(person.c.id == bindparam("person_id")))
MOST_ROWS = 12
ByOwner = defaultdict[int, list[tuple[str, Row, Row]]]


@dataclass(frozen=True)
class Asked:
    """What one owner is asked: the words, the buttons, and what the rest of a message must know."""

    says: tuple[tuple[str, dict[str, Any]], ...]
    actions: tuple[tuple[str, str], ...]
    items: int
    urgent: bool
    child_id: int | None  # the only one it is about
    posyandu: str
    zone: str


def urgent(tx: Tx, now: int) -> int:
    """The questions that do not wait for the day's digest, with the owner's others of the day: one message an owner."""
    late = claimed(tx, "ask_at", now, mine=lambda case, who: not rules.in_digest(case.priority, case.ask_at, who.zone))
    by_owner, put = _sorted_out(tx, late, now)
    zones = {owner: some[0][2].zone for owner, some in by_owner.items()}
    for zone in sorted(set(zones.values())):
        digest = instant(local(now, zone).date(), DIGEST, zone)
        others = _of_the_day(tx, now, digest, {owner for owner, where in zones.items() if where == zone}, zone)
        _sorted_out(tx, others, now, by_owner, as_at=digest)
    for owner, some in by_owner.items():
        put += outbox.put(tx, message(owner, _asked(some)), now) is not None
    return put


def _of_the_day(tx: Tx, now: int, digest: int, owners: set[int], zone: str) -> list[tuple[Row, Row]]:
    """What these owners would be asked in today's digest; what is to be raised a level stays there."""
    if digest <= now:
        return []

    def theirs(case: Row, who: Row) -> bool:
        return who.zone == zone and not rules.to_raise(case.help_at, case.raised_at, digest)

    return claimed(tx, "ask_at", now, now - digest, theirs, owners=owners)


def for_digest(tx: Tx, now: int, zone: str) -> tuple[dict[int, Asked], int]:
    """What the digest of today asks each owner of the zone, and how much was written besides."""
    return _asks(tx, now, lambda case, who: who.zone == zone and rules.in_digest(case.priority, case.ask_at, who.zone))


def message(owner: int, one: Asked, once: str | None = None, **more: Any) -> outbox.Message:
    """The owner's message; `more`: what is said besides, as `says`, with its `items`."""
    return outbox.Message(
        "alert" if one.urgent else "reminder",
        (*more.get("says", ()), *one.says),
        person_id=owner,
        child_id=one.child_id,
        once=once,
        group=more.get("group", "kasus"),
        template="digest_staff",
        extra={
            "actions": [list(a) for a in one.actions],
            "hours": [one.zone, *HOURS],
            "template": {"area": one.posyandu, "count": str(one.items + more.get("items", 0))},
        },
    )


def _asks(tx: Tx, now: int, mine: Callable[[Row, Row], bool]) -> tuple[dict[int, Asked], int]:
    """What is new, what waits for the owner's word, where she may want help; what she left open goes a level up."""
    by_owner, put = _sorted_out(tx, claimed(tx, "ask_at", now, mine=mine), now)
    return {owner: _asked(some) for owner, some in by_owner.items()}, put


def _sorted_out(
    tx: Tx, found: list[tuple[Row, Row]], now: int, by_owner: ByOwner | None = None, as_at: int | None = None
) -> tuple[ByOwner, int]:
    """Each case to its owner, with what is asked of it; how much was written besides. `as_at`: the hour by whose clock
    it is judged, where it is asked early."""
    by_owner = defaultdict(list) if by_owner is None else by_owner
    put = 0
    for case, who in found:
        owner = case_people.kept_owner(tx, who, case, now)
        kind = _kind(case, as_at or now)
        if kind == "raised":
            put += _raise(tx, case, who, now)
        elif owner is not None:
            by_owner[owner].append((kind, case, who))
        _ask_again(tx, case, who, kind, owner, now)
    return by_owner, put


def _kind(case: Row, now: int) -> str:
    if rules.to_raise(case.help_at, case.raised_at, now):
        return "raised"
    if case.noted_at is None and case.priority != "segera":
        return "new"
    if rules.is_silent(case.asked_at, now) and case.help_at is None:
        return "help"
    if case.lost_at is not None and case.step == "":
        return "lost"
    if case.step == rules.PMT_STEP:
        return "pmt"
    return "better" if case.clear_on is not None else "ask"


def _ask_again(tx: Tx, case: Row, who: Row, kind: str, owner: int | None, now: int) -> None:
    """When it comes up next: told of today, asked in two days; asked today, again tomorrow; with help, in a week."""
    values: dict[str, Any] = {"owner_id": owner}
    days = 1
    if kind == "new":
        values["noted_at"], days = now, rules.FIRST_ASK_DAYS
    elif kind == "raised":
        values["raised_at"], days = now, 7
        cases.note(tx, case, "perlu_bantuan", now, None, {})
    else:
        values["asked_at"] = case.asked_at or now
        if kind == "help":
            values["help_at"] = now
        elif case.raised_at is not None:
            days = 7
    cases.change(tx, case.id, ask_at=rules.next_digest(now, who.zone, days), **values)


def _raise(tx: Tx, case: Row, who: Row, now: int) -> int:
    """Nobody has answered: the next level hears that help is wanted."""
    name = tx.value(NAME, person_id=case.owner_id) if case.owner_id is not None else None
    # Days of the calendar: a message goes out some milliseconds later on one day than on another.
    days = 0 if case.asked_at is None else (local(now, who.zone).date() - local(case.asked_at, who.zone).date()).days
    values = {"child": case_people.named(who), "code": who.code, "posyandu": who.posyandu}
    says = (("kasus.help_needed", {**values, "owner": name or "-", "days": days}),)
    extra = {"actions": [[f"!kasus:{case.id}", "actions.kasus"]], "template": case_people.values(who)}
    put = 0
    for person_id in case_people.coordinators(tx, who, now):
        if person_id != case.owner_id:
            message = outbox.Message(
                "alert", says, person_id=person_id, child_id=who.id, template="case_staff", extra=extra
            )
            put += outbox.put(tx, message, now) is not None
    return put


def _asked(asked: list[tuple[str, Row, Row]]) -> Asked:
    order = ("help", "lost", "ask", "pmt", "better", "new")
    asked.sort(key=lambda row: (row[1].priority != "segera", order.index(row[0])))
    rows = [
        {
            "field": kind,
            "child": case_people.named(who),
            "code": who.code,
            "posyandu": who.posyandu,
            "urgent": "segera" if case.priority == "segera" else "minggu_ini",
            "pmt": case.pmt_until or "",
            "on": local(case.opened_at, who.zone).date().isoformat(),
        }
        for kind, case, who in asked
    ]
    says: list[tuple[str, dict[str, Any]]] = [("kasus.digest", {"count": len(rows), "rows": rows[:MOST_ROWS]})]
    if len(rows) > MOST_ROWS:
        says.append(("kasus.digest_more", {"count": len(rows) - MOST_ROWS}))
    waiting = [case for kind, case, _ in asked if kind != "new"]
    button = "!kasus:" + ":".join(str(c.id) for c in waiting[:6]) if waiting else "!kasus_daftar"
    actions = [(button, "actions.kasus_answer" if waiting else "actions.kasus_list")]
    help_for = next((case for kind, case, _ in asked if kind == "help"), None)
    if help_for is not None:
        says.append(("kasus.help", {}))
        actions.append((f"!kasus_bantu:{help_for.child_id}", "actions.kasus_help"))
    first = asked[0][2]
    return Asked(
        tuple(says),
        tuple(actions),
        len(rows),
        any(case.priority == "segera" for _, case, _ in asked),
        first.id if len(asked) == 1 else None,
        first.posyandu,
        first.zone,
    )
