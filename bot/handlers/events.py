"""An event: made, changed, called off, invited to, answered. The invitation itself goes out as a siaran."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.siaran import institution, office, verb_for
from bot.handlers.where import of_place
from bot.locales import catalogue
from posyandu.access import may
from posyandu.calendar import instant
from posyandu.commands.events import (
    AddUsher,
    CancelEvent,
    ChangeEvent,
    CreateEvent,
    InviteGuests,
    InviteShare,
)
from posyandu.events import KINDS, MOST_DAYS, WHO, Share
from posyandu.people import Place
from posyandu.siaran import LONGEST, SENDERS, TO_FAMILIES, Audience, may_reach
from storage import book, events, guests, people, siaran
from storage.events import facts
from storage.sql import Row, Sql, among
from storage.store import Tx
from storage.tables import area, event_usher, membership, posyandu, puskesmas

LEVEL = Sql(select(area.c.level, area.c.name, area.c.zone).where(area.c.code == bindparam("code")))
POSYANDU = Sql(select(posyandu.c.name, posyandu.c.zone).where(posyandu.c.id == bindparam("posyandu_id")))
PUSKESMAS = Sql(
    select(puskesmas.c.name, area.c.zone)
    .join(area, area.c.code == puskesmas.c.area)
    .where(puskesmas.c.id == bindparam("puskesmas_id"))
)
# Who may invite for an area: the offices whose post is that area itself.
OFFICES_OF = Sql(
    select(membership.c.person_id)
    .where(
        membership.c.area == bindparam("code"), membership.c.until_at.is_(None),
        among(membership.c.role, "tp_pkk", "tp_posyandu", "puskesmas", "bidan"),
    )
    .distinct()
    .order_by(membership.c.person_id)
)  # fmt: skip
DAY_MS = 24 * 3600_000
PREFIX = {"provinsi": "", "kabkota": "", "kecamatan": "Kec. ", "desa": "Desa ", "rw": ""}


def of_event(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The place of the event it names."""
    row = events.load(tx, command.event_id)
    return (Place("none") if row is None else events.place_of(tx, row)), None


def led(do: Callable[[Any, Desk], Outcome]) -> Callable[[Any, Desk], Outcome]:
    """Nobody steers what somebody else holds, but those who lead the place."""

    def work(command: Any, desk: Desk) -> Outcome:
        row = events.load(desk.tx, command.event_id)
        if row is None or not events.holds(desk.tx, row, desk.person.scope):
            book.note(desk.tx, desk.now, desk.person.id, "refused:lead_event", f"event:{command.event_id}")
            return Outcome((("refused", {}),), failed=True)
        return do(command, desk)

    return work


def of_share(tx: Tx, command: InviteShare) -> tuple[Place | None, int | None]:
    """The area whose guests are to be invited."""
    row = tx.one(events.SHARE, share_id=command.share_id)
    if row is None or row.event_id != command.event_id or row.area is None:
        return Place("none"), None
    return Place(row.area), None


def _home(tx: Tx, command: CreateEvent) -> tuple[str, str, str]:
    """Level, name and zone of the place whose event it is."""
    if command.posyandu_id is not None:
        row = tx.one(POSYANDU, posyandu_id=command.posyandu_id)
        return ("posyandu", row.name, row.zone) if row is not None else ("posyandu", "", "")
    if command.puskesmas_id is not None:
        row = tx.one(PUSKESMAS, puskesmas_id=command.puskesmas_id)
        return ("puskesmas", row.name, row.zone) if row is not None else ("puskesmas", "", "")
    row = tx.one(LEVEL, code=command.area)
    if row is None:
        return "pusat", "", ""
    return row.level, f"{PREFIX.get(row.level, '')}{row.name}", row.zone


