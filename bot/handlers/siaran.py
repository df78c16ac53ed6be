"""A siaran: written, agreed to, steered. What it has become is shown in bot.handlers.siaran_proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, or_, select

from bot.handlers.desk import Desk, Handler, Outcome
from bot.handlers.siaran_label import AREA, POSYANDU, PUSKESMAS_NAME, label
from bot.handlers.where import PUSKESMAS
from bot.locales import catalogue
from posyandu.access import may
from posyandu.commands.siaran import AnswerRequest, DraftBroadcast, SendBroadcast, SteerBroadcast, TryBroadcast
from posyandu.people import Place, Post
from posyandu.siaran import (
    SENDERS,
    TO_FAMILIES,
    Audience,
    Figures,
    filled,
    level_named,
    may_reach,
    plan,
)
from storage import book, inbox, jobs, joining, people, siaran, siaran_guests
from storage.people import place_of_posyandu
from storage.sql import Row, Sql
from storage.store import Tx
from storage.tables import broadcast, incoming, membership

MOST_SECONDS = 5  # how many others are asked for the second yes
FILE = Sql(select(incoming.c.file).where(incoming.c.id == bindparam("row_id")))
OTHERS = Sql(
    select(membership.c.person_id)
    .where(
        or_(*(membership.c.role == r.value for r in sorted(SENDERS))),
        membership.c.person_id != bindparam("besides"),
        or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    )
    .order_by(membership.c.id)
)


def place_of(tx: Tx, one: Audience) -> Place:
    """Where a siaran belongs, for the access check."""
    if one.posyandu_id is not None:
        return place_of_posyandu(tx, one.posyandu_id) or Place("none")
    if one.puskesmas_id is not None:
        return Place(tx.value(PUSKESMAS, puskesmas_id=one.puskesmas_id) or "none", None, one.puskesmas_id)
    return Place(one.area if one.area is not None else "none")


def of_draft(tx: Tx, command: DraftBroadcast) -> tuple[Place | None, int | None]:
    return place_of(tx, command.audience), None


def of_number(tx: Tx, command: Any) -> tuple[Place | None, int | None]:
    """The place of the siaran it names."""
    row = siaran.load(tx, command.number)
    return (Place("none") if row is None else place_of(tx, Audience.load(row.audience))), None


def draft(command: DraftBroadcast, desk: Desk) -> Outcome:
    """Kept as a draft; its plan is reckoned beside the talk and comes with the buttons."""
    one, tx = command.audience, desk.tx
    if not may_reach(desk.person.scope, one.roles) or (one.families and command.service is None):
        return Outcome((("siaran.not_to_them", {}),), failed=True)
    says: list[tuple[str, dict[str, Any]]] = []
    if command.guests:
        found = siaran_guests.read(tx, command.guests, desk.person.scope, desk.now, desk.today.isoformat())
        for key, names in (("siaran.not_found", found.nobody), ("siaran.too_many", found.many)):
            if names:
                says.append((key, {"count": len(names), "rows": names[:10]}))
        if found.unclear:
            return Outcome(tuple(says), follow=("siaran_which", _to_ask(command, found)))
        if not found.people:
            return Outcome(tuple(says), failed=True)
        one = replace(one, people=tuple(found.people))
    file = json.loads(tx.value(FILE, row_id=command.incoming_id) or "{}") if command.incoming_id else {}
    data = tx.value(inbox.DATA, row_id=command.incoming_id) if command.incoming_id else None
    words = catalogue("id")
    text, where = command.text, command.label
    if one.area is not None:
        row = tx.one(AREA, code=one.area)
        where = level_named(row.level, row.name, one.area) if row else where
    if command.service is not None:
        text = words.say(f"siaran.service_text.{command.service}", detail=command.text, place=command.label)
    made = tx.insert(
        broadcast, by_person=desk.person.id, address_id=desk.address_id, sender=signed(desk, one),
        office=office(tx, post_for(desk, one)),
        audience=one.dump(), label=label(tx, one, where), text=text, service=command.service, data=data or None,
        filename=(file.get("filename") or "gambar.jpg") if data else None,
        mime=(file.get("mime") or "image/jpeg") if data else None, at=desk.now,
    )  # fmt: skip
    jobs.ask(tx, jobs.SIARAN, made)
    says.append(("siaran.counting", {"number": made, "label": label(tx, one, where)}))
    return Outcome(tuple(says))


def _to_ask(command: DraftBroadcast, found: siaran_guests.Listed) -> dict[str, Any]:
    """What the talk needs that asks which of several is meant, and then drafts it."""
    return {
        "audience": command.audience.dump(), "label": command.label, "text": command.text,
        "file": command.incoming_id, "people": found.people, "unclear": [list(one) for one in found.unclear],
    }  # fmt: skip


def post_for(desk: Desk, one: Audience) -> Post:
    """The post by which she sends."""
    allowed, place = (TO_FAMILIES if one.families else SENDERS), place_of(desk.tx, one)
    return next(p for p in desk.person.scope.posts if p.role in allowed and p.covers(place))


def office(tx: Tx, post: Post) -> str:
    """ "TP PKK Kec. Cibinong", "petugas Puskesmas Ciriung"."""
    where, role = _house(tx, post), catalogue("id").say(f"role.{post.role.value}")
    if where.casefold().split()[:1] == role.casefold().split()[-1:]:
        role = role.rpartition(" ")[0]
    return f"{role} {where}".strip()


def institution(tx: Tx, post: Post) -> str:
    """Who holds what she arranges, as it stands on papers: her puskesmas or posyandu; else the office of her area."""
    return office(tx, post) if post.posyandu_id is None and post.puskesmas_id is None else _house(tx, post)


def _house(tx: Tx, post: Post) -> str:
    if post.posyandu_id is not None:
        return str(tx.value(POSYANDU, posyandu_id=post.posyandu_id) or "")
    if post.puskesmas_id is not None:
        return str(tx.value(PUSKESMAS_NAME, puskesmas_id=post.puskesmas_id) or "")
    row = tx.one(AREA, code=post.area or "")
    return level_named(row.level, row.name, post.area or "") if row else ""


def signed(desk: Desk, one: Audience) -> str:
    """Sender and office as they stand in every message."""
    return f"{desk.person.name}, {office(desk.tx, post_for(desk, one))}"


def send(command: SendBroadcast, desk: Desk) -> Outcome:
    """Begin, or ask a second person first."""
    tx, row = desk.tx, siaran.load(desk.tx, command.number)
    if row is None or row.state != "planned":
        return Outcome((("siaran.no_longer", {}),), failed=True)
    if row.by_person != desk.person.id:
        return Outcome((("siaran.not_yours", {}),), failed=True)
    figures = Figures.load(row.figures)
    tx.run(siaran.STARTS, which=row.id, at_instant=command.at)
    if not plan(figures, siaran.limits(tx), command.at or desk.now).second:
        siaran.turn(tx, row, "planned", "putting")
        return Outcome((begun(row, figures, command.at),))
    others = _seconds(desk, Audience.load(row.audience))
    if not others:  # it stays a plan, and may be asked for again
        return Outcome((("siaran.no_second", {}),), actions=((f"!siaran:{row.id}:send", "actions.siaran_ask"),))
    siaran.turn(tx, row, "planned", "waiting")
    for who in others:
        values = {
            "number": row.id,
            "sender": row.sender,
            "label": row.label,
            "count": figures.reachable,
            "text": row.text,
        }
        actions = [(f"!siaran:{row.id}:{verb}", f"actions.siaran_{verb}") for verb in ("yes", "no")]
        desk.tell(who, "alert", ("siaran.second", values), group=f"siaran_second:{row.id}", extra={"actions": actions})
    drop = ((f"!siaran:{row.id}:drop", "actions.siaran_drop"),)
    return Outcome((("siaran.asked_second", {"count": len(others)}),), actions=drop)


def begun(row: Row, figures: Figures, at: int | None) -> tuple[str, dict[str, Any]]:
    """ "sedang dikirim" or "akan dikirim"."""
    return (
        "siaran.begun" if at is None else "siaran.set_for",
        {"number": row.id, "count": figures.reachable, "at": at or 0},
    )


def _seconds(desk: Desk, one: Audience) -> list[int]:
    """Who else may send to these people; the operators where there is nobody."""
    place, verb, out = place_of(desk.tx, one), verb_for(one), list[int]()
    for row in desk.tx.all(OTHERS, besides=desk.person.id, now=desk.now):
        known = people.load(desk.tx, row.person_id, desk.now)
        if known is not None and may(known.scope, verb, place) and known.id not in out:
            out.append(known.id)
        if len(out) == MOST_SECONDS:
            return out
    return out or [i for i in joining.operators(desk.tx, desk.now) if i != desk.person.id][:MOST_SECONDS]


def verb_for(one: Audience) -> str:
    return "broadcast_families" if one.families else "broadcast_staff"


def answer_request(command: AnswerRequest, desk: Desk) -> Outcome:
    """The second person, never the first."""
    tx, row = desk.tx, siaran.load(desk.tx, command.number)
    if row is None or row.state != "waiting":
        return Outcome((("siaran.no_longer", {}),), failed=True)
    if row.by_person == desk.person.id:
        return Outcome((("siaran.not_yourself", {}),), failed=True)
    tx.run(joining.WITHDRAW_GROUP, about=f"siaran_second:{row.id}", why="sudah dijawab")
    tx.run(siaran.YES, which=row.id, who=desk.person.id, now=desk.now)
    siaran.turn(tx, row, "waiting", "putting" if command.yes else "dropped")
    key = "siaran.got_yes" if command.yes else "siaran.got_no"
    desk.tell(row.by_person, "alert", (key, {"number": row.id, "name": desk.person.name}), address_id=row.address_id)
    return Outcome((("siaran.thanks_yes" if command.yes else "siaran.thanks_no", {"number": row.id}),))


def try_it(command: TryBroadcast, desk: Desk) -> Outcome:
    """Exactly what the others would read, to herself."""
    row = siaran.load(desk.tx, command.number)
    if row is None or row.state not in ("planned", "waiting"):
        return Outcome((("siaran.no_longer", {}),), failed=True)
    media = {"kind": "siaran", "broadcast": row.id} if row.has_file else None
    says = ("siaran.message", {"sender": row.sender, "text": filled(row.text, desk.person.name)})
    desk.tell(desk.person.id, "reply", says, address_id=desk.address_id, media=media)
    return Outcome((("siaran.tried", {"number": row.id}),), actions=tuple(_send_again(row.id)))


def _send_again(number: int) -> list[tuple[str, str]]:
    return [(f"!siaran:{number}:{verb}", f"actions.siaran_{verb}") for verb in ("send", "later", "drop")]


STEPS = {
    # how: (states it may be in, the state after, which rows are moved)
    "pause": (("putting", "running"), "paused", "pause"),
    "stop": (("putting", "running", "paused"), "stopping", "stop"),
    "drop": (("planned", "waiting", "draft"), "dropped", ""),
}


def steer(command: SteerBroadcast, desk: Desk) -> Outcome:
    """Pause, resume, stop, drop: at once for the next two thousand, for the rest beside the talk."""
    tx, row = desk.tx, siaran.load(desk.tx, command.number)
    if row is None:
        return Outcome((("siaran.no_longer", {}),), failed=True)
    before: tuple[str, ...]
    if command.how == "resume":
        before, after, moves = ("paused",), "running" if row.all_put else "putting", "resume"
    else:
        before, after, moves = STEPS[command.how]
    if row.state not in before or not siaran.turn(tx, row, row.state, after, moves):
        return Outcome((("siaran.no_longer", {}),), failed=True)
    moved = siaran.load(tx, row.id)
    if moves and moved is not None:
        siaran.move_some(tx, moved, desk.now)
    says = (f"siaran.steered_{command.how}", {"number": row.id, "label": row.label})
    if desk.person.id != row.by_person:
        desk.tell(
            row.by_person, "alert", (f"siaran.others_{command.how}", {"number": row.id, "name": desk.person.name})
        )
    verbs = {"pause": ("resume", "stop"), "resume": ("pause", "stop")}.get(command.how, ())
    return Outcome((says,), actions=tuple((f"!siaran:{row.id}:{v}", f"actions.siaran_{v}") for v in verbs))


def checked(do: Callable[[Any, Desk], Outcome], *, steers: bool = False) -> Callable[[Any, Desk], Outcome]:
    """Families and staff have rules of their own; and whatever is done to a siaran is in its log. `steers`: nothing is
    written by it, so an operator may, who is asked for a yes where nobody else is, and to whom families complain."""

    def work(command: Any, desk: Desk) -> Outcome:
        number = getattr(command, "number", None)
        row = siaran.load(desk.tx, number) if number is not None else None
        one = command.audience if row is None else Audience.load(row.audience)
        verb = "steer_families" if steers and one.families else verb_for(one)
        if not may(desk.person.scope, verb, place_of(desk.tx, one)):
            return Outcome(
                (("siaran.outside", {"place": getattr(command, "label", "") or (row.label if row else "")}),),
                failed=True,
            )
        if number is not None:
            did = f"siaran:{type(command).__name__}:{getattr(command, 'how', '')}"
            book.note(desk.tx, desk.now, desk.person.id, did.rstrip(":"), f"broadcast:{number}")
        return do(command, desk)

    return work


HANDLERS = {
    DraftBroadcast: Handler("broadcast", of_draft, checked(draft)),
    SendBroadcast: Handler("broadcast", of_number, checked(send)),
    TryBroadcast: Handler("broadcast", of_number, checked(try_it)),
    AnswerRequest: Handler("broadcast", of_number, checked(answer_request, steers=True)),
    SteerBroadcast: Handler("broadcast", of_number, checked(steer, steers=True)),
}
