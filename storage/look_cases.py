"""Answers what flows look up about cases (posyandu.queries_cases), never outside the asker's scope."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from posyandu.access import NAMED, may
from posyandu.calendar import instant, local
from posyandu.cases import OUTCOME_DAYS
from posyandu.people import Place, Post, Role, Scope
from posyandu.queries import ChildView, call_name
from posyandu.queries_cases import CaseView, CodedChild, Figures, LatestRound
from storage.people import place_of_child
from storage.sql import Row, Sql, fixed
from storage.store import Tx
from storage.tables import case_event, child, posyandu, risk_case, verdict, visit

SEEN_DAYS = 90
_CASE = (
    select(
        risk_case.c.id, risk_case.c.child_id, risk_case.c.priority, risk_case.c.on, risk_case.c.opened_at,
        risk_case.c.step, risk_case.c.asked_at, risk_case.c.help_at, risk_case.c.raised_at, risk_case.c.lost_at,
        risk_case.c.state, risk_case.c.closed_at, risk_case.c.outcome, child.c.name, child.c.nickname, child.c.code,
        child.c.mother_name, posyandu.c.name.label("posyandu"), posyandu.c.zone, visit.c.explained_at,
    )
    .select_from(risk_case)
    .join(child, child.c.id == risk_case.c.child_id)
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .join(visit, visit.c.id == risk_case.c.visit_id)
    .where(child.c.state == fixed("active"))
)  # fmt: skip
_EVENT = (
    select(case_event.c.case_id, case_event.c.episode, case_event.c.at, case_event.c.did)
    .select_from(case_event)
    .join(risk_case, risk_case.c.id == case_event.c.case_id)
    .join(child, child.c.id == risk_case.c.child_id)
    .join(posyandu, posyandu.c.id == child.c.posyandu_id)
    .where(case_event.c.at >= bindparam("since"))
)
_WHERE: dict[str, Any] = {
    "posyandu": child.c.posyandu_id == bindparam("posyandu_id"),
    "puskesmas": posyandu.c.puskesmas_id == bindparam("puskesmas_id"),
    "area": (posyandu.c.area == bindparam("code"))
    | ((posyandu.c.area >= bindparam("first")) & (posyandu.c.area < bindparam("end"))),
}
CASES = {
    kind: Sql(
        _CASE.where(condition, (risk_case.c.state == fixed("open")) | (risk_case.c.closed_at >= bindparam("since")))
    )
    for kind, condition in _WHERE.items()
}
EVENTS = {kind: Sql(_EVENT.where(condition).order_by(case_event.c.id)) for kind, condition in _WHERE.items()}
ONE = Sql(_CASE.where(risk_case.c.id == bindparam("case_id")))
BY_CODE = Sql(
    select(child.c.id, child.c.code).where(child.c.code == bindparam("typed"), child.c.state == fixed("active"))
)
LATEST = Sql(
    select(verdict.c.on, verdict.c.nt, verdict.c.why)
    .where(verdict.c.child_id == bindparam("child_id"), verdict.c.grams.is_not(None))
    .order_by(verdict.c.on.desc())
    .limit(1)
)


def _bounds(post: Post | Place) -> tuple[str, dict[str, Any]]:
    if post.posyandu_id is not None:
        return "posyandu", {"posyandu_id": post.posyandu_id}
    if post.puskesmas_id is not None:
        return "puskesmas", {"puskesmas_id": post.puskesmas_id}
    code = post.area or ""
    return "area", {"code": code, "first": f"{code}." if code else "", "end": f"{code}/" if code else "z"}


def cases_at(tx: Tx, post: Post | Place, today: date) -> list[Row]:
    """The rows of a place's cases: open, and closed in the last ninety days."""
    kind, bounds = _bounds(post)
    since = instant(today - timedelta(days=SEEN_DAYS), 0, "WIB")
    return tx.all(CASES[kind], since=since, **bounds)


