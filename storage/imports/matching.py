"""Which child of the register a row is about. Never are two made one: where it is not certain, a person looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from posyandu.names import words_of
from storage.imports.cells import BadCell
from storage.imports.rows import ChildRow
from storage.nik import NikKey
from storage.sql import Row, Sql, among
from storage.store import Tx
from storage.tables import child

REGISTER = Sql(
    select(
        child.c.id, child.c.code, child.c.posyandu_id, child.c.name, child.c.sex, child.c.birth, child.c.mother_name,
        child.c.nik_hash,
    ).where(child.c.posyandu_id == bindparam("posyandu_id"), ~among(child.c.state, "merged", "erased"))
)  # fmt: skip
ELSEWHERE = Sql(select(child.c.posyandu_id).where(child.c.nik_hash == bindparam("digest")).limit(1))
TAKEN = Sql(select(child.c.posyandu_id).where(child.c.code == bindparam("code")))
NEAR_BIRTH = timedelta(days=62)


@dataclass
class Kept:
    """A child as it is compared. `id` None: a row above that is not stored yet."""

    id: int | None
    code: str
    name: str
    sex: str
    birth: date
    mother: str
    nik_hash: str | None


class Register:
    """The children of the posyandu of one import."""

    def __init__(self, tx: Tx, places: Sequence[Row], key: NikKey) -> None:
        self._tx = tx
        self._key = key
        self._places = {p.id for p in places}
        self._by_place: dict[int, list[Kept]] = defaultdict(list)
        self._loaded: set[int] = set()

    def _of(self, posyandu_id: int) -> list[Kept]:
        if posyandu_id not in self._loaded:
            self._loaded.add(posyandu_id)
            for r in self._tx.all(REGISTER, posyandu_id=posyandu_id):
                self.add(
                    posyandu_id,
                    Kept(r.id, r.code, r.name, r.sex, date.fromisoformat(r.birth), r.mother_name, r.nik_hash),
                )
        return self._by_place[posyandu_id]

    def add(self, posyandu_id: int, kept: Kept) -> None:
        self._by_place[posyandu_id].append(kept)

    def find(self, posyandu_id: int, row: ChildRow) -> Kept | None:
        """The child of this row, or None for a new one. Raises BadCell where a person must decide."""
        here = self._of(posyandu_id)
        digests = self._key.digests(row.nik) if row.nik else ()
        if row.code:
            found = next((k for k in here if k.code == row.code), None)
            if found is not None:
                return self._checked(found, row, "code_other")
            if self._tx.value(TAKEN, code=row.code) is not None:
                raise BadCell("elsewhere")
        if digests:
            found = next((k for k in here if k.nik_hash in digests), None)
            if found is not None:
                return self._checked(found, row, "nik_other")
            if any(self._tx.value(ELSEWHERE, digest=d) not in (None, posyandu_id) for d in digests):
                raise BadCell("elsewhere")
        if row.code and row.birth and row.sex:
            return None  # the house's own sheet into an empty book: every code is a child
        return self._by_name(here, row, digests)

    def _checked(self, found: Kept, row: ChildRow, key: str) -> Kept:
        """The same code or NIK with a wholly different name and birth is another child's."""
        same_birth = row.birth is None or row.birth == found.birth
        if (not same_birth and not _alike(found.name, row.name)) or row.sex not in (None, found.sex):
            raise BadCell(key, name=found.name)
        return found

    def _by_name(self, here: list[Kept], row: ChildRow, digests: tuple[str, ...]) -> Kept | None:
        if not row.name:
            raise BadCell("who")
        named = [k for k in here if _plain(k.name) == _plain(row.name)]
        if row.birth is None or row.sex is None:
            if len(named) != 1:
                raise BadCell("who" if not named else "several", name=row.name)
            return named[0]
        exact = [k for k in named if k.birth == row.birth and k.sex == row.sex]
        if len(exact) > 1:
            raise BadCell("several", name=row.name)
        if exact:
            return self._same_child(exact[0], row, digests)
        for kept in here:
            same = _plain(kept.name) == _plain(row.name)
            near = (
                kept.birth == row.birth or abs(kept.birth - row.birth) <= NEAR_BIRTH or _turned(kept.birth, row.birth)
            )
            if (same and near) or (kept.birth == row.birth and kept.sex == row.sex and _alike(kept.name, row.name)):
                raise BadCell("like", name=kept.name, birth=kept.birth.isoformat())
        return None

    def _same_child(self, kept: Kept, row: ChildRow, digests: tuple[str, ...]) -> Kept:
        mother = str(row.facts.get("mother_name", ""))
        if digests and kept.nik_hash and kept.nik_hash not in digests:
            raise BadCell("nik_differs", name=kept.name)
        if mother and kept.mother and not _alike(mother, kept.mother):
            raise BadCell("mother_differs", name=kept.name, mother=kept.mother)
        return kept


def _plain(name: str) -> str:
    return " ".join(words_of(name))


def _alike(one: str, other: str) -> bool:
    """Do they share a word, or is one within the other?"""
    return bool(set(words_of(one)) & set(words_of(other)))


def _turned(one: date, other: date) -> bool:
    """Day and month changed places."""
    return one.year == other.year and (one.day, one.month) == (other.month, other.day)
