"""What somebody asks about her own data: shown at once, mended or deleted by the controller within 3 x 24 hours."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select, update

from bot.handlers.desk import Desk, Handler, Outcome, Say
from bot.handlers.families import named
from bot.handlers.weighing import CHILD
from bot.handlers.where import nowhere
from posyandu.commands.requests import AnswerRequest, AskCorrection, AskErasure, ShowMyData
from posyandu.people import Place
from posyandu.pregnancy import hpl
from storage import consents, data_requests, expecting, joining, life, outbox
from storage.people import place_of_child, place_of_posyandu
from storage.reminders import due
from storage.sql import Sql, fixed
from storage.store import Tx
from storage.tables import address, audit, guardian, membership, person, posyandu, puskesmas, verdict

PERSON = Sql(select(person.c.name, person.c.phone).where(person.c.id == bindparam("person_id")))
LATEST = Sql(
    select(verdict.c.on, verdict.c.grams)
    .where(verdict.c.child_id == bindparam("child_id"), verdict.c.grams.is_not(None))
    .order_by(verdict.c.on.desc())
)
# Who opened or changed what is kept about a child: how many people, how often.
SEEN = Sql(
    select(func.count(func.distinct(audit.c.person_id)).label("people"), func.count().label("times")).where(
        audit.c.about == bindparam("about")
    )
)
POST_OF = Sql(
    select(posyandu.c.id)
    .join(membership, membership.c.posyandu_id == posyandu.c.id)
    .where(membership.c.person_id == bindparam("person_id"))
    .order_by(membership.c.id)
    .limit(1)
)
POSYANDU = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))
PLACE_OF_PUSKESMAS = Sql(select(puskesmas.c.area).where(puskesmas.c.id == bindparam("puskesmas_id")))
ADDRESSES = Sql(select(address.c.id).where(address.c.person_id == bindparam("person_id")))
DETACH = Sql(
    update(address)
    .where(address.c.person_id == bindparam("who"))
    .values(person_id=None, phone=None, profile=None, verified_at=None)
)
ERASED = Sql(
    update(person).where(person.c.id == bindparam("row_id")).values(name="", phone=None, key=None, state="erased")
)
END_POSTS = Sql(
    update(membership)
    .where(membership.c.person_id == bindparam("who"), membership.c.until_at.is_(None))
    .values(until_at=bindparam("now"))
)
END_GUARDIAN = Sql(
    update(guardian)
    .where(guardian.c.person_id == bindparam("who"), guardian.c.child_id == bindparam("about"))
    .values(state="ended", muted=1)
)
OTHERS = Sql(
    select(func.count())
    .select_from(guardian)
    .where(
        guardian.c.child_id == bindparam("child_id"),
        guardian.c.person_id != bindparam("person_id"),
        guardian.c.state == fixed("confirmed"),
    )
)


def show_my_data(command: ShowMyData, desk: Desk) -> Outcome:
    """Her name, her children with what is kept and what was agreed, and how often it was looked at."""
    tx, who = desk.tx, desk.person.id
    me = tx.one(PERSON, person_id=who)
    if me is None:
        return Outcome((("my_data.nothing", {}),))
    says: list[Say] = [("my_data.me", {"name": me.name or "-", "phone": me.phone or "-"})]
    for child_id in sorted(desk.person.scope.children):
        child = tx.one(CHILD, child_id=child_id)
        if child is None:
            continue
        rounds = tx.all(LATEST, child_id=child_id)
        seen = tx.one(SEEN, about=f"child:{child_id}")
        values: dict[str, Any] = {"child": child.name, "birth": child.birth, "posyandu": child.posyandu}
        values |= {"count": len(rounds), "people": seen.people if seen else 0, "times": seen.times if seen else 0}
        values |= {p: consents.state_of(tx, child_id, p) for p in ("record", "sharing")}
        values["messages"] = consents.messages_to(tx, child_id, who)
        says.append(("my_data.child", values))
        if rounds:
            says.append(("my_data.last", {"kg": rounds[0].grams, "on": rounds[0].on}))
    for row in tx.all(expecting.ACTIVE_OF, person_id=who):
        about = {"posyandu": row.posyandu, "hpl": hpl(date.fromisoformat(row.hpht)).isoformat()}
        says.append(("my_data.pregnancy", {**about, "messages": row.messages}))
    data_requests.answered(tx, who, None, "data", desk.now)
    return Outcome((("lines", {"rows": [list(s) for s in says]}), ("my_data.rights", {})))


def ask_correction(command: AskCorrection, desk: Desk) -> Outcome:
    """A task for the bidan and the puskesmas, with the kader told; answered within 3 x 24 hours."""
    if command.child_id is not None and command.child_id not in desk.person.scope.children:
        return Outcome((("refused", {}),), failed=True)
    made = _open(desk, command.child_id, "perbaiki", command.text)
    return Outcome((("requests.correction", {"due": made}),))


def ask_erasure(command: AskErasure, desk: Desk) -> Outcome:
    """From now nothing is sent or shown; the deleting itself is decided by the controller, and she hears."""
    tx, who = desk.tx, desk.person.id
    mine = desk.person.scope.children
    if command.child_id is not None and command.child_id not in mine:
        return Outcome((("refused", {}),), failed=True)
    for child_id in mine if command.child_id is None else (command.child_id,):
        consents.mute(tx, child_id, who, desk.now)
    if command.child_id is None:
        for row in tx.all(expecting.ACTIVE_OF, person_id=who):
            expecting.answer(tx, row.id, who, desk.now, yes=False)
            due.reconsider(tx, row.posyandu_id, desk.now, "meminta dihapus")
    made = _open(desk, command.child_id, "hapus", "")
    return Outcome((("requests.erasure", {"due": made}),))


def _open(desk: Desk, child_id: int | None, kind: str, text: str) -> int:
    """Log it, tell the controller's people; when it is due."""
    tx, who = desk.tx, desk.person.id
    first = child_id if child_id is not None else min(desk.person.scope.children, default=None)
    where, center = _whose(desk, first)
    made = data_requests.ask(tx, who, child_id, kind, text, center, desk.now)
    child = tx.one(CHILD, child_id=child_id) if child_id is not None else None
    values = {
        "name": desk.person.name, "text": text, "due": desk.now + data_requests.CLOCK_MS,
        "child": named(child) if child is not None else {"id": "", "name": ""}, "rows": _about_whom(desk, where),
    }  # fmt: skip
    told = joining.over(tx, where, desk.now) if where is not None else []
    key = f"requests.task_{kind}" if child is not None else f"requests.task_{kind}_self"
    for one in told or joining.operators(tx, desk.now):
        actions = [(f"!request:{made}:yes", f"actions.{kind}_done"), (f"!request:{made}:no", "actions.request_no")]
        desk.tell(one, "alert", (key, values), group=f"request:{made}", extra={"actions": actions})
    return desk.now + data_requests.CLOCK_MS


