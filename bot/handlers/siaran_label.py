"""Whom a siaran is for, in words."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from bot.locales import catalogue
from posyandu.siaran import CREW, OFFICERS, Audience, level_named
from storage import leaving_out
from storage.sql import Sql
from storage.store import Tx
from storage.tables import area, person, posyandu, puskesmas

AREA = Sql(select(area.c.name, area.c.level).where(area.c.code == bindparam("code")))
POSYANDU = Sql(select(posyandu.c.name).where(posyandu.c.id == bindparam("posyandu_id")))
PUSKESMAS_NAME = Sql(select(puskesmas.c.name).where(puskesmas.c.id == bindparam("puskesmas_id")))
_twin = posyandu.alias("twin")
NAMED = Sql(
    select(
        posyandu.c.name, area.c.name.label("desa"),
        select(func.count()).where(_twin.c.name == posyandu.c.name).scalar_subquery().label("twins"),
    )
    .join(area, area.c.code == posyandu.c.area)
    .where(posyandu.c.id == bindparam("posyandu_id"))
)  # fmt: skip
LONGEST_NAME = 60
PERSON = Sql(select(person.c.name).where(person.c.id == bindparam("person_id")))


def label(tx: Tx, one: Audience, place: str) -> str:
    """Whom it is for, in words: "kader, Kec. Cibinong"."""
    words = catalogue("id")
    crew = set(one.roles) - set(one.except_roles) == set(CREW)
    if one.people:
        who = words.say("siaran.to_guests")
    elif one.silent:
        who = words.say("siaran.to_silent")
    elif crew:
        who = words.say("siaran.to_crew")
    elif set(one.roles) == set(OFFICERS):
        who = words.say("siaran.to_officers")
    elif set(one.roles) == {*CREW, *OFFICERS}:
        who = words.say("siaran.to_both")
    elif one.families:
        who = words.say("siaran.to_families")
    else:
        who = ", ".join(words.say(f"role.{r}") for r in one.roles if r not in one.except_roles)
    return " ".join(p for p in (who, one.strata, place, left_out(tx, one)) if p)


def left_out(tx: Tx, one: Audience) -> str:
    """ "kecuali Posyandu Melati, Nining", or nothing."""
    words = catalogue("id")
    names = [words.say(f"role.{r}") for r in one.except_roles]
    names += [level_named(row.level, row.name, code) for code in one.except_areas if (row := tx.one(AREA, code=code))]
    names += [str(tx.value(PUSKESMAS_NAME, puskesmas_id=number) or number) for number in one.except_puskesmas]
    names += [_posyandu(tx, number) for number in one.except_posyandu]
    people = [(number, str(tx.value(PERSON, person_id=number) or number)) for number in one.except_people]
    names += [n.name for n in leaving_out.called(tx, people, LONGEST_NAME)]
    return words.say("siaran.without", rows=names) if names else ""


def _posyandu(tx: Tx, number: int) -> str:
    """Its name; with the desa where another bears it, too."""
    row = tx.one(NAMED, posyandu_id=number)
    return str(number) if row is None else f"{row.name} {row.desa}" if row.twins > 1 else str(row.name)