def create(command: CreateEvent, desk: Desk) -> Outcome:
    """Kept as a draft; nobody hears of it before it is invited to."""
    roles = WHO.get(command.who, ())
    named = tuple(dict.fromkeys(r for share in command.shares for r in share[2]))
    whole = bool(command.shares) and all(share[2] for share in command.shares)
    roles = named if whole else roles
    audience = Audience(roles, command.area, command.puskesmas_id, command.posyandu_id)
    right = command.kind in KINDS and may_reach(desk.person.scope, roles)
    if not right or not 0 <= command.opens < command.closes <= 24 * 60 or command.on < desk.today:
        return Outcome((("acara.not_possible", {}),), failed=True)
    until = command.until or command.on
    if not command.on <= until < command.on + timedelta(days=MOST_DAYS):
        return Outcome((("acara.not_possible", {}),), failed=True)
    level, label, zone = _home(desk.tx, command)
    zone = zone or desk.person.zone
    allowed = TO_FAMILIES if audience.families else SENDERS
    place, _ = of_place(desk.tx, command)
    post = next(p for p in desk.person.scope.posts if p.role in allowed and place is not None and p.covers(place))
    by = office(desk.tx, post)
    # A demo is told and shown: there the codes and words of an event are the same every time.
    known = {"secret": hashlib.sha256(command.theme.encode()).hexdigest()[:16]} if desk.demo else {}
    made = events.make(
        desk.tx, [Share(*share) for share in command.shares], kind=command.kind, theme=command.theme, level=level,
        area=command.area, puskesmas_id=command.puskesmas_id, posyandu_id=command.posyandu_id, label=label,
        venue=command.venue, lat_e6=command.pin[0] if command.pin else None,
        lon_e6=command.pin[1] if command.pin else None, on=command.on.isoformat(), opens=command.opens,
        closes=command.closes, zone=zone, starts_at=instant(command.on, command.opens, zone),
        ends_at=instant(until, command.closes, zone), audience=audience.dump(), below=int(command.below),
        ask_site=int(command.ask_site), sender=f"{desk.person.name}, {by}", office=institution(desk.tx, post),
        by_person=desk.person.id,
        address_id=desk.address_id, at=desk.now, **known,
    )  # fmt: skip
    row = events.load(desk.tx, made)
    return Outcome((("acara.made", facts(row)),), actions=actions(made, "undang", "ubah", "batalkan"))


def actions(event_id: int, *verbs: str) -> tuple[tuple[str, str], ...]:
    """Buttons about one event."""
    return tuple((f"!acara:{event_id}:{verb}", f"actions.acara_{verb.partition(':')[0]}") for verb in verbs)


def _text(row: Row, key: str, **more: Any) -> str:
    """The words of a siaran about it, as everybody reads them."""
    return catalogue("id").say(events.worded(row, key), **{**facts(row), **more})[:LONGEST]


def _label(row: Row, key: str, where: str = "") -> str:
    """For whom it is, as its sender reads it."""
    return catalogue("id").say(key, theme=row.theme, where=where)


def invite(command: InviteGuests, desk: Desk) -> Outcome:
    """Draft the siaran of the invitation, or hand each area's share to its own office."""
    row = events.load(desk.tx, command.event_id)
    if row is None or row.state == "cancelled" or row.ends_at <= desk.now:
        return over()
    if row.below:
        return _below(row, desk)
    return _draft(row, Audience.load(row.audience), row.label, desk)


def _draft(row: Row, audience: Audience, label: str, desk: Desk) -> Outcome:
    if not may(desk.person.scope, verb_for(audience), events.place_of(desk.tx, audience)):
        return Outcome((("refused", {}),), failed=True)
    desk.tx.run(events.SET["state"], event_id=row.id, before="draft", after="open", why="")
    text, where = _text(row, "acara.invitation"), _label(row, "acara.for_invite", label)
    number = events.announce(
        desk.tx, row, "invite", text, audience.dump(), where, desk.now,
        by_person=desk.person.id, address_id=desk.address_id,
    )  # fmt: skip
    return Outcome((("acara.counting", {**facts(row), "siaran": number}),))


def _below(row: Row, desk: Desk) -> Outcome:
    """Each area's office is told of its share, with the button to invite; areas without one are named."""
    desk.tx.run(events.SET["state"], event_id=row.id, before="draft", after="open", why="")
    asked, alone, own = list[str](), list[str](), list[tuple[str, str]]()
    for share in events.shares(desk.tx, row.id):
        who = [r.person_id for r in desk.tx.all(OFFICES_OF, code=share.area)] if share.area else []
        for person_id in who:
            desk.tell(
                person_id, "alert",
                ("acara.your_share", {**facts(row), "seats": share.seats or 0, "area": share.label}),
                once=f"jatah:{row.id}:{share.id}:{person_id}",
                extra={"actions": [(f"!acara:{row.id}:jatah:{share.id}", "actions.acara_jatah")]},
            )  # fmt: skip
        (asked if who else alone).append(share.label or row.label)
        if not who and share.area:
            own.append((f"!acara:{row.id}:jatah:{share.id}", "actions.acara_jatah"))
    says: list[Say] = [("acara.shared", {"count": len(asked), "names": ", ".join(asked[:10])})] if asked else []
    if alone:
        says.append(("acara.no_office", {"names": ", ".join(alone[:10])}))
    return Outcome(tuple(says), actions=tuple(own[:1]))


def invite_share(command: InviteShare, desk: Desk) -> Outcome:
    """The guests of one area, invited by its own office."""
    row, share = events.load(desk.tx, command.event_id), desk.tx.one(events.SHARE, share_id=command.share_id)
    if row is None or share is None or row.state != "open" or row.ends_at <= desk.now:
        return over()
    one = Audience.load(row.audience)
    roles = tuple(share.roles.split()) or one.roles
    return _draft(row, Audience(roles, area=share.area), share.label, desk)


