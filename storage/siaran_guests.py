"""A pasted guest list of a siaran: whom each line means, among the people of the sender's own places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from posyandu.people import Scope
from storage.audience import People
from storage.leaving_out import POSTS, everybody
from storage.sql import Sql
from storage.store import Tx
from storage.tables import person

MOST_ASKED = 20  # names of one list
MOST_TWINS = 4  # people of one name that are put up to choose from; of more she writes the posyandu beside the name
SHOWN = 60
BESIDE = re.compile(r"\s*(?:,|;|\t|\(|\s[-–]\s)\s*")
NUMBERED = re.compile(r"^\s*(?:\d{1,4}\s*[.)]\s+|[-•*]\s+)")
PHONES = Sql(
    select(person.c.id).where(
        or_(person.c.phone == bindparam("a"), person.c.phone == bindparam("b"), person.c.phone == bindparam("c"))
    )
)


@dataclass(frozen=True)
class Listed:
    """`people` that are meant; `nobody`: lines that mean nobody of hers; `unclear`: names that several bear, and who;
    `many`: names that too many bear."""

    people: list[int]
    nobody: list[str]
    unclear: list[tuple[str, list[int]]]
    many: list[str]


def read(tx: Tx, lines: Sequence[str], scope: Scope, now: int, today: str) -> Listed:
    """Phone numbers, or names with a posyandu beside them where several bear one."""
    known = _known(tx, scope, now, today)
    all_ids = {i for some in known.values() for i in some}
    out = Listed([], [], [], [])
    for line in lines:
        said = NUMBERED.sub("", line).strip()
        digits = "".join(c for c in said if c.isdigit())
        ids = _by_phone(tx, digits) & all_ids if len(digits) >= 9 else set()
        _note(out, said, sorted(ids) or _by_name(tx, said, known))
    people = list(dict.fromkeys(out.people))
    unclear = [(said, ids) for said, ids in out.unclear if not set(ids) <= set(people)]
    asked, more = unclear[:MOST_ASKED], [said for said, _ in unclear[MOST_ASKED:]]
    return Listed(people, out.nobody, asked, out.many + more)


def _note(out: Listed, said: str, ids: list[int]) -> None:
    if len(ids) == 1:
        out.people.append(ids[0])
    elif not ids:
        out.nobody.append(said[:SHOWN])
    elif len(ids) > MOST_TWINS:
        out.many.append(said[:SHOWN])
    else:
        out.unclear.append((said[:SHOWN], ids))


def _known(tx: Tx, scope: Scope, now: int, today: str) -> dict[str, list[int]]:
    """Everybody of her own places, by name."""
    found: dict[str, list[int]] = {}
    for reach in everybody(scope):
        for rows in People(reach, scope, now, today).chunks(tx):
            for row in rows:
                ids = found.setdefault(_folded(row.name), [])
                if row.id not in ids:
                    ids.append(row.id)
    return found


def _by_name(tx: Tx, said: str, known: dict[str, list[int]]) -> list[int]:
    whole = known.get(_folded(said))
    if whole:
        return whole
    name, *beside = BESIDE.split(said, maxsplit=1)
    ids = known.get(_folded(name), [])
    if len(ids) < 2 or not beside:
        return ids
    wanted = set(re.findall(r"\w+", beside[0].casefold())) - {"posyandu", "desa", "rw", "kelurahan"}
    at = {i: set[str]() for i in ids}
    for row in tx.all(POSTS, people=str(ids)):
        at[row.person_id] |= set(re.findall(r"\w+", f"{row.name} {row.desa}".casefold()))
    return [i for i in ids if wanted and wanted <= at[i]] or ids


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _by_phone(tx: Tx, digits: str) -> set[int]:
    local = digits.removeprefix("62").removeprefix("0")
    return {r.id for r in tx.all(PHONES, a=f"+62{local}", b=f"0{local}", c=f"62{local}")}
