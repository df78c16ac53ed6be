"""The statements that read what the reminder rules are told: many posyandu days of one date at once, so that the cost
follows what is due. A batch of days is a date and a range of their ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, func, literal, or_, select

from storage.sql import Sql, among, fixed
from storage.tables import (
    address,
    child,
    consent,
    day_answer,
    guardian,
    membership,
    outgoing,
    person,
    posyandu,
    posyandu_day,
    pregnancy,
    tell_in_person,
    verdict,
    visit,
)

_DAY = (
    posyandu_day.c.id, posyandu_day.c.posyandu_id, posyandu_day.c.on, posyandu_day.c.opens, posyandu_day.c.closes,
    posyandu_day.c.place, posyandu_day.c.state, posyandu_day.c.version, posyandu_day.c.changed_at,
    posyandu_day.c.moved_to, posyandu_day.c.reason, posyandu.c.name, posyandu.c.zone, posyandu.c.area,
    posyandu.c.kind_word, posyandu.c.place.label("home"),
)  # fmt: skip
_DAYS = select(*_DAY).join(posyandu, posyandu.c.id == posyandu_day.c.posyandu_id)
DAYS_ON = Sql(
    _DAYS.where(
        posyandu_day.c.on == bindparam("anchor"),
        posyandu_day.c.state == fixed("planned"),
        posyandu.c.zone == bindparam("zone"),
        posyandu_day.c.closes > bindparam("closes_after"),
        posyandu_day.c.closes <= bindparam("closes_until"),
    ).order_by(posyandu_day.c.id)
)
DAY = Sql(_DAYS.where(posyandu_day.c.id == bindparam("day_id")))
_RANGE = and_(
    posyandu_day.c.on == bindparam("anchor"),
    posyandu_day.c.id >= bindparam("first"),
    posyandu_day.c.id <= bindparam("last"),
)


def _register(*columns: Any) -> Any:
    """The active children of the days' posyandu: `day_id`, `id` and these columns."""
    own = and_(child.c.posyandu_id == posyandu_day.c.posyandu_id, child.c.state == fixed("active"))
    return select(posyandu_day.c.id.label("day_id"), child.c.id, *columns).select_from(posyandu_day).join(child, own)