def change(command: ChangeEvent, desk: Desk) -> Outcome:
    """Written anew; who was told of it hears what is different now."""
    tx, row = desk.tx, events.load(desk.tx, command.event_id)
    if row is None or row.state == "cancelled" or row.ends_at <= desk.now:
        return over()
    on, opens, closes, until = command.when or (None, row.opens, row.closes, None)
    day = on.isoformat() if on else row.on
    starts = instant(on, opens, row.zone) if on else row.starts_at
    ends = instant(until, closes, row.zone) if until else row.ends_at
    if ends <= desk.now:
        return Outcome((("acara.not_possible", {}),), failed=True)
    lat, lon = command.pin or ((None, None) if command.venue else (row.lat_e6, row.lon_e6))
    tx.run(
        events.SET["details"], event_id=row.id, new_theme=command.theme or row.theme,
        new_venue=command.venue or row.venue, lat=lat, lon=lon, day=day, opens_at=opens, closes_at=closes,
        starts=starts, ends=ends, reminded=None if starts - desk.now > 2 * DAY_MS else desk.now,
    )  # fmt: skip
    changed = events.load(tx, row.id)
    assert changed is not None
    if not events.was_told(tx, row.id):
        return Outcome((("acara.changed_quietly", facts(changed)),), actions=actions(row.id, "undang", "ubah"))
    _tell_the_told(changed, "change", _text(changed, "acara.changed"), desk)
    return Outcome((("acara.changed_told", facts(changed)),))


def cancel(command: CancelEvent, desk: Desk) -> Outcome:
    """Invitations under way are stopped at once; exactly those who were told hear that it is off."""
    tx, row = desk.tx, events.load(desk.tx, command.event_id)
    if row is None or row.ends_at <= desk.now or row.state == "cancelled":
        return over()
    tx.run(events.SET["state"], event_id=row.id, before=row.state, after="cancelled", why=command.reason)
    for which in tx.all(events.BROADCASTS, event_id=row.id):
        _stop(desk, which.id)
    if not events.was_told(tx, row.id):
        return Outcome((("acara.cancelled_quietly", facts(row)),))
    text = _text(row, "acara.cancelled", reason=command.reason)
    _tell_the_told(row, "cancel", text, desk)
    return Outcome((("acara.cancelled_told", facts(row)),))


def _stop(desk: Desk, number: int) -> None:
    """Nothing more of this siaran leaves from here on, however far it was."""
    one = siaran.load(desk.tx, number)
    if one is None or one.state in ("done", "stopped", "dropped"):
        return
    waits = one.state in ("draft", "planned", "waiting")
    siaran.turn(desk.tx, one, one.state, "dropped" if waits else "stopping", "stop")
    moved = siaran.load(desk.tx, number)
    while moved is not None and siaran.move_some(desk.tx, moved, desk.now):
        pass


def _tell_the_told(row: Row, purpose: str, text: str, desk: Desk) -> None:
    """Agreed to once, with the invitation: what must be said to its guests now is not held up by a plan."""
    audience = events.told(row.id, (), row)
    events.announce(
        desk.tx, row, purpose, text, audience, _label(row, "acara.for_told"), desk.now, state="putting",
        by_person=desk.person.id, address_id=desk.address_id,
    )  # fmt: skip


def add_usher(command: AddUsher, desk: Desk) -> Outcome:
    """She may check guests in, at this event alone; she hears how."""
    row = events.load(desk.tx, command.event_id)
    who = people.load(desk.tx, command.person_id, desk.now)
    if row is None or who is None or row.state == "cancelled":
        return over()
    invited = desk.tx.one(guests.OF_PERSON, event_id=row.id, person_id=who.id) is not None
    if not invited and not any(
        may(desk.person.scope, "hold_event", events.place_of(desk.tx, p)) for p in who.scope.posts
    ):
        return Outcome((("acara.usher_not_invited", {}),), failed=True)
    desk.tx.insert_once(event_usher, event_id=row.id, person_id=who.id, at=desk.now)
    desk.tell(
        who.id, "alert", ("acara.you_are_usher", facts(row)), once=f"petugas:{row.id}:{who.id}",
        extra={"actions": list(actions(row.id, "absen"))},
    )  # fmt: skip
    return Outcome((("acara.usher_added", {"name": who.name, **facts(row)}),))


def over() -> Outcome:
    return Outcome((("acara.over", {}),), failed=True)


HANDLERS = {
    CreateEvent: Handler("hold_event", of_place, create),
    ChangeEvent: Handler("hold_event", of_event, led(change)),
    CancelEvent: Handler("hold_event", of_event, led(cancel)),
    InviteGuests: Handler("hold_event", of_event, led(invite)),
    InviteShare: Handler("hold_event", of_share, invite_share),
    AddUsher: Handler("hold_event", of_event, led(add_usher)),
}