def figures_at(tx: Tx, post: Post | Place, today: date) -> Figures:
    """Numbers of a place. Of the episodes that were opened 14 to 104 days ago: how many had an outcome in 14 days."""
    rows = cases_at(tx, post, today)
    views = [_view(r) for r in rows if r.state == "open"]
    kind, bounds = _bounds(post)
    first = instant(today - timedelta(days=SEEN_DAYS + OUTCOME_DAYS), 0, "WIB")
    last = instant(today - timedelta(days=OUTCOME_DAYS), 0, "WIB")
    opened: dict[tuple[int, int], int] = {}
    ended: dict[tuple[int, int], int] = {}
    for e in tx.all(EVENTS[kind], since=first, **bounds):
        if e.did.startswith("dibuka"):
            opened[e.case_id, e.episode] = e.at
        elif e.did == "tutup_ralat":
            opened.pop((e.case_id, e.episode), None)
        elif e.did.startswith("tutup_"):
            ended[e.case_id, e.episode] = e.at
    counted = [key for key, at in opened.items() if at <= last]
    span = OUTCOME_DAYS * 24 * 3600_000
    return Figures(
        open=len(views),
        waiting=sum(v.waiting for v in views),
        overdue=sum(v.overdue for v in views),
        closed=sum(r.state != "open" and r.outcome != "ralat" for r in rows),
        counted=len(counted),
        in_time=sum(key in ended and ended[key] - opened[key] <= span for key in counted),
    )


def views_at(tx: Tx, post: Post | Place, today: date) -> list[CaseView]:
    """The open cases of a place, the one that needs a word most first."""
    found = [_view(r) for r in cases_at(tx, post, today) if r.state == "open"]
    return sorted(found, key=lambda v: (v.priority != "segera", not v.overdue, not v.waiting, v.opened, v.id))


class CaseLook:
    """The part of storage.look.Look that is about cases."""

    _tx: Tx
    scope: Scope
    today: date

    def cases(self) -> list[CaseView]:
        """Her open cases. Only whoever may see the child by name sees that it has one."""
        found: dict[str, CaseView] = {}
        for post in self.scope.posts:
            if post.role in NAMED:
                found.update({v.id: v for v in views_at(self._tx, post, self.today)})
        return list(found.values())

    def case(self, case_id: str) -> CaseView | None:
        """One case of hers, open or not."""
        row = self._tx.one(ONE, case_id=int(case_id)) if case_id.isdigit() and len(case_id) < 16 else None
        place = place_of_child(self._tx, row.child_id) if row is not None else None
        if row is None or place is None or not may(self.scope, "see_case", place):
            return None
        return _view(row)

    def coded(self, code: str) -> CodedChild | None:
        """A child by its code, for somebody who serves its village and is told no name."""
        row = self._tx.one(BY_CODE, typed=code.strip().upper())
        place = place_of_child(self._tx, row.id) if row is not None else None
        if row is None or place is None or not self.scope.reaches(place, frozenset({Role.KPM})):
            return None
        return CodedChild(str(row.id), row.code)

    def latest_round(self, child: ChildView) -> LatestRound | None:
        """The newest weighing of a child she may see."""
        place = place_of_child(self._tx, int(child.id))
        row = self._tx.one(LATEST, child_id=int(child.id))
        if row is None or place is None or not may(self.scope, "override_verdict", place):
            return None
        categories = tuple(sorted(json.loads(row.why)["categories"].items()))
        return LatestRound(date.fromisoformat(row.on), row.nt or "", categories)


def _view(row: Row) -> CaseView:
    short = row.nickname or call_name(row.name)
    return CaseView(
        id=str(row.id),
        name=f"{short} {row.code}",
        child_id=str(row.child_id),
        child=short,
        code=row.code,
        posyandu=row.posyandu,
        priority=row.priority,
        on=date.fromisoformat(row.on),
        opened=local(row.opened_at, row.zone).date(),
        step=row.step,
        waiting=row.asked_at is not None,
        overdue=row.help_at is not None or row.raised_at is not None or row.lost_at is not None,
        explained=row.explained_at is not None,
        state=row.state,
        aka=tuple(dict.fromkeys((row.name, row.code, row.mother_name))),
    )
