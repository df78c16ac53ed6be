"""How an event stands: for who holds it, for its ushers and for its guests; the headcount; tickets and sheets."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.event_door import is_at_door, refused
from bot.handlers.events import actions, led, of_event
from bot.handlers.where import nowhere
from posyandu.access import HEALTH
from posyandu.commands.events import EventSheet, ShowEvent, ShowHeadcount, ShowTicket
from posyandu.events import COMING, EARLY_MS, NOT, SILENT, STAND_IN, WAITING, WALK_IN
from posyandu.queries_aid import Tally, sums_hide
from storage import aid, book, event_after, events, guests, sheet_jobs
from storage.events import facts
from storage.sql import Row, Sql
from storage.tables import incoming

ADDRESS = Sql(select(incoming.c.address_id).where(incoming.c.id == bindparam("incoming_id")))
SHEETS = (
    "hadir", "hadir_pdf", "tidak_hadir", "terima", "terima_pdf", "komitmen", "notulen_pdf", "kesan", "nilai",
)  # fmt: skip
MOST_ROWS = 12
MOST_COUNTED = 40  # every kabupaten and kota of a province


def show(command: ShowEvent, desk: Desk) -> Outcome:
    """Each as far as it is hers."""
    row = events.load(desk.tx, command.event_id)
    if row is None:
        return refused(desk, command.event_id)
    if events.holds(desk.tx, row, desk.person.scope):
        return _for_holder(row, desk)
    mine = desk.tx.one(guests.OF_PERSON, event_id=row.id, person_id=desk.person.id)
    usher = is_at_door(row, desk)
    if mine is None and not usher:
        return refused(desk, command.event_id)
    values = {**facts(row), "code": mine.code if mine else "", "name": mine.name if mine else ""}
    says: list[Say] = [("acara.card", values)]
    verbs: list[str] = []
    if row.state == "cancelled":
        return Outcome((("acara.cancelled_card", {**facts(row), "reason": row.reason}),))
    if usher:
        verbs += ["absen", "kata", "jumlah"]
    if mine is not None:
        says.append((f"acara.yours_{'came' if mine.came else mine.state}", {**values, "stand_in": mine.stand_in}))
        verbs += _guest_verbs(row, mine, desk)
    return Outcome((("lines", {"rows": says}),), actions=actions(row.id, *verbs))


def _guest_verbs(row: Row, mine: Row, desk: Desk) -> list[str]:
    """What a guest can do now."""
    if mine.came:
        owed = [f"terima:{r.goods_id}" for r in desk.tx.all(event_after.UNCONFIRMED, whose=mine.id)]
        return [*owed[:1], "materi", "sertifikat", "kesan"]
    if row.ends_at <= desk.now:
        return []
    if mine.state == WALK_IN:  # the usher decides: there is nothing to answer
        return ["kode"]
    seated = mine.state in (COMING, STAND_IN)
    now_there = row.starts_at - 3600_000 <= desk.now
    first = ["masuk"] if now_there else []
    return [*first, "kode", "tidak"] if seated else [*first, "hadir", "tidak", "diwakili"]


def _for_holder(row: Row, desk: Desk) -> Outcome:
    tx, said = desk.tx, events.answers(desk.tx, row.id)
    came = sum(r.n for r in tx.all(guests.COUNT, event_id=row.id))
    counts = {
        "invited": sum(n for state, n in said.items() if state != WALK_IN), "yes": said.get(COMING, 0),
        "stand_in": said.get(STAND_IN, 0), "no": said.get(NOT, 0), "silent": said.get(SILENT, 0),
        "waiting": said.get(WAITING, 0), "came": came, "state": row.state,
    }  # fmt: skip
    stands = "acara.stands_draft" if row.state == "draft" else "acara.stands"
    says: list[Say] = [("acara.card", facts(row)), (stands, counts)]
    seats = [s for s in events.shares(tx, row.id) if s.seats]
    if seats:
        taken = {r.id: r.taken for r in tx.all(events.SHARES, event_id=row.id)}
        rows = [
            {"name": s.label, "taken": taken[s.id], "seats": s.seats, "field": "some" if s.label else "whole"}
            for s in seats[:MOST_ROWS]
        ]
        says.append(("acara.seats", {"rows": rows}))
    if packages := _packages(row, desk):
        says.append(("acara.packages", {"rows": packages}))
    if earlier := tx.all(event_after.EARLIER, event_id=row.id):
        says.append(("acara.earlier_promises", {"count": len(earlier), "rows": _promises(earlier)}))
    verbs = _holder_verbs(row, desk)
    if (mine := tx.one(guests.OF_PERSON, event_id=row.id, person_id=desk.person.id)) is not None:
        says.append(
            (f"acara.yours_{'came' if mine.came else mine.state}", {"code": mine.code, "stand_in": mine.stand_in})
        )
        verbs = [*[v for v in _guest_verbs(row, mine, desk) if v != "diwakili"][:2], *verbs]
    return Outcome((("lines", {"rows": says}),), actions=actions(row.id, *verbs))


def _packages(row: Row, desk: Desk) -> list[dict[str, Any]]:
    """The goods of a social action; how many were received, where that tells nobody of a few families."""
    by_goods: dict[str, list[Tally]] = defaultdict(list)
    for point in desk.tx.all(aid.POINTS_OF_EVENT, event_id=row.id):
        by_goods[point.goods].append(aid.tally_of(point))
    named = desk.person.scope.roles & HEALTH
    return [
        {
            "goods": goods,
            "out": sum(t.out for t in tallies),
            "received": sum(t.received for t in tallies),
            "field": "told" if named or sums_hide(tallies) else "few",
        }
        for goods, tallies in by_goods.items()
    ]


def _holder_verbs(row: Row, desk: Desk) -> list[str]:
    if row.state == "cancelled":
        return []
    if row.state == "draft":
        return ["undang", "ubah", "batalkan"]
    if row.ends_at <= desk.now:
        return ["jumlah", "absen", "berkas", "setelah", "bacakesan"]
    return ["absen", "jumlah", "kata", "petugas", "berkas", "setelah", "ubah", "batalkan"]


def _promises(rows: list[Row]) -> list[dict[str, Any]]:
    return [{"who": r.who, "what": r.what, "due": r.due, "theme": r.theme} for r in rows[:5]]


def headcount(command: ShowHeadcount, desk: Desk) -> Outcome:
    """One look at the book: by area, role and hour; who was expected and is not there, who came for whom."""
    row = events.load(desk.tx, command.event_id)
    if not is_at_door(row, desk):
        return refused(desk, command.event_id)
    assert row is not None
    if desk.now < row.starts_at - EARLY_MS:
        return _expected(row, desk)
    counted = count(desk.tx.all(guests.COUNT, event_id=row.id), desk.tx.all(guests.REGIONS, event_id=row.id))
    key = "acara.headcount" if row.ends_at <= desk.now else "acara.headcount_now"
    says: list[Say] = [(key, {**facts(row), **counted["whole"]})]
    for part in ("regions", "roles", "hours"):
        if len(counted[part]) > (part == "regions"):
            says.append((f"acara.by_{part}", {"rows": counted[part][:MOST_COUNTED]}))
        if len(counted[part]) > MOST_COUNTED:
            says.append(("acara.by_more", {"count": len(counted[part]) - MOST_COUNTED}))
    if counted["for_whom"]:
        rows = [{"name": r.name, "other": r.stand_in} for r in desk.tx.all(guests.CAME_FOR, event_id=row.id)]
        key = "acara.stand_ins_came" if counted["for_whom"] <= len(rows) else "acara.stand_ins_came_more"
        says.append((key, {"count": counted["for_whom"], "rows": rows}))
    verbs = ("jumlah", "berkas") if events.holds(desk.tx, row, desk.person.scope) else ("jumlah",)
    return Outcome((("lines", {"rows": says}),), actions=actions(row.id, *verbs))


def _expected(row: Row, desk: Desk) -> Outcome:
    """Before the day: who will come, from where."""
    names = {r.region: r.name for r in desk.tx.all(guests.REGIONS, event_id=row.id)}
    said: dict[str | None, Counter[str]] = {}
    rows: list[dict[str, Any]]
    for one in desk.tx.all(guests.ANSWERED, event_id=row.id):
        said.setdefault(one.region, Counter())[one.state] += one.n
    rows = [
        {"name": names.get(region) or "-", "yes": n[COMING] + n[STAND_IN], "no": n[NOT], "silent": n[SILENT],
         "waiting": n[WAITING]}
        for region, n in said.items()
    ]  # fmt: skip
    rows.sort(key=lambda r: (-r["yes"], r["name"]))
    whole = {key: sum(r[key] for r in rows) for key in ("yes", "no", "silent", "waiting")}
    says: list[Say] = [("acara.expected", {**facts(row), **whole})]
    if len(rows) > 1:
        says.append(("acara.expected_regions", {"rows": rows[:MOST_COUNTED]}))
    if len(rows) > MOST_COUNTED:
        says.append(("acara.by_more_silent", {"count": len(rows) - MOST_COUNTED}))
    return Outcome((("lines", {"rows": says}),), actions=actions(row.id, "jumlah"))


def count(rows: list[Row], regions: list[Row]) -> dict[str, Any]:
    """The headcount from the book's groups. Nobody is in two of them: a guest has one row."""
    by_region, by_role, by_hour = Counter[str](), Counter[str](), Counter[int]()
    walked = for_whom = 0
    for row in rows:
        walked += row.n if row.state == WALK_IN else 0
        for_whom += row.n if row.state == STAND_IN else 0
        by_region[row.region or ""] += row.n
        by_role[row.role or WALK_IN] += row.n
        by_hour[-1 if row.hour is None else row.hour] += row.n
    invited = {r.region or "": (r.name or "", r.invited) for r in regions}
    total = sum(by_region.values())
    areas = [
        {"name": invited.get(code, ("", 0))[0] or "-", "count": n, "invited": invited.get(code, ("", 0))[1]}
        for code, n in sorted(by_region.items(), key=lambda p: (-p[1], p[0])) if code
    ]  # fmt: skip
    areas += [
        {"name": name or "-", "count": 0, "invited": n} for code, (name, n) in invited.items() if code not in by_region
    ]
    return {
        "whole": {
            "total": total, "walk_ins": walked, "invited": sum(n for _, n in invited.values()),
            "missing": sum(n for _, n in invited.values()) - (total - walked),
        },
        "regions": areas,
        "roles": [{"role": role, "count": n} for role, n in by_role.most_common()],
        "hours": [
            {"hour": h, "count": by_hour[h], "field": "unknown" if h < 0 else "known"} for h in sorted(by_hour)
        ],
        "for_whom": for_whom,
    }  # fmt: skip


