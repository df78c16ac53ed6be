"""The family of a case: called calmly, by whatever route there is, or listed as not reached."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.calendar import next_allowed
from storage import case_people, outbox, people
from storage.sql import Row, Sql, among
from storage.store import Tx
from storage.tables import outgoing, tell_in_person, verdict, visit

KEPT_MS = 3 * 24 * 3600_000
TOLD_BY_CHAT = Sql(
    select(outgoing.c.person_id, outgoing.c.state).where(
        outgoing.c.group_key == bindparam("about"),
        outgoing.c.child_id == bindparam("child_id"),
        among(outgoing.c.state, "ready", "sending", "in_doubt", "sent", "delivered", "read"),
    )
)
EXPLAINED = Sql(select(visit.c.explained_at).where(visit.c.id == bindparam("visit_id")))
LINE = Sql(select(tell_in_person.c.state).where(tell_in_person.c.once == bindparam("once_key")))
GRAMS = Sql(select(verdict.c.grams, verdict.c.on).where(verdict.c.visit_id == bindparam("visit_id")))
ARRIVED = ("sent", "delivered", "read")
SEEN_STEPS = ("datang", "dikonfirmasi", "dirujuk", "pmt", "kunjungan", "dijelaskan")


def line_key(case: Row) -> str:
    return f"kasus:{case.id}:{case.episode}"


def in_person_if_no_chat(tx: Tx, case: Row, who: Row, now: int) -> None:
    """Most families have no chat: the kader is asked at once to go and tell them."""
    if not reachable(tx, case.child_id):
        in_person(tx, case, who, now)


def reachable(tx: Tx, child_id: int) -> list[int]:
    """The guardians whom a message could reach."""
    return [
        g.person_id
        for g in people.guardians(tx, child_id)
        if tx.value(outbox.BEST_ADDRESS, person_id=g.person_id) is not None
    ]


def in_person(tx: Tx, case: Row, who: Row, now: int) -> None:
    """A line on the kader's "sampaikan langsung" list, once an episode."""
    says = [["family.in_person", {"child": case_people.named(who), "posyandu": who.posyandu}]]
    tx.insert_once(
        tell_in_person, once=line_key(case), posyandu_id=who.posyandu_id, child_id=who.id, why="undangan",
        body=json.dumps({"says": says}, ensure_ascii=False), state="open", at=now,
    )  # fmt: skip


def call(tx: Tx, case: Row, who: Row, now: int) -> int:
    """The set time has come: whoever has not heard after the kader's word is called now. How many were written."""
    weighed = tx.one(GRAMS, visit_id=case.visit_id)
    about = f"weighed:{who.id}:{case.on}"
    heard = {r.person_id for r in tx.all(TOLD_BY_CHAT, about=about, child_id=who.id)}
    guardians = reachable(tx, case.child_id)
    if not guardians:
        in_person(tx, case, who, now)
        return 1
    values: dict[str, Any] = {"child": case_people.named(who), "posyandu": who.posyandu}
    says = (("family.call", values),)
    if weighed is not None and weighed.grams is not None:
        says = (("parent.call", {**values, "kg": weighed.grams, "on": case.on}),)
    put = 0
    for person_id in guardians:
        if person_id in heard:
            continue
        message = outbox.Message(
            "parent",
            says,
            person_id=person_id,
            child_id=who.id,
            group=about,
            template="call_parent",
            not_before=next_allowed(now, who.zone),
            expires=now + KEPT_MS,
            extra={
                "in_person": who.posyandu_id,
                "about": [f"child:{who.id}"],
                "template": {"child": values["child"]["name"], "place": who.posyandu, "day": "minggu ini"},
            },
        )
        put += outbox.put(tx, message, now) is not None
    return put


def route(tx: Tx, case: Row) -> str:
    """How the family was reached: kader, pesan, langsung, datang; empty when it was not."""
    if tx.value(EXPLAINED, visit_id=case.visit_id) is not None:
        return "kader"
    if case.step in SEEN_STEPS:
        return "datang"
    if tx.value(LINE, once_key=line_key(case)) == "told":
        return "langsung"
    about = f"weighed:{case.child_id}:{case.on}"
    if any(r.state in ARRIVED for r in tx.all(TOLD_BY_CHAT, about=about, child_id=case.child_id)):
        return "pesan"
    return ""
