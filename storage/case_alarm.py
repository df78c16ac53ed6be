"""The alarm of an urgent case: to the bidan and the puskesmas, by short name and code, with what to do.

It leaves when the value is sure; else fifteen minutes later, marked "belum diukur ulang", unless it was withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from posyandu.cases import AT_ONCE, UNMEASURED_MS
from storage import case_people, outbox
from storage.sql import Row, Sql, among, fixed
from storage.store import Tx
from storage.tables import outgoing, risk_case

WITHDRAWN = Sql(
    update(outgoing)
    .where(outgoing.c.group_key == bindparam("about"), outgoing.c.state == fixed("ready"))
    .values(state="superseded", reason=bindparam("why"))
)
TOLD = Sql(
    select(outgoing.c.person_id)
    .where(outgoing.c.group_key == bindparam("about"), among(outgoing.c.state, "sending", "sent", "delivered", "read"))
    .distinct()
)
ALERTED = Sql(update(risk_case).where(risk_case.c.id == bindparam("case_row")).values(alerted=bindparam("state_of_it")))
FIELDS = ("weight", "length", "muac", "oedema", "danger")


@dataclass(frozen=True)
class Found:
    """What a round found that makes a case."""

    visit_id: int
    on: date
    codes: tuple[str, ...]
    priority: str
    mark: str
    sure: bool
    fields: dict[str, int]


def about(case: Row) -> str:
    return f"kasus:{case.id}:{case.episode}"


def measured(fields: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """The measures of a round as rows for the words."""
    rows = [{"field": name, "value": fields[name]} for name in FIELDS if fields.get(name) is not None]
    return [r for r in rows if r["field"] not in ("oedema", "danger") or r["value"]]


def sound(tx: Tx, case: Row, who: Row, found: Found, now: int) -> None:
    """Put the alarm, or put it anew with what is known now; nothing where nothing has changed."""
    state_of_it = f"{found.mark}|{found.sure}" if found.priority == "segera" else ""
    if state_of_it == case.alerted:
        return
    tx.run(WITHDRAWN, about=about(case), why="nilai diperbarui")
    tx.run(ALERTED, case_row=case.id, state_of_it=state_of_it)
    if not state_of_it:
        return
    key = "kasus.alert" if found.sure else "kasus.alert_unmeasured"
    says: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            key,
            {
                "child": case_people.named(who), "code": who.code, "posyandu": who.posyandu,
                "rows": measured(found.fields), "on": found.on.isoformat(),
            },
        ),
        (_todo(found), {}),
    )  # fmt: skip
    for person_id in _told(tx, case, who, now):
        message = outbox.Message(
            "alert",
            says,
            person_id=person_id,
            child_id=who.id,
            group=about(case),
            template="case_staff",
            not_before=now if found.sure else max(now, case.opened_at + UNMEASURED_MS),
            extra={
                "actions": [[f"!kasus:{case.id}", "actions.kasus"]],
                "template": case_people.values(who),
            },
        )
        outbox.put(tx, message, now)


def _todo(found: Found) -> str:
    """What to do first: a danger sign or swollen feet go straight to the puskesmas."""
    return "kasus.todo_now" if AT_ONCE & set(found.codes) else "kasus.todo_today"


def _told(tx: Tx, case: Row, who: Row, now: int) -> list[int]:
    """Its owner, or who serves there now, and the puskesmas."""
    people = [case_people.kept_owner(tx, who, case, now), *case_people.coordinators(tx, who, now)]
    return list(dict.fromkeys(p for p in people if p is not None))


def withdraw(tx: Tx, case: Row, now: int, *, tell: bool) -> None:
    """An alarm that waits is taken back; who has had it hears that it was a slip."""
    tx.run(WITHDRAWN, about=about(case), why="kasus ditutup")
    if not tell:
        return
    who = case_people.who(tx, case.child_id)
    says = (("kasus.withdrawn", {"child": case_people.named(who), "code": who.code, "posyandu": who.posyandu}),)
    for row in tx.all(TOLD, about=about(case)):
        outbox.put(tx, outbox.Message("alert", says, person_id=row.person_id, child_id=who.id), now)
