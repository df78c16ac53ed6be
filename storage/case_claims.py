"""The cases whose time has come: by one of three clocks, each claimed by the instant that fell due, so that two
processes never do it twice."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import bindparam, func, select, update

from storage import case_people, cases
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import risk_case

DUE_COLUMNS = ("ask_at", "call_at", "reach_at")
_OPEN = risk_case.c.state == fixed("open")
DUE = {
    name: Sql(select(risk_case).where(_OPEN, risk_case.c[name] <= bindparam("now")).order_by(risk_case.c.id))
    for name in DUE_COLUMNS
}
NEXT = {
    name: Sql(select(func.min(risk_case.c[name])).where(_OPEN, risk_case.c[name] > bindparam("after")))
    for name in DUE_COLUMNS
}
CLAIM = {
    name: Sql(
        update(risk_case)
        .where(risk_case.c.id == bindparam("case_row"), _OPEN, risk_case.c[name] == bindparam("was"))
        .values({name: bindparam("then")})
    )
    for name in DUE_COLUMNS
}


def claimed(
    tx: Tx,
    name: str,
    now: int,
    later: int = 0,
    mine: Callable[[Row, Row], bool] | None = None,
    owners: Collection[int] | None = None,
) -> list[tuple[Row, Row]]:
    """The cases whose time has come, each claimed, with its child; `mine` leaves the others to their own hour, `owners`
    those of other people. A child that has left ends its case."""
    found = []
    for case in tx.all(DUE[name], now=now - later):
        if owners is not None and case.owner_id not in owners:
            continue
        who = case_people.who(tx, case.child_id)
        if mine is not None and not mine(case, who):
            continue
        if not tx.run(CLAIM[name], case_row=case.id, was=getattr(case, name), then=None):
            continue
        if who.state != "active":
            cases.close(tx, case, who.state, now, None)
            continue
        found.append((case, who))
    return found