def _about_whom(desk: Desk, posyandu_id: int | None) -> list[str]:
    """Her children and her posyandu, so that whoever answers knows who she is."""
    rows = [desk.tx.one(CHILD, child_id=one) for one in sorted(desk.person.scope.children)]
    place = desk.tx.value(POSYANDU, posyandu_id=posyandu_id) if posyandu_id is not None else None
    return [*(named(r)["name"] for r in rows if r is not None), *([str(place)] if place else [])] or ["-"]


def _whose(desk: Desk, child_id: int | None) -> tuple[int | None, int | None]:
    """The posyandu and the puskesmas that answer for it: the child's, her pregnancy's, or where she has a post."""
    tx, who = desk.tx, desk.person.id
    if child_id is not None:
        child = tx.one(CHILD, child_id=child_id)
        return (child.posyandu_id if child else None), data_requests.puskesmas_of(tx, child_id)
    expected = tx.one(expecting.ACTIVE_OF, person_id=who)
    if expected is not None:
        return expected.posyandu_id, expected.puskesmas_id
    return tx.value(POST_OF, person_id=who), None


def _of_request(tx: Tx, command: AnswerRequest) -> tuple[Place | None, int | None]:
    row = data_requests.find(tx, command.request_id)
    if row is None:
        return None, None
    if row.child_id is not None:
        return place_of_child(tx, row.child_id), row.child_id
    mine = [r.child_id for r in tx.all(joining.MINE, person_id=row.person_id) if r.state == "confirmed"]
    if mine:
        return place_of_child(tx, min(mine)), None
    expected = tx.one(expecting.ACTIVE_OF, person_id=row.person_id)
    where = expected.posyandu_id if expected is not None else tx.value(POST_OF, person_id=row.person_id)
    if where is not None:
        return place_of_posyandu(tx, where), None
    code = tx.value(PLACE_OF_PUSKESMAS, puskesmas_id=row.puskesmas_id) if row.puskesmas_id is not None else None
    return Place(code or "none", None, row.puskesmas_id), None


def answer_request(command: AnswerRequest, desk: Desk) -> Outcome:
    """The first answer counts; whoever asked is told in plain words."""
    tx = desk.tx
    row = data_requests.find(tx, command.request_id)
    assert row is not None
    state = "done" if command.yes else "refused"
    if not tx.run(data_requests.ANSWER, row_id=row.id, new_state=state, words=state, who=desk.person.id, now=desk.now):
        return Outcome((("requests.answered", {}),), failed=True)
    tx.run(joining.WITHDRAW_GROUP, about=f"request:{row.id}", why="sudah dijawab")
    told: Say = (f"requests.{row.kind}_{'yes' if command.yes else 'no'}", {})
    # Found before nothing is left of her: where she is reached, else any of her addresses.
    best, every = tx.value(outbox.BEST_ADDRESS, person_id=row.person_id), tx.all(ADDRESSES, person_id=row.person_id)
    to = [best] if best is not None else [a.id for a in every]
    if row.kind == "hapus" and command.yes:
        _erase(row.person_id, row.child_id, desk)
    for address_id in to[:1]:
        message = outbox.Message("reply", (told,), address_id=address_id)
        outbox.put(tx, message, desk.now)
    return Outcome((("requests.closed", {"name": row.name}),))


def _erase(person_id: int, child_id: int | None, desk: Desk) -> None:
    """Her children's data, unless another parent keeps them; and, when she asked for everything, her own. A child
    whose guardian she only said to be, or is no more, is not hers to have erased."""
    tx = desk.tx
    mine = {r.child_id: r.state for r in tx.all(joining.MINE, person_id=person_id) if r.state != "refused"}
    for one in mine if child_id is None else mine.keys() & {child_id}:
        if mine[one] != "confirmed" or tx.value(OTHERS, child_id=one, person_id=person_id):
            tx.run(END_GUARDIAN, who=person_id, about=one)
        else:
            life.erase(tx, one, desk.now)
    if child_id is None:
        for place in expecting.erase(tx, person_id, desk.now):
            due.reconsider(tx, place, desk.now, "data dihapus")
        tx.run(END_POSTS, who=person_id, now=desk.now)
        tx.run(DETACH, who=person_id)
        tx.run(ERASED, row_id=person_id)


HANDLERS = {
    ShowMyData: Handler("own_data", nowhere, show_my_data),
    AskCorrection: Handler("own_data", nowhere, ask_correction),
    AskErasure: Handler("own_data", nowhere, ask_erasure),
    AnswerRequest: Handler("answer_request", _of_request, answer_request),
}
