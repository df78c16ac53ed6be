"""The board of joining: by area how many kader are on the list, have joined, can be reached, and have opted out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, and_, bindparam, case, cast, exists, func, or_, select

from storage.sql import Sql, among, fixed
from storage.store import Tx
from storage.tables import address, area, membership, person, posyandu


@dataclass
class Line:
    """One area or posyandu of the board, and its people by channel."""

    name: str
    listed: int = 0
    joined: int = 0
    reachable: int = 0
    opted_out: int = 0
    channels: Counter[str] = field(default_factory=Counter)


def _has(*more: object) -> object:
    there = exists().where(address.c.person_id == membership.c.person_id, *more)  # type: ignore[arg-type]
    return cast(func.sum(case((there, 1), else_=0)), BigInteger)


_crew = (
    among(membership.c.role, "kader", "ketua"),
    or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
    person.c.state == fixed("active"),
    or_(
        posyandu.c.puskesmas_id == bindparam("center"),
        posyandu.c.id == bindparam("one"),
        posyandu.c.area == bindparam("code"),
        and_(posyandu.c.area >= bindparam("first"), posyandu.c.area < bindparam("end")),
    ),
)
LISTED = Sql(
    select(
        posyandu.c.id, posyandu.c.code, posyandu.c.name, posyandu.c.area, func.count().label("listed"),
        _has().label("joined"), _has(address.c.state == fixed("reachable")).label("reachable"),  # type: ignore[attr-defined]
        _has(address.c.state == fixed("opted_out")).label("opted_out"),  # type: ignore[attr-defined]
    )
    .select_from(membership)
    .join(person, person.c.id == membership.c.person_id)
    .join(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .where(*_crew)
    .group_by(posyandu.c.id, posyandu.c.code, posyandu.c.name, posyandu.c.area)
    .order_by(posyandu.c.area, posyandu.c.name)
)  # fmt: skip
CHANNELS = Sql(
    select(posyandu.c.id, address.c.channel, func.count(membership.c.person_id.distinct()).label("n"))
    .select_from(membership)
    .join(person, person.c.id == membership.c.person_id)
    .join(posyandu, posyandu.c.id == membership.c.posyandu_id)
    .join(address, (address.c.person_id == person.c.id) & (address.c.state == fixed("reachable")))
    .where(*_crew)
    .group_by(posyandu.c.id, address.c.channel)
)
NAME = Sql(select(area.c.name).where(area.c.code == bindparam("code")))


def _where(code: str | None, puskesmas_id: int | None, posyandu_id: int | None) -> dict[str, object]:
    """Values that name one place; what names nothing fits nothing."""
    below = code if code is not None else "none"
    return {
        "center": puskesmas_id or 0, "one": posyandu_id or 0, "code": below, "first": f"{below}." if below else "",
        "end": f"{below}/" if below else "~",
    }  # fmt: skip


def posyandu_lines(
    tx: Tx, now: int, *, code: str | None = None, puskesmas_id: int | None = None, posyandu_id: int | None = None
) -> list[tuple[str, str, Line]]:
    """Posyandu code, area code and line of every posyandu of a place."""
    where = _where(code, puskesmas_id, posyandu_id)
    out = {
        r.id: (r.code, r.area, Line(r.name, r.listed, r.joined, r.reachable, r.opted_out))
        for r in tx.all(LISTED, now=now, **where)
    }
    for r in tx.all(CHANNELS, now=now, **where):
        out[r.id][2].channels[r.channel] += r.n
    return list(out.values())


def areas(tx: Tx, lines: list[tuple[str, str, Line]], code: str | None) -> list[Line]:
    """The posyandu gathered by the areas right below a place; as they are where there are few."""
    if code is None or len(lines) <= 10:
        return [line for _, _, line in lines]
    depth = code.count(".") + 2 if code else 1
    out: dict[str, Line] = {}
    for _, where, one in lines:
        part = ".".join(where.split(".")[:depth])
        line = out.setdefault(part, Line(str(tx.value(NAME, code=part) or part)))
        line.listed += one.listed
        line.joined += one.joined
        line.reachable += one.reachable
        line.opted_out += one.opted_out
        line.channels += one.channels
    return list(out.values())