_GUARDIAN = and_(guardian.c.child_id == child.c.id, guardian.c.state == fixed("confirmed"))
CHILDREN = Sql(
    _register(
        child.c.name, child.c.nickname, child.c.birth, child.c.mother_name,
        guardian.c.muted, person.c.id.label("person_id"), person.c.early, consent.c.state.label("consent"),
    )
    .outerjoin(guardian, _GUARDIAN)
    .outerjoin(person, and_(person.c.id == guardian.c.person_id, person.c.state == fixed("active")))
    .outerjoin(
        consent,
        and_(
            consent.c.child_id == child.c.id, consent.c.purpose == fixed("messages"), consent.c.current.is_not(None)
        ),
    )
    .where(_RANGE)
    .order_by(posyandu_day.c.id, child.c.id, guardian.c.id)
)  # fmt: skip
VISITS = Sql(
    _register(visit.c.on, visit.c.status, verdict.c.grams, verdict.c.visit_id)
    .join(visit, visit.c.child_id == child.c.id)
    .outerjoin(verdict, verdict.c.visit_id == visit.c.id)
    .where(_RANGE, visit.c.on >= bindparam("month_first"), visit.c.on <= bindparam("month_last"))
)
_ADDRESS = (
    address.c.person_id, address.c.id, address.c.channel, address.c.heard_at, person.c.prefers, person.c.language,
)  # fmt: skip
ADDRESSES = Sql(
    select(*_ADDRESS)
    .select_from(posyandu_day)
    .join(child, and_(child.c.posyandu_id == posyandu_day.c.posyandu_id, child.c.state == fixed("active")))
    .join(guardian, and_(_GUARDIAN, guardian.c.muted == 0))
    .join(person, person.c.id == guardian.c.person_id)
    .join(address, and_(address.c.person_id == guardian.c.person_id, address.c.state == fixed("reachable")))
    .where(_RANGE)
)
_PREGNANT = and_(pregnancy.c.posyandu_id == posyandu_day.c.posyandu_id, pregnancy.c.state == fixed("active"))
PREGNANCIES = Sql(
    select(
        posyandu_day.c.id.label("day_id"), pregnancy.c.id, pregnancy.c.name, pregnancy.c.person_id, pregnancy.c.hpht,
        pregnancy.c.messages, person.c.early,
    )
    .select_from(posyandu_day)
    .join(pregnancy, _PREGNANT)
    .outerjoin(person, and_(person.c.id == pregnancy.c.person_id, person.c.state == fixed("active")))
    .where(_RANGE)
    .order_by(pregnancy.c.id)
)  # fmt: skip
ADDRESSES_OF_MOTHERS = Sql(
    select(*_ADDRESS)
    .select_from(posyandu_day)
    .join(pregnancy, _PREGNANT)
    .join(person, person.c.id == pregnancy.c.person_id)
    .join(address, and_(address.c.person_id == pregnancy.c.person_id, address.c.state == fixed("reachable")))
    .where(_RANGE)
)
_near = posyandu_day.alias("near")
_theirs = membership.alias("theirs")
_CREW = and_(membership.c.posyandu_id == posyandu_day.c.posyandu_id, among(membership.c.role, "kader", "ketua"))
_KADER = and_(
    _CREW,
    or_(membership.c.until_at.is_(None), membership.c.until_at > bindparam("now")),
)
KADER = Sql(
    select(posyandu_day.c.id.label("day_id"), membership.c.person_id, _near.c.on.label("near"))
    .select_from(posyandu_day)
    .join(membership, _KADER)
    .join(person, and_(person.c.id == membership.c.person_id, person.c.state == fixed("active")))
    .outerjoin(_theirs, _theirs.c.person_id == membership.c.person_id)
    .outerjoin(
        _near,
        and_(
            _near.c.posyandu_id == _theirs.c.posyandu_id,
            _near.c.state == fixed("planned"),
            _near.c.on >= bindparam("near_first"),
            _near.c.on <= bindparam("near_last"),
        ),
    )
    .where(_RANGE)
    .order_by(posyandu_day.c.id, membership.c.id)
)
ANSWERS = Sql(
    select(day_answer.c.day_id, day_answer.c.person_id, day_answer.c.answer)
    .join(posyandu_day, posyandu_day.c.id == day_answer.c.day_id)
    .where(_RANGE)
)
WRITTEN = Sql(
    select(posyandu_day.c.id.label("day_id"), outgoing.c.once, outgoing.c.state, outgoing.c.person_id)
    .join(outgoing, outgoing.c.group_key == literal("day:") + cast(posyandu_day.c.id, Text))
    .where(_RANGE)
)
IN_PERSON = Sql(
    select(posyandu_day.c.id.label("day_id"), tell_in_person.c.once, tell_in_person.c.state)
    .join(tell_in_person, tell_in_person.c.posyandu_id == posyandu_day.c.posyandu_id)
    .where(_RANGE, tell_in_person.c.at >= bindparam("since"))
)
_came = posyandu_day.alias("came_from")
MOVED_HERE = Sql(
    select(_came.c.id, _came.c.version, _came.c.changed_at)
    .select_from(posyandu_day)
    .join(_came, and_(_came.c.posyandu_id == posyandu_day.c.posyandu_id, _came.c.moved_to == posyandu_day.c.on))
    .where(posyandu_day.c.id == bindparam("day_id"), _came.c.state == fixed("moved"))
)
# What she did not ask for: counted in her budget. Three days' notice is what she asked for, and the word that a message
# waits is not one of its own.
_UNASKED = and_(
    outgoing.c.at >= bindparam("since"),
    among(outgoing.c.kind, "reminder", "parent", "broadcast"),
    ~among(outgoing.c.state, "dropped", "superseded", "failed"),
    or_(outgoing.c.once.is_(None), and_(~outgoing.c.once.like("h3:%"), ~outgoing.c.once.like("waiting:%"))),
)
SPENT_BY_FAMILIES = Sql(
    select(outgoing.c.person_id, func.count(func.distinct(outgoing.c.id)).label("spent"))
    .select_from(posyandu_day)
    .join(child, and_(child.c.posyandu_id == posyandu_day.c.posyandu_id, child.c.state == fixed("active")))
    .join(guardian, _GUARDIAN)
    .join(outgoing, outgoing.c.person_id == guardian.c.person_id)
    .where(_RANGE, _UNASKED)
    .group_by(outgoing.c.person_id)
)
SPENT_BY_KADER = Sql(
    select(outgoing.c.person_id, func.count(func.distinct(outgoing.c.id)).label("spent"))
    .select_from(posyandu_day)
    .join(membership, _CREW)
    .join(outgoing, outgoing.c.person_id == membership.c.person_id)
    .where(_RANGE, _UNASKED)
    .group_by(outgoing.c.person_id)
)
SPENT_BY_ONE = Sql(
    select(func.count()).select_from(outgoing).where(outgoing.c.person_id == bindparam("whose"), _UNASKED)
)