def ticket(command: ShowTicket, desk: Desk) -> Outcome:
    """Her code in large letters with its QR code."""
    row = events.load(desk.tx, command.event_id)
    mine = desk.tx.one(guests.OF_PERSON, event_id=command.event_id, person_id=desk.person.id)
    if row is None or mine is None:
        return Outcome((("acara.not_invited", {}),), failed=True)
    media = {"kind": "acara_kode", "invitation": mine.id}
    return Outcome((("acara.ticket", {**facts(row), "code": mine.code}),), media=media)


def sheet(command: EventSheet, desk: Desk) -> Outcome:
    """Made by a process of its own; the document follows in a message of its own."""
    row = events.load(desk.tx, command.event_id)
    if row is None or command.which not in SHEETS:
        return Outcome((("refused", {}),), failed=True)
    args = {"event": row.id, "which": command.which}
    address = desk.tx.value(ADDRESS, incoming_id=desk.incoming_id) if desk.incoming_id is not None else None
    sheet_jobs.put(
        desk.tx, "acara", args, desk.now, person_id=desk.person.id, address_id=address, incoming_id=desk.incoming_id
    )
    book.note(desk.tx, desk.now, desk.person.id, f"event_sheet:{command.which}", f"event:{row.id}", json.dumps(args))
    return Outcome((("acara.making", {"which": command.which}),))


HANDLERS = {
    ShowEvent: Handler("own_event", nowhere, show),
    ShowHeadcount: Handler("own_event", nowhere, headcount),
    ShowTicket: Handler("own_event", nowhere, ticket),
    EventSheet: Handler("hold_event", of_event, led(sheet)),
}
